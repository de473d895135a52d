"""Each role's own desk, the roadmap, a measure, an occurrence, the monthly summary."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, can, grants, is_office
from roadmap.boards import queries
from roadmap.boards.monthly import monthly_summary
from roadmap.errors import NotFound
from roadmap.plan import queries as plan
from roadmap.plan.models import Measure, Occurrence
from roadmap.submissions.queries import QueueFilter, queue, waiting_count
from roadmap.web import page, redirect_to

bp = Blueprint("boards", __name__)

HORIZON = timedelta(days=45)


@bp.get("/")
@grants(Action.BE_SIGNED_IN)
def desk() -> ResponseReturnValue:
    today = clock.today()
    if current_user.school is not None:
        to_do, rest = queries.school_desk(current_user.school, today + HORIZON)
        return page("boards/school_desk", to_do=to_do, rest=rest, today=today)
    if is_office(current_user):
        own, late = queries.office_desk(current_user.municipality_id, today + HORIZON)
        waiting, _ = queue(current_user.municipality_id, QueueFilter(), today)
        count = waiting_count(current_user.municipality_id)
        return page("boards/office_desk", own=own, late=late, waiting=waiting[:10], count=count, today=today)
    if can(current_user, Action.MANAGE_PEOPLE):
        return redirect_to("accounts.people")
    return redirect_to("boards.roadmap")


@bp.get("/roadmap")
@bp.get("/roadmap/<code>")
@grants(Action.BE_SIGNED_IN)
def roadmap(code: str | None = None) -> ResponseReturnValue:
    """The measures by section with their deadlines and states; of the edition in force unless another is named."""
    municipality_id, today = current_user.municipality_id, clock.today()
    if code is None:
        edition = plan.edition_in_force(municipality_id, today) or plan.newest_published(municipality_id)
    else:
        edition = plan.edition_by_code(municipality_id, code)
    if edition is None:
        raise NotFound("Такой редакции дорожной карты нет.")
    return page(
        "boards/roadmap",
        edition=edition,
        editions=plan.editions(municipality_id),
        sections=plan.sections(edition),
        tallies=queries.tallies(edition, current_user.school_id),
        today=today,
    )


@bp.get("/measures/<uuid:measure_id>")
@grants(Action.VIEW, Measure)
def measure(measure: Measure) -> ResponseReturnValue:
    return page(
        "boards/measure",
        measure=measure,
        periods=queries.measure_periods(measure, current_user),
        today=clock.today(),
    )


@bp.get("/occurrences/<uuid:occurrence_id>")
@grants(Action.VIEW, Occurrence)
def occurrence(occurrence: Occurrence) -> ResponseReturnValue:
    return page(
        "boards/occurrence",
        occurrence=occurrence,
        task=queries.task_of(occurrence),
        evidence=queries.evidence_of(occurrence),
        today=clock.today(),
    )


@bp.get("/monthly")
@bp.get("/monthly/<period>")
@grants(Action.READ_SCHOOLS)
def monthly(period: str | None = None) -> ResponseReturnValue:
    """Sums of the accepted monthly returns by school; the missing ones are named."""
    periods = queries.months_with_returns(current_user.municipality_id, clock.today())
    wanted = period or request.args.get("period") or next(iter(periods), None)
    if wanted is None or wanted not in periods:
        raise NotFound("За этот месяц отчётов нет.")
    return page(
        "boards/monthly",
        period=wanted,
        periods=periods,
        summary=monthly_summary(current_user.municipality_id, wanted),
        tasks=queries.monthly_tasks(current_user.municipality_id, wanted),
    )
