"""A paper's life: previewed without a number, prepared with a reserved one, registered and frozen, signed, received.

Gapless means that each number is registered or annulled with a reason (rules.md 8, 22).
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from roadmap import clock, storage
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.catalogue.base import DocumentSpec, Signatory
from roadmap.catalogue.figures import Filled
from roadmap.database import db, require_version
from roadmap.documents.makeable import as_of_day
from roadmap.documents.models import Document, DocumentState, Incoming, Journal, SignatoryPeriod
from roadmap.documents.numbering import lock_journal, printed_number
from roadmap.documents.queries import existing, municipality_of, spec_of
from roadmap.documents.render import compiled
from roadmap.documents.source import DatabaseSource, executor_key
from roadmap.documents.templates import factory_template
from roadmap.errors import Conflict, Invalid, WrongState
from roadmap.language import date_long
from roadmap.registers.models import Mentorship
from roadmap.schools.models import Municipality, School
from roadmap.schools.service import set_setting
from roadmap.uploads import Upload


@dataclass(frozen=True)
class Paper:
    """Rendered bytes with the proof of their figures."""

    content: bytes
    filled: Filled
    template_sha256: str


@dataclass(frozen=True)
class Head:
    """What the frame prints above the text: nothing of it in a preview. ``conclusions`` replace the drafted ones."""

    number: str = ""
    registered_on: date | None = None
    conclusions: str = ""

    @property
    def draft(self) -> bool:
        return self.registered_on is None


def render(spec: DocumentSpec, source: DatabaseSource, period: str, head: Head) -> Paper:
    """The paper as it stands; «проект» and no date until it is registered."""
    filled = spec.context(source, period)
    template = factory_template(spec)
    values = filled.values | _frame(spec, source, head)
    if spec.drafted and head.conclusions:
        values[spec.drafted] = paragraphs(head.conclusions)
    return Paper(compiled(template).render(values), filled, hashlib.sha256(template).hexdigest())


def source_for(
    municipality: Municipality, school: School | None, as_of: date | None = None, object_id: uuid.UUID | None = None
) -> DatabaseSource:
    today = clock.today()
    return DatabaseSource(municipality, school, today, as_of or today, object_id)


def source_of(document: Document) -> DatabaseSource:
    """The world that a prepared paper is made from: for one about a day that day."""
    return source_for(municipality_of(document), document.school, as_of_day(document.period), document.object_id)


def prepare(
    spec: DocumentSpec,
    source: DatabaseSource,
    period: str,
    actor: Any,
    seen: int | None = None,
    purpose: str = "",
) -> Document:
    """«Подготовить к подписанию»: reserves the next number of the owner's journal.

    ``seen`` is how many papers of this kind and period the actor knew of: a second press of the button, or a colleague
    who was faster, is a Conflict and takes no number. WrongState if the paper isn't ready for it, or nobody is set to
    sign.
    """
    _require_ready(spec, source, period)
    _require_signatory(spec, source)
    school_id = source.school.id if source.school else None
    now, today = clock.now(), clock.today()
    journal = lock_journal(source.municipality.id, school_id, spec.kind, today.year)
    papers = existing(source.municipality.id, school_id, spec.kind, period, source.object_id)
    if seen is not None and papers and len(papers) != seen:
        raise Conflict(f"За этот период уже подготовлен документ № {papers[0].number}: он в разделе «Документы».")
    journal.last += 1
    document = Document(
        municipality_id=source.municipality.id,
        school_id=school_id,
        kind=spec.kind,
        period=period,
        object_id=source.object_id,
        title=spec.title,
        journal_id=journal.id,
        seq=journal.last,
        number=printed_number(source.municipality.id, spec.kind, school_id, journal.last, today),
        reserved_at=now,
        reserved_by_id=actor.id if actor is not None else None,
    )
    db.session.add(document)
    db.session.flush()
    said: dict[str, Any] = {"purpose": purpose} if purpose else {}
    record(Verb.DOCUMENT_PREPARED, document, actor, kind=spec.kind, period=period, number=document.number, **said)
    return document


def register_document(document: Document, version: int, actor: Any) -> None:
    """On the day of signing: the bytes are rendered with number and date, and frozen."""
    require_version(document, version)
    _require_state(document, DocumentState.RESERVED)
    today = clock.today()
    if document.journal.year != today.year:
        raise WrongState("Номер зарезервирован в прошлом году: аннулируйте его и подготовьте документ заново.")
    spec, source = spec_of(document.kind), source_of(document)
    _require_ready(spec, source, document.period)
    signatory = _require_signatory(spec, source)
    paper = render(spec, source, document.period, Head(document.number, today, document.conclusions))
    document.sha256 = storage.put(paper.content)
    document.template_sha256 = paper.template_sha256
    document.manifest = manifest(document.kind, document.period, source, paper)
    document.signatory_post, document.signatory_name = signatory.printed_post(), signatory.printed_name()
    document.registered_on, document.registered_by_id = today, actor.id if actor is not None else None
    document.state = DocumentState.REGISTERED
    db.session.flush()
    record(Verb.DOCUMENT_REGISTERED, document, actor, number=document.number, sha256=document.sha256)


def edit_conclusions(document: Document, text: str, version: int, actor: Any) -> None:
    """Before registration a person may put the drafted conclusions otherwise; a blank text brings the draft back."""
    require_version(document, version)
    _require_state(document, DocumentState.RESERVED)
    if not spec_of(document.kind).drafted:
        raise WrongState("Выводы этого документа берутся из отчёта: исправьте отчёт.")
    document.conclusions = "\n".join(paragraphs(text))
    db.session.flush()
    record(Verb.DOCUMENT_EDITED, document, actor, number=document.number)


def paragraphs(text: str) -> list[str]:
    """The lines of a text that have words in them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def attach_scan(document: Document, upload: Upload, version: int, actor: Any) -> None:
    """The signed paper, scanned: «подписан (бумага)». The registered bytes stay as they are."""
    require_version(document, version)
    _require_state(document, DocumentState.REGISTERED)
    document.scan_sha256 = storage.put(upload.content)
    document.scan_name, document.scan_media_type = upload.name, upload.media_type
    document.signed_at, document.state = clock.now(), DocumentState.SIGNED
    db.session.flush()
    record(Verb.DOCUMENT_SIGNED, document, actor, number=document.number, sha256=document.scan_sha256)


def annul(document: Document, reason: str, version: int, actor: Any) -> None:
    """A reserved number that won't be used stays in the journal with its reason."""
    require_version(document, version)
    _require_state(document, DocumentState.RESERVED)
    if not reason.strip():
        raise Invalid("Напишите, почему номер аннулируется.")
    document.state, document.annulled_reason, document.annulled_at = (
        DocumentState.ANNULLED,
        reason.strip(),
        clock.now(),
    )
    db.session.flush()
    record(Verb.DOCUMENT_ANNULLED, document, actor, number=document.number)


def annul_last_year(today: date) -> int:
    """Numbers still reserved when their year is over (rules.md 22); returns how many."""
    rows = db.session.scalars(
        select(Document)
        .join(Journal)
        .where(Document.state == DocumentState.RESERVED, Journal.year < today.year)
        .with_for_update(of=Document)
    ).all()
    for document in rows:
        annul(document, "Не подписан до 31 декабря.", document.version, None)
    return len(rows)


def receive(document: Document, actor: Any) -> Incoming:
    """The office records a school's registered paper as incoming (rules.md 6)."""
    if document.school_id is None or document.state not in (DocumentState.REGISTERED, DocumentState.SIGNED):
        raise WrongState("Входящим записывается только зарегистрированный документ школы.")
    if not spec_of(document.kind).goes_to_office:
        raise WrongState("Этот документ остаётся в школе: управление его как входящий не записывает.")
    if document.incoming is not None:
        raise WrongState(f"Документ уже записан: вх. № {document.incoming.number}.")
    today = clock.today()
    kind = f"in:{document.kind}"
    journal = lock_journal(document.municipality_id, None, kind, today.year)
    journal.last += 1
    incoming = Incoming(
        municipality_id=document.municipality_id,
        school_id=document.school_id,
        document_id=document.id,
        journal_id=journal.id,
        seq=journal.last,
        number=printed_number(document.municipality_id, kind, None, journal.last, today),
        received_on=today,
        recorded_by_id=actor.id if actor is not None else None,
    )
    db.session.add(incoming)
    db.session.flush()
    record(Verb.DOCUMENT_RECEIVED, document, actor, number=incoming.number)
    return incoming


def add_signatory(row: SignatoryPeriod, actor: Any) -> SignatoryPeriod:
    """A new holder or substitute from a day on; entered again from the same day it replaces what was entered."""
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise Invalid("Дата окончания раньше даты начала.")
    if row.acting and not row.order_number:
        raise Invalid("Для исполняющего обязанности укажите номер приказа.")
    same = db.session.scalars(
        select(SignatoryPeriod).where(
            SignatoryPeriod.municipality_id == row.municipality_id,
            SignatoryPeriod.school_id == row.school_id if row.school_id else SignatoryPeriod.school_id.is_(None),
            SignatoryPeriod.kind == row.kind,
            SignatoryPeriod.acting == row.acting,
            SignatoryPeriod.valid_from == row.valid_from,
        )
    ).all()
    for old in same:
        db.session.delete(old)
    db.session.add(row)
    db.session.flush()
    record(Verb.SETTING_CHANGED, row, actor, kind=row.kind, valid_from=row.valid_from.isoformat())
    return row


def end_signatory(row: SignatoryPeriod, last_day: date, actor: Any) -> None:
    """The row holds through ``last_day``; papers registered before keep the name they were signed with."""
    if last_day < row.valid_from:
        raise Invalid(f"Дата раньше начала: {row.valid_from:%d.%m.%Y}.")
    row.valid_to = last_day
    db.session.flush()
    record(Verb.SETTING_CHANGED, row, actor, kind=row.kind, valid_to=last_day.isoformat())


def set_executor(source: DatabaseSource, name: str, phone: str, actor: Any) -> None:
    """Who is named as исполнитель from today on; a blank name leaves the mark out."""
    if phone and not name:
        raise Invalid("Укажите, чей это телефон.")
    value = {"name": name, "phone": phone} if name else {}
    set_setting(source.municipality.id, executor_key(source.school), value, source.today, actor=actor)


@dataclass(frozen=True)
class Taken:
    """What is taken: the kind, its period, and how many papers; ``purpose`` why (dossier §8.3)."""

    kind: str
    period: str
    purpose: str
    count: int = 1


def note_taken(subject: Document | Mentorship | School, taken: Taken, actor: Any) -> None:
    """A paper with people's names leaves the system: who took it and why is in the journal."""
    record(Verb.DOCUMENT_DOWNLOADED, subject, actor, **asdict(taken))


def manifest(kind: str, period: str, source: DatabaseSource, paper: Paper) -> dict[str, Any]:
    """What proves each figure, kept beside the document: path in the template's context → Figure."""
    return {
        "kind": kind,
        "period": period,
        "object": str(source.object_id) if source.object_id else None,
        "as_of": source.as_of.isoformat(),
        "generated_at": clock.now().isoformat(),
        "template_sha256": paper.template_sha256,
        "document_sha256": hashlib.sha256(paper.content).hexdigest(),
        "figures": {path: figure.record() for path, figure in paper.filled.figures.items()},
    }


def _frame(spec: DocumentSpec, source: DatabaseSource, head: Head) -> dict[str, Any]:
    """What every paper has around its text."""
    signatory = source.signatory(spec.kind)
    return {
        "document": {
            "number": head.number,
            "date": date_long(head.registered_on) if head.registered_on else "",
            "draft": head.draft,
        },
        "signatory": (
            {
                "post": signatory.printed_post(),
                "name": signatory.printed_name(),
                "acting": signatory.acting,
            }
            if signatory
            else None
        ),
        "executor": source.executor(),
    }


def _require_ready(spec: DocumentSpec, source: DatabaseSource, period: str) -> None:
    if obstacle := spec.obstacle(source, period):
        raise WrongState(obstacle)


def _require_signatory(spec: DocumentSpec, source: DatabaseSource) -> Signatory:
    signatory = source.signatory(spec.kind)
    if signatory is None:
        raise WrongState("Не указано, кто подписывает этот документ: добавьте подписанта в разделе «Подписанты».")
    return signatory


def _require_state(document: Document, state: DocumentState) -> None:
    if document.state != state:
        raise WrongState(f"Документ № {document.number} {DocumentState(document.state).label}: обновите страницу.")
