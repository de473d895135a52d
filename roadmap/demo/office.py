"""The education office's dated settings and who signs.

There are no targets: none of them is known with its source, so papers print «план не установлен» (rules.md 13).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from roadmap.demo.schools import PROFILES, START
from roadmap.documents.models import SignatoryPeriod
from roadmap.language import signature_name

SOURCE = "Демонстрационное значение."


def settings(municipality: str, name_gen: str) -> dict[str, Any]:
    """What is set from the first day on: names, the journals' indexes, the survey's threshold."""
    return {
        "office_full_name": f"Управление образования администрации {name_gen}",
        "office_full_name_gen": f"Управления образования администрации {name_gen}",
        "office_short_name": "РУО" if municipality == "se" else "УО",
        "office_place": "п. Северный" if municipality == "se" else "с. Южное",
        "journal_index": {"D18": "01-18", "in:D3": "01-19"},
        "satisfied_from": 7,
    }


def office_signatories(names: dict[str, str], municipality: str) -> list[SignatoryPeriod]:
    """Rows without their owner: the head of the office, and for the summary its specialist."""
    office = _row("Начальник управления образования", names[f"{municipality}-office"])
    specialist = "specialist" if municipality == "se" else "other-specialist"
    summary = _row("Главный специалист", names[specialist], kind="D18")
    return [office, summary]


def school_signatories(names: dict[str, str], code: str) -> list[SignatoryPeriod]:
    """The head, and where the head was away in the summer of 2025 the deputy by order."""
    profile = next(one for one in PROFILES if one.code == code)
    rows = [_row("Директор", names[profile.head])]
    if code == "se-03":
        rows.append(
            SignatoryPeriod(
                kind="",
                post="директора",
                name=signature_name(names[profile.curator]),
                acting=True,
                order_number="от 16.06.2025 № 41-к",
                valid_from=date(2025, 6, 16),
                valid_to=date(2025, 7, 25),
            )
        )
    return rows


def _row(post: str, full_name: str, kind: str = "") -> SignatoryPeriod:
    return SignatoryPeriod(
        kind=kind, post=post, name=signature_name(full_name), acting=False, order_number="", valid_from=START
    )
