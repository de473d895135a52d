"""A personal programme from a draft to its results. Every change goes through ``registers.history.changed``."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from roadmap import clock
from roadmap.audit.models import Verb
from roadmap.database import db, new_id, require_version
from roadmap.errors import Invalid, WrongState
from roadmap.forms import Answers, Draft, add_row, rows_of
from roadmap.programmes import review
from roadmap.programmes.forms import ProgrammeForm, ProgressForm
from roadmap.programmes.models import Programme
from roadmap.registers.history import changed
from roadmap.registers.models import Mentorship
from roadmap.registers.pairing import approval_obstacles
from roadmap.registers.words import MentorshipState, ProgrammeState

UNDER_WAY = review.RETURNABLE
OPEN = (ProgrammeState.DRAFT, *UNDER_WAY)


def add_programme(mentorship: Mentorship, actor: Any = None) -> Programme:
    """A draft, prefilled from the pair: its term (or to the end of May) and the mentee's request.

    WrongState if the pair has ended or another programme of it is still open.
    """
    if mentorship.state not in (MentorshipState.DRAFT, MentorshipState.APPROVED):
        raise WrongState("Пара завершена: новую программу для неё составить нельзя.")
    db.session.refresh(mentorship, with_for_update=True)  # two clicks at once make one programme
    busy = select(Programme.id).where(
        Programme.school_id == mentorship.school_id,
        Programme.mentorship_id == mentorship.id,
        Programme.state.in_([state.value for state in OPEN]),
    )
    if db.session.scalar(busy.limit(1)) is not None:
        raise WrongState("У пары уже есть действующая программа. Завершите её, прежде чем составлять новую.")
    first, last = mentorship.starts_on, mentorship.ends_on or _end_of_year(mentorship.starts_on)
    cards = [member.participant.mentee for member in mentorship.members]
    request = "\n".join(card.request for card in cards if card is not None and card.request)[:2000]
    answers = {"starts_on": first.isoformat(), "ends_on": last.isoformat(), "request": request}
    programme = Programme(
        id=new_id(),
        municipality_id=mentorship.municipality_id,
        school_id=mentorship.school_id,
        mentorship_id=mentorship.id,
        starts_on=first,
        ends_on=last,
        plan_draft=ProgrammeForm.to_draft(answers),
        plan_answers=answers,
        progress_draft={},
        progress_answers={},
        reason="",
        created_at=clock.now(),
    )
    db.session.add(programme)
    changed(Verb.PROGRAMME_SAVED, programme, actor)
    return programme


def plan_form(programme: Programme, draft: Draft | None = None) -> ProgrammeForm:
    """The plan as typed, validated against the pair's term."""
    typed = programme.plan_draft if draft is None else draft
    dates = ProgrammeForm.from_draft(typed, {})
    pair = programme.mentorship
    first, last = dates.starts_on.data or programme.starts_on, dates.ends_on.data or programme.ends_on
    facts = {
        "first_day": first.isoformat(),
        "last_day": max(last, programme.extended_to_on or last).isoformat(),
        "pair_starts": pair.starts_on.isoformat(),
        "pair_ends": pair.ends_on.isoformat() if pair.ends_on else None,
    }
    form = ProgrammeForm.from_draft(typed, facts)
    form.validate()
    return form


def progress_form(programme: Programme, draft: Draft | None = None) -> ProgressForm:
    """Marks, meetings and results as typed, validated; each event of the plan has its row of marks."""
    typed = with_marks(programme, programme.progress_draft if draft is None else draft)
    facts = {"first_day": programme.starts_on.isoformat(), "today": clock.today().isoformat()}
    form = ProgressForm.from_draft(typed, facts)
    form.validate()
    return form


def with_marks(programme: Programme, draft: Draft) -> Draft:
    """A row of marks for each event of the plan, known by the event's uid."""
    known = set(rows_of(draft, "marks").values())
    for event in programme.plan_answers.get("plan") or ():
        if event["uid"] not in known:
            draft = add_row(draft, "marks", event["uid"])
    return draft


def save_plan(programme: Programme, draft: Draft, version: int, actor: Any = None) -> ProgrammeForm:
    """Keeps the text as typed, right or wrong, while the programme is a draft; the form says what is wrong."""
    require_version(programme, version)
    if programme.state != ProgrammeState.DRAFT:
        raise WrongState("Программа утверждена: план изменить нельзя. Её можно вернуть в проект, пока она не начата.")
    form = plan_form(programme, draft)
    programme.plan_draft, programme.plan_answers = draft, form.answers()
    first, last = form.starts_on.data, form.ends_on.data
    if first and last and first <= last:
        programme.starts_on, programme.ends_on = first, last
    programme.version += 1
    changed(Verb.PROGRAMME_SAVED, programme, actor)
    return form


def replace_plan(programme: Programme, answers: Answers, version: int, actor: Any = None) -> ProgrammeForm:
    """For imports: typed answers instead of typed text."""
    return save_plan(programme, ProgrammeForm.to_draft(answers), version, actor)


def save_progress(programme: Programme, draft: Draft, version: int, actor: Any = None) -> ProgressForm:
    """Keeps marks, meetings and results as typed; the first saving after the approval starts the programme."""
    require_version(programme, version)
    if programme.state not in UNDER_WAY:
        raise WrongState("Отмечать выполнение можно только в утверждённой программе, пока она не завершена.")
    form = progress_form(programme, draft)
    programme.progress_draft, programme.progress_answers = draft, form.answers()
    if programme.state == ProgrammeState.APPROVED and form.answers()["meetings"]:
        programme.state = ProgrammeState.RUNNING.value
    programme.version += 1
    changed(Verb.PROGRAMME_SAVED, programme, actor)
    return form


def obstacles(programme: Programme) -> list[str]:
    """What stands between a draft and its approval: the plan's mistakes, the pair's state, missing consents."""
    problems = [f"{problem.label}: {problem.sentence}." for problem in plan_form(programme).problems()]
    if programme.mentorship.state == MentorshipState.DRAFT:
        problems.append("Пара ещё не утверждена приказом. Сначала утвердите её.")
    elif programme.mentorship.state != MentorshipState.APPROVED:
        problems.append("Пара уже завершена.")
    else:
        problems += [finding.message for finding in approval_obstacles(programme.mentorship)]
    return problems


def approve(programme: Programme, version: int, actor: Any = None) -> None:
    """By the head of the school; then the methodist reviews it. Invalid with all that stands in the way.

    One that came back when it was under way goes on from where it stood.
    """
    require_version(programme, version)
    _require(programme, (ProgrammeState.DRAFT,), "Программа уже утверждена.")
    if problems := obstacles(programme):
        raise Invalid(" ".join(problems))
    review.put_forward(programme, actor)
    programme.approved_on = clock.today()
    programme.approved_by_id = actor.id if actor is not None else None
    begun = ProgrammeState.RUNNING if programme.progress_answers.get("meetings") else ProgrammeState.APPROVED
    _move(programme, ProgrammeState.EXTENDED if programme.extended_to_on else begun, actor)


def back_to_draft(programme: Programme, version: int, actor: Any = None) -> None:
    """Only before the work has begun; the methodist need not review it then."""
    require_version(programme, version)
    _require(programme, (ProgrammeState.APPROVED,), "Вернуть в проект можно только утверждённую и ещё не начатую.")
    review.withdraw(programme, actor)
    programme.approved_on = programme.approved_by_id = None
    _move(programme, ProgrammeState.DRAFT, actor)


def start(programme: Programme, version: int, actor: Any = None) -> None:
    require_version(programme, version)
    _require(programme, (ProgrammeState.APPROVED,), "Начать можно только утверждённую программу.")
    if clock.today() < programme.starts_on:
        raise Invalid("Срок программы ещё не наступил.")
    _move(programme, ProgrammeState.RUNNING, actor)


def extend(programme: Programme, to: date, reason: str, version: int, actor: Any = None) -> None:
    """Invalid unless ``to`` is later than the present end and within the pair's term."""
    require_version(programme, version)
    _require(programme, UNDER_WAY[1:], "Продлить можно только программу, которая реализуется.")
    if to <= programme.last_day:
        raise Invalid("Новая дата должна быть позже нынешнего окончания.")
    pair = programme.mentorship
    if pair.ends_on is not None and to > pair.ends_on:
        raise Invalid(f"Пара работает до {pair.ends_on:%d.%m.%Y}. Сначала продлите пару.")
    programme.extended_to_on, programme.reason = to, reason
    _move(programme, ProgrammeState.EXTENDED, actor)


def complete(programme: Programme, on: date, version: int, actor: Any = None) -> None:
    """With the final conclusion written down."""
    require_version(programme, version)
    _require(programme, UNDER_WAY[1:], "Завершить можно только программу, которая реализуется.")
    _require_day(programme, on)
    if not programme.progress_answers.get("final"):
        raise Invalid("Сначала запишите итоговый вывод в разделе «Ход и результаты».")
    programme.ended_on = on
    _move(programme, ProgrammeState.COMPLETED, actor)


def stop(programme: Programme, on: date, reason: str, version: int, actor: Any = None) -> None:
    require_version(programme, version)
    _require(programme, UNDER_WAY, "Прекратить досрочно можно только утверждённую программу.")
    _require_day(programme, on)
    programme.ended_on, programme.reason = on, reason
    _move(programme, ProgrammeState.STOPPED, actor)


def _require(programme: Programme, states: tuple[ProgrammeState, ...], refusal: str) -> None:
    if programme.state not in states:
        raise WrongState(refusal)


def _require_day(programme: Programme, on: date) -> None:
    if on < programme.starts_on:
        raise Invalid("Дата раньше начала программы.")
    if on > clock.today():
        raise Invalid("Эта дата ещё не наступила.")


def _move(programme: Programme, state: ProgrammeState, actor: Any) -> None:
    programme.state = state.value
    changed(Verb.PROGRAMME_MOVED, programme, actor, state=state.value)


def _end_of_year(day: date) -> date:
    """31 May of the school year that a day belongs to, or 31 August if it is later than that."""
    last = date(day.year + (day.month >= 9), 5, 31)
    return last if last > day else date(day.year, 8, 31)
