"""The turn of a school year: classes, graduates, programmes; the preview, once only, all or nothing."""

from __future__ import annotations

import re
from datetime import date

import factories
import pytest
import turn_world as world
from sqlalchemy import func, select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import BadRequest, Conflict, Invalid, WrongState
from roadmap.programmes.models import Programme
from roadmap.programmes.service import complete
from roadmap.registers import service as registers
from roadmap.registers.models import Mentorship, Participant, RegisterRevision
from roadmap.year_turn import queries, service
from roadmap.year_turn.classes import read_class
from roadmap.year_turn.models import YearTurnMark
from roadmap.year_turn.service import Choices

LAST_DAY = (2026, 8, 31, 9, 0)
URL = "/register/year-turn"


@pytest.mark.parametrize(
    ("text", "following", "final"),
    [
        ("5А", "6А", False),
        ("5 А", "6 А", False),
        ("5-а", "6-а", False),
        (" 5 «А» ", "6 «А»", False),
        ("8", "9", False),
        ("9Б", "10Б", True),
        ("10 класс", "11 класс", False),
        ("1 кл.", "2 кл.", False),
        ("11А", None, True),
    ],
)
def test_classes_move_up(text, following, final):
    found = read_class(text)
    assert found is not None
    assert (found.following, found.final) == (following, final)


@pytest.mark.parametrize("text", ["", "Искра", "5–6", "5/6", "12А", "0А", "5 лет", "группа 3", "5АБ", "А5", "٥А"])
def test_what_is_no_class_is_left_alone(text):
    assert read_class(text) is None


def proposal():
    return queries.proposal(factories.school("t1-01").id, 2026)


def run(choices: Choices | None = None) -> service.Plan:
    found = proposal()
    wanted = choices or service.usual_choices(found)
    return service.run(factories.school("t1-01"), wanted, found.seen, factories.user("curator"))


def groups() -> dict[str, str]:
    query = select(Participant.full_name, Participant.group).where(Participant.kind == "pupil")
    return {name.split()[0]: group for name, group in db.session.execute(query)}


def outcomes() -> dict[str, str]:
    query = select(Participant.full_name, YearTurnMark.outcome).join(YearTurnMark)
    return {name.split()[0]: outcome for name, outcome in db.session.execute(query)}


def test_the_proposal_of_a_school(context):
    world.pupil("Аев Пётр Ильич", "5А")
    world.pupil("Бут Пётр Ильич", "11Б")
    world.pupil("Ваш Пётр Ильич", "Искра")
    world.pupil("Гай Пётр Ильич", "9В")
    world.pupil("Дед Пётр Ильич", "5А", school="t1-02")
    world.teacher()
    gone = world.pupil("Ель Пётр Ильич", "5А")
    registers.leave(gone, date(2026, 5, 1), "переезд", gone.version)
    found = proposal()
    assert [(row.participant.full_name.split()[0], row.following, row.leaves) for row in found.pupils] == [
        ("Аев", "6А", False),
        ("Гай", "10В", False),
        ("Бут", None, True),
    ]
    assert [person.full_name.split()[0] for person in found.unread] == ["Ваш"]


def test_classes_move_once(context):
    world.pupil("Аев Пётр Ильич", "5А")
    stays = world.pupil("Бут Пётр Ильич", "7 Б")
    before = stays.version
    made = run(Choices(stay=frozenset({stays.id})))
    assert (len(made.moved), len(made.stayed), made.left, made.copied) == (1, 1, [], [])
    assert groups() == {"Аев": "6А", "Бут": "7 Б"}
    assert outcomes() == {"Аев": "moved", "Бут": "stayed"}
    assert stays.version == before
    assert proposal().nothing is True
    assert run(Choices()).nothing is True
    assert groups() == {"Аев": "6А", "Бут": "7 Б"}


def test_a_move_keeps_everything_else(context):
    person = world.pupil("Аев Пётр Ильич", "5А")
    person.to_check = ["birth_year"]
    person.experience_years, person.contact, person.names_verified = None, "мама, 2-12-12", True
    db.session.flush()
    names = ("full_name", "kind", "birth_year", "sex", "contact", "to_check", "name_gen", "names_verified", "employee")
    before = {name: getattr(person, name) for name in names}
    revisions = db.session.scalar(select(func.count()).select_from(RegisterRevision))
    run()
    assert {name: getattr(person, name) for name in names} == before
    assert db.session.scalar(select(func.count()).select_from(RegisterRevision)) == (revisions or 0) + 1


def test_a_class_put_right_by_hand_is_not_moved_again(context):
    person = world.pupil("Аев Пётр Ильич", "5А")
    run()
    details = registers.PersonDetails("Аев Пётр Ильич", registers.PersonKind.PUPIL, 2012, sex="male", group="5А")
    registers.change_participant(person, details, person.version)
    assert proposal().pupils == []
    assert run(Choices()).nothing is True
    assert groups() == {"Аев": "5А"}


def test_whoever_is_entered_in_september_is_not_moved(context, at):
    at(2026, 9, 2, 9, 0)
    world.pupil("Аев Пётр Ильич", "5А")
    assert proposal().pupils == []


def test_the_next_year_moves_again(context, at):
    world.pupil("Аев Пётр Ильич", "5А")
    run()
    at(2027, 6, 3, 9, 0)
    assert [row.following for row in queries.proposal(factories.school("t1-01").id, 2027).pupils] == ["7А"]


def test_graduates_wait_for_the_last_day(context, at):
    graduate = world.pupil("Бут Пётр Ильич", "11Б")
    world.pupil("Аев Пётр Ильич", "5А")
    pair = world.pair(world.teacher(), graduate)
    made = run()
    assert ([row.participant.id for row in made.deferred], made.left) == ([graduate.id], [])
    assert (pair.state, graduate.mentee.completed_on, outcomes()) == ("approved", None, {"Аев": "moved"})
    assert [row.participant.id for row in proposal().pupils] == [graduate.id]
    at(*LAST_DAY)
    made = run()
    assert (made.deferred, [row.participant.id for row in made.left]) == ([], [graduate.id])
    assert (pair.state, pair.ended_on, pair.reason) == ("stopped", date(2026, 8, 31), "Выпуск 2026 года")
    assert graduate.mentee.completed_on == date(2026, 8, 31)
    assert graduate.group == "11Б"
    assert proposal().nothing is True


def test_a_leaver_of_a_group_leaves_it_going_on(context, at):
    at(2026, 9, 1, 9, 0)
    ninth, other = world.pupil("Аев Пётр Ильич", "9А"), world.pupil("Бут Пётр Ильич", "8А")
    ninth.created_at = other.created_at = factories.school("t1-01").created_at
    group = world.pair(world.teacher(), ninth, other)
    run(Choices(leave=frozenset({ninth.id})))
    assert (group.state, [row.until for row in group.members]) == ("approved", [date(2026, 8, 31), None])
    assert groups() == {"Аев": "9А", "Бут": "9А"}


def test_a_ninth_grader_goes_on_unless_ticked(context):
    world.pupil("Аев Пётр Ильич", "9А")
    run()
    assert groups() == {"Аев": "10А"}


def test_a_refusal_undoes_everything(context, at):
    at(*LAST_DAY)
    world.pupil("Аев Пётр Ильич", "5А")
    late = world.pupil("Бут Пётр Ильич", "11Б")
    late.mentee.entered_on = date(2026, 9, 1)
    db.session.commit()
    with pytest.raises(Invalid, match="Дата выбытия раньше даты вхождения"):
        run()
    db.session.rollback()
    assert groups() == {"Аев": "5А", "Бут": "11Б"}
    assert outcomes() == {}


def test_what_was_looked_at_is_what_is_done(context):
    person = world.pupil("Аев Пётр Ильич", "5А")
    seen = proposal().seen
    details = registers.PersonDetails("Аев Пётр Ильич", registers.PersonKind.PUPIL, 2012, sex="male", group="7Б")
    registers.change_participant(person, details, person.version)
    with pytest.raises(Conflict):
        service.run(factories.school("t1-01"), Choices(), seen, factories.user("curator"))
    assert groups() == {"Аев": "7Б"}


def test_ticks_that_contradict_or_are_foreign(context):
    mine, foreign = world.pupil("Аев Пётр Ильич", "5А"), world.pupil("Бут Пётр Ильич", "5А", school="t1-02")
    both = frozenset({mine.id})
    with pytest.raises(Invalid, match="Оставьте одну отметку"):
        run(Choices(leave=both, stay=both))
    for choices in (Choices(leave=frozenset({foreign.id})), Choices(copy=frozenset({foreign.id}))):
        with pytest.raises(BadRequest):
            run(choices)
    assert outcomes() == {}


@pytest.mark.parametrize(("moment", "year"), [((2026, 5, 31), None), ((2026, 6, 1), 2026), ((2026, 9, 30), 2026)])
def test_the_season_of_the_turn(moment, year):
    assert service.turn_year(date(*moment)) == year
    assert service.turn_year(date(2026, 10, 1)) is None


def test_out_of_season_nothing_runs(context, at):
    at(2026, 10, 1, 0, 1)
    with pytest.raises(WrongState):
        run(Choices())


def test_a_completed_programme_is_copied_a_year_later(context):
    pair = world.pair(world.teacher(), world.pupil("Аев Пётр Ильич", "5А"))
    source = world.completed(pair)
    found = proposal()
    assert [(copy.source.id, copy.target.id, copy.waits) for copy in found.copies] == [(source.id, pair.id, False)]
    assert run().copied == found.ready
    draft = db.session.scalars(select(Programme).where(Programme.id != source.id)).one()
    assert (draft.state, draft.mentorship_id) == ("draft", pair.id)
    assert (draft.starts_on, draft.ends_on) == (date(2026, 9, 1), date(2027, 5, 31))
    told = {key: draft.plan_answers[key] for key in ("aim", "tasks", "mode", "request")}
    assert told == {key: world.ANSWERS[key] for key in told}
    due = [(row["title"], row["due"]) for row in draft.plan_answers["plan"]]
    assert due == [("Знакомство", "2026-09-20"), ("Итоги", "2027-05-20"), ("Лето", None)]
    assert draft.progress_answers == {}
    assert (source.state, source.plan_answers["starts_on"]) == ("completed", "2025-09-15")
    assert proposal().nothing is True


def test_a_leap_day_becomes_the_last_of_february():
    assert service._year_later("2024-02-29", date(2024, 9, 1), date(2025, 5, 31)) == "2025-02-28"


def test_a_running_programme_waits(context):
    pair = world.pair(world.teacher(), world.pupil("Аев Пётр Ильич", "5А"))
    programme = world.running(pair)
    found = proposal()
    assert ([copy.source.id for copy in found.waiting], found.ready) == ([programme.id], [])
    with pytest.raises(BadRequest):
        run(Choices(copy=frozenset({programme.id})))
    complete(programme, date(2026, 6, 3), programme.version)
    assert [copy.source.id for copy in proposal().ready] == [programme.id]


def test_a_new_pair_of_the_same_people_takes_the_programme(context):
    mentor, mentee = world.teacher(), world.pupil("Аев Пётр Ильич", "5А")
    old = world.pair(mentor, mentee, ends_on=date(2026, 8, 31))
    source = world.completed(old)
    assert proposal().copies == []  # nothing goes on past August yet
    new = world.pair(
        mentor, mentee, approve=False, starts_on=date(2026, 9, 10), ends_on=date(2027, 5, 20), order_number=""
    )
    assert [(copy.source.id, copy.target.id) for copy in proposal().ready] == [(source.id, new.id)]
    run()
    draft = db.session.scalars(select(Programme).where(Programme.mentorship_id == new.id)).one()
    assert (draft.starts_on, draft.ends_on) == (date(2026, 9, 10), date(2027, 5, 20))


def test_a_pair_that_falls_apart_gets_no_copy(context):
    graduate = world.pupil("Бут Пётр Ильич", "11Б")
    source = world.completed(world.pair(world.teacher(), graduate))
    made = run(Choices(leave=frozenset({graduate.id}), copy=frozenset({source.id})))
    assert made.copied == []
    assert db.session.scalar(select(func.count()).select_from(Programme)) == 1


def test_from_the_preview_to_the_doing_over_http(app, browser):
    with app.app_context():
        mentor = world.teacher()
        young = world.pupil("Аев Пётр Ильич", "5А")
        ninth = world.pupil("Бут Пётр Ильич", "9Б")
        source = world.completed(world.pair(mentor, young))
        world.pupil("Ваш Пётр Ильич", "Искра")
        ids = {"young": young.id, "ninth": ninth.id, "source": source.id}
        db.session.commit()
    curator = browser("curator")
    page = curator.get(URL).text
    assert "Это предложение: пока ничего не изменено" in page
    assert "Класс не указан или записан непонятно" in page
    assert f'name="copy" value="{ids["source"]}" id="copy-{ids["source"]}" checked' in page
    ticks = {"stay": [str(ids["ninth"])], "copy": [str(ids["source"])]}
    checked = curator.post(f"{URL}/check", ticks)
    assert checked.status_code == 200
    assert "Перейдут в следующий класс: 1" in checked.text
    assert "Аев Пётр Ильич, 5А → 6А" in checked.text
    assert "Останутся в классе: 1" in checked.text
    assert "Будут скопированы программы: 1" in checked.text
    with app.app_context():
        assert (groups()["Аев"], outcomes()) == ("5А", {})
        db.session.rollback()
    hidden = re.findall(r'type="hidden" name="(seen|leave|stay|copy)" value="([^"]+)"', checked.text)
    form = {name: [value for key, value in hidden if key == name] for name, _ in hidden}
    assert {name: form[name] for name in ("stay", "copy")} == ticks
    done = curator.post(f"{URL}/run", form)
    assert (done.status_code, done.location) == (303, URL)
    page = curator.get(URL).text
    assert "В следующий класс переведено: 1; осталось в классе: 1; выбыло: 0; программ скопировано: 1." in page
    with app.app_context():
        assert groups() == {"Аев": "6А", "Бут": "9Б", "Ваш": "Искра"}
        events = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "year_turned")).all()
        assert [event.details for event in events] == [{"year": 2026, "count": 3}]
        db.session.rollback()
    again = curator.post(f"{URL}/run", form)
    assert again.status_code == 409
    with app.app_context():
        assert groups()["Аев"] == "6А"


def test_contradicting_ticks_are_told_and_kept(app, browser):
    with app.app_context():
        key = world.pupil("Аев Пётр Ильич", "5А").id
        db.session.commit()
    answer = browser("curator").post(f"{URL}/check", {"leave": str(key), "stay": str(key)})
    assert answer.status_code == 422
    assert "Оставьте одну отметку" in answer.text
    assert len(re.findall(rf'value="{key}" id="\w+-{key}" checked', answer.text)) == 2


def test_broken_ids_are_a_bad_request(browser):
    for path in ("check", "run"):
        assert browser("curator").post(f"{URL}/{path}", {"leave": "x"}).status_code == 400


def test_out_of_season_the_page_says_when(browser, at):
    at(2026, 11, 3, 9, 0)
    client = browser("curator")
    assert "Переход выполняют с июня по сентябрь" in client.get(URL).text
    assert client.post(f"{URL}/check").status_code == 409
    assert client.post(f"{URL}/run").status_code == 409


@pytest.mark.parametrize("username", ["specialist", "methodist", "pds", "admin"])
def test_the_turn_is_the_schools_business(browser, username):
    client = browser(username)
    statuses = [client.get(URL).status_code, client.post(f"{URL}/check").status_code]
    assert [*statuses, client.post(f"{URL}/run").status_code] == [403, 403, 403]


def test_another_school_is_not_touched(app, browser):
    with app.app_context():
        mine = world.pupil("Аев Пётр Ильич", "5А").id
        db.session.commit()
    stranger = browser("stranger")
    assert "Аев" not in stranger.get(URL).text
    assert stranger.post(f"{URL}/check", {"stay": str(mine)}).status_code == 400
    with app.app_context():
        seen = queries.proposal(factories.school("t1-02").id, 2026).seen
        db.session.rollback()
    assert stranger.post(f"{URL}/run", {"stay": str(mine), "seen": seen}).status_code == 400
    with app.app_context():
        assert (groups(), outcomes()) == ({"Аев": "5А"}, {})


def test_many_pupils_cost_no_more_queries_to_look_at(app, browser, count_queries):
    client = browser("curator")
    with app.app_context():
        world.completed(world.pair(world.teacher(), world.pupil("Аев Пётр Ильич", "5А")))
        db.session.commit()
    one = count_queries(lambda: client.get(URL))
    with app.app_context():
        for n, name in enumerate(("Бут", "Ваш", "Гай")):
            mentor = world.teacher(f"Учитель{'ъ' * n} Анна Ильинична")
            world.completed(world.pair(mentor, world.pupil(f"{name} Пётр Ильич", "5А")))
        db.session.commit()
    assert count_queries(lambda: client.get(URL)) == one
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mentorship)) == 4
