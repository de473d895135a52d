"""The office's time: the one place that asks what time it is, and the one place where tests set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app

KEY = "roadmap-clock"


class Clock:
    """Runs on from ``start`` when it is given (ROADMAP_NOW), else shows the real time."""

    def __init__(self, zone: ZoneInfo, start: datetime | None) -> None:
        self.zone = zone
        if start is not None and start.tzinfo is None:
            start = start.replace(tzinfo=zone)
        self.shift = start - datetime.now(UTC) if start else None
        self.stopped_at: datetime | None = None

    def now(self) -> datetime:
        if self.stopped_at is not None:
            return self.stopped_at
        real = datetime.now(UTC)
        return real + self.shift if self.shift is not None else real

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Stands still at an aware ``moment``: a command replays what happened then. Not for a serving process,
        whose threads share the clock."""
        before, self.stopped_at = self.stopped_at, moment
        try:
            yield
        finally:
            self.stopped_at = before

    def set(self, moment: datetime) -> None:
        """Tests only: the clock goes on from ``moment`` (aware, or in the office's zone)."""
        self.shift = (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)) - datetime.now(UTC)


def register(app: Flask, zone: ZoneInfo, start: datetime | None) -> None:
    app.extensions[KEY] = Clock(zone, start)


def clock() -> Clock:
    found: Clock = current_app.extensions[KEY]
    return found


def now() -> datetime:
    """Aware UTC."""
    return clock().now().astimezone(UTC)


def today() -> date:
    """The date at the office: a deadline passes at its midnight, wherever the server runs."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment in the office's zone."""
    return moment.astimezone(clock().zone)


def at_office(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Aware UTC moment of a wall-clock time at the office."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock().zone).astimezone(UTC)
