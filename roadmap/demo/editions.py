"""The founding roadmap and the one that follows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from roadmap.plan.models import Edition
from roadmap.plan.seed import FOUNDING_TITLE, SectionText, founding_roadmap, moved
from roadmap.plan.service import draft_edition, publish
from roadmap.schools.models import Municipality

Make = Callable[[Municipality, str], Edition]
DISTRICT = "Северо-Енисейского района"
SPECIALIST = "Каминская П.А."  # named in the founding paper (dossier §1)


def founding_edition(municipality: Municipality, specialist: str = "") -> Edition:
    """2022–2024 with its printed period and the dates in force (rules.md 2)."""
    title, sections = _for(municipality, specialist)
    edition = draft_edition(municipality.id, title, date(2022, 1, 1), date(2024, 12, 31), sections)
    publish(edition, date(2022, 10, 1), date(2024, 12, 31))
    return edition


def current_edition(municipality: Municipality, specialist: str = "") -> Edition:
    """2025–2027: one-off measures moved, recurrences from the first day (rules.md 2)."""
    title, sections = _for(municipality, specialist)
    title = title.replace("2022-2024", "2025-2027")
    edition = draft_edition(municipality.id, title, date(2025, 1, 1), date(2027, 12, 31), moved(sections, 3))
    publish(edition, date(2025, 1, 1), date(2027, 12, 31))
    return edition


def _for(municipality: Municipality, specialist: str) -> tuple[str, Sequence[SectionText]]:
    """The founding paper with this municipality's name, and with its specialist («Иванова И.И.») where one is given."""
    title = FOUNDING_TITLE.replace(DISTRICT, municipality.name_gen)
    if not specialist:
        return title, founding_roadmap()
    sections = tuple(
        replace(
            section,
            measures=tuple(
                replace(one, responsible=one.responsible.replace(SPECIALIST, specialist)) for one in section.measures
            ),
        )
        for section in founding_roadmap()
    )
    return title, sections
