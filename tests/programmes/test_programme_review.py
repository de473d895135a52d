"""The methodist's review: an approved programme waits in the queue beside the reports, and is agreed or returned."""

from __future__ import annotations

import re
from datetime import date

import factories
import programme_world as world
import pytest
from sqlalchemy import select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Conflict, Invalid, NotAllowed, WrongState
from roadmap.programmes import review, service
from roadmap.programmes.models import Programme, ProgrammeEvent, Review
from roadmap.submissions import queue

PAIR = "Иванова\xa0М.\xa0П. – Петров\xa0П.\xa0И."


def _commit(app, build):
    with app.app_context():
        made = build()
        db.session.commit()
        return made.id, made.version


def _stored(app, key):
    with app.app_context():
        programme = db.session.get_one(Programme, key)
        found = (programme.state, programme.review, [event.verb for event in programme.events])
        db.session.rollback()
        return found


def _rows(html: str) -> list[list[str]]:
    """The queue's rows as their cells' words."""
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("</tr>")[:-1]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_approval_puts_it_before_the_methodist_and_it_may_run_meanwhile(context):
    programme = world.approved()
    assert (programme.review, programme.check_by) == (Review.WAITING, date(2026, 6, 8))
    world.progress(programme)
    assert (programme.state, programme.review) == ("running", Review.WAITING)
    review.agree(programme, programme.version, factories.user("methodist"))
    assert (programme.state, programme.review, programme.check_by) == ("running", Review.AGREED, None)
    with pytest.raises(WrongState, match="уже согласована"):
        review.send_back(programme, programme.version, factories.user("methodist"), "Поздно.")


def test_a_return_needs_a_reason_and_makes_it_a_draft_with_its_progress(context):
    programme = world.progress(world.approved())
    methodist = factories.user("methodist")
    with pytest.raises(Invalid, match="без причины вернуть нельзя"):
        review.send_back(programme, programme.version, methodist, "  ")
    with pytest.raises(Conflict):
        review.send_back(programme, programme.version - 1, methodist, "Уточните цель.")
    review.send_back(programme, programme.version, methodist, "Уточните цель.")
    db.session.expire(programme)
    assert (programme.state, programme.review, programme.approved_on) == ("draft", Review.RETURNED, None)
    assert programme.remark.comment == "Уточните цель."
    service.approve(programme, programme.version, factories.user("head"))
    db.session.expire(programme)
    assert (programme.state, programme.review, programme.remark) == ("running", Review.WAITING, None)
    assert [event.verb for event in programme.events] == ["sent", "returned", "sent"]


def test_an_extended_one_stays_extended_after_its_correction(context):
    programme = world.progress(world.approved())
    service.extend(programme, date(2026, 8, 1), "приказ № 5", programme.version)
    review.send_back(programme, programme.version, factories.user("methodist"), "Уточните цель.")
    service.approve(programme, programme.version, factories.user("head"))
    assert (programme.state, programme.last_day) == ("extended", date(2026, 8, 1))


def test_the_school_takes_it_out_of_the_queue(context):
    programme = world.approved()
    service.back_to_draft(programme, programme.version, factories.user("head"))
    assert (programme.review, programme.sent_at, programme.check_by) == (Review.NONE, None, None)
    with pytest.raises(WrongState, match="школа вернула её в проект"):
        review.agree(programme, programme.version, factories.user("methodist"))


def test_what_has_ended_is_agreed_with_a_remark_but_not_returned(context):
    programme = world.approved()
    service.stop(programme, date(2026, 6, 3), "переезд", programme.version)
    with pytest.raises(WrongState, match="уже окончена"):
        review.send_back(programme, programme.version, factories.user("methodist"), "Уточните.")
    review.agree(programme, programme.version, factories.user("methodist"), "Цель названа нечётко.")
    assert (programme.state, programme.review) == ("stopped", Review.AGREED)
    event = db.session.scalars(select(ProgrammeEvent).where(ProgrammeEvent.verb == "agreed")).one()
    assert event.comment == "Цель названа нечётко."


def test_whoever_approved_it_may_not_judge_it(context):
    programme = world.approved()
    with pytest.raises(NotAllowed, match="утвердили сами"):
        review.agree(programme, programme.version, factories.user("head"))
    assert programme.review == Review.WAITING


def test_a_specialist_in_the_methodists_place_says_why(context):
    programme = world.approved()
    specialist = factories.user("specialist")
    with pytest.raises(Invalid, match="напишите почему"):
        review.agree(programme, programme.version, specialist)
    review.agree(programme, programme.version, specialist, "Методист в отпуске.")
    assert programme.review == Review.AGREED


def test_it_stands_among_the_reports_by_age(app, at, browser):
    at(2026, 6, 1, 10, 0)
    _commit(app, lambda: factories.sent("t1-02"))
    at(2026, 6, 2, 10, 0)
    key, _ = _commit(app, world.approved)
    at(2026, 6, 3, 10, 0)
    _commit(app, lambda: factories.sent("t1-03"))
    client = browser("methodist")
    page = client.get("/queue").text
    rows = _rows(page)
    assert [(row[0].partition(" (")[0], row[1]) for row in rows] == [
        ("Школа № 2", "отчёт"),
        ("Школа № 1", "программа"),
        ("Школа № 3", "отчёт"),
    ]
    assert rows[1][2].replace("\xa0", " ") == PAIR.replace("\xa0", " ")
    assert "ждёт 1 день" in rows[1][4]
    assert rows[1][5:] == ["ждёт согласования", "проверить до 05.06.2026"]
    assert f'href="/programmes/{key}"' in page
    assert 'Очередь <span class="count">3</span>' in page
    with app.app_context():
        read = select(AuditEvent).where(AuditEvent.verb == "named_list_read")
        assert [event.details["list"] for event in db.session.scalars(read)] == ["queue"]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", ["программа", "отчёт"]),
        ("kind=programme", ["программа"]),
        ("kind=report", ["отчёт"]),
        ("school=t1-01", ["программа"]),
        ("kind=programme&measure=5.3", []),
        ("measure=5.3", ["отчёт"]),
        ("period=2026", ["отчёт"]),
        ("state=returned", []),
        ("state=all&kind=programme", ["программа"]),
        ("overdue=1", []),
    ],
)
def test_the_kind_is_a_filter_in_the_address(app, browser, query, kinds):
    _commit(app, world.approved)
    _commit(app, lambda: factories.sent("t1-02"))
    page = browser("methodist").get(f"/queue?{query}")
    assert page.status_code == 200
    assert sorted(row[1] for row in _rows(page.text)) == sorted(kinds)


def test_an_unknown_kind_is_refused(browser):
    assert browser("methodist").get("/queue?kind=letters").status_code == 400


def test_overdue_programmes_are_told(app, at, browser):
    _commit(app, world.approved)
    at(2026, 6, 9, 9, 0)
    assert _rows(browser("methodist").get("/queue?overdue=1").text)[0][6] == "проверить до 08.06.2026 просрочено"


def test_one_cursor_runs_over_both_kinds(app, at, browser, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    for day, build in enumerate(
        [world.approved, lambda: factories.sent("t1-02"), lambda: world.draft(world.pair("t1-03"))], start=1
    ):
        at(2026, 6, day, 10, 0)
        key, version = _commit(app, build)
    with app.app_context():
        service.approve(db.session.get_one(Programme, key), version, factories.user("both"))
        db.session.commit()
    client = browser("methodist")
    first = client.get("/queue").text
    following = re.search(r'href="(/queue\?[^"]+)" rel="next"', first)
    second = client.get(following[1].replace("&amp;", "&")).text
    assert [[row[1] for row in _rows(page)] for page in (first, second)] == [["программа", "отчёт"], ["программа"]]
    assert 'rel="next"' not in second


def test_the_queue_costs_the_same_for_one_programme_and_for_three(app, browser, count_queries):
    client = browser("methodist")
    _commit(app, world.approved)
    client.get("/queue")
    one = count_queries(lambda: client.get("/queue"))
    for school, head in (("t1-02", "stranger"), ("t1-03", "both")):
        with app.app_context():
            programme = world.draft(world.pair(school))
            service.approve(programme, programme.version, factories.user(head))
            db.session.commit()
    assert len(_rows(client.get("/queue").text)) == 3
    assert count_queries(lambda: client.get("/queue")) == one


def test_the_methodist_returns_and_the_school_reads_the_reason_first(app, browser):
    key, version = _commit(app, world.approved)
    methodist = browser("methodist")
    page = methodist.get(f"/programmes/{key}").text
    assert "Решение методиста" in page
    empty = methodist.post(f"/programmes/{key}/return", {"version": version, "reason": ""})
    assert empty.status_code == 422
    assert "без причины вернуть нельзя" in empty.text
    answer = methodist.post(f"/programmes/{key}/return", {"version": version, "reason": "Уточните <цель>."})
    assert (answer.status_code, answer.location) == (303, "/queue")
    assert _stored(app, key) == ("draft", Review.RETURNED, ["sent", "returned"])
    head = browser("head")
    for path in ("", "/plan"):
        page = head.get(f"/programmes/{key}{path}").text
        assert "Уточните &lt;цель&gt;." in page
        assert page.index("Уточните &lt;цель&gt;.") < page.index("Запрос, цель и задачи")
    assert f'<a class="btn btn-outline-primary" href="/programmes/{key}">Прочитать замечание</a>' in head.get("/").text
    assert "возвращена на доработку" in head.get("/programmes?review=returned").text
    assert "Программ пока нет" in head.get("/programmes?review=accepted").text
    with app.app_context():
        verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_type == "Programme")).all()
        assert [verb for verb in verbs if verb in ("programme_agreed", "programme_returned")] == ["programme_returned"]


def test_the_methodist_agrees_and_goes_on_to_the_next(app, browser, at):
    key, version = _commit(app, world.approved)
    at(2026, 6, 4, 10, 0)
    with app.app_context():
        other = world.draft(world.pair("t1-02"))
        service.approve(other, other.version, factories.user("stranger"))
        db.session.commit()
        following = other.id
    methodist = browser("methodist")
    answer = methodist.post(f"/programmes/{key}/agree", {"version": version})
    assert (answer.status_code, answer.location) == (303, f"/programmes/{following}")
    assert "Программа согласована. Открыта следующая в очереди." in methodist.get(answer.location).text
    assert _stored(app, key) == ("approved", Review.AGREED, ["sent", "agreed"])
    page = browser("head").get(f"/programmes/{key}").text
    assert "согласована" in page
    assert "Решение методиста" not in page


def test_a_late_and_a_stale_decision_are_refused_and_keep_their_text(app, browser):
    key, version = _commit(app, world.approved)
    methodist = browser("methodist")
    stale = methodist.post(f"/programmes/{key}/return", {"version": version - 1, "reason": "Моя причина."})
    assert stale.status_code == 409
    assert "Моя причина." in stale.text
    methodist.post(f"/programmes/{key}/agree", {"version": version})
    late = methodist.post(f"/programmes/{key}/return", {"version": version, "reason": "Моя причина."})
    assert late.status_code == 409
    assert "Программа уже согласована." in late.text
    assert "Моя причина." in late.text
    assert _stored(app, key)[2] == ["sent", "agreed"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 403), ("curator", 403), ("pds", 404), ("admin", 404), ("stranger", 404), ("other-methodist", 404)],
)
def test_only_the_office_of_the_municipality_decides(app, browser, who, status):
    key, version = _commit(app, world.approved)
    for verb in ("agree", "return"):
        answer = browser(who).post(f"/programmes/{key}/{verb}", {"version": version, "reason": "Причина."})
        assert answer.status_code == status, verb
    assert _stored(app, key) == ("approved", Review.WAITING, ["sent"])
