"""What views of the registers share: forms to details and back, filters of lists, notes of read lists."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request, url_for
from flask_login import current_user
from wtforms import Form

from roadmap import clock
from roadmap.errors import BadRequest
from roadmap.fields import Entry
from roadmap.registers import forms, service
from roadmap.registers.models import Participant
from roadmap.registers.queries import PeopleFilter
from roadmap.registers.words import Basis, ConsentKind, PersonKind, RegisterRole
from roadmap.schools.models import School
from roadmap.schools.queries import school_by_code

PERSON_FIELDS = (
    "full_name",
    "kind",
    "birth_year",
    "sex",
    "group",
    "post",
    "employee",
    "experience_years",
    "category",
    "enterprise",
    "contact",
)
MENTOR_FIELDS = {
    "mentor_entered_on": "entered_on",
    "competences": "competences",
    "achievements": "achievements",
    "interests": "interests",
    "wished_age": "wished_age",
    "time": "time",
    "trained_on": "trained_on",
    "left_on": "left_on",
    "mentor_testimonial_url": "testimonial_url",
}
MENTEE_FIELDS = {
    "mentee_entered_on": "entered_on",
    "request": "request",
    "completed_on": "completed_on",
    "result": "result",
    "passed": "passed",
    "mentee_testimonial_url": "testimonial_url",
}


def person_details(form: Any) -> service.PersonDetails:
    values = {name: form[name].data for name in PERSON_FIELDS}
    texts = ("group", "post", "category", "enterprise", "contact")
    values |= {name: values[name] or "" for name in texts}
    employee = None if values["employee"] is None else values["employee"] == "here"
    return service.PersonDetails(**values | {"kind": PersonKind(values["kind"]), "employee": employee})


def mentor_details(form: Any) -> service.MentorDetails:
    return service.MentorDetails(**_card_values(form, MENTOR_FIELDS, ("trained_on", "left_on")))


def mentee_details(form: Any) -> service.MenteeDetails:
    return service.MenteeDetails(**_card_values(form, MENTEE_FIELDS, ("completed_on",)))


def consent_details(form: forms.ConsentForm) -> service.ConsentDetails:
    return service.ConsentDetails(
        kind=ConsentKind(form.kind.data),
        basis=Basis(form.basis.data),
        given_on=form.given_on.data,
        valid_to=form.valid_to.data,
        paper_number=form.paper_number.data or "",
        own_signed=form.own_signed.data,
        representative_signed=form.representative_signed.data,
        came_of_age=form.came_of_age.data,
        addendum_number=form.addendum_number.data or "",
        addendum_on=form.addendum_on.data,
        payment_basis=form.payment_basis.data or "",
    )


def person_values(participant: Participant) -> dict[str, Any]:
    values = {name: getattr(participant, name) for name in PERSON_FIELDS}
    works = participant.employee or participant.kind == PersonKind.TEACHER
    return values | {"employee": ("here" if participant.employee else "elsewhere") if works else None}


def card_values(card: Any, role: RegisterRole) -> dict[str, Any]:
    """A card as the form's field values; today's entry where there is none."""
    names = MENTOR_FIELDS if role is RegisterRole.MENTOR else MENTEE_FIELDS
    if card is None:
        return {next(iter(names)): clock.today().isoformat()}
    values = {field: getattr(card, name) for field, name in names.items()}
    return {field: value.isoformat() if hasattr(value, "isoformat") else value for field, value in values.items()}


def people_filter(role: RegisterRole) -> PeopleFilter:
    """From the query string; an unknown word is no filter."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    return PeopleFilter(
        role,
        q=request.args.get("q", "")[:100],
        kind=kind if kind in {member.value for member in PersonKind} else "",
        state=state if state in ("in", "free", "left", "check") else "",
    )


def listed_school() -> School | None:
    """A school's people see their own; the office all, or the one that ``?school=code`` names."""
    if current_user.school_id is not None:
        own: School = current_user.school
        return own
    school = school_by_code(request.args.get("school", "")[:20])
    return school if school is not None and school.municipality_id == current_user.municipality_id else None


def list_args() -> dict[str, Any]:
    """Which page of which list is open: a row's form leads back to it."""
    names = ("q", "kind", "state", "form", "school", "full", "after")
    return {name: request.args[name][:100] for name in names if request.args.get(name)}


def after_mark() -> uuid.UUID | None:
    """Where the page begins; an id, so that no name stands in an address."""
    text = request.args.get("after", "")
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadRequest("Адрес страницы повреждён: откройте список заново.") from None


def next_link(endpoint: str, kept: dict[str, str], after: uuid.UUID | None) -> str | None:
    """The list's next page with its filters kept."""
    values: dict[str, Any] = dict(kept)
    return url_for(endpoint, **values, after=str(after)) if after else None


def refuse(form: Form, field: str, sentence: str) -> None:
    """An error at one field of a form."""
    entry = form[field]
    assert isinstance(entry, Entry)
    entry.refuse(sentence)


def _card_values(form: Any, names: dict[str, str], optional: tuple[str, ...]) -> dict[str, Any]:
    values = {name: form[field].data for field, name in names.items()}
    return {key: value if value is not None or key in optional else "" for key, value in values.items()}
