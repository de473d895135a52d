"""The bases over HTTP: entering, lists, cards, consents, pairs, findings; who may do what."""

from __future__ import annotations

import factories
import pytest
import register_world as world
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.registers.models import Consent, Mentorship, Participant
from roadmap.registers.words import ConsentKind

TEACHER = {
    "full_name": "петрова анна сергеевна",
    "kind": "teacher",
    "birth_year": "1985",
    "post": "учитель математики",
    "employee": "",
    "experience_years": "12",
    "mentor_entered_on": "01.09.2025",
    "competences": "Математика",
}


def _commit(app, build):
    with app.app_context():
        made = build()
        db.session.commit()
        ids = [thing.id for thing in (made if isinstance(made, tuple) else (made,))]
    return ids if len(ids) > 1 else ids[0]


def _verbs(app):
    with app.app_context():
        return list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.id)))


def test_new_mentor_is_entered_with_card_name_forms_and_journal(app, browser):
    client = browser("curator")
    assert "Новый наставник" in client.get("/register/people/new?role=mentor").text
    answer = client.post("/register/people/new?role=mentor", TEACHER)
    assert answer.status_code == 303
    with app.app_context():
        person = db.session.scalars(select(Participant)).one()
        assert (person.full_name, person.sex, person.name_gen) == (
            "Петрова Анна Сергеевна",
            "female",
            "Петровой Анны Сергеевны",
        )
        assert (person.mentor.competences, person.mentee, person.number) == ("Математика", None, 1)
        assert person.employee is True
        assert answer.location == f"/register/people/{person.id}"
    page = client.get(answer.location).text
    assert "Петрова Анна Сергеевна" in page
    assert "Нет действующего согласия на обработку персональных данных" in page
    assert _verbs(app)[-1] == "participant_added"


def test_new_says_what_is_wrong_at_the_field(browser, app):
    answer = browser("curator").post(
        "/register/people/new?role=mentee",
        {"full_name": "Сидоров Олег", "kind": "pupil", "birth_year": "205", "mentee_entered_on": "31.02.2026"},
    )
    assert answer.status_code == 422
    for sentence in ("Не меньше 1900", "Укажите класс", "Такой даты нет: 31.02.2026"):
        assert sentence in answer.text
    with app.app_context():
        assert db.session.scalars(select(Participant)).all() == []


def test_new_suggests_likely_doubles_until_a_namesake_is_confirmed(app, browser):
    _commit(app, lambda: world.teacher("Петрова Анна Сергеевна", birth_year=1985))
    client = browser("curator")
    answer = client.post("/register/people/new?role=mentor", TEACHER | {"full_name": "Петрова Анна Сергевна"})
    assert answer.status_code == 422
    assert "Похоже, этот человек уже есть в базе" in answer.text
    other_year = client.post("/register/people/new?role=mentor", TEACHER | {"birth_year": "1960"})
    assert other_year.status_code == 303
    answer = client.post("/register/people/new?role=mentor", TEACHER | {"namesake": "1"})
    assert answer.status_code == 303
    with app.app_context():
        assert sorted(db.session.scalars(select(Participant.number))) == [1, 2, 3]


def test_mentors_shows_search_filters_and_pages(app, browser, monkeypatch):
    from roadmap.registers import queries

    monkeypatch.setattr(queries, "PAGE", 2)

    def build():
        for name in ("Ёлкин Семён Ильич", "Абрамова Ольга Петровна", "Яковлева Инна Львовна"):
            world.teacher(name)
        return world.teacher("Елисеев Иван Иванович", school="t1-02")

    _commit(app, build)
    client = browser("head")
    first = client.get("/register/mentors").text
    assert first.index("Абрамова") < first.index("Ёлкин")
    assert "Яковлева" not in first
    assert "Елисеев" not in first
    after = first.split("after=")[1].split('"')[0]
    second = client.get(f"/register/mentors?after={after}").text
    assert "Яковлева" in second
    assert "Абрамова" not in second
    found = client.get("/register/mentors?q=елкин").text
    assert "Ёлкин Семён" in found
    assert "Найдено: 1\u00a0человек" in found
    assert "По этому запросу никого нет" in client.get("/register/mentors?q=лкин").text
    assert "Елисеев" in browser("specialist").get("/register/mentors?school=t1-02").text
    assert "Желаемый возраст наставляемых" in client.get("/register/mentors?full=1").text
    assert client.get("/register/mentors?after=x").status_code == 400


def test_reading_a_named_list_is_in_the_journal(app, browser):
    browser("methodist").get("/register/mentees")
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert (event.verb, event.actor_id, event.details) == (
            "named_list_read",
            factories.user("methodist").id,
            {"list": "mentee"},
        )


def test_edit_refuses_a_stale_version(app, browser):
    key = _commit(app, world.teacher)
    client = browser("curator")
    form = {"full_name": "Иванова Мария Ильинична", "kind": "teacher", "birth_year": "1980", "version": "1"}
    assert client.post(f"/register/people/{key}/edit", form).status_code == 303
    assert client.post(f"/register/people/{key}/edit", form | {"version": "1"}).status_code == 409
    with app.app_context():
        person = db.session.get(Participant, key)
        assert (person.full_name, person.name_dat, person.to_check) == (
            "Иванова Мария Ильинична",
            "Ивановой Марии Ильиничне",
            [],
        )


def test_names_are_confirmed_by_a_person(app, browser):
    key = _commit(app, lambda: world.teacher("Оюн Чодураа Кара-ооловна"))
    with app.app_context():
        version = db.session.get(Participant, key).version
    client = browser("curator")
    assert "Словари расходятся" in client.get(f"/register/people/{key}/names").text
    form = {"gen": "Оюн Чодураа Кара-ооловны", "dat": "Оюн Чодураа Кара-ооловне", "ins": "Оюн Чодураа Кара-ооловной"}
    answer = client.post(f"/register/people/{key}/names", form | {"version": str(version)})
    assert answer.status_code == 303
    with app.app_context():
        person = db.session.get(Participant, key)
        assert (person.names_verified, person.name_others, person.name_gen) == (True, {}, "Оюн Чодураа Кара-ооловны")


def test_mentee_card_makes_a_mentor_also_a_mentee(app, browser):
    key = _commit(app, world.teacher)
    answer = browser("head").post(
        f"/register/people/{key}/mentee",
        {"mentee_entered_on": "01.10.2025", "request": "Цифровые инструменты", "version": "1"},
    )
    assert answer.status_code == 303
    page = browser("head").get("/register/mentees").text
    assert "Цифровые инструменты" in page
    wrong = browser("head").post(
        f"/register/people/{key}/mentor",
        {"mentor_entered_on": "01.10.2025", "left_on": "01.09.2025", "version": "2"},
    )
    assert wrong.status_code == 422
    assert "раньше даты вхождения" in wrong.text


def test_consent_with_scan_then_withdrawn_hides_the_name(app, browser):
    key = _commit(app, lambda: world.pupil(consent=False))
    client = browser("curator")
    form = {"kind": "student_14_17", "basis": "consent", "given_on": "10.09.2025", "own_signed": "1"}
    early = client.post(f"/register/people/{key}/consents/new", form)
    assert early.status_code == 422
    assert "не подходит по возрасту" in early.text
    form = {"kind": "student_under14", "basis": "consent", "given_on": "10.09.2025", "representative_signed": "1"}
    scan = b"%PDF-1.4\nscan\n%%EOF"
    from io import BytesIO

    answer = client.post(f"/register/people/{key}/consents/new", form | {"file": (BytesIO(scan), "согласие.pdf")})
    assert answer.status_code == 303, answer.text
    with app.app_context():
        consent = db.session.scalars(select(Consent)).one()
    taken = client.get(f"/register/consents/{consent.id}/scan")
    assert (taken.data, taken.headers["Content-Disposition"].startswith("attachment")) == (scan, True)
    assert _verbs(app)[-1] == "consent_downloaded"
    assert browser("specialist").get(f"/register/consents/{consent.id}/scan").status_code == 403
    assert browser("stranger").get(f"/register/consents/{consent.id}/scan").status_code == 404
    answer = client.post(f"/register/consents/{consent.id}/withdraw", {"on": "01.06.2026", "version": "1"})
    assert answer.status_code == 303
    for path in ("/register/mentees", f"/register/people/{key}"):
        page = browser("specialist").get(path).text
        assert "Участник №\u00a01" in page
        assert "Петров П" not in page
    assert "никого нет" in client.get("/register/mentees?q=петров").text


def test_scan_of_another_kind_is_refused(app, browser):
    from io import BytesIO

    key = _commit(app, lambda: world.pupil(consent=False))
    form = {"kind": "student_under14", "basis": "consent", "given_on": "10.09.2025", "representative_signed": "1"}
    answer = browser("curator").post(
        f"/register/people/{key}/consents/new", form | {"file": (BytesIO(b"MZ\x90\x00"), "согласие.pdf")}
    )
    assert answer.status_code == 422
    assert "Файл этого вида не принимается" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Consent)).all() == []


def test_pair_from_draft_to_end(app, browser):
    mentor, mentee = _commit(app, lambda: (world.teacher(), world.pupil()))
    client = browser("curator")
    form = {
        "mentor": str(mentor),
        "mentees": [str(mentee)],
        "form": "teacher_pupil",
        "kind": "one_to_one",
        "starts_on": "15.09.2025",
        "ends_on": "31.08.2026",
    }
    answer = client.post("/register/pairs/new", form)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    assert "У утверждённой пары должны быть номер и дата приказа" in page
    with app.app_context():
        pair = db.session.scalars(select(Mentorship)).one()
    refused = client.post(f"/register/pairs/{pair.id}/approve", {"version": "1"})
    assert refused.status_code == 422
    answer = client.post(
        f"/register/pairs/{pair.id}/edit", form | {"order_number": "12", "order_on": "12.09.2025", "version": "1"}
    )
    assert answer.status_code == 303, answer.text
    assert "Утвердить пару" in client.get(f"/register/pairs/{pair.id}").text
    assert client.post(f"/register/pairs/{pair.id}/approve", {"version": "2"}).status_code == 303
    assert "Петров П." in browser("specialist").get("/register/pairs?q=Петров").text.replace("\u00a0", " ")
    end = {"how": "stopped", "on": "01.06.2026", "version": "3"}
    wrong = client.post(f"/register/pairs/{pair.id}/end", end)
    assert wrong.status_code == 422
    assert "Укажите причину" in wrong.text
    assert client.post(f"/register/pairs/{pair.id}/end", end | {"reason": "переезд"}).status_code == 303
    with app.app_context():
        pair = db.session.get(Mentorship, pair.id)
        assert (pair.state, str(pair.ended_on), pair.reason) == ("stopped", "2026-06-01", "переезд")
    assert client.post(f"/register/pairs/{pair.id}/edit", form | {"version": "4"}).status_code == 409


def test_new_pair_explains_rules_at_their_fields(app, browser):
    mentor, mentee = _commit(app, lambda: (world.teacher(), world.pupil()))
    form = {
        "mentor": str(mentor),
        "mentees": [str(mentee)],
        "form": "pupil_pupil",
        "kind": "group",
        "role_variant": "куратор – автор проекта",
        "starts_on": "15.09.2025",
        "ends_on": "01.09.2025",
    }
    answer = browser("curator").post("/register/pairs/new", form)
    assert answer.status_code == 422
    assert "Окончание раньше начала" in answer.text
    assert "такой ролевой модели нет" in answer.text
    form |= {"role_variant": "", "ends_on": ""}
    answer = browser("curator").post("/register/pairs/new", form)
    assert answer.status_code == 422
    assert "не меньше двух наставляемых" in answer.text
    assert "наставник не подходит" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Mentorship)).all() == []


def test_a_person_of_another_school_is_no_choice(app, browser):
    mentor, foreign = _commit(app, lambda: (world.teacher(), world.pupil(school="t1-02")))
    client = browser("curator")
    assert str(foreign) not in client.get("/register/pairs/new").text
    form = {
        "mentor": str(mentor),
        "mentees": [str(foreign)],
        "form": "teacher_pupil",
        "kind": "one_to_one",
        "starts_on": "15.09.2025",
    }
    answer = client.post("/register/pairs/new", form)
    assert answer.status_code == 422
    assert "Петров Пётр" not in answer.text


def test_leave_closes_cards_and_pairs(app, browser):
    mentor, *_ = _commit(app, lambda: (lambda m, p: (m, p, world.approved(m, p)))(world.teacher(), world.pupil()))
    client = browser("head")
    assert "Завершится участие" in client.get(f"/register/people/{mentor}/leave").text
    answer = client.post(
        f"/register/people/{mentor}/leave", {"on": "01.06.2026", "reason": "уволилась", "version": "1"}
    )
    assert answer.status_code == 303
    with app.app_context():
        pair = db.session.scalars(select(Mentorship)).one()
        person = db.session.get(Participant, mentor)
        assert (pair.state, pair.reason, str(person.mentor.left_on)) == ("stopped", "уволилась", "2026-06-01")


def test_findings_page_of_school_and_office(app, browser):
    def build():
        mentor, mentee = world.teacher(), world.pupil()
        world.approved(mentor, mentee)
        world.service.withdraw_consent(mentee.consents[0], world.SEPTEMBER, mentee.consents[0].version)
        return mentor

    _commit(app, build)
    for username in ("head", "specialist", "methodist"):
        page = browser(username).get("/register/findings").text
        assert "нет действующего согласия" in page, username
    assert "Школа № 1" in browser("specialist").get("/register/findings").text
    assert "Противоречий нет" in browser("stranger").get("/register/findings").text
    assert "Противоречий нет" in browser("specialist").get("/register/findings?school=t1-02").text


@pytest.mark.parametrize("username", ["methodist", "specialist"])
def test_the_office_reads_and_changes_nothing(app, browser, username):
    mentor, mentee, pair = _commit(app, lambda: (lambda m, p: (m, p, world.pair(m, p)))(world.teacher(), world.pupil()))
    client = browser(username)
    for path in ("mentors", "mentees", "pairs", "findings", f"people/{mentor}", f"pairs/{pair}"):
        assert client.get(f"/register/{path}").status_code == 200, path
    page = client.get(f"/register/people/{mentor}").text
    assert "Изменить" not in page
    for path in (f"people/{mentor}/edit", f"people/{mentee}/leave", f"pairs/{pair}/approve", f"people/{mentor}/erase"):
        assert client.post(f"/register/{path}", {"version": "1"}).status_code == 403, path
    for path in ("people/new", "pairs/new"):
        assert client.get(f"/register/{path}").status_code == 403, path


@pytest.mark.parametrize("username", ["stranger", "other-head", "other-specialist"])
def test_strangers_find_nothing(app, browser, username):
    mentor, _mentee, pair = _commit(
        app, lambda: (lambda m, p: (m, p, world.pair(m, p)))(world.teacher(), world.pupil())
    )
    client = browser(username)
    for path in (f"people/{mentor}", f"people/{mentor}/edit", f"pairs/{pair}", f"pairs/{pair}/edit"):
        assert client.get(f"/register/{path}").status_code == 404, path
    for path in ("mentors", "mentees", "pairs", "findings"):
        assert "Иванова" not in client.get(f"/register/{path}").text, path
    assert "Иванова" not in client.get("/register/mentors?school=t1-01").text


@pytest.mark.parametrize("username", ["pds", "admin"])
def test_others_have_no_register(browser, username):
    for path in ("mentors", "mentees", "pairs", "findings"):
        assert browser(username).get(f"/register/{path}").status_code == 403


def test_erase_is_for_the_head_and_leaves_no_name(app, browser):
    key = _commit(app, lambda: world.pupil(contact="+7 900 000-00-00"))
    assert browser("curator").post(f"/register/people/{key}/erase", {"version": "1"}).status_code == 403
    assert browser("head").post(f"/register/people/{key}/erase", {"version": "1"}).status_code == 303
    page = browser("head").get(f"/register/people/{key}").text
    assert "Сведения об этом человеке уничтожены" in page
    assert "Петров П" not in page
    with app.app_context():
        assert db.session.get(Participant, key).birth_year == 2012


@pytest.mark.parametrize("path", ["mentors", "mentees", "pairs", "mentors?full=1", "findings"])
def test_lists_cost_the_same_for_one_and_for_many(app, browser, count_queries, path):
    def build(number):
        return lambda: world.approved(world.teacher(f"Иванова {number} Петровна"), world.pupil(f"Петров {number}"))

    _commit(app, build("Анна"))
    client = browser("specialist")
    client.get(f"/register/{path}")
    one = count_queries(lambda: client.get(f"/register/{path}"))
    for name in ("Белла", "Вера", "Галина"):
        _commit(app, build(name))
    assert count_queries(lambda: client.get(f"/register/{path}")) == one


def test_kinds_of_consent_are_all_offered(app, browser):
    key = _commit(app, world.teacher)
    page = browser("head").get(f"/register/people/{key}/consents/new").text
    assert [kind.value for kind in ConsentKind if f'value="{kind.value}"' not in page] == []


@pytest.mark.parametrize("path", ["mentors", "mentees", "pairs"])
def test_lists_answer_a_fragment_to_htmx_with_the_same_rows(app, browser, path):
    _commit(app, lambda: world.approved(world.teacher(), world.pupil()))
    client = browser("head")
    fragment = client.get(f"/register/{path}", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert fragment.strip() in client.get(f"/register/{path}").text


def test_a_municipality_with_too_many_pairs_is_judged_by_school(app, browser, monkeypatch):
    from roadmap.registers import queries

    _commit(app, lambda: world.pair(world.teacher(), world.pupil()))
    monkeypatch.setattr(queries, "JUDGED_AT_ONCE", 0)
    client = browser("specialist")
    assert "Выберите школу" in client.get("/register/findings").text
    assert "Противоречий нет" in client.get("/register/findings?school=t1-01").text


def test_consent_form_offers_the_kind_that_is_lacking(app, browser):
    key = _commit(app, lambda: world.pupil(birth_year=2010, consent=False))
    page = browser("head").get(f"/register/people/{key}/consents/new").text
    assert '<option value="student_14_17" selected>' in page
    assert "дополнительного соглашения" not in page


def test_figures_are_told_as_on_a_day(app, browser, at):
    _commit(app, lambda: world.approved(world.teacher(), world.pupil()))
    at(2026, 6, 9, 10, 0)
    _commit(app, lambda: world.approved(world.teacher("Вторая Анна Ильинична"), world.pupil("Второв Пётр Ильич")))
    for username in ("curator", "methodist"):
        client = browser(username)
        for on, pairs in (("03.06.2026", 1), ("09.06.2026", 2), ("02.06.2026", 0)):
            page = client.get(f"/register/figures?on={on}").text
            assert f"<dt>Пар и групп</dt><dd>{pairs} шт.</dd>" in page, (username, on)
    assert "<dt>Пар и групп</dt><dd>0 шт.</dd>" in browser("methodist").get("/register/figures?school=t1-02").text
    wrong = browser("curator").get("/register/figures?on=31.02.2026")
    assert (wrong.status_code, "Такой даты нет" in wrong.text) == (422, True)


@pytest.mark.parametrize("username", list(factories.CAST))
def test_lists_and_objects_agree_over_the_registers(app, username):
    from roadmap.access import Action, can

    with app.test_request_context():
        for school in ("t1-01", "t1-02", "t2-01"):
            world.pair(world.teacher(school=school), world.pupil(school=school))
        person = factories.user(username)
        for model in (Participant, Consent, Mentorship):
            seen = set(db.session.scalars(model.visible_to(person)))
            every = db.session.scalars(select(model)).all()
            assert len(every) >= 3
            assert {thing for thing in every if can(person, Action.VIEW, thing)} == seen
        db.session.rollback()


def test_a_teacher_of_another_organisation_is_no_employee(app, browser):
    answer = browser("curator").post("/register/people/new?role=mentor", TEACHER | {"employee": "elsewhere"})
    assert answer.status_code == 303
    page = browser("curator").get(answer.location + "/edit").text
    assert 'value="elsewhere" checked' in page
    with app.app_context():
        assert db.session.scalars(select(Participant)).one().employee is False
