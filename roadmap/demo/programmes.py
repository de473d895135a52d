"""Personal programmes of the pairs: planned and approved in September, agreed, kept through the year, completed in May.

In each of some schools one waits for its head, or for the methodist.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from roadmap import clock
from roadmap.demo.pairs import UNAPPROVED, UNFINISHED, WAITING, WITHDRAWN, Pair
from roadmap.demo.programme_words import THEMES
from roadmap.demo.timeline import dice, workday, workdays_after, workdays_before
from roadmap.demo.world import World
from roadmap.programmes import review, service
from roadmap.programmes.forms import ProgressForm
from roadmap.programmes.models import Programme
from roadmap.registers.models import Mentorship

KEPT_ON = ((0, 10, 24), (0, 12, 19), (1, 3, 20))  # the journal is brought up to date: years after September, month, day
MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5)
WEEK = timedelta(days=7)
INTERIM = "Встречи проходят регулярно, план первого полугодия выполнен."


class PersonalProgramme:
    """One programme on its way; each method without arguments is a step of the timeline.

    ``live``: the school year still lasts, so that somebody may be waited for.
    """

    def __init__(self, world: World, pair: Pair, live: bool) -> None:
        self.world, self.pair, self.live, self.theme = world, pair, live, THEMES[pair.shape.theme]
        self.keeper, self.head = world.filler(pair.profile), world.head(pair.profile)
        self.methodist = world.methodist(pair.profile.municipality)
        self.mentorship: Mentorship | None = None
        self.programme: Programme | None = None
        chance = dice("programme", pair.profile.code, pair.year, pair.number)
        self.days = [_event_day(pair, month, chance.randint(13, 26)) for month in MONTHS]

    def plan(self, minute: int) -> None:
        pair, add = self.pair, self.world.timeline.add
        drafted = workdays_after(date(pair.year, 9, 20), 1 + pair.number % 3)
        add(drafted, 15, minute, self.draft)
        if self.live and pair.fate == UNAPPROVED:
            return
        if self.live and pair.fate == WAITING:
            add(max(workdays_before(self.world.today, 2), drafted), 16, minute, self.approve)
            return
        add(workdays_after(drafted, 1), 10, minute, self.approve)
        add(workdays_after(drafted, 2 + pair.number % 3), 13, minute, self.agree)
        for years, month, day in KEPT_ON:
            add(workday(date(pair.year + years, month, day)), 15, minute, self.keep)
        if pair.fate not in (WITHDRAWN, UNFINISHED):
            add(workdays_after(date(pair.year + 1, 5, 18), pair.number % 6), 15, minute, self.complete)

    def draft(self) -> None:
        assert self.mentorship is not None
        self.programme = service.add_programme(self.mentorship, self.keeper)
        service.replace_plan(self.programme, self._plan(), self.programme.version, self.keeper)

    def approve(self) -> None:
        service.approve(self._known(), self._known().version, self.head)

    def agree(self) -> None:
        review.agree(self._known(), self._known().version, self.methodist)

    def keep(self) -> None:
        self._save(self._progress())

    def complete(self) -> None:
        today = clock.today()
        what, before, after = self.theme.measure
        told = {"uid": "r1", "what": what, "before": before, "after": after}
        self._save(self._progress() | {"results": [told], "final_on": today.isoformat(), "final": self.theme.final})
        service.complete(self._known(), today, self._known().version, self.keeper)

    def stop(self, reason: str) -> None:
        service.stop(self._known(), clock.today(), reason, self._known().version, self.keeper)

    def _plan(self) -> dict[str, Any]:
        theme = self.theme
        return {
            "starts_on": self.pair.starts_on.isoformat(),
            "ends_on": date(self.pair.year + 1, 5, 31).isoformat(),
            "mode": "onsite",
            "frequency": "раз в месяц" if self.pair.shape.theme == "profession" else "раз в неделю",
            "request": theme.request,
            "aim": theme.aim,
            "tasks": "\n".join(theme.tasks),
            "directions": "",
            "expected": theme.expected,
            "plan": [
                {"uid": f"p{n}", "title": title, "content": "", "due": day.isoformat(), "way": way, "expected": result}
                for n, (day, (title, way, result)) in enumerate(zip(self.days, theme.events, strict=True), start=1)
            ],
        }

    def _progress(self) -> dict[str, Any]:
        """What had happened by today: marks of the plan, and a meeting a week before each event but the first."""
        today, theme = clock.today(), self.theme
        done = [(n, day) for n, day in enumerate(self.days) if day < today]
        meetings = [(n, workday(day - WEEK)) for n, day in enumerate(self.days) if n and day - WEEK < today]
        interim = today > date(self.pair.year, 12, 1)
        return {
            "marks": [
                {"uid": f"p{n + 1}", "done_on": day.isoformat(), "actual": theme.events[n][2]} for n, day in done
            ],
            "meetings": [
                {
                    "uid": f"m{n}",
                    "held_on": day.isoformat(),
                    "topic": theme.topics[n % len(theme.topics)],
                    "content": "",
                    "result": "Задание выполнено",
                    "task": "",
                }
                for n, day in meetings
            ],
            "interim_on": date(self.pair.year, 12, 1).isoformat() if interim else None,
            "interim": INTERIM if interim else "",
        }

    def _save(self, answers: dict[str, Any]) -> None:
        form = service.save_progress(self._known(), ProgressForm.to_draft(answers), self._known().version, self.keeper)
        assert not form.problems(), form.problems()

    def _known(self) -> Programme:
        assert self.programme is not None
        return self.programme


def _event_day(pair: Pair, month: int, day: int) -> date:
    """A working day of the month within the programme: late in September, early in May."""
    year = pair.year + (month < 9)
    if month in (9, 5):
        day = 28 if month == 9 else 14
    return workday(date(year, month, day))
