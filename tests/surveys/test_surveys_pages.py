"""Surveys over HTTP: paper, links, what is shown to whom."""

from __future__ import annotations

import re
from datetime import date

import factories
import pytest
import survey_world as world
from sqlalchemy import func, select, update

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.surveys import queries
from roadmap.surveys.models import SurveyAnswer, SurveyLink
from roadmap.surveys.questions import SCALES, WORDING, Audience, Stage
from roadmap.surveys.service import GUESSES, MOST_LINKS

TYPED = dict.fromkeys(SCALES, "8") | {"expectations": "yes", "further": "no", "valuable": "Поддержка <b>"}


def count(app, model=SurveyAnswer) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model))
        db.session.rollback()
    return found or 0


def typed(app, *scores: int, **changes) -> None:
    with app.app_context():
        world.enter(*scores, **changes)
        db.session.commit()


def issue(client, number: str = "1") -> list[str]:
    """Paths of fresh links, as the page shows them."""
    answer = client.post(f"{world.PATH}/links", {"count": number, "days": "14"})
    assert answer.status_code == 200, answer.text
    return re.findall(r'text-break">http://localhost(/survey/[\w-]{43})<', answer.text)


def verbs(app) -> list[str]:
    with app.app_context():
        query = select(AuditEvent.verb).where(AuditEvent.verb.like("survey%")).order_by(AuditEvent.id)
        found = list(db.session.scalars(query))
        db.session.rollback()
    return found


def test_a_curator_types_blank_after_blank(app, browser):
    curator = browser("curator")
    page = curator.get(f"{world.PATH}/enter").text
    assert "<h1>Бланк № 1</h1>" in page
    assert "Насколько вы удовлетворены совместной работой с педагогом-наставником?" in page
    answer = curator.post(f"{world.PATH}/enter", TYPED | {"number": "1"})
    assert (answer.status_code, answer.location) == (303, f"{world.PATH}/enter")
    following = curator.get(answer.location).text
    assert "Анкета № 1 внесена." in following
    assert "<h1>Бланк № 2</h1>" in following
    with app.app_context():
        row = db.session.scalars(select(SurveyAnswer)).one()
        assert (row.number, row.satisfaction, row.expectations, row.further) == (1, 8, True, False)
        assert (row.valuable, row.missing, row.year, row.form, row.stage) == (
            "Поддержка <b>",
            "",
            2025,
            "teacher_pupil",
            "after",
        )
        assert row.answered_on == date(2026, 6, 3)
    assert verbs(app) == ["survey_answered"]


def test_the_same_blank_sent_twice_is_counted_once(app, browser):
    curator = browser("curator")
    curator.post(f"{world.PATH}/enter", TYPED | {"number": "1"})
    again = curator.post(f"{world.PATH}/enter", TYPED | {"number": "1", "comfort": "3"})
    assert again.status_code == 409
    assert "Анкета № 1 уже внесена" in again.text
    assert 'name="number" value="2"' in again.text
    assert re.search(r'id="comfort"[^>]*value="3"', again.text)  # what was typed is not lost
    assert count(app) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"comfort": "11"}, "Не больше 10. Проверьте, нет ли лишних цифр"),
        ({"comfort": "0"}, "Не меньше 1"),
        ({"planning": "хорошо"}, "Введите целое число, например 12"),
        ({"satisfaction": ""}, "Ответьте на этот вопрос: без него анкета не учитывается"),
        ({"expectations": "maybe"}, "Выберите один из предложенных вариантов"),
        ({"valuable": "ю" * 1001}, "Слишком длинный текст: сократите на 1 знак. Можно не больше 1000 знаков"),
    ],
)
def test_bad_input_is_told_at_its_field(app, browser, changes, sentence):
    answer = browser("curator").post(f"{world.PATH}/enter", TYPED | {"number": "1"} | changes)
    assert answer.status_code == 422
    field = next(iter(changes))
    assert re.search(rf'id="e-{field}"[^>]*>\s*<span class="visually-hidden">Ошибка: </span>{sentence}', answer.text)
    number = 1 + list(WORDING).index(field)
    assert f'<a href="#{field}">Вопрос {number}: {sentence}</a>' in answer.text
    assert count(app) == 0


def test_a_skipped_question_stays_unanswered(app, browser):
    browser("head").post(f"{world.PATH}/enter", {"satisfaction": "9", "number": "1"})
    with app.app_context():
        row = db.session.scalars(select(SurveyAnswer)).one()
        assert (row.comfort, row.satisfaction, row.expectations, row.valuable) == (None, 9, None, "")


def test_a_broken_number_is_refused(browser):
    for number in ("", "x", "1" * 7, "²"):
        assert browser("curator").post(f"{world.PATH}/enter", TYPED | {"number": number}).status_code == 400


def test_a_mistyped_blank_is_removed(app, browser):
    typed(app, 3, 9)
    with app.app_context():
        first = db.session.scalars(select(SurveyAnswer.id).where(SurveyAnswer.number == 1)).one()
    curator = browser("curator")
    assert f"/register/surveys/answers/{first}/remove" in curator.get(world.PATH).text
    answer = curator.post(f"/register/surveys/answers/{first}/remove")
    assert (answer.status_code, answer.location) == (303, world.PATH)
    with app.app_context():
        assert db.session.scalars(select(SurveyAnswer.number)).all() == [2]
    assert verbs(app)[-1] == "survey_answer_removed"


def test_an_answer_by_a_link_cannot_be_picked_out(app, browser):
    curator = browser("curator")
    (path,) = issue(curator)
    browser().post(path, TYPED)
    with app.app_context():
        only = db.session.scalars(select(SurveyAnswer.id)).one()
    assert str(only) not in curator.get(world.PATH).text
    assert curator.post(f"/register/surveys/answers/{only}/remove").status_code == 404
    assert count(app) == 1


def test_a_respondent_answers_once_without_signing_in(app, browser):
    (path,) = issue(browser("curator"))
    client = browser()
    page = client.get(path)
    assert page.status_code == 200
    assert "Что сохраняется" in page.text
    assert "Связи между ссылкой и ответами нет" in page.text
    for name in ("Соколова", "Ларина", "Школа № 1"):
        assert name not in page.text
    sent = client.post(path, TYPED)
    assert (sent.status_code, sent.location) == (303, "/survey/thanks")
    assert "Спасибо, ответы получены" in client.get(sent.location).text
    assert (client.get(path).status_code, client.post(path, TYPED).status_code) == (404, 404)
    assert "Анкета по этой ссылке уже заполнена" in client.get(path).text
    assert count(app) == 1


def test_the_form_of_a_respondent_is_whole_without_scripts(browser):
    (path,) = issue(browser("curator"))
    page = browser().get(path).text
    assert page.count('type="radio"') == 5 * 10 + 2 * 2
    assert page.count("<textarea") == 3
    assert 'name="csrf_token"' in page
    assert "hx-post" not in page


def test_nothing_kept_joins_a_link_and_its_answer(app, browser):
    first, second = issue(browser("curator"), "2")
    browser().post(first, TYPED)
    with app.app_context():
        answer = db.session.scalars(select(SurveyAnswer)).one()
        links = db.session.scalars(select(SurveyLink)).all()
        assert sorted(link.used for link in links) == [False, True]
        assert answer.number is None
        shared = {"municipality_id", "school_id", "year", "form", "stage", "audience"}
        assert set(SurveyLink.__table__.columns.keys()) & set(SurveyAnswer.__table__.columns.keys()) == shared
        assert {path.rpartition("/")[2] for path in (first, second)} & {link.token_hash for link in links} == set()
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "survey_answered")).one()
        school = factories.school("t1-01")
        assert (event.actor_id, event.subject_type, event.subject_id) == (None, "School", str(school.id))
        assert event.details == {"year": 2025}


def test_an_incomplete_answer_does_not_spend_the_link(app, browser):
    (path,) = issue(browser("curator"))
    client = browser()
    answer = client.post(path, TYPED | {"satisfaction": "", "comfort": "3"})
    assert answer.status_code == 422
    assert "без него анкета не учитывается" in answer.text
    assert re.search(r'name="comfort" value="3" checked', answer.text)
    assert client.post(path, TYPED).status_code == 303
    assert count(app) == 1


def test_expired_revoked_and_invented_links_do_not_exist(app, browser, at):
    curator = browser("curator")
    (old,) = issue(curator)  # lives for fourteen days
    at(2026, 6, 17, 9, 59)
    assert browser().get(old).status_code == 200
    at(2026, 6, 17, 10, 1)
    assert browser().get(old).status_code == 404
    curator = browser("curator")
    (revoked,) = issue(curator)
    assert curator.post(f"{world.PATH}/links/revoke").location == world.PATH
    assert "Отозвано ссылок: 1." in curator.get(world.PATH).text
    for path in (old, revoked, "/survey/" + "x" * 43, "/survey/я"):
        assert browser().post(path, TYPED).status_code == 404
    assert count(app) == 0
    assert "Ждут ответа: 0. Использовано: 0. Истекли или отозваны: 2." in curator.get(world.PATH).text


def test_guessing_is_slowed_down_and_sign_in_is_not(app, browser, at):
    (path,) = issue(browser("curator"))
    client = browser()
    statuses = [client.get(f"/survey/{n}").status_code for n in range(GUESSES + 1)]
    assert statuses == [404] * GUESSES + [429]
    assert client.post(path, TYPED).status_code == 429
    assert browser("head").get("/").status_code == 200
    at(2026, 6, 3, 10, 2)
    assert client.post(path, TYPED).status_code == 303


def test_a_post_without_a_token_is_refused(app, browser):
    (path,) = issue(browser("curator"))
    assert browser().client.post(path, data=TYPED).status_code == 400
    assert count(app) == 0


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"count": "0", "days": "14"}, "Не меньше 1"),
        ({"count": "61", "days": "14"}, "Не больше 60"),
        ({"count": "5", "days": "365"}, "Выберите один из предложенных вариантов"),
    ],
)
def test_links_ask_for_a_number_and_a_term(app, browser, form, sentence):
    answer = browser("curator").post(f"{world.PATH}/links", form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert count(app, SurveyLink) == 0


def test_waiting_links_are_bounded(app, browser):
    curator = browser("curator")
    for _ in range(MOST_LINKS // 60):
        assert len(issue(curator, "60")) == 60
    answer = curator.post(f"{world.PATH}/links", {"count": "1", "days": "7"})
    assert answer.status_code == 422
    assert "ждут ответа слишком много ссылок" in answer.text
    assert count(app, SurveyLink) == MOST_LINKS


def test_below_five_answers_no_words(app, browser):
    typed(app, 8, 8, 8, 8, valuable="Помощь с алгеброй")
    curator = browser("curator")
    page = curator.get(world.PATH).text
    assert "Слова не показываются: анкет меньше 5" in page
    assert "алгеброй" not in page
    with app.app_context():
        assert queries.words_of(world.key()) == {}
    typed(app, 8, valuable="<script>", missing="Времени")
    page = curator.get(world.PATH).text
    assert page.count("Помощь с алгеброй") == 4
    assert "&lt;script&gt;" in page
    assert "Слова не показываются" not in page
    with app.app_context():
        found = queries.words_of(world.key())
        assert found == {
            "valuable": ["<script>", *["Помощь с алгеброй"] * 4],
            "missing": ["Времени"],
            "suggestions": [],
        }


def test_means_and_shares_on_the_page(app, browser):
    typed(app, 6, 7, 10)
    page = browser("curator").get(world.PATH).text
    values = re.findall(r'figure-value">([^<]+)<', page)
    assert values == ["3", "2", "66,7\u00a0%", "7,7"]
    empty = browser("curator").get("/register/surveys/2025/pupil_pupil/after/mentor").text
    assert re.findall(r'figure-value">([^<]+)<', empty) == ["0", "–", "–", "–"]


def test_the_office_sees_aggregates_and_no_words(app, browser):
    typed(app, 8, 8, 8, 8, 6, valuable="Помощь с алгеброй")
    typed(app, 10, school="t1-02")
    for username in ("specialist", "methodist"):
        client = browser(username)
        page = client.get("/register/surveys").text
        assert "алгеброй" not in page
        assert "/register/surveys/2025/" not in page
        rows = re.findall(r'<th scope="row">([^<]+)</th>((?:\s*<td[^>]*>[^<]*</td>)+)', page)
        cells = {name: re.findall(r">([^<]*)</td>", row) for name, row in reversed(rows)}
        assert cells["Наставляемые"] == ["0", "6", "5", "83,3\u00a0%", "–", "8,0"]
        assert cells["Школа № 1 (Первый район)"] == ["0", "5", "4", "80,0\u00a0%", "–", "7,6"]
        assert cells["Школа № 3 (Первый район)"] == ["0", "0", "–", "–", "–", "–"]
        for path in ("", "/enter", "/blank"):
            assert client.get(world.PATH + path).status_code == 403
        assert client.post(f"{world.PATH}/links", {"count": "1", "days": "7"}).status_code == 403


def test_another_municipality_sees_nothing(app, browser):
    typed(app, 8, 9)
    page = browser("other-specialist").get("/register/surveys").text
    assert "Первый район" not in page
    assert "66,7" not in page


@pytest.mark.parametrize("username", ["pds", "admin"])
def test_others_have_no_business_here(browser, username):
    client = browser(username)
    assert [client.get(path).status_code for path in ("/register/surveys", world.PATH)] == [403, 403]


@pytest.mark.parametrize("username", ["stranger", "other-head", "specialist"])
def test_foreign_answers_do_not_exist(app, browser, username):
    typed(app, 8)
    with app.app_context():
        answer_id = db.session.scalars(select(SurveyAnswer.id)).one()
    assert browser(username).post(f"/register/surveys/answers/{answer_id}/remove").status_code == 404
    assert count(app) == 1


def test_a_school_sees_its_own_only(app, browser):
    typed(app, 8, 8, 8, 8, 8, valuable="Помощь с алгеброй")
    page = browser("stranger").get(world.PATH).text
    assert "алгеброй" not in page
    assert re.findall(r'figure-value">([^<]+)<', page)[0] == "0"


@pytest.mark.parametrize(
    "path",
    [
        "2025/teacher_pupil/after/parent",
        "2025/teacher_pupil/during/mentee",
        "2025/employer_student/after/mentee",
        "2025/nothing/after/mentee",
        "2026/teacher_pupil/after/mentee",
        "1999/teacher_pupil/after/mentee",
    ],
)
def test_words_that_name_no_questionnaire(browser, path):
    assert browser("curator").get(f"/register/surveys/{path}").status_code == 404


def test_the_blank_prints_the_whole_questionnaire(browser):
    page = browser("curator").get("/register/surveys/2025/pupil_pupil/before/mentor/blank").text
    assert "Анкета наставника до начала программы" in page
    assert "Насколько комфортным вы ожидаете общение с наставляемым учеником?" in page
    assert page.count('<li class="mb-1">') == 10
    assert page.count('<span class="border px-2">') == 50


def test_a_broken_year_is_a_bad_request(browser):
    for year in ("x", "2099", "1", "٢٠٢٥", "9" * 5000):
        assert browser("curator").get(f"/register/surveys?year={year}").status_code == 400


def test_an_earlier_year_is_kept(app, browser):
    typed(app, 4, at=None)
    with app.app_context():
        db.session.execute(update(SurveyAnswer).values(year=2024))
        db.session.commit()
    page = browser("curator").get("/register/surveys?year=2024").text
    assert "2024/2025 учебный год" in page
    assert "/register/surveys/2024/teacher_pupil/after/mentee" in page
    assert "1\u00a0анкета" in page


def test_the_list_costs_the_same_for_more(app, browser, count_queries):
    client = browser("specialist")
    typed(app, 8)
    one = count_queries(lambda: client.get("/register/surveys"))
    typed(app, 8, 9, 10, school="t1-02")
    typed(app, 8, at=None)
    with app.app_context():
        world.enter(8, at=world.key(audience=Audience.MENTOR, stage=Stage.BEFORE))
        db.session.commit()
    assert count_queries(lambda: client.get("/register/surveys")) == one


def test_the_register_leads_here(browser):
    assert 'href="/register/surveys"' in browser("curator").get("/register/mentors").text
