"""Reading the journal: a page of lines in words, with the names that the slices above give to their objects."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from roadmap.audit.models import SUBJECTS, AuditEvent, Topic, Verb
from roadmap.audit.words import details_in_words
from roadmap.database import db

PAGE = 100
Names = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, str]]
_names: dict[str, Names] = {}


@dataclass(frozen=True)
class Line:
    """One event as it is read. ``who`` is "" for the clock and for commands, ``name`` where nobody names the object."""

    seq: int
    at: datetime
    who: str
    did: str
    kind: str
    name: str
    note: str


@dataclass(frozen=True)
class Page:
    lines: Sequence[Line]
    before: int | None  # where the next page begins, if there is one


def name_subjects(kind: str, names: Names) -> None:
    """A slice tells how its objects are called: ``names`` maps ids to short names. One query for a page."""
    _names[kind] = names


def journal(municipality_id: uuid.UUID, before: int | None, topic: Topic | None = None) -> Page:
    """A page of the municipality's chain, the newest first, older than the link ``before``."""
    query = select(AuditEvent).where(AuditEvent.chain == str(municipality_id)).order_by(AuditEvent.seq.desc())
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    if topic is not None:
        query = query.where(AuditEvent.verb.in_([verb.value for verb in topic.verbs]))
    found = db.session.scalars(query.limit(PAGE + 1)).all()
    events = found[:PAGE]
    names = _all_names(events)
    return Page([_line(event, names) for event in events], events[-1].seq if len(found) > PAGE else None)


def _line(event: AuditEvent, names: Mapping[tuple[str, str], str]) -> Line:
    kind, key = _subject(event)
    return Line(
        seq=event.seq,
        at=event.at,
        who=names.get(("User", str(event.actor_id)), "неизвестный пользователь") if event.actor_id else "",
        did=Verb(event.verb).label,
        kind=SUBJECTS.get(event.subject_type, "запись"),
        name=names.get((kind, key), ""),
        note=details_in_words(event.verb, event.details),
    )


def _subject(event: AuditEvent) -> tuple[str, str]:
    """A failed sign-in is told by the account that was tried, where there is one of that name."""
    if event.subject_type == "FailedSignIn":
        return "User", str(event.details.get("user", ""))
    return event.subject_type, event.subject_id


def _all_names(events: Iterable[AuditEvent]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[uuid.UUID]] = {}
    for event in events:
        actor = [("User", str(event.actor_id))] if event.actor_id else []
        for kind, key in [_subject(event), *actor]:
            if kind in _names and (found := _uuid(key)):
                wanted.setdefault(kind, set()).add(found)
    return {(kind, str(key)): name for kind, keys in wanted.items() for key, name in _names[kind](keys).items()}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
