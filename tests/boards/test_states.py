"""The derived state of an occurrence, and what a task says of its deadline."""

from __future__ import annotations

import os
import time
import uuid
from datetime import UTC, date, datetime

import factories
import pytest

from roadmap import clock
from roadmap.boards.queries import task_of
from roadmap.boards.tasks import Report, Task, state_of
from roadmap.plan.models import Measure, Occurrence, OccurrenceState
from roadmap.submissions import service as submissions
from roadmap.submissions.models import State

OPENS, DUE = date(2026, 5, 1), date(2026, 6, 10)
IN_TIME, LATE = datetime(2026, 6, 10, 16, 59, tzinfo=UTC), datetime(2026, 6, 10, 17, 1, tzinfo=UTC)  # 23:59 and 00:01
BEFORE, AFTER = date(2026, 6, 10), date(2026, 6, 11)

TABLE = [
    # the report's state, first sent, today, the occurrence's state
    (None, None, date(2026, 4, 30), OccurrenceState.UPCOMING),
    (None, None, date(2026, 5, 1), OccurrenceState.NOT_STARTED),
    (None, None, BEFORE, OccurrenceState.NOT_STARTED),
    (None, None, AFTER, OccurrenceState.OVERDUE),
    (State.DRAFT, None, BEFORE, OccurrenceState.DRAFT),
    (State.DRAFT, None, AFTER, OccurrenceState.OVERDUE),
    (State.SIGN_OFF, None, BEFORE, OccurrenceState.DRAFT),
    (State.SIGN_OFF, None, AFTER, OccurrenceState.OVERDUE),
    (State.SUBMITTED, IN_TIME, AFTER, OccurrenceState.SUBMITTED),
    (State.IN_REVIEW, LATE, AFTER, OccurrenceState.SUBMITTED),
    (State.RETURNED, IN_TIME, AFTER, OccurrenceState.RETURNED),
    (State.DRAFT, IN_TIME, AFTER, OccurrenceState.RETURNED),  # taken back while a return is being corrected
    (State.SIGN_OFF, IN_TIME, AFTER, OccurrenceState.RETURNED),
    (State.ACCEPTED, IN_TIME, AFTER, OccurrenceState.ACCEPTED),
    (State.ACCEPTED, LATE, AFTER, OccurrenceState.LATE_ACCEPTED),
]


def _occurrence(module="school_report", not_required=False):
    return Occurrence(
        id=uuid.uuid4(),
        measure=Measure(module=module, number="5.3", title="Мера"),
        period="2026",
        opens_on=OPENS,
        due=DUE,
        not_required=not_required,
    )


@pytest.mark.parametrize(("report", "first_sent", "today", "state"), TABLE)
def test_the_state_of_what_a_report_fulfils(context, report, first_sent, today, state):
    assert state_of(_occurrence(), report, first_sent, None, today) is state
    assert state_of(_occurrence(not_required=True), report, first_sent, None, today) is OccurrenceState.NOT_REQUIRED


def test_evidence_fulfils_only_what_has_no_form(context):
    done_on = date(2026, 6, 1)
    assert state_of(_occurrence("informing"), None, None, done_on, AFTER) is OccurrenceState.ACCEPTED
    assert state_of(_occurrence("school_report"), None, None, done_on, AFTER) is OccurrenceState.OVERDUE


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_overdue_begins_at_the_offices_midnight_wherever_the_server_is(context, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        states = []
        for moment in (datetime(2026, 6, 10, 16, 59, 59, tzinfo=UTC), datetime(2026, 6, 10, 17, 0, 0, tzinfo=UTC)):
            clock.clock().set(moment)
            states.append(task_of(factories.occurrence("t1-01")).state)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert states == [OccurrenceState.NOT_STARTED, OccurrenceState.OVERDUE]
    assert os.environ.get("TZ") != zone


def test_sent_before_the_offices_midnight_is_in_time_though_accepted_later(context):
    clock.clock().set(datetime(2026, 6, 10, 16, 59, tzinfo=UTC))
    first = factories.sent("t1-01")
    clock.clock().set(datetime(2026, 6, 10, 17, 1, tzinfo=UTC))
    second = factories.sent("t1-02")
    for submission in (first, second):
        submissions.accept(submission, submission.version, factories.user("methodist"))
    states = [task_of(factories.occurrence(code)).state for code in ("t1-01", "t1-02")]
    assert states == [OccurrenceState.ACCEPTED, OccurrenceState.LATE_ACCEPTED]


def _task(state, today, return_by=None, report_state=State.RETURNED):
    report = Report(uuid.uuid4(), report_state, None, None, None, return_by, "") if return_by else None
    return Task(_occurrence(), state, report, None, today)


@pytest.mark.parametrize(
    ("task", "deadline", "words", "tone"),
    [
        (_task(OccurrenceState.NOT_STARTED, date(2026, 6, 1)), DUE, "через 7\u00a0рабочих дней", None),
        (_task(OccurrenceState.NOT_STARTED, date(2026, 6, 3)), DUE, "через 5\u00a0рабочих дней", "soon"),
        (_task(OccurrenceState.OVERDUE, date(2026, 6, 12)), DUE, "просрочено на 2\u00a0дня", "overdue"),
        (
            _task(OccurrenceState.RETURNED, date(2026, 6, 12), date(2026, 6, 16)),
            date(2026, 6, 16),
            "через 2\u00a0рабочих дня",
            "soon",
        ),
        (
            _task(OccurrenceState.RETURNED, date(2026, 6, 17), date(2026, 6, 16)),
            date(2026, 6, 16),
            "просрочено на 1\u00a0день",
            "overdue",
        ),
        (_task(OccurrenceState.ACCEPTED, date(2026, 6, 12)), DUE, "просрочено на 2\u00a0дня", None),
    ],
)
def test_a_task_tells_the_deadline_it_is_worked_to(task, deadline, words, tone):
    assert (task.deadline, task.words, task.tone) == (deadline, words, tone)


def test_a_task_carries_the_last_returns_reason_and_its_paper(context):
    factories.returned("t1-01", "Уточните число пар.")
    task = task_of(factories.occurrence("t1-01"))
    assert (task.state, task.report.reason) == (OccurrenceState.RETURNED, "Уточните число пар.")
    assert task.report.return_by == date(2026, 6, 8)  # three working days after Wednesday the third
    assert (task.paper, task.first_step, task.has_form) == ("D3", "programme", True)
    assert task_of(factories.occurrence("t1-01", "informing", "2025")).paper is None
