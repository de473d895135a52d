"""What others ask of the registers: lists a page at a time, the living register, and likely doubles."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, and_, cast, except_, func, or_, select, union
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.language import search_key, sort_key
from roadmap.registers.findings import Finding, Limits, findings
from roadmap.registers.models import (
    Consent,
    MenteeCard,
    MentorCard,
    Mentorship,
    MentorshipMember,
    Participant,
    RegisterRevision,
)
from roadmap.registers.register import Register, alias
from roadmap.registers.words import MentorshipState, RegisterRole
from roadmap.schools.models import School
from roadmap.schools.queries import schools_of, settings

PAGE = 50
JUDGED_AT_ONCE = 3000
OPEN = (MentorshipState.DRAFT.value, MentorshipState.APPROVED.value)


@dataclass(frozen=True)
class PeopleFilter:
    """``role`` is the base; ``state``: "" all, "in" taking part, "free" without an open pair, "left", "check"."""

    role: RegisterRole
    q: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True)
class PairsFilter:
    q: str = ""
    state: str = ""
    form: str = ""


class OfferedSchool(NamedTuple):
    code: str
    short_name: str


def participants(
    municipality_id: uuid.UUID, school_id: uuid.UUID | None, wanted: PeopleFilter, after: uuid.UUID | None = None
) -> tuple[Sequence[Participant], uuid.UUID | None]:
    """A page of people by name, and whom the next page begins after. ``school_id`` None is all schools."""
    query = _people(municipality_id, school_id, wanted)
    if after is not None and (mark := db.session.get(Participant, after)) is not None:
        query = query.where(
            or_(
                Participant.sort_key > mark.sort_key,
                (Participant.sort_key == mark.sort_key) & (Participant.id > mark.id),
            )
        )
    query = query.options(joinedload(Participant.school)).order_by(Participant.sort_key, Participant.id)
    rows = db.session.scalars(query.limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def count_participants(municipality_id: uuid.UUID, school_id: uuid.UUID | None, wanted: PeopleFilter) -> int:
    query = _people(municipality_id, school_id, wanted).with_only_columns(func.count())
    return db.session.scalar(query) or 0


def mentorships(
    municipality_id: uuid.UUID, school_id: uuid.UUID | None, wanted: PairsFilter, after: uuid.UUID | None = None
) -> tuple[Sequence[Mentorship], uuid.UUID | None]:
    """A page of pairs, the latest begun first."""
    query = select(Mentorship).where(_of(Mentorship, municipality_id, school_id))
    if wanted.state:
        query = query.where(Mentorship.state == wanted.state)
    if wanted.form:
        query = query.where(Mentorship.form == wanted.form)
    if key := search_key(wanted.q):
        named = select(select(Participant.id).where(_of(Participant, municipality_id, school_id), _named(key)).cte())
        members = select(MentorshipMember.mentorship_id).where(MentorshipMember.participant_id.in_(named))
        theirs = union(select(Mentorship.id).where(Mentorship.mentor_id.in_(named)), members)
        query = query.where(Mentorship.id.in_(theirs))
    if after is not None and (mark := db.session.get(Mentorship, after)) is not None:
        query = query.where(
            or_(
                Mentorship.starts_on < mark.starts_on,
                (Mentorship.starts_on == mark.starts_on) & (Mentorship.id < mark.id),
            )
        )
    query = query.options(*_with_people()).order_by(Mentorship.starts_on.desc(), Mentorship.id.desc())
    rows = db.session.scalars(query.limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def mentorships_by_person(people: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Mentorship]]:
    """Each person's pairs in either role, drafts included, the latest begun first. Two queries for any number."""
    theirs = union(
        select(Mentorship.id).where(Mentorship.mentor_id.in_(people)),
        select(MentorshipMember.mentorship_id).where(MentorshipMember.participant_id.in_(people)),
    )
    query = (
        select(Mentorship)
        .where(Mentorship.id.in_(theirs))
        .options(*_with_people())
        .order_by(Mentorship.starts_on.desc(), Mentorship.id)
    )
    found: dict[uuid.UUID, list[Mentorship]] = {key: [] for key in people}
    for mentorship in db.session.scalars(query):
        for key in {mentorship.mentor_id, *(row.participant_id for row in mentorship.members)} & set(people):
            found[key].append(mentorship)
    return found


def candidates(school_id: uuid.UUID, role: RegisterRole) -> Sequence[Participant]:
    """Whom a pair of the school may take in a role: in the base, not left, the consent not withdrawn; by name."""
    card, left = (
        (MentorCard, MentorCard.left_on)
        if role is RegisterRole.MENTOR
        else (
            MenteeCard,
            MenteeCard.completed_on,
        )
    )
    return db.session.scalars(
        select(Participant)
        .join(card)
        .where(Participant.school_id == school_id, left.is_(None), Participant.hidden_since.is_(None))
        .order_by(Participant.sort_key, Participant.id)
    ).all()


def mentees_in_pairs(school_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Mentees of the school's drafts and approved pairs."""
    return db.session.scalars(
        select(MentorshipMember.participant_id)
        .join(Mentorship)
        .where(Mentorship.school_id == school_id, Mentorship.state.in_(OPEN), MentorshipMember.until.is_(None))
    ).all()


def similar(
    school_id: uuid.UUID, full_name: str, birth_year: int | None, but: uuid.UUID | None = None
) -> list[Participant]:
    """People of the school who may be the same one: an equal or nearly equal name, and no other birth year."""
    wanted = sort_key(full_name)
    rows = db.session.execute(
        select(Participant.id, Participant.sort_key, Participant.birth_year).where(
            Participant.school_id == school_id, Participant.erased_at.is_(None)
        )
    ).all()
    alike = [
        row.id
        for row in rows
        if row.id != but
        and (birth_year is None or row.birth_year is None or row.birth_year == birth_year)
        and (row.sort_key == wanted or _ratio(row.sort_key, wanted) >= 0.88)
    ]
    if not alike:
        return []
    query = select(Participant).where(Participant.id.in_(alike)).order_by(Participant.sort_key, Participant.id)
    return list(db.session.scalars(query))


def living_register(school_id: uuid.UUID, people: Collection[uuid.UUID] | None = None) -> Register:
    """The school's registers as they stand now; ``people`` narrows persons and consents, not mentorships."""
    persons = select(Participant).where(Participant.school_id == school_id)
    consents = select(Consent).where(Consent.school_id == school_id)
    if people is not None:
        persons = persons.where(Participant.id.in_(people))
        consents = consents.where(Consent.participant_id.in_(people))
    return _register(persons, consents, select(Mentorship).where(Mentorship.school_id == school_id))


def living_municipal_register(municipality_id: uuid.UUID) -> Register:
    """All schools of a municipality, as they stand now."""
    return _register(
        select(Participant).where(Participant.municipality_id == municipality_id),
        select(Consent).where(Consent.municipality_id == municipality_id),
        select(Mentorship).where(Mentorship.municipality_id == municipality_id),
    )


def contradictions(municipality_id: uuid.UUID, school: School | None, on: date) -> list[tuple[School, Finding]]:
    """What ``findings.findings`` says of a school, or of all schools of a municipality, each with its school."""
    limits = limits_of(municipality_id, on)
    register = living_register(school.id) if school is not None else living_municipal_register(municipality_id)
    owners = {m.id: m.school_id for m in register.mentorships} | {p.id: p.school_id for p in register.people.values()}
    schools = {row.id: row for row in schools_of(municipality_id, active_only=False)}
    return [(schools[owners[finding.object_id]], finding) for finding in findings(register, on, limits)]


def too_many_to_judge(municipality_id: uuid.UUID) -> bool:
    """More pairs than one page should read whole: the office is asked to choose a school."""
    query = select(func.count()).select_from(Mentorship).where(Mentorship.municipality_id == municipality_id)
    return (db.session.scalar(query) or 0) > JUDGED_AT_ONCE


def offered_schools(municipality_id: uuid.UUID) -> list[OfferedSchool]:
    """For the office to choose from; plain values, since there may be a thousand."""
    query = (
        select(School.code, School.short_name)
        .where(School.municipality_id == municipality_id, School.active)
        .order_by(School.sort_key, School.code)
    )
    return list(starmap(OfferedSchool, db.session.execute(query)))


def limits_of(municipality_id: uuid.UUID, on: date) -> Limits:
    """The settings that the rules read, in force on a day."""
    values = settings(municipality_id, on)
    return Limits(int(values["mentor_load_limit"]), date.fromisoformat(values["labour_consent_from"]))


def history(participant: Participant) -> Sequence[RegisterRevision]:
    """What happened to a person's record, the latest first."""
    return db.session.scalars(
        select(RegisterRevision)
        .where(
            RegisterRevision.school_id == participant.school_id,
            RegisterRevision.kind == "participant",
            RegisterRevision.object_id == participant.id,
        )
        .options(joinedload(RegisterRevision.actor))
        .order_by(RegisterRevision.recorded_at.desc(), RegisterRevision.id.desc())
        .limit(100)
    ).all()


def participant_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """For the journal, which outlives names: «Участник № 7»."""
    rows = db.session.execute(
        select(Participant.id, Participant.number, School.short_name).join(School).where(Participant.id.in_(ids))
    )
    return {row.id: f"{alias(row.number)}, {row.short_name}" for row in rows}


def _people(municipality_id: uuid.UUID, school_id: uuid.UUID | None, wanted: PeopleFilter) -> Select[Participant]:
    mentor = wanted.role is RegisterRole.MENTOR
    query = select(Participant).join(MentorCard if mentor else MenteeCard)
    query = query.where(_of(Participant, municipality_id, school_id), Participant.erased_at.is_(None))
    left = MentorCard.left_on if mentor else MenteeCard.completed_on
    if wanted.kind:
        query = query.where(Participant.kind == wanted.kind)
    if key := search_key(wanted.q):
        # Names are read from their index, and only the people found are looked up.
        named = select(Participant.id).where(_of(Participant, municipality_id, school_id), _named(key))
        query = query.where(Participant.id.in_(named))
    if wanted.state in ("in", "free"):
        query = query.where(left.is_(None))
    if wanted.state == "free":
        query = query.where(~_busy(mentor).exists() if school_id else Participant.id.in_(_all_free(mentor)))
    if wanted.state == "left":
        query = query.where(left.is_not(None))
    if wanted.state == "check":
        query = query.where((func.length(_text(Participant.to_check)) > 2) | Participant.names_verified.is_(False))
    return query


def _busy(mentor: bool) -> Select[uuid.UUID]:
    """The person's open pairs in the role."""
    if mentor:
        return select(Mentorship.id).where(Mentorship.mentor_id == Participant.id, Mentorship.state.in_(OPEN))
    return (
        select(MentorshipMember.id)
        .join(Mentorship)
        .where(
            MentorshipMember.participant_id == Participant.id,
            MentorshipMember.until.is_(None),
            Mentorship.state.in_(OPEN),
        )
    )


def _all_free(mentor: bool) -> CompoundSelect[uuid.UUID]:
    """Everybody of a base without an open pair: of a whole municipality cheaper at once than one by one."""
    card, left = (MentorCard, MentorCard.left_on) if mentor else (MenteeCard, MenteeCard.completed_on)
    if mentor:
        busy = select(Mentorship.mentor_id).where(Mentorship.state.in_(OPEN))
    else:
        open_pairs = MentorshipMember.until.is_(None) & Mentorship.state.in_(OPEN)
        busy = select(MentorshipMember.participant_id).join(Mentorship).where(open_pairs)
    return except_(select(card.participant_id).where(left.is_(None)), busy)


def _text(column: Any) -> ColumnElement[str]:
    return cast(column, String)


def _named(key: str) -> ColumnElement[bool]:
    """Each word begins some word of the name; a hidden name is not found by it."""
    words = [or_(Participant.search_key.like(f"{w}%"), Participant.search_key.like(f"% {w}%")) for w in key.split()]
    return and_(Participant.hidden_since.is_(None), *words)


def _of(
    model: type[Participant] | type[Mentorship], municipality_id: uuid.UUID, school_id: uuid.UUID | None
) -> ColumnElement[bool]:
    here = model.municipality_id == municipality_id
    return here if school_id is None else here & (model.school_id == school_id)


def _with_people() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Mentorship.mentor).joinedload(Participant.school),
        joinedload(Mentorship.school),
        selectinload(Mentorship.members).joinedload(MentorshipMember.participant).joinedload(Participant.school),
    )


def _register(
    persons: Select[Participant],
    consents: Select[Consent],
    pairs: Select[Mentorship],
) -> Register:
    people = [row.facts() for row in db.session.scalars(persons.order_by(Participant.created_at, Participant.number))]
    return Register(
        people={person.id: person for person in people},
        consents=tuple(row.facts() for row in db.session.scalars(consents.order_by(Consent.created_at, Consent.id))),
        mentorships=tuple(
            row.facts() for row in db.session.scalars(pairs.order_by(Mentorship.created_at, Mentorship.id))
        ),
    )


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def mentorship_names(ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    rows = db.session.execute(
        select(Mentorship.id, Mentorship.order_number, School.short_name).join(School).where(Mentorship.id.in_(ids))
    )
    return {
        row.id: f"приказ № {row.order_number}, {row.short_name}" if row.order_number else row.short_name for row in rows
    }


name_subjects("Participant", participant_names)
name_subjects("Mentorship", mentorship_names)
