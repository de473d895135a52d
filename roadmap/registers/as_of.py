"""Reading the registers as on a date: from the revisions, so that no later edit changes what a past day was like."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from roadmap import clock
from roadmap.database import db
from roadmap.registers.counts import school_counts
from roadmap.registers.history import REMOVED
from roadmap.registers.models import Participant, RegisterRevision
from roadmap.registers.register import Consent, Mentorship, Person, Programme, Register
from roadmap.schools.models import School
from roadmap.schools.queries import settings


def register_as_of(school_id: uuid.UUID, on: date) -> Register:
    """A school's registers as they were known at the end of a day at the office.

    Whoever has withdrawn the consent by now is «Участник № …» in it, whatever the day.
    """
    return _read(RegisterRevision.school_id == school_id, Participant.school_id == school_id, on)


def municipal_register_as_of(municipality_id: uuid.UUID, on: date) -> Register:
    """The same over all schools of a municipality."""
    return _read(
        RegisterRevision.municipality_id == municipality_id, Participant.municipality_id == municipality_id, on
    )


def counts(school_id: uuid.UUID, on: date, school_year: int) -> dict[str, int]:
    """What the June report asks of a school, by its fields' names, as known on a day.

    ``school_year`` is the calendar year of its September; it is counted from 1 September to ``on``.
    """
    school = db.session.get_one(School, school_id)
    years = int(settings(school.municipality_id, on)["early_career_years"])
    return school_counts(register_as_of(school_id, on), on, date(school_year, 9, 1), years)


def municipal_counts(municipality_id: uuid.UUID, on: date, school_year: int) -> dict[str, int]:
    """The same figures over all schools: each school's people are its own, so these are sums."""
    years = int(settings(municipality_id, on)["early_career_years"])
    return school_counts(municipal_register_as_of(municipality_id, on), on, date(school_year, 9, 1), years)


def _read(mine: ColumnElement[bool], people: ColumnElement[bool], on: date) -> Register:
    rows: dict[str, list[dict[str, Any]]] = {}
    for kind, snapshot in _last_revisions(mine, on):
        rows.setdefault(kind, []).append(snapshot)
    hidden = _hidden(people)
    persons = (_hiding(Person.of(row), hidden) for row in rows.get("participant", ()))
    return Register(
        people={person.id: person for person in persons},
        consents=tuple(Consent.of(row) for row in rows.get("consent", ())),
        mentorships=tuple(Mentorship.of(row) for row in rows.get("mentorship", ())),
        programmes=tuple(Programme.of(row) for row in rows.get("programme", ())),
    )


def _last_revisions(mine: ColumnElement[bool], on: date) -> Sequence[tuple[str, dict[str, Any]]]:
    """(kind, snapshot) of each object's last revision of that day, the objects in the order of their making."""
    before = clock.at_office(on + timedelta(days=1))
    place = (RegisterRevision.kind, RegisterRevision.object_id)
    newest = func.row_number().over(
        partition_by=place, order_by=(RegisterRevision.recorded_at.desc(), RegisterRevision.id.desc())
    )
    made = func.min(RegisterRevision.id).over(partition_by=place)
    known = (
        select(RegisterRevision.kind, RegisterRevision.snapshot, newest.label("rank"), made.label("made"))
        .where(mine, RegisterRevision.recorded_at < before)
        .subquery()
    )
    query = select(known.c.kind, known.c.snapshot).where(known.c.rank == 1).order_by(known.c.made)
    return [(row.kind, row.snapshot) for row in db.session.execute(query) if row.snapshot != REMOVED]


def _hidden(people: ColumnElement[bool]) -> dict[uuid.UUID, date]:
    query = select(Participant.id, Participant.hidden_since).where(people, Participant.hidden_since.is_not(None))
    return {row.id: row.hidden_since for row in db.session.execute(query)}


def _hiding(person: Person, hidden: dict[uuid.UUID, date]) -> Person:
    return replace(person, hidden_since=hidden[person.id]) if person.id in hidden else person
