"""Contradictions of a register: pure rules over frozen values, for forms, for the findings page and for the command.

Each rule explains itself in one Russian sentence. ``blocking`` ones refuse what is being done; the others only warn.
Dossier §2.4, §4.5 and §8.3; rules.md 16.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from roadmap.language import date_short, plural, sort_key
from roadmap.registers.consent_rules import labour_given, labour_required, missing
from roadmap.registers.register import Member, Mentorship, Person, Register, overlap
from roadmap.registers.words import FORMS, MentoringKind, MentorshipState, PersonKind, RegisterRole


@dataclass(frozen=True)
class Limits:
    """Dated settings that the rules read."""

    mentor_load: int  # pairs and groups of a mentor at a time; 0 is no limit
    labour_consent_from: date


@dataclass(frozen=True)
class Finding:
    """``object_id`` is a mentorship or a person (``about``); ``field`` the form's field where it bites."""

    rule: str
    about: str
    object_id: uuid.UUID
    object: str
    message: str
    blocking: bool = True
    field: str = ""


def findings(register: Register, on: date, limits: Limits) -> list[Finding]:
    """All contradictions as of a day: of mentorships in their order, then of people."""
    found: list[Finding] = []
    by_mentor = _by_mentor(register.mentorships)
    for mentorship in register.mentorships:
        others = by_mentor[mentorship.mentor_id]
        found += mentorship_findings(mentorship, register, on, limits, others)
    return [*found, *_load(register, by_mentor, on, limits), *_people(register)]


def mentorship_findings(
    mentorship: Mentorship, register: Register, on: date, limits: Limits, others: Iterable[Mentorship] | None = None
) -> list[Finding]:
    """Of one pair or group; ``others`` are its mentor's mentorships (found in the register if not given)."""
    if others is None:
        others = [m for m in register.mentorships if m.mentor_id == mentorship.mentor_id]
    return [
        *_composition(mentorship, register.people),
        *_terms(mentorship, register.people, on),
        *_overlaps(mentorship, register.people, others),
        *_leavers(mentorship, register.people),
        *(_approval(mentorship, register, on, limits) if mentorship.state is MentorshipState.APPROVED else ()),
    ]


def approval_findings(mentorship: Mentorship, register: Register, on: date, limits: Limits) -> list[Finding]:
    """What would be wrong if the mentorship were approved on a day."""
    checked = mentorship_findings(mentorship, register, on, limits)
    if mentorship.state is MentorshipState.APPROVED:
        return checked
    return [*checked, *_approval(mentorship, register, on, limits)]


def load_finding(register: Register, mentorship: Mentorship, limits: Limits) -> Finding | None:
    """The mentor would have more pairs at a time than the limit allows."""
    mentor = register.people.get(mentorship.mentor_id)
    same_time = [
        m
        for m in register.mentorships
        if m.mentor_id == mentorship.mentor_id
        and m.id != mentorship.id
        and m.open
        and m.touches(mentorship.starts_on, mentorship.last_day)
    ]
    if mentor is None or not limits.mentor_load or len(same_time) < limits.mentor_load:
        return None
    return _over_load(mentor, len(same_time) + 1, limits.mentor_load)


def title(mentorship: Mentorship, people: Mapping[uuid.UUID, Person]) -> str:
    """«Иванова М. П. – Петров П. И.» as pages and the command call it."""
    mentor = people.get(mentorship.mentor_id)
    names = [people[m.person_id].short_name for m in mentorship.members if m.person_id in people]
    more = f" и ещё {len(names) - 1}" if len(names) > 1 else ""
    return f"{mentor.short_name if mentor else 'наставник не найден'} – {names[0] if names else 'никого'}{more}"


def _composition(mentorship: Mentorship, people: Mapping[uuid.UUID, Person]) -> Iterator[Finding]:
    say = _Says(mentorship, people)
    members = [m for m in mentorship.members if m.person_id != mentorship.mentor_id]
    present = [m for m in mentorship.members if m.until is None or mentorship.last_day == m.until]
    if len(members) < len(mentorship.members):
        yield say("self", "Наставник записан и наставляемым: человек не может быть наставником самому себе.", "mentees")
    if mentorship.kind is MentoringKind.ONE_TO_ONE and len(mentorship.members) != 1:
        count = len(mentorship.members)
        words = f"{count} {plural(count, 'наставляемый', 'наставляемых', 'наставляемых')}"
        yield say("one_to_one", f"«Один на один» – это один наставляемый, а здесь {words}.", "kind")
    if mentorship.kind is MentoringKind.GROUP and len(present) < 2 and mentorship.open:
        yield say(
            "group", "В группе должно быть не меньше двух наставляемых. Добавьте их или выберите другой вид.", "kind"
        )
    for key in (mentorship.mentor_id, *(m.person_id for m in members)):
        person = people.get(key)
        if person is None or person.school_id != mentorship.school_id:
            yield say("school", "В паре записан человек другой школы.", "mentor")
            return
    yield from _fitting(mentorship, people, members, say)


def _fitting(
    mentorship: Mentorship, people: Mapping[uuid.UUID, Person], members: Iterable[Member], say: _Says
) -> Iterator[Finding]:
    form, mentor = FORMS.get(mentorship.form), people[mentorship.mentor_id]
    mentees = [people[m.person_id] for m in members]
    if form and mentor.kind not in form.mentors:
        yield say(
            "form", f"Для формы «{form.label}» наставник не подходит: {mentor.name} – {mentor.kind.label}.", "form"
        )
    for mentee in mentees:
        if form and mentee.kind not in form.mentees:
            text = f"Для формы «{form.label}» наставляемый не подходит: {mentee.name} – {mentee.kind.label}."
            yield say("form", text, "form")
        if mentorship.kind is not MentoringKind.REVERSE and _younger(mentor, mentee):
            text = (
                f"Наставник {mentor.name} моложе наставляемого {mentee.name}. Так бывает только при реверсивном виде."
            )
            yield say("younger", text, "kind", blocking=False)


def _younger(mentor: Person, mentee: Person) -> bool:
    return bool(mentor.birth_year and mentee.birth_year and mentor.birth_year > mentee.birth_year)


def _terms(mentorship: Mentorship, people: Mapping[uuid.UUID, Person], on: date) -> Iterator[Finding]:
    say = _Says(mentorship, people)
    if mentorship.last_day is not None and mentorship.last_day < mentorship.starts_on:
        yield say("dates", "Окончание раньше начала. Проверьте обе даты.", "ends_on")
        return
    for member in mentorship.members:
        after = mentorship.last_day is not None and (
            member.since > mentorship.last_day or (member.until is not None and member.until > mentorship.last_day)
        )
        if after or member.since < mentorship.starts_on or (member.until is not None and member.until < member.since):
            yield say("member_dates", "Срок участия наставляемого выходит за срок пары.", "mentees")
            return
    if mentorship.state is MentorshipState.APPROVED and mentorship.ends_on is not None and mentorship.ends_on < on:
        text = (
            f"Срок пары истёк {date_short(mentorship.ends_on)}, а она не завершена. Завершите пару или продлите срок."
        )
        yield say("expired", text, "ends_on", blocking=False)


def _overlaps(
    mentorship: Mentorship, people: Mapping[uuid.UUID, Person], others: Iterable[Mentorship]
) -> Iterator[Finding]:
    """The later one of two is at fault, so that a contradiction is told once."""
    say = _Says(mentorship, people)
    mine = {m.person_id: m for m in mentorship.members if m.person_id != mentorship.mentor_id}
    for other in others:
        if other.id == mentorship.id or (other.starts_on, str(other.id)) > (mentorship.starts_on, str(mentorship.id)):
            continue
        for member in other.members:
            same = mine.get(member.person_id)
            if same and overlap(
                same.since, mentorship.member_last_day(same), member.since, other.member_last_day(member)
            ):
                until = other.member_last_day(member)
                term = f"с {date_short(member.since)}" + (f" по {date_short(until)}" if until else "")
                yield say("overlap", f"Эти же люди уже в паре {term}: сроки двух пар пересекаются.", "starts_on")
                break


def _leavers(mentorship: Mentorship, people: Mapping[uuid.UUID, Person]) -> Iterator[Finding]:
    """Who has left the base may not stand in an open pair; nobody mentors before entering the programme."""
    say, mentor = _Says(mentorship, people), people.get(mentorship.mentor_id)
    if mentor is not None:
        yield from _card(mentorship, mentor, RegisterRole.MENTOR, mentorship.starts_on, mentorship.last_day, say)
    for member in mentorship.members:
        mentee = people.get(member.person_id)
        if mentee is not None and mentee.id != mentorship.mentor_id:
            last = mentorship.member_last_day(member)
            yield from _card(mentorship, mentee, RegisterRole.MENTEE, member.since, last, say)


def _card(
    mentorship: Mentorship, person: Person, role: RegisterRole, since: date, last: date | None, say: _Says
) -> Iterator[Finding]:
    where, field = ("базе наставников", "mentor") if role is RegisterRole.MENTOR else ("базе наставляемых", "mentees")
    entered, left = _span(person, role)
    if entered is None:
        yield say("no_card", f"{person.name}: нет записи в {where}. Заполните карточку.", field)
    elif entered > since:
        text = f"{person.name} в {where} только с {date_short(entered)}, а пара начинается {date_short(since)}."
        yield say("entered", text, field)
    if left is not None and mentorship.open and (last is None or last > left):
        text = (
            f"{person.name} не участвует с {date_short(left)}, а пара продолжается. Завершите её или замените человека."
        )
        yield say("left", text, field)


def _span(person: Person, role: RegisterRole) -> tuple[date | None, date | None]:
    if role is RegisterRole.MENTOR:
        return (person.mentor.entered_on, person.mentor.left_on) if person.mentor else (None, None)
    return (person.mentee.entered_on, person.mentee.completed_on) if person.mentee else (None, None)


def _approval(mentorship: Mentorship, register: Register, on: date, limits: Limits) -> Iterator[Finding]:
    """Order, and a valid consent of everybody (dossier §8.3), from the day when the pair begins at the latest."""
    say, people = _Says(mentorship, register.people), register.people
    if not (mentorship.order_number and mentorship.order_on):
        yield say("order", "У утверждённой пары должны быть номер и дата приказа.", "order_number")
    day = max(on, mentorship.starts_on)
    members = [m for m in mentorship.members if m.until is None or m.until >= on]
    everybody = [(mentorship.mentor_id, RegisterRole.MENTOR), *((m.person_id, RegisterRole.MENTEE) for m in members)]
    for key, role in everybody:
        person = people.get(key)
        if person is None or (role is RegisterRole.MENTEE and key == mentorship.mentor_id):
            continue
        for wanted in missing(person, role, day, register.consents_of(key)):
            yield say("consent", f"{person.name} ({role.label}): нет действующего {wanted.words}.", "mentees")
    mentor = people.get(mentorship.mentor_id)
    mentees = [people[m.person_id] for m in members if m.person_id in people]
    if (
        mentor is not None
        and labour_required(mentor, mentees, day, limits.labour_consent_from)
        and not labour_given(mentor, day, register.consents_of(mentor.id))
    ):
        text = (
            f"{mentor.name}: нет письменного согласия и дополнительного соглашения по ст. 351.8 ТК РФ "
            "(наставник и наставляемый – работники)."
        )
        yield say("labour", text, "mentor")


def _load(
    register: Register, by_mentor: Mapping[uuid.UUID, list[Mentorship]], on: date, limits: Limits
) -> Iterator[Finding]:
    if not limits.mentor_load:
        return
    for mentor_id, theirs in by_mentor.items():
        now = [m for m in theirs if m.state is MentorshipState.APPROVED and m.touches(on, on)]
        mentor = register.people.get(mentor_id)
        if mentor is not None and len(now) > limits.mentor_load:
            yield _over_load(mentor, len(now), limits.mentor_load)


def _over_load(mentor: Person, count: int, limit: int) -> Finding:
    words = f"{count} {plural(count, 'пара', 'пары', 'пар')}"
    text = f"У наставника {mentor.name} одновременно {words}, а установлено не больше {limit}."
    return Finding("load", "person", mentor.id, mentor.name, text, field="mentor")


def _people(register: Register) -> Iterator[Finding]:
    """Doubles, and pupils of working pairs whose birth year is unknown: no indicator counts them."""
    seen: dict[tuple[str, int | None, uuid.UUID], Person] = {}
    busy = {m.mentor_id for m in register.mentorships if m.worked} | {
        member.person_id for m in register.mentorships if m.worked for member in m.members
    }
    for person in register.people.values():
        key = (sort_key(person.full_name), person.birth_year, person.school_id)
        if key in seen and not person.hidden_since:
            text = f"{person.name} внесён дважды (та же фамилия, имя, отчество и год рождения). Объедините записи."
            yield Finding("duplicate", "person", person.id, person.name, text, blocking=False)
        seen.setdefault(key, person)
        if person.kind is PersonKind.PUPIL and person.birth_year is None and person.id in busy:
            text = f"{person.name}: не указан год рождения, поэтому человек не войдёт в показатели по возрасту."
            yield Finding("birth_year", "person", person.id, person.name, text, blocking=False)


def _by_mentor(mentorships: Iterable[Mentorship]) -> dict[uuid.UUID, list[Mentorship]]:
    found: dict[uuid.UUID, list[Mentorship]] = {}
    for mentorship in mentorships:
        found.setdefault(mentorship.mentor_id, []).append(mentorship)
    return found


class _Says:
    """Makes the findings of one mentorship."""

    def __init__(self, mentorship: Mentorship, people: Mapping[uuid.UUID, Person]) -> None:
        self.mentorship, self.people = mentorship, people

    def __call__(self, rule: str, message: str, field: str, blocking: bool = True) -> Finding:
        name = title(self.mentorship, self.people)
        return Finding(rule, "mentorship", self.mentorship.id, name, message, blocking, field)
