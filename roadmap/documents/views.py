"""Papers: what can be made, previews, numbers, registration, scans, the journal, and who signs."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, storage
from roadmap.access import Action, can, grants
from roadmap.catalogue.base import DocumentSpec
from roadmap.documents import makeable, queries, service
from roadmap.documents import making_views as making_views
from roadmap.documents.blueprint import bp as bp
from roadmap.documents.forms import (
    ANY_KIND,
    AnnulForm,
    ConclusionsForm,
    EndForm,
    ExecutorForm,
    PurposeForm,
    ScanForm,
    SignatoryForm,
    signatory_form,
)
from roadmap.documents.models import Document, DocumentState, SignatoryPeriod
from roadmap.documents.proof import proof, proof_of
from roadmap.documents.queries import JournalFilter
from roadmap.errors import BadRequest, Invalid, NotFound, TooLarge
from roadmap.language import clean_filename
from roadmap.uploads import SCANS, FileKind, read_upload
from roadmap.web import download, page, posted_version, redirect_to

SHOWN = 5  # papers of a kind on the page of what may be made; the others are in the journal


@bp.get("/documents")
@grants(Action.BE_SIGNED_IN)
def index() -> ResponseReturnValue:
    """The journal of the user's world, and what may be made for which periods."""
    wanted = JournalFilter.from_query(request.args)
    rows, after = queries.journal(current_user, wanted)
    makes = can(current_user, Action.PREPARE_DOCUMENT) and not wanted.after
    return page(
        "documents/index",
        rows=rows,
        wanted=wanted,
        after=after,
        makeable=_makeable_now() if makes else [],
        from_registers=_from_registers() if makes else [],
        blanks=queries.blank_kinds() if can(current_user, Action.READ_REGISTER) and not wanted.after else [],
        states=list(DocumentState),
        kinds=[spec for spec in queries.all_kinds() if spec.scope != "blank"],
        years=queries.journal_years(current_user),
    )


@bp.get("/documents/<uuid:document_id>")
@grants(Action.VIEW, Document)
def show(document: Document) -> ResponseReturnValue:
    return _show_page(document)


@bp.route("/documents/<uuid:document_id>/file", methods=["GET", "POST"])
@grants(Action.VIEW, Document)
def file(document: Document) -> ResponseReturnValue:
    """The frozen bytes; before registration, a draft with the reserved number. With names in it, for a reason."""
    spec = queries.spec_of(document.kind)
    name = f"{spec.title} № {document.number}"
    if (asked := _ask_purpose("file", document, spec, name)) is not None:
        return asked
    if document.sha256 is not None:
        return download(storage.get(document.sha256), clean_filename(name, "docx"), FileKind.DOCX.value)
    if document.state == DocumentState.ANNULLED:
        raise NotFound("Номер аннулирован, документа под ним нет.")
    paper = service.render(spec, service.source_of(document), document.period, _head(document))
    return download(paper.content, clean_filename(f"Проект – {name}", "docx"), FileKind.DOCX.value)


@bp.route("/documents/<uuid:document_id>/scan", methods=["GET"])
@grants(Action.VIEW, Document)
def scan(document: Document) -> ResponseReturnValue:
    return _scan(document)


@bp.post("/documents/<uuid:document_id>/scan/take")
@grants(Action.VIEW, Document)
def take_scan(document: Document) -> ResponseReturnValue:
    """The scan of a paper with names, for a reason."""
    return _scan(document)


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
    return queries.own_kinds(current_user.school_id)


def _makeable_now() -> list[dict[str, Any]]:
    """Each own kind of a report with its periods: «по данным N из M» and the papers that were made already."""
    owner = current_user.municipality_id, current_user.school_id
    kinds = [spec for spec in _own_kinds() if "period" in spec.inputs]
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


def _from_registers() -> list[dict[str, Any]]:
    """Each own kind that no report stands behind: where to make it, and the newest papers of it."""
    owner = current_user.municipality_id, current_user.school_id
    kinds = [spec for spec in _own_kinds() if "period" not in spec.inputs]
    papers = queries.made(*owner, [spec.kind for spec in kinds])
    return [
        {
            "spec": spec,
            "endpoint": "documents.pairs" if "object" in spec.inputs else "documents.on_day",
            "papers": [paper for paper in papers if paper.kind == spec.kind][:SHOWN],
        }
        for spec in kinds
    ]


def _scan(document: Document) -> ResponseReturnValue:
    if document.scan_sha256 is None:
        raise NotFound
    spec = queries.spec_of(document.kind)
    heading = f"Скан: {spec.title} № {document.number}"
    post_to = url_for("documents.take_scan", document_id=document.id)
    if (asked := _ask_purpose("scan", document, spec, heading, post_to)) is not None:
        return asked
    return download(storage.get(document.scan_sha256), document.scan_name, document.scan_media_type)


def _ask_purpose(
    name: str, document: Document, spec: DocumentSpec, heading: str, post_to: str | None = None
) -> ResponseReturnValue | None:
    """The page that asks why a paper with names is taken; None once a purpose is given and noted, or none is needed."""
    posted = request.method == "POST"
    if not spec.named:
        if posted:
            raise BadRequest("Этот документ скачивают по ссылке, без отправки формы.")
        return None
    form = PurposeForm(request.form if posted else None)
    if posted and form.validate():
        service.note_taken(document, service.Taken(spec.kind, document.period, form.purpose.data), current_user)
        return None
    return page(
        f"documents/{name}",
        422 if form.errors else 200,
        form=form,
        heading=heading,
        words=document.period_words,
        back_url=url_for("documents.show", document_id=document.id),
        post_to=post_to,
    )


def _head(document: Document) -> service.Head:
    return service.Head(document.number, conclusions=document.conclusions)


def _show_page(document: Document, status: int = 200, **forms: Any) -> ResponseReturnValue:
    spec = queries.spec_of(document.kind)
    reserved = document.state == DocumentState.RESERVED
    mine = can(current_user, Action.PREPARE_DOCUMENT, document)
    source = service.source_of(document) if reserved else None
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
        pair=makeable.mentorship_of(document.object_id),
        proof=proof_of(filled) if filled else proof(document.manifest.get("figures", {})),
        missing=spec.missing(source, document.period) if source and mine else [],
        signatory=source.signatory(document.kind) if source else None,
        this_year=document.journal.year == clock.today().year,
    )
