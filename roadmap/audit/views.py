"""The journal of actions, for the administrator and the specialist."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap.access import Action, grants
from roadmap.audit.models import Verb
from roadmap.audit.queries import PAGE, events
from roadmap.errors import BadRequest
from roadmap.web import page

bp = Blueprint("audit", __name__)


@bp.get("/audit")
@grants(Action.READ_AUDIT)
def index() -> ResponseReturnValue:
    before = request.args.get("before", "")
    if before and not (before.isdigit() and len(before) < 12):
        raise BadRequest("Ссылка на страницу журнала повреждена. Откройте журнал заново.")
    rows = events(current_user.municipality_id, int(before) if before else None)
    return page(
        "audit/index",
        events=rows,
        verbs={verb.value: verb.label for verb in Verb},
        before=rows[-1].seq if len(rows) == PAGE else None,
    )
