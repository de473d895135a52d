"""``record()`` notes what was done; the chain's links are forged just before the commit, its head locked last."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from roadmap import clock
from roadmap.audit.models import AuditEvent, AuditHead, Verb
from roadmap.database import db

INSTALLATION = "installation"
START = "0" * 64
PENDING = "audit"


@dataclass(frozen=True)
class Note:
    chain: str
    at: datetime
    actor_id: uuid.UUID | None
    verb: str
    subject_type: str
    subject_id: str
    details: dict[str, Any]


def record(
    verb: Verb,
    subject: Any,
    actor: Any = None,
    *,
    municipality_id: uuid.UUID | None = None,
    **details: Any,
) -> None:
    """Notes ``verb`` on ``subject`` (a model object) by ``actor`` (a user, or None for the clock and commands).

    ``details`` must be JSON values without personal data. Nothing is written until the transaction commits.
    """
    tenant = municipality_id or getattr(subject, "municipality_id", None)
    db.session.info.setdefault(PENDING, []).append(
        Note(
            chain=str(tenant) if tenant else INSTALLATION,
            at=clock.now(),
            actor_id=actor.id if actor is not None else None,
            verb=verb.value,
            subject_type=type(subject).__name__,
            subject_id=str(getattr(subject, "id", "")),
            details=details,
        )
    )


def record_refusal(user_id: uuid.UUID, municipality_id: uuid.UUID, action: str, kind: str, key: Any) -> None:
    """A refused access, written after the refusal's rollback."""
    db.session.info.setdefault(PENDING, []).append(
        Note(
            chain=str(municipality_id),
            at=clock.now(),
            actor_id=user_id,
            verb=Verb.ACCESS_REFUSED.value,
            subject_type=kind,
            subject_id=str(key or ""),
            details={"action": action},
        )
    )


def digest(value: Any) -> str:
    """Fingerprint of a JSON value, for ``details`` where the value itself is not for the journal."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()[:16]


def register() -> None:
    """Hooks the forging of links to the session's commit; called once by the application factory."""
    if not event.contains(db.session, "before_commit", _forge):
        event.listen(db.session, "before_commit", _forge)
        event.listen(db.session, "after_soft_rollback", _forget)


def verify() -> Iterator[str]:
    """One Russian sentence for each chain that was altered, naming the place; nothing if all is well."""
    heads = {head.chain: head for head in db.session.scalars(select(AuditHead))}
    chains = set(db.session.scalars(select(AuditEvent.chain).distinct())) | set(heads)
    for chain in sorted(chains):
        previous, seq = START, 0
        for row in _links(chain):
            if row.seq != seq + 1 or row.previous != previous or row.hash != _hash(previous, row.seq, _note(row)):
                yield f"Журнал {chain}: запись {row.seq} изменена или переставлена."
                break
            previous, seq = row.hash, row.seq
        else:
            head = heads.get(chain)
            if head is None or head.seq != seq or head.hash != previous:
                yield f"Журнал {chain}: после записи {seq} записи удалены или добавлены."


def _links(chain: str) -> Iterator[AuditEvent]:
    """A chain in its order, read in batches."""
    seq = 0
    while True:
        query = select(AuditEvent).where(AuditEvent.chain == chain, AuditEvent.seq > seq).order_by(AuditEvent.seq)
        batch = db.session.scalars(query.limit(1000)).all()
        yield from batch
        if len(batch) < 1000:
            return
        seq = batch[-1].seq


def _forge(session: Session) -> None:
    """Gives each pending note its place in its chain. Chains are locked in a fixed order, after all other locks."""
    session.flush()
    notes: list[Note] = session.info.pop(PENDING, [])
    for chain in sorted({note.chain for note in notes}):
        head = _locked_head(session, chain)
        for note in (n for n in notes if n.chain == chain):
            link = _hash(head.hash, head.seq + 1, note)
            session.add(AuditEvent(**asdict(note), seq=head.seq + 1, previous=head.hash, hash=link))
            head.seq, head.hash = head.seq + 1, link
    session.flush()


def _forget(session: Session, _: Any) -> None:
    session.info.pop(PENDING, None)


def _locked_head(session: Session, chain: str) -> AuditHead:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(AuditHead).values(chain=chain, seq=0, hash=START).on_conflict_do_nothing(index_elements=["chain"])
    )
    query = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one()


def _note(row: AuditEvent) -> Note:
    return Note(row.chain, row.at, row.actor_id, row.verb, row.subject_type, row.subject_id, row.details)


def _hash(previous: str, seq: int, note: Note) -> str:
    values = asdict(note) | {"seq": seq, "at": note.at.isoformat(), "actor_id": str(note.actor_id or "")}
    return hashlib.sha256((previous + _canonical(values)).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
