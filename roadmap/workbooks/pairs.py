"""Rows of pairs and groups beside those of a school, judged by the same findings as the forms. Pure.

The key is the mentor, the mentees and the first day.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from roadmap.registers.findings import Finding, load_finding, mentorship_findings
from roadmap.registers.register import Member, Mentorship, Person, Register
from roadmap.registers.words import FORMS, MentoringKind, RegisterRole, form_label
from roadmap.workbooks.columns import MENTORING, OFFERED, Kind, canonical
from roadmap.workbooks.comparison import Current, Outcome, Status, changes, merged, own_errors, refused, wrong
from roadmap.workbooks.naming import Names
from roadmap.workbooks.people import day, parsed_day
from roadmap.workbooks.reading import Row

KEY = ("mentor", "mentees", "starts_on")


@dataclass(frozen=True)
class People:
    mentor: Person
    mentees: tuple[Person, ...]

    def means(self, mentorship: Mentorship) -> bool:
        if mentorship.mentor_id != self.mentor.id:
            return False
        return {member.person_id for member in mentorship.members} == {person.id for person in self.mentees}


def texts(mentorship: Mentorship, register: Register, names: Names) -> dict[str, str]:
    """The input columns of a pair as the export writes them."""
    mentees = [register.people[member.person_id] for member in mentorship.members]
    return {
        "mentor": names.written(register.people[mentorship.mentor_id]),
        "mentees": names.written_list(mentees),
        "form": form_label(mentorship.form),
        "kind": mentorship.kind.label,
        "role_variant": mentorship.role_variant,
        "starts_on": day(mentorship.starts_on),
        "ends_on": day(mentorship.ends_on),
        "order_number": mentorship.order_number,
        "order_on": day(mentorship.order_on),
        "name": mentorship.name,
    }


def compare(rows: Sequence[Row], current: Current) -> list[Outcome]:
    """Each row's outcome; the rules see the rows before it as if they were in the register already."""
    names = Names(current)
    register = current.register
    seen: dict[object, int] = {}
    found = []
    for row in rows:
        outcome = _compare(row, register, names)
        if outcome.about is not None:
            people, facts = outcome.about
            key = (people.mentor.id, frozenset(p.id for p in people.mentees), facts.starts_on)
            if key in seen:
                outcome = refused(outcome, {"mentor": f"Эта пара уже есть в строке {seen[key]}"})
            elif outcome.right and (errors := _broken_rules(facts, register, current)):
                outcome = refused(outcome, errors)
            seen.setdefault(key, row.number)
            if outcome.right:
                others = tuple(m for m in register.mentorships if m.id != facts.id)
                register = replace(register, mentorships=(*others, facts))
        found.append(outcome)
    return found


def named_people(typed: dict[str, str], names: Names) -> tuple[People | None, dict[str, str]]:
    """The pair's people, or errors by column key."""
    errors: dict[str, str] = {}
    mentor, mentees = None, list[Person]()
    try:
        mentor = names.one(typed["mentor"], RegisterRole.MENTOR)
    except ValueError as problem:
        errors["mentor"] = str(problem)
    try:
        mentees = names.several(typed["mentees"], RegisterRole.MENTEE)
    except ValueError as problem:
        errors["mentees"] = str(problem)
    return (None if errors or mentor is None else People(mentor, tuple(mentees))), errors


def _compare(row: Row, register: Register, names: Names) -> Outcome:
    title = " – ".join(row.texts[key].replace("\n", " ") for key in ("mentor", "mentees") if row.texts.get(key))
    if errors := own_errors(Kind.PAIRS, row):
        return wrong(row, title, errors)
    typed = canonical(Kind.PAIRS, row.texts)
    people, errors = named_people(typed, names)
    if people is None:
        return wrong(row, title, errors)
    starts_on = parsed_day(typed["starts_on"])
    known = next((m for m in register.mentorships if people.means(m) and m.starts_on == starts_on), None)
    before = texts(known, register, names) if known else {}
    record = merged(before, typed | {key: before.get(key, typed[key]) for key in KEY})
    if known is None:
        record = _defaults(record, people)
    if errors := _cross_check(record):
        return wrong(row, title, errors)
    differing = tuple(changes(Kind.PAIRS, before, record, KEY)) if known else ()
    if known is not None and differing and not known.open:
        return wrong(row, title, {"": "Пара уже завершена: изменить её нельзя"})
    status = Status.NEW if known is None else Status.CHANGED if differing else Status.SAME
    facts = _facts(record, people, known)
    target = known.id if known else None
    return Outcome(row.number, title, status, record, target, differing, about=(people, facts))


def _defaults(record: dict[str, str], people: People) -> dict[str, str]:
    """The form if only one fits these people, the kind by the number of mentees."""
    kinds = {mentee.kind for mentee in people.mentees}
    fitting = [form for form in FORMS.values() if people.mentor.kind in form.mentors and kinds <= form.mentees]
    offered = [form.label for form in fitting if not form.hidden]
    kind = MentoringKind.ONE_TO_ONE if len(people.mentees) == 1 else MentoringKind.GROUP
    blank = {"kind": kind.label, "form": offered[0] if len(offered) == 1 else ""}
    return record | {key: value for key, value in blank.items() if not record.get(key)}


def _cross_check(record: dict[str, str]) -> dict[str, str]:
    form = FORMS.get(OFFERED.get(record.get("form", ""), ""))
    first, last = parsed_day(record["starts_on"]), parsed_day(record.get("ends_on", ""))
    variant = record.get("role_variant")
    errors = {}
    if form is None:
        errors["form"] = "Выберите форму наставничества из списка"
    elif variant and variant not in form.variants:
        errors["role_variant"] = f"Для формы «{form.label}» такой ролевой модели нет"
    if not record.get("kind"):
        errors["kind"] = "Выберите вид из списка"
    if first and last and last < first:
        errors["ends_on"] = "Окончание раньше начала"
    if bool(record.get("order_number")) != bool(record.get("order_on")):
        errors["order_on" if record.get("order_number") else "order_number"] = "Укажите и номер, и дату приказа"
    return errors


def _facts(record: dict[str, str], people: People, known: Mentorship | None) -> Mentorship:
    """The pair as it would be; the id of a new one is made up for the rules to tell it from the others."""
    starts_on = parsed_day(record["starts_on"])
    assert starts_on is not None
    members = tuple(Member(person.id, starts_on) for person in people.mentees)
    values: dict[str, Any] = {
        "form": OFFERED[record["form"]],
        "kind": MentoringKind(MENTORING[record["kind"]]),
        "ends_on": parsed_day(record.get("ends_on", "")),
        "role_variant": record.get("role_variant", ""),
        "order_number": record.get("order_number", ""),
        "order_on": parsed_day(record.get("order_on", "")),
        "name": record.get("name", ""),
    }
    if known is not None:
        return replace(known, **values)
    mentor = people.mentor
    blank = Mentorship(uuid.uuid4(), mentor.school_id, mentor.id, "", MentoringKind.GROUP, starts_on, members=members)
    return replace(blank, **values)


def _broken_rules(facts: Mentorship, register: Register, current: Current) -> dict[str, str]:
    """The sentences of what the rules forbid, by column key."""
    others = [m for m in register.mentorships if m.id != facts.id]
    around = replace(register, mentorships=(*others, facts))
    found = mentorship_findings(facts, around, current.on, current.limits)
    found += _later_overlaps(facts, others, around, current)
    over = load_finding(around, facts, current.limits)
    errors: dict[str, str] = {}
    for finding in [*found, *([over] if over else [])]:
        if finding.blocking:
            errors.setdefault(finding.field or "mentor", finding.message.rstrip("."))
    return errors


def _later_overlaps(
    facts: Mentorship, others: Iterable[Mentorship], around: Register, current: Current
) -> Iterator[Finding]:
    """An overlap is told at the later pair; when the earlier one is being loaded, it bites here."""
    for other in others:
        later = (other.starts_on, str(other.id)) > (facts.starts_on, str(facts.id))
        if other.mentor_id == facts.mentor_id and later:
            found = mentorship_findings(other, around, other.starts_on, current.limits, [facts])
            yield from (finding for finding in found if finding.rule == "overlap")
