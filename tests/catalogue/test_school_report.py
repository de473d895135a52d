from typing import Any

import pytest

from roadmap.catalogue.school_report import EXAMPLE, EXAMPLE_FACTS, prefill
from roadmap.catalogue.school_report_form import SchoolReportForm


def problems(facts: dict[str, Any] | None = None, **changes: Any) -> list[tuple[str, str]]:
    form = SchoolReportForm.from_answers({**EXAMPLE, **changes}, {**EXAMPLE_FACTS, **(facts or {})})
    form.validate()
    return [(p.name, p.sentence) for p in form.problems()]


NO_SWOT = dict.fromkeys(("strengths", "weaknesses", "opportunities", "threats"), "")


@pytest.mark.parametrize(
    ("name", "fact", "words"),
    [
        ("pupil_mentees", "pupils_10_19", "обучающихся 10–19 лет"),
        ("pupil_mentors", "pupils_15_19", "обучающихся 15–19 лет"),
        ("early_career_mentees", "early_career_teachers", "учителей – молодых специалистов"),
        ("teachers_involved", "teachers", "педагогов"),
    ],
)
def test_a_numerator_above_the_card_is_an_error_and_equal_is_not(name: str, fact: str, words: str) -> None:
    number = EXAMPLE[name]
    assert problems({fact: number}) == []
    assert problems({fact: number - 1}) == [
        (name, f"Указано {number}, а в карточке ОО {words} – {number - 1}. Исправьте число или карточку")
    ]


@pytest.mark.parametrize("facts", [{"pupils_10_19": None}, {}])
def test_without_a_card_a_sentence_sends_to_it(facts: dict[str, Any]) -> None:
    known = {k: v for k, v in EXAMPLE_FACTS.items() if k != "pupils_10_19"}
    form = SchoolReportForm.from_answers(EXAMPLE, {**known, **facts})
    form.validate()
    assert [(p.name, p.sentence) for p in form.problems()] == [
        (
            "pupil_mentees",
            "В карточке ОО не указано число обучающихся 10–19 лет. Заполните карточку и вернитесь к отчёту",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"mentees_pupils": 8, "mentees_teachers": 4},
            [("pupil_mentees", "Указано 9, а наставляемых обучающихся всего 8. Проверьте оба числа")],
        ),
        (
            {"mentors": 11, "mentors_surveyed": 12, "mentors_satisfied": 12},
            [("mentors_surveyed", "Указано 12, а наставников всего 11. Проверьте оба числа")],
        ),
        (
            {"mentees_satisfied": 13},
            [("mentees_satisfied", "Указано 13, а опрошено 12. Проверьте оба числа")],
        ),
        (
            {"mentees_surveyed": 14},
            [("mentees_surveyed", "Указано 14, а наставляемых всего 13. Проверьте оба числа")],
        ),
        ({"mentees_satisfied": None}, [("mentees_satisfied", "Укажите, сколько опрошенных удовлетворены")]),
        ({"mentors_after": None}, [("mentors_after", "Укажите средний балл после программы, например 8,1")]),
        (
            {"mentors_surveyed": 0},
            [
                ("mentors_satisfied", "Опрошено 0, значит, опрос не проводился. Оставьте поле пустым"),
                ("mentors_after", "Опрошено 0, значит, опрос не проводился. Оставьте поле пустым"),
            ],
        ),
        ({"mentors_surveyed": 0, "mentors_satisfied": 0, "mentors_after": None}, []),
        ({"mentees_satisfied": 0}, []),
        (
            {"programmes_approved": 13},
            [("programmes_approved", "Указано 13, а программ всего 12. Проверьте оба числа")],
        ),
        (
            {"programmes_approved": 11},
            [
                (
                    "programmes_approved",
                    "Реализуется, завершено и прекращено вместе 12, утверждено 11. Проверьте числа",
                )
            ],
        ),
        ({"programmes_total": 15, "programmes_approved": 14}, []),
        ({"models": []}, [("models", "Отметьте хотя бы одну модель")]),
        ({"quality_logic": None}, [("quality_logic", "Выберите 0, 1 или 2")]),
        (
            {"no_practices": True},
            [("no_practices", "Отмечено, что практик нет, но ниже есть практика. Уберите отметку или практику")],
        ),
    ],
)
def test_cross_checks(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(**changes) == expected


def test_pairs_without_people_are_refused() -> None:
    empty = dict.fromkeys(
        ("pupil_mentees", "pupil_mentors", "early_career_mentees", "mentors", "mentees_pupils", "mentees_teachers"), 0
    )
    surveys = {"mentees_surveyed": 0, "mentors_surveyed": 0} | dict.fromkeys(
        ("mentees_satisfied", "mentees_before", "mentees_after", "mentors_satisfied", "mentors_after")
    )
    assert problems(**empty, **surveys) == [
        ("mentors", "Пары есть, а наставников 0. Проверьте оба числа"),
        ("mentees_pupils", "Пары есть, а наставляемых 0. Проверьте числа"),
    ]
    assert problems(**empty, **surveys, pairs=0) == []


def test_a_small_school_may_leave_swot_and_practices() -> None:
    assert problems(pairs=5, practices=[], **NO_SWOT) == []
    assert problems(pairs=6, practices=[], **NO_SWOT) == [
        ("strengths", "Заполните эту часть SWOT-анализа: хотя бы одну строку"),
        ("weaknesses", "Заполните эту часть SWOT-анализа: хотя бы одну строку"),
        ("opportunities", "Заполните эту часть SWOT-анализа: хотя бы одну строку"),
        ("threats", "Заполните эту часть SWOT-анализа: хотя бы одну строку"),
        ("practices", "Добавьте хотя бы одну практику или отметьте, что практик для показа нет"),
    ]
    assert problems(pairs=6, practices=[], no_practices=True) == []


def test_the_limit_of_the_short_form_is_a_setting() -> None:
    assert problems({"short_form_pairs": 12}, practices=[], **NO_SWOT) == []
    assert len(problems({"short_form_pairs": 0}, pairs=5, practices=[], **NO_SWOT)) == 5
    short = SchoolReportForm.from_answers({**EXAMPLE, "pairs": 5}, EXAMPLE_FACTS)
    assert short.optional_steps() == {"swot"}
    assert SchoolReportForm.from_answers(EXAMPLE, EXAMPLE_FACTS).optional_steps() == frozenset()


def test_an_incomplete_practice_is_refused_even_in_the_short_form() -> None:
    row = {**EXAMPLE["practices"][0], "result": ""}
    assert problems(pairs=5, practices=[row]) == [("practices-0-result", "Заполните это поле")]


def test_the_level_shows_while_filling() -> None:
    form = SchoolReportForm.from_answers(EXAMPLE, EXAMPLE_FACTS)
    assert (form.score(), form.level_title()) == (15, "15 из 18 – оптимальный уровень")
    lower = SchoolReportForm.from_answers({**EXAMPLE, "quality_goals": 1}, EXAMPLE_FACTS)
    assert lower.level_title() == "14 из 18 – допустимый уровень"
    assert SchoolReportForm.from_draft({}, {}).level_title() == ""


def test_a_jump_since_the_last_report_is_a_warning_only() -> None:
    facts = {**EXAMPLE_FACTS, "previous": {**EXAMPLE, "pairs": 9, "mentors": 9, "meetings": 3, "mentees_teachers": 0}}
    form = SchoolReportForm.from_answers(EXAMPLE, facts)
    assert form.validate() is True
    assert form.warnings() == ["Пар и групп: в прошлом отчёте 9, сейчас 12"]  # +33 %; 9 → 11 is +22 %


def test_prefill_takes_the_programme_and_no_figures() -> None:
    draft = prefill(EXAMPLE)
    assert draft == {
        "models": ["students", "teachers"],
        "forms_used": ["pupil_pupil", "teacher_teacher"],
        "programme_count": ["2"],
        "curator_name": ["Соколова Марина Викторовна"],
        "curator_post": ["заместитель директора по воспитательной работе"],
        "local_acts": [EXAMPLE["local_acts"]],
    }
    assert SchoolReportForm.from_draft(draft, EXAMPLE_FACTS).validate_step("programme") is True


def test_free_texts_warn_about_health_data() -> None:
    hints = {step.key: step.hint for step in SchoolReportForm.STEPS}
    assert [key for key, hint in hints.items() if "сведения о здоровье" in hint] == ["swot", "conclusions"]
