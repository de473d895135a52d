"""Surveys: tallies, a questionnaire on paper, by keyboard or by a one-time link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, language
from roadmap.access import Action, grants, public
from roadmap.errors import BadRequest, Invalid, NotFound
from roadmap.schools.models import School
from roadmap.schools.queries import schools_of
from roadmap.surveys import queries, service
from roadmap.surveys.forms import AnswerForm, EntryForm, LinksForm, answers_of, asking, problems
from roadmap.surveys.models import SurveyAnswer
from roadmap.surveys.queries import Key
from roadmap.surveys.questions import Audience, Questionnaire, Stage, offered_forms, questionnaire
from roadmap.surveys.tally import VERBATIM_FROM, Tally
from roadmap.web import page, redirect_to

bp = Blueprint("surveys", __name__)
ONE = "/register/surveys/<int:year>/<form>/<stage>/<audience>"


@bp.get("/register/surveys")
@grants(Action.READ_REGISTER)
def index() -> ResponseReturnValue:
    """A school: its questionnaires by form. The office: aggregates by school, never more."""
    year = _year_asked()
    threshold = queries.satisfied_from(current_user.municipality_id, queries.threshold_day(year, clock.today()))
    found = queries.tallies(current_user.municipality_id, current_user.school_id, year, threshold)
    schools = [] if current_user.school_id else schools_of(current_user.municipality_id)
    return page(
        "surveys/index",
        year=year,
        years=queries.years(current_user.municipality_id, _this_year()),
        threshold=threshold,
        totals=queries.by_audience(found),
        by_school=[(one, queries.by_audience(_of_school(found, one))) for one in schools],
        forms=offered_forms(),
        counts={(key.form, key.stage, key.audience): tally for key, tally in found.items()},
        Stage=Stage,
        Audience=Audience,
    )


@bp.get(ONE)
@grants(Action.KEEP_REGISTER)
def show(year: int, form: str, stage: str, audience: str) -> ResponseReturnValue:
    return _show(*_named(year, form, stage, audience))


@bp.get(f"{ONE}/blank")
@grants(Action.KEEP_REGISTER)
def blank(year: int, form: str, stage: str, audience: str) -> ResponseReturnValue:
    """The questionnaire to print."""
    key, asked = _named(year, form, stage, audience)
    return page("surveys/blank", key=key, asked=asked, school=current_user.school)


@bp.route(f"{ONE}/enter", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER)
def enter(year: int, form: str, stage: str, audience: str) -> ResponseReturnValue:
    """Blank after blank: a saved one opens the next."""
    key, asked = _named(year, form, stage, audience)
    if request.method == "GET":
        return page("surveys/enter", key=key, asked=asked, form=asking(EntryForm(), asked), number=_next(key))
    typed, number = asking(EntryForm(request.form), asked), _posted_number()
    if not typed.validate():
        return page("surveys/enter", 422, key=key, asked=asked, form=typed, number=number, problems=problems(typed))
    try:
        service.enter(current_user.school, key, answers_of(typed), number, current_user)
    except service.NumberTaken:
        return page("surveys/enter", 409, key=key, asked=asked, form=typed, number=_next(key), taken=number)
    return redirect_to("surveys.enter", f"Анкета № {number} внесена.", **_words(key))


@bp.post(f"{ONE}/links")
@grants(Action.KEEP_REGISTER)
def links(year: int, form: str, stage: str, audience: str) -> ResponseReturnValue:
    """One-time links, shown once: the server keeps only their hashes."""
    key, asked = _named(year, form, stage, audience)
    wanted = LinksForm(request.form)
    if not wanted.validate():
        return _show(key, asked, 422, links_form=wanted)
    try:
        tokens = service.issue_links(current_user.school, key, wanted.count.data, wanted.days.data, current_user)
    except Invalid as refusal:
        wanted.count.refuse(refusal.message)
        return _show(key, asked, 422, links_form=wanted)
    base = current_app.config["ROADMAP"].url or request.host_url.rstrip("/")
    made = [base + url_for("surveys.answer", token=token) for token in tokens]
    return page("surveys/links", key=key, asked=asked, links=made, days=wanted.days.data)


@bp.post(f"{ONE}/links/revoke")
@grants(Action.KEEP_REGISTER)
def revoke(year: int, form: str, stage: str, audience: str) -> ResponseReturnValue:
    key, _ = _named(year, form, stage, audience)
    count = service.revoke_links(current_user.school, key, current_user)
    return redirect_to("surveys.show", f"Отозвано ссылок: {count}.", **_words(key))


@bp.post("/register/surveys/answers/<uuid:answer_id>/remove")
@grants(Action.KEEP_REGISTER, SurveyAnswer)
def remove(answer: SurveyAnswer) -> ResponseReturnValue:
    key, number = service.key_of(answer), answer.number
    service.remove(answer, current_user)
    return redirect_to("surveys.show", f"Анкета № {number} удалена.", **_words(key))


@bp.route("/survey/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> ResponseReturnValue:
    """Without signing in. NotFound for a used, expired or invented link."""
    address = request.remote_addr or ""
    key = service.key_of(service.link_of(token, address))
    asked = questionnaire(key.form, key.stage, key.audience)
    filled = asking(AnswerForm(request.form if request.method == "POST" else None), asked)
    if request.method == "GET":
        return page("surveys/answer", asked=asked, form=filled)
    if not filled.validate():
        return page("surveys/answer", 422, asked=asked, form=filled, problems=problems(filled))
    service.answer_by_link(token, answers_of(filled), address)
    return redirect_to("surveys.thanks")


@bp.get("/survey/thanks")
@public
def thanks() -> ResponseReturnValue:
    return page("surveys/thanks")


def _show(
    key: Key, asked: Questionnaire, status: int = 200, links_form: LinksForm | None = None
) -> ResponseReturnValue:
    threshold = queries.satisfied_from(current_user.municipality_id, queries.threshold_day(key.year, clock.today()))
    found = queries.tallies(current_user.municipality_id, key.school_id, key.year, threshold)
    return page(
        "surveys/show",
        status,
        key=key,
        asked=asked,
        tally=found.get(key, Tally()),
        threshold=threshold,
        words=queries.words_of(key),
        verbatim_from=VERBATIM_FROM,
        typed=queries.typed(key),
        links=queries.link_counts(key, clock.now()),
        links_form=links_form or LinksForm.of({"count": 10, "days": 14}),
    )


def _named(year: int, form: str, stage: str, audience: str) -> tuple[Key, Questionnaire]:
    """The own school's questionnaire that the address names; NotFound for words that name none."""
    if form not in dict(offered_forms()) or not 2000 <= year <= _this_year():
        raise NotFound
    try:
        key = Key(current_user.school_id, year, form, Stage(stage), Audience(audience))
    except ValueError:
        raise NotFound from None
    return key, questionnaire(key.form, key.stage, key.audience)


def _words(key: Key) -> dict[str, Any]:
    """The key as an address has it."""
    return {"year": key.year, "form": key.form, "stage": key.stage.value, "audience": key.audience.value}


def _of_school(found: dict[Key, Tally], school: School) -> dict[Key, Tally]:
    return {key: tally for key, tally in found.items() if key.school_id == school.id}


def _this_year() -> int:
    return int(language.school_year(clock.today())[:4])


def _year_asked() -> int:
    text = request.args.get("year", "")
    if not text:
        return _this_year()
    if not (text.isascii() and text.isdigit() and 2000 <= int(text[:5]) <= _this_year()):
        raise BadRequest("Ссылка на учебный год повреждена. Откройте раздел «Опросы» заново.")
    return int(text)


def _next(key: Key) -> int:
    return queries.next_number(key)


def _posted_number() -> int:
    text = request.form.get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    return int(text)
