"""An occurrence: what is owed, its evidence, and what the specialist may set."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import storage
from roadmap.access import Action, grants
from roadmap.errors import Invalid, NotFound, TooLarge
from roadmap.language import period_label
from roadmap.plan import service
from roadmap.plan.forms import EvidenceForm, NotRequiredForm
from roadmap.plan.models import Evidence, Measure, Occurrence
from roadmap.uploads import FileKind, read_upload
from roadmap.web import download, page, posted_version, redirect_to

bp = Blueprint("plan", __name__)


@bp.post("/occurrences/<uuid:occurrence_id>/evidence")
@grants(Action.GIVE_EVIDENCE, Occurrence)
def give_evidence(occurrence: Occurrence) -> ResponseReturnValue:
    form = EvidenceForm(request.form)
    if form.validate():
        try:
            file = read_upload(request.files.get("file"), (FileKind.PDF, FileKind.JPEG, FileKind.PNG, FileKind.DOCX))
        except (Invalid, TooLarge) as refusal:
            form.file.errors = [refusal.message]
        else:
            return _give(
                occurrence, form, service.Proof(form.done_on.data, form.result.data, form.link.data or "", file)
            )
    return page("plan/evidence", 422, occurrence=occurrence, form=form)


def _give(occurrence: Occurrence, form: EvidenceForm, proof: service.Proof) -> ResponseReturnValue:
    try:
        service.give_evidence(occurrence, proof, current_user)
    except Invalid as refusal:
        field = form.done_on if "Дата" in refusal.message else form.link
        field.refuse(refusal.message)
        return page("plan/evidence", 422, occurrence=occurrence, form=form)
    return redirect_to("boards.occurrence", "Подтверждение сохранено.", occurrence_id=occurrence.id)


@bp.get("/occurrences/<uuid:occurrence_id>/evidence")
@grants(Action.GIVE_EVIDENCE, Occurrence)
def evidence(occurrence: Occurrence) -> ResponseReturnValue:
    """Refused before anything is typed where the period takes no evidence."""
    service.require_evidence_taken(occurrence)
    return page("plan/evidence", occurrence=occurrence, form=EvidenceForm())


@bp.get("/evidence/<uuid:evidence_id>/file")
@grants(Action.VIEW, Evidence)
def evidence_file(evidence: Evidence) -> ResponseReturnValue:
    if evidence.sha256 is None:
        raise NotFound
    return download(storage.get(evidence.sha256), evidence.file_name, evidence.media_type)


@bp.route("/occurrences/<uuid:occurrence_id>/not-required", methods=["GET", "POST"])
@grants(Action.MANAGE_PERIODS, Occurrence)
def not_required(occurrence: Occurrence) -> ResponseReturnValue:
    """«Не требуется» with its reason; with the mark set, the POST takes it back."""
    if request.method == "POST":
        if occurrence.not_required:
            service.mark_not_required(occurrence, "", posted_version(), current_user)
            return redirect_to("boards.occurrence", "Отметка снята.", occurrence_id=occurrence.id)
        form = NotRequiredForm(request.form)
        if form.validate():
            service.mark_not_required(occurrence, form.reason.data, posted_version(), current_user)
            return redirect_to("boards.occurrence", "Отмечено: не требуется.", occurrence_id=occurrence.id)
        return page("plan/not_required", 422, occurrence=occurrence, form=form)
    return page("plan/not_required", occurrence=occurrence, form=NotRequiredForm())


@bp.post("/measures/<uuid:measure_id>/periods/<period>/close")
@grants(Action.MANAGE_PERIODS, Measure)
def close_period(measure: Measure, period: str) -> ResponseReturnValue:
    service.close_period(measure, period, current_user)
    return _back_to_periods(measure, period, "Приём закрыт")


@bp.post("/measures/<uuid:measure_id>/periods/<period>/open")
@grants(Action.MANAGE_PERIODS, Measure)
def open_period(measure: Measure, period: str) -> ResponseReturnValue:
    service.open_period(measure, period, current_user)
    return _back_to_periods(measure, period, "Приём открыт")


def _back_to_periods(measure: Measure, period: str, done: str) -> ResponseReturnValue:
    message = f"{done}: мероприятие {measure.number}, {period_label(period)}."
    return redirect_to("boards.measure", message, measure_id=measure.id, year=period[:4])
