"""Rows of programmes' plans beside the plans of a school's pairs. Pure.

A row means an event of the programme that its pair has open. The key is the event's title with its day, or the title
alone where the day has been changed; a pair without a programme gets a draft of one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roadmap.language import sort_key
from roadmap.registers.register import Mentorship, Programme
from roadmap.registers.words import ProgrammeState
from roadmap.workbooks.columns import WAY, Kind, canonical
from roadmap.workbooks.comparison import Current, Outcome, Status, changes, merged, own_errors, refused, wrong
from roadmap.workbooks.naming import Names
from roadmap.workbooks.pairs import named_people
from roadmap.workbooks.people import day, parsed_day
from roadmap.workbooks.reading import Row

EVENT = ("title", "content", "due", "way", "expected")
KEY = ("mentor", "mentees", "pair_starts_on")
MAX_EVENTS = 60
WORDS_OF_WAY = {value: label for label, value in WAY.items()}


@dataclass(frozen=True)
class Place:
    """Where a row belongs: ``uid`` of the event it means, "" for a new one; ``programme`` None is to be begun."""

    pair: Mentorship
    programme: Programme | None
    uid: str = ""


def event_texts(event: Mapping[str, Any]) -> dict[str, str]:
    """An event of the plan as the export writes it."""
    due = event.get("due")
    plain = {key: str(event.get(key) or "") for key in ("title", "content", "expected")}
    written = f"{due[8:]}.{due[5:7]}.{due[:4]}" if due else ""
    return plain | {"due": written, "way": WORDS_OF_WAY.get(event.get("way") or "", "")}


def compare(rows: Sequence[Row], current: Current) -> list[Outcome]:
    """Each row's outcome; rows that name a pair and no event are left out."""
    names = Names(current)
    programmes = {programme.mentorship_id: programme for programme in current.programmes}
    events = [row for row in rows if row.problems or any(row.texts.get(key) for key in EVENT)]
    placed = [(row, *_place(row, current, names, programmes)) for row in events]
    found: dict[int, Outcome] = {row.number: outcome for row, _, outcome in placed if outcome is not None}
    by_pair: dict[uuid.UUID, list[tuple[Row, Place]]] = {}
    for row, place, _ in placed:
        if place is not None:
            by_pair.setdefault(place.pair.id, []).append((row, place))
    for group in by_pair.values():
        found |= {outcome.number: outcome for outcome in _compare_plan(group)}
    return [found[row.number] for row in events]


def _place(
    row: Row, current: Current, names: Names, programmes: Mapping[uuid.UUID, Programme]
) -> tuple[Place | None, Outcome | None]:
    """The row's pair, or its outcome as a wrong row."""
    title = _title(row.texts)
    if errors := own_errors(Kind.PROGRAMME, row):
        return None, wrong(row, title, errors)
    typed = canonical(Kind.PROGRAMME, row.texts)
    people, errors = named_people(typed, names)
    if people is None:
        return None, wrong(row, title, errors)
    starts_on = parsed_day(typed.get("pair_starts_on", ""))
    pairs = [
        pair
        for pair in current.register.mentorships
        if people.means(pair) and pair.open and starts_on in (None, pair.starts_on)
    ]
    if not pairs:
        return None, wrong(row, title, {"mentees": "У этих людей нет действующей пары. Сначала составьте её"})
    if len(pairs) > 1:
        return None, wrong(row, title, {"pair_starts_on": "У этих людей несколько пар: укажите начало нужной"})
    place = Place(pairs[0], programmes.get(pairs[0].id))
    if error := _out_of_term(typed["due"], place):
        return None, wrong(row, title, {"due": error})
    return place, None


def _out_of_term(due: str, place: Place) -> str:
    programme, pair, on = place.programme, place.pair, parsed_day(due)
    first = programme.starts_on if programme else pair.starts_on
    last = programme.last_day if programme else pair.ends_on
    if on is None or (on >= first and (last is None or on <= last)):
        return ""
    whose = "программы" if programme else "пары"
    return f"Дата вне срока {whose}: {day(first)} – {day(last) or 'не указано'}"


def _compare_plan(group: Sequence[tuple[Row, Place]]) -> list[Outcome]:
    """The rows of one pair: an event of the same title and day first, then one of the same title."""
    place = group[0][1]
    events = list((place.programme.answers.get("plan") if place.programme else None) or ())
    typed = {row.number: canonical(Kind.PROGRAMME, row.texts) for row, _ in group}
    meant: dict[int, Mapping[str, Any]] = {}
    for same in (_same_day, _same_title):
        for row, _ in group:
            free = [event for event in events if event not in meant.values()]
            if row.number not in meant and (match := next((e for e in free if same(e, typed[row.number])), None)):
                meant[row.number] = match
    seen: dict[tuple[str, str], int] = {}
    found, count = [], len(events)
    for row, _ in group:
        outcome = _event(row, place, typed[row.number], meant.get(row.number))
        key = (sort_key(typed[row.number]["title"]), typed[row.number]["due"])
        count += outcome.status is Status.NEW
        if key in seen:
            outcome = refused(outcome, {"title": f"Это мероприятие уже есть в строке {seen[key]}"})
        elif outcome.status is Status.NEW and count > MAX_EVENTS:
            outcome = refused(outcome, {"title": f"В плане может быть не больше {MAX_EVENTS} мероприятий"})
        seen.setdefault(key, row.number)
        found.append(outcome)
    return found


def _event(row: Row, place: Place, typed: dict[str, str], event: Mapping[str, Any] | None) -> Outcome:
    before = event_texts(event) if event is not None else {}
    record = merged(before, {key: typed.get(key, "") for key in EVENT})
    differing = tuple(changes(Kind.PROGRAMME, before, record, KEY)) if event is not None else ()
    status = Status.NEW if event is None else Status.CHANGED if differing else Status.SAME
    programme = place.programme
    if programme is not None and programme.state is not ProgrammeState.DRAFT and status is not Status.SAME:
        return wrong(row, _title(row.texts), {"title": "Программа утверждена: её план изменить нельзя"})
    about = Place(place.pair, programme, str(event["uid"]) if event is not None else "")
    target = programme.id if programme and event is not None else None
    return Outcome(row.number, _title(row.texts), status, record, target, differing, about=about)


def _same_day(event: Mapping[str, Any], typed: Mapping[str, str]) -> bool:
    return _same_title(event, typed) and event_texts(event)["due"] == typed["due"]


def _same_title(event: Mapping[str, Any], typed: Mapping[str, str]) -> bool:
    return sort_key(str(event.get("title") or "")) == sort_key(typed["title"])


def _title(texts: Mapping[str, str]) -> str:
    parts: Iterable[str] = (texts.get(key, "").replace("\n", " ") for key in ("mentor", "mentees", "title"))
    return " – ".join(part for part in parts if part)
