"""A practice from its draft to the registry: the card, experts, scores, РАОП, and who may what."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import factories
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Conflict, Invalid, NotAllowed, WrongState
from roadmap.practices import service
from roadmap.practices.models import Criterion, Practice, PracticeReview, PracticeState
from roadmap.schools.service import set_setting

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
CARD = {
    "title": "Шаг навстречу",
    "authors": "Соколова М. В., учитель",
    "form": "pupil_pupil",
    "level": "school",
    "audience": "пятиклассники",
    "problem": "трудная адаптация",
    "aim": "помочь освоиться",
    "description": "встречи раз в неделю",
    "results": "тревожность ниже на треть",
}
LEFT_OUT = {"kind": "", "resources": "", "replication": "", "link": ""}


def draft(code="t1-01", actor="head", **changes):
    values = LEFT_OUT | CARD | changes
    practice = service.add(factories.school(code), service.PracticeDetails(**values), None, factories.user(actor))
    db.session.commit()
    return practice.id


def submitted(code="t1-01", actor="head", **changes):
    practice = db.session.get(Practice, draft(code, actor, **changes))
    service.submit(practice, practice.version, factories.user(actor))
    db.session.commit()
    return practice.id


def invited(practice_id, expert):
    practice = db.session.get(Practice, practice_id)
    review = service.invite(practice, factories.user(expert).id, factories.user("specialist"))
    db.session.commit()
    return review.id


def scored(practice_id, expert, *points):
    review = db.session.get(PracticeReview, invited(practice_id, expert))
    service.score(review, dict(zip(Criterion, points, strict=True)), "", review.version, factories.user(expert))
    db.session.commit()
    return review.id


def approve_scoring(municipality_id):
    set_setting(municipality_id, "practice_scoring_approved_by", "приказом от 01.02.2026 № 9", date(2026, 2, 1))
    db.session.commit()


def state_of(app, practice_id):
    with app.app_context():
        return db.session.get(Practice, practice_id).state_label


def last_verb():
    return db.session.scalar(select(AuditEvent.verb).order_by(AuditEvent.id.desc()))


def test_a_draft_is_saved_incomplete_and_submitted_whole(app, browser):
    client = browser("curator")
    short = {name: CARD[name] for name in ("title", "authors", "form", "level")}
    answer = client.post("/practices/new", short)
    assert answer.status_code == 303
    path = answer.location
    refused = client.post(f"{path}/submit", {"version": "1"})
    sentence = "Заполните карточку: целевая группа, проблема, цель, описание, результаты."
    assert (refused.status_code, sentence in refused.text) == (422, True)
    file = {"file": (io.BytesIO(PDF), "Материалы.pdf")}
    edited = client.post(f"{path}/edit", CARD | {"version": "1"} | file, content_type="multipart/form-data")
    assert edited.status_code == 303
    assert client.post(f"{path}/submit", {"version": "2"}).status_code == 303
    with app.app_context():
        practice = db.session.scalars(select(Practice)).one()
        assert (practice.state, practice.round, practice.file_name, practice.results, last_verb()) == (
            "submitted",
            1,
            "Материалы.pdf",
            "тревожность ниже на треть",
            "practice_submitted",
        )
    assert client.get(f"{path}/edit").status_code == 409
    file = client.get(f"{path}/file")
    assert (file.data, file.headers["Content-Disposition"][:10]) == (PDF, "attachment")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "Заполните это поле"),
        ({"form": "employer"}, "Выберите один из предложенных вариантов"),
        ({"period_start": "01.09.2025", "period_end": "31.08.2025"}, "Окончание раньше начала"),
        ({"period_end": "31.08.2025"}, "Укажите начало периода"),
        ({"link": "school.ru"}, "Введите адрес целиком"),
    ],
)
def test_bad_cards_are_told_at_the_field(app, browser, changes, sentence):
    answer = browser("head").post("/practices/new", CARD | changes)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    with app.app_context():
        assert db.session.scalars(select(Practice)).all() == []


def test_a_stale_card_is_a_conflict(app, browser):
    with app.app_context():
        key = draft()
    client = browser("head")
    assert client.post(f"/practices/{key}/edit", CARD | {"version": "1", "aim": "первая"}).status_code == 303
    assert client.post(f"/practices/{key}/edit", CARD | {"version": "1", "aim": "вторая"}).status_code == 409
    with app.app_context():
        assert db.session.get(Practice, key).aim == "первая"


def test_the_specialist_includes_and_nothing_changes_any_more(app, browser):
    with app.app_context():
        key = submitted()
    office = browser("specialist")
    assert office.post(f"/practices/{key}/include", {"version": "2"}).status_code == 303
    assert state_of(app, key) is PracticeState.INCLUDED
    assert office.post(f"/practices/{key}/reject", {"version": "3", "reason": "поздно"}).status_code == 409
    head = browser("head")
    assert head.get(f"/practices/{key}/edit").status_code == 409
    assert head.post(f"/practices/{key}/withdraw", {"version": "3"}).status_code == 409


def test_a_rejected_practice_tells_why_and_returns_in_a_new_round(app, browser):
    with app.app_context():
        key = submitted()
        scored(key, "methodist", 5, 5, 5, 5, 5)
        scored(key, "stranger", 6, 6, 6, 6, 6)
    office, head = browser("specialist"), browser("head")
    blank = office.post(f"/practices/{key}/reject", {"version": "2", "reason": ""})
    assert (blank.status_code, "Заполните это поле" in blank.text) == (422, True)
    assert office.post(f"/practices/{key}/reject", {"version": "2", "reason": "Нет чисел"}).status_code == 303
    assert "Нет чисел" in head.get(f"/practices/{key}").text
    assert head.post(f"/practices/{key}/withdraw", {"version": "3"}).status_code == 303
    assert "Нет чисел" in head.get(f"/practices/{key}").text
    assert head.post(f"/practices/{key}/submit", {"version": "4"}).status_code == 303
    with app.app_context():
        practice = db.session.get(Practice, key)
        assert (practice.state, practice.round, practice.score, practice.rejected_reason) == ("submitted", 2, None, "")


def test_a_card_is_withdrawn_only_until_experts_are_invited(app, browser):
    with app.app_context():
        key = submitted()
    head = browser("head")
    assert head.post(f"/practices/{key}/withdraw", {"version": "2"}).status_code == 303
    assert head.post(f"/practices/{key}/submit", {"version": "3"}).status_code == 303
    with app.app_context():
        invited(key, "methodist")
    assert head.post(f"/practices/{key}/withdraw", {"version": "4"}).status_code == 409


def test_experts_are_the_offices_people_and_other_schools_heads(app, browser):
    from roadmap.practices.queries import possible_experts

    with app.app_context():
        key = submitted()
        names = {person.username for person in possible_experts(db.session.get(Practice, key))}
        assert names == {"methodist", "specialist", "stranger", "both"}
        own, foreign = factories.user("head").id, factories.user("other-head").id
    office = browser("specialist")
    for person in (own, foreign):
        answer = office.post(f"/practices/{key}/experts", {"expert": str(person)})
        assert (answer.status_code, "Выберите один из предложенных вариантов" in answer.text) == (422, True)
    with app.app_context():
        for person in (own, foreign):
            with pytest.raises(Invalid):
                service.invite(db.session.get(Practice, key), person, factories.user("specialist"))
        stranger = factories.user("stranger").id
    assert office.post(f"/practices/{key}/experts", {"expert": str(stranger)}).status_code == 303
    assert office.post(f"/practices/{key}/experts", {"expert": str(stranger)}).status_code == 422


def test_an_expert_of_another_school_sees_the_card_and_scores_it(app, browser):
    with app.app_context():
        key = submitted()
        review = invited(key, "stranger")
        scored(key, "methodist", 1, 1, 1, 1, 1)
    client = browser("stranger")
    assert "Шаг навстречу" in client.get("/practices").text.split("Вам поручено оценить")[1]
    page = client.get(f"/practices/reviews/{review}").text
    assert "трудная адаптация" in page and "Смирнова" not in page
    assert client.get(f"/practices/{key}").status_code == 404
    points = {criterion.value: "9" for criterion in Criterion}
    for wrong, sentence in (("11", "Не больше 10"), ("0", "Не меньше 1"), ("", "Заполните это поле")):
        answer = client.post(f"/practices/reviews/{review}", points | {"version": "1", "scaling": wrong})
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert client.post(f"/practices/reviews/{review}", points | {"version": "1"}).status_code == 303
    assert client.post(f"/practices/reviews/{review}", points | {"version": "1"}).status_code == 409
    with app.app_context():
        given = db.session.get(PracticeReview, review)
        assert (given.total, last_verb()) == (45, "practice_scored")
        practice = db.session.get(Practice, key)
        service.include(practice, practice.version, factories.user("specialist"))
        db.session.commit()
    late = client.post(f"/practices/reviews/{review}", points | {"version": "2"})
    assert late.status_code == 409


def test_only_the_invited_expert_scores(app, browser):
    with app.app_context():
        key = submitted()
        review = invited(key, "stranger")
    statuses = {
        name: browser(name).get(f"/practices/reviews/{review}").status_code
        for name in ("stranger", "both", "head", "curator", "methodist", "specialist", "pds", "other-specialist")
    }
    assert statuses == {
        "stranger": 200,
        "both": 404,
        "head": 404,
        "curator": 404,
        "methodist": 403,
        "specialist": 403,
        "pds": 404,
        "other-specialist": 404,
    }


def test_an_expert_who_moved_to_the_school_may_not_score(context):
    key = submitted()
    review = db.session.get(PracticeReview, invited(key, "stranger"))
    expert = factories.user("stranger")
    expert.school_id = factories.school("t1-01").id
    with pytest.raises(NotAllowed):
        service.score(review, dict.fromkeys(Criterion, 5), "", review.version, expert)


def test_scores_outside_the_scale_are_refused_by_the_service_and_by_the_database(context):
    review = db.session.get(PracticeReview, invited(submitted(), "stranger"))
    expert = factories.user("stranger")
    for points in (dict.fromkeys(Criterion, 11), {Criterion.RESULT: 5}):
        with pytest.raises(Invalid):
            service.score(review, points, "", review.version, expert)
    review.result = 5
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_score_is_the_mean_of_at_least_two_experts(context):
    key = submitted()
    scored(key, "methodist", 8, 8, 8, 8, 8)
    assert db.session.get(Practice, key).score is None
    scored(key, "stranger", 9, 9, 9, 9, 9)
    db.session.expire_all()
    assert db.session.get(Practice, key).score == Decimal("42.5")
    scored(key, "both", 1, 1, 1, 1, 2)
    db.session.expire_all()
    assert db.session.get(Practice, key).score == Decimal("30.3")


def test_the_school_sees_a_score_only_under_an_approved_regulation(app, browser):
    with app.app_context():
        key = submitted()
        scored(key, "methodist", 8, 8, 8, 8, 8)
        scored(key, "stranger", 9, 9, 9, 9, 9)
        municipality = factories.school("t1-01").municipality_id
    head, office = browser("head"), browser("methodist")
    assert "42,5" not in head.get(f"/practices/{key}").text + head.get("/practices").text
    page = office.get(f"/practices/{key}").text
    assert "Рабочая заметка: средний балл <b>42,5 из 50" in page
    with app.app_context():
        approve_scoring(municipality)
    page = head.get(f"/practices/{key}").text
    assert "42,5 из 50" in page and "приказом от 01.02.2026 № 9" in page and "Смирнова" not in page
    assert "Рабочая заметка" not in office.get(f"/practices/{key}").text


def test_an_invitation_is_taken_back_until_the_scores_are_given(app, browser):
    with app.app_context():
        key = submitted()
        asked, given = invited(key, "methodist"), scored(key, "stranger", 7, 7, 7, 7, 7)
    office = browser("specialist")
    assert office.post(f"/practices/reviews/{asked}/remove", {"version": "1"}).status_code == 303
    assert office.post(f"/practices/reviews/{given}/remove", {"version": "2"}).status_code == 409
    with app.app_context():
        assert db.session.scalars(select(PracticeReview.id)).all() == [given]


def test_nobody_is_invited_to_a_draft(context):
    practice = db.session.get(Practice, draft())
    with pytest.raises(WrongState):
        service.invite(practice, factories.user("methodist").id, factories.user("specialist"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"raop": "sent"}, "Укажите дату подачи или размещения"),
        ({"raop": "placed", "raop_on": "01.04.2026"}, "Укажите адрес, по которому практика размещена"),
        ({"raop": "sent", "raop_on": "04.06.2026"}, "Эта дата ещё не наступила"),
        ({"raop": "lost", "raop_on": "01.04.2026"}, "Выберите один из предложенных вариантов"),
    ],
)
def test_raop_asks_for_what_its_state_needs(app, browser, fields, sentence):
    with app.app_context():
        key = draft()
    answer = browser("head").post(f"/practices/{key}/raop", fields | {"version": "1"})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_raop_changes_after_the_inclusion_too(app, browser):
    with app.app_context():
        key = submitted()
        practice = db.session.get(Practice, key)
        service.include(practice, practice.version, factories.user("specialist"))
        db.session.commit()
    fields = {"raop": "placed", "raop_on": "01.06.2026", "raop_link": "https://raop.ru/7"}
    client = browser("curator")
    assert client.post(f"/practices/{key}/raop", fields | {"version": "3"}).status_code == 303
    with app.app_context():
        practice = db.session.get(Practice, key)
        assert (practice.raop, practice.raop_on, practice.raop_link) == (
            "placed",
            date(2026, 6, 1),
            "https://raop.ru/7",
        )
    assert client.post(f"/practices/{key}/raop", {"raop": "none", "version": "4"}).status_code == 303
    with app.app_context():
        practice = db.session.get(Practice, key)
        assert (practice.raop, practice.raop_on, practice.raop_link) == ("none", None, "")


@pytest.mark.parametrize(
    ("username", "reads", "writes", "judges"),
    [
        ("head", 200, 409, 403),
        ("curator", 200, 409, 403),
        ("methodist", 200, 403, 403),
        ("specialist", 200, 403, 409),
        ("stranger", 404, 404, 404),
        ("pds", 404, 404, 404),
        ("admin", 404, 404, 404),
        ("other-head", 404, 404, 404),
        ("other-specialist", 404, 404, 404),
    ],
)
def test_who_reads_writes_and_judges(app, browser, username, reads, writes, judges):
    with app.app_context():
        key = submitted()
    client = browser(username)
    assert client.get(f"/practices/{key}").status_code == reads
    assert client.get(f"/practices/{key}/edit").status_code == writes
    if writes == 409:
        assert client.post(f"/practices/{key}/submit", {"version": "2"}).status_code == 409
    else:
        assert client.post(f"/practices/{key}/submit", {"version": "2"}).status_code == writes
    assert client.post(f"/practices/{key}/include", {"version": "99"}).status_code == judges


def test_the_registry_is_filtered_and_keeps_to_its_reader(app, browser):
    with app.app_context():
        draft(title="Наша первая")
        submitted(title="Наша вторая", form="teacher_teacher", level="municipal")
        submitted("t1-02", "stranger", title="Чужая")
    office, head = browser("specialist"), browser("head")

    def titles(client, query=""):
        page = client.get(f"/practices{query}").text
        return [name for name in ("Наша первая", "Наша вторая", "Чужая") if name in page]

    assert titles(office) == ["Наша первая", "Наша вторая", "Чужая"]
    assert titles(head) == ["Наша первая", "Наша вторая"]
    assert titles(office, "?state=submitted") == ["Наша вторая", "Чужая"]
    assert titles(office, "?school=t1-02") == ["Чужая"]
    assert titles(office, "?form=teacher_teacher&level=municipal") == ["Наша вторая"]
    assert titles(office, "?raop=placed") == []
    assert titles(office, "?state=nonsense") == ["Наша первая", "Наша вторая", "Чужая"]
    assert titles(browser("other-specialist")) == []
    assert [browser(name).get("/practices").status_code for name in ("pds", "admin")] == [403, 403]


def test_htmx_gets_the_list_alone(app, browser):
    with app.app_context():
        draft()
    answer = browser("head").get("/practices?state=draft", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="practices"') and "Шаг навстречу" in answer.text


def test_user_text_is_escaped(app, browser):
    with app.app_context():
        key = draft(title="<script>alert(1)</script>", description="<b hx-get=/x>")
    client = browser("head")
    page = client.get(f"/practices/{key}").text + client.get("/practices").text
    assert "<script>alert" not in page and "<b hx-get" not in page


def test_lists_cost_the_same_for_one_and_for_many(app, browser, count_queries):
    with app.app_context():
        scored(submitted(), "methodist", 5, 5, 5, 5, 5)
    office, expert = browser("specialist"), browser("methodist")
    one = [count_queries(lambda client=client: client.get("/practices")) for client in (office, expert)]
    with app.app_context():
        for number in range(3):
            scored(submitted(title=f"Ещё {number}"), "methodist", 5, 5, 5, 5, 5)
            submitted("t1-02", "stranger", title=f"Другая {number}")
    assert [count_queries(lambda client=client: client.get("/practices")) for client in (office, expert)] == one


def test_a_stale_decision_is_a_conflict(context):
    practice = db.session.get(Practice, submitted())
    with pytest.raises(Conflict):
        service.include(practice, 1, factories.user("specialist"))
