"""Local acts over HTTP: filing, history, completeness, evidence, and who may what."""

from __future__ import annotations

import io
from datetime import date

import factories
import pytest
from sqlalchemy import func, select

from roadmap.acts.checklist import Item, Presence
from roadmap.acts.models import LocalAct
from roadmap.acts.queries import completeness
from roadmap.acts.service import ActDetails, add, replace
from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Conflict, Invalid, WrongState
from roadmap.plan.models import Evidence
from roadmap.registers.models import Mentorship, MentorshipMember
from roadmap.registers.service import MenteeDetails, MentorDetails, PersonDetails, add_participant
from roadmap.registers.words import MentorshipState, PersonKind
from roadmap.schools.service import set_setting

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
FIELDS = {
    "title": "Положение о наставничестве",
    "approved_by": "приказ директора",
    "number": "12-од",
    "approved_on": "01.09.2025",
    "valid_from": "01.09.2025",
}
PROGRAMME = FIELDS | {
    "title": "Программа наставничества",
    "programme_kind": "programme",
    "period_start": "01.09.2025",
    "period_end": "31.08.2027",
}


def details(first=date(2025, 9, 1), **changes):
    values = {
        "title": "Положение",
        "number": "1",
        "approved_on": min(first, date(2026, 6, 3)),
        "approved_by": "приказ",
        "valid_from": first,
        "link": "https://school.ru/act",
    }
    return ActDetails(**(values | changes))


def filed(code="t1-01", item=Item.L2, actor="head", file=None, **changes):
    act = add(factories.school(code), item, details(**changes), file, factories.user(actor))
    db.session.commit()
    return act.id


def upload(content=PDF, name="Положение.pdf"):
    return {"file": (io.BytesIO(content), name)}


def post(client, path, fields, files=None):
    return client.post(path, fields | (files or {}), content_type="multipart/form-data")


def new_path(cast, item, code="t1-01"):
    return f"/acts/schools/{cast.schools[code]}/new?item={item}"


def only_act():
    return db.session.scalars(select(LocalAct)).one()


def test_a_programme_is_filed_with_its_file(app, browser, cast):
    client = browser("curator")
    answer = post(client, new_path(cast, "L3"), PROGRAMME, upload(name="Программа школы.pdf"))
    assert answer.status_code == 303
    with app.app_context():
        act = only_act()
        assert (act.item, act.programme_kind, act.period_end, act.school_id, act.file_name, act.media_type) == (
            "L3",
            "programme",
            date(2027, 8, 31),
            cast.schools["t1-01"],
            "Программа школы.pdf",
            "application/pdf",
        )
        verb = db.session.scalar(select(AuditEvent.verb).order_by(AuditEvent.id.desc()))
        assert verb == "act_saved"
    shown = client.get(answer.location).text
    assert "с 1 сентября 2025 г. по 31 августа 2027 г." in shown.replace("\u00a0", " ")
    file = client.get(f"{answer.location}/file")
    assert (file.data, file.mimetype) == (PDF, "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize(
    ("item", "changes", "sentence"),
    [
        ("L2", {"title": ""}, "Заполните это поле"),
        ("L2", {"approved_on": "31.06.2025"}, "Такой даты нет: 31.06.2025"),
        ("L2", {"approved_on": "04.06.2026"}, "Дата утверждения ещё не наступила"),
        ("L2", {"valid_to": "31.08.2025"}, "Окончание раньше начала действия"),
        ("L2", {"link": "javascript:alert(1)"}, "Введите адрес целиком"),
        ("L3", {"period_end": "31.08.2024"}, "Окончание раньше начала"),
        ("L3", {"programme_kind": "poem"}, "Выберите один из предложенных вариантов"),
        ("L3", {}, "Приложите файл или укажите адрес на сайте"),
        ("L5", {"quantity": "0"}, "Не меньше 1"),
    ],
)
def test_bad_input_stands_at_its_field(app, browser, cast, item, changes, sentence):
    fields = (PROGRAMME if item == "L3" else FIELDS) | changes
    answer = post(browser("head"), new_path(cast, item), fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LocalAct)) == 0


@pytest.mark.parametrize("content", [b"MZ\x90\x00 not a document", b"", b"%PDF-1.4 cut off"])
def test_a_file_is_judged_by_its_content(app, browser, cast, content):
    answer = post(browser("head"), new_path(cast, "L2"), FIELDS, upload(content))
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LocalAct)) == 0


def test_an_unknown_item_does_not_exist(browser, cast):
    assert browser("head").get(new_path(cast, "L11")).status_code == 404


def test_edit_corrects_and_keeps_the_file(app, browser, cast):
    client = browser("head")
    location = post(client, new_path(cast, "L2"), FIELDS, upload()).location
    page = client.get(f"{location}/edit").text
    assert 'value="12-од"' in page and 'value="01.09.2025"' in page
    fields = FIELDS | {"number": "13-од", "council_number": "4", "version": "1"}
    assert post(client, f"{location}/edit", fields).status_code == 303
    with app.app_context():
        act = only_act()
        assert (act.number, act.council_number, act.file_name, act.version) == ("13-од", "4", "Положение.pdf", 2)
    assert post(client, f"{location}/edit", FIELDS | {"version": "1"}).status_code == 409
    fresh = upload(PDF + b"\n", "Новое.pdf")
    assert post(client, f"{location}/edit", FIELDS | {"version": "2"}, fresh).status_code == 303
    with app.app_context():
        assert (only_act().file_name, only_act().version) == ("Новое.pdf", 3)


def test_a_replaced_act_stays_readable_and_counts_until_the_day_before(app, browser, cast):
    with app.app_context():
        old = filed(first=date(2024, 9, 1))
    client = browser("head")
    early = post(client, f"/acts/{old}/replace", FIELDS | {"valid_from": "01.09.2024", "version": "1"})
    assert (early.status_code, "Новый акт должен действовать позже прежнего" in early.text) == (422, True)
    answer = post(client, f"/acts/{old}/replace", FIELDS | {"version": "1"})
    assert answer.status_code == 303
    page = client.get(f"/acts/{old}").text
    assert "Документ заменён новым" in page and "с&nbsp;01.09.2024 по&nbsp;31.08.2025" in page
    for path in ("edit", "replace"):
        assert client.get(f"/acts/{old}/{path}").status_code == 409
    school = f"/acts/schools/{cast.schools['t1-01']}"
    before, after = client.get(f"{school}?on=31.08.2025").text, client.get(f"{school}?on=01.09.2025").text
    current = "Не действуют на эту дату"
    assert f'href="/acts/{old}"' in before.split(current)[0]
    assert f'href="/acts/{old}"' not in after.split(current)[0] and f'href="/acts/{old}"' in after.split(current)[1]
    with app.app_context():
        again = db.session.get(LocalAct, old)
        with pytest.raises(WrongState):
            replace(again, details(date(2026, 1, 1)), None, again.version, factories.user("head"))
        db.session.rollback()


def test_two_replacements_of_one_act_are_refused_by_the_database(context):
    from sqlalchemy.exc import IntegrityError

    old = db.session.get(LocalAct, filed(first=date(2024, 9, 1)))
    replace(old, details(), None, old.version, factories.user("head"))
    twin = LocalAct(
        municipality_id=old.municipality_id,
        school_id=old.school_id,
        item="L2",
        replaces_id=old.id,
        saved_at=old.saved_at,
        **vars(details()),
    )
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_mistaken_entry_is_removed_with_a_reason_and_its_predecessor_is_back(app, browser, cast):
    with app.app_context():
        old = filed(first=date(2024, 9, 1))
        row = db.session.get(LocalAct, old)
        fresh = replace(row, details(), None, row.version, factories.user("head"))
        db.session.commit()
        fresh_id = fresh.id
    client = browser("head")
    bad = client.post(f"/acts/{fresh_id}/remove", {"version": "1", "reason": " "})
    assert (bad.status_code, "Запись не убрана. Причина: Заполните это поле." in bad.text) == (422, True)
    assert client.post(f"/acts/{fresh_id}/remove", {"version": "1", "reason": "Не тот приказ"}).status_code == 303
    assert "Не тот приказ" in client.get(f"/acts/{fresh_id}").text
    with app.app_context():
        assert db.session.get(LocalAct, old).in_force(date(2026, 6, 3)) is True
        assert db.session.get(LocalAct, fresh_id).in_force(date(2026, 6, 3)) is False


def test_a_stale_version_is_a_conflict(context):
    act = db.session.get(LocalAct, filed())
    with pytest.raises(Conflict):
        replace(act, details(date(2026, 1, 1)), None, 7, factories.user("head"))


def test_a_refused_change_leaves_the_row(context):
    from roadmap.acts.service import change

    act = db.session.get(LocalAct, filed())
    with pytest.raises(Invalid):
        change(act, details(title="Другое", approved_on=date(2027, 1, 1)), None, act.version, factories.user("head"))
    assert (act.title, db.session.is_modified(act)) == ("Положение", False)


def test_the_matrix_says_words_without_a_percentage_until_the_checklist_is_approved(app, browser, cast):
    with app.app_context():
        filed(item=Item.L1)
        filed(item=Item.L2, link="")
        municipality = factories.school("t1-01").municipality_id
    client = browser("methodist")
    page = client.get("/acts").text
    assert "Наличие материалов" in page and "2 из 9" in page and "есть, без файла" in page
    assert "%" not in page.split("<main")[1] and "нарушени" not in page
    with app.app_context():
        approved = "приказом РУО от 01.02.2026 № 7"
        set_setting(municipality, "acts_checklist_approved_by", approved, date(2026, 2, 1))
        db.session.commit()
    page = client.get("/acts").text.replace("\u00a0", " ")
    assert "Полнота пакета локальных актов" in page and approved in page and "2 из 9 (22,2 %)" in page
    assert "%" not in client.get("/acts?on=2026-01-31").text.split("<main")[1]


def test_a_day_before_the_law_neither_asks_nor_prints_it(browser, cast):
    page = browser("specialist").get("/acts?on=2025-02-01").text
    assert ">L7<" not in page and ">L8<" not in page and ">L6<" in page and "0 из 8" in page
    school = browser("head").get(f"/acts/schools/{cast.schools['t1-01']}?on=01.03.2025").text
    assert "L7. " in school and "L8. " not in school


def pair(code, mentee_kind, employee, state=MentorshipState.APPROVED, ends_on=None):
    school, september = factories.school(code), date(2025, 9, 1)
    mentor = add_participant(
        school,
        PersonDetails("Иванова Мария Петровна", PersonKind.TEACHER, employee=employee),
        mentor=MentorDetails(september),
    )
    mentee = add_participant(school, PersonDetails("Петров Пётр Ильич", mentee_kind), mentee=MenteeDetails(september))
    mentorship = Mentorship(
        municipality_id=school.municipality_id,
        school_id=school.id,
        mentor_id=mentor.id,
        form="teacher_teacher",
        kind="one_to_one",
        state=state.value,
        starts_on=september,
        ends_on=ends_on,
        created_at=school.created_at,
    )
    mentorship.members = [MentorshipMember(participant_id=mentee.id, position=1, since=september)]
    db.session.add(mentorship)
    db.session.flush()


@pytest.mark.parametrize(
    ("mentee_kind", "employee", "state", "ends_on", "expected"),
    [
        (PersonKind.TEACHER, True, MentorshipState.APPROVED, None, Presence.ABSENT),
        (PersonKind.TEACHER, True, MentorshipState.APPROVED, date(2026, 6, 3), Presence.ABSENT),
        (PersonKind.TEACHER, True, MentorshipState.APPROVED, date(2026, 6, 2), Presence.NOT_ASKED),
        (PersonKind.TEACHER, True, MentorshipState.DRAFT, None, Presence.NOT_ASKED),
        (PersonKind.TEACHER, False, MentorshipState.APPROVED, None, Presence.NOT_ASKED),
        (PersonKind.PUPIL, True, MentorshipState.APPROVED, None, Presence.NOT_ASKED),
    ],
)
def test_addenda_are_asked_only_where_a_worker_mentors_a_worker(
    context, mentee_kind, employee, state, ends_on, expected
):
    pair("t1-01", mentee_kind, employee, state, ends_on)
    schools, table = completeness(factories.school("t1-01").municipality_id, date(2026, 6, 3))
    rows = {school.code: table.rows[school.id][Item.L7] for school in schools}
    assert rows == {"t1-01": expected, "t1-02": Presence.NOT_ASKED, "t1-03": Presence.NOT_ASKED}


def test_a_day_that_is_none_is_told_and_today_is_shown(browser, cast):
    page = browser("head").get(f"/acts/schools/{cast.schools['t1-01']}?on=31.02.2026").text
    assert "Введите дату в виде 10.06.2026. Показано на сегодня." in page


def test_an_act_is_given_as_evidence_without_typing_it_again(app, browser, cast):
    client = browser("head")
    location = post(client, new_path(cast, "L3"), PROGRAMME | {"link": "https://school.ru/p"}, upload()).location
    with app.app_context():
        due = factories.occurrence("t1-01", "school_programme", "2025").id
    page = client.get(location).text
    assert "Приложить к мероприятию 1.2 (срок 11.11.2025)" in page
    path = f"{location}/evidence"
    assert client.post(path, {"occurrence": str(due)}).status_code == 303
    with app.app_context():
        evidence = db.session.scalars(select(Evidence)).one()
        assert (evidence.occurrence_id, evidence.done_on, evidence.link, evidence.file_name, evidence.result) == (
            due,
            date(2025, 9, 1),
            "https://school.ru/p",
            "Положение.pdf",
            "Программа наставничества. Утверждено: приказ директора, 01.09.2025 № 12-од",
        )
    assert "приложено" in client.get(location).text
    assert client.post(path, {"occurrence": str(due)}).status_code == 409


def test_an_act_proves_only_its_own_measure_and_school(app, browser, cast):
    with app.app_context():
        act = filed(item=Item.L6)
        bare = filed(item=Item.L6, link="")
        right = factories.occurrence("t1-01", "pay_regulation", "2025").id
        wrong = factories.occurrence("t1-01", "school_programme", "2025").id
        foreign = factories.occurrence("t1-02", "pay_regulation", "2025").id
        earlier = factories.occurrence("t1-01", "pay_regulation", "2022").id
        db.session.rollback()
    client = browser("head")
    for key in (wrong, foreign, earlier):
        assert client.post(f"/acts/{act}/evidence", {"occurrence": str(key)}).status_code == 404
    assert client.post(f"/acts/{act}/evidence", {"occurrence": "nonsense"}).status_code == 400
    assert client.post(f"/acts/{bare}/evidence", {"occurrence": str(right)}).status_code == 404
    assert "Приложить к мероприятию" not in client.get(f"/acts/{bare}").text
    assert client.post(f"/acts/{act}/evidence", {"occurrence": str(right)}).status_code == 303


@pytest.mark.parametrize(
    ("username", "reads", "writes"),
    [
        ("head", 200, 200),
        ("curator", 200, 200),
        ("methodist", 200, 403),
        ("specialist", 200, 403),
        ("stranger", 404, 404),
        ("pds", 404, 404),
        ("admin", 404, 404),
        ("other-head", 404, 404),
        ("other-specialist", 404, 404),
    ],
)
def test_who_reads_and_who_writes(app, browser, cast, username, reads, writes):
    with app.app_context():
        act = filed()
    client = browser(username)
    school = cast.schools["t1-01"]
    assert [client.get(path).status_code for path in (f"/acts/schools/{school}", f"/acts/{act}")] == [reads] * 2
    writing = (f"/acts/schools/{school}/new?item=L1", f"/acts/{act}/edit", f"/acts/{act}/replace")
    assert [client.get(path).status_code for path in writing] == [writes] * 3
    if writes != 200:
        posted = [client.post(f"/acts/{act}/{verb}", {"version": "1"}).status_code for verb in ("remove", "evidence")]
        assert posted == [writes] * 2


def test_the_matrix_is_the_offices(browser):
    names = ("methodist", "specialist", "head", "pds", "admin")
    assert [browser(name).get("/acts").status_code for name in names] == [200, 200, 403, 403, 403]


def test_user_text_is_escaped(app, browser):
    with app.app_context():
        act = filed(title="<script>alert(1)</script>", note="<b hx-get=/x>")
    page = browser("head").get(f"/acts/{act}").text
    assert "<script>alert" not in page and "<b hx-get" not in page and "&lt;script&gt;" in page


def test_lists_cost_the_same_for_one_and_for_many(app, browser, cast, count_queries):
    with app.app_context():
        filed(item=Item.L1)
    office, head = browser("methodist"), browser("head")
    school = f"/acts/schools/{cast.schools['t1-01']}"
    one = [count_queries(lambda: office.get("/acts")), count_queries(lambda: head.get(school))]
    with app.app_context():
        for item in (Item.L2, Item.L4, Item.L9):
            filed(item=item)
            filed("t1-02", item, "stranger")
            old = db.session.get(LocalAct, filed(item=item, first=date(2024, 9, 1)))
            replace(old, details(date(2025, 1, 1)), None, old.version, factories.user("head"))
            db.session.commit()
    assert [count_queries(lambda: office.get("/acts")), count_queries(lambda: head.get(school))] == one
