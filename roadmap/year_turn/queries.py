"""What the turn of a year has to do, read from the registers and programmes; who has confirmed the base."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from roadmap import clock
from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.programmes.models import Programme
from roadmap.registers.models import MenteeCard, MentorCard, Mentorship, Participant
from roadmap.registers.words import MentorshipState, PersonKind, ProgrammeState
from roadmap.schools.models import School
from roadmap.year_turn.classes import ClassName, read_class
from roadmap.year_turn.models import BaseConfirmation, Season, YearTurnMark

OPEN_PAIRS = (MentorshipState.DRAFT.value, MentorshipState.APPROVED.value)
UNDER_WAY = (ProgrammeState.APPROVED.value, ProgrammeState.RUNNING.value, ProgrammeState.EXTENDED.value)
COPIED = (*UNDER_WAY, ProgrammeState.COMPLETED.value)


@dataclass(frozen=True)
class Pupil:
    participant: Participant
    current: ClassName

    @property
    def following(self) -> str | None:
        return self.current.following

    @property
    def leaves(self) -> bool:
        """Ticked as a graduate unless the curator says otherwise."""
        return self.current.following is None


@dataclass(frozen=True)
class Copy:
    """A programme of the year that ends, and the pair that goes on into the next one."""

    source: Programme
    target: Mentorship
    waits: bool  # the source must be completed first: a pair has one open programme at a time


@dataclass(frozen=True)
class Proposal:
    """``year`` is the calendar year of the September that begins; ``unread`` have no class that can be read."""

    year: int
    pupils: Sequence[Pupil]
    unread: Sequence[Participant]
    copies: Sequence[Copy]

    @property
    def nothing(self) -> bool:
        return not self.pupils and not self.ready

    @property
    def ready(self) -> list[Copy]:
        return [copy for copy in self.copies if not copy.waits]

    @property
    def waiting(self) -> list[Copy]:
        return [copy for copy in self.copies if copy.waits]

    @property
    def seen(self) -> str:
        """A mark of exactly this proposal: what was looked at must be what is done."""
        parts = [f"{row.participant.id} {row.participant.version} {row.following}" for row in self.pupils]
        parts += [f"{c.source.id} {c.source.version} {c.target.id} {c.target.version}" for c in self.ready]
        return hashlib.sha256("\n".join([str(self.year), *parts]).encode()).hexdigest()[:32]


def proposal(school_id: uuid.UUID, year: int) -> Proposal:
    """For the school year that begins in September of ``year``; what is done already is not in it."""
    people = _pupils_left(school_id, year)
    read = [(person, read_class(person.group)) for person in people]
    pupils = [Pupil(person, name) for person, name in read if name is not None]
    pupils.sort(key=lambda row: (row.current.grade, row.current.rest.strip().upper(), row.participant.sort_key))
    unread = [person for person, name in read if name is None]
    return Proposal(year, pupils, unread, _copies(school_id, year))


def confirmations(
    municipality_id: uuid.UUID, school_id: uuid.UUID | None, year: int
) -> Mapping[tuple[uuid.UUID, Season], BaseConfirmation]:
    """Of a school year, by school and season; ``school_id`` None is all schools."""
    query = (
        select(BaseConfirmation)
        .where(BaseConfirmation.municipality_id == municipality_id, BaseConfirmation.year == year)
        .options(joinedload(BaseConfirmation.confirmed_by))
    )
    if school_id is not None:
        query = query.where(BaseConfirmation.school_id == school_id)
    return {(row.school_id, Season(row.season)): row for row in db.session.scalars(query)}


def confirmed_years(municipality_id: uuid.UUID, this_year: int) -> list[int]:
    """School years with confirmations, and the present one; the newest first."""
    query = select(BaseConfirmation.year).where(BaseConfirmation.municipality_id == municipality_id).distinct()
    return sorted({this_year, *db.session.scalars(query)}, reverse=True)


def confirmation_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    query = select(BaseConfirmation.id, School.short_name).join(School).where(BaseConfirmation.id.in_(ids))
    return {row.id: row.short_name for row in db.session.execute(query)}


def _pupils_left(school_id: uuid.UUID, year: int) -> Sequence[Participant]:
    """Pupils who take part, were entered before the first of September, and are not yet turned."""
    done = select(YearTurnMark.participant_id).where(YearTurnMark.school_id == school_id, YearTurnMark.year == year)
    mentors = select(MentorCard.participant_id).where(MentorCard.left_on.is_(None))
    mentees = select(MenteeCard.participant_id).where(MenteeCard.completed_on.is_(None))
    return db.session.scalars(
        select(Participant)
        .where(
            Participant.school_id == school_id,
            Participant.kind == PersonKind.PUPIL.value,
            Participant.erased_at.is_(None),
            Participant.created_at < clock.at_office(date(year, 9, 1)),
            or_(Participant.id.in_(mentors), Participant.id.in_(mentees)),
            Participant.id.not_in(done),
        )
        .order_by(Participant.sort_key, Participant.id)
    ).all()


def _copies(school_id: uuid.UUID, year: int) -> list[Copy]:
    """Each pair that goes on past 31 August and has no programme for the new year, beside the last year's programme of
    the same pair, or of an earlier pair of the same people."""
    going_on = db.session.scalars(
        select(Mentorship)
        .where(
            Mentorship.school_id == school_id,
            Mentorship.state.in_(OPEN_PAIRS),
            Mentorship.ends_on.is_(None) | (Mentorship.ends_on > date(year, 8, 31)),
        )
        .options(selectinload(Mentorship.mentor))  # no join: copying locks the pair, and a joined row can't be locked
        .order_by(Mentorship.starts_on, Mentorship.id)
    ).all()
    programmes = db.session.scalars(
        select(Programme)
        .where(Programme.school_id == school_id, Programme.ends_on >= date(year - 1, 9, 1))
        .options(selectinload(Programme.mentorship))
        .order_by(Programme.starts_on.desc(), Programme.id)
    ).all()
    found = []
    for pair in going_on:
        own = [row for row in programmes if row.mentorship_id == pair.id]
        if any(row.state == ProgrammeState.DRAFT or row.starts_on >= date(year, 9, 1) for row in own):
            continue
        sources = [row for row in programmes if _continues(row, pair, year)]
        if sources:
            found.append(Copy(sources[0], pair, any(row.state in UNDER_WAY for row in own)))
    return found


def _continues(programme: Programme, pair: Mentorship, year: int) -> bool:
    last_year = date(year - 1, 9, 1) <= programme.starts_on < date(year, 9, 1)
    return last_year and programme.state in COPIED and _who(programme.mentorship) == _who(pair)


def _who(pair: Mentorship) -> tuple[uuid.UUID, frozenset[uuid.UUID]]:
    return pair.mentor_id, frozenset(row.participant_id for row in pair.members if row.until is None)


name_subjects("BaseConfirmation", confirmation_names)
