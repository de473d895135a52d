"""Adding and changing schools, their yearly cards, and dated settings."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from roadmap import clock
from roadmap.audit.models import Verb
from roadmap.audit.service import digest, record
from roadmap.database import db, require_version
from roadmap.errors import Conflict, Invalid, WrongState
from roadmap.language import sort_key
from roadmap.schools.models import Municipality, School, SchoolCard, Setting


@dataclass(frozen=True)
class SchoolDetails:
    short_name: str
    full_name: str
    full_name_gen: str
    place: str = ""
    phone: str = ""


@dataclass(frozen=True)
class CardDetails:
    """``pupils``: birth year → number of pupils."""

    pupils: Mapping[int, int]
    teachers: int
    early_career_teachers: int
    site_section_url: str = ""


def add_municipality(code: str, name: str, name_gen: str) -> Municipality:
    municipality = Municipality(code=code, name=name, name_gen=name_gen)
    db.session.add(municipality)
    db.session.flush()
    record(Verb.MUNICIPALITY_ADDED, municipality, municipality_id=municipality.id, code=code)
    return municipality


def add_school(
    municipality_id: uuid.UUID,
    code: str,
    details: SchoolDetails,
    *,
    since: date | None = None,
    actor: Any = None,
) -> School:
    """A school that takes part in the roadmap ``since`` a day (today). Invalid if the code is taken anywhere in the
    installation."""
    if db.session.scalar(select(School.id).where(School.code == code)) is not None:
        raise Invalid(f"Код «{code}» уже занят: выберите другой.")
    school = School(
        municipality_id=municipality_id,
        code=code,
        since=since or clock.today(),
        created_at=clock.now(),
        sort_key=sort_key(details.short_name),
        **vars(details),
    )
    db.session.add(school)
    db.session.flush()
    record(Verb.SCHOOL_ADDED, school, actor, code=code)
    return school


def change_school(school: School, details: SchoolDetails, version: int, actor: Any) -> None:
    """Conflict if somebody changed the school since ``version``."""
    require_version(school, version)
    for name, value in vars(details).items():
        setattr(school, name, value)
    school.sort_key = sort_key(details.short_name)
    record(Verb.SCHOOL_CHANGED, school, actor, after=digest(vars(details)))


def set_active(school: School, active: bool, version: int, actor: Any) -> None:
    """A school that is not active gets no new dues; what it has sent stays."""
    require_version(school, version)
    school.active = active
    record(Verb.SCHOOL_CHANGED, school, actor, active=active)


def save_card(school: School, year: int, details: CardDetails, version: int, actor: Any) -> SchoolCard:
    """``version`` 0 means that there was no card yet. Saving takes back an earlier confirmation."""
    found = db.session.scalar(
        select(SchoolCard).where(
            SchoolCard.municipality_id == school.municipality_id,
            SchoolCard.school_id == school.id,
            SchoolCard.year == year,
        )
    )
    values = {
        "pupils": {str(birth_year): count for birth_year, count in sorted(details.pupils.items()) if count},
        "teachers": details.teachers,
        "early_career_teachers": details.early_career_teachers,
        "site_section_url": details.site_section_url,
        "saved_at": clock.now(),
        "saved_by_id": actor.id if actor is not None else None,
        "confirmed_at": None,
    }
    if found is None and version == 0:
        found = SchoolCard(municipality_id=school.municipality_id, school_id=school.id, year=year, **values)
        db.session.add(found)
    elif found is None:
        raise Conflict
    else:
        require_version(found, version)
        for name, value in values.items():
            setattr(found, name, value)
    db.session.flush()
    record(Verb.CARD_SAVED, found, actor, year=year, after=digest(values["pupils"]))
    return found


def confirm_card(card: SchoolCard, version: int, actor: Any) -> None:
    """The yearly confirmation in May (rule 12)."""
    require_version(card, version)
    if card.confirmed_at is not None:
        raise WrongState("Карточка уже подтверждена.")
    card.confirmed_at = clock.now()
    record(Verb.CARD_CONFIRMED, card, actor, year=card.year)


def set_setting(
    municipality_id: uuid.UUID,
    key: str,
    value: Any,
    valid_from: date,
    *,
    source_note: str = "",
    actor: Any = None,
) -> Setting:
    """From ``valid_from`` on ``value`` holds; the same day's value is replaced."""
    found = db.session.scalar(
        select(Setting).where(
            Setting.municipality_id == municipality_id, Setting.key == key, Setting.valid_from == valid_from
        )
    )
    if found is None:
        found = Setting(municipality_id=municipality_id, key=key, valid_from=valid_from)
        db.session.add(found)
    found.value, found.source_note = value, source_note
    db.session.flush()
    record(Verb.SETTING_CHANGED, found, actor, key=key, after=digest(value))
    return found
