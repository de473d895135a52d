"""The bases of mentors and mentees: lists, a person, his cards and consents."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock, storage
from roadmap.access import Action, can, grants
from roadmap.errors import Invalid, NotFound
from roadmap.registers import forms, pages, queries, service
from roadmap.registers import inline_views as inline_views
from roadmap.registers import pair_views as pair_views
from roadmap.registers.blueprint import bp as bp
from roadmap.registers.consent_rules import allowed_kinds, missing
from roadmap.registers.models import Consent, Participant
from roadmap.registers.words import ConsentKind, PersonKind, RegisterRole
from roadmap.uploads import SCANS, read_upload
from roadmap.web import download, page, posted_version, redirect_to


@bp.get("/mentors")
@grants(Action.READ_REGISTER)
def mentors() -> ResponseReturnValue:
    """«База наставников»."""
    return _list("registers/mentors", RegisterRole.MENTOR)


@bp.get("/mentees")
@grants(Action.READ_REGISTER)
def mentees() -> ResponseReturnValue:
    """«База наставляемых»."""
    return _list("registers/mentees", RegisterRole.MENTEE)


@bp.route("/people/new", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A mentor or (``?role=mentee``) a mentee. Likely doubles are shown first; a namesake is confirmed by a tick."""
    role = RegisterRole.MENTEE if request.args.get("role") == "mentee" else RegisterRole.MENTOR
    form_class = forms.NewMentorForm if role is RegisterRole.MENTOR else forms.NewMenteeForm
    if request.method == "GET":
        usual = PersonKind.TEACHER if role is RegisterRole.MENTOR else PersonKind.PUPIL
        form = form_class.of(pages.card_values(None, role) | {"kind": usual.value})
        return page("registers/new", form=form, role=role, doubles=[])
    form = form_class(request.form)
    if not form.validate():
        return page("registers/new", 422, form=form, role=role, doubles=[])
    details = pages.person_details(form)
    doubles = queries.similar(current_user.school_id, details.full_name, details.birth_year)
    if doubles and "namesake" not in request.form:
        return page("registers/new", 422, form=form, role=role, doubles=doubles)
    try:
        participant = service.add_participant(
            current_user.school,
            details,
            mentor=pages.mentor_details(form) if role is RegisterRole.MENTOR else None,
            mentee=pages.mentee_details(form) if role is RegisterRole.MENTEE else None,
            actor=current_user,
        )
    except Invalid as refusal:
        return page("registers/new", 422, form=form, role=role, doubles=[], refusal=refusal.message)
    return redirect_to("registers.show", "Человек внесён в базу.", participant_id=participant.id)


@bp.get("/people/<uuid:participant_id>")
@grants(Action.VIEW, Participant)
def show(participant: Participant) -> ResponseReturnValue:
    facts, today = participant.facts(), clock.today()
    consents = [consent.facts() for consent in participant.consents]
    roles = [role for role in RegisterRole if getattr(participant, role.value) is not None]
    return page(
        "registers/show",
        participant=participant,
        pairs=queries.mentorships_by_person([participant.id])[participant.id],
        history=queries.history(participant),
        today=today,
        age=facts.age(today),
        experience=facts.experience(today),
        roles=roles,
        lacking=[(role, wanted) for role in roles for wanted in missing(facts, role, today, consents)],
        valid={consent.id for consent in consents if consent.valid(today)},
        may_edit=can(current_user, Action.KEEP_REGISTER, participant) and participant.erased_at is None,
    )


@bp.route("/people/<uuid:participant_id>/edit", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Participant)
def edit(participant: Participant) -> ResponseReturnValue:
    if request.method == "GET":
        form = forms.PersonForm.of(pages.person_values(participant))
        return page("registers/edit", form=form, participant=participant, version=participant.version)
    form, version = forms.PersonForm(request.form), posted_version()
    if form.validate():
        service.change_participant(participant, pages.person_details(form), version, current_user)
        return redirect_to("registers.show", "Сведения сохранены.", participant_id=participant.id)
    return page("registers/edit", 422, form=form, participant=participant, version=version)


@bp.route("/people/<uuid:participant_id>/mentor", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Participant)
def mentor_card(participant: Participant) -> ResponseReturnValue:
    return _card(participant, RegisterRole.MENTOR)


@bp.route("/people/<uuid:participant_id>/mentee", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Participant)
def mentee_card(participant: Participant) -> ResponseReturnValue:
    return _card(participant, RegisterRole.MENTEE)


@bp.route("/people/<uuid:participant_id>/names", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Participant)
def names(participant: Participant) -> ResponseReturnValue:
    """The name in cases: read by a person before any paper prints it."""
    if request.method == "GET":
        values = {key: getattr(participant, f"name_{key}") for key in ("gen", "dat", "ins")}
        return page(
            "registers/names",
            form=forms.NamesForm.of(values),
            participant=participant,
            version=participant.version,
        )
    form, version = forms.NamesForm(request.form), posted_version()
    if form.validate():
        typed = {key: str(form[key].data) for key in ("gen", "dat", "ins")}
        service.confirm_names(participant, typed, version, current_user)
        return redirect_to("registers.show", "Склонение имени сохранено.", participant_id=participant.id)
    return page("registers/names", 422, form=form, participant=participant, version=version)


@bp.route("/people/<uuid:participant_id>/consents/new", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Participant)
def consent(participant: Participant) -> ResponseReturnValue:
    if request.method == "GET":
        kinds = _expected_consents(participant)
        values = {"kind": kinds[0] if kinds else None, "basis": "consent", "given_on": clock.today().isoformat()}
        form = forms.ConsentForm.of(values)
        return page("registers/consent", form=form, participant=participant)
    form = forms.ConsentForm(request.form)
    refusal = None
    if form.validate():
        try:
            file = read_upload(request.files.get("file"), SCANS)
            service.give_consent(participant, pages.consent_details(form), file, current_user)
            return redirect_to("registers.show", "Согласие внесено.", participant_id=participant.id)
        except Invalid as error:
            refusal = error.message
    return page("registers/consent", 422, form=form, participant=participant, refusal=refusal)


@bp.post("/consents/<uuid:consent_id>/withdraw")
@grants(Action.KEEP_REGISTER, Consent)
def withdraw(consent: Consent) -> ResponseReturnValue:
    form = forms.WithdrawForm(request.form)
    if not form.validate():
        raise Invalid(f"Дата отзыва: {form.on.errors[0]}.")
    service.withdraw_consent(consent, form.on.data, posted_version(), current_user)
    return redirect_to("registers.show", "Отзыв согласия записан.", participant_id=consent.participant_id)


@bp.get("/consents/<uuid:consent_id>/scan")
@grants(Action.KEEP_REGISTER, Consent)
def consent_scan(consent: Consent) -> ResponseReturnValue:
    """Only the school itself: a scan bears a passport and an address."""
    if consent.sha256 is None:
        raise NotFound
    service.note_scan_taken(consent, current_user)
    return download(storage.get(consent.sha256), consent.file_name, consent.media_type)


@bp.route("/people/<uuid:participant_id>/leave", methods=["GET", "POST"])
@grants(Action.KEEP_REGISTER, Participant)
def leave(participant: Participant) -> ResponseReturnValue:
    """«Выбыл»: both cards and the open pairs are closed."""
    pairs = queries.mentorships_by_person([participant.id])[participant.id]
    context: dict[str, Any] = {"participant": participant, "pairs": [pair for pair in pairs if pair.facts().open]}
    if request.method == "GET":
        form = forms.LeaveForm.of({"on": clock.today().isoformat()})
        return page("registers/leave", form=form, version=participant.version, **context)
    form, version = forms.LeaveForm(request.form), posted_version()
    if form.validate():
        try:
            service.leave(participant, form.on.data, form.reason.data, version, current_user)
            return redirect_to("registers.show", "Выбытие записано.", participant_id=participant.id)
        except Invalid as refusal:
            form.on.refuse(refusal.message)
    return page("registers/leave", 422, form=form, version=version, **context)


@bp.post("/people/<uuid:participant_id>/erase")
@grants(Action.SIGN_OFF, Participant)
def erase(participant: Participant) -> ResponseReturnValue:
    """By the head: what names the person is destroyed, figures stay."""
    service.erase(participant, posted_version(), current_user)
    return redirect_to("registers.show", "Сведения о человеке уничтожены.", participant_id=participant.id)


def _list(template: str, role: RegisterRole) -> ResponseReturnValue:
    wanted, school, full = pages.people_filter(role), pages.listed_school(), "full" in request.args
    school_id = school.id if school is not None else None
    rows, after = queries.participants(current_user.municipality_id, school_id, wanted, pages.after_mark())
    service.note_list_read(current_user, role.value)
    kept = {
        key: value for key, value in request.args.items() if key in ("q", "kind", "state", "school", "full") and value
    }
    endpoint = template.replace("/", ".")
    return page(
        template,
        rows=rows,
        # Counting a whole municipality would cost more than the page itself.
        total=queries.count_participants(current_user.municipality_id, school_id, wanted) if school else None,
        pairs=queries.mentorships_by_person([row.id for row in rows]),
        wanted=wanted,
        school=school,
        schools=[] if current_user.school_id else queries.offered_schools(current_user.municipality_id),
        kinds=list(PersonKind),
        kept=kept,
        list_args=pages.list_args() | {"role": role.value},
        full=full,
        endpoint=endpoint,
        next_url=pages.next_link(endpoint, kept, after),
    )


def _expected_consents(participant: Participant) -> list[ConsentKind]:
    """Kinds that the person lacks today, in each of his roles."""
    facts, today = participant.facts(), clock.today()
    given = [row.facts() for row in participant.consents]
    roles = [role for role in RegisterRole if getattr(participant, role.value) is not None]
    return [
        kind
        for role in roles
        if missing(facts, role, today, given)
        for kind in sorted(allowed_kinds(facts, role, today))
    ]


def _card(participant: Participant, role: RegisterRole) -> ResponseReturnValue:
    template = f"registers/{role.value}_card"
    form_class = forms.MentorCardForm if role is RegisterRole.MENTOR else forms.MenteeCardForm
    if request.method == "GET":
        form = form_class.of(pages.card_values(getattr(participant, role.value), role))
        return page(template, form=form, participant=participant, version=participant.version)
    form, version = form_class(request.form), posted_version()
    if form.validate():
        try:
            service.save_cards(
                participant,
                version,
                mentor=pages.mentor_details(form) if role is RegisterRole.MENTOR else None,
                mentee=pages.mentee_details(form) if role is RegisterRole.MENTEE else None,
                actor=current_user,
            )
            return redirect_to("registers.show", "Карточка сохранена.", participant_id=participant.id)
        except Invalid as refusal:
            pages.refuse(form, "left_on" if role is RegisterRole.MENTOR else "completed_on", refusal.message)
    return page(template, 422, form=form, participant=participant, version=version)
