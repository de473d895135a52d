"""A few safe fields changed in the list itself: a row turns into a form and back by HTMX, each under one address with
the page that serves those without scripts. The list's filters travel in the query string."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap.access import Action, grants
from roadmap.errors import Conflict, WrongState
from roadmap.registers import forms, pages, pairing, queries, service
from roadmap.registers.blueprint import bp
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.words import MentorshipState
from roadmap.web import htmx, page, posted_version, redirect_to, see_other

CHANGED = (
    "Пока вы правили, запись изменил другой человек. Ваши значения – в полях, сохранённые им – под названиями полей. "
    "Если верны ваши, сохраните ещё раз."
)
COLUMNS = {("mentor", False): 8, ("mentor", True): 17, ("mentee", False): 8, ("mentee", True): 14}
PAIR_COLUMNS = 7


@bp.route("/people/<uuid:participant_id>/brief", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Participant)
def brief(participant: Participant) -> ResponseReturnValue:
    """Class or post, experience and contact. ``?row=1`` gives the row back unchanged."""
    if "row" in request.args:
        return _person_row(participant)
    if request.method == "GET":
        if participant.hidden_since is not None:
            return redirect_to("registers.show", participant_id=participant.id)
        return _brief(participant, forms.brief_form(participant), participant.version)
    form, version = forms.brief_form(participant, request.form), posted_version()
    if not form.validate():
        return _brief(participant, form, version, 422)
    try:
        service.change_some(participant, version, current_user, **{field.name: field.data for field in form})
    except Conflict:
        theirs = _differences(form, forms.brief_form(participant))
        return _brief(participant, form, participant.version, 409, theirs=theirs, refusal=CHANGED)
    except WrongState as refusal:
        return _brief(participant, form, version, 409, refusal=refusal.message)
    return _person_row(participant)


@bp.route("/pairs/<uuid:mentorship_id>/result", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Mentorship)
def result(mentorship: Mentorship) -> ResponseReturnValue:
    """The result of an approved or ended pair. ``?row=1`` gives the row back unchanged."""
    if "row" in request.args:
        return _pair_row(mentorship)
    if request.method == "GET":
        if mentorship.state == MentorshipState.DRAFT:
            return redirect_to("registers.pair", mentorship_id=mentorship.id)
        return _result(mentorship, _result_form(mentorship), mentorship.version)
    form = forms.with_ids(forms.ResultForm(request.form), mentorship.id)
    version = posted_version()
    if not form.validate():
        return _result(mentorship, form, version, 422)
    try:
        pairing.write_result(mentorship, form.result.data or "", version, current_user)
    except Conflict:
        theirs = _differences(form, _result_form(mentorship))
        return _result(mentorship, form, mentorship.version, 409, theirs=theirs, refusal=CHANGED)
    except WrongState as refusal:
        return _result(mentorship, form, version, 409, refusal=refusal.message)
    return _pair_row(mentorship)


def _brief(
    participant: Participant, form: forms.BriefForm, version: int, status: int = 200, **extra: Any
) -> ResponseReturnValue:
    role, args = _role(), pages.list_args()
    own: dict[str, Any] = {"participant_id": participant.id, "role": role, **args}
    context: dict[str, Any] = {
        "person": participant,
        "mentor": role == "mentor",
        "columns": COLUMNS[role, "full" in args],
        "url": url_for("registers.brief", **own),
        "back_url": url_for("registers.brief", row=1, **own),
        "theirs": {},
        "refusal": None,
    }
    return page("registers/brief", status, form=form, version=version, **(context | extra))


def _person_row(participant: Participant) -> ResponseReturnValue:
    role, args = _role(), pages.list_args()
    if not htmx:
        return see_other(url_for(f"registers.{role}s", **args, _anchor=f"row-{participant.id}"))
    return page(
        "registers/brief_row",
        person=participant,
        pairs=queries.mentorships_by_person([participant.id])[participant.id],
        mentor=role == "mentor",
        full="full" in args,
        list_args=args | {"role": role},
    )


def _result(
    mentorship: Mentorship, form: forms.ResultForm, version: int, status: int = 200, **extra: Any
) -> ResponseReturnValue:
    own: dict[str, Any] = {"mentorship_id": mentorship.id, **pages.list_args()}
    context: dict[str, Any] = {
        "pair": mentorship,
        "columns": PAIR_COLUMNS,
        "url": url_for("registers.result", **own),
        "back_url": url_for("registers.result", row=1, **own),
        "theirs": {},
        "refusal": None,
    }
    return page("registers/result", status, form=form, version=version, **(context | extra))


def _pair_row(mentorship: Mentorship) -> ResponseReturnValue:
    args = pages.list_args()
    if not htmx:
        return see_other(url_for("registers.pairs", **args, _anchor=f"row-{mentorship.id}"))
    return page("registers/result_row", pair=mentorship, list_args=args)


def _result_form(mentorship: Mentorship) -> forms.ResultForm:
    return forms.with_ids(forms.ResultForm.of({"result": mentorship.result}), mentorship.id)


def _role() -> str:
    """Of which base the row is: a person may stand in both."""
    return "mentee" if request.args.get("role") == "mentee" else "mentor"


def _differences(mine: Any, theirs: Any) -> dict[str, str]:
    """What the base has now, by field, where it is not what was typed."""
    return {field.name: field.shown() for field in theirs if field.data != mine[field.name].data}
