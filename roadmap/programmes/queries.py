"""What others ask of personal programmes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.programmes.models import Programme, Review
from roadmap.registers.models import Mentorship, MentorshipMember
from roadmap.schools.models import School

PAGE = 50


def programmes(
    municipality_id: uuid.UUID,
    school_id: uuid.UUID | None,
    state: str = "",
    after: uuid.UUID | None = None,
    review: str = "",
) -> tuple[Sequence[Programme], uuid.UUID | None]:
    """A page of programmes, the latest begun first; ``school_id`` None is all schools."""
    query = select(Programme).where(Programme.municipality_id == municipality_id)
    if school_id is not None:
        query = query.where(Programme.school_id == school_id)
    if state:
        query = query.where(Programme.state == state)
    if review:
        query = query.where(Programme.review == review)
    if after is not None and (mark := db.session.get(Programme, after)) is not None:
        query = query.where(
            or_(
                Programme.starts_on < mark.starts_on,
                (Programme.starts_on == mark.starts_on) & (Programme.id < mark.id),
            )
        )
    query = query.options(*_with_pair()).order_by(Programme.starts_on.desc(), Programme.id.desc())
    rows = db.session.scalars(query.limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def programmes_of(mentorship: Mentorship) -> Sequence[Programme]:
    """A pair's programmes, the latest first."""
    return db.session.scalars(
        select(Programme)
        .where(Programme.school_id == mentorship.school_id, Programme.mentorship_id == mentorship.id)
        .options(*_with_pair())
        .order_by(Programme.starts_on.desc(), Programme.id)
    ).all()


def pair_titles(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """«Иванова М. П. – Петров П. И.» by programme; a constant number of queries."""
    query = select(Programme).where(Programme.id.in_(ids)).options(*_with_pair())
    return {programme.id: programme.mentorship.title for programme in db.session.scalars(query)}


def next_waiting(programme: Programme) -> uuid.UUID | None:
    """The programme that has waited longest besides this one: where the reviewer goes after a decision."""
    return db.session.scalar(
        select(Programme.id)
        .where(
            Programme.municipality_id == programme.municipality_id,
            Programme.review == Review.WAITING,
            Programme.id != programme.id,
        )
        .order_by(Programme.sent_at, Programme.id)
        .limit(1)
    )


def programme_names(ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    rows = db.session.execute(
        select(Programme.id, Programme.starts_on, School.short_name).join(School).where(Programme.id.in_(ids))
    )
    return {row.id: f"с {row.starts_on:%d.%m.%Y}, {row.short_name}" for row in rows}


def _with_pair() -> tuple[ExecutableOption, ...]:
    pair = joinedload(Programme.mentorship)
    return (
        joinedload(Programme.school),
        pair.joinedload(Mentorship.mentor),
        pair.selectinload(Mentorship.members).joinedload(MentorshipMember.participant),
    )


name_subjects("Programme", programme_names)
