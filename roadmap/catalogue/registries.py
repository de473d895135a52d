"""D12: «База наставников» (16 columns) and «База наставляемых» (13), as on a day (dossier §4.3, §4.4, measure 3.2)."""

from collections.abc import Callable, Sequence
from typing import Any

from roadmap.catalogue.base import DASH, DocumentSpec, Figure, Filled, Source, fill
from roadmap.catalogue.frame import head, head_missing, school_head, school_missing, short_date
from roadmap.catalogue.register_parts import MenteeRow, MentorRow

MODULE = "registries"
MENTORS, MENTEES = "D12-mentors", "D12-mentees"
CONSENT_RULE = (
    "Без имени и личных сведений, под номером участника, указаны те, у кого нет действующего согласия "
    "на обработку персональных данных"
)


def mentors_context(source: Source, period: str) -> Filled:
    """office, school, as_of, signatory (frame.head) · people [{number, name, contact, place, competences, achievements,
    interests, wished_age, time, entered_on, mentees, forms, mentee_places, left_on, results, link}] ·
    total, unnamed (figures) · has_people · unnamed_note (text, blank when all are named)
    """
    return _context(source, MENTORS, source.mentors(), "наставников", _mentor)


def mentees_context(source: Source, period: str) -> Filled:
    """The same with people [{number, name, contact, birth_year, request, entered_on, mentors, forms, mentor_places,
    completed_on, results, link, passed}]."""
    return _context(source, MENTEES, source.mentees(), "наставляемых", _mentee)


def mentors_missing(source: Source, period: str) -> list[str]:
    return _missing(source, MENTORS, source.mentors(), "наставников")


def mentees_missing(source: Source, period: str) -> list[str]:
    return _missing(source, MENTEES, source.mentees(), "наставляемых")


def _context(
    source: Source,
    kind: str,
    people: Sequence[Any],
    whom: str,
    line: Callable[[Any], dict[str, str]],
) -> Filled:
    unnamed = [one for one in people if not one.named]
    return fill(
        head(source, kind)
        | {
            "school": school_head(source.owner()),
            "people": [{"number": str(n)} | line(one) for n, one in enumerate(people, start=1)],
            "has_people": bool(people),
            "total": _count(source, people, f"{whom} в базе"),
            "unnamed": _count(source, unnamed, f"{whom} без действующего согласия"),
            "unnamed_note": CONSENT_RULE if unnamed else "",
        }
    )


def _missing(source: Source, kind: str, people: Sequence[Any], whom: str) -> list[str]:
    found = head_missing(source, kind) + school_missing(source)
    if not people:
        found.append(f"На эту дату в базе нет {whom}.")
    unnamed = sum(not one.named for one in people)
    if unnamed:
        found.append(f"Без имени будут напечатаны те, у кого нет действующего согласия: {unnamed} из {len(people)}.")
    return found


def _count(source: Source, people: Sequence[Any], how: str) -> Figure:
    references = tuple(dict.fromkeys(one.reference for one in people))
    return Figure(len(people), "чел.", how, references, source.as_of)


def _mentor(one: MentorRow) -> dict[str, str]:
    return {
        "name": one.name,
        "contact": one.contact or DASH,
        "place": one.place or DASH,
        "competences": one.competences or DASH,
        "achievements": one.achievements or DASH,
        "interests": one.interests or DASH,
        "wished_age": one.wished_age or DASH,
        "time": one.time or DASH,
        "entered_on": short_date(one.entered_on),
        "mentees": _lines(one.mentees),
        "forms": _lines(one.forms),
        "mentee_places": _lines(one.mentee_places),
        "left_on": short_date(one.left_on),
        "results": _lines(one.results),
        "link": one.link or DASH,
    }


def _mentee(one: MenteeRow) -> dict[str, str]:
    return {
        "name": one.name,
        "contact": one.contact or DASH,
        "birth_year": one.birth_year or DASH,
        "request": one.request or DASH,
        "entered_on": short_date(one.entered_on),
        "mentors": _lines(one.mentors),
        "forms": _lines(one.forms),
        "mentor_places": _lines(one.mentor_places),
        "completed_on": short_date(one.completed_on),
        "results": _lines(one.results),
        "link": one.link or DASH,
        "passed": "пройдена" if one.passed else DASH,
    }


def _lines(texts: Sequence[str]) -> str:
    return ";\n".join(texts) or DASH


def _unready(people_of: Callable[[Source], Sequence[Any]]) -> Callable[[Source, str], str]:
    return lambda source, period: "" if people_of(source) else "На эту дату база пуста: подписывать нечего."


DOCUMENTS = (
    DocumentSpec(
        kind=MENTORS,
        title="База наставников",
        short="база наставников",
        measure=MODULE,
        scope="school",
        template="registries/mentors.docx",
        context=mentors_context,
        missing=mentors_missing,
        inputs=("as_of",),
        named=True,
        unready=_unready(lambda source: source.mentors()),
    ),
    DocumentSpec(
        kind=MENTEES,
        title="База наставляемых",
        short="база наставляемых",
        measure=MODULE,
        scope="school",
        template="registries/mentees.docx",
        context=mentees_context,
        missing=mentees_missing,
        inputs=("as_of",),
        named=True,
        unready=_unready(lambda source: source.mentees()),
    ),
)
