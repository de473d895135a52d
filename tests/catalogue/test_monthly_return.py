from typing import Any

import pytest
from catalogue_world import accepted

from roadmap.catalogue.base import Accepted
from roadmap.catalogue.monthly_return import (
    EXAMPLE,
    EXAMPLE_FACTS,
    MonthlyReturnForm,
    expects_event,
    facts,
    summary,
    totals,
)

NOTHING: dict[str, Any] = {
    "no_changes": True,
    "new_pairs": None,
    "closed_pairs": None,
    "meetings": None,
    "site_updates": [],
    "events": [],
    "comment": "",
}


def problems(**changes: Any) -> list[tuple[str, str]]:
    form = MonthlyReturnForm.from_answers({**EXAMPLE, **changes}, EXAMPLE_FACTS)
    form.validate()
    return [(p.name, p.sentence) for p in form.problems()]


def month(number: int, period: str = "2026-10", **answers: Any) -> Accepted:
    return accepted(number, {**EXAMPLE, **answers}, {"period": period}, period)


def test_no_changes_is_one_click() -> None:
    form = MonthlyReturnForm.from_draft({"no_changes": ["1"]}, EXAMPLE_FACTS)
    assert form.validate() is True
    assert form.answers() == NOTHING


def test_no_changes_with_zeros_is_no_contradiction() -> None:
    assert problems(**{**NOTHING, "new_pairs": 0, "meetings": 0}) == []


@pytest.mark.parametrize(
    ("changes", "listed"),
    [
        ({"new_pairs": 1}, "новые пары и группы"),
        ({"events": EXAMPLE["events"], "meetings": 3}, "встречи, мероприятия"),
        ({"site_updates": EXAMPLE["site_updates"]}, "обновления сайта"),
        ({"comment": "Каникулы"}, "примечание"),
    ],
)
def test_no_changes_refuses_anything_else(changes: dict[str, Any], listed: str) -> None:
    assert problems(**{**NOTHING, **changes}) == [
        (
            "no_changes",
            f"Отмечено «Без изменений», но заполнено: {listed}. Снимите отметку или очистите эти поля",
        )
    ]


def test_numbers_are_asked_for_otherwise() -> None:
    sentence = "Введите число. Не было – поставьте 0 или отметьте «Без изменений»"
    assert problems(new_pairs=None, meetings=None) == [("new_pairs", sentence), ("meetings", sentence)]


@pytest.mark.parametrize(
    ("day", "right"), [("2026-10-01", True), ("2026-10-31", True), ("2026-09-30", False), ("2026-11-01", False)]
)
def test_a_day_lies_in_the_month(day: str, right: bool) -> None:
    row = {**EXAMPLE["site_updates"][0], "day": day}
    sentence = "Дата не из этого месяца: сведения за октябрь 2026 года"
    assert problems(site_updates=[row]) == ([] if right else [("site_updates-0-day", sentence)])


@pytest.mark.parametrize(
    ("period", "expected"), [("2026-06", True), ("2026-07", False), ("2026-08", False), ("2026-09", True)]
)
def test_an_event_is_not_expected_in_july_and_august(period: str, expected: bool) -> None:
    assert expects_event(period) is expected
    form = MonthlyReturnForm.from_draft({"no_changes": ["1"]}, {"period": period})
    assert form.validate() is True
    assert bool(form.warnings()) is expected
    rows, _ = summary([month(1, period, events=[])])
    assert rows[0].no_event is expected


def test_no_warning_when_there_was_an_event() -> None:
    form = MonthlyReturnForm.from_answers(EXAMPLE, EXAMPLE_FACTS)
    assert (form.validate(), form.warnings()) == (True, [])


def test_totals_count_no_changes_as_zeros() -> None:
    silent = accepted(2, NOTHING, {"period": "2026-10"}, "2026-10")
    found = totals([month(1), silent, month(3, meetings=6)])
    assert {name: figure.value for name, figure in found.items()} == {
        "returns": 3,
        "no_changes": 1,
        "new_pairs": 4,
        "closed_pairs": 0,
        "meetings": 30,
        "site_updates": 2,
        "events": 2,
        "participants": 76,
    }
    assert [s.id for s in found["meetings"].sources] == ["1-2026-10", "2-2026-10", "3-2026-10"]


def test_the_monthly_table() -> None:
    rows, beneath = summary([month(1), month(2, events=[])])
    assert [(r.report.school.code, r.figures["events"].value, r.no_event) for r in rows] == [
        ("s1", 1, False),
        ("s2", 0, True),
    ]
    assert beneath["events"].value == 1
    assert summary([])[0] == []


def test_what_a_year_gives_the_june_report() -> None:
    year = [month(1, "2025-09"), month(1, "2025-10", meetings=6), accepted(1, NOTHING, {}, "2025-11")]
    assert facts(year) == {
        "months": 3,
        "new_pairs": 4,
        "closed_pairs": 0,
        "meetings": 30,
        "site_updates": 2,
        "events": 2,
    }
    assert set(facts([]).values()) == {0}
