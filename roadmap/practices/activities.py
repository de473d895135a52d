"""Mentors in communities and thematic events: lists and changes (measures 4.2, 4.3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import contains_eager, joinedload

from roadmap import clock
from roadmap.access import is_office
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db, require_version
from roadmap.errors import Invalid
from roadmap.practices.models import CommunityMember, Practice, PracticeEvent, PracticeState
from roadmap.schools.models import School


@dataclass(frozen=True)
class MemberDetails:
    mentor: str
    community: str
    level: str
    role: str
    since: date
    activity: str = ""


@dataclass(frozen=True)
class EventDetails:
    """``held_on`` and ``participants`` are the fact, the rest is the plan."""

    planned_on: date
    level: str
    theme: str
    practice_id: uuid.UUID | None = None
    held_on: date | None = None
    participants: int | None = None
    link: str = ""


def members(user: Any) -> Sequence[CommunityMember]:
    """By school, community and mentor."""
    return db.session.scalars(
        CommunityMember.visible_to(user)
        .join(CommunityMember.school)
        .options(contains_eager(CommunityMember.school))
        .order_by(School.sort_key, CommunityMember.community, CommunityMember.mentor, CommunityMember.id)
    ).all()


def events(user: Any, year: int) -> Sequence[PracticeEvent]:
    """Of the school year that begins in September of ``year``, by date."""
    return db.session.scalars(
        PracticeEvent.visible_to(user)
        .where(PracticeEvent.planned_on >= date(year, 9, 1), PracticeEvent.planned_on < date(year + 1, 9, 1))
        .options(joinedload(PracticeEvent.school), joinedload(PracticeEvent.practice))
        .order_by(PracticeEvent.planned_on, PracticeEvent.id)
    ).all()


def event_practices(user: Any) -> Sequence[Practice]:
    """The practices that an event may show: a school's own, for the office those in the registry."""
    query = Practice.visible_to(user)
    if is_office(user):
        query = query.where(Practice.state == PracticeState.INCLUDED)
    return db.session.scalars(query.order_by(Practice.title, Practice.id)).all()


def mentors_by_school(found: Sequence[CommunityMember]) -> list[tuple[str, int]]:
    """(school, how many different mentors take part), in the order of ``found``."""
    mentors: dict[str, set[str]] = {}
    for member in found:
        mentors.setdefault(member.school.short_name, set()).add(member.mentor)
    return [(name, len(people)) for name, people in mentors.items()]


def add_member(school: School, details: MemberDetails, actor: Any) -> CommunityMember:
    member = CommunityMember(municipality_id=school.municipality_id, school_id=school.id, **vars(details))
    db.session.add(member)
    db.session.flush()
    record(Verb.COMMUNITY_SAVED, member, actor)
    return member


def change_member(member: CommunityMember, details: MemberDetails, version: int, actor: Any) -> None:
    require_version(member, version)
    for name, value in vars(details).items():
        setattr(member, name, value)
    record(Verb.COMMUNITY_SAVED, member, actor)


def remove_member(member: CommunityMember, version: int, actor: Any) -> None:
    require_version(member, version)
    record(Verb.COMMUNITY_REMOVED, member, actor)
    db.session.delete(member)


def add_event(details: EventDetails, actor: Any) -> PracticeEvent:
    """Of the actor's school, or of the office where the actor has none."""
    _check(details, actor)
    event = PracticeEvent(municipality_id=actor.municipality_id, school_id=actor.school_id, **vars(details))
    db.session.add(event)
    db.session.flush()
    record(Verb.PRACTICE_EVENT_SAVED, event, actor)
    return event


def change_event(event: PracticeEvent, details: EventDetails, version: int, actor: Any) -> None:
    require_version(event, version)
    _check(details, actor)
    for name, value in vars(details).items():
        setattr(event, name, value)
    record(Verb.PRACTICE_EVENT_SAVED, event, actor)


def remove_event(event: PracticeEvent, version: int, actor: Any) -> None:
    require_version(event, version)
    record(Verb.PRACTICE_EVENT_REMOVED, event, actor)
    db.session.delete(event)


def _check(details: EventDetails, actor: Any) -> None:
    if details.held_on is not None and details.held_on > clock.today():
        raise Invalid("Дата проведения ещё не наступила.")
    if details.participants is not None and details.held_on is None:
        raise Invalid("Укажите дату проведения: без неё число участников не записать.")
    if details.practice_id is not None and details.practice_id not in {one.id for one in event_practices(actor)}:
        raise Invalid("Такой практики нет: выберите из списка.")
