"""The whole history in order: settling in, both editions, cards, reports, evidence, papers, the closing of 2024."""

from __future__ import annotations

from datetime import date
from functools import partial

from roadmap import clock
from roadmap.demo import editions, evidence, papers, reports
from roadmap.demo.acts import plan_acts
from roadmap.demo.practices import plan_practices
from roadmap.demo.registers import plan_registers
from roadmap.demo.schools import PROFILES, Profile, card
from roadmap.demo.timeline import Timeline, dice
from roadmap.demo.world import World, settle
from roadmap.documents.service import annul_last_year
from roadmap.language import initials
from roadmap.plan.models import Edition
from roadmap.plan.service import close_period
from roadmap.schools import queries as schools
from roadmap.schools.service import confirm_card, save_card

SETTLED_IN = date(2022, 9, 5)
FOUNDED, FOLLOWED = date(2022, 10, 3), date(2024, 12, 23)
CLOSING = date(2025, 1, 31)


def replay(today: date) -> None:
    """Everything that happened before ``today``."""
    timeline = Timeline(today)
    timeline.add(SETTLED_IN, 9, 0, partial(_begin, World(timeline)))
    timeline.play()


def _begin(world: World) -> None:
    settle(world)
    add = world.timeline.add
    for hour, municipality in ((10, "se"), (11, "yl")):
        add(FOUNDED, hour, 0, partial(_publish, world, municipality, editions.founding_edition))
        add(FOLLOWED, hour, 0, partial(_publish, world, municipality, editions.current_edition))
    for year in range(SETTLED_IN.year, world.today.year + 1):
        for profile in PROFILES:
            _plan_card(world, profile, year)
        if year > SETTLED_IN.year:
            papers.plan_summary(world, "se", year)
            papers.plan_summary(world, "yl", year)
            add(date(year, 1, 1), 1, 0, lambda: annul_last_year(clock.today()))
    for profile in PROFILES:
        plan_acts(world, profile)
    plan_registers(world)
    plan_practices(world)


def _publish(world: World, municipality: str, make: editions.Make) -> None:
    specialist = initials(world.specialist(municipality).full_name).replace("\u00a0", " ").replace(". ", ".")
    edition = make(world.municipalities[municipality], specialist)
    for occurrence in world.occurrences(edition):
        if occurrence.measure.module in reports.MODULES:
            reports.plan_report(world, occurrence)
            if occurrence.measure.module == "school_report":
                papers.plan_school_paper(world, occurrence)
        else:
            evidence.plan_evidence(world, occurrence)
    if make is editions.founding_edition:
        world.timeline.add(CLOSING, 17, 30, partial(_close, world, municipality, edition))


def _close(world: World, municipality: str, edition: Edition) -> None:
    """Reports of 2022–2024 are no longer taken."""
    periods = {(occurrence.measure, occurrence.period): None for occurrence in world.occurrences(edition)}
    for measure, period in periods:
        close_period(measure, period, world.specialist(municipality))


def _plan_card(world: World, profile: Profile, year: int) -> None:
    """Filled in September, confirmed in May (rules.md 12)."""
    chance = dice(profile.code, "card days", year)
    minute = chance.randint(0, 59)
    world.timeline.add(date(year, 9, chance.randint(8, 19)), 15, minute, partial(_save_card, world, profile, year))
    day = date(year + 1, 5, chance.randint(12, 22))
    world.timeline.add(day, 15, minute, partial(_confirm_card, world, profile, year))


def _save_card(world: World, profile: Profile, year: int) -> None:
    save_card(world.schools[profile.code], year, card(profile, year), 0, world.filler(profile))


def _confirm_card(world: World, profile: Profile, year: int) -> None:
    found = schools.card(world.schools[profile.code], year)
    assert found is not None
    confirm_card(found, found.version, world.filler(profile))
