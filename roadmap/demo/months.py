"""A school's monthly return: meetings follow the number of its pairs, summers are quiet, autumns bring new pairs."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from roadmap.demo.june import pairs
from roadmap.demo.schools import Profile
from roadmap.demo.timeline import dice, workday
from roadmap.demo.words import EVENTS, UPDATES

# How often a pair meets in a month of the school year.
MEETINGS = {1: 1.4, 2: 1.9, 3: 1.6, 4: 1.9, 5: 1.2, 6: 0.2, 7: 0.0, 8: 0.2, 9: 1.3, 10: 2.0, 11: 1.8, 12: 1.7}
NEW = {9: 0.5, 10: 0.15, 1: 0.06}  # the part of a year's pairs that begins in a month
CLOSED = {5: 0.54, 6: 0.08, 12: 0.04}


def answers(profile: Profile, month: date) -> dict[str, Any]:
    """``month`` is its first day."""
    chance = dice(profile.code, "month", month)
    number = pairs(profile, month.year + (month.month >= 9))
    meetings = round(number * MEETINGS[month.month] * chance.uniform(0.85, 1.15))
    if not meetings:
        return {"no_changes": True, "site_updates": [], "events": [], "comment": ""}
    quiet = month.month in (6, 8)
    large = profile.teachers > 25 and chance.random() < 0.5
    return {
        "no_changes": False,
        "new_pairs": round(number * NEW.get(month.month, 0)),
        "closed_pairs": round(number * CLOSED.get(month.month, 0)),
        "meetings": meetings,
        "site_updates": _updates(profile, month, chance, 0 if quiet else chance.randint(1, 2)),
        "events": [] if quiet else _events(profile, month, chance, 1 + large),
        "comment": "",
    }


def _updates(profile: Profile, month: date, chance: Random, count: int) -> list[dict[str, Any]]:
    return [
        {
            "uid": f"s{number}",
            "day": _day(month, chance).isoformat(),
            "what": what,
            "link": f"{profile.site}/{page}-{month:%Y-%m}",
        }
        for number, (what, page) in enumerate(chance.sample(UPDATES, count), start=1)
    ]


def _events(profile: Profile, month: date, chance: Random, count: int) -> list[dict[str, Any]]:
    size = min(1.0, profile.teachers / 30)
    return [
        {
            "uid": f"e{number}",
            "day": _day(month, chance).isoformat(),
            "title": title,
            "participants": max(4, round(people * size) + chance.randint(-3, 3)),
        }
        for number, (title, people) in enumerate(chance.sample(EVENTS, count), start=1)
    ]


def _day(month: date, chance: Random) -> date:
    """A working day from the ninth on: before it the year's first month has none."""
    return workday(month.replace(day=chance.randint(12, 25)))
