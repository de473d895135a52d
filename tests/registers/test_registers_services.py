"""People, consents and pairs through the services: rules, locks, the journal, the history."""

from __future__ import annotations

from datetime import date

import factories
import pytest
import register_world as world
from sqlalchemy import func, select

from roadmap.audit.models import AuditEvent
from roadmap.audit.service import verify
from roadmap.database import db
from roadmap.errors import Conflict, Invalid, WrongState
from roadmap.registers import pairing, queries, service
from roadmap.registers.models import RegisterRevision
from roadmap.registers.pairing import Contradiction
from roadmap.registers.words import ConsentKind, MentoringKind, PersonKind, RegisterRole

JUNE_3 = date(2026, 6, 3)


def test_every_change_has_a_revision_and_a_line_of_the_journal_without_names(context):
    mentor, mentee = world.teacher(), world.pupil()
    pair = world.approved(mentor, mentee)
    service.leave(mentee, JUNE_3, "переезд", mentee.version, factories.user("head"))
    db.session.commit()
    events = db.session.execute(
        select(AuditEvent.verb, AuditEvent.details)
        .where(AuditEvent.subject_type.in_(["Participant", "Consent", "Mentorship"]))
        .order_by(AuditEvent.id)
    ).all()
    revisions = db.session.scalars(select(RegisterRevision.verb).order_by(RegisterRevision.id)).all()
    assert [row.verb for row in events] == revisions
    assert revisions[-2:] == ["mentorship_ended", "participant_left"]
    assert [str(row.details) for row in events if "Иванов" in str(row.details) or "Петров" in str(row.details)] == []
    assert (pair.state, list(verify())) == ("stopped", [])


def test_sex_is_told_by_the_name_and_marked_to_be_checked(context):
    person = world.teacher("ИВАНОВА мария петровна")
    assert (person.full_name, person.sex, person.to_check) == ("Иванова Мария Петровна", "female", ["sex"])
    given = world.teacher("Иванова Мария Петровна", sex="female")
    assert (given.to_check, given.names_verified, given.name_ins) == ([], True, "Ивановой Марией Петровной")


def test_experience_is_dated_when_it_changes(context, at):
    person = world.teacher(experience_years=2)
    at(2027, 6, 4, 10, 0)
    same = service.PersonDetails("Иванова Мария Петровна", PersonKind.TEACHER, 1980, experience_years=2)
    service.change_participant(person, same, person.version)
    assert (person.experience_on, person.facts().experience(date(2027, 6, 4))) == (JUNE_3, 3)
    service.change_participant(
        person, service.PersonDetails("Иванова Мария Петровна", PersonKind.TEACHER, 1980, experience_years=5), 2
    )
    assert person.experience_on == date(2027, 6, 4)


def test_numbers_count_within_a_school(context):
    numbers = [world.teacher("Анна").number, world.teacher("Анна", school="t1-02").number, world.teacher("Анна").number]
    assert numbers == [1, 1, 2]


def test_similar_knows_a_slip_of_the_pen_but_not_another_year(context):
    person = world.teacher("Алексеева Наталья Юрьевна", birth_year=1980)
    school = person.school_id
    assert queries.similar(school, "Алексеева Наталия Юрьевна", 1980) == [person]
    assert queries.similar(school, "АЛЕКСЕЕВА наталья юрьевна", None) == [person]
    assert queries.similar(school, "Алексеева Наталья Юрьевна", 1981) == []
    assert queries.similar(school, "Алексеев Николай Юрьевич", 1980) == []
    assert queries.similar(school, "Алексеева Наталья Юрьевна", 1980, but=person.id) == []
    assert queries.similar(factories.school("t1-02").id, "Алексеева Наталья Юрьевна", 1980) == []


def test_stale_versions_are_conflicts(context):
    mentor, mentee = world.teacher(), world.pupil()
    pair = world.pair(mentor, mentee)
    service.save_cards(mentor, mentor.version, mentor=service.MentorDetails(world.SEPTEMBER, interests="шахматы"))
    with pytest.raises(Conflict):
        service.save_cards(mentor, mentor.version - 1, mentor=service.MentorDetails(world.SEPTEMBER))
    pairing.change_mentorship(pair, world.details(mentor, mentee), pair.version)
    for act in (
        lambda: pairing.change_mentorship(pair, world.details(mentor, mentee), 1),
        lambda: pairing.approve_mentorship(pair, 1),
        lambda: pairing.end_mentorship(pair, JUNE_3, reason="x", version=1),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_withdrawn_consent_hides_until_another_is_given(context):
    person = world.pupil()
    consent = person.consents[0]
    db.session.refresh(consent)
    for on, words in ((date(2025, 8, 31), "раньше, чем дано"), (date(2026, 6, 4), "не наступила")):
        with pytest.raises(Invalid, match=words):
            service.withdraw_consent(consent, on, consent.version)
    service.withdraw_consent(consent, JUNE_3, consent.version)
    assert (person.name, person.hidden_since) == ("Участник №\u00a01", JUNE_3)
    with pytest.raises(WrongState):
        service.withdraw_consent(consent, JUNE_3, consent.version)
    world.give(person, ConsentKind.DISTRIBUTION)
    assert person.hidden_since == JUNE_3
    world.give(person, ConsentKind.STUDENT_14_17, JUNE_3, came_of_age=True)
    assert person.name == "Петров Пётр Ильич"


def test_a_second_consent_keeps_the_name(context):
    person = world.teacher(mentee=True)
    db.session.refresh(person)
    service.withdraw_consent(person.consents[0], JUNE_3, 1)
    assert person.hidden_since is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"kind": MentoringKind.GROUP}, "kind", "не меньше двух"),
        ({"form": "pupil_pupil"}, "form", "наставник не подходит"),
        ({"starts_on": date(2025, 8, 1)}, "mentor", "только с 01.09.2025"),
        ({"ends_on": date(2025, 9, 1)}, "ends_on", "Окончание раньше начала"),
    ],
)
def test_a_pair_that_breaks_a_rule_is_refused_where_it_bites(context, changes, field, words):
    mentor, mentee = world.teacher(), world.pupil()
    with pytest.raises(Contradiction) as refusal:
        world.pair(mentor, mentee, **changes)
    first = refusal.value.findings[0]
    assert (first.field, words in first.message) == (field, True)


def test_nobody_mentors_himself(context):
    both = world.teacher(mentee=True)
    with pytest.raises(Contradiction, match="самому себе"):
        world.pair(both, both, form="teacher_teacher")


def test_people_of_another_school_or_district_cannot_be_paired(context):
    mentor = world.teacher()
    for school in ("t1-02", "t2-01"):
        foreign = world.pupil(f"Чужов {school} Ильич", school=school)
        with pytest.raises(Contradiction, match="другой школы") as refusal:
            world.pair(mentor, foreign)
        assert "Чужов" not in refusal.value.message


def test_overlapping_pairs_of_the_same_people_are_refused_from_either_side(context):
    mentor, mentee = world.teacher(), world.pupil()
    world.pair(mentor, mentee, starts_on=date(2026, 1, 10), ends_on=date(2026, 5, 31))
    with pytest.raises(Contradiction, match="пересекаются"):
        world.pair(mentor, mentee, starts_on=date(2025, 9, 15), ends_on=date(2026, 1, 10))
    with pytest.raises(Contradiction, match="пересекаются"):
        world.pair(mentor, mentee, starts_on=date(2026, 5, 31), ends_on=None)
    earlier = world.pair(mentor, mentee, starts_on=date(2025, 9, 15), ends_on=date(2026, 1, 9))
    with_another = world.pair(world.teacher("Другая Анна Ильинична"), mentee, starts_on=date(2025, 9, 15))
    assert (earlier.state, with_another.state) == ("draft", "draft")


def test_load_limit_is_a_setting(context):
    from roadmap.schools.service import set_setting

    mentor = world.teacher()
    set_setting(mentor.municipality_id, "mentor_load_limit", 1, date(2026, 1, 1))
    world.pair(mentor, world.pupil("Первый Пётр"))
    with pytest.raises(Contradiction, match="не больше 1"):
        world.pair(mentor, world.pupil("Второй Пётр"))


def test_approval_needs_order_and_consents_of_everybody(context):
    mentor, mentee = world.teacher(), world.pupil(consent=False)
    pair = world.pair(mentor, mentee, order_number="", order_on=None)
    with pytest.raises(Contradiction) as refusal:
        pairing.approve_mentorship(pair, pair.version)
    assert [finding.rule for finding in refusal.value.findings] == ["order", "consent"]
    world.give(mentee, ConsentKind.STUDENT_UNDER14)
    pairing.change_mentorship(pair, world.details(mentor, mentee), pair.version)
    pairing.approve_mentorship(pair, pair.version)
    assert pair.state == "approved"
    with pytest.raises(WrongState):
        pairing.approve_mentorship(pair, pair.version)


def test_labour_consent_of_351_8_before_a_pair_of_workers(context):
    mentor = world.teacher()
    mentee = world.teacher("Молодая Яна Ильинична", mentor=False, mentee=True)
    pair = world.pair(mentor, mentee, form="teacher_teacher")
    assert [finding.rule for finding in pairing.approval_obstacles(pair)] == ["labour"]
    with pytest.raises(Invalid, match="дополнительного соглашения"):
        world.give(mentor, ConsentKind.LABOUR)
    world.give(mentor, ConsentKind.LABOUR, addendum_number="3", addendum_on=world.SEPTEMBER)
    pairing.approve_mentorship(pair, pair.version)
    assert pair.state == "approved"


def test_a_group_goes_on_without_a_leaver_until_nobody_is_left(context):
    mentor, one, two = world.teacher(), world.pupil("Первый Пётр"), world.pupil("Второй Пётр")
    group = world.approved(mentor, one, two)
    assert service.leave(one, JUNE_3, "переезд", one.version) == 0
    assert (group.state, [row.until for row in group.members]) == ("approved", [JUNE_3, None])
    assert service.leave(two, JUNE_3, "переезд", two.version) == 1
    assert (group.state, group.ended_on, two.mentee.completed_on) == ("stopped", JUNE_3, JUNE_3)


def test_ended_pairs_cannot_be_changed_and_drafts_cannot_be_completed(context):
    mentor, mentee = world.teacher(), world.pupil()
    draft = world.pair(mentor, mentee)
    with pytest.raises(WrongState, match="ещё не утверждена"):
        pairing.end_mentorship(draft, JUNE_3, version=draft.version)
    pairing.approve_mentorship(draft, draft.version)
    for on, words in ((date(2025, 9, 1), "раньше начала"), (date(2026, 6, 4), "не наступила")):
        with pytest.raises(Invalid, match=words):
            pairing.end_mentorship(draft, on, version=draft.version)
    pairing.end_mentorship(draft, JUNE_3, result="цели достигнуты", version=draft.version)
    assert (draft.state, draft.result) == ("completed", "цели достигнуты")
    with pytest.raises(WrongState):
        pairing.change_mentorship(draft, world.details(mentor, mentee), draft.version)


def test_erase_waits_until_no_pair_holds_the_person(context):
    mentor, mentee = world.teacher(), world.pupil()
    world.pair(mentor, mentee)
    with pytest.raises(WrongState, match="действующей паре"):
        service.erase(mentee, mentee.version)
    service.leave(mentee, JUNE_3, "переезд", mentee.version)
    service.erase(mentee, mentee.version)
    assert (mentee.name, mentee.mentee.request, mentee.search_key) == ("Участник №\u00a02", "", "участник 2")
    with pytest.raises(WrongState, match="уничтожены"):
        service.change_participant(mentee, service.PersonDetails("Кто", PersonKind.PUPIL), mentee.version)


def test_candidates_are_of_the_role_and_have_not_left(context):
    mentor, mentee = world.teacher(), world.pupil()
    gone = world.teacher("Ушедшая Яна Ильинична")
    service.leave(gone, JUNE_3, "уволилась", gone.version)
    assert list(queries.candidates(mentor.school_id, RegisterRole.MENTOR)) == [mentor]
    assert list(queries.candidates(mentor.school_id, RegisterRole.MENTEE)) == [mentee]


def test_filters_of_the_base(context):
    busy, idle, gone = world.teacher("Занятая Анна"), world.teacher("Свободная Анна"), world.teacher("Ушедшая Анна")
    world.pair(busy, world.pupil())
    service.leave(gone, JUNE_3, "уволилась", gone.version)
    service.change_participant(
        idle, service.PersonDetails("Свободная Анна", PersonKind.TEACHER, 1980, sex="female"), idle.version
    )

    def names(**wanted):
        filter_ = queries.PeopleFilter(RegisterRole.MENTOR, **wanted)
        rows, _ = queries.participants(busy.municipality_id, busy.school_id, filter_)
        assert queries.count_participants(busy.municipality_id, busy.school_id, filter_) == len(rows)
        return [row.full_name.split()[0] for row in rows]

    assert names() == ["Занятая", "Свободная", "Ушедшая"]
    assert names(state="in") == ["Занятая", "Свободная"]
    assert names(state="free") == ["Свободная"]
    assert names(state="left") == ["Ушедшая"]
    assert "Свободная" not in names(state="check")
    assert names(kind="pupil") == []
    assert names(q="анна своб") == ["Свободная"]
    assert names(q="%") == ["Занятая", "Свободная", "Ушедшая"]


def test_nothing_is_written_for_a_refusal(context):
    before = db.session.scalar(select(func.count()).select_from(RegisterRevision))
    with pytest.raises(Invalid):
        service.add_participant(factories.school("t1-01"), service.PersonDetails("  ", PersonKind.PUPIL))
    assert db.session.scalar(select(func.count()).select_from(RegisterRevision)) == before == 0
