"""Pairs and groups: making, approving by order, and ending them, with the rules explained where they bite."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from roadmap import clock
from roadmap.audit.models import Verb
from roadmap.database import db, new_id, require_version
from roadmap.errors import Invalid, WrongState
from roadmap.registers.findings import Finding, Limits, approval_findings, load_finding, mentorship_findings
from roadmap.registers.history import changed
from roadmap.registers.models import Mentorship, MentorshipMember, Participant
from roadmap.registers.queries import limits_of, living_register
from roadmap.registers.register import Member, Register
from roadmap.registers.register import Mentorship as MentorshipFacts
from roadmap.registers.words import MentoringKind, MentorshipState
from roadmap.schools.models import School

OPEN = (MentorshipState.DRAFT.value, MentorshipState.APPROVED.value)


class Contradiction(Invalid):
    """What stands in the way, each with its sentence and the form's field where it bites."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(" ".join(finding.message for finding in found))
        self.findings = tuple(found)


@dataclass(frozen=True)
class MentorshipDetails:
    """``mentee_ids`` in the order in which they were named."""

    mentor_id: uuid.UUID
    mentee_ids: tuple[uuid.UUID, ...]
    form: str
    kind: MentoringKind
    starts_on: date
    ends_on: date | None = None
    name: str = ""
    role_variant: str = ""
    order_number: str = ""
    order_on: date | None = None


def add_mentorship(school: School, details: MentorshipDetails, actor: Any = None) -> Mentorship:
    """A draft of a pair or group. Contradiction where a rule forbids it; see ``warnings`` for what only looks odd."""
    mentorship = Mentorship(
        id=new_id(),
        municipality_id=school.municipality_id,
        school_id=school.id,
        state=MentorshipState.DRAFT.value,
        reason="",
        result="",
        created_at=clock.now(),
    )
    _refuse(_contradictions(mentorship, details, school))
    db.session.add(mentorship)
    _fill(mentorship, details)
    changed(Verb.MENTORSHIP_SAVED, mentorship, actor)
    return mentorship


def change_mentorship(mentorship: Mentorship, details: MentorshipDetails, version: int, actor: Any = None) -> None:
    """Conflict if it was changed since ``version``; WrongState once it has ended; Contradiction as in ``add``.

    An approved pair stays approved, so all that approval asks for is asked again.
    """
    require_version(mentorship, version)
    _require_open(mentorship)
    _refuse(_contradictions(mentorship, details, mentorship.school))
    _fill(mentorship, details)
    mentorship.version += 1
    changed(Verb.MENTORSHIP_SAVED, mentorship, actor)


def approve_mentorship(mentorship: Mentorship, version: int, actor: Any = None) -> None:
    """By the order's number and date, with valid consents of everybody (dossier §8.3)."""
    require_version(mentorship, version)
    if mentorship.state != MentorshipState.DRAFT:
        raise WrongState("Эта пара уже не проект: обновите страницу.")
    _lock(mentorship.mentor_id)
    _refuse(approval_obstacles(mentorship))
    mentorship.state = MentorshipState.APPROVED.value
    changed(Verb.MENTORSHIP_APPROVED, mentorship, actor, number=mentorship.order_number)


def approval_obstacles(mentorship: Mentorship) -> list[Finding]:
    """What stands between a draft and its approval today; an empty list means that it may be approved."""
    school, today = mentorship.school, clock.today()
    register = _around(school, [mentorship.mentor_id, *(m.participant_id for m in mentorship.members)])
    limits = limits_of(school.municipality_id, today)
    found = approval_findings(mentorship.facts(), register, today, limits)
    over = load_finding(register, mentorship.facts(), limits)
    return [finding for finding in [*found, *([over] if over else [])] if finding.blocking]


def end_mentorship(
    mentorship: Mentorship, on: date, *, result: str = "", reason: str = "", version: int, actor: Any = None
) -> None:
    """Completed, or with a ``reason`` stopped early. Invalid if it would end before it began or in the future."""
    require_version(mentorship, version)
    _require_open(mentorship)
    if on < mentorship.starts_on:
        raise Invalid("Дата окончания раньше начала пары.")
    if on > clock.today():
        raise Invalid("Дата окончания ещё не наступила.")
    if mentorship.state == MentorshipState.DRAFT and not reason:
        raise WrongState("Пара ещё не утверждена: её можно только прекратить с указанием причины.")
    if result:
        mentorship.result = result
    _end(mentorship, on, reason, actor)


def write_result(mentorship: Mentorship, result: str, version: int, actor: Any = None) -> None:
    """The result of a pair, also after its end. WrongState for a draft, Conflict if ``version`` is stale."""
    db.session.refresh(mentorship, with_for_update=True)
    if mentorship.state == MentorshipState.DRAFT:
        raise WrongState("Пара ещё не утверждена: результата у неё быть не может.")
    require_version(mentorship, version)
    mentorship.result = result
    changed(Verb.MENTORSHIP_SAVED, mentorship, actor)


def open_mentorships_of(participant: Participant) -> Sequence[Mentorship]:
    """Drafts and approved ones in which the person still takes part, the earliest first."""
    member = select(MentorshipMember.mentorship_id).where(
        MentorshipMember.participant_id == participant.id, MentorshipMember.until.is_(None)
    )
    return db.session.scalars(
        select(Mentorship)
        .where(
            Mentorship.school_id == participant.school_id,
            Mentorship.state.in_(OPEN),
            (Mentorship.mentor_id == participant.id) | Mentorship.id.in_(member),
        )
        .order_by(Mentorship.starts_on, Mentorship.id)
    ).all()


def end_mentorships_of(participant: Participant, on: date, reason: str, actor: Any = None) -> int:
    """A leaver's pairs end on that day; a group goes on without him while mentees are left. How many ended."""
    ended = 0
    for mentorship in open_mentorships_of(participant):
        day = max(on, mentorship.starts_on)
        if mentorship.mentor_id != participant.id:
            for member in mentorship.members:
                if member.participant_id == participant.id:
                    member.until = max(day, member.since)
            if any(member.until is None for member in mentorship.members):
                mentorship.version += 1
                changed(Verb.MENTORSHIP_SAVED, mentorship, actor)
                continue
        _end(mentorship, day, reason or "Участник выбыл", actor)
        ended += 1
    return ended


def warnings(mentorship: Mentorship) -> list[Finding]:
    """What looks odd but is not forbidden."""
    register = _around(mentorship.school, [mentorship.mentor_id, *(m.participant_id for m in mentorship.members)])
    today = clock.today()
    found = mentorship_findings(mentorship.facts(), register, today, limits_of(mentorship.municipality_id, today))
    return [finding for finding in found if not finding.blocking]


def _contradictions(mentorship: Mentorship, details: MentorshipDetails, school: School) -> list[Finding]:
    _lock(details.mentor_id)
    register, today = _around(school, [details.mentor_id, *details.mentee_ids]), clock.today()
    limits = limits_of(school.municipality_id, today)
    facts = _as_facts(mentorship, details)
    found = mentorship_findings(facts, register, today, limits)
    found += _later_overlaps(facts, register, limits)
    over = load_finding(register, facts, limits)
    return [finding for finding in [*found, *([over] if over else [])] if finding.blocking]


def _later_overlaps(facts: MentorshipFacts, register: Register, limits: Limits) -> Iterable[Finding]:
    """An overlap is told at the later pair; when the earlier one is being typed, it bites here."""
    for other in register.mentorships:
        same = other.mentor_id == facts.mentor_id and other.id != facts.id
        if same and (other.starts_on, str(other.id)) > (facts.starts_on, str(facts.id)):
            found = mentorship_findings(other, register, other.starts_on, limits, [facts])
            yield from (finding for finding in found if finding.rule == "overlap")


def _as_facts(mentorship: Mentorship, details: MentorshipDetails) -> MentorshipFacts:
    """The mentorship as it would be; who stays in it keeps his dates."""
    before = {row.participant_id: row for row in mentorship.members}
    members = [_member(before.get(key), key, details, mentorship.starts_on) for key in details.mentee_ids]
    plain = {k: v for k, v in vars(details).items() if k != "mentee_ids"}
    return MentorshipFacts(
        id=mentorship.id,
        school_id=mentorship.school_id,
        state=MentorshipState(mentorship.state),
        members=tuple(members),
        **plain,
    )


def _member(
    before: MentorshipMember | None, key: uuid.UUID, details: MentorshipDetails, started: date | None
) -> Member:
    """Whoever was there from the first day moves with it."""
    if before is None or before.since == started:
        return Member(key, details.starts_on, before.until if before else None)
    return Member(key, max(before.since, details.starts_on), before.until)


def _fill(mentorship: Mentorship, details: MentorshipDetails) -> None:
    facts = _as_facts(mentorship, details)
    rows = {row.participant_id: row for row in mentorship.members}
    kept = []
    for position, member in enumerate(facts.members):
        row = rows.get(member.person_id) or MentorshipMember(id=new_id(), participant_id=member.person_id)
        row.position, row.since, row.until = position, member.since, member.until
        kept.append(row)
    mentorship.members = kept
    for name in ("mentor_id", "form", "starts_on", "ends_on", "name", "role_variant", "order_number", "order_on"):
        setattr(mentorship, name, getattr(details, name))
    mentorship.kind = details.kind.value


def _end(mentorship: Mentorship, on: date, reason: str, actor: Any) -> None:
    stopped = bool(reason)
    mentorship.state = MentorshipState.STOPPED.value if stopped else MentorshipState.COMPLETED.value
    mentorship.ended_on, mentorship.reason = on, reason
    changed(Verb.MENTORSHIP_ENDED, mentorship, actor, state=mentorship.state)


def _around(school: School, ids: Iterable[uuid.UUID]) -> Register:
    """The part of the school's living register that the rules need: these people, and all of the school's pairs."""
    return living_register(school.id, people=list(ids))


def _lock(mentor_id: uuid.UUID) -> None:
    """Two pairs of one mentor saved at once are judged one after the other."""
    db.session.execute(select(Participant.id).where(Participant.id == mentor_id).with_for_update())


def _refuse(found: Sequence[Finding]) -> None:
    if found:
        raise Contradiction(found)


def _require_open(mentorship: Mentorship) -> None:
    if mentorship.state not in OPEN:
        raise WrongState("Пара уже завершена: изменить её нельзя. Для новой работы создайте новую пару.")
