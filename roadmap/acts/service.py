"""Local acts are added, corrected, replaced and removed; an act is given as evidence of its measure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from roadmap import clock, storage
from roadmap.acts.checklist import Item
from roadmap.acts.models import LocalAct
from roadmap.acts.queries import dues_of
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db, require_version
from roadmap.errors import Invalid, NotFound, WrongState
from roadmap.language import date_short
from roadmap.plan.models import Evidence
from roadmap.plan.service import Proof, give_evidence
from roadmap.schools.models import School
from roadmap.uploads import Upload


@dataclass(frozen=True)
class ActDetails:
    """What the form of an act asks for; ``valid_from`` and ``valid_to`` are its first and last day."""

    title: str
    number: str
    approved_on: date
    approved_by: str
    valid_from: date
    valid_to: date | None = None
    council_number: str = ""
    council_on: date | None = None
    programme_kind: str = ""
    period_start: date | None = None
    period_end: date | None = None
    quantity: int | None = None
    link: str = ""
    note: str = ""


def add(school: School, item: Item, details: ActDetails, file: Upload | None, actor: Any) -> LocalAct:
    """Invalid if the details contradict each other, or a programme has neither a file nor an address."""
    act = _fill(LocalAct(municipality_id=school.municipality_id, school_id=school.id, item=item.value), details, file)
    return _added(act, actor)


def replace(old: LocalAct, details: ActDetails, file: Upload | None, version: int, actor: Any) -> LocalAct:
    """A new act in the place of ``old``, which stays readable and ends the day before. Conflict if ``old`` changed."""
    require_version(old, version)
    require_current(old)
    act = LocalAct(municipality_id=old.municipality_id, school_id=old.school_id, item=old.item, replaces_id=old.id)
    _require_later(details, old)
    return _added(_fill(act, details, file), actor)


def change(act: LocalAct, details: ActDetails, file: Upload | None, version: int, actor: Any) -> None:
    """Corrects an entry; without ``file`` the stored one stays. Conflict if it changed since ``version``."""
    require_version(act, version)
    require_current(act)
    if act.replaces is not None:
        _require_later(details, act.replaces)
    _fill(act, details, file)
    act.saved_at, act.saved_by_id = clock.now(), _id(actor)
    record(Verb.ACT_SAVED, act, actor, item=act.item, sha256=act.sha256)


def remove(act: LocalAct, reason: str, version: int, actor: Any) -> None:
    """Takes a mistaken entry out of the count; what it had replaced is in force again."""
    require_version(act, version)
    require_current(act)
    if not reason:
        raise Invalid("Напишите, почему запись убрана.")
    act.removed_at, act.removed_reason = clock.now(), reason
    record(Verb.ACT_REMOVED, act, actor, item=act.item)


def prove(act: LocalAct, occurrence_id: uuid.UUID, actor: Any) -> Evidence:
    """Gives the act's file and address as evidence of an open occurrence of its measure, without typing anything again.

    NotFound for an occurrence that this act does not prove, WrongState where it was attached already.
    """
    due = next((one for one in dues_of(act, clock.today()) if one.occurrence.id == occurrence_id), None)
    if due is None:
        raise NotFound("Этот акт сейчас нельзя приложить к такому мероприятию.")
    if due.attached:
        raise WrongState("Этот акт уже приложен к мероприятию.")
    file = Upload(act.file_name, storage.get(act.sha256), act.media_type) if act.sha256 else None
    return give_evidence(due.occurrence, Proof(act.approved_on, _told(act), act.link, file), actor)


def require_current(act: LocalAct) -> None:
    """WrongState for an act of the history."""
    if act.removed_at is not None:
        raise WrongState("Запись убрана: её можно только читать.")
    if act.replaced_by is not None:
        raise WrongState("Акт заменён новым: его можно только читать.")


def _require_later(details: ActDetails, old: LocalAct) -> None:
    if details.valid_from <= old.valid_from:
        raise Invalid(f"Новый акт должен действовать позже прежнего: тот действует с {date_short(old.valid_from)}.")


def _fill(act: LocalAct, details: ActDetails, file: Upload | None) -> LocalAct:
    """Checks first: a refused change must leave the row as it was."""
    if details.approved_on > clock.today():
        raise Invalid("Дата утверждения ещё не наступила.")
    if act.item == Item.L3 and not details.link and file is None and act.sha256 is None:
        raise Invalid("Приложите файл или укажите адрес на сайте: без них программа не считается представленной.")
    stored = storage.put(file.content) if file is not None else None  # first: it flushes
    for name, value in vars(details).items():
        setattr(act, name, value)
    if file is not None:
        act.sha256, act.file_name, act.media_type = stored, file.name, file.media_type
    return act


def _added(act: LocalAct, actor: Any) -> LocalAct:
    act.saved_at, act.saved_by_id = clock.now(), _id(actor)
    db.session.add(act)
    db.session.flush()
    record(Verb.ACT_SAVED, act, actor, item=act.item, sha256=act.sha256)
    return act


def _told(act: LocalAct) -> str:
    """«Положение о наставничестве. Утверждён: приказ директора от 01.09.2025 № 12»"""
    return f"{act.title}. Утверждено: {act.approved_by}, {date_short(act.approved_on)} № {act.number}"


def _id(actor: Any) -> uuid.UUID | None:
    return actor.id if actor is not None else None
