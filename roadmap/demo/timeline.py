"""History is a heap of moments: each is replayed with the office's clock standing still at it, until the office's day.

Only days before today are replayed, so that nothing lies in the future and the hour of loading changes nothing.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from roadmap import clock
from roadmap.plan.calendar import is_working_day

SEED = "roadmap-demo-2026"
ONE = timedelta(days=1)


def dice(*names: object) -> random.Random:
    """Chance that depends on what it is for and on nothing else: one more throw here changes nothing there."""
    return random.Random(":".join([SEED, *map(str, names)]))


def workday(day: date) -> date:
    """The day itself, or the working day before it."""
    while not is_working_day(day):
        day -= ONE
    return day


def workdays_before(day: date, count: int) -> date:
    """The ``count``-th working day before ``day``."""
    for _ in range(count):
        day = workday(day - ONE)
    return day


def workdays_after(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``."""
    for _ in range(count):
        day += ONE
        while not is_working_day(day):
            day += ONE
    return day


class Timeline:
    """What happened, in order. A step may add later steps: publishing an edition brings its reports."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._steps: list[tuple[datetime, int, Callable[[], object]]] = []
        self._added = 0

    def add(self, day: date, hour: int, minute: int, step: Callable[[], object]) -> None:
        """A step on or after today never happens."""
        if day < self.today:
            self._added += 1
            heapq.heappush(self._steps, (clock.at_office(day, hour, minute), self._added, step))

    def play(self) -> None:
        while self._steps:
            moment, _, step = heapq.heappop(self._steps)
            with clock.clock().at(moment):
                step()
