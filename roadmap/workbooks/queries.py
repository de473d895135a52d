"""What a school's workbooks are compared with and filled from, and its uploads."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import joinedload

from roadmap import clock
from roadmap.audit.queries import name_subjects
from roadmap.database import Base, db
from roadmap.programmes.models import Programme
from roadmap.programmes.service import OPEN
from roadmap.registers.models import Participant, RegisterRevision
from roadmap.registers.queries import limits_of, living_register
from roadmap.schools.models import School
from roadmap.workbooks.columns import Kind
from roadmap.workbooks.comparison import Current
from roadmap.workbooks.models import BatchState, ImportBatch

RECENT = 10


def current(school: School, kind: Kind) -> Current:
    """The school's registers as they stand now. The same few queries for any number of rows."""
    today = clock.today()
    erased = select(Participant.id).where(Participant.school_id == school.id, Participant.erased_at.is_not(None))
    plans = select(Programme).where(
        Programme.school_id == school.id, Programme.state.in_([state.value for state in OPEN])
    )
    ordered = plans.order_by(Programme.starts_on, Programme.id)
    return Current(
        register=living_register(school.id),
        on=today,
        limits=limits_of(school.municipality_id, today),
        programmes=tuple(row.facts() for row in db.session.scalars(ordered)) if kind is Kind.PROGRAMME else (),
        erased=frozenset(db.session.scalars(erased)),
    )


def places(school: School) -> Mapping[uuid.UUID, str]:
    """«Место работы / учёбы» of each person of a school."""
    query = select(Participant).where(Participant.school_id == school.id).options(joinedload(Participant.school))
    return {row.id: row.place for row in db.session.scalars(query)}


def recent_batches(school_id: uuid.UUID, kind: Kind) -> Sequence[ImportBatch]:
    """A school's last uploads of a kind, the latest first."""
    return db.session.scalars(
        select(ImportBatch)
        .where(ImportBatch.school_id == school_id, ImportBatch.kind == kind.value)
        .options(joinedload(ImportBatch.created_by))
        .order_by(ImportBatch.created_at.desc(), ImportBatch.id)
        .limit(RECENT)
    ).all()


def waiting_batches(school_id: uuid.UUID, kind: Kind) -> Sequence[ImportBatch]:
    """Uploads that nobody has decided on."""
    return db.session.scalars(
        select(ImportBatch).where(
            ImportBatch.school_id == school_id,
            ImportBatch.kind == kind.value,
            ImportBatch.state == BatchState.PREVIEW.value,
        )
    ).all()


def waiting_since(moment: datetime) -> Sequence[ImportBatch]:
    """Uploads of every school made before a moment that nobody has decided on."""
    return db.session.scalars(
        select(ImportBatch).where(ImportBatch.state == BatchState.PREVIEW.value, ImportBatch.created_at < moment)
    ).all()


def last_revisions(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The newest revision of each record."""
    query = (
        select(RegisterRevision.object_id, func.max(RegisterRevision.id))
        .where(RegisterRevision.object_id.in_(ids))
        .group_by(RegisterRevision.object_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def revisions(ids: Collection[int]) -> dict[int, dict[str, Any]]:
    query = select(RegisterRevision.id, RegisterRevision.snapshot).where(RegisterRevision.id.in_(ids))
    return {row.id: row.snapshot for row in db.session.execute(query)}


def referred_to(model: Any, ids: Collection[uuid.UUID], own: Collection[str]) -> set[uuid.UUID]:
    """Which records other tables refer to, whatever slice they belong to; ``own`` tables go with the record."""
    found: set[uuid.UUID] = set()
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys if table.name not in own else ():
            if key.column is _key(model.__table__):
                found |= set(db.session.scalars(select(key.parent).where(key.parent.in_(ids))))
    return found


def _key(table: Table) -> Any:
    return table.c.id


def batch_names(ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    rows = db.session.execute(
        select(ImportBatch.id, ImportBatch.kind, School.short_name).join(School).where(ImportBatch.id.in_(ids))
    )
    return {row.id: f"{Kind(row.kind).label}, {row.short_name}" for row in rows}


name_subjects("ImportBatch", batch_names)
