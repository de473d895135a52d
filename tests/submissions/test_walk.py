"""The main job through the services, one school: filled, returned, corrected, accepted."""

from __future__ import annotations

import factories
import pytest
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.audit.service import verify
from roadmap.database import db
from roadmap.errors import Conflict, WrongState
from roadmap.submissions import service
from roadmap.submissions.models import State


def test_report_goes_back_and_forth_until_accepted(context):
    submission = factories.sent()
    assert (submission.state, submission.number) == (State.SUBMITTED, 1)
    service.send_back(submission, submission.version, factories.user("methodist"), "Проверьте пары.")
    assert (submission.state, submission.versions[0].reason) == (State.RETURNED, "Проверьте пары.")
    service.submit(submission, submission.version, factories.user("head"))
    db.session.flush()
    db.session.refresh(submission)
    service.accept(submission, submission.version, factories.user("methodist"))
    assert (submission.state, submission.number) == (State.ACCEPTED, 2)
    assert [event.verb for event in submission.events] == [
        "draft_started",
        "submitted",
        "returned",
        "submitted",
        "accepted",
    ]


def test_stale_version_is_a_conflict_and_second_submit_a_wrong_state(context):
    submission = factories.sent()
    with pytest.raises(Conflict):
        service.accept(submission, submission.version - 1, factories.user("methodist"))
    with pytest.raises(WrongState):
        service.submit(submission, submission.version, factories.user("head"))


def test_every_step_is_in_the_chained_journal(context):
    factories.accepted()
    db.session.commit()
    verbs = set(db.session.scalars(select(AuditEvent.verb)))
    assert {"draft_started", "draft_saved", "submitted", "accepted"} <= verbs
    assert list(verify()) == []
