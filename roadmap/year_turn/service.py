"""The turn of the school year in one transaction, and the confirming of the base. Issue 3: classes move up, graduates
close their pairs on 31 August, programmes are copied as drafts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from roadmap import clock, language
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db, new_id
from roadmap.errors import BadRequest, Conflict, Invalid, WrongState
from roadmap.forms import Answers
from roadmap.programmes import service as programmes
from roadmap.programmes.forms import ProgrammeForm
from roadmap.registers import service as registers
from roadmap.registers.as_of import counts
from roadmap.registers.details import PersonDetails
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.words import PersonKind
from roadmap.schools.models import School
from roadmap.year_turn import queries
from roadmap.year_turn.models import BaseConfirmation, Outcome, Season, YearTurnMark
from roadmap.year_turn.queries import Copy, Proposal, Pupil

MONTHS = range(6, 10)  # June to September
SEASONS = {11: Season.NOVEMBER, 12: Season.NOVEMBER, 5: Season.MAY, 6: Season.MAY}  # a month late is still taken


@dataclass(frozen=True)
class Choices:
    """Ids that were ticked: who leaves, who stays in the class, which programmes are copied (by the source's id)."""

    leave: frozenset[uuid.UUID] = frozenset()
    stay: frozenset[uuid.UUID] = frozenset()
    copy: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Plan:
    """Exactly what would be done. ``deferred`` leave, but not before 31 August."""

    moved: list[Pupil] = field(default_factory=list)
    stayed: list[Pupil] = field(default_factory=list)
    left: list[Pupil] = field(default_factory=list)
    deferred: list[Pupil] = field(default_factory=list)
    copied: list[Copy] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.moved or self.stayed or self.left or self.copied)


def turn_year(today: date) -> int | None:
    """The year of the September that begins; None outside June – September."""
    return today.year if today.month in MONTHS else None


def last_day(year: int) -> date:
    """Graduates' pairs end on it, and not before it has come: the registers take no end in the future."""
    return date(year, 8, 31)


def usual_choices(proposal: Proposal) -> Choices:
    """As the page is first shown: the last class leaves, every ready programme is copied."""
    return Choices(
        leave=frozenset(row.participant.id for row in proposal.pupils if row.leaves),
        copy=frozenset(copy.source.id for copy in proposal.ready),
    )


def plan(proposal: Proposal, choices: Choices, today: date) -> Plan:
    """Invalid where ticks contradict each other, BadRequest for what is not in the proposal."""
    known = {row.participant.id for row in proposal.pupils}
    if not (choices.leave | choices.stay <= known and choices.copy <= {copy.source.id for copy in proposal.ready}):
        raise BadRequest("Список устарел: откройте страницу заново.")
    if choices.leave & choices.stay:
        raise Invalid("У одного ученика отмечено и «выбывает», и «остаётся в классе». Оставьте одну отметку.")
    made = Plan()
    leaving = made.left if today >= last_day(proposal.year) else made.deferred
    for row in proposal.pupils:
        if row.participant.id in choices.leave:
            leaving.append(row)
        elif row.participant.id in choices.stay or row.following is None:
            made.stayed.append(row)
        else:
            made.moved.append(row)
    made.copied.extend(
        copy
        for copy in proposal.ready
        if copy.source.id in choices.copy and not _falls_apart(copy.target, choices.leave)
    )
    return made


def run(school: School, choices: Choices, seen: str, actor: Any) -> Plan:
    """Does what the preview ``seen`` has shown. Conflict if anything in it has changed since; a second run finds
    nothing to do. Refusals of the registers (Invalid) undo all of it."""
    year = turn_year(clock.today())
    if year is None:
        raise WrongState("Переход на новый учебный год выполняют с июня по сентябрь.")
    db.session.refresh(school, with_for_update=True)  # two curators at once: the second one finds it done
    proposal = queries.proposal(school.id, year)
    if proposal.seen != seen:
        raise Conflict("Пока вы смотрели, данные базы изменились. Откройте страницу заново и проверьте список.")
    made = plan(proposal, choices, clock.today())
    for outcome, rows in ((Outcome.MOVED, made.moved), (Outcome.STAYED, made.stayed), (Outcome.LEFT, made.left)):
        for row in rows:
            _turn(row, outcome, year, actor)
    for copy in made.copied:
        copy_programme(copy.source.plan_answers, copy.target, year, actor)
    if not made.nothing:
        done = len(made.moved) + len(made.stayed) + len(made.left) + len(made.copied)
        record(Verb.YEAR_TURNED, school, actor, year=year, count=done)
    return made


def copy_programme(answers: Answers, target: Mentorship, year: int, actor: Any) -> None:
    """A draft for the year that begins in September: texts as they were, dates a year later; an event that falls out of
    the term keeps no date, and the form asks for it."""
    programme = programmes.add_programme(target, actor)
    first = max(date(year, 9, 1), target.starts_on)
    last = min(date(year + 1, 5, 31), target.ends_on or date.max)
    if last <= first:
        last = target.ends_on or date(year + 1, 8, 31)
    events = [event | {"due": _year_later(event.get("due"), first, last)} for event in answers.get("plan") or ()]
    copied = dict(answers) | {"starts_on": first.isoformat(), "ends_on": last.isoformat(), "plan": events}
    programmes.save_plan(programme, ProgrammeForm.to_draft(copied), programme.version, actor)


def season_of(today: date) -> Season | None:
    """Which confirmation is open today, if any."""
    return SEASONS.get(today.month)


def confirm(school: School, actor: Any) -> BaseConfirmation:
    """«База подтверждена» of this November or May, with the counts as of today. WrongState out of season or twice."""
    today = clock.today()
    season = season_of(today)
    if season is None:
        raise WrongState("Базу подтверждают в ноябре и в мае.")
    year = int(language.school_year(today)[:4])
    db.session.refresh(school, with_for_update=True)
    taken = select(BaseConfirmation.id).where(
        BaseConfirmation.school_id == school.id,
        BaseConfirmation.year == year,
        BaseConfirmation.season == season.value,
    )
    if db.session.scalar(taken) is not None:
        raise WrongState("База уже подтверждена.")
    confirmation = BaseConfirmation(
        id=new_id(),
        municipality_id=school.municipality_id,
        school_id=school.id,
        year=year,
        season=season.value,
        confirmed_on=today,
        confirmed_by_id=actor.id,
        counts=counts(school.id, today, year),
    )
    db.session.add(confirmation)
    db.session.flush()
    record(Verb.BASE_CONFIRMED, confirmation, actor, year=year)
    return confirmation


def _turn(row: Pupil, outcome: Outcome, year: int, actor: Any) -> None:
    person = row.participant
    if outcome is Outcome.MOVED:
        _move(person, row.following or "", actor)
    elif outcome is Outcome.LEFT:
        reason = f"Выпуск {year} года" if row.current.final else "Ученик выбыл из школы"
        registers.leave(person, last_day(year), reason, person.version, actor)
    db.session.add(
        YearTurnMark(
            participant_id=person.id,
            year=year,
            school_id=person.school_id,
            outcome=outcome.value,
            done_at=clock.now(),
        )
    )


def _move(person: Participant, group: str, actor: Any) -> None:
    values = {name: getattr(person, name) for name in PersonDetails.__dataclass_fields__}
    details = PersonDetails(**values | {"kind": PersonKind(person.kind), "group": group})
    registers.change_participant(person, details, person.version, actor, to_check=person.to_check)


def _falls_apart(pair: Mentorship, leaving: frozenset[uuid.UUID]) -> bool:
    """Without its mentor or without any mentee a pair does not go on."""
    members = {row.participant_id for row in pair.members if row.until is None}
    return pair.mentor_id in leaving or members <= leaving


def _year_later(due: Any, first: date, last: date) -> str | None:
    if not due:
        return None
    day = date.fromisoformat(due)
    leap = (day.month, day.day) == (2, 29)
    later = date(day.year + 1, 3, 1) - timedelta(days=1) if leap else day.replace(year=day.year + 1)
    return later.isoformat() if first <= later <= last else None
