"""Filling a report step by step, sending it, and judging it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, can, grants
from roadmap.errors import BadRequest, Conflict, Invalid, NotFound, WrongState
from roadmap.forms import Draft, ReportForm, add_row, draft_of, remove_row, rows_of
from roadmap.plan.models import Occurrence
from roadmap.plan.queries import reported
from roadmap.registers.service import note_list_read
from roadmap.schools.queries import schools_of
from roadmap.submissions import queue as waiting
from roadmap.submissions import service
from roadmap.submissions.forms import DecisionForm
from roadmap.submissions.models import State, Submission
from roadmap.submissions.pages import check_page, conflict_page, show_page, step_page
from roadmap.submissions.queue import Kind, QueueFilter, Shown
from roadmap.submissions.workflow import EDITABLE
from roadmap.web import page, posted_version, redirect_to, see_other

bp = Blueprint("submissions", __name__)

HANDED_OVER = "Отчёт передан руководителю на подпись."
STAYING = frozenset({"draft", "autosave", "add_row", "remove_row"})  # buttons that save without going on


@bp.post("/occurrences/<uuid:occurrence_id>/start")
@grants(Action.FILL, Occurrence)
def start(occurrence: Occurrence) -> ResponseReturnValue:
    submission = service.start(occurrence, current_user)
    return redirect_to("submissions.edit", submission_id=submission.id, step=first_step(submission))


@bp.post("/occurrences/<uuid:occurrence_id>/no-changes")
@grants(Action.FILL, Occurrence)
def report_unchanged(occurrence: Occurrence) -> ResponseReturnValue:
    """«Без изменений» in one click: a head sends it, a curator hands it over."""
    signs = can(current_user, Action.SIGN_OFF, occurrence)
    try:
        submission = service.report_unchanged(occurrence, current_user, signs)
    except Invalid:
        submission = service.start(occurrence, current_user)
        draft, step = service.unchanged_draft(submission), first_step(submission)
        form = service.form_of_draft(submission, draft)
        form.validate_step(step)
        return step_page(submission, draft, step, submission.version, 422, form=form)
    message = "Отчёт «Без изменений» отправлен на проверку." if signs else HANDED_OVER
    return redirect_to("submissions.show", message, submission_id=submission.id)


@bp.get("/submissions/<uuid:submission_id>/edit/<step>")
@grants(Action.FILL, Submission)
def edit(submission: Submission, step: str) -> ResponseReturnValue:
    _require_step(service.form_class(submission), step)
    if submission.state not in EDITABLE:
        return redirect_to(_reading(submission), submission_id=submission.id)
    return step_page(submission, submission.draft, step, submission.version)


@bp.post("/submissions/<uuid:submission_id>/edit/<step>")
@grants(Action.FILL, Submission)
def save(submission: Submission, step: str) -> ResponseReturnValue:
    """Every button of a step saves what was typed. «Сохранить и далее» also checks the step: what is wrong is shown at
    its place (422), and the text is kept in the draft all the same. A refusal (409) keeps it on the page."""
    version, form_class = posted_version(), service.form_class(submission)
    _require_step(form_class, step)
    draft = form_class.replace_step(submission.draft, step, draft_of(request.form))
    draft = _with_rows(draft, request.form, form_class.step(step).fields)
    autosave = "autosave" in request.form
    try:
        service.require_editable(submission, version)
    except Conflict:
        return conflict_page(submission, draft, step, autosave)
    except WrongState as refusal:
        return step_page(submission, draft, step, submission.version, 409, refusal=refusal.message)
    if not STAYING & set(request.form):
        form = service.form_of_draft(submission, draft)
        if not form.validate_step(step):
            kept = service.save_in_spite_of_errors(submission, draft, version, current_user)
            return step_page(submission, draft, step, kept, 422, form=form)
    service.save_draft(submission, draft, version, current_user)
    if autosave:
        return step_page(submission, draft, step, submission.version)
    return see_other(_after_saving(submission, step))


@bp.get("/submissions/<uuid:submission_id>/check")
@grants(Action.FILL, Submission)
def check(submission: Submission) -> ResponseReturnValue:
    """«Проверьте ответы»: everything at once, what is wrong with links to its step, and what may be done next."""
    if submission.state not in EDITABLE and submission.state != State.SIGN_OFF:
        return redirect_to("submissions.show", submission_id=submission.id)
    return check_page(submission)


@bp.post("/submissions/<uuid:submission_id>/hand-over")
@grants(Action.FILL, Submission)
def hand_over(submission: Submission) -> ResponseReturnValue:
    try:
        service.hand_over(submission, posted_version(), current_user)
    except (Invalid, Conflict, WrongState) as refusal:
        return _refused(submission, refusal)
    return redirect_to("submissions.show", HANDED_OVER, submission_id=submission.id)


@bp.post("/submissions/<uuid:submission_id>/take-back")
@grants(Action.FILL, Submission)
def take_back(submission: Submission) -> ResponseReturnValue:
    service.take_back(submission, posted_version(), current_user)
    return redirect_to("submissions.edit", submission_id=submission.id, step=first_step(submission))


@bp.post("/submissions/<uuid:submission_id>/submit")
@grants(Action.SIGN_OFF, Submission)
def submit(submission: Submission) -> ResponseReturnValue:
    try:
        sent = service.submit(submission, posted_version(), current_user)
    except (Invalid, Conflict, WrongState) as refusal:
        return _refused(submission, refusal)
    message = f"Отчёт отправлен на проверку, версия {sent.number}."
    return redirect_to("submissions.show", message, submission_id=submission.id)


@bp.get("/submissions/<uuid:submission_id>")
@grants(Action.VIEW, Submission)
def show(submission: Submission) -> ResponseReturnValue:
    """What was sent, its history, and the decision for whoever may take it; ``?version=2`` shows an earlier one."""
    number = request.args.get("version", "")
    if number and not (number.isdecimal() and number.isascii() and len(number) < 7):
        raise BadRequest("Номер версии – целое число. Выберите версию из списка.")
    return show_page(submission, int(number) if number else None)


@bp.get("/queue")
@grants(Action.READ_SCHOOLS)
def queue() -> ResponseReturnValue:
    wanted = QueueFilter.from_query(request.args)
    rows, after = waiting.queue(current_user.municipality_id, wanted, clock.today())
    if any(row.is_programme for row in rows):
        note_list_read(current_user, "queue")  # a programme is named by its pair
    choices = reported(current_user.municipality_id, clock.today())
    return page(
        "submissions/queue",
        rows=rows,
        wanted=wanted,
        today=clock.today(),
        next_url=url_for("submissions.queue", **wanted.to_query(after=after)) if after else None,
        states=list(Shown),
        kinds=list(Kind),
        schools=schools_of(current_user.municipality_id),
        periods=choices.periods,
        measures=choices.measures,
    )


@bp.post("/submissions/<uuid:submission_id>/take")
@grants(Action.REVIEW, Submission)
def take(submission: Submission) -> ResponseReturnValue:
    service.take_for_review(submission, posted_version(), current_user)
    return redirect_to("submissions.show", submission_id=submission.id)


@bp.post("/submissions/<uuid:submission_id>/accept")
@grants(Action.REVIEW, Submission)
def accept(submission: Submission) -> ResponseReturnValue:
    return _decide(submission, service.accept, "Отчёт принят.")


@bp.post("/submissions/<uuid:submission_id>/return")
@grants(Action.REVIEW, Submission)
def send_back(submission: Submission) -> ResponseReturnValue:
    return _decide(submission, service.send_back, "Отчёт возвращён школе.")


@bp.post("/submissions/<uuid:submission_id>/reopen")
@grants(Action.REOPEN, Submission)
def reopen(submission: Submission) -> ResponseReturnValue:
    return _decide(submission, service.reopen, "Отчёт снова открыт для школы.")


def first_step(submission: Submission) -> str:
    return service.form_class(submission).STEPS[0].key


def _decide(
    submission: Submission, decide: Callable[[Submission, int, Any, str], None], message: str
) -> ResponseReturnValue:
    """Takes a decision and leads to the next report that waits; a refusal keeps the typed reason on the page."""
    form, version = DecisionForm(request.form), posted_version()
    if not form.validate():
        return show_page(submission, status=422, form=form)
    try:
        decide(submission, version, current_user, form.text())
    except Invalid as refusal:
        form.reason.refuse(refusal.message)
        return show_page(submission, status=422, form=form)
    except (Conflict, WrongState) as refusal:
        return show_page(submission, status=409, form=form, refusal=refusal.message)
    following = waiting.next_waiting(submission)
    if following is None:
        return redirect_to("submissions.queue", f"{message} Больше отчётов в очереди нет.")
    return redirect_to("submissions.show", f"{message} Открыт следующий в очереди.", submission_id=following)


def _refused(submission: Submission, refusal: Invalid | Conflict | WrongState) -> ResponseReturnValue:
    """Why it was not sent: on the page to mend it, or, where it already went, on its receipt."""
    if submission.state not in EDITABLE and submission.state != State.SIGN_OFF:
        return show_page(submission, status=refusal.status, refusal=refusal.message)
    said = None if isinstance(refusal, Invalid) else refusal.message
    return check_page(submission, refusal.status, refusal=said)


def _reading(submission: Submission) -> str:
    return "submissions.check" if submission.state == State.SIGN_OFF else "submissions.show"


def _require_step(form: type[ReportForm], step: str) -> None:
    if step not in {one.key for one in form.STEPS}:
        raise NotFound("Такого шага в отчёте нет.")


def _with_rows(draft: Draft, posted: Any, fields: tuple[str, ...]) -> Draft:
    """The draft with a row more or less, where a row's button was pressed."""
    name, _, uid = (posted.get("add_row") or posted.get("remove_row") or "").partition(":")
    if not name:
        return draft
    if name not in fields:
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    return add_row(draft, name) if "add_row" in posted else remove_row(draft, name, uid)


def _after_saving(submission: Submission, step: str) -> str:
    """The next step, or the same one at the row that was added. The version makes the address a new one: a mere change
    of the anchor would not load the page."""
    keys = [one.key for one in service.form_class(submission).STEPS]
    if not STAYING & set(request.form):
        following = keys[keys.index(step) + 1 :]
        if not following:
            return url_for("submissions.check", submission_id=submission.id)
        return url_for("submissions.edit", submission_id=submission.id, step=following[0])
    anchor = request.form.get("remove_row", "").partition(":")[0] or None
    if added := request.form.get("add_row"):
        anchor = f"{added}-{len(rows_of(submission.draft, added)) - 1}"
    return url_for("submissions.edit", submission_id=submission.id, step=step, saved=submission.version, _anchor=anchor)
