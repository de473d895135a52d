"""Papers of the June reports: the schools' own, recorded by the office as incoming, and the office's summary."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from roadmap import clock
from roadmap.demo.fates import fate_of, reopened
from roadmap.demo.scan import demo_scan
from roadmap.demo.timeline import dice, workday, workdays_after
from roadmap.demo.world import World
from roadmap.documents import service
from roadmap.documents.models import Document
from roadmap.documents.queries import spec_of
from roadmap.plan.models import Occurrence
from roadmap.schools.models import Municipality, School

TOO_EARLY = "Подготовлена до того, как все школы отправили отчёты. Сводная справка будет подготовлена заново."
PREPARED_ONLY, UNSIGNED = "se-07", "se-05"  # of the newest year


class Paper:
    """One paper on its way; each method is a step of the timeline."""

    def __init__(self, kind: str, municipality: Municipality, school: School | None, period: str, actor: Any) -> None:
        self.kind, self.municipality, self.school, self.period = kind, municipality, school, period
        self.actor = actor
        self.document: Document | None = None

    def prepare(self) -> None:
        source = service.source_for(self.municipality, self.school)
        self.document = service.prepare(spec_of(self.kind), source, self.period, self.actor)

    def register(self) -> None:
        service.register_document(self._document(), self._document().version, self.actor)

    def annul(self, reason: str) -> None:
        service.annul(self._document(), reason, self._document().version, self.actor)

    def sign(self) -> None:
        document = self._document()
        scan = demo_scan(f"{document.number} {clock.today():%d.%m.%Y}")
        service.attach_scan(document, scan, document.version, self.actor)

    def receive(self, actor: Any) -> None:
        service.receive(self._document(), actor)

    def _document(self) -> Document:
        assert self.document is not None
        return self.document


def plan_school_paper(world: World, occurrence: Occurrence) -> None:
    """Prepared and registered after the report is accepted, then signed, then recorded by the office."""
    assert occurrence.school_id is not None
    profile, year = world.profile(occurrence.school_id), occurrence.due.year
    if reopened(profile, occurrence.due, world.today):
        return
    school, municipality = world.schools[profile.code], world.municipalities[profile.municipality]
    paper = Paper("D3", municipality, school, occurrence.period, world.head(profile))
    accepted = [day for verb, day in fate_of(profile, occurrence, world.today) if verb == "accept"][-1]
    chance = dice(profile.code, "paper", year)
    add, day = world.timeline.add, workdays_after(accepted, chance.randint(1, 2))
    minute = chance.randint(0, 50)
    add(day, 11, minute, paper.prepare)
    newest = year == world.today.year
    if newest and profile.code == PREPARED_ONLY:
        return
    add(day, 11, minute + 5, paper.register)
    if newest and profile.code == UNSIGNED:
        return
    add(workdays_after(day, 1), 12, minute, paper.sign)
    receiver = world.methodist(profile.municipality)
    add(workdays_after(day, 2), 10, minute, partial(paper.receive, receiver))


def plan_summary(world: World, municipality: str, year: int) -> None:
    """At the end of June; in the first municipality's even years one was prepared too early and annulled."""
    row, actor = world.municipalities[municipality], world.specialist(municipality)
    early, paper = (Paper("D18", row, None, str(year), actor) for _ in range(2))
    add = world.timeline.add
    if municipality == "se" and year % 2 == 0:
        add(workday(date(year, 6, 11)), 17, 20, early.prepare)
        add(workdays_after(date(year, 6, 11), 1), 9, 40, partial(early.annul, TOO_EARLY))
    day = workday(date(year, 6, 28))
    add(day, 14, 10, paper.prepare)
    add(day, 14, 40, paper.register)
    add(workdays_after(day, 1), 9, 30, paper.sign)
