"""Jinja filters: the language of ``language.py`` in the office's zone. None prints nothing, except in percentages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask

from roadmap import clock, language


def register(app: Flask) -> None:
    """Put every filter below into the application's Jinja environment."""
    app.jinja_env.filters.update(
        date_long=_of_day(language.date_long),
        date_short=_of_day(language.date_short),
        month=_of_day(language.month),
        moment=moment,
        number=number,
        counted=language.counted,
        plural=language.plural,
        percent=language.percent,
        points=language.points,
        period=language.period_label,
        days_left=language.days_left,
        initials=initials,
    )


def moment(at: datetime | None) -> str:
    """An aware moment beside the office's today."""
    return "" if at is None else language.moment(clock.local(at), clock.today())


def number(value: language.Number | None, digits: int | None = None) -> str:
    return "" if value is None else language.number(value, digits)


def initials(full_name: str | None) -> str:
    return "" if full_name is None else language.initials(full_name)


def _of_day(words: Callable[[date], str]) -> Callable[[date | datetime | None], str]:
    """A moment is told by its date at the office."""

    def filter_(value: date | datetime | None) -> str:
        if value is None:
            return ""
        return words(clock.local(value).date() if isinstance(value, datetime) else value)

    return filter_
