"""Each role's own desk, the roadmap, a measure, an occurrence, the monthly summary."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, can, grants, is_office
from roadmap.boards import queries
from roadmap.boards.monthly import monthly_summary, shown_month
from roadmap.errors import NotFound
from roadmap.plan import queries as plan
from roadmap.plan.models import Edition, EditionState, Measure, Occurrence
from roadmap.programmes.models import Review
from roadmap.programmes.queries import programmes
from roadmap.submissions.queue import QueueFilter, queue, waiting_count
from roadmap.web import page, redirect_to

bp = Blueprint("boards", __name__)

QUEUE_SHOWN = 10


@bp.get("/")
@grants(Action.BE_SIGNED_IN)
def desk() -> ResponseReturnValue:
    today = clock.today()
    papers = queries.papers(current_user.municipality_id, current_user.school_id)
    if current_user.school is not None:
        desk = queries.school_desk(current_user.school, today)
        back, _ = programmes(current_user.municipality_id, current_user.school_id, review=Review.RETURNED.value)
        return page("boards/school_desk", desk=desk, papers=papers, programmes=back, today=today)
    if is_office(current_user):
        waiting, _ = queue(current_user.municipality_id, QueueFilter(), today)
        return page(
            "boards/office_desk",
            desk=queries.office_desk(current_user.municipality_id, today),
            waiting=waiting[:QUEUE_SHOWN],
            count=waiting_count(current_user.municipality_id),
            summaries=queries.summaries(current_user.municipality_id),
            papers=papers,
            today=today,
        )
    if can(current_user, Action.MANAGE_PEOPLE):
        return redirect_to("accounts.people")
    return redirect_to("boards.roadmap")


@bp.get("/roadmap")
@bp.get("/roadmap/<code>")
@grants(Action.BE_SIGNED_IN)
def roadmap(code: str | None = None) -> ResponseReturnValue:
    """The measures by section with their deadlines and states; of the edition in force unless another is named."""
    municipality_id, today = current_user.municipality_id, clock.today()
    editions = [one for one in plan.editions(municipality_id) if _may_read(one)]
    if code is None:
        edition = plan.edition_in_force(municipality_id, today) or plan.newest_published(municipality_id)
    else:
        edition = next((one for one in editions if one.code == code), None)
    if edition is None:
        raise NotFound("Такой редакции дорожной карты нет.")
    return page(
        "boards/roadmap",
        edition=edition,
        editions=editions,
        sections=plan.sections(edition),
        tallies=queries.tallies(edition, current_user),
        today=today,
    )


@bp.get("/measures/<uuid:measure_id>")
@grants(Action.VIEW, Measure)
def measure(measure: Measure) -> ResponseReturnValue:
    """The periods of a year and how each school stands in them; of the present year unless ``?year=`` names another."""
    if not _may_read(measure.edition):
        raise NotFound
    years = queries.measure_years(measure, current_user)
    year = _year(years)
    found = queries.measure_tasks(measure, current_user, year) if year else []
    return page(
        "boards/measure",
        measure=measure,
        years=years,
        year=year,
        periods=queries.by_period(found),
        tallies={period: queries.tally_of(group) for period, group in queries.by_period(found).items()},
        rows=queries.by_school(found),
        office=is_office(current_user),
    )


def _may_read(edition: Edition) -> bool:
    """A draft of a roadmap is the specialist's."""
    return edition.state == EditionState.PUBLISHED or can(current_user, Action.MANAGE_PERIODS, edition)


def _year(years: list[int]) -> int | None:
    """NotFound for a year without periods; None where the measure has none at all."""
    text = request.args.get("year", "")
    if text:
        if text not in map(str, years):
            raise NotFound("В этом году у мероприятия нет сроков.")
        return int(text)
    this_year = clock.today().year
    return min(years, key=lambda year: abs(year - this_year), default=None)


@bp.get("/occurrences/<uuid:occurrence_id>")
@grants(Action.VIEW, Occurrence)
def occurrence(occurrence: Occurrence) -> ResponseReturnValue:
    return page(
        "boards/occurrence",
        occurrence=occurrence,
        task=queries.task_of(occurrence),
        evidence=queries.evidence_of(occurrence),
        papers=queries.papers(current_user.municipality_id, current_user.school_id),
    )


@bp.get("/monthly")
@bp.get("/monthly/<period>")
@grants(Action.READ_SCHOOLS)
def monthly(period: str | None = None) -> ResponseReturnValue:
    """Sums of the accepted monthly returns by school; the missing ones are named."""
    municipality_id, today = current_user.municipality_id, clock.today()
    periods = queries.months_with_returns(municipality_id, today)
    named = period or request.args.get("period")
    if named is not None and named not in periods:
        raise NotFound("За этот месяц сведений нет.")
    wanted = named or shown_month(periods, today)
    return page(
        "boards/monthly",
        period=wanted,
        periods=periods,
        summary=monthly_summary(municipality_id, wanted) if wanted else None,
        tasks=queries.monthly_tasks(municipality_id, wanted) if wanted else [],
        today=today,
    )
