"""What the pages of a report show: each function gathers a page's context and answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from roadmap import clock
from roadmap.audit.models import Verb
from roadmap.errors import NotFound
from roadmap.forms import Draft, Entry, ReportForm, Rows
from roadmap.language import moment
from roadmap.submissions import queries, service
from roadmap.submissions.facts import card_year
from roadmap.submissions.forms import DecisionForm
from roadmap.submissions.models import State, Submission, SubmissionVersion
from roadmap.submissions.reading import changes, shown_report
from roadmap.submissions.workflow import EDITABLE, may
from roadmap.web import page

CHECK = "check"


@dataclass(frozen=True)
class StepLink:
    title: str
    url: str
    current: bool
    done: bool


@dataclass(frozen=True)
class Happened:
    """A line of the timeline."""

    title: str
    when_text: str
    actor: str
    text: str


def step_page(
    submission: Submission, draft: Draft, step: str, version: int, status: int = 200, **extra: Any
) -> ResponseReturnValue:
    """The step with ``draft`` in it; ``form`` in ``extra`` is the same draft already validated."""
    form = extra.pop("form", None) or service.form_of_draft(submission, draft)
    context = {
        "form": form,
        "step": form.step(step),
        "steps": _steps(submission, service.form_of_draft(submission, draft, form.facts), step),
        "version": version,
        "previous": shown_previous(submission),
        "known": form.known(step),
        "card_year": card_year(submission.occurrence.period_end),
        "saved": saved_words(submission),
        "remark": last_remark(submission),
        "next_date_passed": _passed(submission.return_by),
        "offers_unchanged": _offers_unchanged(submission, form, step),
    }
    return page("submissions/edit", status, submission=submission, **(context | extra))


def conflict_page(submission: Submission, draft: Draft, step: str, autosave: bool) -> ResponseReturnValue:
    """Nothing is lost: the page keeps what was typed here, and shows what somebody else saved meanwhile.

    An autosave gets no new version: only one who has seen the difference may save over it.
    """
    form = service.form_of_draft(submission, draft)
    theirs = changes(service.form_of_draft(submission, submission.draft, form.facts), form, step)
    return step_page(
        submission, draft, step, submission.version, 409, form=form, conflict=theirs, keep_version=autosave
    )


def check_page(submission: Submission, status: int = 200, **extra: Any) -> ResponseReturnValue:
    form = service.current_form(submission)
    form.validate()
    context = {
        "form": form,
        "problems": form.problems(),
        "warnings": form.warnings(),
        "report": shown_report(form),
        "previous": shown_previous(submission),
        "differences": service.unsent_changes(submission, form),
        "steps": _steps(submission, form, CHECK),
        "remark": last_remark(submission),
        "next_date_passed": _passed(submission.return_by),
        "editable": submission.state in EDITABLE,
    }
    return page("submissions/check", status, submission=submission, **(context | extra))


def show_page(
    submission: Submission, number: int | None = None, status: int = 200, **extra: Any
) -> ResponseReturnValue:
    """What was sent (``number``: which version, by default the last), its history and the decision."""
    sent = _version(submission, number)
    form = service.sent_form(submission, sent) if sent else None
    if form:
        form.validate()
    context = {
        "sent": sent,
        "report": shown_report(form) if form else [],
        "warnings": form.warnings() if form else [],
        "previous": shown_previous(submission),
        "differences": service.differences(submission, sent) if sent else [],
        "timeline": _timeline(submission),
        "days_late": days_late(submission),
        "next_date_passed": _passed(submission.check_by or submission.return_by),
        "form": DecisionForm(),
        "decidable": may(submission, Verb.ACCEPTED),
    }
    return page("submissions/show", status, submission=submission, **(context | extra))


def shown_previous(submission: Submission) -> dict[str, str]:
    """What each field said in the school's last accepted report, as text."""
    measure = service.declaration(submission.occurrence)
    answers = queries.previous_answers(submission.occurrence, measure)
    if answers is None or measure.form is None:
        return {}
    form = measure.form.from_answers(answers, {})
    return {field.name: field.shown() for field in form if isinstance(field, Entry) and not field.blank}


def saved_words(submission: Submission) -> str:
    """«в 14:32» for today, else «02.06.2026, 14:32»."""
    at, today = clock.local(submission.saved_at), clock.today()
    return f"в {at:%H:%M}" if at.date() == today else moment(at, today)


def last_remark(submission: Submission) -> SubmissionVersion | None:
    """The version that came back, while it waits for its correction: its reason stands on top of every step."""
    last = submission.last_version
    unsent = submission.state in EDITABLE or submission.state == State.SIGN_OFF
    return last if last is not None and unsent and last.decision == State.RETURNED else None


def days_late(submission: Submission) -> int:
    """Calendar days between the due date and the first sending; 0 when in time (rules.md 1)."""
    if submission.first_sent_at is None:
        return 0
    return max(0, (clock.local(submission.first_sent_at).date() - submission.occurrence.due).days)


def _passed(day: date | None) -> bool:
    return day is not None and day < clock.today()


def _version(submission: Submission, number: int | None) -> SubmissionVersion | None:
    if number is None:
        return submission.last_version
    found = next((one for one in submission.versions if one.number == number), None)
    if found is None:
        raise NotFound("Такой версии у отчёта нет.")
    return found


def _steps(submission: Submission, form: ReportForm, current: str) -> list[StepLink]:
    """The steps, those filled without errors marked, and the check at the end. Validates ``form``."""
    form.validate()
    wrong = {problem.step for problem in form.problems()}
    links = [
        StepLink(
            one.title,
            url_for("submissions.edit", submission_id=submission.id, step=one.key),
            one.key == current,
            one.key not in wrong and not _blank(form, one.fields),
        )
        for one in form.STEPS
    ]
    check_url = url_for("submissions.check", submission_id=submission.id)
    return [*links, StepLink("Проверка и отправка", check_url, current == CHECK, False)]


def _blank(form: ReportForm, names: Iterable[str]) -> bool:
    return all(field.blank for field in map(form.__getitem__, names) if isinstance(field, Entry | Rows))


def _offers_unchanged(submission: Submission, form: ReportForm, step: str) -> bool:
    """«Без изменений» in one click: on the first step of an empty report that knows it."""
    if service.declaration(submission.occurrence).unchanged is None or step != form.STEPS[0].key:
        return False
    return submission.number == 0 and _blank(form, [field.name for field in form])


def _timeline(submission: Submission) -> list[Happened]:
    return [
        Happened(
            Verb(event.verb).label.capitalize() + (f", версия {event.number}" if event.number else ""),
            moment(clock.local(event.at), clock.today()),
            event.actor.short_name if event.actor else "",
            event.comment,
        )
        for event in reversed(submission.events)
    ]
