"""Reading the journal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db

PAGE = 100


def events(municipality_id: uuid.UUID, before: int | None) -> Sequence[AuditEvent]:
    """A page of the municipality's chain, the newest first, older than the link ``before``."""
    query = select(AuditEvent).where(AuditEvent.chain == str(municipality_id)).order_by(AuditEvent.seq.desc())
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    return db.session.scalars(query.limit(PAGE)).all()
