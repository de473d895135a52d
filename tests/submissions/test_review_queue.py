"""The queue: oldest first, filters in the address, pages by cursor, one cost for any length."""

from __future__ import annotations

import re

import factories
import pytest
from sqlalchemy import select

from roadmap.database import db
from roadmap.submissions import queue
from roadmap.submissions.models import Submission


def _schools(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/submissions/[^"]+">(Школа № \d)', html)


@pytest.fixture
def three(app, at):
    """Sent on different days: the second school's first, then the third's and the first's."""
    for day, code in ((1, "t1-02"), (2, "t1-03"), (3, "t1-01")):
        at(2026, 6, day, 10, 0)
        with app.app_context():
            factories.sent(code)
            db.session.commit()


def test_queue_is_oldest_first_with_age_and_norm(three, browser):
    page = browser("methodist").get("/queue").text.replace("\xa0", " ")
    assert _schools(page) == ["Школа № 2", "Школа № 3", "Школа № 1"]
    assert re.findall(r"ждёт \d+ \w+", page) == ["ждёт 2 дня", "ждёт 1 день"]
    assert re.findall(r"проверить до [\d.]+", page) == [
        "проверить до 04.06.2026",
        "проверить до 05.06.2026",
        "проверить до 08.06.2026",
    ]
    assert "deadline--overdue" not in page


def test_overdue_is_marked_in_words_and_filtered(three, browser, at):
    at(2026, 6, 5, 9, 0)
    methodist = browser("methodist")
    page = methodist.get("/queue").text
    assert page.count('<span class="deadline-words">просрочено</span>') == 1
    assert _schools(methodist.get("/queue?overdue=1").text) == ["Школа № 2"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("school=t1-03", ["Школа № 3"]),
        ("measure=5.3", ["Школа № 2", "Школа № 3", "Школа № 1"]),
        ("measure=2.4", []),
        ("period=2026&state=waiting", ["Школа № 2", "Школа № 3", "Школа № 1"]),
        ("period=2025", []),
        ("state=accepted", []),
        ("state=all&measure=&school=&period=", ["Школа № 2", "Школа № 3", "Школа № 1"]),
        ("school=t2-01", []),
        ("school='%3B--", []),
    ],
)
def test_filters_stand_in_the_address(three, browser, query, found):
    page = browser("methodist").get(f"/queue?{query}")
    assert page.status_code == 200
    assert _schools(page.text) == found
    assert ("По этому отбору ничего нет." in page.text) == (not found)


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "state=nowhere",
        "overdue=2",
        "school=%00",
        "period=%1b",
        "after=x",
        "after=2026-06-01T10:00:00~0",
        "after=0001-01-01T00:00:00%2B14:00~7d444840-9dc0-11d1-b245-5ffdce74fad2",
    ],
)
def test_unknown_and_broken_filters_are_refused(browser, query):
    answer = browser("methodist").get(f"/queue?{query}")
    assert answer.status_code == 400
    assert "<h1" in answer.text


def test_empty_queue_says_so(browser):
    assert "Всё проверено: ничего не ждёт решения." in browser("methodist").get("/queue").text


def test_htmx_gets_the_list_alone_and_history_the_whole_page(three, browser):
    methodist = browser("methodist")
    fragment = methodist.get("/queue", headers={"HX-Request": "true"})
    assert fragment.text.lstrip().startswith('<div id="queue"')
    restored = methodist.get("/queue", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert restored.text.lstrip().startswith("<!doctype html>")


def test_pages_by_cursor_repeat_and_lose_nothing(three, browser, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    methodist = browser("methodist")
    first = methodist.get("/queue?measure=5.3").text
    assert _schools(first) == ["Школа № 2", "Школа № 3"]
    following = re.search(r'href="(/queue\?[^"]+)" rel="next"', first)
    assert following is not None
    second = methodist.get(following[1].replace("&amp;", "&")).text
    assert _schools(second) == ["Школа № 1"]
    assert 'rel="next"' not in second


def test_queue_costs_the_same_for_one_and_three(app, browser, count_queries):
    methodist = browser("methodist")
    with app.app_context():
        factories.sent("t1-01")
        db.session.commit()
    methodist.get("/queue")
    one = count_queries(lambda: methodist.get("/queue"))
    with app.app_context():
        factories.sent("t1-02")
        factories.sent("t1-03")
        db.session.commit()
    assert count_queries(lambda: methodist.get("/queue")) == one
    with app.app_context():
        assert len(db.session.scalars(select(Submission.id)).all()) == 3


@pytest.mark.parametrize(
    ("who", "status"),
    [("methodist", 200), ("specialist", 200), ("head", 403), ("curator", 403), ("pds", 403), ("admin", 403)],
)
def test_queue_is_for_the_office(three, browser, who, status):
    assert browser(who).get("/queue").status_code == status


def test_other_municipality_sees_nothing_of_it(three, browser):
    assert _schools(browser("other-methodist").get("/queue?state=all").text) == []
