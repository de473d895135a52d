"""What a phrase states, before anything is concluded from it: between the grammar and the decision."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from roadmap.plan.phrase_words import GENITIVE
from roadmap.plan.rules import Kind

YEARS = range(2000, 2100)


class Unclear(ValueError):
    """The phrase has no certain reading; the message is the reason, in Russian, without a final full stop."""


@dataclass(frozen=True)
class Moment:
    """A day, or a whole month when ``day`` is None; in some year not named when ``year`` is None."""

    month: int
    day: int | None = None
    year: int | None = None

    def check(self) -> None:
        """Raises Unclear for what no calendar has: 31.02, month 13, year 1023."""
        if self.year is not None and self.year not in YEARS:
            raise Unclear(f"год {self.year} вне допустимых 2000–2099")
        if not 1 <= self.month <= 12:
            raise Unclear(f"месяца с номером {self.month} нет")
        length = calendar.monthrange(self.year or 2024, self.month)[1]  # 2024: 29.02 exists in some year
        if self.day is not None and not 1 <= self.day <= length:
            year = f" {self.year} года" if self.year else ""
            raise Unclear(f"даты «{self.day} {GENITIVE[self.month - 1]}{year}» не существует")

    def first_day(self) -> date:
        return date(self.year or 0, self.month, self.day or 1)

    def last_day(self) -> date:
        return date(self.year or 0, self.month, 1) + relativedelta(day=self.day or 31)


@dataclass(frozen=True)
class Stretch:
    """From ``first`` to ``last``; with ``deadline`` only the last day of ``last`` counts. ``part`` marks a quarter or
    half of the calendar year, which a school year has not."""

    first: Moment
    last: Moment
    deadline: bool = False
    part: bool = False

    @property
    def shape(self) -> tuple[bool, ...]:
        """What must agree before several stretches can be one rule: deadlines, months, quarters and spans don't mix."""
        first, last = self.first, self.last
        return self.deadline, self.part, first.day is None, last.day is None, first == last

    @property
    def dated(self) -> bool:
        return self.last.year is not None

    def in_year(self, year: int) -> Stretch:
        """The undated stretch with its last day in ``year``; «сентябрь – май» begins a year earlier."""
        over = (self.first.month, self.first.day or 1) > (self.last.month, self.last.day or 31)
        first = replace(self.first, year=year - 1 if over else year)
        return replace(self, first=first, last=replace(self.last, year=year))

    def dates(self) -> tuple[date, date]:
        """First and last day of a dated stretch; Unclear when they are the wrong way round."""
        start, end = self.first.first_day(), self.last.last_day()
        if start > end:
            raise Unclear("начало срока позже его конца")
        return start, end


@dataclass
class Facts:
    recurrences: list[Kind] = field(default_factory=list)
    times_a_year: int | None = None  # «3 раза в год», which has no kind of its own
    stretches: list[Stretch] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)
    opening: Moment | None = None  # «с 01.09.2023» with nothing after it
    school: bool = False
    school_years: list[tuple[int, int]] = field(default_factory=list)
    day: int | None = None  # «до 20 числа»; 0 = the last day
    next_month: Kind | None = None  # «месяца, следующего за отчётным кварталом»: the kind of what is reported
    reported_named: bool = True  # False for plain «следующего за отчётным», where a recurrence may name it
    whole_period: bool = False
    until_period_end: bool = False
    calendar_year: bool = False  # «в течение года» with no year named
    constant: bool = False
    schedule: bool = False
    event: bool = False
    summary: str = ""  # «по итогам квартала»: the words after «по итогам»
    notes: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
