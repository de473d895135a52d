"""A personal programme from the request to the results: forms, states, approval, pages."""

from __future__ import annotations

from datetime import date

import factories
import programme_world as world
import pytest
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Conflict, Invalid, WrongState
from roadmap.programmes import service
from roadmap.programmes.forms import ProgrammeForm, months_without
from roadmap.programmes.models import Programme
from roadmap.registers import pairing
from roadmap.registers.as_of import counts, register_as_of

JUNE_3 = date(2026, 6, 3)


def form(**answers):
    facts = {"first_day": "2025-09-15", "last_day": "2026-06-10", "pair_starts": "2025-09-15", "pair_ends": None}
    made = ProgrammeForm.from_draft(ProgrammeForm.to_draft(world.ANSWERS | answers), facts)
    made.validate()
    return made


def test_a_whole_plan_has_neither_mistakes_nor_warnings():
    assert (form().errors, form().warnings()) == ({}, [])


@pytest.mark.parametrize("due", ["2025-09-14", "2026-06-11"])
def test_an_event_outside_the_term_is_refused(due):
    made = form(plan=[world.PLAN[0] | {"due": due}])
    assert [problem.sentence for problem in made.problems()] == ["Дата вне срока программы: 15.09.2025 – 10.06.2026"]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"ends_on": "2025-12-13", "plan": world.PLAN[:3]}, "Срок программы вне рекомендуемого"),
        ({"ends_on": "2026-09-16"}, "Срок программы вне рекомендуемого"),
        ({"tasks": "одна\nдве"}, "Задач обычно от 3 до 5, сейчас 2 задачи."),
        ({"plan": world.PLAN[:-2]}, "Нет мероприятий в некоторых месяцах: май 2026, июнь 2026."),
    ],
)
def test_warnings_stop_nothing(answers, words):
    facts = {"first_day": "2025-09-15", "last_day": "2026-12-31"}
    made = ProgrammeForm.from_draft(ProgrammeForm.to_draft(world.ANSWERS | answers), facts)
    assert made.validate() is True
    assert [sentence for sentence in made.warnings() if words in sentence] != []


@pytest.mark.parametrize("ends_on", ["2025-12-14", "2026-09-15"])
def test_three_months_and_a_year_are_within_the_recommended_term(ends_on):
    assert [s for s in form(ends_on=ends_on, plan=world.PLAN[:1]).warnings() if "вне рекомендуемого" in s] == []


def test_july_and_august_need_no_event():
    dates = [date(2026, 6, 1), date(2026, 9, 30)]
    assert months_without(date(2026, 5, 20), date(2026, 9, 30), dates) == ["май 2026"]


def test_a_new_programme_is_prefilled_and_is_the_only_open_one(context):
    pair = world.pair()
    programme = service.add_programme(pair)
    assert (programme.starts_on, programme.ends_on, programme.plan_answers["request"]) == (
        date(2025, 9, 15),
        date(2026, 8, 31),
        "математика",
    )
    with pytest.raises(WrongState, match="уже есть действующая программа"):
        service.add_programme(pair)


def test_approval_needs_a_right_plan_an_approved_pair_and_consents(context):
    pair = world.pair(approve=False, consent=False)
    programme = service.add_programme(pair)
    with pytest.raises(Invalid) as refusal:
        service.approve(programme, programme.version)
    assert "Добавьте хотя бы одно мероприятие" in refusal.value.message
    assert "Пара ещё не утверждена приказом" in refusal.value.message
    assert programme.state == "draft"


def test_a_consent_withdrawn_before_the_approval_stops_it(context):
    from roadmap.registers.service import withdraw_consent

    programme = world.draft()
    consent = programme.mentorship.members[0].participant.consents[0]
    withdraw_consent(consent, JUNE_3, consent.version)
    assert service.obstacles(programme) == [
        "Участник №\u00a02 (наставляемый): нет действующего согласия на обработку персональных данных."
    ]


def test_the_way_from_draft_to_completion(context):
    programme = world.approved()
    assert (programme.state, programme.approved_on, programme.approved_by_id) == (
        "approved",
        JUNE_3,
        factories.user("head").id,
    )
    with pytest.raises(WrongState, match="план изменить нельзя"):
        service.save_plan(programme, programme.plan_draft, programme.version)
    with pytest.raises(WrongState):
        service.extend(programme, date(2026, 7, 1), "x", programme.version)
    world.progress(programme)
    assert programme.state == "running"
    with pytest.raises(Invalid, match="позже нынешнего"):
        service.extend(programme, date(2026, 6, 10), "приказ", programme.version)
    with pytest.raises(Invalid, match="Сначала продлите пару"):
        service.extend(programme, date(2026, 9, 1), "приказ", programme.version)
    service.extend(programme, date(2026, 8, 1), "приказ № 5", programme.version)
    assert (programme.state, programme.last_day) == ("extended", date(2026, 8, 1))
    with pytest.raises(Invalid, match="итоговый вывод"):
        service.complete(programme, JUNE_3, programme.version)
    world.progress(programme, final_on="2026-06-02", final="Цель достигнута")
    service.complete(programme, JUNE_3, programme.version)
    assert (programme.state, programme.last_day) == ("completed", JUNE_3)
    with pytest.raises(WrongState):
        world.progress(programme)


def test_stopped_early_with_a_reason_and_back_to_draft_only_before_the_start(context):
    programme = world.approved()
    service.back_to_draft(programme, programme.version)
    assert (programme.state, programme.approved_on) == ("draft", None)
    service.approve(programme, programme.version)
    service.start(programme, programme.version)
    with pytest.raises(WrongState):
        service.back_to_draft(programme, programme.version)
    with pytest.raises(Invalid, match="не наступила"):
        service.stop(programme, date(2026, 6, 4), "переезд", programme.version)
    service.stop(programme, JUNE_3, "переезд", programme.version)
    assert (programme.state, programme.reason) == ("stopped", "переезд")


def test_stale_version_is_a_conflict(context):
    programme = world.draft()
    with pytest.raises(Conflict):
        service.save_plan(programme, programme.plan_draft, programme.version - 1)
    with pytest.raises(Conflict):
        service.approve(programme, programme.version - 1)


def test_a_past_day_keeps_its_programme(context, at):
    programme = world.approved()
    school = programme.school_id
    at(2026, 6, 9, 10, 0)
    world.progress(programme)
    service.stop(programme, date(2026, 6, 9), "переезд", programme.version)
    db.session.flush()
    past, now = counts(school, JUNE_3, 2025), counts(school, date(2026, 6, 9), 2025)
    assert (past["programmes_approved"], past["programmes_stopped"]) == (1, 0)
    assert (now["programmes_approved"], now["programmes_stopped"]) == (1, 1)
    assert register_as_of(school, JUNE_3).programmes[0].answers["aim"] == "успешная сдача ОГЭ"


def test_replace_plan_takes_typed_answers(context):
    programme = service.add_programme(world.pair())
    made = service.replace_plan(programme, world.ANSWERS, programme.version)
    assert (made.errors, programme.plan_answers["plan"]) == ({}, world.PLAN)


def _commit(app, build):
    with app.app_context():
        made = build()
        db.session.commit()
        return made.id


def test_plan_is_edited_row_by_row_without_scripts(app, browser):
    pair = _commit(app, world.pair)
    client = browser("curator")
    answer = client.post(f"/programmes/of/{pair}/new")
    assert answer.status_code == 303
    where = answer.location
    page = client.get(where).text
    assert "математика" in page
    assert "Проверьте введённые данные" not in page
    typed = ProgrammeForm.to_draft({key: value for key, value in world.ANSWERS.items() if key != "plan"})
    answer = client.post(where, typed | {"version": "1", "add_row": "plan"})
    assert (answer.status_code, answer.location) == (303, where + "#plan")
    assert "Мероприятие 1" in client.get(where).text
    answer = client.post(where, typed | {"version": "2", "plan-0-uid": "e1", "plan-0-title": "Встреча"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Проверьте введённые данные" in page
    assert "Встреча" in page
    full = ProgrammeForm.to_draft(world.ANSWERS)
    answer = client.post(where, full | {"version": "3"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "её утверждает руководитель школы" in page
    stale = client.post(where, full | {"version": "3", "aim": "моя цель"})
    assert stale.status_code == 409
    assert "моя цель" in stale.text
    with app.app_context():
        assert db.session.scalars(select(Programme)).one().plan_answers["aim"] == "успешная сдача ОГЭ"


def test_the_head_approves_and_the_curator_does_not(app, browser):
    key = _commit(app, world.draft)
    assert browser("curator").post(f"/programmes/{key}/approve", {"version": "2"}).status_code == 403
    assert "Утвердить программу" in browser("head").get(f"/programmes/{key}").text
    assert browser("head").post(f"/programmes/{key}/approve", {"version": "2"}).status_code == 303
    assert "утверждена" in browser("specialist").get("/programmes").text
    with app.app_context():
        verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_type == "Programme")).all()
        assert verbs.count("programme_moved") == 1


def test_progress_marks_the_events_of_the_plan(app, browser):
    key = _commit(app, world.approved)
    client = browser("curator")
    page = client.get(f"/programmes/{key}/progress").text
    assert "Встреча 9" in page
    form = {
        "version": "3",
        "marks-0-uid": "e0",
        "marks-0-done_on": "20.09.2025",
        "marks-0-actual": "познакомились",
        "meetings-0-uid": "m1",
        "meetings-0-held_on": "20.09.2025",
        "meetings-0-topic": "Знакомство",
    }
    answer = client.post(f"/programmes/{key}/progress", form | {"meetings-0-held_on": "20.09.2026"})
    assert "Эта дата ещё не наступила" in client.get(answer.location).text
    answer = client.post(f"/programmes/{key}/progress", form | {"version": "4"})
    page = client.get(answer.location).text
    assert "познакомились" in page
    assert "реализуется" in page
    done = client.post(f"/programmes/{key}/complete", {"on": "01.06.2026", "version": "5"})
    assert done.status_code == 422
    assert "итоговый вывод" in done.text


def test_the_head_extends_and_stops(app, browser):
    key = _commit(app, lambda: world.progress(world.approved()))
    client = browser("head")
    answer = client.post(f"/programmes/{key}/extend", {"to": "01.06.2026", "reason": "приказ", "version": "4"})
    assert answer.status_code == 422
    assert "позже нынешнего" in answer.text
    assert (
        client.post(
            f"/programmes/{key}/extend", {"to": "01.08.2026", "reason": "приказ № 5", "version": "4"}
        ).status_code
        == 303
    )
    assert "Продлена до" in client.get(f"/programmes/{key}").text
    form = {"on": "01.06.2026", "reason": "переезд"}
    assert browser("curator").post(f"/programmes/{key}/stop", form | {"version": "5"}).status_code == 403
    assert client.post(f"/programmes/{key}/stop", form | {"version": "5"}).status_code == 303
    assert "прекращена досрочно" in client.get(f"/programmes/{key}").text


@pytest.mark.parametrize("username", ["stranger", "other-head", "other-specialist"])
def test_strangers_find_no_programme(app, browser, username):
    key = _commit(app, world.draft)
    client = browser(username)
    for path in ("", "/plan", "/progress", "/extend"):
        assert client.get(f"/programmes/{key}{path}").status_code == 404, path
    assert "Иванова" not in client.get("/programmes").text


@pytest.mark.parametrize("username", ["methodist", "specialist"])
def test_the_office_reads_programmes_only(app, browser, username):
    key = _commit(app, world.draft)
    client = browser(username)
    assert client.get(f"/programmes/{key}").status_code == 200
    assert "Изменить план" not in client.get(f"/programmes/{key}").text
    for path in ("plan", "progress", "approve", "stop"):
        assert client.post(f"/programmes/{key}/{path}", {"version": "1"}).status_code == 403, path


def test_the_list_costs_the_same_for_one_and_for_many(app, browser, count_queries):
    _commit(app, world.draft)
    client = browser("specialist")
    client.get("/programmes")
    one = count_queries(lambda: client.get("/programmes"))
    for school in ("t1-02", "t1-03"):
        _commit(app, lambda school=school: service.add_programme(world.pair(school)))
    assert count_queries(lambda: client.get("/programmes")) == one


def test_an_ended_pair_gets_no_new_programme(context):
    pair = world.pair()
    pairing.end_mentorship(pair, JUNE_3, version=pair.version)
    with pytest.raises(WrongState, match="Пара завершена"):
        service.add_programme(pair)
