"""Papers: what can be made, previews, numbers, registration, scans, the journal, and who signs."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, storage
from roadmap.access import Action, grants
from roadmap.catalogue.base import DocumentSpec
from roadmap.documents import queries, service
from roadmap.documents.forms import AnnulForm, ScanForm, SignatoryForm
from roadmap.documents.models import Document, DocumentState, SignatoryPeriod
from roadmap.documents.queries import JournalFilter
from roadmap.documents.source import DatabaseSource
from roadmap.errors import Invalid, NotFound
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
    makeable = [
        (spec, queries.periods_with_answers(current_user.municipality_id, spec.measure, current_user.school_id))
        for spec in _own_kinds()
    ]
    return page(
        "documents/index",
        rows=rows,
        wanted=wanted,
        after=after,
        makeable=makeable,
        states=list(DocumentState),
        kinds=queries.all_kinds(),
        years=queries.journal_years(current_user),
    )


@bp.get("/documents/new/<kind>/<period>")
@grants(Action.PREPARE_DOCUMENT)
def new(kind: str, period: str) -> ResponseReturnValue:
    """Before a number is taken: what is missing and who owes it, the figures, the preview."""
    spec, source = _makeable(kind, period)
    return page(
        "documents/new",
        spec=spec,
        period=period,
        missing=spec.missing(source, period),
        figures=service.proven(spec.context(source, period)),
        signatory=source.signatory(kind),
        existing=queries.existing(current_user.municipality_id, current_user.school_id, kind, period),
        owing=source.schools(spec.measure, period),
        accepted=source.accepted(spec.measure, period),
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
    document = service.prepare(spec, source, period, current_user)
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
    paper = service.render(spec, source, document.period, service.Head(document.number))
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
    except Invalid as refusal:
        form.scan.errors = [refusal.message]
        return _show_page(document, 422, scan_form=form)
    return redirect_to("documents.show", "Скан сохранён: документ подписан.", document_id=document.id)


@bp.post("/documents/<uuid:document_id>/receive")
@grants(Action.RECORD_INCOMING, Document)
def receive(document: Document) -> ResponseReturnValue:
    incoming = service.receive(document, current_user)
    return redirect_to("documents.show", f"Записан: вх. № {incoming.number}.", document_id=document.id)


@bp.route("/signatories", methods=["GET", "POST"])
@grants(Action.PREPARE_DOCUMENT)
def signatories() -> ResponseReturnValue:
    form = SignatoryForm(request.form if request.method == "POST" else None)
    form.kind.choices = (("", "любой"), *((spec.kind, f"{spec.kind} – {spec.title}") for spec in _own_kinds()))
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate() and _add_signatory(form):
            return redirect_to("documents.signatories", "Подписант сохранён.")
    rows = queries.signatories(current_user.municipality_id, current_user.school_id)
    return page("documents/signatories", status, form=form, rows=rows, today=clock.today())


def _add_signatory(form: SignatoryForm) -> bool:
    row = SignatoryPeriod(
        municipality_id=current_user.municipality_id,
        school_id=current_user.school_id,
        kind=form.kind.data or "",
        post=form.post.data,
        name=form.name.data,
        acting=form.acting.data,
        order_number=form.order_number.data or "",
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
    )
    try:
        service.add_signatory(row, current_user)
    except Invalid as refusal:
        (form.order_number if "приказ" in refusal.message else form.valid_to).refuse(refusal.message)
        return False
    return True


def _own_kinds() -> list[DocumentSpec]:
    """A head makes the school's papers, a specialist the municipality's (rules.md 6)."""
    return queries.kinds_for("school" if current_user.school_id is not None else "municipality")


def _makeable(kind: str, period: str) -> tuple[DocumentSpec, DatabaseSource]:
    """NotFound for a kind of another owner or a period nobody reported for."""
    spec = queries.spec_of(kind)
    periods = queries.periods_with_answers(current_user.municipality_id, spec.measure, current_user.school_id)
    if spec not in _own_kinds() or period not in periods:
        raise NotFound("За этот период принятых отчётов нет: документ формировать не из чего.")
    return spec, service.source_for(current_user.municipality, current_user.school)


def _show_page(
    document: Document, status: int = 200, annul_form: AnnulForm | None = None, scan_form: ScanForm | None = None
) -> ResponseReturnValue:
    return page(
        "documents/show",
        status,
        document=document,
        spec=queries.spec_of(document.kind),
        annul_form=annul_form or AnnulForm(),
        scan_form=scan_form or ScanForm(),
    )
