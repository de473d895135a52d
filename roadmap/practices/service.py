"""A practice is drafted, submitted, scored by invited experts, and included in the registry or rejected."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from roadmap import clock, storage
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db, require_version
from roadmap.errors import Invalid, NotAllowed, WrongState
from roadmap.practices.models import Criterion, Practice, PracticeReview, PracticeState, RaopState
from roadmap.practices.queries import possible_experts, reviews_of
from roadmap.schools.models import School
from roadmap.uploads import Upload


class Step(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REWORK = "rework"
    INCLUDE = "include"
    REJECT = "reject"


# (state, step) → state: the whole life of a card.
STEPS: Mapping[tuple[PracticeState, Step], PracticeState] = {
    (PracticeState.DRAFT, Step.SUBMIT): PracticeState.SUBMITTED,
    (PracticeState.SUBMITTED, Step.WITHDRAW): PracticeState.DRAFT,
    (PracticeState.SUBMITTED, Step.INCLUDE): PracticeState.INCLUDED,
    (PracticeState.SUBMITTED, Step.REJECT): PracticeState.REJECTED,
    (PracticeState.REJECTED, Step.REWORK): PracticeState.DRAFT,
}

# What a draft may lack and a submitted card may not, with the words of the refusal.
NEEDED: Mapping[str, str] = {
    "audience": "целевая группа",
    "problem": "проблема",
    "aim": "цель",
    "description": "описание",
    "results": "результаты",
}


@dataclass(frozen=True)
class PracticeDetails:
    title: str
    authors: str
    form: str
    kind: str
    level: str
    audience: str = ""
    problem: str = ""
    aim: str = ""
    description: str = ""
    resources: str = ""
    results: str = ""
    replication: str = ""
    period_start: date | None = None
    period_end: date | None = None
    link: str = ""


def add(school: School, details: PracticeDetails, file: Upload | None, actor: Any) -> Practice:
    practice = Practice(municipality_id=school.municipality_id, school_id=school.id, state=PracticeState.DRAFT.value)
    _fill(practice, details, file)
    db.session.add(practice)
    db.session.flush()
    record(Verb.PRACTICE_SAVED, practice, actor)
    return practice


def change(practice: Practice, details: PracticeDetails, file: Upload | None, version: int, actor: Any) -> None:
    """Only a draft changes: experts and the registry keep what they read. Without ``file`` the stored one stays."""
    require_version(practice, version)
    require_draft(practice)
    _fill(practice, details, file)
    record(Verb.PRACTICE_SAVED, practice, actor)


def require_draft(practice: Practice) -> None:
    if practice.state != PracticeState.DRAFT:
        raise WrongState("Изменить можно только черновик. Отзовите практику или верните её на доработку.")


def missing(practice: Practice) -> list[str]:
    """What must be filled in before the card may be submitted."""
    return [words for name, words in NEEDED.items() if not getattr(practice, name)]


def submit(practice: Practice, version: int, actor: Any) -> None:
    """To the office, for a new round of scoring. Invalid names what is not filled in."""
    require_version(practice, version)
    if practice.state == PracticeState.DRAFT and (lacking := missing(practice)):
        raise Invalid(f"Заполните карточку: {', '.join(lacking)}.")
    _move(practice, Step.SUBMIT, Verb.PRACTICE_SUBMITTED, actor)
    practice.round += 1
    practice.submitted_at, practice.decided_at, practice.rejected_reason = clock.now(), None, ""


def withdraw(practice: Practice, version: int, actor: Any) -> None:
    """Back to the draft: a submitted card while no expert was invited, or a rejected one for rework."""
    require_version(practice, version)
    step = Step.REWORK if practice.state == PracticeState.REJECTED else Step.WITHDRAW
    if step is Step.WITHDRAW and reviews_of(practice):
        raise WrongState("Эксперты уже приглашены: отозвать практику нельзя. Напишите главному специалисту.")
    _move(practice, step, Verb.PRACTICE_WITHDRAWN, actor)


def include(practice: Practice, version: int, actor: Any) -> None:
    require_version(practice, version)
    _move(practice, Step.INCLUDE, Verb.PRACTICE_INCLUDED, actor)
    practice.decided_at = clock.now()


def reject(practice: Practice, reason: str, version: int, actor: Any) -> None:
    require_version(practice, version)
    if not reason:
        raise Invalid("Напишите, почему практика отклонена.")
    practice.rejected_reason = reason  # before the move: a rejected row without a reason is refused by the database
    _move(practice, Step.REJECT, Verb.PRACTICE_REJECTED, actor)
    practice.decided_at = clock.now()


def set_raop(practice: Practice, raop: RaopState, on: date | None, link: str, version: int, actor: Any) -> None:
    """Where the practice stands with РАОП; possible in every state, since it changes after the inclusion."""
    require_version(practice, version)
    if raop is not RaopState.NONE and on is None:
        raise Invalid("Укажите дату подачи или размещения.")
    if raop is RaopState.PLACED and not link:
        raise Invalid("Укажите адрес, по которому практика размещена.")
    practice.raop, practice.raop_link = raop.value, link if raop is not RaopState.NONE else ""
    practice.raop_on = on if raop is not RaopState.NONE else None
    record(Verb.PRACTICE_RAOP_SET, practice, actor, state=raop.value)


def invite(practice: Practice, expert_id: uuid.UUID, actor: Any) -> PracticeReview:
    """An expert for the present round: a methodist, a specialist or another school's head. Invalid for anybody else."""
    _require_submitted(practice)
    if expert_id not in {person.id for person in possible_experts(practice)}:
        raise Invalid("Этого человека нельзя пригласить: выберите эксперта из списка.")
    review = PracticeReview(
        municipality_id=practice.municipality_id,
        practice_id=practice.id,
        round=practice.round,
        expert_id=expert_id,
        invited_at=clock.now(),
    )
    db.session.add(review)
    db.session.flush()
    record(Verb.EXPERT_INVITED, review, actor, practice=str(practice.id), expert=str(expert_id))
    return review


def uninvite(review: PracticeReview, version: int, actor: Any) -> None:
    """WrongState once the scores are given."""
    require_version(review, version)
    _require_asked(review)
    if review.scored_at is not None:
        raise WrongState("Эксперт уже поставил баллы: отменить приглашение нельзя.")
    record(Verb.EXPERT_UNINVITED, review, actor, practice=str(review.practice_id), expert=str(review.expert_id))
    db.session.delete(review)


def score(review: PracticeReview, points: Mapping[Criterion, int], comment: str, version: int, actor: Any) -> None:
    """Five scores of 1–10 by the invited expert; they may be corrected until the decision."""
    require_version(review, version)
    _require_asked(review)
    if actor.id != review.expert_id or actor.school_id == review.practice.school_id:
        raise NotAllowed("Оценивает только приглашённый эксперт и только практику другой школы.")
    if set(points) != set(Criterion) or not all(1 <= value <= 10 for value in points.values()):
        raise Invalid("Поставьте от 1 до 10 баллов по каждому из пяти критериев.")
    for criterion, value in points.items():
        setattr(review, criterion.value, value)
    review.comment, review.scored_at = comment, clock.now()
    record(Verb.PRACTICE_SCORED, review, actor, practice=str(review.practice_id))


def _require_submitted(practice: Practice) -> None:
    if practice.state != PracticeState.SUBMITTED:
        raise WrongState("Практика сейчас не на рассмотрении.")


def _require_asked(review: PracticeReview) -> None:
    _require_submitted(review.practice)
    if review.round != review.practice.round:
        raise WrongState("Эта оценка относится к прежней редакции карточки.")


def _move(practice: Practice, step: Step, verb: Verb, actor: Any) -> None:
    """The only writer of the state."""
    state = STEPS.get((PracticeState(practice.state), step))
    if state is None:
        raise WrongState(f"Сейчас практика в состоянии «{practice.state_label.label}»: это действие недоступно.")
    practice.state = state.value
    record(verb, practice, actor, round=practice.round)


def _fill(practice: Practice, details: PracticeDetails, file: Upload | None) -> None:
    stored = storage.put(file.content) if file is not None else None  # first: it flushes
    for name, value in vars(details).items():
        setattr(practice, name, value)
    if file is not None:
        practice.sha256, practice.file_name, practice.media_type = stored, file.name, file.media_type
    practice.saved_at = clock.now()
