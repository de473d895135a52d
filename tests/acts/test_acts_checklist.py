"""The checklist by itself: what is asked on a day, and what each cell says."""

from __future__ import annotations

from datetime import date

import pytest

from roadmap.acts.checklist import MODULES, Item, Paper, Presence, asked, presence, share

SETTINGS = {"labour_consent_from": "2025-03-01", "separate_consent_from": "2025-09-01"}
DAY = date(2026, 6, 3)


@pytest.mark.parametrize(
    ("day", "left_out"),
    [
        (date(2025, 2, 28), {Item.L7, Item.L8}),
        (date(2025, 3, 1), {Item.L8}),
        (date(2025, 8, 31), {Item.L8}),
        (date(2025, 9, 1), set()),
    ],
)
def test_legal_checks_begin_on_their_day(day, left_out):
    assert asked(SETTINGS, day) == [item for item in Item if item not in left_out]


def _paper(first, last=None, material=True, item=Item.L1):
    return Paper(item, first, last, material)


@pytest.mark.parametrize(
    ("papers", "word"),
    [
        ([], "нет"),
        ([_paper(DAY)], "есть"),
        ([_paper(date(2026, 6, 4))], "нет"),
        ([_paper(date(2025, 1, 1), DAY)], "есть"),
        ([_paper(date(2025, 1, 1), date(2026, 6, 2))], "срок истёк"),
        ([_paper(DAY, material=False)], "есть, без файла"),
        ([_paper(DAY, material=False), _paper(DAY)], "есть"),
        ([_paper(DAY, item=Item.L2)], "нет"),
    ],
)
def test_a_cell_says_the_best_of_what_is_in_force(papers, word):
    assert presence(papers, list(Item), DAY)[Item.L1].label == word


def test_what_is_not_asked_is_neither_counted_nor_missing():
    items = asked(SETTINGS, date(2025, 2, 1))
    row = presence([_paper(date(2025, 1, 1)), _paper(date(2025, 1, 1), item=Item.L8)], items, date(2025, 2, 1))
    assert (row[Item.L7], row[Item.L8], share(row)) == (Presence.NOT_ASKED, Presence.NOT_ASKED, (1, 8))


def test_every_item_proves_a_measure_of_the_founding_roadmap():
    from roadmap.plan.seed import founding_roadmap

    numbers = {measure.module: measure.number for section in founding_roadmap() for measure in section.measures}
    assert {item.value: numbers[MODULES[item]] for item in Item} == {
        "L1": "1.3",
        "L2": "1.3",
        "L3": "1.2",
        "L4": "1.3",
        "L5": "1.3",
        "L6": "1.4",
        "L7": "1.4",
        "L8": "1.3",
        "L9": "1.3",
        "L10": "3.1",
    }
