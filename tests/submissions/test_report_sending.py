"""Checking the answers, handing over and sending: who may, what is refused, and the monthly return in one click."""

from __future__ import annotations

import factories
import pytest
from filling import error_at, events, fields, made, stored

from roadmap.database import db
from roadmap.plan.service import close_period
from roadmap.submissions import service
from roadmap.submissions.models import State


def _broken():
    """A draft with a wrong number in it."""
    submission = factories.started()
    draft = submission.draft | {"pupil_mentees": ["12,5"]}
    service.save_draft(submission, draft, submission.version, factories.user("head"))
    return submission


def _handed_over():
    submission = factories.started()
    service.hand_over(submission, submission.version, factories.user("curator"))
    return submission


def _corrected():
    submission = factories.returned()
    draft = submission.draft | {"pairs": ["9"]}
    service.save_draft(submission, draft, submission.version, factories.user("head"))
    return submission


def test_check_shows_all_answers_with_links_to_change_them(app, browser):
    key, _ = made(app, factories.started)
    page = browser("head").get(f"/submissions/{key}/check")
    assert page.status_code == 200
    assert "Школа юного экскурсовода" in page.text
    steps = ["programme", "figures", "people", "quality", "surveys", "swot", "programmes", "conclusions"]
    for step in steps:
        assert f'<p><a href="/submissions/{key}/edit/{step}">Изменить' in page.text
    assert page.text.count(">Подписать и отправить</button>") == 1
    assert "Передать руководителю</button>" not in page.text


def test_check_offers_the_curator_to_hand_over(app, browser):
    key, _ = made(app, factories.started)
    page = browser("curator").get(f"/submissions/{key}/check").text
    assert page.count(">Передать руководителю</button>") == 1
    assert ">Подписать и отправить</button>" not in page


def test_check_lists_errors_with_links_and_hides_the_button(app, browser):
    key, _ = made(app, _broken)
    page = browser("head").get(f"/submissions/{key}/check").text
    assert f'href="/submissions/{key}/edit/figures#pupil_mentees"' in page
    assert "Введите целое число, например 12" in page
    assert ">Подписать и отправить</button>" not in page


def test_check_warns_of_a_leap_since_the_last_accepted_report(app, browser):
    with app.app_context():
        factories.accepted("t1-01", period="2025", pairs=6)
        db.session.commit()
    key, _ = made(app, factories.started)
    assert "Пар и групп: в прошлом отчёте 6, сейчас 12" in browser("head").get(f"/submissions/{key}/check").text


def test_check_shows_what_changed_since_the_last_sending(app, browser):
    key, _ = made(app, _corrected)
    page = browser("head").get(f"/submissions/{key}/check").text
    changed = page.split("Что изменилось с прошлой отправки")[1].split("<h2>Ответы</h2>")[0]
    assert changed.count('<th scope="row">') == 1
    row = changed.split('<th scope="row">Пар и групп</th>')[1]
    assert row.index(">12<") < row.index(">9<")


def test_head_sends_and_gets_a_receipt(app, browser):
    key, version = made(app, factories.started)
    head = browser("head")
    answer = head.post(f"/submissions/{key}/submit", {"version": version})
    assert (answer.status_code, answer.location) == (303, f"/submissions/{key}")
    page = head.get(answer.location).text.replace("\xa0", " ")
    assert "Отчёт отправлен на проверку, версия 1." in page
    assert "– в срок" in page
    assert "<dt>Проверить до</dt><dd hx-disable>8 июня 2026 г." in page
    after = stored(app, key)
    assert (after.state, after.number, len(after.versions)) == (State.SUBMITTED, 1, 1)
    assert after.versions[0].answers["pairs"] == 12
    assert events(app, key, "submitted") == 1


def test_account_of_both_roles_sends_with_one_click(app, browser):
    key, version = made(app, factories.started, "t1-03")
    both = browser("both")
    assert both.get(f"/submissions/{key}/check").text.count(">Подписать и отправить</button>") == 1
    assert both.post(f"/submissions/{key}/submit", {"version": version}).status_code == 303
    assert stored(app, key).state == State.SUBMITTED


def test_curator_hands_over_and_head_signs(app, browser):
    key, version = made(app, factories.started)
    curator, head = browser("curator"), browser("head")
    assert curator.post(f"/submissions/{key}/submit", {"version": version}).status_code == 403
    assert stored(app, key).state == State.DRAFT
    assert curator.post(f"/submissions/{key}/hand-over", {"version": version}).status_code == 303
    assert (stored(app, key).state, events(app, key, "handed_over")) == (State.SIGN_OFF, 1)
    assert head.get(f"/submissions/{key}/edit/people").location == f"/submissions/{key}/check"
    page = head.get(f"/submissions/{key}/check").text
    assert page.count(">Подписать и отправить</button>") == 1
    version = int(fields_version(page))
    assert head.post(f"/submissions/{key}/submit", {"version": version}).status_code == 303
    assert stored(app, key).state == State.SUBMITTED


def test_take_back_returns_the_draft(app, browser):
    key, version = made(app, _handed_over)
    answer = browser("head").post(f"/submissions/{key}/take-back", {"version": version})
    assert (answer.status_code, answer.location) == (303, f"/submissions/{key}/edit/programme")
    assert (stored(app, key).state, events(app, key, "taken_back")) == (State.DRAFT, 1)


def test_second_submit_is_a_clear_refusal(app, browser):
    key, version = made(app, factories.started)
    head = browser("head")
    head.post(f"/submissions/{key}/submit", {"version": version})
    second = head.post(f"/submissions/{key}/submit", {"version": version})
    assert second.status_code == 409
    assert "Отчёт уже отправлен и ждёт проверки." in second.text
    assert (stored(app, key).number, events(app, key, "submitted")) == (1, 1)


@pytest.mark.parametrize(("verb", "who"), [("submit", "head"), ("hand-over", "curator")])
def test_stale_and_wrong_reports_are_not_sent(app, browser, verb, who):
    key, version = made(app, factories.started)
    person = browser(who)
    stale = person.post(f"/submissions/{key}/{verb}", {"version": version - 1})
    assert stale.status_code == 409
    assert "данные изменил другой пользователь" in stale.text
    person.post(f"/submissions/{key}/edit/people", {"version": version, "pairs": "двенадцать", "draft": "1"})
    wrong = person.post(f"/submissions/{key}/{verb}", {"version": version + 1})
    assert wrong.status_code == 422
    assert f'href="/submissions/{key}/edit/people#pairs"' in wrong.text
    after = stored(app, key)
    assert (after.state, after.number, after.draft["pairs"]) == (State.DRAFT, 0, ["двенадцать"])


def test_closed_period_takes_no_report(app, browser):
    key, version = made(app, factories.started)
    with app.app_context():
        close_period(factories.occurrence("t1-01").measure, "2026", factories.user("specialist"))
        db.session.commit()
    answer = browser("head").post(f"/submissions/{key}/submit", {"version": version})
    assert answer.status_code == 409
    assert "попросите главного специалиста открыть приём" in answer.text
    assert stored(app, key).state == State.DRAFT


def test_late_sending_is_told(app, browser, at):
    key, version = made(app, factories.started)
    at(2026, 6, 12, 9, 0)
    head = browser("head")
    head.post(f"/submissions/{key}/submit", {"version": version})
    page = head.get(f"/submissions/{key}").text.replace("\xa0", " ")
    assert "с опозданием на 2 дня" in page


def test_last_minute_of_the_due_day_is_in_time(app, browser, at):
    key, version = made(app, factories.started)
    at(2026, 6, 10, 23, 59)
    head = browser("head")
    head.post(f"/submissions/{key}/submit", {"version": version})
    assert "– в срок" in head.get(f"/submissions/{key}").text


@pytest.mark.parametrize("verb", ["submit", "hand-over", "take-back"])
@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("other-head", 404), ("methodist", 403), ("pds", 404)])
def test_only_the_own_school_sends(app, browser, verb, who, status):
    key, version = made(app, factories.started)
    assert browser(who).post(f"/submissions/{key}/{verb}", {"version": version}).status_code == status
    assert stored(app, key).version == version


# The monthly return in one click


def _month(app):  # type: ignore[no-untyped-def]
    with app.app_context():
        return factories.occurrence("t1-01", "monthly_return", "2026-05").id


@pytest.mark.parametrize(
    ("who", "state", "verbs"),
    [("head", State.SUBMITTED, ["submitted"]), ("curator", State.SIGN_OFF, ["handed_over"])],
)
def test_month_without_changes_is_one_click(app, browser, who, state, verbs):
    answer = browser(who).post(f"/occurrences/{_month(app)}/no-changes")
    assert answer.status_code == 303
    key = answer.location.rsplit("/", 1)[1]
    after = stored(app, key)
    assert after.state == state
    assert after.draft == {"no_changes": ["1"]}
    assert [event.verb for event in after.events] == ["draft_started", *verbs]
    assert [events(app, key, verb) for verb in ("draft_started", "draft_saved", *verbs)] == [1, 1, 1]


def test_second_click_on_no_changes_sends_nothing_more(app, browser):
    occurrence_id, head = _month(app), browser("head")
    key = head.post(f"/occurrences/{occurrence_id}/no-changes").location.rsplit("/", 1)[1]
    second = head.post(f"/occurrences/{occurrence_id}/no-changes")
    assert second.status_code == 409
    assert "Отчёт уже отправлен и ждёт проверки." in second.text
    assert stored(app, key).number == 1


def test_first_step_offers_no_changes_only_while_nothing_is_typed(app, browser):
    head = browser("head")
    first = head.post(f"/occurrences/{_month(app)}/start").location
    page = head.get(first).text
    assert page.count("Без изменений: отправить отчёт</button>") == 1
    data = fields(page) | {"meetings": ["3"], "draft": ["1"]}
    head.post(first, data)
    assert "Без изменений: отправить отчёт" not in head.get(first).text


def test_no_changes_drops_nothing_that_was_typed(app, browser):
    head = browser("head")
    first = head.post(f"/occurrences/{_month(app)}/start").location
    head.post(first, fields(head.get(first).text) | {"meetings": ["3"], "draft": ["1"]})
    key = first.split("/")[2]
    before = stored(app, key)
    answer = head.post(f"/occurrences/{_month(app)}/no-changes")
    assert answer.status_code == 422
    assert "Отмечено «Без изменений», но заполнено: встречи." in error_at(answer.text, "no_changes")
    after = stored(app, key)
    assert (after.state, after.draft, after.version) == (State.DRAFT, before.draft, before.version)
    assert fields(answer.text)["meetings"] == ["3"]
    assert fields(answer.text)["version"] == [str(after.version)]


def test_no_changes_is_only_for_the_measure_that_knows_it(app, browser):
    with app.app_context():
        june = factories.occurrence("t1-01").id
    answer = browser("head").post(f"/occurrences/{june}/no-changes")
    assert answer.status_code == 404
    assert "заполните его по шагам" in answer.text


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("other-head", 404), ("methodist", 403)])
def test_no_changes_is_for_the_own_school(app, browser, who, status):
    assert browser(who).post(f"/occurrences/{_month(app)}/no-changes").status_code == status


def fields_version(html: str) -> str:
    return html.split('action="/submissions/')[1].split('name="version" value="')[1].split('"')[0]
