"""Deadline rules by themselves: months' ends, clamping, bounds, and the JSON they are stored as."""

from __future__ import annotations

from datetime import date

import pytest

from roadmap.plan.rules import Due, Kind, Rule, Schedule, day_of_month, nth_working_day, occurrences

YEAR = date(2024, 1, 1), date(2024, 12, 31)


def _weekday(day: date) -> bool:
    return day.weekday() < 5


def _dates(rule: Rule, start: date = YEAR[0], end: date = YEAR[1], **more: object) -> list[tuple[str, date]]:
    found = occurrences(Schedule(rule, **more), start, end, _weekday)  # type: ignore[arg-type]
    return [(one.period, one.due) for one in found]


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [(2, None, 29), (2, 31, 29), (4, 31, 30), (4, 5, 5), (12, None, 31)],
)
def test_a_day_is_clamped_to_its_month(month, day, expected):
    assert day_of_month(2024, month, day) == date(2024, month, expected)


def test_a_yearly_rule_without_month_means_the_end_of_the_year():
    assert _dates(Rule(Kind.YEARLY)) == [("2024", date(2024, 12, 31))]


def test_a_half_yearly_rule_means_the_ends_of_june_and_december():
    assert _dates(Rule(Kind.HALF_YEARLY)) == [("2024-06", date(2024, 6, 30)), ("2024-12", date(2024, 12, 31))]


def test_start_and_end_bound_a_recurring_rule():
    rule = Rule(Kind.MONTHLY, start=date(2024, 3, 1), end=date(2024, 5, 31), day=31)
    assert _dates(rule) == [
        ("2024-03", date(2024, 3, 31)),
        ("2024-04", date(2024, 4, 30)),
        ("2024-05", date(2024, 5, 31)),
    ]


def test_a_yearly_date_on_the_first_and_last_day_in_force_counts():
    rule = Rule(Kind.YEARLY, months=(6,), day=10)
    assert _dates(rule, date(2024, 6, 10), date(2025, 6, 10)) == [
        ("2024", date(2024, 6, 10)),
        ("2025", date(2025, 6, 10)),
    ]
    assert _dates(rule, date(2024, 6, 11), date(2025, 6, 9)) == []


def test_a_quarter_belongs_to_the_edition_in_which_it_ends():
    assert _dates(Rule(Kind.QUARTERLY), date(2024, 2, 1), date(2024, 9, 29)) == [
        ("2024-Q1", date(2024, 3, 31)),
        ("2024-Q2", date(2024, 6, 30)),
    ]
    assert _dates(Rule(Kind.QUARTERLY), working_day=5)[-1] == ("2024-Q4", date(2025, 1, 7))


def test_a_months_return_is_due_in_the_next_month():
    found = occurrences(Schedule(Rule(Kind.MONTHLY, day=5), next_month=True), *YEAR, _weekday)
    assert found[-1] == Due(date(2025, 1, 5), "2024-12", date(2024, 12, 1), date(2024, 12, 31))
    assert len(found) == 12


def test_a_window_is_due_on_its_last_day():
    rule = Rule(Kind.WINDOW, start=date(2024, 10, 1), end=date(2024, 11, 30))
    assert occurrences(Schedule(rule), *YEAR, _weekday) == [
        Due(date(2024, 11, 30), "2024", date(2024, 10, 1), date(2024, 11, 30))
    ]


@pytest.mark.parametrize(
    "kind", [Kind.CONTINUOUS, Kind.BY_SCHEDULE, Kind.ON_EVENT, Kind.UNCLEAR, Kind.WEEKLY, Kind.ACADEMIC_YEAR]
)
def test_kinds_without_dates_of_their_own_yield_nothing(kind):
    assert _dates(Rule(kind)) == []


def test_the_nth_working_day_is_counted_after_the_day():
    assert nth_working_day(date(2024, 5, 31), 5, _weekday) == date(2024, 6, 7)
    assert nth_working_day(date(2024, 6, 1), 1, _weekday) == date(2024, 6, 3)


def test_rules_and_schedules_survive_json():
    rule = Rule(Kind.WINDOW, None, date(2024, 10, 1), date(2024, 11, 30), (10, 11), 5, "примечание")
    assert rule.to_json() == {
        "kind": "window",
        "due": None,
        "start": "2024-10-01",
        "end": "2024-11-30",
        "months": [10, 11],
        "day": 5,
        "note": "примечание",
    }
    assert Rule.from_json(rule.to_json()) == rule
    schedule = Schedule(rule, working_day=5, next_month=True)
    assert Schedule.from_json(schedule.to_json()) == schedule
    assert Schedule.from_json({"kind": "once", "due": "2024-10-17"}) == Schedule(Rule(Kind.ONCE, date(2024, 10, 17)))
