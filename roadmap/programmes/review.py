"""The methodist's review of an approved programme: agreed, or returned to the school with a reason.

The states of dossier §4.5 stay as they are: the review is a mark beside them, and a programme may run while it waits.
"""

from __future__ import annotations

from typing import Any

from roadmap import clock
from roadmap.access import Role
from roadmap.audit.models import Verb
from roadmap.database import db, require_version
from roadmap.errors import Invalid, NotAllowed, WrongState
from roadmap.plan.calendar import add_working_days
from roadmap.programmes.forms import REASON_LIMIT
from roadmap.programmes.models import Programme, ProgrammeEvent, Review, Step
from roadmap.registers.history import changed
from roadmap.registers.words import ProgrammeState
from roadmap.schools.queries import settings

RETURNABLE = (ProgrammeState.APPROVED, ProgrammeState.RUNNING, ProgrammeState.EXTENDED)
REFUSALS = {
    Review.NONE: "Программа не ждёт согласования: школа вернула её в проект.",
    Review.AGREED: "Программа уже согласована.",
    Review.RETURNED: "Программа уже возвращена школе на доработку.",
}


def put_forward(programme: Programme, actor: Any) -> None:
    """Into the queue, as part of the head's approval; the caller keeps the change (rules.md 1: the norm of review)."""
    days = settings(programme.municipality_id, clock.today())["review_working_days"]
    programme.review, programme.sent_at = Review.WAITING.value, clock.now()
    programme.check_by = add_working_days(clock.today(), days)
    _note(programme, Step.SENT, actor)


def withdraw(programme: Programme, actor: Any) -> None:
    """Out of the queue, as part of the head's return to a draft; the caller keeps the change."""
    programme.review, programme.sent_at, programme.check_by = Review.NONE.value, None, None
    _note(programme, Step.WITHDRAWN, actor)


def agree(programme: Programme, version: int, actor: Any, comment: str = "") -> None:
    """Refusals as of ``_require_waiting``. A specialist who judges in the methodist's place says why (Invalid)."""
    _require_waiting(programme, version, actor)
    comment = _within_limit(comment)
    if actor is not None and Role.METHODIST not in actor.roles and not comment:
        raise Invalid("Программы согласует методист ИМО. Если согласуете вы, напишите почему.")
    programme.review, programme.check_by = Review.AGREED.value, None
    _note(programme, Step.AGREED, actor, comment)
    changed(Verb.PROGRAMME_AGREED, programme, actor)


def send_back(programme: Programme, version: int, actor: Any, reason: str) -> None:
    """Back to a draft for corrections; its progress stays. Invalid without a reason, WrongState once it has ended."""
    _require_waiting(programme, version, actor)
    reason = _within_limit(reason)
    if not reason:
        raise Invalid("Напишите, что исправить: без причины вернуть нельзя.")
    if programme.state not in RETURNABLE:
        raise WrongState("Программа уже окончена: вернуть её в проект нельзя. Согласуйте её и напишите замечание.")
    programme.review, programme.check_by = Review.RETURNED.value, None
    programme.state = ProgrammeState.DRAFT.value
    programme.approved_on = programme.approved_by_id = None
    _note(programme, Step.RETURNED, actor, reason)
    changed(Verb.PROGRAMME_RETURNED, programme, actor)


def _require_waiting(programme: Programme, version: int, actor: Any) -> None:
    """WrongState once it is decided, Conflict if ``version`` is stale, NotAllowed for whoever approved it (dossier
    §10.1). The row is locked first: of several decisions at once each sees what the former did."""
    db.session.refresh(programme, with_for_update=True)
    if programme.review != Review.WAITING:
        raise WrongState(REFUSALS[Review(programme.review)])
    require_version(programme, version)
    if actor is not None and programme.sent_by_id == actor.id:
        raise NotAllowed("Нельзя согласовывать программу, которую вы утвердили сами.")


def _within_limit(text: str) -> str:
    text = text.strip()
    if len(text) > REASON_LIMIT:
        raise Invalid(f"Текст длиннее {REASON_LIMIT} знаков: сократите его на {len(text) - REASON_LIMIT}.")
    return text


def _note(programme: Programme, step: Step, actor: Any, comment: str = "") -> None:
    db.session.add(
        ProgrammeEvent(
            programme_id=programme.id,
            at=clock.now(),
            actor_id=actor.id if actor is not None else None,
            verb=step.value,
            comment=comment,
        )
    )
