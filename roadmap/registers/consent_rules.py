"""Which consents a person must have given, and which are missing. Pure. Dossier §8, rules.md 16 and 17."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from roadmap.registers.register import Consent, Person
from roadmap.registers.words import PROCESSING, Basis, ConsentKind, PersonKind, RegisterRole

ADULT = {RegisterRole.MENTOR: ConsentKind.MENTOR_ADULT, RegisterRole.MENTEE: ConsentKind.MENTEE_ADULT}


@dataclass(frozen=True)
class Requirement:
    """One consent that is asked for: any of ``kinds`` will do; ``words`` name it in the genitive («нет …»)."""

    kinds: frozenset[ConsentKind]
    words: str


def allowed_kinds(person: Person, role: RegisterRole, on: date, came_of_age: bool = False) -> frozenset[ConsentKind]:
    """Kinds of the consent to processing that may be given on a day.

    Only the birth year is known, so through the calendar year of the 18th birthday the representative signs too,
    unless the curator ticked «исполнилось 18 на дату согласия»; the same tick at 14 (rules.md 17).
    """
    age = person.age(on)
    if age is None:
        if person.kind is PersonKind.PUPIL:
            return frozenset({ConsentKind.STUDENT_UNDER14, ConsentKind.STUDENT_14_17})
        return frozenset({ADULT[role]})
    if age > 18 or (age == 18 and came_of_age):
        return frozenset({ADULT[role]})
    if age > 14 or (age == 14 and came_of_age):
        return frozenset({ConsentKind.STUDENT_14_17})
    return frozenset({ConsentKind.STUDENT_UNDER14})


def refusal(person: Person, consent: Consent) -> str | None:
    """Why this consent may not stand as it is given, in one sentence; None if all is well."""
    if consent.basis is not Basis.CONSENT:
        return None
    if consent.kind is ConsentKind.LABOUR:
        return _labour_refusal(person, consent)
    if consent.kind is ConsentKind.DISTRIBUTION:
        return None
    allowed = allowed_kinds(person, RegisterRole.MENTOR, consent.given_on, consent.came_of_age) | allowed_kinds(
        person, RegisterRole.MENTEE, consent.given_on, consent.came_of_age
    )
    if consent.kind not in allowed:
        return _age_refusal(person, consent, allowed)
    if consent.kind is ConsentKind.STUDENT_14_17 and not (consent.own_signed and consent.representative_signed):
        return (
            "С 14 до 18 лет согласие подписывают двое: сам обучающийся и законный представитель. Отметьте обе подписи."
        )
    if consent.kind is ConsentKind.STUDENT_UNDER14 and not consent.representative_signed:
        return "До 14 лет согласие подписывает законный представитель. Отметьте его подпись."
    return None


def required_consents(person: Person, role: RegisterRole, on: date) -> tuple[Requirement, ...]:
    """What must be valid on a day for the person to stand in an approved pair in this role.

    A consent given in time stays good for its term, so a younger kind also fits those who were younger once.
    """
    kinds = allowed_kinds(person, role, on) | allowed_kinds(person, role, on, came_of_age=True)
    age = person.age(on)
    if person.kind is PersonKind.PUPIL or (age is not None and age <= 19):
        kinds |= {ConsentKind.STUDENT_14_17, ConsentKind.STUDENT_UNDER14}
    return (Requirement(kinds, "согласия на обработку персональных данных"),)


def missing(person: Person, role: RegisterRole, on: date, consents: Iterable[Consent]) -> tuple[Requirement, ...]:
    """The requirements that no valid consent of the person meets on a day."""
    valid = [c for c in consents if c.person_id == person.id and c.valid(on) and refusal(person, c) is None]
    return tuple(
        wanted
        for wanted in required_consents(person, role, on)
        if not any(consent.kind in wanted.kinds for consent in valid)
    )


def may_be_named(person: Person, on: date, consents: Iterable[Consent]) -> bool:
    """Some consent to processing (or another basis for it) is valid: the name may stand in a list or an export."""
    return any(c.person_id == person.id and c.kind in PROCESSING and c.valid(on) for c in consents)


def labour_required(mentor: Person, mentees: Iterable[Person], on: date, since: date) -> bool:
    """ст. 351.8 ТК is asked only from ``since`` on, of a mentor employed here, for a mentee who is a worker."""
    return on >= since and mentor.employee and any(mentee.worker for mentee in mentees)


def labour_given(mentor: Person, on: date, consents: Iterable[Consent]) -> bool:
    return any(
        c.person_id == mentor.id and c.kind is ConsentKind.LABOUR and c.valid(on) and refusal(mentor, c) is None
        for c in consents
    )


def _labour_refusal(person: Person, consent: Consent) -> str | None:
    if not person.employee:
        return "Согласие по ст. 351.8 ТК РФ берут только у работника этой школы. Отметьте это в карточке."
    if not (consent.addendum_number and consent.addendum_on):
        return "Укажите номер и дату дополнительного соглашения к трудовому договору."
    return None


def _age_refusal(person: Person, consent: Consent, allowed: frozenset[ConsentKind]) -> str:
    age = person.age(consent.given_on)
    if age == 18 and ConsentKind.STUDENT_14_17 in allowed:
        return (
            "В год 18-летия нужно согласие и законного представителя – или отметка «исполнилось 18 на дату согласия»."
        )
    if age == 14 and ConsentKind.STUDENT_UNDER14 in allowed:
        return "В год 14-летия согласие даёт законный представитель – или отметка «исполнилось 14 на дату согласия»."
    named = "; ".join(sorted(f"«{kind.label}»" for kind in allowed))
    years = "" if age is None else f" В {consent.given_on.year} году человеку исполняется {age}."
    return f"Этот вид согласия не подходит по возрасту.{years} Подойдёт согласие {named}."
