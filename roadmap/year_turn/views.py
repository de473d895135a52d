"""The turn of the school year: what it would do, the check, and the doing; confirmations of the base."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, language
from roadmap.access import Action, can, grants
from roadmap.errors import BadRequest, Invalid, WrongState
from roadmap.language import counted
from roadmap.schools.queries import schools_of
from roadmap.web import page, redirect_to
from roadmap.year_turn import queries, service
from roadmap.year_turn.models import Season
from roadmap.year_turn.queries import Proposal
from roadmap.year_turn.service import Choices

bp = Blueprint("year_turn", __name__, url_prefix="/register")


@bp.get("/year-turn")
@grants(Action.KEEP_REGISTER)
def index() -> ResponseReturnValue:
    """What would be done, each line with its ticks; outside June – September only the words about it."""
    year = service.turn_year(clock.today())
    proposal = queries.proposal(current_user.school_id, year) if year is not None else None
    return _proposed(proposal)


@bp.post("/year-turn/check")
@grants(Action.KEEP_REGISTER)
def check() -> ResponseReturnValue:
    """The last look: exactly what will be done. Nothing is written."""
    proposal, choices = _proposal(), _choices()
    try:
        made = service.plan(proposal, choices, clock.today())
    except Invalid as refusal:
        return _proposed(proposal, choices, refusal.message, 422)
    return page("year_turn/check", proposal=proposal, choices=choices, plan=made, **_days(proposal))


@bp.post("/year-turn/run")
@grants(Action.KEEP_REGISTER)
def run() -> ResponseReturnValue:
    choices = _choices()
    made = service.run(current_user.school, choices, request.form.get("seen", ""), current_user)
    if made.nothing:
        return redirect_to("year_turn.index", "Изменений не было: всё уже сделано.")
    said = [
        f"в следующий класс переведено: {len(made.moved)}",
        f"осталось в классе: {len(made.stayed)}",
        f"выбыло: {len(made.left)}",
        f"программ скопировано: {len(made.copied)}",
    ]
    return redirect_to("year_turn.index", f"Переход выполнен. {'; '.join(said).capitalize()}.")


@bp.get("/confirmations")
@grants(Action.READ_REGISTER)
def confirmations() -> ResponseReturnValue:
    """The school's own; for the office a line for each school."""
    year, today = _year_asked(), clock.today()
    found = queries.confirmations(current_user.municipality_id, current_user.school_id, year)
    season = service.season_of(today) if year == _this_year() else None
    may = can(current_user, Action.KEEP_REGISTER, current_user.school)
    return page(
        "year_turn/confirmations",
        year=year,
        years=queries.confirmed_years(current_user.municipality_id, _this_year()),
        found=found,
        schools=[current_user.school] if current_user.school_id else schools_of(current_user.municipality_id),
        seasons=list(Season),
        open_season=season if may and (current_user.school_id, season) not in found else None,
        labels=LABELS,
    )


@bp.post("/confirmations/confirm")
@grants(Action.KEEP_REGISTER)
def confirm() -> ResponseReturnValue:
    made = service.confirm(current_user.school, current_user)
    return redirect_to("year_turn.confirmations", f"База подтверждена {made.confirmed_on:%d.%m.%Y}.")


LABELS = (
    ("pairs", "пар и групп"),
    ("mentors", "наставников"),
    ("mentees_pupils", "наставляемых обучающихся"),
    ("mentees_teachers", "наставляемых педагогов"),
)


def _proposal() -> Proposal:
    year = service.turn_year(clock.today())
    if year is None:
        raise WrongState("Переход на новый учебный год выполняют с июня по сентябрь.")
    return queries.proposal(current_user.school_id, year)


def _proposed(
    proposal: Proposal | None, choices: Choices | None = None, refusal: str | None = None, status: int = 200
) -> ResponseReturnValue:
    if proposal is None:
        return page("year_turn/index", proposal=None)
    chosen = choices or service.usual_choices(proposal)
    return page("year_turn/index", status, proposal=proposal, choices=chosen, refusal=refusal, **_days(proposal))


def _days(proposal: Proposal) -> dict[str, Any]:
    year = proposal.year
    return {
        "last_year": f"{year - 1}/{year}",
        "next_year": f"{year}/{year + 1}",
        "last_day": service.last_day(year),
        "leaving_open": clock.today() >= service.last_day(year),
        "counted": counted,
    }


def _choices() -> Choices:
    return Choices(leave=_ids("leave"), stay=_ids("stay"), copy=_ids("copy"))


def _ids(name: str) -> frozenset[uuid.UUID]:
    try:
        return frozenset(uuid.UUID(text) for text in request.form.getlist(name))
    except ValueError:
        raise BadRequest("Форма повреждена: обновите страницу и повторите.") from None


def _this_year() -> int:
    return int(language.school_year(clock.today())[:4])


def _year_asked() -> int:
    text = request.args.get("year", "")
    if not text:
        return _this_year()
    if not (text.isascii() and text.isdigit() and 2000 <= int(text[:5]) <= _this_year()):
        raise BadRequest("Ссылка на учебный год повреждена. Откройте раздел «База» заново.")
    return int(text)
