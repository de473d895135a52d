"""Russian working days with the transfers that the government decrees each year."""

from __future__ import annotations

import functools
from datetime import date, timedelta

import holidays


@functools.cache
def _russia() -> holidays.HolidayBase:
    return holidays.country_holidays("RU")


def is_working_day(day: date) -> bool:
    """Knows transfers and working Saturdays of the years that ``holidays`` carries; beyond them, the plain week."""
    return _russia().is_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``: «вернуть до», «проверить до» (rules.md 1)."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after ``first`` up to ``last`` inclusive; 0 if ``last`` is not later."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
