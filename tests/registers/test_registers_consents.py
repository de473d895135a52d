"""Which consent fits whom: ages by the birth year with their ticks (rules.md 17), terms, withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import register_facts as make

from roadmap.registers.consent_rules import allowed_kinds, may_be_named, missing, refusal
from roadmap.registers.register import Consent
from roadmap.registers.words import Basis, ConsentKind, PersonKind, RegisterRole

DAY = date(2026, 3, 1)
UNDER, TEEN = ConsentKind.STUDENT_UNDER14, ConsentKind.STUDENT_14_17
MENTOR, MENTEE = ConsentKind.MENTOR_ADULT, ConsentKind.MENTEE_ADULT


@pytest.mark.parametrize(
    ("age", "tick", "kind"),
    [
        (13, False, UNDER),
        (13, True, UNDER),
        (14, False, UNDER),
        (14, True, TEEN),
        (15, False, TEEN),
        (17, True, TEEN),
        (18, False, TEEN),
        (18, True, MENTEE),
        (19, False, MENTEE),
    ],
)
def test_ages(age, tick, kind):
    assert allowed_kinds(make.pupil(2026 - age), RegisterRole.MENTEE, DAY, tick) == {kind}


def test_an_adult_signs_for_his_role():
    assert allowed_kinds(make.person(), RegisterRole.MENTOR, DAY) == {MENTOR}
    assert allowed_kinds(make.person(birth_year=None), RegisterRole.MENTEE, DAY) == {MENTEE}
    assert allowed_kinds(make.pupil(None), RegisterRole.MENTEE, DAY) == {UNDER, TEEN}


def consent(person, kind, **changes):
    values = {"own_signed": True, "representative_signed": True}
    return Consent(make.key(), person.id, kind, DAY, **(values | changes))


@pytest.mark.parametrize(
    ("birth_year", "kind", "changes", "words"),
    [
        (2010, TEEN, {"own_signed": False}, "подписывают двое"),
        (2010, TEEN, {"representative_signed": False}, "подписывают двое"),
        (2014, UNDER, {"representative_signed": False}, "подписывает законный представитель"),
        (2014, TEEN, {}, "не подходит по возрасту"),
        (2012, TEEN, {}, "В год 14-летия"),
        (2008, MENTEE, {}, "В год 18-летия"),
    ],
)
def test_refusals_say_why(birth_year, kind, changes, words):
    person = make.pupil(birth_year)
    assert words in refusal(person, consent(person, kind, **changes))


@pytest.mark.parametrize(("birth_year", "kind"), [(2012, TEEN), (2008, MENTEE)])
def test_the_tick_lets_them_sign(birth_year, kind):
    person = make.pupil(birth_year)
    assert refusal(person, consent(person, kind, came_of_age=True)) is None


def test_labour_consent_needs_an_employee_and_an_addendum():
    person = make.person(employee=True)
    given = consent(person, ConsentKind.LABOUR)
    assert "дополнительного соглашения" in refusal(person, given)
    assert refusal(person, replace(given, addendum_number="3", addendum_on=DAY)) is None
    assert "только у работника" in refusal(replace(person, employee=False), given)


def test_missing_until_given_and_again_after_its_end():
    person = make.person()
    assert [wanted.kinds for wanted in missing(person, RegisterRole.MENTOR, DAY, [])] == [{MENTOR}]
    given = consent(person, MENTOR, valid_to=date(2026, 5, 31))
    assert missing(person, RegisterRole.MENTOR, date(2026, 5, 31), [given]) == ()
    assert len(missing(person, RegisterRole.MENTOR, date(2026, 6, 1), [given])) == 1
    assert len(missing(person, RegisterRole.MENTOR, date(2026, 2, 28), [given])) == 1
    assert len(missing(person, RegisterRole.MENTEE, DAY, [given])) == 1
    withdrawn = replace(given, withdrawn_on=date(2026, 4, 1))
    assert missing(person, RegisterRole.MENTOR, date(2026, 3, 31), [withdrawn]) == ()
    assert len(missing(person, RegisterRole.MENTOR, date(2026, 4, 1), [withdrawn])) == 1


def test_a_childs_consent_stays_good_for_its_term():
    child = make.pupil(2012)
    given = replace(consent(child, UNDER), given_on=date(2024, 9, 1))
    assert missing(child, RegisterRole.MENTEE, DAY, [given]) == ()


def test_another_basis_needs_no_signature():
    child = make.pupil(2014)
    given = consent(child, UNDER, basis=Basis.LAW, representative_signed=False)
    assert (refusal(child, given), missing(child, RegisterRole.MENTEE, DAY, [given])) == (None, ())


def test_only_consents_to_processing_allow_to_be_named():
    person = make.person(PersonKind.PARTNER)
    assert may_be_named(person, DAY, [consent(person, ConsentKind.DISTRIBUTION)]) is False
    assert may_be_named(person, DAY, [consent(person, MENTOR)]) is True
    assert may_be_named(person, DAY, [replace(consent(person, MENTOR), person_id=make.key())]) is False
