"""Excel both ways: the page of a kind, its downloads, and an upload from its preview to its undoing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, can, grants
from roadmap.errors import BadRequest, Invalid, NotFound, TooLarge
from roadmap.language import clean_filename
from roadmap.registers.pages import listed_school
from roadmap.schools.models import School
from roadmap.schools.queries import school_by_code, schools_of
from roadmap.uploads import FileKind
from roadmap.web import download, htmx, page, posted_version, redirect_to
from roadmap.workbooks import forms, queries, service
from roadmap.workbooks.columns import Kind, inputs
from roadmap.workbooks.comparison import Status, cell
from roadmap.workbooks.models import BatchState, ImportBatch
from roadmap.workbooks.reading import LIMIT

bp = Blueprint("workbooks", __name__, url_prefix="/register/excel")
SHOWN = 100  # rows of each part of a preview


@bp.get("")
@grants(Action.READ_REGISTER)
def index() -> ResponseReturnValue:
    return _index(_kind(request.args.get("kind") or Kind.MENTORS.value))


@bp.get("/<kind>/template")
@grants(Action.READ_REGISTER)
def template(kind: str) -> ResponseReturnValue:
    """An empty workbook: nobody is named in it."""
    wanted = _kind(kind)
    return download(service.template(wanted), clean_filename(f"{wanted.label}, образец", "xlsx"), FileKind.XLSX)


@bp.post("/<kind>/export")
@grants(Action.READ_REGISTER)
def export(kind: str) -> ResponseReturnValue:
    """A school's list by name, with the reason in the journal."""
    wanted, school, form = _kind(kind), _school(), forms.ExportForm(request.form)
    if not form.validate() or school is None:
        missing = "" if school else "Выберите школу"
        return _index(wanted, 422, form=form, school_error=missing)
    content = service.export(school, wanted, form.purpose.data, current_user)
    name = clean_filename(f"{wanted.label}, {school.short_name}, {clock.today():%d.%m.%Y}", "xlsx")
    return download(content, name, FileKind.XLSX)


@bp.post("/<kind>/upload")
@grants(Action.KEEP_REGISTER)
def upload(kind: str) -> ResponseReturnValue:
    wanted, file = _kind(kind), request.files.get("file")
    if file is None or not file.filename:
        return _index(wanted, 422, upload_error="Выберите файл")
    try:
        rows = service.read_rows(file.stream.read(LIMIT + 1), wanted)
    except (Invalid, TooLarge) as refusal:
        return _index(wanted, refusal.status, upload_error=refusal.message)
    batch = service.upload(current_user.school, wanted, rows, current_user)
    return redirect_to("workbooks.preview", batch_id=batch.id)


@bp.get("/imports/<uuid:batch_id>")
@grants(Action.KEEP_REGISTER, ImportBatch)
def preview(batch: ImportBatch) -> ResponseReturnValue:
    return _preview(batch)


@bp.post("/imports/<uuid:batch_id>/fix")
@grants(Action.KEEP_REGISTER, ImportBatch)
def fix(batch: ImportBatch) -> ResponseReturnValue:
    """Cells of one row, as the preview's form sends them."""
    number = request.form.get("row", "")
    if not number.isdigit() or len(number) > 6:
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    typed = {key.removeprefix("cell-"): value for key, value in request.form.items() if key.startswith("cell-")}
    service.fix(batch, int(number), typed, posted_version(), current_user)
    if htmx:
        return _preview(batch)
    return redirect_to("workbooks.preview", fragment="#errors", batch_id=batch.id)


@bp.post("/imports/<uuid:batch_id>/take")
@grants(Action.KEEP_REGISTER, ImportBatch)
def take(batch: ImportBatch) -> ResponseReturnValue:
    service.take(batch, posted_version(), current_user)
    return redirect_to("workbooks.preview", "Строки из файла записаны в базу.", batch_id=batch.id)


@bp.post("/imports/<uuid:batch_id>/drop")
@grants(Action.KEEP_REGISTER, ImportBatch)
def drop(batch: ImportBatch) -> ResponseReturnValue:
    kind = batch.kind
    service.drop(batch, posted_version(), current_user)
    return redirect_to("workbooks.index", "Файл отклонён, в базе ничего не изменилось.", kind=kind)


@bp.post("/imports/<uuid:batch_id>/undo")
@grants(Action.KEEP_REGISTER, ImportBatch)
def undo(batch: ImportBatch) -> ResponseReturnValue:
    service.undo(batch, posted_version(), current_user)
    return redirect_to("workbooks.preview", "Загрузка отменена: записи вернулись к прежнему виду.", batch_id=batch.id)


def _index(kind: Kind, status: int = 200, **context: Any) -> ResponseReturnValue:
    school = listed_school()
    own = current_user.school_id
    values: dict[str, Any] = {"form": forms.ExportForm(), "school_error": "", "upload_error": ""}
    return page(
        "workbooks/index",
        status,
        kind=kind,
        kinds=list(Kind),
        school=school,
        schools=[] if own else schools_of(current_user.municipality_id),
        keeps=can(current_user, Action.KEEP_REGISTER),
        batches=queries.recent_batches(own, kind) if own else [],
        limit=LIMIT // 2**20,
        **values | context,
    )


def _preview(batch: ImportBatch) -> ResponseReturnValue:
    found = service.preview(batch) if batch.state == BatchState.PREVIEW else None
    shown = {status.value: found.of(status)[:SHOWN] if found else [] for status in Status}
    return page(
        "workbooks/preview",
        batch=batch,
        kind=batch.kind_label,
        found=found,
        count={status.value: found.count(status) if found else 0 for status in Status},
        shown=shown,
        limit=SHOWN,
        cell=cell,
        columns={column.key: column for column in inputs(batch.kind_label)},
    )


def _kind(text: str) -> Kind:
    if text not in {kind.value for kind in Kind}:
        raise NotFound
    return Kind(text)


def _school() -> School | None:
    """The school's own, or the one that the office has chosen."""
    if current_user.school_id is not None:
        own: School = current_user.school
        return own
    school = school_by_code(request.form.get("school", "")[:20])
    return school if school is not None and school.municipality_id == current_user.municipality_id else None
