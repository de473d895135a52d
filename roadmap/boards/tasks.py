"""An occurrence as a board shows it: with its derived state, its report and its deadline in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import contains_eager

from roadmap import clock
from roadmap.database import db
from roadmap.documents.queries import kinds_for
from roadmap.plan.calendar import day_off_note, deadline_words
from roadmap.plan.models import Evidence, Measure, Occurrence, OccurrenceState
from roadmap.plan.queries import evidence_state, module_of, pending_state
from roadmap.schools.models import School
from roadmap.submissions.models import State, Submission, SubmissionVersion

OPEN = (
    OccurrenceState.OVERDUE,
    OccurrenceState.RETURNED,
    OccurrenceState.DRAFT,
    OccurrenceState.NOT_STARTED,
)
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Report:
    """What a board needs of the school's report. ``reason`` is of the last return, while it is being corrected."""

    id: uuid.UUID
    state: State
    first_sent_at: datetime | None
    sent_at: datetime | None
    check_by: date | None
    return_by: date | None
    reason: str


@dataclass(frozen=True)
class Task:
    """``done_on`` is of the first evidence; ``today`` the office's day that the state was derived for."""

    occurrence: Occurrence
    state: OccurrenceState
    report: Report | None
    done_on: date | None
    today: date

    @property
    def title(self) -> str:
        """The report's own name where there is one: the roadmap's line is longer and says less of what to do."""
        module = module_of(self.occurrence.measure.module)
        return module.title if module is not None else self.occurrence.measure.title

    @property
    def deadline(self) -> date:
        """What the school works to: the due date, or after a return «вернуть до …»."""
        if self.returned and self.report and self.report.return_by is not None:
            return self.report.return_by
        return self.occurrence.due

    @property
    def returned(self) -> bool:
        return self.state is OccurrenceState.RETURNED

    @property
    def late(self) -> bool:
        """Something is owed and its deadline has passed."""
        return self.state in OPEN and self.deadline < self.today

    @property
    def words(self) -> str:
        return deadline_words(self.deadline, self.today)

    @property
    def day_off(self) -> str:
        return day_off_note(self.deadline)

    @property
    def tone(self) -> str | None:
        if self.state not in OPEN:
            return None
        return "overdue" if self.late else "soon" if self.deadline - self.today <= SOON else None

    @property
    def closed(self) -> bool:
        return self.occurrence.closed_on is not None and self.occurrence.closed_on <= self.today

    @property
    def takes(self) -> bool:
        """The period takes reports and evidence today; ``plan.service.require_open`` is the lock."""
        return not self.closed and not self.occurrence.not_required and self.occurrence.opens_on <= self.today

    @property
    def awaits_sign_off(self) -> bool:
        return self.report is not None and self.report.state is State.SIGN_OFF

    @property
    def has_form(self) -> bool:
        return module_of(self.occurrence.measure.module) is not None

    @property
    def monthly(self) -> bool:
        return self.occurrence.measure.module == "monthly_return"

    @property
    def period_over(self) -> bool:
        return self.occurrence.period_end < self.today

    @property
    def first_step(self) -> str:
        """The key of the form's first step; only where there is a form."""
        measure = module_of(self.occurrence.measure.module)
        assert measure is not None and measure.form is not None
        return measure.form.STEPS[0].key

    @property
    def paper(self) -> str | None:
        """The kind of paper a head makes of this report once it is accepted: «D3»."""
        module = self.occurrence.measure.module
        return next((spec.kind for spec in kinds_for("school") if spec.measure == module), None)


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
    last_sent = and_(SubmissionVersion.submission_id == Submission.id, SubmissionVersion.number == Submission.number)
    query = (
        select(
            Occurrence,
            done_on,
            Submission.id,
            Submission.state,
            Submission.first_sent_at,
            Submission.sent_at,
            Submission.check_by,
            Submission.return_by,
            func.coalesce(SubmissionVersion.reason, ""),
        )
        .join(Occurrence.measure)
        .outerjoin(Occurrence.school)
        .outerjoin(Submission, Submission.occurrence_id == Occurrence.id)
        .outerjoin(SubmissionVersion, last_sent)
        .where(Occurrence.municipality_id == municipality_id, *conditions)
        .options(contains_eager(Occurrence.measure), contains_eager(Occurrence.school))
        .order_by(Occurrence.due, Measure.number, School.sort_key, School.code)
    )
    return [_task(occurrence, done, report, today) for occurrence, done, *report in db.session.execute(query)]


def not_done() -> list[ColumnElement[bool]]:
    """Conditions of ``tasks`` that leave out, in the database, what is done or not required."""
    return [
        Occurrence.not_required.is_(False),
        Submission.id.is_(None) | (Submission.state != State.ACCEPTED),
        ~select(Evidence.id).where(Evidence.occurrence_id == Occurrence.id).correlate(Occurrence).exists(),
    ]


def _task(occurrence: Occurrence, done_on: date | None, values: list[object], today: date) -> Task:
    report = None
    if values[0] is not None:
        key, state, *rest = values
        report = Report(key, State(state), *rest)  # type: ignore[arg-type]
    state_now = state_of(
        occurrence, report.state if report else None, report.first_sent_at if report else None, done_on, today
    )
    return Task(occurrence, state_now, report, done_on, today)
