"""Rows of the bases of mentors and mentees beside the people of a school. Pure.

The key is the normalised name with the birth year; «Участник № 7», as the export calls one without a consent, is
known by the number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from roadmap.language import normalise_name, sort_key
from roadmap.registers.register import Person
from roadmap.registers.words import PersonKind, RegisterRole
from roadmap.workbooks.columns import CATEGORY, SEXES, Kind, canonical
from roadmap.workbooks.comparison import Change, Current, Outcome, Status, changes, merged, own_errors, wrong
from roadmap.workbooks.reading import Row

ALIAS = re.compile(r"участник ?№ ?(\d{1,9})")
KEPT = ("kind", "entered_on", "employee", "passed")  # always have a value
ROLES = {Kind.MENTORS: RegisterRole.MENTOR, Kind.MENTEES: RegisterRole.MENTEE}
WORDS_OF_SEX = {value: label for label, value in SEXES.items()}
WORDS_OF_CATEGORY = {value: label for label, value in CATEGORY.items()}


def texts(person: Person, kind: Kind, on: date) -> dict[str, str]:
    """The input columns of a person as the export writes them."""
    experience = person.experience(on)
    found = {
        "full_name": person.full_name,
        "birth_year": str(person.birth_year or ""),
        "contact": person.contact,
        "kind": person.kind.label,
        "sex": WORDS_OF_SEX.get(person.sex or "", ""),
        "group": person.group,
        "post": person.post,
        "employee": "да" if person.employee else "нет",
        "experience_years": "" if experience is None else str(experience),
        "category": WORDS_OF_CATEGORY.get(person.category, ""),
        "enterprise": person.enterprise,
    }
    if kind is Kind.MENTORS and (mentor := person.mentor) is not None:
        plain = ("competences", "achievements", "interests", "wished_age", "time")
        found |= {key: getattr(mentor, key) for key in plain}
        found |= {"entered_on": day(mentor.entered_on), "left_on": day(mentor.left_on)}
        found |= {"trained_on": day(mentor.trained_on), "url": mentor.testimonial_url}
    if kind is Kind.MENTEES and (mentee := person.mentee) is not None:
        found |= {"entered_on": day(mentee.entered_on), "left_on": day(mentee.completed_on)}
        found |= {"request": mentee.request, "result": mentee.result, "url": mentee.testimonial_url}
        found["passed"] = "да" if mentee.passed else "нет"
    return found


def compare(kind: Kind, rows: Sequence[Row], current: Current) -> list[Outcome]:
    """Each row's outcome, in the rows' order; of two rows that mean one person the second is wrong."""
    people: dict[str, list[Person]] = {}
    for person in current.register.people.values():
        if person.id not in current.erased:
            people.setdefault(sort_key(person.full_name), []).append(person)
    seen: dict[object, int] = {}
    found = []
    for row in rows:
        outcome = _compare(kind, row, people, current.on)
        key: object = outcome.target or (sort_key(outcome.title), outcome.texts.get("birth_year", ""))
        if outcome.status is not Status.WRONG and key in seen:
            outcome = wrong(row, outcome.title, {"full_name": f"Этот человек уже есть в строке {seen[key]}"})
        elif outcome.status is not Status.WRONG:
            seen[key] = row.number
        found.append(outcome)
    return found


def _compare(kind: Kind, row: Row, people: Mapping[str, list[Person]], on: date) -> Outcome:
    title = normalise_name(row.texts.get("full_name", ""))
    if errors := own_errors(kind, row):
        return wrong(row, title, errors)
    typed = canonical(kind, row.texts)
    year = int(typed["birth_year"]) if typed.get("birth_year", "").isdigit() else None
    same_name = _named(people, title)
    matching, problem = _match(same_name, title, year)
    if problem:
        return wrong(row, title, problem)
    if matching is None:
        return _new(kind, row, typed | {"full_name": title}, same_name, on)
    return _known(kind, row, typed, matching, on)


def _named(people: Mapping[str, list[Person]], name: str) -> list[Person]:
    if alias := ALIAS.fullmatch(sort_key(name)):
        return [person for same in people.values() for person in same if person.number == int(alias[1])]
    return people.get(sort_key(name), [])


def _match(same_name: list[Person], name: str, year: int | None) -> tuple[Person | None, dict[str, str]]:
    """The one whom the name and year mean, or an error by column key."""
    if ALIAS.fullmatch(sort_key(name)):
        error = {} if same_name else {"full_name": f"В базе нет записи «{name}»"}
        return (same_name[0] if same_name else None), error
    if year is None:
        if len(same_name) > 1:
            return None, {"birth_year": "В базе несколько человек с такими ФИО: укажите год рождения"}
        return (same_name[0] if same_name else None), {}
    exact = [person for person in same_name if person.birth_year == year]
    unknown = [person for person in same_name if person.birth_year is None]
    if len(exact) > 1 or (not exact and len(unknown) > 1):
        return None, {"full_name": "В базе несколько таких записей: исправьте лишние на страницах людей"}
    return next(iter([*exact, *unknown]), None), {}


def _new(kind: Kind, row: Row, typed: dict[str, str], same_name: list[Person], on: date) -> Outcome:
    record = merged({}, typed)
    if error := _cross_check(record):
        return wrong(row, record["full_name"], error)
    warning = ""
    if same_name:
        years = ", ".join(f"{person.birth_year} г. р." for person in same_name)
        warning = f"В базе уже есть человек с такими ФИО ({years}). Если это он, исправьте год рождения."
    return Outcome(row.number, record["full_name"], Status.NEW, record, warning=warning)


def _known(kind: Kind, row: Row, typed: dict[str, str], person: Person, on: date) -> Outcome:
    role = ROLES[kind]
    current = texts(person, kind, on)
    erased = [key for key in KEPT if key in typed and typed[key] == "–"]
    if erased:
        return wrong(row, person.name, dict.fromkeys(erased, "Это значение нельзя стереть"))
    name = typed["full_name"]
    record = merged(current, {key: value for key, value in typed.items() if key != "full_name"})
    if not ALIAS.fullmatch(sort_key(name)):
        record["full_name"] = normalise_name(name)
    if error := _cross_check(record):
        return wrong(row, person.name, error)
    found = changes(kind, current, record, ())
    if getattr(person, role.value) is None:
        found.insert(0, Change("Роль", "", role.label))
    status = Status.CHANGED if found else Status.SAME
    return Outcome(row.number, person.name, status, record, person.id, tuple(found), about=frozenset(row.texts))


def _cross_check(record: dict[str, str]) -> dict[str, str]:
    entered, left = parsed_day(record.get("entered_on", "")), parsed_day(record.get("left_on", ""))
    if entered and left and left < entered:
        return {"left_on": "Дата завершения раньше даты вхождения в программу"}
    return {}


def guessed_kind(record: dict[str, str], role: RegisterRole, on: date) -> PersonKind:
    """Who a person is where the cell was left blank: told by the other cells, to be checked by a person."""
    year = record.get("birth_year", "")
    if record.get("group") or (year and on.year - int(year) <= 18):
        return PersonKind.PUPIL
    if record.get("enterprise"):
        return PersonKind.PARTNER
    if role is RegisterRole.MENTEE and not record.get("post") and not record.get("experience_years"):
        return PersonKind.PUPIL
    return PersonKind.TEACHER


def day(value: date | None) -> str:
    return f"{value:%d.%m.%Y}" if value else ""


def parsed_day(text: str) -> date | None:
    """Of a canonical text."""
    if not text:
        return None
    number, month, year = text.split(".")
    return date(int(year), int(month), int(number))
