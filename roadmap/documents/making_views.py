"""Making papers: what is missing, previews, numbers; of reports, of days, of pairs, and blank forms."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, grants
from roadmap.catalogue.base import DocumentSpec
from roadmap.documents import archive, makeable, queries, service
from roadmap.documents.blueprint import bp
from roadmap.documents.forms import DayForm, PurposeForm
from roadmap.documents.models import period_words
from roadmap.documents.proof import proof_of
from roadmap.documents.source import DatabaseSource
from roadmap.errors import BadRequest, NotFound, WrongState
from roadmap.language import clean_filename
from roadmap.registers.models import Mentorship
from roadmap.uploads import FileKind
from roadmap.web import download, page, redirect_to

ZIP = "application/zip"


@bp.get("/documents/new/<kind>/<period>")
@grants(Action.PREPARE_DOCUMENT)
def new(kind: str, period: str) -> ResponseReturnValue:
    """Before a number is taken: what is missing and who owes it, the figures, the preview."""
    return _new_page(*_makeable(kind, period), period)


@bp.get("/documents/new/<kind>/<period>/of/<uuid:mentorship_id>")
@grants(Action.PREPARE_DOCUMENT, Mentorship)
def new_of(mentorship: Mentorship, kind: str, period: str) -> ResponseReturnValue:
    """The same for a pair's paper."""
    return _new_page(*_makeable(kind, period, mentorship), period)


@bp.route("/documents/new/<kind>/<period>/preview", methods=["GET", "POST"])
@grants(Action.PREPARE_DOCUMENT)
def preview(kind: str, period: str) -> ResponseReturnValue:
    """The paper as a draft: «проект», no number, nothing kept. One with names asks why it is taken."""
    return _preview(*_makeable(kind, period), period)


@bp.route("/documents/new/<kind>/<period>/of/<uuid:mentorship_id>/preview", methods=["GET", "POST"])
@grants(Action.PREPARE_DOCUMENT, Mentorship)
def preview_of(mentorship: Mentorship, kind: str, period: str) -> ResponseReturnValue:
    return _preview(*_makeable(kind, period, mentorship), period, mentorship)


@bp.post("/documents/new/<kind>/<period>")
@grants(Action.PREPARE_DOCUMENT)
def prepare(kind: str, period: str) -> ResponseReturnValue:
    return _prepare(*_makeable(kind, period), period)


@bp.post("/documents/new/<kind>/<period>/of/<uuid:mentorship_id>")
@grants(Action.PREPARE_DOCUMENT, Mentorship)
def prepare_of(mentorship: Mentorship, kind: str, period: str) -> ResponseReturnValue:
    return _prepare(*_makeable(kind, period, mentorship), period)


@bp.get("/documents/on/<kind>")
@grants(Action.PREPARE_DOCUMENT)
def on_day(kind: str) -> ResponseReturnValue:
    """A kind about a day, for the day chosen in ``?on=``; without it the choice."""
    spec = _own(kind, "as_of")
    form = DayForm(request.args) if "on" in request.args else DayForm.of({"on": clock.today().isoformat()})
    if "on" not in request.args or not form.validate():
        return page("documents/on_day", 422 if form.errors else 200, spec=spec, form=form)
    return redirect_to("documents.new", kind=kind, period=form.on.data.isoformat())


@bp.get("/documents/pairs/<kind>")
@grants(Action.PREPARE_DOCUMENT)
def pairs(kind: str) -> ResponseReturnValue:
    """Whose paper is to be made: the pairs of the school that have something to print."""
    spec, today = _own(kind, "object"), clock.today()
    return page(
        "documents/pairs",
        spec=spec,
        today=today,
        pairs=makeable.pairs_with_programmes(current_user.school_id),
        papers=queries.by_object(queries.made(current_user.municipality_id, current_user.school_id, [kind])),
    )


@bp.route("/documents/pairs/<kind>/archive", methods=["GET", "POST"])
@grants(Action.PREPARE_DOCUMENT)
def all_pairs(kind: str) -> ResponseReturnValue:
    """Drafts for all pairs of the school in one archive."""
    spec, today = _own(kind, "object"), clock.today()
    heading, back = f"{spec.title}: все пары школы", url_for("documents.pairs", kind=kind)
    form = PurposeForm(request.form if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        return _purpose_page("all_pairs", form, heading, period_words(today.isoformat()), back)
    source = service.source_for(current_user.municipality, current_user.school)
    packed = archive.of_pairs(spec, source)
    if not packed.count:
        raise WrongState("Пар с персонализированными программами пока нет.")
    service.note_taken(
        current_user.school, service.Taken(kind, today.isoformat(), form.purpose.data, packed.count), current_user
    )
    return download(packed.content, clean_filename(f"{spec.title} – {period_words(today.isoformat())}", "zip"), ZIP)


@bp.get("/documents/blanks/<kind>")
@grants(Action.READ_REGISTER)
def blank(kind: str) -> ResponseReturnValue:
    """A form to be filled in by hand, with the names of operator and recipient printed."""
    spec = queries.spec_of(kind)
    if spec not in queries.blank_kinds():
        raise NotFound
    source = service.source_for(current_user.municipality, current_user.school)
    if obstacle := spec.obstacle(source, ""):
        raise WrongState(obstacle)
    paper = service.render(spec, source, "", service.Head())
    return download(paper.content, clean_filename(spec.title, "docx"), FileKind.DOCX.value)


def _new_page(
    spec: DocumentSpec, source: DatabaseSource, period: str, status: int = 200, form: PurposeForm | None = None
) -> ResponseReturnValue:
    filled, of_report = spec.context(source, period), "period" in spec.inputs
    owner = current_user.municipality_id, current_user.school_id
    return page(
        "documents/new",
        status,
        spec=spec,
        period=period,
        period_words=period_words(period),
        pair=makeable.mentorship_of(source.object_id),
        urls=_urls(spec, source, period),
        obstacle=spec.obstacle(source, period),
        missing=spec.missing(source, period),
        lacking=queries.lacking(owner[0], spec.measure, period) if of_report and source.school is None else [],
        proof=proof_of(filled),
        drafted=filled.values[spec.drafted] if spec.drafted else [],
        signatory=source.signatory(spec.kind),
        executor=source.executor(),
        existing=queries.existing(*owner, spec.kind, period, source.object_id),
        coverage=(len(source.accepted(spec.measure, period)), len(source.schools(spec.measure, period)))
        if of_report
        else None,
        purpose_form=(form or PurposeForm()) if spec.named else None,
    )


def _preview(
    spec: DocumentSpec, source: DatabaseSource, period: str, subject: Mentorship | None = None
) -> ResponseReturnValue:
    if spec.named:
        form = PurposeForm(request.form if request.method == "POST" else None)
        if request.method == "GET" or not form.validate():
            back = _urls(spec, source, period)["new"]
            return _purpose_page("preview", form, f"Проект: {spec.title}", period_words(period), back)
        taken = service.Taken(spec.kind, period, form.purpose.data)
        service.note_taken(subject or current_user.school, taken, current_user)
    elif request.method == "POST":
        raise BadRequest("Этот документ скачивают по ссылке, без отправки формы.")
    paper = service.render(spec, source, period, service.Head())
    name = clean_filename(f"Проект – {spec.title} – {period_words(period)}", "docx")
    return download(paper.content, name, FileKind.DOCX.value)


def _prepare(spec: DocumentSpec, source: DatabaseSource, period: str) -> ResponseReturnValue:
    form = PurposeForm(request.form)
    if spec.named and not form.validate():
        return _new_page(spec, source, period, 422, form)
    purpose = form.purpose.data if spec.named else ""
    document = service.prepare(spec, source, period, current_user, _seen(), purpose)
    return redirect_to("documents.show", f"Зарезервирован номер {document.number}.", document_id=document.id)


def _purpose_page(name: str, form: PurposeForm, heading: str, words: str, back: str) -> ResponseReturnValue:
    """Why is it taken?"""
    status = 422 if form.errors else 200
    return page(f"documents/{name}", status, form=form, heading=heading, words=words, back_url=back)


def _urls(spec: DocumentSpec, source: DatabaseSource, period: str) -> dict[str, str]:
    values: dict[str, Any] = {"kind": spec.kind, "period": period}
    if source.object_id is None:
        return {name: url_for(f"documents.{name}", **values) for name in ("new", "preview", "prepare")}
    values["mentorship_id"] = source.object_id
    return {name: url_for(f"documents.{name}_of", **values) for name in ("new", "preview", "prepare")}


def _own(kind: str, wanted: str) -> DocumentSpec:
    """NotFound for a kind of another owner or one that isn't made for such a thing."""
    spec = queries.spec_of(kind)
    if spec not in queries.own_kinds(current_user.school_id) or wanted not in spec.inputs:
        raise NotFound
    return spec


def _makeable(kind: str, period: str, mentorship: Mentorship | None = None) -> tuple[DocumentSpec, DatabaseSource]:
    """NotFound for a kind of another owner, a period nobody reported for, or a day that is yet to come."""
    spec, owner = queries.spec_of(kind), (current_user.municipality_id, current_user.school_id)
    if spec not in queries.own_kinds(owner[1]) or ("object" in spec.inputs) != (mentorship is not None):
        raise NotFound
    if not makeable.may_be_made(spec, period, *owner, clock.today()):
        raise NotFound(
            "За этот период принятых отчётов нет: документ формировать не из чего."
            if "period" in spec.inputs
            else "Документ составляют на сегодня или на прошедшую дату."
        )
    object_id = mentorship.id if mentorship is not None else None
    day = makeable.as_of_day(period) if "as_of" in spec.inputs else None
    return spec, service.source_for(current_user.municipality, current_user.school, day, object_id)


def _seen() -> int:
    """How many papers of this kind and period the page showed."""
    text = request.form.get("seen", "")
    if not text.isdigit() or len(text) > 6:
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    return int(text)
