"""The one door through which every change of the registers goes: a revision of the object and a line of the journal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from roadmap import clock
from roadmap.audit.models import Verb
from roadmap.audit.service import digest, record
from roadmap.database import db
from roadmap.registers.models import Participant, RegisterRevision

REMOVED = {"removed": True}  # the snapshot of what is no more
PERSONAL = ("contact", "group", "post", "enterprise", "name_gen", "name_dat", "name_ins")
PERSONAL_OF_CARDS = ("competences", "achievements", "interests", "request", "result", "testimonial_url")


def changed(verb: Verb, thing: Any, actor: Any = None, **details: Any) -> None:
    """Call after every change of a Participant, Consent, Mentorship or Programme, once a verb.

    ``thing.facts()`` is what is kept; ``details`` go to the journal and must not name anybody.
    """
    db.session.flush()
    snapshot = thing.facts().to_json()
    db.session.add(
        RegisterRevision(
            municipality_id=thing.municipality_id,
            school_id=thing.school_id,
            kind=kind_of(type(thing)),
            object_id=thing.id,
            recorded_at=clock.now(),
            actor_id=actor.id if actor is not None else None,
            verb=verb.value,
            snapshot=snapshot,
        )
    )
    db.session.flush()
    record(verb, thing, actor, after=digest(snapshot), **details)


def removed(thing: Any, actor: Any = None) -> None:
    """Takes away a record that should never have been: its past stays as it was known, from now on it is no more.

    The caller makes sure that nothing refers to it.
    """
    db.session.add(
        RegisterRevision(
            municipality_id=thing.municipality_id,
            school_id=thing.school_id,
            kind=kind_of(type(thing)),
            object_id=thing.id,
            recorded_at=clock.now(),
            actor_id=actor.id if actor is not None else None,
            verb=Verb.RECORD_REMOVED.value,
            snapshot=REMOVED,
        )
    )
    record(Verb.RECORD_REMOVED, thing, actor)
    db.session.delete(thing)
    db.session.flush()


def kind_of(model: type[Any]) -> str:
    """«participant», «consent», «mentorship», «programme»."""
    name: str = model.__tablename__
    return name


def forget_person(participant: Participant) -> None:
    """Rewrites every revision of an erased person: figures stay, what names him goes."""
    rows = db.session.scalars(
        select(RegisterRevision).where(
            RegisterRevision.school_id == participant.school_id,
            RegisterRevision.kind == kind_of(Participant),
            RegisterRevision.object_id == participant.id,
        )
    )
    for row in rows:
        row.snapshot = _without_personal(row.snapshot, participant.full_name)
    db.session.flush()


def _without_personal(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
    kept = snapshot | dict.fromkeys(PERSONAL, "") | {"full_name": name}
    for card in ("mentor", "mentee"):
        if kept.get(card):
            kept[card] = kept[card] | {key: "" for key in PERSONAL_OF_CARDS if key in kept[card]}
    return kept
