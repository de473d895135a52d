"""Numbers of papers: a counter for each organization × kind × year, without gaps (rules.md 6, 22)."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from roadmap.database import db, new_id
from roadmap.documents.models import Journal
from roadmap.schools.queries import settings


def lock_journal(municipality_id: uuid.UUID, school_id: uuid.UUID | None, kind: str, year: int) -> Journal:
    """The counter, created if need be and locked until the transaction ends."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(Journal)
        .values(id=new_id(), municipality_id=municipality_id, school_id=school_id, kind=kind, year=year, last=0)
        .on_conflict_do_nothing()
    )
    query = select(Journal).where(
        Journal.municipality_id == municipality_id,
        Journal.school_id == school_id if school_id else Journal.school_id.is_(None),
        Journal.kind == kind,
        Journal.year == year,
    )
    return db.session.execute(query.with_for_update().execution_options(populate_existing=True)).scalar_one()


def printed_number(municipality_id: uuid.UUID, kind: str, school_id: uuid.UUID | None, count: int, on: date) -> str:
    """The printed number: the settings' format and the kind's index, or the bare count where no index is set."""
    values = settings(municipality_id, on)
    index = values["journal_index"].get(kind, "") if school_id is None else ""
    if not index:
        return str(count)
    return str(values["number_format"]).replace("{index}", index).replace("{number}", f"{count:02}")
