"""Schools and their yearly cards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, grants
from roadmap.errors import BadRequest, Conflict, Invalid, NotFound
from roadmap.fields import Entry
from roadmap.schools import queries, service
from roadmap.schools.forms import CardForm, NewSchoolForm, SchoolForm, birth_years, card_form
from roadmap.schools.models import School, SchoolCard
from roadmap.web import page, posted_version, redirect_to

bp = Blueprint("schools", __name__)


@bp.get("/schools")
@grants(Action.READ_SCHOOLS)
def index() -> ResponseReturnValue:
    """With the state of this school year's card: «заполнена», «подтверждена» or «нет»."""
    schools = queries.schools_of(current_user.municipality_id, active_only=False)
    year = current_year()
    return page(
        "schools/index",
        schools=[school for school in schools if school.active],
        closed=[school for school in schools if not school.active],
        cards=queries.cards_of_year(current_user.municipality_id, year),
        year=year,
    )


@bp.get("/schools/own")
@grants(Action.BE_SIGNED_IN)
def own() -> ResponseReturnValue:
    """A school's own page, for the navigation."""
    if current_user.school_id is None:
        raise NotFound
    return redirect(url_for("schools.show", school_id=current_user.school_id))


@bp.route("/schools/new", methods=["GET", "POST"])
@grants(Action.MANAGE_SCHOOLS)
def new() -> ResponseReturnValue:
    form = NewSchoolForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        if form.validate():
            try:
                school = service.add_school(
                    current_user.municipality_id, form.code.data, _details(form), actor=current_user
                )
                return redirect_to("schools.show", "Школа добавлена.", school_id=school.id)
            except Invalid as refusal:
                form.code.refuse(refusal.message)
        form.suggest_genitive()
        return page("schools/new", 422, form=form)
    return page("schools/new", form=form)


@bp.get("/schools/<uuid:school_id>")
@grants(Action.VIEW, School)
def show(school: School) -> ResponseReturnValue:
    year = current_year()
    cards = queries.cards(school)
    return page(
        "schools/show",
        school=school,
        cards=cards,
        current=next((card for card in cards if card.year == year), None),
        year=year,
        birth_years=birth_years,
    )


@bp.route("/schools/<uuid:school_id>/edit", methods=["GET", "POST"])
@grants(Action.MANAGE_SCHOOLS, School)
def edit(school: School) -> ResponseReturnValue:
    if request.method == "POST":
        form = SchoolForm(request.form)
        if form.validate():
            service.change_school(school, _details(form), posted_version(), current_user)
            return redirect_to("schools.show", "Сведения о школе сохранены.", school_id=school.id)
        return page("schools/edit", 422, form=form, school=school, version=posted_version())
    values = {name: getattr(school, name) for name in ("short_name", "full_name", "full_name_gen", "place", "phone")}
    return page("schools/edit", form=SchoolForm.of(values), school=school, version=school.version)


@bp.post("/schools/<uuid:school_id>/active")
@grants(Action.MANAGE_SCHOOLS, School)
def set_active(school: School) -> ResponseReturnValue:
    """``active``: 1 or 0."""
    if (flag := request.form.get("active")) not in ("0", "1"):
        raise BadRequest("Форма повреждена: обновите страницу и повторите.")
    service.set_active(school, flag == "1", posted_version(), current_user)
    words = "Школа снова участвует в дорожной карте." if flag == "1" else "Школа больше не участвует в дорожной карте."
    return redirect_to("schools.show", words, school_id=school.id)


@bp.route("/schools/<uuid:school_id>/card/<int:year>", methods=["GET", "POST"])
@grants(Action.EDIT_SCHOOL_CARD, School)
def card(school: School, year: int) -> ResponseReturnValue:
    """The card of the school year that begins in September of ``year``."""
    if not school.since.year - 1 <= year <= current_year():
        raise NotFound("Карточки за этот учебный год нет.")
    found = queries.card(school, year)
    form_class = card_form(year)
    context: dict[str, Any] = {"school": school, "card": found, "year": year}
    if request.method == "POST":
        form = form_class(request.form)
        form.validate()
        version = posted_version()
        if not form.check():
            return page("schools/card", 422, form=form, version=version, **context)
        try:
            service.save_card(school, year, _card_details(form, year), version, current_user)
        except Conflict:
            changed = _changed_meanwhile(form, form_class.of(_card_values(found, year)))
            return page("schools/card", 409, form=form, version=_version(found), changed=changed, **context)
        return redirect_to("schools.show", "Карточка ОО сохранена.", school_id=school.id)
    before = found or queries.card(school, year - 1)
    form = form_class.of(_card_values(before, year))
    prefilled = found is None and before is not None
    return page("schools/card", form=form, version=_version(found), prefilled=prefilled, **context)


@bp.post("/schools/<uuid:school_id>/card/<int:year>/confirm")
@grants(Action.EDIT_SCHOOL_CARD, School)
def confirm_card(school: School, year: int) -> ResponseReturnValue:
    found = queries.card(school, year)
    if found is None:
        raise NotFound
    service.confirm_card(found, posted_version(), current_user)
    return redirect_to("schools.show", "Карточка ОО подтверждена.", school_id=school.id)


def current_year() -> int:
    """The calendar year of the current school year's September."""
    today = clock.today()
    return today.year if today.month >= 9 else today.year - 1


def _details(form: SchoolForm) -> service.SchoolDetails:
    return service.SchoolDetails(
        short_name=form.short_name.data,
        full_name=form.full_name.data,
        full_name_gen=form.full_name_gen.data,
        place=form.place.data or "",
        phone=form.phone.data or "",
    )


def _card_details(form: CardForm, year: int) -> service.CardDetails:
    return service.CardDetails(
        pupils={birth_year: form[f"born_{birth_year}"].data or 0 for birth_year in birth_years(year)},
        teachers=form.teachers.data,
        early_career_teachers=form.early_career_teachers.data,
        site_section_url=form.site_section_url.data or "",
    )


def _version(card: SchoolCard | None) -> int:
    return card.version if card is not None else 0


def _changed_meanwhile(typed: CardForm, saved: CardForm) -> list[tuple[str, str, str]]:
    """(label, what is stored now, what was typed) of each field in which they differ."""
    entries = [(mine, saved[mine.name]) for mine in typed]
    return [
        (mine.label.text, theirs.shown(), mine.shown())
        for mine, theirs in entries
        if isinstance(mine, Entry) and isinstance(theirs, Entry) and (mine.data or None) != (theirs.data or None)
    ]


def _card_values(card: SchoolCard | None, year: int) -> dict[str, object]:
    """What the form shows: the card, or last year's teachers and site as a start."""
    if card is None:
        return {}
    values: dict[str, object] = {
        "teachers": card.teachers,
        "early_career_teachers": card.early_career_teachers,
        "site_section_url": card.site_section_url,
    }
    return values | {f"born_{birth_year}": card.pupils.get(str(birth_year)) for birth_year in birth_years(year)}
