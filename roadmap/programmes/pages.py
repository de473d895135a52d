"""What the page of a programme shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, can
from roadmap.language import moment
from roadmap.programmes import service
from roadmap.programmes.forms import ReviewForm
from roadmap.programmes.models import Programme, Review, Step
from roadmap.registers.words import FORMS, ProgrammeState
from roadmap.web import page


@dataclass(frozen=True)
class Happened:
    """A line of the timeline."""

    title: str
    when_text: str
    actor: str
    text: str


def show_page(programme: Programme, status: int = 200, **extra: Any) -> ResponseReturnValue:
    """The passport, the plan and the progress, and what the reader may do; ``form`` in ``extra`` is a
    refused decision."""
    draft = programme.state == ProgrammeState.DRAFT
    plan = service.plan_form(programme)
    waits = programme.review == Review.WAITING
    context = {
        "pair": programme.mentorship,
        "plan": plan,
        "progress": service.progress_form(programme),
        "form_known": FORMS.get(programme.mentorship.form),
        "obstacles": service.obstacles(programme) if draft else [],
        "warnings": plan.warnings(),
        "keeps": can(current_user, Action.KEEP_REGISTER, programme),
        "approves": can(current_user, Action.APPROVE_PROGRAMME, programme),
        "reviews": waits and can(current_user, Action.REVIEW, programme),
        "returnable": programme.state in service.UNDER_WAY,
        "late": waits and programme.check_by is not None and programme.check_by < clock.today(),
        "timeline": timeline(programme),
        "form": ReviewForm(),
        "under_way": programme.state in service.UNDER_WAY,
        "running": programme.state in service.UNDER_WAY[1:],
        "draft": draft,
    }
    return page("programmes/show", status, programme=programme, **(context | extra))


def timeline(programme: Programme) -> list[Happened]:
    """The history between the school and the methodist, the latest first."""
    return [
        Happened(
            Step(event.verb).label,
            moment(clock.local(event.at), clock.today()),
            event.actor.short_name if event.actor else "",
            event.comment,
        )
        for event in reversed(programme.events)
    ]
