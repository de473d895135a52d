"""What desks and boards show: occurrences with their derived states, counted without a query for each row."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from roadmap import clock
from roadmap.database import db
from roadmap.plan.models import Edition, Evidence, Measure, Occurrence, OccurrenceState
from roadmap.plan.queries import evidence_state, module_of, pending_state
from roadmap.schools.models import School
from roadmap.submissions.models import State, Submission

OPEN = (
    OccurrenceState.OVERDUE,
    OccurrenceState.RETURNED,
    OccurrenceState.DRAFT,
    OccurrenceState.NOT_STARTED,
)


@dataclass(frozen=True)
class Task:
    """An occurrence as a board shows it."""

    occurrence: Occurrence
    state: OccurrenceState
    submission_id: uuid.UUID | None
    report_state: State | None
    return_by: date | None
    has_form: bool

    @property
    def deadline(self) -> date:
        """What the school works to: the due date, or after a return «вернуть до …»."""
        if self.state is OccurrenceState.RETURNED and self.return_by is not None:
            return self.return_by
        return self.occurrence.due


@dataclass
class Tally:
    """How the occurrences of a measure (or of a period of it) stand."""

    states: Counter[OccurrenceState] = field(default_factory=Counter)
    late: list[School] = field(default_factory=list)
    next_due: date | None = None

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def done(self) -> int:
        return self.states[OccurrenceState.ACCEPTED] + self.states[OccurrenceState.LATE_ACCEPTED]


def state_of(
    occurrence: Occurrence,
    report_state: State | None,
    first_sent_at: datetime | None,
    done_on: date | None,
    today: date,
) -> OccurrenceState:
    """In time means first sent by the due date and later accepted (rules.md 1)."""
    if module_of(occurrence.measure.module) is None:
        return evidence_state(occurrence, done_on, today)
    if occurrence.not_required:
        return OccurrenceState.NOT_REQUIRED
    sent_late = first_sent_at is not None and clock.local(first_sent_at).date() > occurrence.due
    match report_state:
        case State.ACCEPTED:
            return OccurrenceState.LATE_ACCEPTED if sent_late else OccurrenceState.ACCEPTED
        case State.SUBMITTED | State.IN_REVIEW:
            return OccurrenceState.SUBMITTED
        case State.RETURNED:
            return OccurrenceState.RETURNED
        case State.DRAFT | State.SIGN_OFF:
            if first_sent_at is not None:
                return OccurrenceState.RETURNED
            return OccurrenceState.OVERDUE if today > occurrence.due else OccurrenceState.DRAFT
    return pending_state(occurrence, today)


def tasks(municipality_id: uuid.UUID, *conditions: ColumnElement[bool]) -> list[Task]:
    """Occurrences of the municipality with their states, by due date; one query."""
    today = clock.today()
    done_on = (
        select(func.min(Evidence.done_on))
        .where(Evidence.occurrence_id == Occurrence.id)
        .correlate(Occurrence)
        .scalar_subquery()
    )
    query = (
        select(Occurrence, Submission.id, Submission.state, Submission.first_sent_at, Submission.return_by, done_on)
        .join(Occurrence.measure)
        .outerjoin(Occurrence.school)
        .outerjoin(Submission, Submission.occurrence_id == Occurrence.id)
        .where(Occurrence.municipality_id == municipality_id, *conditions)
        .options(contains_eager(Occurrence.measure), contains_eager(Occurrence.school))
        .order_by(Occurrence.due, Measure.number, School.sort_key)
    )
    return [
        Task(
            occurrence,
            state_of(occurrence, State(state) if state else None, first_sent_at, done, today),
            submission_id,
            State(state) if state else None,
            return_by,
            module_of(occurrence.measure.module) is not None,
        )
        for occurrence, submission_id, state, first_sent_at, return_by, done in db.session.execute(query)
    ]


def school_desk(school: School, horizon: date) -> tuple[list[Task], list[Task]]:
    """What the school has to do now (returned first, then by date), and what is done or waits for review."""
    found = tasks(
        school.municipality_id,
        Occurrence.school_id == school.id,
        Occurrence.closed_on.is_(None),
        Occurrence.due <= horizon,
    )
    to_do = [task for task in found if task.state in OPEN]
    to_do.sort(key=lambda task: (task.state is not OccurrenceState.RETURNED, task.deadline))
    rest = [task for task in found if task.state not in OPEN]
    return to_do, rest[::-1][:12]


def office_desk(municipality_id: uuid.UUID, horizon: date) -> tuple[list[Task], list[Task]]:
    """What the office itself owes by ``horizon``, and what schools are late with."""
    found = tasks(municipality_id, Occurrence.closed_on.is_(None), Occurrence.due <= horizon)
    own = [task for task in found if task.occurrence.school_id is None and task.state in OPEN]
    late = [
        task
        for task in found
        if task.occurrence.school_id is not None and task.state in (OccurrenceState.OVERDUE, OccurrenceState.RETURNED)
    ]
    return own, late


def tallies(edition: Edition, school_id: uuid.UUID | None) -> dict[uuid.UUID, Tally]:
    """By measure: of the whole municipality, or of one school and what is the office's."""
    conditions: list[ColumnElement[bool]] = [Measure.edition_id == edition.id]
    if school_id is not None:
        conditions.append((Occurrence.school_id == school_id) | Occurrence.school_id.is_(None))
    found: dict[uuid.UUID, Tally] = defaultdict(Tally)
    for task in tasks(edition.municipality_id, *conditions):
        tally = found[task.occurrence.measure_id]
        tally.states[task.state] += 1
        school = task.occurrence.school
        if task.state is OccurrenceState.OVERDUE and school is not None and school not in tally.late:
            tally.late.append(school)
        if task.state in (*OPEN, OccurrenceState.UPCOMING) and tally.next_due is None:
            tally.next_due = task.occurrence.due
    return found


def measure_periods(measure: Measure, user: Any) -> dict[str, list[Task]]:
    """The occurrences of a measure that the user sees, by period, the newest period first."""
    conditions: list[ColumnElement[bool]] = [Occurrence.measure_id == measure.id]
    if user.school_id is not None:
        conditions.append((Occurrence.school_id == user.school_id) | Occurrence.school_id.is_(None))
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks(measure.municipality_id, *conditions):
        found[task.occurrence.period].append(task)
    return dict(sorted(found.items(), reverse=True))


def task_of(occurrence: Occurrence) -> Task:
    return tasks(occurrence.municipality_id, Occurrence.id == occurrence.id)[0]


def evidence_of(occurrence: Occurrence) -> Sequence[Evidence]:
    return db.session.scalars(
        select(Evidence)
        .where(Evidence.municipality_id == occurrence.municipality_id, Evidence.occurrence_id == occurrence.id)
        .order_by(Evidence.given_at)
    ).all()


def months_with_returns(municipality_id: uuid.UUID, today: date) -> list[str]:
    """Periods of the monthly return that have begun, the newest first."""
    return list(
        db.session.scalars(
            select(Occurrence.period)
            .join(Occurrence.measure)
            .where(
                Occurrence.municipality_id == municipality_id,
                Measure.module == "monthly_return",
                Occurrence.period_start <= today,
            )
            .distinct()
            .order_by(Occurrence.period.desc())
        )
    )


def monthly_tasks(municipality_id: uuid.UUID, period: str) -> list[Task]:
    return tasks(municipality_id, Measure.module == "monthly_return", Occurrence.period == period)
