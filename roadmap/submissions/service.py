"""Filling, sending and judging a report."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from roadmap import clock
from roadmap.access import Role
from roadmap.accounts.models import User
from roadmap.audit.models import Verb
from roadmap.audit.service import digest, record
from roadmap.catalogue.base import Measure
from roadmap.database import after_rollback, db, new_id, require_version
from roadmap.errors import Invalid, NotAllowed, NotFound, WrongState
from roadmap.forms import Draft, Facts, ReportForm
from roadmap.plan.calendar import add_working_days
from roadmap.plan.models import Occurrence
from roadmap.plan.queries import form_of
from roadmap.plan.service import require_open
from roadmap.schools.queries import settings
from roadmap.submissions.facts import facts_for
from roadmap.submissions.models import State, Submission, SubmissionVersion
from roadmap.submissions.queries import previous_answers
from roadmap.submissions.reading import Changed, changes
from roadmap.submissions.workflow import EDITABLE, REFUSALS, lock, move, note

REASON_LIMIT = 4000


def declaration(occurrence: Occurrence) -> Measure:
    """The catalogue's measure with a form; NotFound where an occurrence is fulfilled by evidence alone."""
    measure = form_of(occurrence)
    if measure is None or measure.form is None:
        raise NotFound("Для этого мероприятия отчёт по форме не предусмотрен: приложите подтверждение.")
    return measure


def form_class(submission: Submission) -> type[ReportForm]:
    form = declaration(submission.occurrence).form
    assert form is not None
    return form


def start(occurrence: Occurrence, actor: Any) -> Submission:
    """The school's report for an occurrence, begun if need be and prefilled from its last accepted one."""
    db.session.refresh(occurrence, with_for_update=True)  # two clicks at once begin one report
    require_open(occurrence)
    measure = declaration(occurrence)
    if occurrence.school_id is None:
        raise NotFound
    found = db.session.scalar(
        select(Submission).where(
            Submission.municipality_id == occurrence.municipality_id, Submission.occurrence_id == occurrence.id
        )
    )
    if found is not None:
        return found
    before = previous_answers(occurrence, measure)
    form = measure.form
    assert form is not None
    draft = measure.prefill(dict(before)) if measure.prefill and before is not None else {}
    facts = facts_for(occurrence)
    counted = (facts.get("register") or {}).get("counts", {}) | (facts.get("surveys") or {})
    submission = Submission(
        id=new_id(),
        municipality_id=occurrence.municipality_id,
        school_id=occurrence.school_id,
        occurrence_id=occurrence.id,
        draft=draft | form.to_draft(counted),
        form_version=form.VERSION,
        saved_at=clock.now(),
        saved_by_id=actor.id if actor is not None else None,
    )
    db.session.add(submission)
    db.session.flush()
    note(submission, Verb.DRAFT_STARTED, actor)
    return submission


def require_editable(submission: Submission, version: int) -> None:
    """WrongState once it is sent or the period is closed, Conflict if ``version`` is stale."""
    lock(submission)
    if State(submission.state) not in EDITABLE:
        raise WrongState(REFUSALS[State(submission.state)])
    require_open(submission.occurrence)
    require_version(submission, version)


def save_draft(submission: Submission, draft: Draft, version: int, actor: Any) -> None:
    """Keeps the raw text as typed, valid or not. Refusals as of ``require_editable``."""
    require_editable(submission, version)
    form_version = form_class(submission).VERSION  # asked first: a query in between would count the version twice
    submission.draft = draft
    submission.saved_at = clock.now()
    submission.saved_by_id = actor.id if actor is not None else None
    submission.form_version = form_version
    flag_modified(submission, "draft")  # saving the same text twice is a saving all the same
    db.session.flush()
    # In the journal only: the timeline of a report is not a list of its savings.
    record(Verb.DRAFT_SAVED, submission, actor, after=digest(submission.draft))


def save_in_spite_of_errors(submission: Submission, draft: Draft, version: int, actor: Any) -> int:
    """Keeps the text of a step that is answered 422; returns the version that the page then carries."""
    submission_id, actor_id = submission.id, actor.id

    def write() -> None:
        save_draft(db.session.get_one(Submission, submission_id), draft, version, db.session.get_one(User, actor_id))

    after_rollback(write)
    return version + 1


def current_form(submission: Submission) -> ReportForm:
    """The draft as a form, with today's facts."""
    return form_of_draft(submission, submission.draft)


def form_of_draft(submission: Submission, draft: Draft, facts: Facts | None = None) -> ReportForm:
    """Any draft of this report as a form, with today's facts unless they were already gathered."""
    known = facts_for(submission.occurrence) if facts is None else facts
    return form_class(submission).from_draft(draft, known)


def sent_form(submission: Submission, sent: SubmissionVersion) -> ReportForm:
    """A submitted version as a form, with the facts frozen beside it."""
    measure = declaration(submission.occurrence)
    assert measure.form is not None
    return measure.form.from_answers(measure.upgrade(sent.answers, sent.form_version), sent.facts)


def differences(submission: Submission, sent: SubmissionVersion) -> list[Changed]:
    """What a submitted version changed against the one before it."""
    before = next((one for one in submission.versions if one.number == sent.number - 1), None)
    return changes(sent_form(submission, before), sent_form(submission, sent)) if before else []


def unsent_changes(submission: Submission, form: ReportForm) -> list[Changed]:
    """What the draft changes against the last submitted version."""
    last = submission.last_version
    return changes(sent_form(submission, last), form) if last else []


def hand_over(submission: Submission, version: int, actor: Any) -> ReportForm:
    """The curator's part is done: to the head for sign-off. Invalid answers raise Invalid; see ``current_form``."""
    require_open(submission.occurrence)
    lock(submission)
    form = current_form(submission)
    if State(submission.state) in EDITABLE:
        require_version(submission, version)
        _require_valid(form)
    move(submission, Verb.HANDED_OVER, version, actor)
    return form


def unchanged_draft(submission: Submission) -> Draft:
    """The draft with «без изменений» marked in it."""
    return submission.draft | (declaration(submission.occurrence).unchanged or {})


def report_unchanged(occurrence: Occurrence, actor: Any, signs: bool) -> Submission:
    """«Без изменений» in one click: the report says so and is sent at once, or handed over where ``signs`` is False.

    Nothing that was typed before is dropped: where the draft says otherwise, Invalid. NotFound for other measures.
    """
    if declaration(occurrence).unchanged is None:
        raise NotFound("В этом отчёте нет отметки «Без изменений»: заполните его по шагам.")
    submission = start(occurrence, actor)
    require_editable(submission, submission.version)
    draft = unchanged_draft(submission)
    _require_valid(form_of_draft(submission, draft))
    save_draft(submission, draft, submission.version, actor)
    (submit if signs else hand_over)(submission, submission.version, actor)
    return submission


def take_back(submission: Submission, version: int, actor: Any) -> None:
    """Back into the draft for corrections before sending."""
    move(submission, Verb.TAKEN_BACK, version, actor)


def submit(submission: Submission, version: int, actor: Any) -> SubmissionVersion:
    """The head's sign-off: freezes answers and facts as the next version and puts it into the queue."""
    require_open(submission.occurrence)
    lock(submission)
    form = current_form(submission)
    if State(submission.state) in EDITABLE | {State.SIGN_OFF}:
        require_version(submission, version)
        _require_valid(form)
    number, now = submission.number + 1, clock.now()
    answers = form.answers() if not form.errors else {}
    move(submission, Verb.SUBMITTED, version, actor, number=number, after=digest(answers))
    days = settings(submission.municipality_id, clock.today())["review_working_days"]
    submission.number, submission.sent_at = number, now
    submission.sent_by_id = actor.id if actor is not None else None
    submission.first_sent_at = submission.first_sent_at or now
    submission.check_by, submission.return_by = add_working_days(clock.today(), days), None
    sent = SubmissionVersion(
        submission_id=submission.id,
        number=number,
        form_version=form.VERSION,
        answers=answers,
        facts=dict(form.facts),
        sent_at=now,
        sent_by_id=submission.sent_by_id,
    )
    db.session.add(sent)
    db.session.flush()
    return sent


def take_for_review(submission: Submission, version: int, actor: Any) -> None:
    """Tells others that somebody is reading it."""
    _require_other_person(submission, actor)
    move(submission, Verb.REVIEW_STARTED, version, actor)


def accept(submission: Submission, version: int, actor: Any, reason: str = "") -> None:
    """Only accepted answers feed documents. A specialist who judges in the methodist's place gives a reason."""
    _require_other_person(submission, actor)
    if actor is not None and Role.METHODIST not in actor.roles and not reason.strip():
        raise Invalid("Отчёты принимает методист ИМО. Если принимаете вы, напишите почему.")
    move(submission, Verb.ACCEPTED, version, actor, comment=reason.strip())
    submission.accepted_at, submission.check_by = clock.now(), None
    _decide(submission, State.ACCEPTED, actor, reason)


def send_back(submission: Submission, version: int, actor: Any, reason: str) -> None:
    """Return for rework; without a reason it is refused. The school has some working days (rules.md 1)."""
    _require_other_person(submission, actor)
    reason = _required_reason(reason)
    move(submission, Verb.RETURNED, version, actor, comment=reason)
    _give_time(submission)
    _decide(submission, State.RETURNED, actor, reason)


def reopen(submission: Submission, version: int, actor: Any, reason: str) -> None:
    """An accepted report goes back to the school, with a reason; its accepted version stays on record."""
    reason = _required_reason(reason)
    move(submission, Verb.REOPENED, version, actor, comment=reason)
    submission.accepted_at = None
    _give_time(submission)
    _decide(submission, State.RETURNED, actor, reason)


def _give_time(submission: Submission) -> None:
    days = settings(submission.municipality_id, clock.today())["return_working_days"]
    submission.return_by, submission.check_by = add_working_days(clock.today(), days), None


def _decide(submission: Submission, decision: State, actor: Any, reason: str) -> None:
    db.session.flush()
    sent = submission.last_version
    if sent is None:
        raise WrongState(REFUSALS[State.DRAFT])
    sent.decision, sent.decided_at, sent.reason = decision.value, clock.now(), reason.strip()
    sent.decided_by_id = actor.id if actor is not None else None


def _required_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Invalid("Напишите, что исправить: без причины вернуть нельзя.")
    if len(reason) > REASON_LIMIT:
        raise Invalid(f"Причина длиннее {REASON_LIMIT} знаков: сократите её на {len(reason) - REASON_LIMIT}.")
    return reason


def _require_valid(form: ReportForm) -> None:
    if not form.validate():
        raise Invalid("В отчёте есть ошибки: исправьте их и отправьте снова.")


def _require_other_person(submission: Submission, actor: Any) -> None:
    """Submitter and reviewer are two people (dossier §10.1)."""
    if actor is not None and submission.sent_by_id == actor.id:
        raise NotAllowed("Нельзя проверять отчёт, который вы отправили сами.")
