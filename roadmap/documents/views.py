"""Papers: what can be made, previews, numbers, registration, scans, the journal, and who signs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, storage
from roadmap.access import Action, can, grants
from roadmap.catalogue.base import DocumentSpec
from roadmap.documents import queries, service
from roadmap.documents.forms import (
    ANY_KIND,
    AnnulForm,
    ConclusionsForm,
    EndForm,
    ExecutorForm,
    ScanForm,
    SignatoryForm,
    signatory_form,
)
from roadmap.documents.models import Document, DocumentState, SignatoryPeriod
from roadmap.documents.proof import proof, proof_of
from roadmap.documents.queries import JournalFilter
from roadmap.documents.source import DatabaseSource
from roadmap.errors import BadRequest, Invalid, NotFound, TooLarge
from roadmap.language import clean_filename, period_label
from roadmap.uploads import SCANS, FileKind, read_upload
from roadmap.web import download, page, posted_version, redirect_to

bp = Blueprint("documents", __name__)


@bp.get("/documents")
@grants(Action.BE_SIGNED_IN)
def index() -> ResponseReturnValue:
    """The journal of the user's world, and what may be made for which periods."""
    wanted = JournalFilter.from_query(request.args)
    rows, after = queries.journal(current_user, wanted)
    return page(
        "documents/index",
        rows=rows,
        wanted=wanted,
        after=after,
        makeable=_makeable_now() if can(current_user, Action.PREPARE_DOCUMENT) and not wanted.after else [],
        states=list(DocumentState),
        kinds=queries.all_kinds(),
        years=queries.journal_years(current_user),
    )


@bp.get("/documents/new/<kind>/<period>")
@grants(Action.PREPARE_DOCUMENT)
def new(kind: str, period: str) -> ResponseReturnValue:
    """Before a number is taken: what is missing and who owes it, the figures, the preview."""
    spec, source = _makeable(kind, period)
    filled = spec.context(source, period)
    return page(
        "documents/new",
        spec=spec,
        period=period,
        missing=spec.missing(source, period),
        lacking=queries.lacking(current_user.municipality_id, spec.measure, period) if source.school is None else [],
        proof=proof_of(filled),
        drafted=filled.values[spec.drafted] if spec.drafted else [],
        signatory=source.signatory(kind),
        executor=source.executor(),
        existing=queries.existing(current_user.municipality_id, current_user.school_id, kind, period),
        owed=len(source.schools(spec.measure, period)),
        accepted=len(source.accepted(spec.measure, period)),
    )


@bp.get("/documents/new/<kind>/<period>/preview")
@grants(Action.PREPARE_DOCUMENT)
def preview(kind: str, period: str) -> ResponseReturnValue:
    """The paper as a draft: «проект», no number, nothing kept."""
    spec, source = _makeable(kind, period)
    paper = service.render(spec, source, period, service.Head())
    name = clean_filename(f"Проект – {spec.title} – {period_label(period)}", "docx")
    return download(paper.content, name, FileKind.DOCX.value)


@bp.post("/documents/new/<kind>/<period>")
@grants(Action.PREPARE_DOCUMENT)
def prepare(kind: str, period: str) -> ResponseReturnValue:
    spec, source = _makeable(kind, period)
    document = service.prepare(spec, source, period, current_user, _seen())
    return redirect_to("documents.show", f"Зарезервирован номер {document.number}.", document_id=document.id)


@bp.get("/documents/<uuid:document_id>")
@grants(Action.VIEW, Document)
def show(document: Document) -> ResponseReturnValue:
    return _show_page(document)


@bp.get("/documents/<uuid:document_id>/file")
@grants(Action.VIEW, Document)
def file(document: Document) -> ResponseReturnValue:
    """The frozen bytes; before registration, a draft with the reserved number."""
    spec = queries.spec_of(document.kind)
    name = f"{spec.title} № {document.number}"
    if document.sha256 is not None:
        return download(storage.get(document.sha256), clean_filename(name, "docx"), FileKind.DOCX.value)
    if document.state == DocumentState.ANNULLED:
        raise NotFound("Номер аннулирован, документа под ним нет.")
    source = service.source_for(queries.municipality_of(document), document.school)
    paper = service.render(spec, source, document.period, _head(document))
    return download(paper.content, clean_filename(f"Проект – {name}", "docx"), FileKind.DOCX.value)


@bp.get("/documents/<uuid:document_id>/scan")
@grants(Action.VIEW, Document)
def scan(document: Document) -> ResponseReturnValue:
    if document.scan_sha256 is None:
        raise NotFound
    return download(storage.get(document.scan_sha256), document.scan_name, document.scan_media_type)


@bp.post("/documents/<uuid:document_id>/register")
@grants(Action.SIGN_DOCUMENT, Document)
def register(document: Document) -> ResponseReturnValue:
    service.register_document(document, posted_version(), current_user)
    message = f"Документ зарегистрирован под № {document.number}. Скачайте, распечатайте и подпишите его."
    return redirect_to("documents.show", message, document_id=document.id)


@bp.post("/documents/<uuid:document_id>/annul")
@grants(Action.SIGN_DOCUMENT, Document)
def annul(document: Document) -> ResponseReturnValue:
    form = AnnulForm(request.form)
    if not form.validate():
        return _show_page(document, 422, annul_form=form)
    service.annul(document, form.reason.data, posted_version(), current_user)
    return redirect_to("documents.show", f"Номер {document.number} аннулирован.", document_id=document.id)


@bp.post("/documents/<uuid:document_id>/scan")
@grants(Action.SIGN_DOCUMENT, Document)
def attach_scan(document: Document) -> ResponseReturnValue:
    form = ScanForm()
    try:
        upload = read_upload(request.files.get("scan"), SCANS)
        if upload is None:
            raise Invalid("Выберите файл со сканом подписанного документа.")
        service.attach_scan(document, upload, posted_version(), current_user)
    except (Invalid, TooLarge) as refusal:
        form.scan.errors = [refusal.message]
        return _show_page(document, refusal.status, scan_form=form)
    return redirect_to("documents.show", "Скан сохранён: документ подписан.", document_id=document.id)


@bp.post("/documents/<uuid:document_id>/conclusions")
@grants(Action.PREPARE_DOCUMENT, Document)
def edit_conclusions(document: Document) -> ResponseReturnValue:
    form = ConclusionsForm(request.form)
    if not form.validate():
        return _show_page(document, 422, conclusions_form=form)
    service.edit_conclusions(document, form.conclusions.data, posted_version(), current_user)
    return redirect_to("documents.show", "Выводы сохранены.", document_id=document.id)


@bp.post("/documents/<uuid:document_id>/receive")
@grants(Action.RECORD_INCOMING, Document)
def receive(document: Document) -> ResponseReturnValue:
    incoming = service.receive(document, current_user)
    return redirect_to("documents.show", f"Записан: вх. № {incoming.number}.", document_id=document.id)


@bp.route("/signatories", methods=["GET", "POST"])
@grants(Action.PREPARE_DOCUMENT)
def signatories() -> ResponseReturnValue:
    if request.method == "GET":
        return _signatories_page()
    form = _signatory_form(request.form)
    if form.validate() and _add_signatory(form):
        return redirect_to("documents.signatories", "Подписант сохранён.")
    return _signatories_page(422, form=form)


@bp.post("/signatories/<uuid:signatory_id>/end")
@grants(Action.PREPARE_DOCUMENT, SignatoryPeriod)
def end_signatory(signatory: SignatoryPeriod) -> ResponseReturnValue:
    form = EndForm(request.form)
    try:
        if not form.validate():
            raise Invalid(form.last_day.errors[0])
        service.end_signatory(signatory, form.last_day.data, current_user)
    except Invalid as refusal:
        form.last_day.errors = [refusal.message]
        return _signatories_page(422, ending=signatory, end_form=form)
    return redirect_to("documents.signatories", "Срок сохранён.")


@bp.post("/signatories/executor")
@grants(Action.PREPARE_DOCUMENT)
def set_executor() -> ResponseReturnValue:
    form = ExecutorForm(request.form)
    try:
        if not form.validate():
            return _signatories_page(422, executor_form=form)
        source = service.source_for(current_user.municipality, current_user.school)
        service.set_executor(source, form.executor.data, form.phone.data, current_user)
    except Invalid as refusal:
        form.executor.refuse(refusal.message)
        return _signatories_page(422, executor_form=form)
    return redirect_to("documents.signatories", "Исполнитель сохранён.")


def _add_signatory(form: SignatoryForm) -> bool:
    row = SignatoryPeriod(
        municipality_id=current_user.municipality_id,
        school_id=current_user.school_id,
        kind="" if form.kind.data == ANY_KIND else form.kind.data,
        post=form.post.data,
        name=form.name.data,
        acting=form.acting.data,
        order_number=form.order_number.data if form.acting.data else "",
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
    )
    try:
        service.add_signatory(row, current_user)
    except Invalid as refusal:
        (form.order_number if "приказ" in refusal.message else form.valid_to).refuse(refusal.message)
        return False
    return True


def _signatory_form(data: Any = None) -> SignatoryForm:
    form = signatory_form(_own_kinds())
    return form(data) if data is not None else form.of({"kind": ANY_KIND})


def _signatories_page(status: int = 200, **forms: Any) -> ResponseReturnValue:
    owner = current_user.municipality_id, current_user.school_id
    today = clock.today()
    executor = service.source_for(current_user.municipality, current_user.school).executor()
    known = {"executor": executor["name"], "phone": executor["phone"]} if executor else {}
    blank = {"ending": None, "end_form": EndForm(), "executor_form": ExecutorForm.of(known)}
    if "form" not in forms:
        forms["form"] = _signatory_form()
    return page(
        "documents/signatories",
        status,
        **blank | forms,
        rows=queries.signatories(*owner),
        today=today,
        signing=[(spec, queries.signatory_on(*owner, spec.kind, today)) for spec in _own_kinds()],
        titles={spec.kind: spec.title for spec in queries.all_kinds()},
    )


def _own_kinds() -> list[DocumentSpec]:
    """A head makes the school's papers, a specialist the municipality's (rules.md 6)."""
    return queries.kinds_for("school" if current_user.school_id is not None else "municipality")


def _makeable_now() -> list[dict[str, Any]]:
    """Each own kind with its periods: «по данным N из M» and the papers that were made already."""
    owner = current_user.municipality_id, current_user.school_id
    kinds = _own_kinds()
    papers = queries.made(*owner, [spec.kind for spec in kinds])
    return [
        {
            "spec": spec,
            "coverage": one,
            "papers": [paper for paper in papers if (paper.kind, paper.period) == (spec.kind, one.period)],
        }
        for spec in kinds
        for one in queries.coverage(owner[0], spec.measure, owner[1])
    ]


def _makeable(kind: str, period: str) -> tuple[DocumentSpec, DatabaseSource]:
    """NotFound for a kind of another owner or a period nobody reported for."""
    spec = queries.spec_of(kind)
    periods = queries.periods_with_answers(current_user.municipality_id, spec.measure, current_user.school_id)
    if spec not in _own_kinds() or period not in periods:
        raise NotFound("За этот период принятых отчётов нет: документ формировать не из чего.")
    return spec, service.source_for(current_user.municipality, current_user.school)


def _seen() -> int:
    """How many papers of this kind and period the page showed."""
    text = request.form.get("seen", "")
    if not text.isdigit() or len(text) > 6:
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    return int(text)


def _head(document: Document) -> service.Head:
    return service.Head(document.number, conclusions=document.conclusions)


def _show_page(document: Document, status: int = 200, **forms: Any) -> ResponseReturnValue:
    spec = queries.spec_of(document.kind)
    reserved = document.state == DocumentState.RESERVED
    mine = can(current_user, Action.PREPARE_DOCUMENT, document)
    source = service.source_for(queries.municipality_of(document), document.school) if reserved else None
    filled = spec.context(source, document.period) if source else None
    if filled and spec.drafted and mine and "conclusions_form" not in forms:
        text = document.conclusions or "\n".join(filled.values[spec.drafted])
        forms["conclusions_form"] = ConclusionsForm.of({"conclusions": text})
    return page(
        "documents/show",
        status,
        **{"annul_form": AnnulForm(), "scan_form": ScanForm(), "conclusions_form": None} | forms,
        document=document,
        spec=spec,
        proof=proof_of(filled) if filled else proof(document.manifest.get("figures", {})),
        missing=spec.missing(source, document.period) if source and mine else [],
        signatory=source.signatory(document.kind) if source else None,
        this_year=document.journal.year == clock.today().year,
    )
