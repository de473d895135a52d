"""What a paper may be made for: reported periods, days, pairs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from roadmap.catalogue.base import DocumentSpec
from roadmap.database import db
from roadmap.documents.queries import periods_with_answers
from roadmap.programmes.models import Programme
from roadmap.registers.models import Mentorship, MentorshipMember


def makeable_for(spec: DocumentSpec, municipality_id: uuid.UUID, school_id: uuid.UUID | None, today: date) -> list[str]:
    """The periods that a kind may be made for, the one meant when none is named first.

    A reported kind: those with an accepted report. A kind about a day: today, though any earlier day will do. A blank
    form: "".
    """
    if "period" in spec.inputs:
        return periods_with_answers(municipality_id, spec.measure, school_id)
    return [today.isoformat()] if "as_of" in spec.inputs else [""]


def may_be_made(
    spec: DocumentSpec, period: str, municipality_id: uuid.UUID, school_id: uuid.UUID | None, today: date
) -> bool:
    """The period is one of ``makeable_for``, or an earlier day for a kind about a day."""
    if "as_of" in spec.inputs:
        return (day := as_of_day(period)) is not None and day <= today
    return period in makeable_for(spec, municipality_id, school_id, today)


def as_of_day(period: str) -> date | None:
    """The day that a period in ISO names; None for anything else."""
    try:
        return date.fromisoformat(period) if len(period) == 10 else None
    except ValueError:
        return None


def pairs_with_programmes(school_id: uuid.UUID) -> Sequence[Mentorship]:
    """The pairs that papers are made for, the latest begun first."""
    ids = select(Programme.mentorship_id).where(Programme.school_id == school_id)
    return db.session.scalars(
        select(Mentorship)
        .where(Mentorship.school_id == school_id, Mentorship.id.in_(ids))
        .options(
            joinedload(Mentorship.mentor),
            selectinload(Mentorship.members).joinedload(MentorshipMember.participant),
        )
        .order_by(Mentorship.starts_on.desc(), Mentorship.id)
    ).all()


def mentorship_of(object_id: uuid.UUID | None) -> Mentorship | None:
    return db.session.get(Mentorship, object_id) if object_id is not None else None
