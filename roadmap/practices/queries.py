"""Reading the registry of practices, what an expert was asked, who may be an expert, and settings of scoring."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from roadmap import clock
from roadmap.access import Role
from roadmap.accounts.models import User, UserRole
from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.practices.models import Level, Practice, PracticeEvent, PracticeReview, PracticeState, RaopState
from roadmap.registers.words import FORMS
from roadmap.schools.models import School
from roadmap.schools.queries import settings

EXPERT_ROLES = (Role.METHODIST, Role.SPECIALIST, Role.HEAD)


@dataclass(frozen=True)
class Filter:
    """What the registry is narrowed to; "" is everything. Unknown words of an address are read as ""."""

    state: str = ""
    form: str = ""
    level: str = ""
    raop: str = ""
    school: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filter:
        known: dict[str, set[str]] = {
            "state": {*PracticeState},
            "form": {*FORMS},
            "level": {*Level},
            "raop": {*RaopState},
        }
        values = {name: asked.get(name, "") for name in known if asked.get(name, "") in known[name]}
        return cls(**values, school=asked.get("school", "")[:20])

    @property
    def narrows(self) -> bool:
        return any((self.state, self.form, self.level, self.raop, self.school))


def practices(user: Any, wanted: Filter) -> Sequence[Practice]:
    """The practices that the user may see, with their scores, by school, then by title."""
    query = (
        Practice.visible_to(user)
        .join(Practice.school)
        .options(contains_eager(Practice.school), selectinload(Practice.reviews))
        .order_by(School.sort_key, Practice.title, Practice.id)
    )
    for column in ("state", "form", "level", "raop"):
        if value := getattr(wanted, column):
            query = query.where(getattr(Practice, column) == value)
    if wanted.school:
        query = query.where(School.code == wanted.school)
    return db.session.scalars(query).all()


def reviews_asked(user: Any) -> Sequence[PracticeReview]:
    """What the user is asked to score and may still change, the oldest first."""
    return db.session.scalars(
        select(PracticeReview)
        .join(PracticeReview.practice)
        .options(contains_eager(PracticeReview.practice).joinedload(Practice.school))
        .where(
            PracticeReview.municipality_id == user.municipality_id,
            PracticeReview.expert_id == user.id,
            PracticeReview.round == Practice.round,
            Practice.state == PracticeState.SUBMITTED,
        )
        .order_by(PracticeReview.invited_at)
    ).all()


def reviews_of(practice: Practice) -> Sequence[PracticeReview]:
    """Of the present round, by surname."""
    return db.session.scalars(
        select(PracticeReview)
        .join(PracticeReview.expert)
        .options(contains_eager(PracticeReview.expert).joinedload(User.school))
        .where(PracticeReview.practice_id == practice.id, PracticeReview.round == practice.round)
        .order_by(User.sort_key)
    ).all()


def possible_experts(practice: Practice) -> Sequence[User]:
    """Methodists, specialists and heads of other schools who were not invited to this round, by surname."""
    invited = select(PracticeReview.expert_id).where(
        PracticeReview.practice_id == practice.id, PracticeReview.round == practice.round
    )
    return db.session.scalars(
        select(User)
        .where(
            User.municipality_id == practice.municipality_id,
            User.active,
            User.id.in_(select(UserRole.user_id).where(UserRole.role.in_([role.value for role in EXPERT_ROLES]))),
            or_(User.school_id.is_(None), User.school_id != practice.school_id),
            User.id.not_in(invited),
        )
        .options(joinedload(User.school))
        .order_by(User.sort_key)
    ).all()


def registry_on(municipality_id: uuid.UUID, on: date) -> Sequence[Practice]:
    """The practices included by the end of a day at the office, with school and scores, by school, then by title.

    Neither a card nor its scores change after the inclusion, so a past day reads the same for ever.
    """
    return db.session.scalars(
        select(Practice)
        .join(Practice.school)
        .options(contains_eager(Practice.school), selectinload(Practice.reviews))
        .where(
            Practice.municipality_id == municipality_id,
            Practice.state == PracticeState.INCLUDED.value,
            Practice.decided_at < clock.at_office(on + timedelta(days=1)),
        )
        .order_by(School.sort_key, Practice.title, Practice.id)
    ).all()


def events_of(practices: Collection[uuid.UUID], on: date) -> dict[uuid.UUID, list[PracticeEvent]]:
    """The events held by a day at which each practice was presented, the earliest first."""
    rows = db.session.scalars(
        select(PracticeEvent)
        .where(PracticeEvent.practice_id.in_(practices), PracticeEvent.held_on <= on)
        .order_by(PracticeEvent.held_on, PracticeEvent.id)
    )
    found: dict[uuid.UUID, list[PracticeEvent]] = {}
    for row in rows:
        if row.practice_id is not None:
            found.setdefault(row.practice_id, []).append(row)
    return found


def scoring_approved_by(municipality_id: uuid.UUID, on: date) -> str:
    """The order that approves the regulation on scoring; "" – then scores are working notes (rules.md 15)."""
    return str(settings(municipality_id, on)["practice_scoring_approved_by"])


def practice_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = db.session.execute(select(Practice.id, Practice.title).where(Practice.id.in_(ids)))
    return {row.id: row.title for row in rows}


name_subjects("Practice", practice_names)
