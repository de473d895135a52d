"""What stands at the head of every document: the office, the school, who signs; and what is missing of it."""

from datetime import date
from typing import Any

from roadmap.catalogue.base import DASH, NO_DATA, School, Source, long_date


def head(source: Source, kind: str) -> dict[str, Any]:
    """office {full_name, short_name, place, details, municipality_gen} · as_of «10 июня 2026 г.» ·
    signatory {post, name, order}."""
    office, signatory = source.office(), source.signatory(kind)
    return {
        "office": {
            "full_name": office.full_name,
            "short_name": office.short_name,
            "place": office.place,
            "details": office.details,
            "municipality_gen": office.municipality_gen,
        },
        "as_of": long_date(source.as_of),
        "signatory": {
            "post": signatory.printed_post() if signatory else NO_DATA,
            "name": signatory.printed_name() if signatory else NO_DATA,
            "order": signatory.order if signatory else "",
        },
    }


def head_missing(source: Source, kind: str) -> list[str]:
    return [] if source.signatory(kind) else ["Не указано, кто подписывает документ."]


def office_missing(source: Source, paper_gen: str) -> list[str]:
    """``paper_gen`` is the paper in the genitive: «справки», «реестра»."""
    office, found = source.office(), []
    if not office.full_name:
        found.append(
            f"Не указано полное название органа управления образованием: вверху {paper_gen} оно не напечатается."
        )
    if not office.place:
        found.append(f"Не указано место составления {paper_gen}.")
    return found


def school_head(school: School | None) -> dict[str, str]:
    """{short_name, full_name, full_name_gen, place, details}."""
    if school is None:
        return dict.fromkeys(("short_name", "full_name", "full_name_gen"), NO_DATA) | {"place": "", "details": ""}
    return {
        "short_name": school.short_name,
        "full_name": unbroken(school.full_name),
        "full_name_gen": unbroken(school.full_name_gen),
        "place": school.place,
        "details": school.details,
    }


def school_missing(source: Source) -> list[str]:
    owner = source.owner()
    if owner is None:
        return ["Не выбрана образовательная организация."]
    if not owner.place:
        return ["В сведениях о школе не указан населённый пункт: место составления останется пустым."]
    return []


def unbroken(name: str) -> str:
    """A line never ends between «№» and its number."""
    return name.replace("№ ", "№\u00a0")


def short_date(day: date | None) -> str:
    """«03.06.2026», or «–»."""
    return f"{day:%d.%m.%Y}" if day else DASH
