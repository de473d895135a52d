"""Local acts: the office's matrix, a school's acts with their history, and an act as evidence of its measure."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, storage
from roadmap.access import Action, can, grants
from roadmap.acts import queries, service
from roadmap.acts.checklist import COUNTED, HINTS, Item, Presence
from roadmap.acts.forms import ActForm, RemovalForm, act_form, act_values
from roadmap.acts.models import LocalAct
from roadmap.errors import BadRequest, Invalid, NotFound, TooLarge
from roadmap.schools.models import School
from roadmap.uploads import FileKind, Upload, read_upload
from roadmap.web import download, page, posted_version, redirect_to

bp = Blueprint("acts", __name__)

KINDS = (FileKind.PDF, FileKind.DOCX, FileKind.JPEG, FileKind.PNG)


@bp.get("/acts")
@grants(Action.READ_SCHOOLS)
def index() -> ResponseReturnValue:
    """School × L1–L10 on a day (``?on=``, today by default)."""
    day, wrong = _asked_day()
    schools, table = queries.completeness(current_user.municipality_id, day)
    return page("acts/index", schools=schools, table=table, Item=Item, Presence=Presence, wrong=wrong)


@bp.get("/acts/own")
@grants(Action.BE_SIGNED_IN)
def own() -> ResponseReturnValue:
    """A school's own page, for the navigation."""
    if current_user.school_id is None:
        raise NotFound
    return redirect(url_for("acts.school", school_id=current_user.school_id))


@bp.get("/acts/schools/<uuid:school_id>")
@grants(Action.VIEW, School)
def school(school: School) -> ResponseReturnValue:
    """The checklist of a day with what is in force then, and the history."""
    day, wrong = _asked_day()
    acts = queries.acts_of(school)
    return page(
        "acts/school",
        school=school,
        table=queries.completeness_of_school(school, acts, day),
        current=[act for act in acts if act.in_force(day)],
        others=[act for act in acts if not act.in_force(day)],
        Item=Item,
        Presence=Presence,
        hints=HINTS,
        today=clock.today(),
        wrong=wrong,
    )


@bp.route("/acts/schools/<uuid:school_id>/new", methods=["GET", "POST"])
@grants(Action.KEEP_ACTS, School)
def new(school: School) -> ResponseReturnValue:
    """A new act of the item ``?item=``."""
    item = _item(request.args.get("item", ""))
    form = act_form(item, request.form if request.method == "POST" else None)
    if request.method == "POST":
        file = _checked_file(form)
        if not form.errors:
            try:
                act = service.add(school, item, form.details(), file, current_user)
            except Invalid as refusal:
                form.link.refuse(refusal.message)
            else:
                return redirect_to("acts.show", "Запись сохранена.", act_id=act.id)
    status = 422 if request.method == "POST" else 200
    return page("acts/new", status, school=school, item=item, form=form, hint=HINTS.get(item), named=item in COUNTED)


@bp.get("/acts/<uuid:act_id>")
@grants(Action.VIEW, LocalAct)
def show(act: LocalAct) -> ResponseReturnValue:
    return _show(act, RemovalForm())


@bp.get("/acts/<uuid:act_id>/file")
@grants(Action.VIEW, LocalAct)
def file(act: LocalAct) -> ResponseReturnValue:
    if act.sha256 is None:
        raise NotFound
    return download(storage.get(act.sha256), act.file_name, act.media_type)


@bp.route("/acts/<uuid:act_id>/edit", methods=["GET", "POST"])
@grants(Action.KEEP_ACTS, LocalAct)
def edit(act: LocalAct) -> ResponseReturnValue:
    service.require_current(act)
    item = Item(act.item)
    if request.method == "GET":
        return _form_page("acts/edit", act, act_form(item, values=act_values(act)), act.version)
    form, version = act_form(item, request.form), posted_version()
    file = _checked_file(form)
    if not form.errors:
        try:
            service.change(act, form.details(), file, version, current_user)
        except Invalid as refusal:
            _refused(form, refusal)
        else:
            return redirect_to("acts.show", "Запись исправлена.", act_id=act.id)
    return _form_page("acts/edit", act, form, version, 422)


@bp.route("/acts/<uuid:act_id>/replace", methods=["GET", "POST"])
@grants(Action.KEEP_ACTS, LocalAct)
def replace(act: LocalAct) -> ResponseReturnValue:
    """A new act instead of this one, which stays in the history."""
    service.require_current(act)
    item = Item(act.item)
    if request.method == "GET":
        kept = ("title", "approved_by", "programme_kind")
        values = {name: value for name, value in act_values(act).items() if name in kept}
        return _form_page("acts/replace", act, act_form(item, values=values), act.version)
    form, version = act_form(item, request.form), posted_version()
    file = _checked_file(form)
    if not form.errors:
        try:
            fresh = service.replace(act, form.details(), file, version, current_user)
        except Invalid as refusal:
            _refused(form, refusal)
        else:
            return redirect_to("acts.show", "Новый акт сохранён, прежний остался в истории.", act_id=fresh.id)
    return _form_page("acts/replace", act, form, version, 422)


@bp.post("/acts/<uuid:act_id>/remove")
@grants(Action.KEEP_ACTS, LocalAct)
def remove(act: LocalAct) -> ResponseReturnValue:
    form = RemovalForm(request.form)
    if not form.validate():
        return _show(act, form, 422)
    service.remove(act, form.reason.data, posted_version(), current_user)
    return redirect_to("acts.school", "Запись убрана, она осталась в истории.", school_id=act.school_id)


@bp.post("/acts/<uuid:act_id>/evidence")
@grants(Action.KEEP_ACTS, LocalAct)
def give_evidence(act: LocalAct) -> ResponseReturnValue:
    """``occurrence``: which due the act proves."""
    evidence = service.prove(act, _uuid(request.form.get("occurrence", "")), current_user)
    return redirect_to("boards.occurrence", "Акт приложен к мероприятию.", occurrence_id=evidence.occurrence_id)


def _show(act: LocalAct, form: RemovalForm, status: int = 200) -> ResponseReturnValue:
    keeps = can(current_user, Action.KEEP_ACTS, act)
    return page(
        "acts/show",
        status,
        act=act,
        form=form,
        item=Item(act.item),
        today=clock.today(),
        dues=queries.dues_of(act, clock.today()) if keeps else [],
    )


def _form_page(template: str, act: LocalAct, form: ActForm, version: int, status: int = 200) -> ResponseReturnValue:
    item = Item(act.item)
    return page(
        template,
        status,
        act=act,
        item=item,
        form=form,
        version=version,
        hint=HINTS.get(item),
        named=item in COUNTED,
    )


def _checked_file(form: ActForm) -> Upload | None:
    """Validates the form and reads its file; what is wrong stands at the fields."""
    form.validate()
    form.check(clock.today())
    try:
        return read_upload(request.files.get("file"), KINDS)
    except (Invalid, TooLarge) as refusal:
        form.file.errors = [refusal.message]
        return None


def _refused(form: ActForm, refusal: Invalid) -> None:
    """The service's refusal at the field that it is about."""
    field = form.valid_from if "позже прежнего" in refusal.message else form.link
    field.refuse(refusal.message)


def _asked_day() -> tuple[date, str]:
    """The day of ``?on=`` and "", or today and what was typed where that is no date."""
    typed = request.args.get("on", "").strip()
    if not typed:
        return clock.today(), ""
    try:
        day, month, year = typed.split(".") if "." in typed else reversed(typed.split("-"))
        return date(int(year), int(month), int(day)), ""
    except ValueError:
        return clock.today(), typed


def _item(code: str) -> Item:
    try:
        return Item(code)
    except ValueError:
        raise NotFound("Такого пункта в перечне нет.") from None


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadRequest("Форма повреждена: обновите страницу и повторите.") from None
