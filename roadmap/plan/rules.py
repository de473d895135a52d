"""Deadline rules: what a phrase of the roadmap says, and the dated occurrences that a schedule yields.

A *rule* is what the phrase says (the contract's nine fields less ``note``'s freedom); a *schedule* is the rule a
measure is run by, which may add a working date that the phrase leaves open (rules.md 3, 4, 23). Both are the same
dataclass and are stored apart, as JSON, on the measure. Everything here is pure: dates in, dates out.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta


class Kind(StrEnum):
    ONCE = "once"
    WINDOW = "window"
    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    ACADEMIC_YEAR = "academic_year"
    CONTINUOUS = "continuous"
    BY_SCHEDULE = "by_schedule"
    ON_EVENT = "on_event"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Rule:
    """``due``, ``start``, ``end`` are dates or None; ``months`` 1–12; ``day`` None = last day of each month.

    ``start`` and ``end`` of a recurring rule bound it; those of a window are the window itself.
    """

    kind: Kind
    due: date | None = None
    start: date | None = None
    end: date | None = None
    months: tuple[int, ...] = ()
    day: int | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The nine-key mapping of the contract, dates as ISO strings."""
        values = asdict(self)
        for name in ("due", "start", "end"):
            values[name] = values[name].isoformat() if values[name] else None
        return values | {"kind": self.kind.value, "months": list(self.months)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Rule:
        """The inverse of ``to_json``; an absent key means its default."""
        dates = {n: date.fromisoformat(values[n]) if values.get(n) else None for n in ("due", "start", "end")}
        return cls(
            kind=Kind(values["kind"]),
            months=tuple(values.get("months") or ()),
            day=values.get("day"),
            note=values.get("note") or "",
            **dates,
        )


@dataclass(frozen=True)
class Schedule:
    """A rule plus what the phrase leaves to settings.

    ``working_day``: due on the n-th working day after the period's end (5.4). ``next_month``: a monthly return is due
    on ``day`` of the month after the one it reports (rule 23).
    """

    rule: Rule
    working_day: int | None = None
    next_month: bool = False

    def to_json(self) -> dict[str, Any]:
        return self.rule.to_json() | {"working_day": self.working_day, "next_month": self.next_month}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Schedule:
        return cls(Rule.from_json(values), values.get("working_day"), bool(values.get("next_month")))


@dataclass(frozen=True, order=True)
class Due:
    """One occurrence: ``period`` is a stable key («2023», «2022-11», «2022-Q4»), ``start``–``end`` what it covers."""

    due: date
    period: str
    start: date
    end: date


IsWorkingDay = Callable[[date], bool]


def occurrences(schedule: Schedule, start: date, end: date, is_working_day: IsWorkingDay) -> list[Due]:
    """Every dated occurrence of ``schedule`` whose *period* lies in ``start``–``end``, the dates an edition is in
    force, in order of due date. An occurrence belongs to the edition of its period, so a report for December may fall
    due after ``end`` (dossier §10.1). Kinds without dates of their own yield nothing.
    """
    rule = schedule.rule
    first, last = max(start, rule.start or start), min(end, rule.end or end)
    match rule.kind:
        case Kind.ONCE:
            found = [_single(rule.due, rule.due)] if rule.due else []
        case Kind.WINDOW:
            found = [_single(rule.start, rule.end)] if rule.start and rule.end else []
        case Kind.YEARLY | Kind.HALF_YEARLY:
            found = list(_dates_in_months(rule, rule.months or _default_months(rule.kind), first, last))
        case Kind.QUARTERLY:
            found = list(_quarters(schedule, first, last, is_working_day))
        case Kind.MONTHLY:
            found = list(_months(schedule, first, last))
        case _:
            found = []
    return sorted(found)


def nth_working_day(after: date, count: int, is_working_day: IsWorkingDay) -> date:
    """The ``count``-th working day strictly after ``after``."""
    day = after
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def day_of_month(year: int, month: int, day: int | None) -> date:
    """``day`` of the month, clamped to its length; None means the last day."""
    length = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or length, length))


def _default_months(kind: Kind) -> tuple[int, ...]:
    return (12,) if kind is Kind.YEARLY else (6, 12)


def _single(start: date | None, due: date | None) -> Due:
    assert start and due
    return Due(due, str(due.year), start, due)


def _dates_in_months(rule: Rule, months: tuple[int, ...], first: date, last: date) -> Iterator[Due]:
    """A date in each named month of each year; more than one a year is told apart by its month."""
    for year in range(first.year, last.year + 1):
        for month in months:
            due = day_of_month(year, month, rule.day)
            if first <= due <= last:
                period = str(year) if len(months) == 1 else f"{year}-{month:02}"
                yield Due(due, period, due - relativedelta(months=12 // len(months)) + timedelta(days=1), due)


def _quarters(schedule: Schedule, first: date, last: date, is_working_day: IsWorkingDay) -> Iterator[Due]:
    month = date(first.year, 3 * ((first.month - 1) // 3) + 1, 1)
    while (end := month + relativedelta(months=3, days=-1)) <= last:
        if schedule.working_day:
            due = nth_working_day(end, schedule.working_day, is_working_day)
        else:
            due = day_of_month(end.year, end.month, schedule.rule.day)
        yield Due(due, f"{end.year}-Q{end.month // 3}", month, end)
        month += relativedelta(months=3)


def _months(schedule: Schedule, first: date, last: date) -> Iterator[Due]:
    month = first.replace(day=1)
    while month <= last:
        when = month + relativedelta(months=1) if schedule.next_month else month
        due = day_of_month(when.year, when.month, schedule.rule.day)
        yield Due(due, f"{month:%Y-%m}", month, month + relativedelta(months=1, days=-1))
        month += relativedelta(months=1)
