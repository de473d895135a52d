"""One right row into the registers, and back out of them: by the services of the registers themselves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roadmap import clock
from roadmap.database import db, new_id
from roadmap.programmes import service as programmes
from roadmap.programmes.forms import ProgrammeForm
from roadmap.programmes.models import Programme
from roadmap.registers import pairing, register
from roadmap.registers import service as people_service
from roadmap.registers.history import forget_person, removed
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.register import alias
from roadmap.registers.words import MentoringKind, PersonKind, RegisterRole
from roadmap.schools.models import School
from roadmap.workbooks import people
from roadmap.workbooks.columns import CATEGORY, KINDS, MENTORING, OFFERED, SEXES, WAY, Kind, inputs
from roadmap.workbooks.comparison import Outcome

MODELS: Mapping[Kind, Any] = {
    Kind.MENTORS: Participant,
    Kind.MENTEES: Participant,
    Kind.PAIRS: Mentorship,
    Kind.PROGRAMME: Programme,
}
OWN = {"mentor_card", "mentee_card", "import_row"}  # tables whose rows go with a person


@dataclass(frozen=True)
class Done:
    """What a row did: to which record, whether it made it, and what of the state before no revision holds."""

    thing: Any
    made: bool
    kept: dict[str, Any]


def take_person(kind: Kind, outcome: Outcome, school: School, actor: Any) -> Done:
    role = people.ROLES[kind]
    if outcome.target is None:
        return _add_person(kind, outcome, school, actor)
    participant = db.session.get_one(Participant, outcome.target)
    before, had_card = list(participant.to_check), getattr(participant, role.value) is not None
    labels = {change.label for change in outcome.changes}
    details = _person_details(outcome.texts, role)
    if _person_labels(kind) & labels:
        people_service.change_participant(participant, details, participant.version, actor)
    if labels - _person_labels(kind):
        card = _card(kind, outcome.texts)
        people_service.save_cards(participant, participant.version, actor=actor, **card)
    # A row of a table is not a person who has looked: what was typed there is known, the rest stays to be checked.
    typed = {*outcome.about} | ({role.value} if "entered_on" in outcome.about else set())
    filled = set() if had_card else {role.value}
    participant.to_check = sorted({*before, *filled} - typed)
    db.session.flush()
    return Done(participant, False, {"to_check": before})


def _add_person(kind: Kind, outcome: Outcome, school: School, actor: Any) -> Done:
    role, record = people.ROLES[kind], outcome.texts
    filled = [key for key in ("kind", "employee") if not record.get(key)]
    if not record.get("entered_on"):
        filled.append(role.value)
    participant = people_service.add_participant(
        school, _person_details(record, role), to_check=filled, actor=actor, **_card(kind, record)
    )
    return Done(participant, True, {})


def take_pair(outcome: Outcome, school: School, actor: Any) -> Done:
    record = outcome.texts
    whose, facts = outcome.about
    details = pairing.MentorshipDetails(
        mentor_id=whose.mentor.id,
        mentee_ids=tuple(person.id for person in whose.mentees) if outcome.target is None else _members(facts),
        form=OFFERED[record["form"]],
        kind=MentoringKind(MENTORING[record["kind"]]),
        starts_on=facts.starts_on,
        ends_on=people.parsed_day(record.get("ends_on", "")),
        name=record.get("name", ""),
        role_variant=record.get("role_variant", ""),
        order_number=record.get("order_number", ""),
        order_on=people.parsed_day(record.get("order_on", "")),
    )
    if outcome.target is None:
        return Done(pairing.add_mentorship(school, details, actor), True, {})
    mentorship = db.session.get_one(Mentorship, outcome.target)
    pairing.change_mentorship(mentorship, details, mentorship.version, actor)
    return Done(mentorship, False, {})


def take_plan(outcomes: Sequence[Outcome], actor: Any) -> Done:
    """All rows of one pair at once: a plan is saved as a whole."""
    place = outcomes[0].about
    if place.programme is None:
        mentorship = db.session.get_one(Mentorship, place.pair.id)
        programme, made = programmes.add_programme(mentorship, actor), True
    else:
        programme, made = db.session.get_one(Programme, place.programme.id), False
    events = {str(event["uid"]): dict(event) for event in programme.plan_answers.get("plan") or ()}
    for outcome in outcomes:
        uid = outcome.about.uid or new_id().hex[:12]
        events[uid] = {"uid": uid} | _event(outcome.texts)
    rest = {key: value for key, value in programme.plan_draft.items() if not key.startswith("plan-")}
    draft = rest | ProgrammeForm.to_draft({"plan": list(events.values())})
    programmes.save_plan(programme, draft, programme.version, actor)
    return Done(programme, made, {})


def put_back(thing: Any, snapshot: Mapping[str, Any], kept: Mapping[str, Any], actor: Any) -> None:
    """The record as it was before the import."""
    if isinstance(thing, Participant):
        _put_back_person(thing, register.Person.of(snapshot), kept, actor)
    elif isinstance(thing, Mentorship):
        before = register.Mentorship.of(snapshot)
        names = {*pairing.MentorshipDetails.__dataclass_fields__} - {"mentee_ids"}
        plain = {name: getattr(before, name) for name in names}
        details = pairing.MentorshipDetails(mentee_ids=_members(before), **plain)
        pairing.change_mentorship(thing, details, thing.version, actor)
    else:
        answers = register.Programme.of(snapshot).answers
        programmes.replace_plan(thing, answers, thing.version, actor)


def take_away(thing: Any, actor: Any) -> None:
    """A record that the import made is no more; of a person only figures of the past stay."""
    if isinstance(thing, Participant):
        thing.full_name = alias(thing.number)
        forget_person(thing)
        for card in (thing.mentor, thing.mentee):
            if card is not None:
                db.session.delete(card)
        db.session.flush()
        db.session.refresh(thing)
    removed(thing, actor)


def _put_back_person(participant: Participant, before: register.Person, kept: Mapping[str, Any], actor: Any) -> None:
    participant.experience_years, participant.experience_on = before.experience_years, before.experience_on
    names = people_service.PersonDetails.__dataclass_fields__
    details = people_service.PersonDetails(**{name: getattr(before, name) for name in names})
    people_service.change_participant(participant, details, participant.version, actor)
    cards = {
        "mentor": people_service.MentorDetails(**vars(before.mentor)) if before.mentor else None,
        "mentee": people_service.MenteeDetails(**vars(before.mentee)) if before.mentee else None,
    }
    for name, card in (("mentor", participant.mentor), ("mentee", participant.mentee)):
        if card is not None and cards[name] is None:
            db.session.delete(card)
            setattr(participant, name, None)
    people_service.save_cards(participant, participant.version, actor=actor, **cards)  # type: ignore[arg-type]
    participant.to_check = list(kept.get("to_check", ()))
    db.session.flush()


def _person_details(record: Mapping[str, str], role: RegisterRole) -> people_service.PersonDetails:
    typed_kind = KINDS.get(record.get("kind", ""))
    kind = PersonKind(typed_kind) if typed_kind else people.guessed_kind(dict(record), role, clock.today())
    employee = record.get("employee", "")
    return people_service.PersonDetails(
        full_name=record["full_name"],
        kind=kind,
        birth_year=_number(record.get("birth_year", "")),
        sex=SEXES.get(record.get("sex", "")),
        employee=employee == "да" if employee else kind is PersonKind.TEACHER,
        group=record.get("group", ""),
        post=record.get("post", ""),
        category=CATEGORY.get(record.get("category", ""), ""),
        experience_years=_number(record.get("experience_years", "")),
        enterprise=record.get("enterprise", ""),
        contact=record.get("contact", ""),
    )


def _card(kind: Kind, record: Mapping[str, str]) -> dict[str, Any]:
    """The card of the workbook's role, as the services take it."""
    entered = people.parsed_day(record.get("entered_on", "")) or clock.today()
    left, url = people.parsed_day(record.get("left_on", "")), record.get("url", "")
    if kind is Kind.MENTORS:
        texts = {key: record.get(key, "") for key in ("competences", "achievements", "interests", "wished_age", "time")}
        trained = people.parsed_day(record.get("trained_on", ""))
        return {"mentor": people_service.MentorDetails(entered, trained, left, testimonial_url=url, **texts)}
    texts = {key: record.get(key, "") for key in ("request", "result")}
    passed = record.get("passed") == "да"
    return {"mentee": people_service.MenteeDetails(entered, left, testimonial_url=url, passed=passed, **texts)}


def _person_labels(kind: Kind) -> set[str]:
    """Headers of the columns that are of the person, not of the card."""
    known = {*people_service.PersonDetails.__dataclass_fields__}
    return {column.header for column in inputs(kind) if column.key in known}


def _members(facts: register.Mentorship) -> tuple[uuid.UUID, ...]:
    return tuple(member.person_id for member in facts.members)


def _event(texts: Mapping[str, str]) -> dict[str, str]:
    due = people.parsed_day(texts["due"])
    assert due is not None
    plain = {key: texts.get(key, "") for key in ("title", "content", "expected")}
    return plain | {"due": due.isoformat(), "way": WAY[texts["way"]]}


def _number(text: str) -> int | None:
    return int(text) if text else None
