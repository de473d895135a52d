"""What D11, D12, D13 and D17 print: exactly what the registers hand over, and not a name more."""

from datetime import date
from typing import Any

import pytest
from catalogue_world import World, school
from register_rows import SETTINGS, full, mentee_row, mentor_row, practice, programme

from roadmap import catalogue
from roadmap.catalogue import best_practices, consent_forms, personal_programme, registries

NBSP = "\u00a0"
DAY = "2026-06-15"
ALIAS = f"Участник №{NBSP}7"


def test_a_mentor_is_printed_in_sixteen_columns() -> None:
    filled = registries.mentors_context(full(), DAY)
    assert filled.values["people"] == [
        {
            "number": "1",
            "name": "Иванова Мария Петровна",
            "contact": "8 900 000-00-00",
            "place": "СШ № 1, учитель",
            "competences": "методика математики",
            "achievements": "победитель конкурса",
            "interests": "туризм",
            "wished_age": "12–14 лет",
            "time": "час в неделю",
            "entered_on": "01.09.2025",
            "mentees": "Петров Пётр Ильич;\nСидоров Иван Ильич",
            "forms": "учитель – ученик",
            "mentee_places": "СШ № 1, 7 А",
            "left_on": "–",
            "results": "цели достигнуты",
            "link": "https://school.example/case",
        }
    ]
    assert filled.figures["total"].record()["sources"] == [
        {"kind": "register", "id": "s1:2026-06-15", "label": "База участников, СШ № 1, на 15 июня 2026 г."}
    ]


def test_a_mentee_is_printed_in_thirteen_columns() -> None:
    filled = registries.mentees_context(full(), DAY)
    assert filled.values["people"] == [
        {
            "number": "1",
            "name": "Петров Пётр Ильич",
            "contact": "8 900 000-00-01 (мать)",
            "birth_year": "2012",
            "request": "математика",
            "entered_on": "01.09.2025",
            "mentors": "Иванова Мария Петровна",
            "forms": "учитель – ученик",
            "mentor_places": "СШ № 1, учитель",
            "completed_on": "31.05.2026",
            "results": "сдал зачёт",
            "link": "–",
            "passed": "пройдена",
        }
    ]


@pytest.mark.parametrize("role", [0, 1])
def test_those_without_consent_are_counted(role: int) -> None:
    row: Any = (mentor_row, mentee_row)[role]
    rows = (row(), row(name=ALIAS, named=False), row(name=ALIAS, named=False))
    context = (registries.mentors_context, registries.mentees_context)[role]
    missing = (registries.mentors_missing, registries.mentees_missing)[role]
    world = full(in_base=(rows, rows))
    values = context(world, DAY).values
    assert (values["total"], values["unnamed"], values["unnamed_note"]) == ("3", "2", registries.CONSENT_RULE)
    assert missing(world, DAY) == ["Без имени будут напечатаны те, у кого нет действующего согласия: 2 из 3."]
    assert context(full(), DAY).values["unnamed_note"] == ""


def test_a_programme_prints_its_passport_plan_and_signatures() -> None:
    values = personal_programme.context(full(), DAY).values
    passport = {line["term"]: line["value"] for line in values["passport"]}
    assert passport == {
        "Образовательная организация": school(1).full_name.replace("№ ", f"№{NBSP}"),
        "Основание": "приказ № 12 от 12.09.2025",
        "Модель": "наставничество обучающихся",
        "Форма наставничества": "учитель – ученик",
        "Ролевая модель": "нет данных",
        "Вид наставничества": "традиционное («один на один»)",
        "Наставник": f"Иванова Мария Петровна, учитель, стаж 12{NBSP}лет, высшая категория",
        "Наставляемый": "Петров Пётр Ильич, 7 А",
        "Срок": f"с 15{NBSP}сентября 2025{NBSP}г. по 10{NBSP}июня 2026{NBSP}г.",
        "Режим": "очно",
        "Периодичность встреч": "раз в неделю",
        "Куратор": "Соколова Марина Викторовна",
        "Состояние программы": f"реализуется (на 15{NBSP}июня 2026{NBSP}г.)",
    }
    assert values["tasks"] == ["первая", "вторая", "третья"]
    assert values["plan"][1] == {
        "number": "2",
        "title": "Разбор задач",
        "content": "раздел 1",
        "due": "02.06.2026",
        "way": "занятие",
        "expected": "навык",
        "actual": "",
        "done_on": "",
    }
    assert (values["done"], values["planned"], values["plan"][0]["done_on"]) == ("1", "2", "20.09.2025")
    assert (values["interim"], values["final"]) == (
        f"20{NBSP}января 2026{NBSP}г. идёт по плану",
        "ещё не проводился",
    )
    assert [(line["role"], line["name"].replace(NBSP, " ")) for line in values["signatures"]] == [
        ("Наставник", "М. П. Иванова"),
        ("Наставляемый", "П. И. Петров"),
        ("Законный представитель", ""),
        ("Куратор", "М. В. Соколова"),
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, ""),
        (
            {"end": "extended", "last_day": date(2026, 8, 31), "reason": "приказ № 40"},
            f"Продлена до 31{NBSP}августа 2026{NBSP}г. Основание: приказ № 40",
        ),
        (
            {"end": "stopped", "last_day": date(2026, 2, 1), "reason": "переезд"},
            f"Прекращена досрочно 1{NBSP}февраля 2026{NBSP}г. Основание: переезд",
        ),
    ],
)
def test_the_end_of_a_programme(changes: dict[str, Any], sentence: str) -> None:
    assert personal_programme.context(full(the_programme=programme(**changes)), DAY).values["ending"] == sentence


def test_a_programme_is_not_signed_as_a_draft_or_without_consents() -> None:
    unnamed = programme().mentees[0].__class__(ALIAS, False, ALIAS, "")
    cases = {
        "": full(),
        "Программа ещё проект: сначала утвердите её в разделе «Программы».": full(the_programme=programme(draft=True)),
        "Не у всех участников есть действующее согласие: утверждать программу на бумаге нельзя.": full(
            the_programme=programme(mentees=(unnamed,))
        ),
        personal_programme.NO_PROGRAMME: full(the_programme=None),
    }
    assert {said: personal_programme.unready(world, DAY) for said, world in cases.items()} == {
        said: said for said in cases
    }


def test_scores_print_only_under_an_approved_regulation() -> None:
    without = best_practices.context(full(), DAY)
    assert [line["score"] for line in without.values["practices"]] == ["–", "–"]
    assert without.values["score_note"] == best_practices.NO_REGULATION
    approved = SETTINGS | {"practice_scoring_approved_by": "приказ от 01.02.2026 № 15"}
    rows = (practice(1), practice(2, score=None))
    given = best_practices.context(full(settings=approved, registry=rows), DAY)
    assert [line["score"] for line in given.values["practices"]] == ["41,5", "–"]
    assert given.values["score_note"].endswith("(приказ от 01.02.2026 № 15).")
    assert given.values["practices"][0] == {
        "number": "1",
        "title": "Практика 1",
        "school": "СШ № 1",
        "authors": "Соколова М. В., учитель",
        "form": "ученик – ученик",
        "summary": "встречи раз в неделю",
        "result": "тревожность ниже на треть",
        "score": "41,5",
        "presented": "РАОП: размещена 01.06.2026",
        "links": "https://school.example/practice",
    }


def test_a_long_description_is_cut_at_a_words_end() -> None:
    said = best_practices.context(full(registry=(practice(summary="слово, " * 100),)), DAY).values["practices"][0]
    assert (said["summary"][-6:], len(said["summary"]) <= best_practices.CELL_LIMIT) == ("слово…", True)


def signs(kind: str) -> list[str]:
    values = catalogue.documents()[kind].context(full(), "").values
    return [line["role"] for line in values["signs"]]


def test_who_signs_each_consent() -> None:
    assert {kind: signs(kind) for kind in (*consent_forms.FORMS, consent_forms.LABOUR)} == {
        "D17-mentor": ["Наставник"],
        "D17-mentee": ["Наставляемый"],
        "D17-14-17": ["Обучающийся", "Законный представитель"],
        "D17-under-14": ["Законный представитель"],
        "D17-distribution": ["Субъект персональных данных", "Законный представитель (если субъекту нет 18 лет)"],
        "D17-labour": ["Работник", "Представитель работодателя"],
    }


def test_the_labour_consent_begins_on_the_day_of_the_settings() -> None:
    spec = catalogue.documents()[consent_forms.LABOUR]
    before, after = (full(as_of=day) for day in (date(2025, 2, 28), date(2025, 3, 1)))
    assert spec.obstacle(before, "") == (
        f"Согласие работника на наставничество не применяется до 1{NBSP}марта 2025{NBSP}г."
    )
    assert (spec.obstacle(after, ""), spec.context(after, "").values["act"]) == ("", consent_forms.LABOUR_ACT)
    assert spec.context(before, "").values["act"] == ""
    assert spec.obstacle(World(), "") == "Согласие работника на наставничество не применяется."


@pytest.mark.parametrize("kind", consent_forms.FORMS)
def test_a_consent_names_both_parties_and_no_act(kind: str) -> None:
    spec = catalogue.documents()[kind]
    values = spec.context(full(as_of=date(2025, 9, 1)), "").values
    assert values["operator"]["name"] == school(1).full_name.replace("№ ", f"№{NBSP}")
    assert values["recipient"]["name"] == "Управление образования"
    assert values["separate"] == "Оформляется отдельно от иных документов."
    assert spec.context(full(as_of=date(2025, 8, 31)), "").values["separate"] == ""
    text = str(values)
    assert [word for word in ("ФЗ", "ст.", "статья", "приказ", "паспортные") if word in text] == []
