"""The checklist L1–L10 of a school's local acts: what is asked for, by which measure, from which day (dossier §4.2).

Pure: the settings come in as a mapping.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from roadmap.labels import Labelled


class Item(Labelled):
    L1 = "L1", "Приказ о внедрении наставничества и назначении куратора"
    L2 = "L2", "Положение о системе наставничества"
    L3 = "L3", "Дорожная карта или программа ОО"
    L4 = "L4", "Приказ о закреплении наставнических пар (групп)"
    L5 = "L5", "Персонализированные программы"
    L6 = "L6", "Изменения в Положение об оплате труда"
    L7 = "L7", "Дополнительные соглашения к трудовым договорам наставников"
    L8 = "L8", "Согласия на обработку персональных данных"
    L9 = "L9", "План мониторинга и анкеты"
    L10 = "L10", "Материально-техническое обеспечение (справка)"


# The roadmap's measure that an act proves, by the name of its module: numbers change from edition to edition.
MODULES: Mapping[Item, str] = {
    Item.L1: "local_acts",
    Item.L2: "local_acts",
    Item.L3: "school_programme",
    Item.L4: "local_acts",
    Item.L5: "local_acts",
    Item.L6: "pay_regulation",
    Item.L7: "pay_regulation",
    Item.L8: "local_acts",
    Item.L9: "local_acts",
    Item.L10: "readiness",
}

# Items that are not asked before a day, by the setting that holds it as an ISO date (rules.md 5).
ASKED_FROM: Mapping[Item, str] = {Item.L7: "labour_consent_from", Item.L8: "separate_consent_from"}

# Items that are many papers with people's names: their number is asked, and a warning stands by the file.
COUNTED = frozenset({Item.L5, Item.L7, Item.L8})

HINTS: Mapping[Item, str] = {
    Item.L2: "Положение, утверждённое приказом и принятое педагогическим советом",
    Item.L4: "Закрепление пары или группы – с письменного согласия её участников",
    Item.L5: "Достаточно титульных листов или перечня программ с датами утверждения",
    Item.L6: "В примечании укажите, какая доплата предусмотрена наставникам",
    Item.L7: "Нужны, если наставник и наставляемый – работники школы (ст. 351.8 ТК РФ)",
    Item.L8: "Согласие оформляется отдельным документом. Приложите бланк: сами согласия хранятся в школе",
    Item.L10: "Справка об обеспечении: кабинеты, оборудование, методические материалы",
}


class Presence(Labelled):
    """What a cell of the completeness table says. The values are the colours of badges."""

    PRESENT = "accepted", "есть"
    BARE = "returned", "есть, без файла"
    EXPIRED = "overdue", "срок истёк"
    ABSENT = "draft", "нет"
    NOT_ASKED = "not_required", "не применяется"


@dataclass(frozen=True)
class Paper:
    """An act as the checklist sees it. ``valid_to`` is its last day, also where another act replaces it."""

    item: Item
    valid_from: date
    valid_to: date | None
    has_material: bool


def asked(settings: Mapping[str, Any], on: date) -> list[Item]:
    """The items that are asked for on a day; a period before an item's first day neither asks nor prints it."""
    return [item for item in Item if item not in ASKED_FROM or on >= date.fromisoformat(settings[ASKED_FROM[item]])]


def presence(papers: Iterable[Paper], items: Collection[Item], on: date) -> dict[Item, Presence]:
    """One school's row: each item of the checklist on a day, the best of what is in force.

    ``items`` are those that this school is asked for; the rest «не применяется».
    """
    found = list(papers)
    return {item: _presence([one for one in found if one.item == item], item in items, on) for item in Item}


def share(row: Mapping[Item, Presence]) -> tuple[int, int]:
    """(items that are there, items that are asked for): printed as a percentage only under an approved checklist."""
    wanted = [state for state in row.values() if state is not Presence.NOT_ASKED]
    return sum(state in (Presence.PRESENT, Presence.BARE) for state in wanted), len(wanted)


def _presence(papers: list[Paper], is_asked: bool, on: date) -> Presence:
    if not is_asked:
        return Presence.NOT_ASKED
    begun = [one for one in papers if one.valid_from <= on]
    in_force = [one for one in begun if one.valid_to is None or one.valid_to >= on]
    if any(one.has_material for one in in_force):
        return Presence.PRESENT
    if in_force:
        return Presence.BARE
    return Presence.EXPIRED if begun else Presence.ABSENT
