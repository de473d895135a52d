"""Papers, their journals, and who signs on a day."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from roadmap.catalogue import documents as catalogue_documents
from roadmap.catalogue.base import DocumentSpec
from roadmap.database import db
from roadmap.documents.models import Document, DocumentState, Journal, SignatoryPeriod
from roadmap.errors import BadRequest, NotFound
from roadmap.plan.models import Measure, Occurrence
from roadmap.schools.models import Municipality
from roadmap.submissions.models import State, Submission

JOURNAL_PAGE = 100


@dataclass(frozen=True)
class JournalFilter:
    kind: str = ""
    year: int | None = None
    state: str = ""
    after: int = 0

    @classmethod
    def from_query(cls, query: Any) -> JournalFilter:
        """BadRequest names what is not understood."""
        for name in query:
            if name not in ("kind", "year", "state", "after"):
                raise BadRequest(f"Неизвестный фильтр «{name}». Выберите фильтр из списка.")
        kind, year, state = (query.get(name, "").strip() for name in ("kind", "year", "state"))
        if kind and kind not in catalogue_documents():
            raise BadRequest(f"Неизвестный вид документа «{kind[:20]}».")
        if year and not (year.isdigit() and len(year) == 4):
            raise BadRequest("Год записывается четырьмя цифрами, например 2026.")
        if state and state not in list(DocumentState):
            raise BadRequest(f"Неизвестное состояние «{state[:20]}».")
        after = query.get("after", "0")
        if not after.isdigit() or len(after) > 9:
            raise BadRequest("Ссылка на страницу журнала повреждена. Откройте журнал заново.")
        return cls(kind, int(year) if year else None, state, int(after))


def journal(user: Any, wanted: JournalFilter) -> tuple[Sequence[Document], int | None]:
    """A page of the papers in the user's world, the newest first, and the offset of the next page."""
    query = (
        Document.visible_to(user)
        .join(Journal, Journal.id == Document.journal_id)
        .options(joinedload(Document.school), joinedload(Document.incoming))
        .order_by(Document.reserved_at.desc(), Document.id)
        .offset(wanted.after)
        .limit(JOURNAL_PAGE + 1)
    )
    if wanted.kind:
        query = query.where(Document.kind == wanted.kind)
    if wanted.year:
        query = query.where(Journal.year == wanted.year)
    if wanted.state:
        query = query.where(Document.state == wanted.state)
    rows = db.session.scalars(query).all()
    more = len(rows) > JOURNAL_PAGE
    return rows[:JOURNAL_PAGE], wanted.after + JOURNAL_PAGE if more else None


def spec_of(kind: str) -> DocumentSpec:
    """NotFound for a kind the catalogue does not declare."""
    spec = catalogue_documents().get(kind)
    if spec is None:
        raise NotFound
    return spec


def kinds_for(scope: str) -> list[DocumentSpec]:
    return [spec for spec in catalogue_documents().values() if spec.scope == scope]


def periods_with_answers(municipality_id: uuid.UUID, module: str, school_id: uuid.UUID | None) -> list[str]:
    """The periods of a module that have an accepted report, the newest first."""
    query = (
        select(Occurrence.period)
        .join(Measure, Measure.id == Occurrence.measure_id)
        .join(Submission, Submission.occurrence_id == Occurrence.id)
        .where(
            Occurrence.municipality_id == municipality_id,
            Measure.module == module,
            Submission.state == State.ACCEPTED,
        )
        .distinct()
        .order_by(Occurrence.period.desc())
    )
    if school_id is not None:
        query = query.where(Occurrence.school_id == school_id)
    return list(db.session.scalars(query))


def existing(municipality_id: uuid.UUID, school_id: uuid.UUID | None, kind: str, period: str) -> Sequence[Document]:
    """Papers of the kind and period that were not annulled, the newest first."""
    return db.session.scalars(
        select(Document)
        .where(
            Document.municipality_id == municipality_id,
            Document.school_id == school_id if school_id else Document.school_id.is_(None),
            Document.kind == kind,
            Document.period == period,
            Document.state != DocumentState.ANNULLED,
        )
        .order_by(Document.reserved_at.desc())
    ).all()


def signatory_on(
    municipality_id: uuid.UUID, school_id: uuid.UUID | None, kind: str, on: date
) -> SignatoryPeriod | None:
    """Who signs on a day: a substitute before the holder, a row for this kind before one for any kind."""
    rows = db.session.scalars(
        select(SignatoryPeriod)
        .where(
            SignatoryPeriod.municipality_id == municipality_id,
            SignatoryPeriod.school_id == school_id if school_id else SignatoryPeriod.school_id.is_(None),
            SignatoryPeriod.kind.in_(("", kind)),
            SignatoryPeriod.valid_from <= on,
            SignatoryPeriod.valid_to.is_(None) | (SignatoryPeriod.valid_to >= on),
        )
        .order_by(SignatoryPeriod.valid_from.desc())
    ).all()
    return max(rows, key=lambda row: (row.acting, row.kind != "", row.valid_from), default=None)


def signatories(municipality_id: uuid.UUID, school_id: uuid.UUID | None) -> Sequence[SignatoryPeriod]:
    return db.session.scalars(
        select(SignatoryPeriod)
        .where(
            SignatoryPeriod.municipality_id == municipality_id,
            SignatoryPeriod.school_id == school_id if school_id else SignatoryPeriod.school_id.is_(None),
        )
        .order_by(SignatoryPeriod.kind, SignatoryPeriod.valid_from.desc())
    ).all()


def municipality_of(document: Document) -> Municipality:
    return db.session.get_one(Municipality, document.municipality_id)


def all_kinds() -> list[DocumentSpec]:
    return list(catalogue_documents().values())


def journal_years(user: Any) -> list[int]:
    """The years in which papers of the user's world were numbered, the newest first."""
    ids = Document.visible_to(user).with_only_columns(Document.journal_id)
    return list(
        db.session.scalars(select(Journal.year).where(Journal.id.in_(ids)).distinct().order_by(Journal.year.desc()))
    )
