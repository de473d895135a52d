"""What others ask of the roadmap."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from roadmap import catalogue
from roadmap.catalogue.base import Measure as CatalogueMeasure
from roadmap.database import db
from roadmap.plan.calendar import is_working_day
from roadmap.plan.models import Edition, EditionState, Measure, Occurrence, OccurrenceState, Section
from roadmap.plan.rules import Due, Schedule, occurrences
from roadmap.schools.models import School


def editions(municipality_id: uuid.UUID) -> Sequence[Edition]:
    """The newest first."""
    return db.session.scalars(
        select(Edition).where(Edition.municipality_id == municipality_id).order_by(Edition.code.desc())
    ).all()


def edition_by_code(municipality_id: uuid.UUID, code: str) -> Edition | None:
    return db.session.scalar(select(Edition).where(Edition.municipality_id == municipality_id, Edition.code == code))


def newest_published(municipality_id: uuid.UUID) -> Edition | None:
    return db.session.scalar(
        select(Edition)
        .where(Edition.municipality_id == municipality_id, Edition.state == EditionState.PUBLISHED)
        .order_by(Edition.in_force_from.desc())
        .limit(1)
    )


def edition_in_force(municipality_id: uuid.UUID, on: date) -> Edition | None:
    return db.session.scalar(
        select(Edition).where(
            Edition.municipality_id == municipality_id,
            Edition.state == EditionState.PUBLISHED,
            Edition.in_force_from <= on,
            Edition.in_force_to >= on,
        )
    )


def sections(edition: Edition) -> Sequence[Section]:
    """With their measures, in the order of the paper."""
    return db.session.scalars(
        select(Section)
        .where(Section.edition_id == edition.id)
        .options(selectinload(Section.measures))
        .order_by(Section.position)
    ).all()


def measure_by_number(edition: Edition, number: str) -> Measure | None:
    return db.session.scalar(select(Measure).where(Measure.edition_id == edition.id, Measure.number == number))


def occurrences_of(measure: Measure) -> Sequence[Occurrence]:
    """By date, the office's before the schools'."""
    return db.session.scalars(
        select(Occurrence)
        .outerjoin(Occurrence.school)
        .options(contains_eager(Occurrence.school))
        .where(Occurrence.municipality_id == measure.municipality_id, Occurrence.measure_id == measure.id)
        .order_by(Occurrence.due, School.sort_key.nulls_first())
    ).all()


def form_of(occurrence: Occurrence) -> CatalogueMeasure | None:
    """The catalogue's declaration that an occurrence is reported by; None where evidence alone fulfils it."""
    return module_of(occurrence.measure.module)


def module_of(name: str) -> CatalogueMeasure | None:
    return catalogue.MEASURES.get(name)


def evidence_state(occurrence: Occurrence, done_on: date | None, today: date) -> OccurrenceState:
    """The state of an occurrence that evidence fulfils; ``done_on`` of its first evidence."""
    if occurrence.not_required:
        return OccurrenceState.NOT_REQUIRED
    if done_on is not None:
        return OccurrenceState.ACCEPTED if done_on <= occurrence.due else OccurrenceState.LATE_ACCEPTED
    return pending_state(occurrence, today)


def pending_state(occurrence: Occurrence, today: date) -> OccurrenceState:
    """Nothing was done yet: overdue begins at the office's midnight after the due date."""
    if today > occurrence.due:
        return OccurrenceState.OVERDUE
    return OccurrenceState.UPCOMING if today < occurrence.opens_on else OccurrenceState.NOT_STARTED


@dataclass(frozen=True)
class Reported:
    """What reports are filtered by: numbers of the measures that have a form, and their periods, the newest first."""

    measures: list[str]
    periods: list[str]


def reported(municipality_id: uuid.UUID, today: date) -> Reported:
    """Worked out from the schedules of the published editions, so that its cost does not grow with the reports."""
    rows = db.session.execute(
        select(Measure.number, Measure.schedule, Edition.in_force_from, Edition.in_force_to)
        .join(Measure.edition)
        .where(
            Measure.municipality_id == municipality_id,
            Measure.module.in_(tuple(catalogue.MEASURES)),
            Edition.state == EditionState.PUBLISHED,
        )
    ).all()
    periods = {
        due.period
        for _, schedule, start, end in rows
        if start is not None and end is not None
        for due in _dues(Schedule.from_json(schedule), start, end)
        if due.start <= today
    }
    return Reported(sorted({row.number for row in rows}), sorted(periods, reverse=True))


@lru_cache(maxsize=512)
def _dues(schedule: Schedule, start: date, end: date) -> tuple[Due, ...]:
    return tuple(occurrences(schedule, start, end, is_working_day))
