"""What others ask of municipalities, schools, cards and settings."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.schools.models import Municipality, School, SchoolCard, Setting

# What holds until the municipality sets its own. Values in force by law or order are never defaults here.
DEFAULTS: dict[str, Any] = {
    "office_full_name": "",
    "office_short_name": "РУО",
    "office_place": "",
    "methodists_name": "ИМО",
    "satisfied_from": 7,  # of 10; dossier §3.3
    "early_career_years": 3,
    "short_form_pairs": 5,  # a school with so many pairs or fewer fills the short June form
    "return_working_days": 3,  # rules.md 1
    "review_working_days": 3,
    "number_format": "{index}-{number}",
    "mentor_load_limit": 5,  # pairs and groups of one mentor at a time; 0 is no limit
    "labour_consent_from": "2025-03-01",  # ст. 351.8 ТК РФ is asked from this day on (rules.md 5, 16)
    "separate_consent_from": "2025-09-01",  # a consent is a paper of its own from this day on (rules.md 5)
    "acts_checklist_approved_by": "",  # «приказ … № …»: only then a percentage is printed (rules.md 15)
    "practice_scoring_approved_by": "",  # likewise for the experts' scores
    "journal_index": {},  # kind of document -> index in the office's list of files
}


def first_municipality() -> Municipality | None:
    """The one a command means when none is named: the lowest code."""
    return db.session.scalars(select(Municipality).order_by(Municipality.code).limit(1)).first()


def municipality_by_code(code: str) -> Municipality | None:
    return db.session.scalar(select(Municipality).where(Municipality.code == code))


def school_by_code(code: str) -> School | None:
    return db.session.scalar(select(School).where(School.code == code))


def schools_of(municipality_id: uuid.UUID, active_only: bool = True) -> Sequence[School]:
    """In the order of the Russian alphabet and of their numbers."""
    query = select(School).where(School.municipality_id == municipality_id).order_by(School.sort_key, School.code)
    if active_only:
        query = query.where(School.active)
    return db.session.scalars(query).all()


def card(school: School, year: int) -> SchoolCard | None:
    """The card of the school year that begins in September of ``year``."""
    return db.session.scalar(
        select(SchoolCard).where(
            SchoolCard.municipality_id == school.municipality_id,
            SchoolCard.school_id == school.id,
            SchoolCard.year == year,
        )
    )


def cards(school: School) -> Sequence[SchoolCard]:
    """The newest first."""
    return db.session.scalars(
        select(SchoolCard)
        .where(SchoolCard.municipality_id == school.municipality_id, SchoolCard.school_id == school.id)
        .order_by(SchoolCard.year.desc())
    ).all()


def settings(municipality_id: uuid.UUID, on: date) -> dict[str, Any]:
    """Every setting in force on a day: the municipality's own over the defaults."""
    return DEFAULTS | {row.key: row.value for row in setting_rows(municipality_id, on)}


def setting_rows(municipality_id: uuid.UUID, on: date) -> Sequence[Setting]:
    """The rows in force on a day, each key's newest last."""
    return db.session.scalars(
        select(Setting)
        .where(
            Setting.municipality_id == municipality_id,
            Setting.valid_from <= on,
            Setting.valid_to.is_(None) | (Setting.valid_to >= on),
        )
        .order_by(Setting.key, Setting.valid_from)
    ).all()


def cards_of_year(municipality_id: uuid.UUID, year: int) -> dict[uuid.UUID, SchoolCard]:
    """By school; a school without a card of that year is not in it."""
    rows = db.session.scalars(
        select(SchoolCard).where(SchoolCard.municipality_id == municipality_id, SchoolCard.year == year)
    )
    return {row.school_id: row for row in rows}


def school_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = db.session.execute(select(School.id, School.short_name).where(School.id.in_(ids)))
    return {row.id: row.short_name for row in rows}


def card_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The name of the school that each card tells of."""
    rows = db.session.execute(select(SchoolCard.id, School.short_name).join(School).where(SchoolCard.id.in_(ids)))
    return {row.id: row.short_name for row in rows}


name_subjects("School", school_names)
name_subjects("SchoolCard", card_names)
