"""The states table of a report, and ``move()``, the only writer of a state (dossier §10.1)."""

from __future__ import annotations

from typing import Any

from roadmap import clock
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db, require_version
from roadmap.errors import WrongState
from roadmap.submissions.models import State, Submission, SubmissionEvent

TABLE: dict[tuple[State, Verb], State] = {
    (State.DRAFT, Verb.HANDED_OVER): State.SIGN_OFF,
    (State.RETURNED, Verb.HANDED_OVER): State.SIGN_OFF,
    (State.SIGN_OFF, Verb.TAKEN_BACK): State.DRAFT,
    (State.DRAFT, Verb.SUBMITTED): State.SUBMITTED,
    (State.RETURNED, Verb.SUBMITTED): State.SUBMITTED,
    (State.SIGN_OFF, Verb.SUBMITTED): State.SUBMITTED,
    (State.SUBMITTED, Verb.REVIEW_STARTED): State.IN_REVIEW,
    (State.SUBMITTED, Verb.ACCEPTED): State.ACCEPTED,
    (State.IN_REVIEW, Verb.ACCEPTED): State.ACCEPTED,
    (State.SUBMITTED, Verb.RETURNED): State.RETURNED,
    (State.IN_REVIEW, Verb.RETURNED): State.RETURNED,
    (State.ACCEPTED, Verb.REOPENED): State.RETURNED,
}
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
WAITING = frozenset({State.SUBMITTED, State.IN_REVIEW})

REFUSALS = {
    State.DRAFT: "Отчёт ещё не отправлен.",
    State.SIGN_OFF: "Отчёт передан руководителю на подпись.",
    State.SUBMITTED: "Отчёт уже отправлен и ждёт проверки.",
    State.IN_REVIEW: "Отчёт уже отправлен, его проверяют.",
    State.RETURNED: "Отчёт возвращён на доработку.",
    State.ACCEPTED: "Отчёт уже принят.",
}


def lock(submission: Submission) -> None:
    """The row as it stands now, ours until the transaction ends: of several at once each sees what the former did,
    so that a race ends in the same clear refusal as a late click. (SQLite's write transaction already is alone.)"""
    db.session.refresh(submission, with_for_update=True)


def may(submission: Submission, verb: Verb) -> bool:
    return (State(submission.state), verb) in TABLE


def move(
    submission: Submission,
    verb: Verb,
    version: int,
    actor: Any,
    *,
    comment: str = "",
    number: int | None = None,
    **details: Any,
) -> None:
    """Changes the state by the table, with a line in the timeline and one in the journal.

    WrongState where the table has no such move, Conflict where ``version`` is stale. ``number`` is the submitted
    version that the move is about.
    """
    lock(submission)
    target = TABLE.get((State(submission.state), verb))
    if target is None:
        raise WrongState(REFUSALS[State(submission.state)])
    require_version(submission, version)
    submission.state = target.value
    note(submission, verb, actor, comment=comment, number=number, **details)


def note(
    submission: Submission,
    verb: Verb,
    actor: Any,
    *,
    comment: str = "",
    number: int | None = None,
    **details: Any,
) -> None:
    number = submission.number if number is None else number
    db.session.add(
        SubmissionEvent(
            submission_id=submission.id,
            at=clock.now(),
            actor_id=actor.id if actor is not None else None,
            verb=verb.value,
            number=number,
            comment=comment,
        )
    )
    record(verb, submission, actor, number=number, **details)
