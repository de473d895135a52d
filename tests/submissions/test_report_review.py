"""Reading and judging: what the reviewer and the school see, who may decide, and what a refusal keeps."""

from __future__ import annotations

import factories
import pytest
from filling import events, made, stored

from roadmap.database import db
from roadmap.submissions import service
from roadmap.submissions.models import State, Submission

REASON = "Уточните число пар.\nСверьте с приказом."


def _resent():
    submission = factories.returned()
    draft = submission.draft | {"pairs": ["9"]}
    service.save_draft(submission, draft, submission.version, factories.user("head"))
    service.submit(submission, submission.version, factories.user("head"))
    return submission


def _sent_by_methodist():
    submission = factories.started()
    service.submit(submission, submission.version, factories.user("methodist"))
    return submission


def test_show_tells_who_sent_when_and_until_when_to_check(app, browser):
    key, _ = made(app, factories.sent)
    page = browser("methodist").get(f"/submissions/{key}").text.replace("\xa0", " ")
    assert "сегодня, 10:00, Ларина О. П. – в срок" in page
    assert "<dt>Срок</dt><dd hx-disable>10 июня 2026 г.</dd>" in page
    assert "<dt>Проверить до</dt><dd hx-disable>8 июня 2026 г.</dd>" in page
    assert page.count(">Принять</button>") == 1
    assert page.count(">Вернуть на доработку</button>") == 1


def test_show_gives_the_school_no_decision(app, browser):
    key, _ = made(app, factories.sent)
    page = browser("head").get(f"/submissions/{key}").text
    assert ">Принять</button>" not in page
    assert "Ничего больше делать не нужно." in page


def test_show_sets_the_card_and_the_level_beside_the_answers(app, browser):
    key, _ = made(app, factories.sent)
    page = browser("methodist").get(f"/submissions/{key}").text
    assert "<dt>Всего обучающихся 10–19 лет (карточка ОО)</dt><dd hx-disable>200</dd>" in page
    assert "<dt>Сумма баллов</dt><dd hx-disable>15 из 18 – оптимальный уровень</dd>" in page


def test_stale_accept_shows_what_the_school_changed_meanwhile(app, browser):
    key, version = made(app, factories.sent)
    with app.app_context():
        submission = db.session.get_one(Submission, key)
        service.send_back(submission, version, factories.user("methodist"), "Число пар.")
        draft = submission.draft | {"pairs": ["9"]}
        service.save_draft(submission, draft, submission.version, factories.user("head"))
        service.submit(submission, submission.version, factories.user("head"))
        db.session.commit()
    answer = browser("methodist").post(f"/submissions/{key}/accept", {"version": version})
    assert answer.status_code == 409
    changed = answer.text.split("Что изменилось с версии 1")[1].split("Что отправлено")[0]
    row = changed.split('<th scope="row">Пар и групп</th>')[1]
    assert row.index(">12<") < row.index(">9<")
    assert stored(app, key).state == State.SUBMITTED


def test_draft_is_not_shown_to_the_office(app, browser):
    key, _ = made(app, factories.started)
    page = browser("methodist").get(f"/submissions/{key}")
    assert page.status_code == 200
    assert "Отчёт ещё не отправлен" in page.text
    assert "Школа юного экскурсовода" not in page.text
    assert "Продолжить заполнение" not in page.text


def test_show_compares_a_version_with_the_one_before(app, browser):
    key, _ = made(app, _resent)
    methodist = browser("methodist")
    page = methodist.get(f"/submissions/{key}").text
    changed = page.split("Что изменилось с версии 1")[1].split("Что отправлено")[0]
    assert changed.count('<th scope="row">') == 1
    row = changed.split('<th scope="row">Пар и групп</th>')[1]
    assert row.index(">12<") < row.index(">9<")
    first = methodist.get(f"/submissions/{key}?version=1").text
    assert "Что изменилось с версии" not in first
    assert "Уточните число наставников." in first
    assert ">Принять</button>" not in first
    assert methodist.get(f"/submissions/{key}?version=3").status_code == 404
    assert methodist.get(f"/submissions/{key}?version=x").status_code == 400


def test_typed_text_is_escaped_and_only_checked_addresses_are_links(app, browser):
    practices = [
        {
            "uid": "p1",
            "title": "<script>alert(1)</script>",
            "form": "pupil_pupil",
            "summary": "<div hx-get='/queue'>",
            "result": "x",
            "link": "https://school.example/p?a=1&b=2",
        }
    ]
    key, _ = made(app, factories.sent, practices=practices)
    page = browser("methodist").get(f"/submissions/{key}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "&lt;div hx-get=" in page
    assert 'href="https://school.example/p?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow"' in page


def test_accept_decides_once_and_leads_to_the_next(app, browser):
    with app.app_context():
        other = factories.sent("t1-02").id
        db.session.commit()
    key, version = made(app, factories.sent)
    methodist = browser("methodist")
    answer = methodist.post(f"/submissions/{key}/accept", {"version": version})
    assert (answer.status_code, answer.location) == (303, f"/submissions/{other}")
    after = stored(app, key)
    assert (after.state, after.versions[0].decision, after.check_by) == (State.ACCEPTED, "accepted", None)
    assert events(app, key, "accepted") == 1
    second = methodist.post(f"/submissions/{key}/accept", {"version": version})
    assert second.status_code == 409
    assert "Отчёт уже принят." in second.text
    assert events(app, key, "accepted") == 1
    last = methodist.post(f"/submissions/{other}/accept", {"version": stored(app, other).version})
    assert last.location == "/queue"
    assert "Больше отчётов в очереди нет." in methodist.get(last.location).text


def test_specialist_accepts_only_with_a_reason(app, browser):
    key, version = made(app, factories.sent)
    specialist = browser("specialist")
    refused = specialist.post(f"/submissions/{key}/accept", {"version": version})
    assert refused.status_code == 422
    assert "Отчёты принимает методист ИМО." in refused.text
    assert stored(app, key).state == State.SUBMITTED
    answer = specialist.post(f"/submissions/{key}/accept", {"version": version, "reason": "Методист в отпуске."})
    assert answer.status_code == 303
    assert stored(app, key).versions[0].reason == "Методист в отпуске."


def test_return_tells_the_school_why_and_until_when(app, browser):
    key, version = made(app, factories.sent)
    answer = browser("methodist").post(f"/submissions/{key}/return", {"version": version, "reason": REASON})
    assert answer.status_code == 303
    after = stored(app, key)
    assert (after.state, after.versions[0].reason) == (State.RETURNED, REASON)
    assert after.return_by.isoformat() == "2026-06-08"
    assert after.events[-1].comment == REASON
    page = browser("head").get(f"/submissions/{key}").text.replace("\xa0", " ")
    assert "Почему возвращён" in page
    assert REASON in page
    assert "<dt>Вернуть до</dt><dd hx-disable>8 июня 2026 г.</dd>" in page


def test_return_with_a_frequent_remark(app, browser):
    key, version = made(app, factories.sent)
    data = {"version": version, "frequent": "numbers", "reason": "Раздел 3."}
    assert browser("methodist").post(f"/submissions/{key}/return", data).status_code == 303
    reason = "Числа не сходятся между разделами. Сверьте их и исправьте.\nРаздел 3."
    assert stored(app, key).versions[0].reason == reason


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Напишите, что исправить: без причины вернуть нельзя."),
        ("  \n ", "Напишите, что исправить: без причины вернуть нельзя."),
        ("я" * 4001, "Слишком длинный текст: сократите на 1 знак."),
        ("плохой\x01знак", "В тексте есть нечитаемый символ после «…плохой»."),
        ("нуль\x00", "В тексте есть нечитаемый символ после «…нуль»."),
    ],
)
def test_return_without_a_good_reason_keeps_the_text(app, browser, reason, sentence):
    key, version = made(app, factories.sent)
    answer = browser("methodist").post(f"/submissions/{key}/return", {"version": version, "reason": reason})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert reason.strip() in answer.text
    assert (stored(app, key).state, events(app, key, "returned")) == (State.SUBMITTED, 0)


@pytest.mark.parametrize("verb", ["accept", "return", "take"])
def test_decision_on_what_was_seen_before_is_a_conflict(app, browser, verb):
    key, version = made(app, factories.sent)
    data = {"version": version - 1, "reason": "Мой длинный разбор."}
    answer = browser("methodist").post(f"/submissions/{key}/{verb}", data)
    assert answer.status_code == 409
    assert "данные изменил другой пользователь" in answer.text
    assert verb == "take" or "Мой длинный разбор." in answer.text
    assert stored(app, key).state == State.SUBMITTED


def test_return_after_a_colleague_accepted_keeps_the_text(app, browser):
    key, version = made(app, factories.accepted)
    answer = browser("methodist").post(f"/submissions/{key}/return", {"version": version, "reason": REASON})
    assert answer.status_code == 409
    assert "Отчёт уже принят." in answer.text
    assert REASON in answer.text
    assert stored(app, key).state == State.ACCEPTED


@pytest.mark.parametrize("verb", ["accept", "return", "take", "reopen"])
def test_draft_is_not_judged(app, browser, verb):
    key, version = made(app, factories.started)
    answer = browser("methodist").post(f"/submissions/{key}/{verb}", {"version": version, "reason": "Причина."})
    assert answer.status_code == 409
    assert "Отчёт ещё не отправлен." in answer.text
    assert stored(app, key).state == State.DRAFT


def test_reopen_gives_the_report_back_and_keeps_the_accepted_version(app, browser):
    key, version = made(app, factories.accepted)
    methodist = browser("methodist")
    assert methodist.post(f"/submissions/{key}/reopen", {"version": version, "reason": ""}).status_code == 422
    answer = methodist.post(f"/submissions/{key}/reopen", {"version": version, "reason": "Ошибка в числе пар."})
    assert answer.status_code == 303
    after = stored(app, key)
    assert (after.state, after.number, after.accepted_at) == (State.RETURNED, 1, None)
    assert events(app, key, "reopened") == 1
    assert "Ошибка в числе пар." in browser("head").get(f"/submissions/{key}/edit/people").text


def test_take_marks_the_report_as_being_read(app, browser):
    key, version = made(app, factories.sent)
    methodist = browser("methodist")
    assert methodist.post(f"/submissions/{key}/take", {"version": version}).status_code == 303
    assert stored(app, key).state == State.IN_REVIEW
    assert "Взят на проверку, версия 1" in methodist.get(f"/submissions/{key}").text


@pytest.mark.parametrize("verb", ["accept", "return", "take", "reopen"])
def test_nobody_judges_what_he_sent_himself(app, browser, verb):
    key, version = made(app, _sent_by_methodist)
    answer = browser("methodist").post(f"/submissions/{key}/{verb}", {"version": version, "reason": "Причина."})
    assert answer.status_code == 403
    assert stored(app, key).state == State.SUBMITTED


@pytest.mark.parametrize("verb", ["accept", "return", "take", "reopen"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 403), ("curator", 403), ("stranger", 404), ("pds", 404), ("admin", 404), ("other-methodist", 404)],
)
def test_only_the_office_judges(app, browser, verb, who, status):
    key, version = made(app, factories.sent)
    data = {"version": version, "reason": "Причина."}
    assert browser(who).post(f"/submissions/{key}/{verb}", data).status_code == status
    assert stored(app, key).version == version
