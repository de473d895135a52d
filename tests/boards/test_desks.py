"""Each role's own desk: what stands on it, in which order, and what it leads to."""

from __future__ import annotations

import re
from datetime import date

import factories
import pytest
from sqlalchemy import select

from roadmap.boards.queries import OLD_DEBT, Summary, office_desk, school_desk, summaries
from roadmap.database import db
from roadmap.documents import service as documents
from roadmap.documents.queries import spec_of
from roadmap.plan import service as plan
from roadmap.submissions.models import Submission

TODAY = date(2026, 6, 3)
TITLE = re.compile(r'<h[23] class="task-title"><a href="/occurrences/[0-9a-f-]+">(.*?)</a>')
MONTHLY, JUNE = "Ежемесячные сведения о наставничестве", "Отчёт о реализации и эффективности программ наставничества"


def _commit(app, *makers):
    with app.app_context():
        ids = [maker().id for maker in makers]
        db.session.commit()
        return ids


def _cards(page: str) -> list[str]:
    return re.findall(r'<article class="task.*?</article>', page, re.S)


# The school's


def test_the_nearest_thing_comes_first_with_one_big_button(browser):
    page = browser("head").get("/").text
    first, *rest = _cards(page)
    assert [page.count("btn-primary btn-lg"), page.count("task--first")] == [1, 1]
    # The monthly return of March is late by less than two months; older ones are gathered below.
    assert TITLE.search(first)[1] == MONTHLY
    assert "март 2026\u00a0г." in first
    assert '<span class="state state-overdue">просрочено на 59\u00a0дней</span>' in first
    assert "Достаточно одной кнопки" in first and "/no-changes" in first
    dues = re.findall(r"<b>до (.*?)</b>", page.split('<details class="sheet">')[0])
    assert dues == [
        f"{day}\u00a0г."
        for day in (
            "5 апреля 2026",
            "5 мая 2026",
            "5 июня 2026",
            "10 июня 2026",
            "25 июня 2026",
            "1 июля 2026",
            "5 июля 2026",
        )
    ]
    may = rest[1]
    assert "через 2\u00a0рабочих дня" in may
    assert "deadline--soon" in may


def test_the_monthly_return_is_two_requests_away(app, browser):
    head = browser("head")
    first = _cards(head.get("/").text)[0]
    start = re.search(r'action="(/occurrences/[0-9a-f-]+/start)"', first)[1]
    answer = head.post(start)
    assert (answer.status_code, answer.location.endswith("/edit/changes")) == (303, True)
    assert "Продолжить" in _cards(head.get("/").text)[0]


def test_a_returned_report_stands_before_everything_with_its_reason(app, browser):
    (key,) = _commit(app, lambda: factories.returned("t1-01", "Проверьте <i>число</i> пар."))
    first = _cards(browser("curator").get("/").text)[0]
    assert TITLE.search(first)[1] == JUNE
    assert "Проверьте &lt;i&gt;число&lt;/i&gt; пар." in first
    assert "<b>вернуть до 8 июня 2026\u00a0г.</b>" in first
    assert f'href="/submissions/{key}/edit/programme">Исправить' in first
    assert "task--returned" in first


def test_a_return_whose_time_has_run_out_is_marked_late(app, browser, at):
    _commit(app, lambda: factories.returned("t1-01"))
    at(2026, 6, 9, 0, 1)
    first = _cards(browser("head").get("/").text)[0]
    assert "task--overdue" in first
    assert "просрочено на 1\u00a0день" in first


def test_what_a_curator_handed_over_is_the_heads_to_send(app, browser):
    def handed_over():
        from roadmap.submissions import service

        submission = factories.started()
        service.hand_over(submission, submission.version, factories.user("curator"))
        return submission

    (key,) = _commit(app, handed_over)
    (of_head,) = [card for card in _cards(browser("head").get("/").text) if JUNE in card]
    assert f'href="/submissions/{key}/check">Проверить и отправить' in of_head
    (of_curator,) = [card for card in _cards(browser("curator").get("/").text) if JUNE in card]
    assert "Отчёт передан руководителю, отправит он." in of_curator
    assert "/check" not in of_curator


def test_waiting_and_accepted_reports_stand_below(app, browser):
    _commit(
        app,
        lambda: factories.accepted("t1-01"),
        lambda: factories.sent("t1-01", "monthly_return", "2026-05", site_updates=[], events=[]),
    )
    page = browser("head").get("/").text
    waiting, done = page.split("<h2>На проверке</h2>")[1].split("<h2>Исполнено</h2>")
    assert MONTHLY in waiting and "май 2026\u00a0г." in waiting and "08.06.2026" in waiting
    assert JUNE in done and 'href="/documents/new/D3/2026">Сформировать справку' in done
    assert "Сформировать справку" not in browser("curator").get("/").text


def test_a_school_with_nothing_to_do_is_told_so(context):
    school = factories.school("t1-01")
    desk = school_desk(school, date(2022, 9, 1))
    assert (desk.to_do, desk.debts, desk.waiting, desk.done) == ([], [], [], [])


def test_old_debts_are_apart_from_what_is_near(context):
    desk = school_desk(factories.school("t1-01"), TODAY)
    assert [task.occurrence.period for task in desk.to_do if task.monthly] == [
        "2026-03",
        "2026-04",
        "2026-05",
        "2026-06",
    ]
    assert {task.occurrence.due < TODAY - OLD_DEBT for task in desk.debts} == {True}
    months = [task.occurrence.period for task in desk.debts if task.monthly]
    assert (months[0], months[-1], len(months)) == ("2022-10", "2026-02", 41)


def test_a_closed_or_not_required_period_is_not_asked_for(context):
    specialist = factories.user("specialist")
    april = factories.occurrence("t1-01", "monthly_return", "2026-04")
    plan.close_period(april.measure, "2026-04", specialist)
    plan.mark_not_required(factories.occurrence("t1-01"), "Ремонт", 1, specialist)
    db.session.flush()
    found = [
        (t.occurrence.measure.number, t.occurrence.period) for t in school_desk(factories.school("t1-01"), TODAY).to_do
    ]
    assert found == [("2.4", "2026-03"), ("2.4", "2026-05"), ("6.1", "2026"), ("5.5", "2026"), ("2.4", "2026-06")]


# The office's


def test_the_methodists_desk_begins_with_the_queue_oldest_first(app, browser, at):
    (first,) = _commit(app, lambda: factories.sent("t1-02"))
    at(2026, 6, 4, 9, 0)
    (second,) = _commit(app, lambda: factories.sent("t1-01"))
    at(2026, 6, 9, 9, 0)
    page = browser("methodist").get("/").text
    assert re.findall(r"<h2 id=\"(.*?)\"", page) == ["queue-title", "late-title", "own-title"]
    queue = page.split('id="queue-title"')[1].split("</section>")[0]
    assert queue.startswith(">Ждут решения: 2<")
    assert re.findall(r'href="/submissions/([0-9a-f-]+)"', queue) == [str(first), str(second)]
    assert re.findall(r'deadline(?:--\w+)?"><b>(.*?)</b>', queue) == ["08.06.2026", "09.06.2026"]
    assert queue.count("просрочено") == 1


def test_the_specialists_desk_begins_with_the_offices_own_duties(app, browser):
    _commit(app, lambda: factories.accepted("t1-01"), lambda: factories.sent("t1-02"))
    page = browser("specialist").get("/").text
    assert re.findall(r"<h2 id=\"(.*?)\"", page) == ["own-title", "late-title", "queue-title", "papers-title"]
    own = page.split('id="own-title"')[1].split("<details")[0]
    assert re.findall(r'task-kicker">(.*?)<', own) == [
        "5.4 · I квартал 2026\u00a0г.",
        "5.1 · май 2026\u00a0г.",
        "5.2 · май 2026\u00a0г.",
        "5.5 · 2026 год",
        "5.4 · II квартал 2026\u00a0г.",
    ]
    assert "Приложить подтверждение" in own
    papers = page.split('id="papers-title"')[1]
    assert "По данным 1 из 3\u00a0школ" in papers
    assert 'href="/documents/new/D18/2026"' in papers


def test_who_is_late_is_told_by_measure(app, browser):
    _commit(app, lambda: factories.accepted("t1-01", "monthly_return", "2026-04", site_updates=[], events=[]))
    late = browser("specialist").get("/").text.split('id="late-title"')[1].split("<details")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", late, re.S)[1:]
    assert [(re.findall(r"(\w+ 2026)\u00a0г\.", row)[0], re.findall(r"Школа № \d", row)) for row in rows] == [
        ("апрель 2026", ["Школа № 2", "Школа № 3"]),
        ("март 2026", ["Школа № 1", "Школа № 2", "Школа № 3"]),
    ]


def test_a_returned_report_is_late_only_past_its_own_time(app, at):
    _commit(app, lambda: factories.returned("t1-01"))
    found = []
    for day in (8, 9):  # «вернуть до 8 июня»
        at(2026, 6, day, 9, 0)
        with app.app_context():
            desk = office_desk(factories.school("t1-01").municipality_id, date(2026, 6, day))
            june = [group for group in desk.late if (group.measure.number, group.period) == ("5.3", "2026")]
            found.append([task.occurrence.school.code for group in june for task in group.tasks])
    assert found == [[], ["t1-01"]]


def test_summaries_say_of_how_many_schools_they_are(context):
    municipality_id = factories.school("t1-01").municipality_id
    assert summaries(municipality_id) == []
    factories.accepted("t1-01")
    factories.sent("t1-02")
    plan.mark_not_required(factories.occurrence("t1-03"), "Ремонт", 1, factories.user("specialist"))
    db.session.flush()
    found = [row for row in summaries(municipality_id) if row.kind == "D18"]
    title = "Сводная справка о реализации и эффективности программ наставничества"
    assert found == [Summary("D18", title, "2026", 1, 2)]
    assert summaries(factories.school("t2-01").municipality_id) == []


# Everybody's


@pytest.mark.parametrize(("who", "where"), [("admin", "/people"), ("pds", "/roadmap")])
def test_who_has_no_desk_goes_where_the_work_is(browser, who, where):
    answer = browser(who).get("/")
    assert (answer.status_code, answer.location) == (303, where)


def test_a_stranger_is_asked_to_sign_in(browser):
    assert browser().get("/").location.startswith("/login")


def test_a_desk_never_names_another_municipality(app, browser):
    _commit(app, lambda: factories.sent("t2-01"))
    for who in ("specialist", "methodist", "head"):
        assert "Второй район" not in browser(who).get("/").text


def test_a_paper_that_is_made_is_opened_and_not_offered_again(app, browser):
    with app.app_context():
        factories.accepted("t1-01")
        db.session.commit()
    assert "Сформировать справку" in browser("head").get("/").text
    with app.app_context():
        source = documents.source_for(factories.school("t1-01").municipality, factories.school("t1-01"))
        document = documents.prepare(spec_of("D3"), source, "2026", factories.user("head"))
        key, number = document.id, document.number
        db.session.commit()
    page = browser("head").get("/").text
    assert "Сформировать справку" not in page
    assert f'<a href="/documents/{key}">№ {number}</a>' in page


def test_no_changes_in_one_click_sends_the_month(app, browser):
    with app.app_context():
        occurrence = factories.occurrence("t1-01", "monthly_return", "2026-05")
        key = occurrence.id
    client = browser("head")
    assert f"/occurrences/{key}/no-changes" in client.get("/").text
    assert client.post(f"/occurrences/{key}/no-changes").status_code == 303
    with app.app_context():
        sent = db.session.scalars(select(Submission).where(Submission.occurrence_id == key)).one()
        assert (sent.state, sent.number) == ("submitted", 1)
