"""A school's register as rows of a workbook. Without a valid consent no name leaves the system (dossier §8.3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from roadmap.language import sort_key
from roadmap.registers.register import Mentorship, Person, Programme, alias
from roadmap.registers.words import RegisterRole
from roadmap.schools.models import School
from roadmap.workbooks import pairs, people, plans, queries
from roadmap.workbooks.columns import Kind
from roadmap.workbooks.comparison import Current
from roadmap.workbooks.naming import Names


def rows(school: School, kind: Kind) -> list[dict[str, str]]:
    """Texts by column key, derived columns included, in the order of the lists."""
    current = queries.current(school, kind)
    names = Names(current)
    if kind is Kind.PAIRS:
        found = _pairs(current, names)
    elif kind is Kind.PROGRAMME:
        found = _plans(current, names)
    else:
        found = _people(kind, current, names, queries.places(school))
    return [row | {"number": str(number)} for number, row in enumerate(found, 1)]


def _people(kind: Kind, current: Current, names: Names, places: Mapping[uuid.UUID, str]) -> list[dict[str, str]]:
    role = people.ROLES[kind]
    listed = [
        person
        for person in current.register.people.values()
        if getattr(person, role.value) is not None and person.id not in current.erased
    ]
    worked = [mentorship for mentorship in current.register.mentorships if mentorship.worked]
    found = []
    for person in sorted(listed, key=lambda one: (sort_key(one.full_name), one.number)):
        row = people.texts(person, kind, current.on) | {"place": places[person.id]}
        if person.id in names.unnamed:
            row |= {"full_name": alias(person.number), "contact": "", "url": ""}
        theirs = [mentorship for mentorship in worked if _takes_part(person, mentorship, role)]
        found.append(row | _partners(theirs, role, current, names, places))
    return found


def _takes_part(person: Person, mentorship: Mentorship, role: RegisterRole) -> bool:
    if role is RegisterRole.MENTOR:
        return mentorship.mentor_id == person.id
    return any(member.person_id == person.id for member in mentorship.members)


def _partners(
    theirs: Iterable[Mentorship],
    role: RegisterRole,
    current: Current,
    names: Names,
    places: Mapping[uuid.UUID, str],
) -> dict[str, str]:
    """What the official form takes from pairs."""
    theirs = list(theirs)
    if role is RegisterRole.MENTOR:
        ids = [member.person_id for mentorship in theirs for member in mentorship.members]
    else:
        ids = [mentorship.mentor_id for mentorship in theirs]
    unique = list(dict.fromkeys(ids))
    return {
        "partners": names.written_list(current.register.people[key] for key in unique),
        "partners_place": _joined(places[key] for key in unique),
        "forms": _joined(mentorship.form_label for mentorship in theirs),
        "pair_results": _joined(mentorship.result for mentorship in theirs),
    }


def _pairs(current: Current, names: Names) -> list[dict[str, str]]:
    ordered = sorted(current.register.mentorships, key=lambda one: one.starts_on, reverse=True)
    return [
        pairs.texts(mentorship, current.register, names)
        | {"state": mentorship.state.label, "ended": people.day(mentorship.ended_on), "result": mentorship.result}
        for mentorship in ordered
    ]


def _plans(current: Current, names: Names) -> list[dict[str, str]]:
    """An event a row; a pair that has none yet gives one row to be filled."""
    programmes = {programme.mentorship_id: programme for programme in current.programmes}
    found = []
    for pair in current.register.mentorships:
        if not pair.open:
            continue
        known = pairs.texts(pair, current.register, names)
        whose = {"mentor": known["mentor"], "mentees": known["mentees"], "pair_starts_on": known["starts_on"]}
        found += [whose | event for event in _events(programmes.get(pair.id))]
    return found


def _events(programme: Programme | None) -> list[dict[str, str]]:
    if programme is None:
        return [{}]
    marks: dict[str, Mapping[str, Any]] = {row["uid"]: row for row in programme.progress.get("marks") or ()}
    state = {"state": programme.state.label}
    return [
        plans.event_texts(event) | _mark(marks.get(event["uid"], {})) | state
        for event in programme.answers.get("plan") or ()
    ] or [state]


def _mark(mark: Mapping[str, Any]) -> dict[str, str]:
    done = mark.get("done_on")
    return {"actual": mark.get("actual") or "", "done": f"{done[8:]}.{done[5:7]}.{done[:4]}" if done else ""}


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(part for part in parts if part))
