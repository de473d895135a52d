"""Practices: the registry, a card and its life, experts and their scores."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, storage
from roadmap.access import Action, can, grants, is_office
from roadmap.errors import Invalid, NotFound, TooLarge
from roadmap.practices import activity_views as activity_views
from roadmap.practices import queries, service
from roadmap.practices.blueprint import bp as bp
from roadmap.practices.forms import ExpertForm, PracticeForm, RaopForm, RejectForm, ScoreForm
from roadmap.practices.models import Criterion, Level, Practice, PracticeReview, PracticeState, RaopState
from roadmap.registers.words import FORMS
from roadmap.schools.queries import schools_of
from roadmap.uploads import FileKind, Upload, read_upload
from roadmap.web import download, page, posted_version, redirect_to

KINDS = (FileKind.PDF, FileKind.DOCX, FileKind.JPEG, FileKind.PNG)


@bp.get("")
@grants(Action.READ_PRACTICES)
def index() -> ResponseReturnValue:
    """The registry with filters, and on top what the user is asked to score."""
    wanted = queries.Filter.read(request.args)
    return page(
        "practices/index",
        practices=queries.practices(current_user, wanted),
        wanted=wanted,
        asked=queries.reviews_asked(current_user),
        schools=schools_of(current_user.municipality_id) if is_office(current_user) else [],
        approved_by=_approved_by(),
        PracticeState=PracticeState,
        Level=Level,
        RaopState=RaopState,
        forms=FORMS.values(),
    )


@bp.route("/new", methods=["GET", "POST"])
@grants(Action.KEEP_PRACTICES)
def new() -> ResponseReturnValue:
    if request.method == "GET":
        return page("practices/new", form=PracticeForm())
    form = PracticeForm(request.form)
    file = _checked_file(form)
    if form.errors:
        return page("practices/new", 422, form=form)
    practice = service.add(current_user.school, form.details(), file, current_user)
    return redirect_to("practices.show", "Черновик практики сохранён.", practice_id=practice.id)


@bp.get("/<uuid:practice_id>")
@grants(Action.VIEW, Practice)
def show(practice: Practice) -> ResponseReturnValue:
    return _show(practice)


@bp.get("/<uuid:practice_id>/file")
@grants(Action.VIEW, Practice)
def file(practice: Practice) -> ResponseReturnValue:
    return _download(practice)


@bp.route("/<uuid:practice_id>/edit", methods=["GET", "POST"])
@grants(Action.KEEP_PRACTICES, Practice)
def edit(practice: Practice) -> ResponseReturnValue:
    service.require_draft(practice)
    if request.method == "GET":
        form = PracticeForm.of(_values(practice, service.PracticeDetails))
        return page("practices/edit", practice=practice, form=form, version=practice.version)
    form, version = PracticeForm(request.form), posted_version()
    file = _checked_file(form)
    if form.errors:
        return page("practices/edit", 422, practice=practice, form=form, version=version)
    service.change(practice, form.details(), file, version, current_user)
    return redirect_to("practices.show", "Карточка сохранена.", practice_id=practice.id)


@bp.post("/<uuid:practice_id>/submit")
@grants(Action.KEEP_PRACTICES, Practice)
def submit(practice: Practice) -> ResponseReturnValue:
    try:
        service.submit(practice, posted_version(), current_user)
    except Invalid as refusal:
        return _show(practice, 422, refusal=refusal.message)
    return redirect_to("practices.show", "Практика представлена в реестр.", practice_id=practice.id)


@bp.post("/<uuid:practice_id>/withdraw")
@grants(Action.KEEP_PRACTICES, Practice)
def withdraw(practice: Practice) -> ResponseReturnValue:
    service.withdraw(practice, posted_version(), current_user)
    return redirect_to("practices.show", "Практика снова в черновиках.", practice_id=practice.id)


@bp.post("/<uuid:practice_id>/include")
@grants(Action.JUDGE_PRACTICE, Practice)
def include(practice: Practice) -> ResponseReturnValue:
    service.include(practice, posted_version(), current_user)
    return redirect_to("practices.show", "Практика включена в реестр.", practice_id=practice.id)


@bp.post("/<uuid:practice_id>/reject")
@grants(Action.JUDGE_PRACTICE, Practice)
def reject(practice: Practice) -> ResponseReturnValue:
    form = RejectForm(request.form)
    if not form.validate():
        return _show(practice, 422, reject_form=form)
    service.reject(practice, form.reason.data, posted_version(), current_user)
    return redirect_to("practices.show", "Практика отклонена, школа видит причину.", practice_id=practice.id)


@bp.route("/<uuid:practice_id>/raop", methods=["GET", "POST"])
@grants(Action.KEEP_PRACTICES, Practice)
def raop(practice: Practice) -> ResponseReturnValue:
    """Where the practice stands with РАОП."""
    if request.method == "GET":
        form = RaopForm.of(
            {
                "raop": practice.raop,
                "raop_on": practice.raop_on.isoformat() if practice.raop_on else None,
                "raop_link": practice.raop_link,
            }
        )
        return page("practices/raop", practice=practice, form=form, version=practice.version)
    form, version = RaopForm(request.form), posted_version()
    form.validate()
    if not form.check(clock.today()):
        return page("practices/raop", 422, practice=practice, form=form, version=version)
    state, link = RaopState(form.raop.data), form.raop_link.data or ""
    service.set_raop(practice, state, form.raop_on.data, link, version, current_user)
    return redirect_to("practices.show", "Сведения о РАОП сохранены.", practice_id=practice.id)


@bp.post("/<uuid:practice_id>/experts")
@grants(Action.JUDGE_PRACTICE, Practice)
def invite(practice: Practice) -> ResponseReturnValue:
    form = ExpertForm.offering(queries.possible_experts(practice), request.form)
    if not form.validate():
        return _show(practice, 422, expert_form=form)
    service.invite(practice, uuid.UUID(form.expert.data), current_user)
    return redirect_to("practices.show", "Эксперт приглашён.", practice_id=practice.id, fragment="#experts")


@bp.post("/reviews/<uuid:review_id>/remove")
@grants(Action.JUDGE_PRACTICE, PracticeReview)
def uninvite(review: PracticeReview) -> ResponseReturnValue:
    service.uninvite(review, posted_version(), current_user)
    return redirect_to("practices.show", "Приглашение отменено.", practice_id=review.practice_id, fragment="#experts")


@bp.route("/reviews/<uuid:review_id>", methods=["GET", "POST"])
@grants(Action.SCORE_PRACTICE, PracticeReview)
def score(review: PracticeReview) -> ResponseReturnValue:
    """What an invited expert sees: the card and the five criteria, nothing else of the school."""
    form = ScoreForm(request.form) if request.method == "POST" else ScoreForm.of(_scores(review))
    version = posted_version() if request.method == "POST" else review.version
    if request.method == "POST" and form.validate():
        service.score(review, form.points(), form.comment.data or "", version, current_user)
        return redirect_to("practices.index", "Баллы сохранены. Исправить их можно до решения по практике.")
    status = 422 if request.method == "POST" else 200
    practice = review.practice
    return page(
        "practices/score",
        status,
        review=review,
        practice=practice,
        form=form,
        version=version,
        open=practice.state == PracticeState.SUBMITTED and review.round == practice.round,
    )


@bp.get("/reviews/<uuid:review_id>/file")
@grants(Action.SCORE_PRACTICE, PracticeReview)
def review_file(review: PracticeReview) -> ResponseReturnValue:
    return _download(review.practice)


def _show(practice: Practice, status: int = 200, **changes: Any) -> ResponseReturnValue:
    """The card; experts and their scores are the office's, an approved score is the school's too."""
    judges = can(current_user, Action.JUDGE_PRACTICE, practice)
    office, approved_by = is_office(current_user), _approved_by()
    choices = queries.possible_experts(practice) if judges and practice.state == PracticeState.SUBMITTED else []
    context = {
        "practice": practice,
        "reviews": queries.reviews_of(practice) if office else [],
        "missing": service.missing(practice),
        "score": practice.score if office or approved_by else None,
        "approved_by": approved_by,
        "office": office,
        "criteria": Criterion,
        "refusal": "",
        "reject_form": RejectForm(),
        "expert_form": ExpertForm.offering(choices),
        "choices": choices,
    }
    return page("practices/show", status, **(context | changes))


def _approved_by() -> str:
    return queries.scoring_approved_by(current_user.municipality_id, clock.today())


def _download(practice: Practice) -> ResponseReturnValue:
    if practice.sha256 is None:
        raise NotFound
    return download(storage.get(practice.sha256), practice.file_name, practice.media_type)


def _checked_file(form: PracticeForm) -> Upload | None:
    """Validates the form and reads its file; what is wrong stands at the fields."""
    form.validate()
    form.check()
    try:
        return read_upload(request.files.get("file"), KINDS)
    except (Invalid, TooLarge) as refusal:
        form.file.errors = [refusal.message]
        return None


def _values(thing: Any, details: Callable[..., Any]) -> dict[str, Any]:
    """A row's columns as its form's answers, dates in ISO."""
    values = {name: getattr(thing, name) for name in details.__dict__["__dataclass_fields__"]}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _scores(review: PracticeReview) -> dict[str, Any]:
    return {criterion.value: getattr(review, criterion.value) for criterion in Criterion} | {"comment": review.comment}
