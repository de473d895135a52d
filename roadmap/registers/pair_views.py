"""Pairs and groups, and the contradictions of a register."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, can, grants
from roadmap.catalogue.school_report_figures import LABELS, UNITS
from roadmap.errors import Invalid
from roadmap.registers import as_of, forms, pages, pairing, queries, service
from roadmap.registers.blueprint import bp
from roadmap.registers.models import Mentorship
from roadmap.registers.pairing import Contradiction, MentorshipDetails
from roadmap.registers.queries import OfferedSchool, PairsFilter
from roadmap.registers.words import FORMS, MentoringKind, MentorshipState, RegisterRole
from roadmap.schools.models import School
from roadmap.web import page, posted_version, redirect_to


@bp.get("/pairs")
@grants(Action.READ_REGISTER)
def pairs() -> ResponseReturnValue:
    school, state, form = pages.listed_school(), request.args.get("state", ""), request.args.get("form", "")
    wanted = PairsFilter(
        q=request.args.get("q", "")[:100],
        state=state if state in {member.value for member in MentorshipState} else "",
        form=form if form in FORMS else "",
    )
    school_id = school.id if school is not None else None
    rows, after = queries.mentorships(current_user.municipality_id, school_id, wanted, pages.after_mark())
    service.note_list_read(current_user, "pairs")
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "form", "school") and value}
    return page(
        "registers/pairs",
        rows=rows,
        wanted=wanted,
        school=school,
        schools=_offered_schools(),
        states=list(MentorshipState),
        forms=[form for form in FORMS.values() if not form.hidden],
        kept=kept,
        list_args=pages.list_args(),
        next_url=pages.next_link("registers.pairs", kept, after),
    )


@bp.route("/pairs/new", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER)
def new_pair() -> ResponseReturnValue:
    form_class = _form_class(current_user.school)
    if request.method == "GET":
        form = form_class.of({"mentor": request.args.get("mentor"), "kind": "one_to_one"})
        return page("registers/new_pair", form=form)
    form = form_class(request.form)
    if form.validate():
        try:
            mentorship = pairing.add_mentorship(current_user.school, _details(form), current_user)
            return redirect_to("registers.pair", "Проект пары сохранён.", mentorship_id=mentorship.id)
        except Contradiction as refusal:
            _put_at_fields(form, refusal)
    return page("registers/new_pair", 422, form=form)


@bp.get("/pairs/<uuid:mentorship_id>")
@grants(Action.VIEW, Mentorship)
def pair(mentorship: Mentorship) -> ResponseReturnValue:
    draft = mentorship.state == MentorshipState.DRAFT
    return page(
        "registers/pair",
        pair=mentorship,
        obstacles=pairing.approval_obstacles(mentorship) if mentorship.facts().open else [],
        warnings=pairing.warnings(mentorship),
        draft=draft,
        form_known=FORMS.get(mentorship.form),
        may_edit=can(current_user, Action.KEEP_REGISTER, mentorship) and mentorship.facts().open,
    )


@bp.route("/pairs/<uuid:mentorship_id>/edit", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Mentorship)
def edit_pair(mentorship: Mentorship) -> ResponseReturnValue:
    form_class = _form_class(mentorship.school, mentorship)
    if request.method == "GET":
        form = form_class.of(_values(mentorship))
        return page("registers/edit_pair", form=form, pair=mentorship, version=mentorship.version)
    form, version = form_class(request.form), posted_version()
    if form.validate():
        try:
            pairing.change_mentorship(mentorship, _details(form), version, current_user)
            return redirect_to("registers.pair", "Пара сохранена.", mentorship_id=mentorship.id)
        except Contradiction as refusal:
            _put_at_fields(form, refusal)
    return page("registers/edit_pair", 422, form=form, pair=mentorship, version=version)


@bp.post("/pairs/<uuid:mentorship_id>/approve")
@grants(Action.KEEP_REGISTER, Mentorship)
def approve_pair(mentorship: Mentorship) -> ResponseReturnValue:
    pairing.approve_mentorship(mentorship, posted_version(), current_user)
    return redirect_to("registers.pair", "Пара утверждена.", mentorship_id=mentorship.id)


@bp.route("/pairs/<uuid:mentorship_id>/end", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Mentorship)
def end_pair(mentorship: Mentorship) -> ResponseReturnValue:
    if request.method == "GET":
        values = {"on": clock.today().isoformat(), "result": mentorship.result}
        return page("registers/end_pair", form=forms.EndForm.of(values), pair=mentorship, version=mentorship.version)
    form, version = forms.EndForm(request.form), posted_version()
    if form.validate():
        reason = form.reason.data if form.how.data == "stopped" else ""
        try:
            pairing.end_mentorship(
                mentorship, form.on.data, result=form.result.data, reason=reason, version=version, actor=current_user
            )
            return redirect_to("registers.pair", "Окончание записано.", mentorship_id=mentorship.id)
        except Invalid as refusal:
            form.on.refuse(refusal.message)
    return page("registers/end_pair", 422, form=form, pair=mentorship, version=version)


@bp.get("/findings")
@grants(Action.READ_REGISTER)
def findings() -> ResponseReturnValue:
    """Contradictions of a school's register, or of all schools for the office."""
    school, today = pages.listed_school(), clock.today()
    asks_school = school is None and queries.too_many_to_judge(current_user.municipality_id)
    found = [] if asks_school else queries.contradictions(current_user.municipality_id, school, today)
    service.note_list_read(current_user, "findings")
    return page(
        "registers/findings",
        found=found,
        asks_school=asks_school,
        school=school,
        schools=_offered_schools(),
        today=today,
    )


@bp.get("/figures")
@grants(Action.READ_REGISTER)
def figures() -> ResponseReturnValue:
    """What the register gives to the June report, as it was known on a day (``?on=2026-06-10``); no names."""
    school, today = pages.listed_school(), clock.today()
    form = (
        forms.FiguresForm(request.args) if request.args.get("on") else forms.FiguresForm.of({"on": today.isoformat()})
    )
    if not form.validate():
        return page("registers/figures", 422, form=form, found=[], school=school, schools=_offered_schools(), on=today)
    on = form.on.data
    year = on.year if on.month >= 9 else on.year - 1
    if school is not None:
        counts = as_of.counts(school.id, on, year)
    else:
        counts = as_of.municipal_counts(current_user.municipality_id, on, year)
    return page(
        "registers/figures",
        form=form,
        found=[(LABELS[name], UNITS.get(name, "чел."), value) for name, value in counts.items()],
        school=school,
        schools=_offered_schools(),
        on=on,
        year=year,
    )


def _offered_schools() -> list[OfferedSchool]:
    return [] if current_user.school_id else queries.offered_schools(current_user.municipality_id)


def _form_class(school: School, mentorship: Mentorship | None = None) -> type[forms.MentorshipForm]:
    """With everybody of the bases, and those already in the pair even if they have left since."""
    mentors = list(queries.candidates(school.id, RegisterRole.MENTOR))
    mentees = list(queries.candidates(school.id, RegisterRole.MENTEE))
    if mentorship is not None:
        mentors += [person for person in [mentorship.mentor] if person not in mentors]
        mentees += [row.participant for row in mentorship.members if row.participant not in mentees]
    return forms.mentorship_form(mentors, mentees, queries.mentees_in_pairs(school.id))


def _details(form: forms.MentorshipForm) -> MentorshipDetails:
    return MentorshipDetails(
        mentor_id=uuid.UUID(form.mentor.data),
        mentee_ids=tuple(uuid.UUID(key) for key in form.mentees.data),
        form=form.form.data,
        kind=MentoringKind(form.kind.data),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        name=form.name.data or "",
        role_variant=form.role_variant.data or "",
        order_number=form.order_number.data or "",
        order_on=form.order_on.data,
    )


def _values(pair: Mentorship) -> dict[str, Any]:
    plain = {name: getattr(pair, name) for name in ("form", "kind", "role_variant", "order_number", "name")}
    dates = {name: getattr(pair, name) for name in ("starts_on", "ends_on", "order_on")}
    return (
        plain
        | {name: value.isoformat() for name, value in dates.items() if value}
        | {"mentor": str(pair.mentor_id), "mentees": [str(row.participant_id) for row in pair.members]}
    )


def _put_at_fields(form: forms.MentorshipForm, refusal: Contradiction) -> None:
    """Each sentence at the field where it bites."""
    for finding in refusal.findings:
        pages.refuse(form, finding.field or "mentor", finding.message.rstrip("."))
