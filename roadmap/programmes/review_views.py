"""The methodist's decisions on programmes; they wait in the queue beside the reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap.access import Action, grants
from roadmap.errors import Conflict, Invalid, WrongState
from roadmap.programmes import queries, review
from roadmap.programmes.blueprint import bp
from roadmap.programmes.forms import ReviewForm
from roadmap.programmes.models import Programme
from roadmap.programmes.pages import show_page
from roadmap.web import posted_version, redirect_to


@bp.post("/<uuid:programme_id>/agree")
@grants(Action.REVIEW, Programme)
def agree(programme: Programme) -> ResponseReturnValue:
    return _decide(programme, review.agree, "Программа согласована.")


@bp.post("/<uuid:programme_id>/return")
@grants(Action.REVIEW, Programme)
def send_back(programme: Programme) -> ResponseReturnValue:
    return _decide(programme, review.send_back, "Программа возвращена школе.")


def _decide(
    programme: Programme, decide: Callable[[Programme, int, Any, str], None], message: str
) -> ResponseReturnValue:
    """Takes a decision and leads to the next programme that waits; a refusal keeps the typed reason on the page."""
    form, version = ReviewForm(request.form), posted_version()
    if not form.validate():
        return show_page(programme, 422, form=form)
    try:
        decide(programme, version, current_user, form.reason.data or "")
    except Invalid as refusal:
        form.reason.refuse(refusal.message)
        return show_page(programme, 422, form=form)
    except (Conflict, WrongState) as refusal:
        return show_page(programme, 409, form=form, refusal=refusal.message)
    following = queries.next_waiting(programme)
    if following is None:
        return redirect_to("submissions.queue", f"{message} Больше программ в очереди нет.")
    return redirect_to("programmes.show", f"{message} Открыта следующая в очереди.", programme_id=following)
