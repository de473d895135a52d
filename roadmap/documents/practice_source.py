"""The part of a Source that the practices offer: the municipal registry as on a day."""

from __future__ import annotations

import uuid
from datetime import date

from roadmap.catalogue.figures import Reference
from roadmap.catalogue.register_parts import ListedPractice
from roadmap.practices.models import Practice, PracticeEvent, RaopState
from roadmap.practices.queries import events_of, registry_on


def listed_practices(municipality_id: uuid.UUID, on: date, raop: str) -> list[ListedPractice]:
    """``raop`` is what the settings print for РАОП (rules 20)."""
    found = registry_on(municipality_id, on)
    events = events_of([practice.id for practice in found], on)
    return [_listed(practice, events.get(practice.id, []), on, raop) for practice in found]


def _listed(practice: Practice, events: list[PracticeEvent], on: date, raop: str) -> ListedPractice:
    placed = practice.raop != RaopState.NONE and practice.raop_on is not None and practice.raop_on <= on
    presented = [f"{raop}: {practice.raop_label} {practice.raop_on:%d.%m.%Y}"] if placed else []
    presented += [f"{event.theme}, {event.held_on:%d.%m.%Y} ({event.level_label} уровень)" for event in events]
    links = [practice.link, practice.raop_link if placed else "", *(event.link for event in events)]
    return ListedPractice(
        title=practice.title,
        school=practice.school.short_name,
        authors=practice.authors,
        form=practice.form_label,
        summary=practice.description,
        results=practice.results,
        score=practice.score,
        presented=tuple(presented),
        links=tuple(dict.fromkeys(link for link in links if link)),
        reference=Reference("practice", str(practice.id), f"Практика «{practice.title}»"),
    )
