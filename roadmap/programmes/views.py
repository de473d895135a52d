"""Personal programmes: the list, the editor, the approval, the progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, can, grants
from roadmap.errors import Conflict, Invalid
from roadmap.forms import Draft, add_row, draft_of, remove_row
from roadmap.plainform import PlainForm
from roadmap.programmes import forms, queries, service
from roadmap.programmes import review_views as review_views
from roadmap.programmes.blueprint import bp as bp
from roadmap.programmes.models import Programme, Review
from roadmap.programmes.pages import show_page
from roadmap.registers import pages
from roadmap.registers.models import Mentorship
from roadmap.registers.queries import offered_schools
from roadmap.registers.service import note_list_read
from roadmap.registers.words import MentorshipState, ProgrammeState
from roadmap.web import page, posted_version, redirect_to, see_other


@bp.get("")
@grants(Action.READ_REGISTER)
def index() -> ResponseReturnValue:
    school, state = pages.listed_school(), request.args.get("state", "")
    state = state if state in {member.value for member in ProgrammeState} else ""
    review = request.args.get("review", "")
    review = review if review in {member.value for member in Review} else ""
    school_id = school.id if school is not None else None
    rows, after = queries.programmes(current_user.municipality_id, school_id, state, pages.after_mark(), review)
    note_list_read(current_user, "programmes")
    kept = {key: value for key, value in request.args.items() if key in ("state", "review", "school") and value}
    return page(
        "programmes/index",
        rows=rows,
        state=state,
        states=list(ProgrammeState),
        review=review,
        reviews=[member for member in Review if member],
        school=school,
        schools=[] if current_user.school_id else offered_schools(current_user.municipality_id),
        kept=kept,
        next_url=pages.next_link("programmes.index", kept, after),
    )


@bp.get("/of/<uuid:mentorship_id>")
@grants(Action.VIEW, Mentorship)
def of_pair(mentorship: Mentorship) -> ResponseReturnValue:
    """A pair's programmes, and the button for a new one."""
    rows = queries.programmes_of(mentorship)
    busy = any(row.state in service.OPEN for row in rows)
    opened = mentorship.state in (MentorshipState.DRAFT, MentorshipState.APPROVED)
    may_add = can(current_user, Action.KEEP_REGISTER, mentorship) and opened and not busy
    return page("programmes/of_pair", pair=mentorship, rows=rows, may_add=may_add)


@bp.post("/of/<uuid:mentorship_id>/new")
@grants(Action.KEEP_REGISTER, Mentorship)
def new(mentorship: Mentorship) -> ResponseReturnValue:
    programme = service.add_programme(mentorship, current_user)
    return redirect_to("programmes.plan", "Проект программы создан.", programme_id=programme.id)


@bp.get("/<uuid:programme_id>")
@grants(Action.VIEW, Programme)
def show(programme: Programme) -> ResponseReturnValue:
    return show_page(programme)


@bp.route("/<uuid:programme_id>/plan", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Programme)
def plan(programme: Programme) -> ResponseReturnValue:
    """Every button saves what was typed, right or wrong; what is wrong is said at its place."""
    if programme.state != ProgrammeState.DRAFT and request.method == "GET":
        return redirect_to("programmes.show", programme_id=programme.id)
    return _editor(programme, "plan", service.plan_form, service.save_plan)


@bp.route("/<uuid:programme_id>/progress", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Programme)
def progress(programme: Programme) -> ResponseReturnValue:
    """Marks of the plan, the journal of meetings, results."""
    if programme.state not in service.UNDER_WAY and request.method == "GET":
        return redirect_to("programmes.show", programme_id=programme.id)
    return _editor(programme, "progress", service.progress_form, service.save_progress)


@bp.post("/<uuid:programme_id>/approve")
@grants(Action.APPROVE_PROGRAMME, Programme)
def approve(programme: Programme) -> ResponseReturnValue:
    service.approve(programme, posted_version(), current_user)
    return redirect_to(
        "programmes.show", "Программа утверждена и передана методисту на согласование.", programme_id=programme.id
    )


@bp.post("/<uuid:programme_id>/back")
@grants(Action.APPROVE_PROGRAMME, Programme)
def back(programme: Programme) -> ResponseReturnValue:
    service.back_to_draft(programme, posted_version(), current_user)
    return redirect_to("programmes.show", "Программа снова проект.", programme_id=programme.id)


@bp.post("/<uuid:programme_id>/start")
@grants(Action.KEEP_REGISTER, Programme)
def start(programme: Programme) -> ResponseReturnValue:
    service.start(programme, posted_version(), current_user)
    return redirect_to("programmes.show", "Программа реализуется.", programme_id=programme.id)


@bp.route("/<uuid:programme_id>/extend", methods=["GET", "POST"])
@grants(Action.APPROVE_PROGRAMME, Programme)
def extend(programme: Programme) -> ResponseReturnValue:
    form = forms.ExtendForm(request.form if request.method == "POST" else None)

    def act() -> None:
        service.extend(programme, form.to.data, form.reason.data, posted_version(), current_user)

    return _step(programme, "extend", form, "to", act, "Программа продлена.")


@bp.route("/<uuid:programme_id>/complete", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Programme)
def complete(programme: Programme) -> ResponseReturnValue:
    today = forms.CompleteForm.of({"on": clock.today().isoformat()})
    form = forms.CompleteForm(request.form) if request.method == "POST" else today

    def act() -> None:
        service.complete(programme, form.on.data, posted_version(), current_user)

    return _step(programme, "complete", form, "on", act, "Программа завершена.")


@bp.route("/<uuid:programme_id>/stop", methods=["GET", "POST"])
@grants(Action.APPROVE_PROGRAMME, Programme)
def stop(programme: Programme) -> ResponseReturnValue:
    today = forms.StopForm.of({"on": clock.today().isoformat()})
    form = forms.StopForm(request.form) if request.method == "POST" else today

    def act() -> None:
        service.stop(programme, form.on.data, form.reason.data, posted_version(), current_user)

    return _step(programme, "stop", form, "on", act, "Программа прекращена досрочно.")


def _step(
    programme: Programme, name: str, form: PlainForm, field: str, act: Callable[[], None], message: str
) -> ResponseReturnValue:
    """A page with a small form that moves the programme on; a refusal stands at ``field``."""
    context: dict[str, Any] = {"programme": programme, "form": form}
    if request.method == "GET":
        return page(f"programmes/{name}", version=programme.version, **context)
    if form.validate():
        try:
            act()
        except Invalid as refusal:
            pages.refuse(form, field, refusal.message)
        else:
            return redirect_to("programmes.show", message, programme_id=programme.id)
    return page(f"programmes/{name}", 422, version=posted_version(), **context)


def _editor(
    programme: Programme,
    name: str,
    form_of: Callable[..., Any],
    save: Callable[..., Any],
) -> ResponseReturnValue:
    events = {row["uid"]: row for row in programme.plan_answers.get("plan") or ()}
    context: dict[str, Any] = {"programme": programme, "events": events}
    if request.method == "GET":
        form = form_of(programme)
        if "check" not in request.args:
            for field in form:
                _quiet(field)
        return page(f"programmes/{name}", form=form, version=programme.version, **context)
    draft = _with_rows(draft_of(request.form))
    try:
        form = save(programme, draft, posted_version(), current_user)
    except Conflict:
        return page(
            f"programmes/{name}",
            409,
            form=form_of(programme, draft),
            version=programme.version,
            conflict=True,
            **context,
        )
    if {"add_row", "remove_row"} & set(request.form):
        return see_other(url_for(f"programmes.{name}", programme_id=programme.id) + _fragment(request.form))
    if form.errors:
        return see_other(url_for(f"programmes.{name}", programme_id=programme.id, check=1) + "#content")
    return redirect_to("programmes.show", "Сохранено.", programme_id=programme.id)


def _with_rows(draft: Draft) -> Draft:
    """The button that was pressed adds or removes a row; buttons and tokens are no part of the draft."""
    added, removed = draft.get("add_row"), draft.get("remove_row")
    typed = {
        key: values for key, values in draft.items() if key not in ("csrf_token", "version", "add_row", "remove_row")
    }
    if added and added[0] in ("plan", "meetings", "results"):
        return add_row(typed, added[0])
    if removed:
        field, _, uid = removed[0].partition(":")
        return remove_row(typed, field, uid)
    return typed


def _fragment(posted: Any) -> str:
    pressed: str = posted.get("add_row") or posted.get("remove_row", "")
    return "#" + pressed.partition(":")[0]


def _quiet(field: Any) -> None:
    """A form that is still being filled shows no mistakes: they are told once it is sent."""
    if hasattr(field, "entries"):
        field.own_errors = []
        for entry in field.entries:
            for inner in entry.form:
                inner.errors = []
    else:
        field.errors = []
