"""The journal of actions, for the administrator and the specialist."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap.access import Action, grants
from roadmap.audit.models import Topic
from roadmap.audit.queries import journal
from roadmap.errors import BadRequest
from roadmap.web import page

bp = Blueprint("audit", __name__)


@bp.get("/audit")
@grants(Action.READ_AUDIT)
def index() -> ResponseReturnValue:
    """``before`` is the link from which the page goes back in time, ``show`` a topic."""
    before, show = request.args.get("before", ""), request.args.get("show", "")
    known = {topic.value: topic for topic in Topic}
    broken = before and not (before.isdigit() and before.isascii() and len(before) < 12)
    if broken or (show and show not in known):
        raise BadRequest("Ссылка на страницу журнала повреждена. Откройте журнал заново.")
    found = journal(current_user.municipality_id, int(before) if before else None, known.get(show))
    return page("audit/index", lines=found.lines, before=found.before, show=show, newest=not before, topics=Topic)
