"""Filling a report step by step, sending it, and judging it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, grants
from roadmap.errors import Conflict, Invalid, NotFound
from roadmap.forms import Draft, ReportForm, add_row, draft_of, remove_row
from roadmap.plan.models import Occurrence
from roadmap.schools.queries import schools_of
from roadmap.submissions import queries, service
from roadmap.submissions.facts import facts_for
from roadmap.submissions.models import Submission
from roadmap.submissions.queries import QueueFilter, Shown
from roadmap.submissions.reading import changes, shown_report
from roadmap.submissions.workflow import EDITABLE
from roadmap.web import page, posted_version, redirect_to, see_other

bp = Blueprint("submissions", __name__)


@dataclass(frozen=True)
class StepLink:
    title: str
    url: str
    current: bool
    done: bool


@bp.post("/occurrences/<uuid:occurrence_id>/start")
@grants(Action.FILL, Occurrence)
def start(occurrence: Occurrence) -> ResponseReturnValue:
    submission = service.start(occurrence, current_user)
    return redirect_to("submissions.edit", submission_id=submission.id, step=first_step(submission))


@bp.get("/submissions/<uuid:submission_id>/edit/<step>")
@grants(Action.FILL, Submission)
def edit(submission: Submission, step: str) -> ResponseReturnValue:
    if submission.state not in EDITABLE:
        return redirect_to("submissions.show", submission_id=submission.id)
    form = service.current_form(submission)
    _require_step(form, step)
    return _step_page(submission, form, step, submission.version)


@bp.post("/submissions/<uuid:submission_id>/edit/<step>")
@grants(Action.FILL, Submission)
def save(submission: Submission, step: str) -> ResponseReturnValue:
    """Every button of a step saves what was typed. «Сохранить и далее» also checks the step: what is wrong is shown at
    its place (422), and the text is kept in the draft all the same."""
    version, form_class = posted_version(), service.form_class(submission)
    _require_step(form_class, step)
    draft = _with_rows(form_class.replace_step(submission.draft, step, draft_of(request.form)), request.form)
    form = form_class.from_draft(draft, facts_for(submission.occurrence))
    try:
        service.require_editable(submission, version)
    except Conflict:
        return _conflict_page(submission, form, step)
    going_on = not {"draft", "add_row", "remove_row"} & set(request.form)
    if going_on and not form.validate_step(step):
        kept = service.save_in_spite_of_errors(submission, draft, version, current_user)
        return _step_page(submission, form, step, kept, 422)
    service.save_draft(submission, draft, version, current_user)
    if going_on:
        return see_other(_next_step(submission, form, step))
    row = request.form.get("add_row") or request.form.get("remove_row", "").partition(":")[0]
    here = url_for("submissions.edit", submission_id=submission.id, step=step)
    return see_other(f"{here}#{row}" if row else here)


@bp.get("/submissions/<uuid:submission_id>/check")
@grants(Action.FILL, Submission)
def check(submission: Submission) -> ResponseReturnValue:
    """«Проверьте ответы»: everything at once, what is wrong with links to its step, and what may be done next."""
    form = service.current_form(submission)
    form.validate()
    return _check_page(submission, form)


@bp.post("/submissions/<uuid:submission_id>/hand-over")
@grants(Action.FILL, Submission)
def hand_over(submission: Submission) -> ResponseReturnValue:
    try:
        service.hand_over(submission, posted_version(), current_user)
    except Invalid:
        return _invalid(submission)
    return redirect_to("submissions.show", "Отчёт передан руководителю на подпись.", submission_id=submission.id)


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
    except Invalid:
        return _invalid(submission)
    message = f"Отчёт отправлен на проверку, версия {sent.number}."
    return redirect_to("submissions.show", message, submission_id=submission.id)


@bp.get("/submissions/<uuid:submission_id>")
@grants(Action.VIEW, Submission)
def show(submission: Submission) -> ResponseReturnValue:
    """What was sent, its history, and the decision for whoever may take it."""
    return _show_page(submission)


@bp.get("/queue")
@grants(Action.READ_SCHOOLS)
def queue() -> ResponseReturnValue:
    wanted = QueueFilter.from_query(request.args)
    rows, after = queries.queue(current_user.municipality_id, wanted, clock.today())
    return page(
        "submissions/queue",
        rows=rows,
        wanted=wanted,
        today=clock.today(),
        next_url=url_for("submissions.queue", **wanted.to_query(after=after)) if after else None,
        states=list(Shown),
        schools=schools_of(current_user.municipality_id),
        periods=queries.queue_periods(current_user.municipality_id),
        measures=queries.queue_measures(current_user.municipality_id),
    )


@bp.post("/submissions/<uuid:submission_id>/take")
@grants(Action.REVIEW, Submission)
def take(submission: Submission) -> ResponseReturnValue:
    service.take_for_review(submission, posted_version(), current_user)
    return redirect_to("submissions.show", submission_id=submission.id)


@bp.post("/submissions/<uuid:submission_id>/accept")
@grants(Action.REVIEW, Submission)
def accept(submission: Submission) -> ResponseReturnValue:
    try:
        service.accept(submission, posted_version(), current_user, request.form.get("reason", ""))
    except Invalid as refusal:
        return _show_page(submission, 422, accept_error=refusal.message, reason=request.form.get("reason", ""))
    return _onwards(submission, "Отчёт принят.")


@bp.post("/submissions/<uuid:submission_id>/return")
@grants(Action.REVIEW, Submission)
def send_back(submission: Submission) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        service.send_back(submission, posted_version(), current_user, reason)
    except Invalid as refusal:
        return _show_page(submission, 422, return_error=refusal.message, reason=reason)
    return _onwards(submission, "Отчёт возвращён школе.")


@bp.post("/submissions/<uuid:submission_id>/reopen")
@grants(Action.REOPEN, Submission)
def reopen(submission: Submission) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        service.reopen(submission, posted_version(), current_user, reason)
    except Invalid as refusal:
        return _show_page(submission, 422, return_error=refusal.message, reason=reason)
    return redirect_to("submissions.show", "Отчёт снова открыт для школы.", submission_id=submission.id)


def first_step(submission: Submission) -> str:
    return service.form_class(submission).STEPS[0].key


def _require_step(form: type[ReportForm] | ReportForm, step: str) -> None:
    if step not in {one.key for one in form.STEPS}:
        raise NotFound("Такого шага в отчёте нет.")


def _with_rows(draft: Draft, posted: Any) -> Draft:
    """The draft with a row more or less, where a row's button was pressed."""
    if "add_row" in posted:
        return add_row(draft, posted["add_row"])
    if "remove_row" in posted:
        field, _, uid = posted["remove_row"].partition(":")
        return remove_row(draft, field, uid)
    return draft


def _next_step(submission: Submission, form: ReportForm, step: str) -> str:
    keys = [one.key for one in form.STEPS]
    place = keys.index(step) + 1
    if place == len(keys):
        return url_for("submissions.check", submission_id=submission.id)
    return url_for("submissions.edit", submission_id=submission.id, step=keys[place])


def _steps(submission: Submission, form: ReportForm, current: str) -> list[StepLink]:
    """The steps, those without errors marked, and the check at the end."""
    whole = form.from_draft(submission.draft, form.facts)
    whole.validate()
    wrong = {problem.step for problem in whole.problems()}
    links = [
        StepLink(
            one.title,
            url_for("submissions.edit", submission_id=submission.id, step=one.key),
            one.key == current,
            one.key not in wrong,
        )
        for one in form.STEPS
    ]
    check_url = url_for("submissions.check", submission_id=submission.id)
    return [*links, StepLink("Проверка и отправка", check_url, current == "check", False)]


def _step_page(
    submission: Submission, form: ReportForm, step: str, version: int, status: int = 200, **extra: Any
) -> ResponseReturnValue:
    return page(
        "submissions/edit",
        status,
        submission=submission,
        form=form,
        step=form.step(step),
        steps=_steps(submission, form, step),
        version=version,
        previous=shown_previous(submission),
        **extra,
    )


def shown_previous(submission: Submission) -> dict[str, str]:
    """What each field said in the school's last accepted report, as text."""
    measure = service.declaration(submission.occurrence)
    answers = queries.previous_answers(submission.occurrence, measure)
    if answers is None or measure.form is None:
        return {}
    form = measure.form.from_answers(answers, {})
    return {field.name: field.shown() for field in form if hasattr(field, "shown") and field.raw_data}


def _conflict_page(submission: Submission, form: ReportForm, step: str) -> ResponseReturnValue:
    """Nothing is lost: the page keeps what was typed here, and shows what somebody else saved meanwhile."""
    theirs = changes(form.from_draft(submission.draft, form.facts), form, step)
    return _step_page(submission, form, step, submission.version, 409, conflict=theirs)


def _check_page(submission: Submission, form: ReportForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "submissions/check",
        status,
        submission=submission,
        form=form,
        problems=form.problems(),
        report=shown_report(form),
        steps=_steps(submission, form, "check"),
    )


def _invalid(submission: Submission) -> ResponseReturnValue:
    form = service.current_form(submission)
    form.validate()
    return _check_page(submission, form, 422)


def _show_page(submission: Submission, status: int = 200, **extra: Any) -> ResponseReturnValue:
    last = submission.last_version
    form = service.sent_form(submission, last) if last else None
    return page(
        "submissions/show",
        status,
        submission=submission,
        sent=last,
        report=shown_report(form) if form else None,
        differences=service.differences(submission),
        **extra,
    )


def _onwards(submission: Submission, message: str) -> ResponseReturnValue:
    """To the next report that waits, or back to the queue."""
    following = queries.next_waiting(submission)
    if following is None:
        return redirect_to("submissions.queue", f"{message} Очередь пуста.")
    return redirect_to("submissions.show", f"{message} Открыт следующий.", submission_id=following)
