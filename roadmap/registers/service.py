"""Entering and changing people, their cards and consents. Every change goes through ``history.changed``."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from roadmap import clock, storage
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import after_rollback, db, new_id, require_version
from roadmap.errors import Invalid, WrongState
from roadmap.language import Case, Sex, decline, detect_sex, normalise_name, search_key, sort_key
from roadmap.registers import consent_rules
from roadmap.registers.details import ConsentDetails as ConsentDetails
from roadmap.registers.details import MenteeDetails as MenteeDetails
from roadmap.registers.details import MentorDetails as MentorDetails
from roadmap.registers.details import PersonDetails as PersonDetails
from roadmap.registers.history import changed, forget_person
from roadmap.registers.models import Consent, MenteeCard, MentorCard, Participant
from roadmap.registers.pairing import end_mentorships_of, open_mentorships_of
from roadmap.registers.register import Consent as ConsentFacts
from roadmap.registers.register import alias
from roadmap.registers.words import PROCESSING, PersonKind
from roadmap.schools.models import School
from roadmap.uploads import Upload

CASES = (("gen", Case.GENITIVE), ("dat", Case.DATIVE), ("ins", Case.INSTRUMENTAL))


@dataclass(frozen=True)
class Actor:
    """Who did it, where the user's row itself has gone with its transaction."""

    id: uuid.UUID


def add_participant(
    school: School,
    details: PersonDetails,
    *,
    mentor: MentorDetails | None = None,
    mentee: MenteeDetails | None = None,
    to_check: Collection[str] = (),
    actor: Any = None,
) -> Participant:
    """A new person with a mentor's card, a mentee's, or both. ``to_check`` names fields that a program has filled.

    Doubles are suggested by ``queries.similar``; here they are not refused: namesakes exist.
    """
    db.session.refresh(school, with_for_update=True)  # two at once must not take one number
    last = db.session.scalar(select(func.max(Participant.number)).where(Participant.school_id == school.id))
    participant = Participant(
        id=new_id(),
        municipality_id=school.municipality_id,
        school_id=school.id,
        number=(last or 0) + 1,
        created_at=clock.now(),
        to_check=sorted(set(to_check)),
    )
    _fill(participant, details)
    db.session.add(participant)
    db.session.flush()
    _put_cards(participant, mentor, mentee)
    changed(Verb.PARTICIPANT_ADDED, participant, actor)
    return participant


def change_participant(
    participant: Participant, details: PersonDetails, version: int, actor: Any = None, to_check: Collection[str] = ()
) -> None:
    """Conflict if somebody changed the person since ``version``. What a person has seen needs no «проверьте»: only an
    import names fields ``to_check``."""
    require_version(participant, version)
    _require_known(participant)
    _fill(participant, details)
    participant.to_check = sorted(set(to_check))
    changed(Verb.PARTICIPANT_CHANGED, participant, actor)


def change_some(participant: Participant, version: int, actor: Any = None, **values: Any) -> None:
    """Changes the named fields of ``PersonDetails`` and leaves the rest, «проверьте» of others included.

    The row is locked first, so that of two at once the second gets its Conflict here. WrongState for one whose name is
    hidden or erased.
    """
    db.session.refresh(participant, with_for_update=True)
    _require_known(participant)
    if participant.hidden_since is not None:
        raise WrongState("Согласие отозвано: в списке сведения об этом человеке не меняют.")
    require_version(participant, version)
    present = {name: getattr(participant, name) for name in PersonDetails.__dataclass_fields__}
    details = PersonDetails(**present | {"kind": PersonKind(participant.kind)})
    participant.to_check = [name for name in participant.to_check if name not in values]
    _fill(participant, replace(details, **values))
    changed(Verb.PARTICIPANT_CHANGED, participant, actor)


def save_cards(
    participant: Participant,
    version: int,
    *,
    mentor: MentorDetails | None = None,
    mentee: MenteeDetails | None = None,
    actor: Any = None,
) -> None:
    """Makes or changes the given cards; the other one stays. Invalid if a card ends before it begins."""
    require_version(participant, version)
    _require_known(participant)
    _put_cards(participant, mentor, mentee)
    participant.to_check = [name for name in participant.to_check if name not in ("mentor", "mentee")]
    _bump(participant)
    changed(Verb.PARTICIPANT_CHANGED, participant, actor)


def confirm_names(participant: Participant, forms: dict[str, str], version: int, actor: Any = None) -> None:
    """The name in cases as a person has read it: ``forms`` has gen, dat and ins."""
    require_version(participant, version)
    for key, _ in CASES:
        setattr(participant, f"name_{key}", normalise_name(forms[key]))
    participant.name_others, participant.names_verified = {}, True
    changed(Verb.PARTICIPANT_CHANGED, participant, actor)


def leave(participant: Participant, on: date, reason: str, version: int, actor: Any = None) -> int:
    """The person leaves the programme: both cards are closed and the open pairs end that day. How many ended."""
    require_version(participant, version)
    if on > clock.today():
        raise Invalid("Дата выбытия ещё не наступила. Отметьте выбытие в этот день или позже.")
    mentor, mentee = participant.mentor, participant.mentee
    for card, field in ((mentor, "left_on"), (mentee, "completed_on")):
        if card is None or getattr(card, field) is not None:
            continue
        if card.entered_on > on:
            raise Invalid("Дата выбытия раньше даты вхождения в программу. Проверьте обе даты.")
        setattr(card, field, on)
    ended = end_mentorships_of(participant, on, reason, actor)
    _bump(participant)
    changed(Verb.PARTICIPANT_LEFT, participant, actor, count=ended)
    return ended


def give_consent(
    participant: Participant, details: ConsentDetails, file: Upload | None = None, actor: Any = None
) -> Consent:
    """Invalid where its kind, signatures or term don't fit the person (rules.md 16, 17)."""
    _require_known(participant)
    if details.given_on > clock.today():
        raise Invalid("Дата согласия ещё не наступила.")
    if details.valid_to is not None and details.valid_to < details.given_on:
        raise Invalid("Срок согласия заканчивается раньше, чем оно дано. Проверьте обе даты.")
    facts = ConsentFacts(id=new_id(), person_id=participant.id, **vars(details))
    refusal = consent_rules.refusal(participant.facts(), facts)
    if refusal is not None:
        raise Invalid(refusal)
    consent = Consent(
        id=facts.id,
        municipality_id=participant.municipality_id,
        school_id=participant.school_id,
        participant_id=participant.id,
        created_at=clock.now(),
        **asdict(details) | {"kind": details.kind.value, "basis": details.basis.value},
    )
    if file is not None:
        consent.sha256 = storage.put(file.content)
        consent.file_name, consent.media_type = file.name, file.media_type
    db.session.add(consent)
    changed(Verb.CONSENT_GIVEN, consent, actor, kind=details.kind.value)
    if participant.hidden_since is not None and details.kind in PROCESSING and facts.valid(clock.today()):
        participant.hidden_since = None
        changed(Verb.PARTICIPANT_CHANGED, participant, actor)
    return consent


def withdraw_consent(consent: Consent, on: date, version: int, actor: Any = None) -> None:
    """From ``on`` the consent is no more; without another one the name is hidden at once (dossier §8.3)."""
    require_version(consent, version)
    if consent.withdrawn_on is not None:
        raise WrongState("Это согласие уже отозвано.")
    if on < consent.given_on:
        raise Invalid("Согласие отозвано раньше, чем дано. Проверьте дату.")
    if on > clock.today():
        raise Invalid("Дата отзыва ещё не наступила.")
    consent.withdrawn_on = on
    changed(Verb.CONSENT_WITHDRAWN, consent, actor, kind=consent.kind)
    participant = consent.participant
    if consent.kind not in PROCESSING or participant.hidden_since is not None:
        return
    others = [row.facts() for row in participant.consents]
    if not consent_rules.may_be_named(participant.facts(), clock.today(), others):
        participant.hidden_since = on
        changed(Verb.PARTICIPANT_CHANGED, participant, actor)


def erase(participant: Participant, version: int, actor: Any = None) -> None:
    """Destroys what names a person, in the registers and in their history; figures stay (dossier §8.3).

    Only once nothing open holds him. A scan loses its last reference here; its bytes are swept by the store.
    """
    require_version(participant, version)
    _require_known(participant)
    if open_mentorships_of(participant):
        raise WrongState("Человек состоит в действующей паре. Сначала отметьте, что он выбыл.")
    participant.full_name = alias(participant.number)
    participant.sort_key, participant.search_key = sort_key(participant.full_name), search_key(participant.full_name)
    for name in ("group", "post", "enterprise", "contact", "name_gen", "name_dat", "name_ins"):
        setattr(participant, name, "")
    participant.name_others, participant.to_check = {}, []
    for card, names in (
        (participant.mentor, ("competences", "achievements", "interests", "testimonial_url")),
        (participant.mentee, ("request", "result", "testimonial_url")),
    ):
        for name in names if card is not None else ():
            setattr(card, name, "")
    for consent in participant.consents:
        consent.sha256, consent.file_name, consent.paper_number = None, "", ""
    participant.hidden_since = participant.hidden_since or clock.today()
    participant.erased_at = clock.now()
    forget_person(participant)
    changed(Verb.PARTICIPANT_ERASED, participant, actor)


def note_list_read(user: Any, what: str) -> None:
    """A named list was opened (dossier §8.3). Written after the request, since a GET only reads."""
    actor, municipality_id = Actor(user.id), user.municipality_id
    after_rollback(lambda: record(Verb.NAMED_LIST_READ, None, actor, municipality_id=municipality_id, list=what))


def note_scan_taken(consent: Consent, user: Any) -> None:
    actor, municipality_id, key = Actor(user.id), consent.municipality_id, str(consent.id)
    after_rollback(lambda: record(Verb.CONSENT_DOWNLOADED, None, actor, municipality_id=municipality_id, consent=key))


def _fill(participant: Participant, details: PersonDetails) -> None:
    name = normalise_name(details.full_name)
    if not name:
        raise Invalid("Введите фамилию, имя и отчество.")
    sex = details.sex
    if sex is None:
        found = detect_sex(name)
        sex = found.value if found else None
        participant.to_check = sorted({*(participant.to_check or ()), "sex"})
    renamed = (participant.full_name, participant.sex) != (name, sex)
    if participant.experience_years != details.experience_years:
        participant.experience_on = clock.today() if details.experience_years is not None else None
    employee = details.kind is PersonKind.TEACHER if details.employee is None else details.employee
    told = {"full_name": name, "sex": sex, "kind": details.kind.value, "employee": employee}
    for key, value in (vars(details) | told).items():
        setattr(participant, key, value)
    participant.sort_key, participant.search_key = sort_key(name), search_key(name)
    if renamed:
        _decline(participant)


def _decline(participant: Participant) -> None:
    """Fills the cases; where the two dictionaries differ a person has to confirm them."""
    participant.name_others = {}
    if participant.sex is None:
        participant.name_gen = participant.name_dat = participant.name_ins = ""
        participant.names_verified = False
        return
    for key, case in CASES:
        declined = decline(participant.full_name, case, Sex(participant.sex))
        setattr(participant, f"name_{key}", declined.chosen)
        if declined.alternative is not None:
            participant.name_others = participant.name_others | {key: declined.alternative}
    participant.names_verified = not participant.name_others


def _put_cards(participant: Participant, mentor: MentorDetails | None, mentee: MenteeDetails | None) -> None:
    if mentor is not None:
        _require_order(mentor.entered_on, mentor.left_on)
        if participant.mentor is None:
            participant.mentor = MentorCard(participant_id=participant.id, **vars(mentor))
        else:
            _set(participant.mentor, mentor)
    if mentee is not None:
        _require_order(mentee.entered_on, mentee.completed_on)
        if participant.mentee is None:
            participant.mentee = MenteeCard(participant_id=participant.id, **vars(mentee))
        else:
            _set(participant.mentee, mentee)


def _set(card: MentorCard | MenteeCard, details: MentorDetails | MenteeDetails) -> None:
    for name, value in vars(details).items():
        setattr(card, name, value)


def _require_order(entered_on: date, left_on: date | None) -> None:
    if left_on is not None and left_on < entered_on:
        raise Invalid("Дата выхода из программы раньше даты вхождения. Проверьте обе даты.")


def _require_known(participant: Participant) -> None:
    if participant.erased_at is not None:
        raise WrongState("Сведения об этом человеке уничтожены: изменить их нельзя.")


def _bump(participant: Participant) -> None:
    """A card's change is the person's change: the optimistic lock is the person's version."""
    participant.version += 1
