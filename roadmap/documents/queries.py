"""Papers, their journals, and who signs on a day."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from roadmap.access import Role
from roadmap.accounts.models import User, UserRole
from roadmap.catalogue import documents as catalogue_documents
from roadmap.catalogue.base import DocumentSpec
from roadmap.database import db
from roadmap.documents.models import Document, DocumentState, Journal, SignatoryPeriod
from roadmap.errors import BadRequest, NotFound
from roadmap.plan.models import Measure, Occurrence
from roadmap.schools.models import Municipality, School
from roadmap.submissions.models import State, Submission

JOURNAL_PAGE = 100


@dataclass(frozen=True)
class JournalFilter:
    """What of the journal is shown; ``after`` is the last paper of the page before."""

    kind: str = ""
    year: int | None = None
    state: str = ""
    after: uuid.UUID | None = None

    @classmethod
    def from_query(cls, query: Any) -> JournalFilter:
        """BadRequest names what is not understood."""
        for name in query:
            if name not in ("kind", "year", "state", "after"):
                raise BadRequest(f"Неизвестный фильтр «{name[:20]}». Выберите фильтр из списка.")
        kind, year, state, after = (query.get(name, "").strip() for name in ("kind", "year", "state", "after"))
        if kind and kind not in catalogue_documents():
            raise BadRequest(f"Неизвестный вид документа «{kind[:20]}».")
        if year and not re.fullmatch("[0-9]{4}", year):
            raise BadRequest("Год записывается четырьмя цифрами, например 2026.")
        if state and state not in list(DocumentState):
            raise BadRequest(f"Неизвестное состояние «{state[:20]}».")
        try:
            last = uuid.UUID(after) if after else None
        except ValueError:
            raise BadRequest("Ссылка на страницу журнала повреждена. Откройте журнал заново.") from None
        return cls(kind, int(year) if year else None, state, last)

    def to_query(self) -> dict[str, str]:
        """What narrows the journal, without the page."""
        values = {"kind": self.kind, "year": str(self.year or ""), "state": self.state}
        return {name: value for name, value in values.items() if value}


def journal(user: Any, wanted: JournalFilter) -> tuple[Sequence[Document], uuid.UUID | None]:
    """A page of the papers in the user's world, the newest first, and the paper after which the next page begins.

    NotFound where ``after`` names a paper outside that world.
    """
    query = (
        Document.visible_to(user)
        .options(joinedload(Document.school), joinedload(Document.incoming))
        .order_by(Document.reserved_at.desc(), Document.id.desc())
        .limit(JOURNAL_PAGE + 1)
    )
    if wanted.kind:
        query = query.where(Document.kind == wanted.kind)
    if wanted.year:
        query = query.join(Journal, Journal.id == Document.journal_id).where(Journal.year == wanted.year)
    if wanted.state:
        query = query.where(Document.state == wanted.state)
    if wanted.after:
        last = db.session.scalar(Document.visible_to(user).where(Document.id == wanted.after))
        if last is None:
            raise NotFound("Страницы журнала больше нет. Откройте журнал заново.")
        query = query.where(tuple_(Document.reserved_at, Document.id) < (last.reserved_at, last.id))
    rows = db.session.scalars(query).all()
    shown = rows[:JOURNAL_PAGE]
    return shown, shown[-1].id if len(rows) > JOURNAL_PAGE else None


def spec_of(kind: str) -> DocumentSpec:
    """NotFound for a kind the catalogue does not declare."""
    spec = catalogue_documents().get(kind)
    if spec is None:
        raise NotFound
    return spec


def kinds_for(scope: str) -> list[DocumentSpec]:
    """Kinds made from the accepted reports of a period."""
    return [spec for spec in all_kinds() if spec.scope == scope and "period" in spec.inputs]


def own_kinds(school_id: uuid.UUID | None) -> list[DocumentSpec]:
    """What a school, or with None the office, signs and numbers (rules.md 6)."""
    scopes = ("school", "mentorship") if school_id is not None else ("municipality",)
    return [spec for spec in all_kinds() if spec.scope in scopes]


def blank_kinds() -> list[DocumentSpec]:
    return [spec for spec in all_kinds() if spec.scope == "blank"]


def curators_of(school_id: uuid.UUID) -> list[str]:
    """Full names of the school's active curators, by surname."""
    return list(
        db.session.scalars(
            select(User.full_name)
            .join(UserRole, UserRole.user_id == User.id)
            .where(User.school_id == school_id, User.active, UserRole.role == Role.CURATOR.value)
            .order_by(User.sort_key, User.username)
        )
    )


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


@dataclass(frozen=True)
class Coverage:
    """Of a period: how many schools owe the report and how many of these are accepted."""

    period: str
    accepted: int
    owed: int


def coverage(municipality_id: uuid.UUID, module: str, school_id: uuid.UUID | None) -> list[Coverage]:
    """The periods of a module that have an accepted report, the newest first, with «N из M»."""
    accepted = func.count(Submission.id)
    query = (
        select(Occurrence.period, accepted, func.count(Occurrence.id))
        .join(Measure, Measure.id == Occurrence.measure_id)
        .outerjoin(Submission, (Submission.occurrence_id == Occurrence.id) & (Submission.state == State.ACCEPTED.value))
        .where(
            Occurrence.municipality_id == municipality_id,
            Occurrence.school_id.is_not(None),
            Occurrence.not_required.is_(False),
            Measure.module == module,
        )
        .group_by(Occurrence.period)
        .having(accepted > 0)
        .order_by(Occurrence.period.desc())
    )
    if school_id is not None:
        query = query.where(Occurrence.school_id == school_id)
    return [Coverage(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class Lacking:
    """A school without an accepted report, and what stands in the way."""

    school: str
    due: date
    state: State | None

    @property
    def waits_for(self) -> str:
        """Who is to act next."""
        if self.state is State.SIGN_OFF:
            return "руководитель ОО: отправить отчёт"
        if self.state in (State.SUBMITTED, State.IN_REVIEW):
            return "методист ИМО: проверить отчёт"
        if self.state is State.RETURNED:
            return "школа: исправить и отправить снова"
        return "школа: заполнить и отправить отчёт"


def lacking(municipality_id: uuid.UUID, module: str, period: str) -> list[Lacking]:
    """Schools that owe the report of a period and have none accepted, in the order of print."""
    query = (
        select(School.short_name, Occurrence.due, Submission.state)
        .join(Occurrence, Occurrence.school_id == School.id)
        .join(Measure, Measure.id == Occurrence.measure_id)
        .outerjoin(Submission, Submission.occurrence_id == Occurrence.id)
        .where(
            Occurrence.municipality_id == municipality_id,
            Occurrence.period == period,
            Occurrence.not_required.is_(False),
            Measure.module == module,
            Submission.state.is_(None) | (Submission.state != State.ACCEPTED.value),
        )
        .order_by(School.sort_key, School.code)
    )
    return [Lacking(name, due, State(state) if state else None) for name, due, state in db.session.execute(query)]


def existing(
    municipality_id: uuid.UUID, school_id: uuid.UUID | None, kind: str, period: str, object_id: uuid.UUID | None = None
) -> Sequence[Document]:
    """Papers of the kind, period and pair that were not annulled, the newest first."""
    rows = made(municipality_id, school_id, [kind])
    return [row for row in rows if (row.period, row.object_id) == (period, object_id)]


def made(municipality_id: uuid.UUID, school_id: uuid.UUID | None, kinds: Collection[str]) -> Sequence[Document]:
    """The owner's papers of some kinds that were not annulled, the newest first."""
    return db.session.scalars(
        select(Document)
        .where(
            Document.municipality_id == municipality_id,
            Document.school_id == school_id if school_id else Document.school_id.is_(None),
            Document.kind.in_(kinds),
            Document.state != DocumentState.ANNULLED.value,
        )
        .order_by(Document.reserved_at.desc(), Document.id.desc())
    ).all()


def by_object(papers: Sequence[Document]) -> dict[uuid.UUID, list[Document]]:
    """Papers by the pair that they are made for."""
    found: dict[uuid.UUID, list[Document]] = {}
    for paper in papers:
        if paper.object_id is not None:
            found.setdefault(paper.object_id, []).append(paper)
    return found


def signatory_on(
    municipality_id: uuid.UUID, school_id: uuid.UUID | None, kind: str, on: date
) -> SignatoryPeriod | None:
    """Who signs on a day: a substitute before the holder, this kind before any kind, then the later beginning."""
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
