"""Russian working days with the transfers that the government decrees each year."""

from __future__ import annotations

import functools
from datetime import date, timedelta

import holidays

from roadmap.language import date_short, days_left

WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
WORDS_WITHIN = timedelta(days=62)


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


def deadline_words(due: date, today: date) -> str:
    """«через 3 рабочих дня», «сегодня», «просрочено на 5 дней»; «» for what is more than two months away.

    Before a deadline with no working day left to it, calendar days are told: on a Friday, a Saturday is «завтра».
    """
    if due - today > WORDS_WITHIN:
        return ""
    if due > today and (left := working_days_between(today, due)):
        return days_left(left)
    return days_left((due - today).days, working=False)


def day_off_note(due: date) -> str:
    """What to know of a due date that is no working day; «» for the others. The date itself stays (dossier §10.1)."""
    if is_working_day(due):
        return ""
    before = due
    while not is_working_day(before):
        before -= timedelta(days=1)
    weekday = WEEKDAYS[due.weekday()]
    return f"{weekday}, нерабочий день. Срок не переносится, последний рабочий день до него – {date_short(before)}."
