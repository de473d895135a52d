import copy
from collections.abc import Iterator
from typing import Any

import pytest

from roadmap.forms import (
    Choice,
    Choices,
    Date,
    DecimalNumber,
    Draft,
    Link,
    Percent,
    ReportForm,
    RowForm,
    Rows,
    Step,
    Text,
    Tick,
    WholeNumber,
    add_row,
    draft_of,
    remove_row,
    rows_of,
)


class PairRow(RowForm):
    title = Text("Название", required=True, limit=20)
    meetings = WholeNumber("Встреч", maximum=99)

    def check(self) -> None:
        if self.meetings.data is not None and self.meetings.data > self.facts.get("most", 99):
            self.meetings.refuse("Слишком много встреч")


class SampleForm(ReportForm):
    VERSION = 1
    STEPS = (
        Step("numbers", "Числа", ("count", "share", "mean", "part")),
        Step("rest", "Остальное", ("day", "mark", "kinds", "agree", "note", "site", "pairs")),
    )
    count = WholeNumber("Всего", required=True, maximum=5000)
    part = WholeNumber("Часть")
    share = Percent("Доля")
    mean = DecimalNumber("Балл", minimum="1", maximum="10", places=1)
    day = Date("Дата")
    mark = Choice("Оценка", choices=[("0", "нет"), ("1", "да")], number=True)
    kinds = Choices("Виды", choices=[("a", "А"), ("b", "Б"), ("c", "В")])
    agree = Tick("Согласны")
    note = Text("Текст", limit=30, rows=3)
    site = Link("Адрес")
    pairs = Rows(PairRow, "Пары", noun="пару", max_rows=3)

    def check(self) -> None:
        if self.part.data is not None and self.count.data is not None and self.part.data > self.count.data:
            self.part.refuse("Часть больше целого")


GOOD: Draft = {
    "count": ["1\u00a0234"],
    "part": ["10"],
    "share": ["12,5"],
    "mean": ["7.5"],
    "day": ["10.06.2026"],
    "mark": ["1"],
    "kinds": ["c", "a"],
    "agree": ["1"],
    "note": ["  первая\r\nвторая "],
    "site": ["https://school.example/a"],
    "pairs-0-uid": ["u1"],
    "pairs-0-title": ["Один"],
    "pairs-0-meetings": ["3"],
    "pairs-5-uid": ["u2"],
    "pairs-5-title": ["Два"],
    "pairs-9-uid": ["u3"],
    "pairs-9-title": ["Три"],
}
ANSWERS = {
    "count": 1234,
    "part": 10,
    "share": "12.5",
    "mean": "7.5",
    "day": "2026-06-10",
    "mark": 1,
    "kinds": ["a", "c"],
    "agree": True,
    "note": "первая\nвторая",
    "site": "https://school.example/a",
    "pairs": [
        {"uid": "u1", "title": "Один", "meetings": 3},
        {"uid": "u2", "title": "Два", "meetings": None},
        {"uid": "u3", "title": "Три", "meetings": None},
    ],
}


def form_of(**changes: str) -> SampleForm:
    form = SampleForm.from_draft({**GOOD, **{name: [text] for name, text in changes.items()}}, {})
    form.validate()
    return form


def said(**changes: str) -> list[str]:
    return [problem.sentence for problem in form_of(**changes).problems()]


def test_typed_answers() -> None:
    form = form_of()
    assert form.problems() == []
    assert form.answers() == ANSWERS


def test_accepted_answers_reopen() -> None:
    draft = SampleForm.to_draft(ANSWERS)
    assert draft["share"] == ["12,5"] and draft["day"] == ["10.06.2026"]
    again = SampleForm.from_answers(ANSWERS, {})
    assert again.validate() is True
    assert again.answers() == ANSWERS
    assert SampleForm.to_draft({**ANSWERS, "agree": False, "pairs": []}).keys() & {"agree", "pairs-0-uid"} == set()


@pytest.mark.parametrize("text", ["12,5", "12.5", "12 чел.", "1 23", "12 345 6", "²", "١٢", "1e3", "+5", "0x1F"])
def test_a_whole_number_refuses_what_is_none(text: str) -> None:
    assert said(count=text) == ["Введите целое число, например 12"]
    assert form_of(count=text).count._value() == text


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), (" 12 ", 12), ("1\u202f234", 1234), ("1 234", 1234), ("0012", 12)]
)
def test_a_whole_number_understands(text: str, number: int) -> None:
    assert form_of(count=text, part="0").count.data == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-3", "Число не может быть отрицательным"),
        ("−3", "Число не может быть отрицательным"),
        ("5001", "Не больше 5000. Проверьте, нет ли лишних цифр"),
        ("9" * 6000, "Не больше 5000. Проверьте, нет ли лишних цифр"),
        ("", "Заполните это поле"),
        ("  ", "Заполните это поле"),
    ],
)
def test_a_whole_number_has_bounds(text: str, sentence: str) -> None:
    assert said(count=text) == [sentence]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("share", "100,1", "Не больше 100. Проверьте, нет ли лишних цифр"),
        ("share", "12,55", "Не больше 1 знака после запятой"),
        ("share", "-1,5", "Число не может быть отрицательным"),
        ("share", "NaN", "Введите число, например 12,5"),
        ("share", "%", "Введите число, например 12,5"),
        ("mean", "0,5", "Не меньше 1"),
        ("mean", "10,1", "Не больше 10. Проверьте, нет ли лишних цифр"),
        ("day", "31.02.2026", "Такой даты нет: 31.02.2026. Проверьте день и месяц"),
        ("day", "10/06/2026", "Введите дату в виде 10.06.2026"),
        ("day", "10.06.26", "Введите дату в виде 10.06.2026"),
        ("day", "10.06.1926", "Проверьте год: он должен быть от 2000 до 2100"),
        ("mark", "7", "Выберите один из предложенных вариантов"),
        ("kinds", "z", "Выберите один из предложенных вариантов"),
        ("site", "javascript:alert(1)", "Введите адрес целиком, например https://school.ru/nastavnichestvo"),
        ("site", "school.ru", "Введите адрес целиком, например https://school.ru/nastavnichestvo"),
        ("part", "2000", "Часть больше целого"),
    ],
)
def test_a_wrong_value_is_explained(name: str, text: str, sentence: str) -> None:
    assert said(**{name: text}) == [sentence]


@pytest.mark.parametrize(("text", "answer"), [("12,5", "12.5"), ("12.5", "12.5"), ("12,5 %", "12.5"), ("7", "7")])
def test_a_percentage_takes_comma_and_point(text: str, answer: str) -> None:
    assert form_of(share=text).answers()["share"] == answer


def test_both_forms_of_a_date() -> None:
    assert form_of(day="2026-06-10").answers()["day"] == form_of(day="10.06.2026").answers()["day"] == "2026-06-10"


def test_a_long_text_says_by_how_much() -> None:
    assert said(note="я" * 30) == []
    assert said(note="я" * 32) == ["Слишком длинный текст: сократите на 2 знака. Можно не больше 30 знаков"]


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\ufffd", "\ud800", "\uffff", "\x1b"])
def test_an_unreadable_character_is_shown_its_place(bad: str) -> None:
    assert said(note=f"Слово{bad}дальше") == [
        "В тексте есть нечитаемый символ после «…Слово». Удалите его и введите это место заново"
    ]


def test_a_value_sent_twice_is_said() -> None:
    form = SampleForm.from_draft({**GOOD, "count": ["1", "2"], "part": []}, {})
    form.validate()
    assert [p.sentence for p in form.problems()] == ["Значение пришло дважды. Обновите страницу и введите его ещё раз"]


def test_the_middle_row_goes_by_its_uid() -> None:
    before = copy.deepcopy(GOOD)
    after = remove_row(GOOD, "pairs", "u2")
    assert before == GOOD
    assert rows_of(after, "pairs") == {0: "u1", 9: "u3"}
    form = SampleForm.from_draft(after, {})
    assert form.validate() is True
    assert form.answers()["pairs"] == [ANSWERS["pairs"][0], ANSWERS["pairs"][2]]  # type: ignore[index]
    assert form.answers() == {**ANSWERS, "pairs": form.answers()["pairs"]}
    assert remove_row(after, "pairs", "u2") == after


def test_a_row_is_added_at_the_end_and_blank() -> None:
    after = add_row(GOOD, "pairs", "u4")
    assert {k: v for k, v in after.items() if k not in GOOD} == {"pairs-10-uid": ["u4"]}
    one, two = add_row({}, "pairs"), add_row({}, "pairs")
    assert one["pairs-0-uid"] != two["pairs-0-uid"]


def test_too_many_rows_are_said_and_kept() -> None:
    draft = add_row(GOOD, "pairs", "u4") | {"pairs-10-title": ["Четыре"]}
    form = SampleForm.from_draft(draft, {})
    assert form.validate() is False
    assert [p.sentence for p in form.problems()] == ["Можно не больше 3, сейчас 4. Уберите лишние строки"]
    assert [row["uid"] for row in form.answers()["pairs"]] == ["u1", "u2", "u3", "u4"]


def test_an_error_in_a_row_is_found_by_uid() -> None:
    draft = {**GOOD, "pairs-5-meetings": ["много"]}
    form = SampleForm.from_draft(draft, {})
    form.validate()
    (problem,) = form.problems()
    assert (problem.path, problem.name) == ("pairs[u2].meetings", "pairs-1-meetings")
    assert problem.label == "Пары, строка 2: Встреч"
    assert problem.step == "rest"


def test_a_row_sees_the_facts() -> None:
    form = SampleForm.from_draft(GOOD, {"most": 2})
    form.validate()
    assert [(p.path, p.sentence) for p in form.problems()] == [("pairs[u1].meetings", "Слишком много встреч")]


def test_rows_without_uid_or_with_a_taken_one_are_told_apart() -> None:
    draft = {"pairs-0-title": ["А"], "pairs-2-uid": ["u"], "pairs-3-uid": ["u"], "pairs-4-uid": ["<b>"]}
    assert rows_of(draft, "pairs") == {0: "row0", 2: "u", 3: "u-3", 4: "row4"}
    assert remove_row(draft, "pairs", "u-3").keys() == {"pairs-0-title", "pairs-2-uid", "pairs-4-uid"}


@pytest.mark.parametrize("key", ["pairs-²-title", "pairs-x-title", "pairs-" + "9" * 5000 + "-title", "pairs-1"])
def test_a_damaged_row_is_said_not_dropped(key: str) -> None:
    form = SampleForm.from_draft({**GOOD, key: ["Потерянная"]}, {})
    assert form.validate() is False
    assert [p.sentence for p in form.problems()] == [
        "Одна из строк пришла повреждённой. Обновите страницу и проверьте строки"
    ]


def test_only_a_steps_errors_stay_and_cross_checks_still_work() -> None:
    wrong = {**GOOD, "part": ["2000"], "note": ["я" * 40], "pairs-0-meetings": ["x"]}
    form = SampleForm.from_draft(wrong, {})
    assert form.validate_step("numbers") is False
    assert [p.sentence for p in form.problems()] == ["Часть больше целого"]
    assert SampleForm.from_draft({**wrong, "part": ["1"]}, {}).validate_step("numbers") is True
    assert SampleForm.from_draft(wrong, {}).validate_step("rest") is False
    with pytest.raises(KeyError):
        form.validate_step("нет такого")


def test_a_steps_post_replaces_exactly_its_own_keys() -> None:
    posted = {"day": ["01.06.2026"], "pairs-0-uid": ["u3"], "count": ["9"], "csrf_token": ["t"]}
    after = SampleForm.replace_step(GOOD, "rest", posted)
    kept = {name: GOOD[name] for name in ("count", "part", "share", "mean")}
    assert after == kept | {"day": ["01.06.2026"], "pairs-0-uid": ["u3"]}
    assert SampleForm.step_names("numbers", GOOD) == {"count", "part", "share", "mean"}


def test_a_blank_draft() -> None:
    form = SampleForm.from_draft({}, {})
    assert form.validate() is False
    assert [p.sentence for p in form.problems()] == ["Заполните это поле"]
    assert form.answers() == {
        "count": None,
        "part": None,
        "share": None,
        "mean": None,
        "day": None,
        "mark": None,
        "kinds": [],
        "agree": False,
        "note": "",
        "site": "",
        "pairs": [],
    }


def test_what_a_reader_sees() -> None:
    form = form_of()
    assert [form[name].shown() for name in ("mark", "kinds", "agree", "share")] == ["да", "А, В", "да", "12,5"]
    blank = SampleForm.from_draft({}, {})
    assert [blank[name].shown() for name in ("mark", "kinds", "agree", "share")] == ["–", "–", "нет", "–"]


def test_fields_draw_themselves_escaped() -> None:
    form = form_of(note='</textarea><script>"')
    assert "<script>" not in form.note()
    assert form.mark() == (
        '<select id="mark" name="mark"><option value="">— выберите —</option>'
        '<option value="0">нет</option><option value="1" selected>да</option></select>'
    )


class Posted(dict[str, list[Any]]):
    def getlist(self, key: str) -> list[Any]:
        return self[key]

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()


def test_a_post_becomes_a_draft_that_a_database_can_keep() -> None:
    draft = draft_of(Posted({"note": ["a\x00b\ud800"], "kinds": ["a", "b"]}))
    assert draft == {"note": ["a\ufffdb\ufffd"], "kinds": ["a", "b"]}
    form = SampleForm.from_draft({**GOOD, **draft}, {})
    assert form.validate() is False
