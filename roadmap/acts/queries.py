"""Reading local acts: a school's, the completeness of a day, and the dues that an act may prove."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from roadmap.acts.checklist import MODULES, Item, Paper, Presence, asked, presence, share
from roadmap.acts.models import LocalAct
from roadmap.audit.queries import name_subjects
from roadmap.database import db
from roadmap.plan.models import Edition, Evidence, Measure, Occurrence
from roadmap.plan.queries import module_of
from roadmap.registers.models import Mentorship, MentorshipMember, Participant
from roadmap.registers.register import WORKING
from roadmap.registers.words import PersonKind
from roadmap.schools.models import School
from roadmap.schools.queries import schools_of, settings


@dataclass(frozen=True)
class Completeness:
    """The checklist on a day. ``approved_by`` is "" until an order approves it: then no percentage (rules.md 15)."""

    on: date
    items: Sequence[Item]
    rows: Mapping[uuid.UUID, Mapping[Item, Presence]]
    approved_by: str

    def share(self, school_id: uuid.UUID) -> tuple[int, int]:
        return share(self.rows[school_id])


@dataclass(frozen=True)
class Due:
    """An occurrence that an act may prove, and whether it was attached there already."""

    occurrence: Occurrence
    attached: bool


def acts_of(school: School) -> Sequence[LocalAct]:
    """All acts of a school, also replaced and removed ones, the newest first."""
    return db.session.scalars(
        select(LocalAct)
        .where(LocalAct.municipality_id == school.municipality_id, LocalAct.school_id == school.id)
        .options(selectinload(LocalAct.replacements))
        .order_by(LocalAct.valid_from.desc(), LocalAct.saved_at.desc())
    ).all()


def completeness_of_school(school: School, acts: Sequence[LocalAct], on: date) -> Completeness:
    papers = [act.as_paper() for act in acts if act.removed_at is None]
    return _completeness(school.municipality_id, {school.id: papers}, on)


def completeness(municipality_id: uuid.UUID, on: date) -> tuple[Sequence[School], Completeness]:
    """The schools that take part, and the row of each."""
    schools = [school for school in schools_of(municipality_id) if school.since <= on]
    acts = db.session.scalars(
        select(LocalAct)
        .where(LocalAct.municipality_id == municipality_id, LocalAct.removed_at.is_(None))
        .options(selectinload(LocalAct.replacements))
    )
    papers: dict[uuid.UUID, list[Paper]] = defaultdict(list)
    for act in acts:
        papers[act.school_id].append(act.as_paper())
    return schools, _completeness(municipality_id, {school.id: papers[school.id] for school in schools}, on)


def dues_of(act: LocalAct, today: date) -> Sequence[Due]:
    """What is open today and fulfilled by evidence in the act's measure, the latest due first.

    Only of roadmaps in whose time the act was in force: an act of 2025 doesn't prove a due of 2022.
    """
    module = MODULES[Item(act.item)]
    if act.removed_at is not None or not act.has_material or module_of(module) is not None:
        return []
    found = db.session.scalars(
        select(Occurrence)
        .join(Measure)
        .join(Edition)
        .options(joinedload(Occurrence.measure))
        .where(
            Occurrence.municipality_id == act.municipality_id,
            Occurrence.school_id == act.school_id,
            Measure.module == module,
            Edition.in_force_to >= act.valid_from,
            Edition.in_force_from <= (act.in_force_to or today),
            ~Occurrence.not_required,
            Occurrence.opens_on <= today,
            or_(Occurrence.closed_on.is_(None), Occurrence.closed_on > today),
        )
        .order_by(Occurrence.due.desc())
    ).all()
    proven = set(
        db.session.scalars(
            select(Evidence.occurrence_id).where(
                Evidence.occurrence_id.in_([one.id for one in found]), _same_material(act)
            )
        )
    )
    return [Due(one, one.id in proven) for one in found]


def act_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = db.session.execute(
        select(LocalAct.id, LocalAct.item, School.short_name).join(School).where(LocalAct.id.in_(ids))
    )
    return {row.id: f"{row.item}, {row.short_name}" for row in rows}


def _completeness(municipality_id: uuid.UUID, papers: Mapping[uuid.UUID, Sequence[Paper]], on: date) -> Completeness:
    values = settings(municipality_id, on)
    items = asked(values, on)
    labour = _schools_with_worker_mentees(papers.keys(), on) if Item.L7 in items else set()
    rows = {
        school_id: presence(found, [item for item in items if item is not Item.L7 or school_id in labour], on)
        for school_id, found in papers.items()
    }
    return Completeness(on, items, rows, values["acts_checklist_approved_by"])


def _schools_with_worker_mentees(ids: Collection[uuid.UUID], on: date) -> set[uuid.UUID]:
    """Where an employee of the school mentors a worker on a day: only there ст. 351.8 ТК is asked (rules.md 16).

    The condition is that of ``registers.consent_rules.labour_required``, for all schools in one query.
    """
    mentor, mentee = aliased(Participant), aliased(Participant)
    last_day = func.coalesce(Mentorship.ended_on, Mentorship.ends_on, on)
    query = (
        select(Mentorship.school_id)
        .join(mentor, mentor.id == Mentorship.mentor_id)
        .join(MentorshipMember, MentorshipMember.mentorship_id == Mentorship.id)
        .join(mentee, mentee.id == MentorshipMember.participant_id)
        .where(
            Mentorship.school_id.in_(ids),
            Mentorship.state.in_([state.value for state in WORKING]),
            Mentorship.starts_on <= on,
            last_day >= on,
            mentor.employee,
            or_(mentee.employee, mentee.kind == PersonKind.TEACHER),
        )
        .distinct()
    )
    return set(db.session.scalars(query))


def _same_material(act: LocalAct) -> ColumnElement[bool]:
    same_link = (Evidence.link == act.link) if act.link else (Evidence.link == "")
    same_file = Evidence.sha256.is_(None) if act.sha256 is None else Evidence.sha256 == act.sha256
    return same_link & same_file


name_subjects("LocalAct", act_names)
