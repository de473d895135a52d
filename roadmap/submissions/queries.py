"""Accepted answers as figures are made from, and who owes them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload

from roadmap import clock
from roadmap.catalogue.base import Accepted, Measure
from roadmap.catalogue.base import School as PrintedSchool
from roadmap.catalogue.figures import Reference
from roadmap.database import db
from roadmap.language import period_label
from roadmap.plan.models import Measure as MeasureRow
from roadmap.plan.models import Occurrence
from roadmap.plan.queries import module_of
from roadmap.schools.models import School
from roadmap.submissions.models import State, Submission, SubmissionVersion


def accepted(
    municipality_id: uuid.UUID, module: str, period: str, school_id: uuid.UUID | None = None
) -> list[Accepted]:
    """Accepted answers of a module's period, upgraded to its present form, by school."""
    condition = Occurrence.period == period
    return _accepted(municipality_id, module, condition, school_id)


def accepted_monthly_returns(school: School, first: date, last: date) -> list[Accepted]:
    """The school's accepted monthly returns whose month lies in ``first``–``last``."""
    condition = Occurrence.period_start.between(first, last)
    return _accepted(school.municipality_id, "monthly_return", condition, school.id)


def previous_answers(occurrence: Occurrence, measure: Measure) -> Mapping[str, Any] | None:
    """The school's last accepted answers of the same module before this occurrence."""
    if occurrence.school_id is None:
        return None
    earlier = Occurrence.period_end < occurrence.period_end
    query = _accepted_versions(occurrence.municipality_id, measure.module, earlier, occurrence.school_id)
    found = db.session.scalar(query.order_by(None).order_by(Occurrence.period.desc()).limit(1))
    return measure.upgrade(found.answers, found.form_version) if found is not None else None


def previous_period(municipality_id: uuid.UUID, module: str, period: str) -> str | None:
    """The period of the same module before ``period`` for which anything was accepted."""
    return db.session.scalar(
        select(Occurrence.period)
        .join(MeasureRow, MeasureRow.id == Occurrence.measure_id)
        .join(Submission, Submission.occurrence_id == Occurrence.id)
        .where(
            Occurrence.municipality_id == municipality_id,
            MeasureRow.module == module,
            Occurrence.period < period,
            Submission.state == State.ACCEPTED,
        )
        .order_by(Occurrence.period.desc())
        .limit(1)
    )


def owing(municipality_id: uuid.UUID, module: str, period: str) -> Sequence[School]:
    """Schools that owe the module's report of a period, without those of whom it is not required."""
    return db.session.scalars(
        select(School)
        .join(Occurrence, Occurrence.school_id == School.id)
        .join(MeasureRow, MeasureRow.id == Occurrence.measure_id)
        .where(
            Occurrence.municipality_id == municipality_id,
            MeasureRow.module == module,
            Occurrence.period == period,
            Occurrence.not_required.is_(False),
        )
        .order_by(School.sort_key, School.code)
    ).all()


def printed_school(school: School) -> PrintedSchool:
    return PrintedSchool(
        code=school.code,
        short_name=school.short_name,
        full_name=school.full_name,
        full_name_gen=school.full_name_gen,
        place=school.place,
        details=f"тел. {school.phone}" if school.phone else "",
    )


def _accepted(
    municipality_id: uuid.UUID, module: str, condition: ColumnElement[bool], school_id: uuid.UUID | None
) -> list[Accepted]:
    measure = module_of(module)
    if measure is None:
        return []
    query = _accepted_versions(municipality_id, module, condition, school_id)
    return [_as_accepted(measure, row) for row in db.session.scalars(query)]


def _accepted_versions(
    municipality_id: uuid.UUID, module: str, condition: ColumnElement[bool], school_id: uuid.UUID | None
) -> Select[SubmissionVersion]:
    query = (
        select(SubmissionVersion)
        .join(SubmissionVersion.submission)
        .join(Submission.school)
        .join(Submission.occurrence)
        .join(Occurrence.measure)
        .where(
            Submission.municipality_id == municipality_id,
            Submission.state == State.ACCEPTED,
            SubmissionVersion.number == Submission.number,
            MeasureRow.module == module,
            Occurrence.not_required.is_(False),
            condition,
        )
        .options(
            contains_eager(SubmissionVersion.submission).contains_eager(Submission.school),
            contains_eager(SubmissionVersion.submission).contains_eager(Submission.occurrence),
            joinedload(SubmissionVersion.decided_by),
        )
        .order_by(Occurrence.period, School.sort_key, School.code)
    )
    if school_id is not None:
        query = query.where(Submission.school_id == school_id)
    return query


def _as_accepted(measure: Measure, row: SubmissionVersion) -> Accepted:
    submission = row.submission
    assert row.decided_at is not None
    label = f"{submission.school.short_name}, {period_label(submission.occurrence.period)}, версия {row.number}"
    return Accepted(
        school=printed_school(submission.school),
        answers=measure.upgrade(row.answers, row.form_version),
        facts=row.facts,
        period=submission.occurrence.period,
        version=row.number,
        accepted_on=clock.local(row.decided_at).date(),
        accepted_by=row.decided_by.short_name if row.decided_by else "",
        sent_on=clock.local(row.sent_at).date(),
        reference=Reference("submission", str(row.id), label),
    )
