"""Every screen of every role, at 1280 and 360 px: no axe violation, nothing wider than the screen."""

from __future__ import annotations

import factories
import pytest
import register_world
from axe_playwright_python.sync_playwright import Axe

from roadmap.catalogue.school_report_form import SchoolReportForm
from roadmap.database import db
from roadmap.documents import service as documents
from roadmap.documents.queries import spec_of
from roadmap.programmes import review
from roadmap.submissions.workflow import EDITABLE

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def addresses(app) -> dict[str, list[str]]:
    """What each role looks at, in a world with something in every state."""
    with app.app_context():
        accepted = factories.accepted("t1-01")
        source = documents.source_for(factories.school("t1-01").municipality, factories.school("t1-01"))
        reserved = documents.prepare(spec_of("D3"), source, "2026", factories.user("head"))
        documents.register_document(reserved, reserved.version, factories.user("head"))
        own = factories.started("t1-01", "monthly_return", "2026-05", site_updates=[], events=[])
        waiting = factories.sent("t1-02")
        draft = factories.started("t1-03")
        assert draft.state in EDITABLE
        measure = accepted.occurrence.measure_id
        evidenced = factories.occurrence("t1-01", "consolidated_return").id
        person = factories.user("head").id
        school = factories.school("t1-01").id
        db.session.commit()
        return {
            "head": [
                "/",
                "/roadmap",
                f"/measures/{measure}",
                f"/occurrences/{own.occurrence_id}",
                f"/occurrences/{evidenced}/evidence",
                f"/submissions/{own.id}/edit/changes",
                f"/submissions/{own.id}/edit/site_events",
                f"/submissions/{own.id}/check",
                f"/submissions/{accepted.id}",
                f"/schools/{school}",
                f"/schools/{school}/card/2025",
                "/documents",
                "/documents/new/D3/2026",
                f"/documents/{reserved.id}",
                "/signatories",
                "/account/password",
            ],
            "both": [
                "/",
                *(f"/submissions/{draft.id}/edit/{step.key}" for step in SchoolReportForm.STEPS),
                f"/submissions/{draft.id}/check",
            ],
            "methodist": ["/", "/queue", "/queue?state=all", f"/submissions/{waiting.id}", "/monthly", "/schools"],
            "specialist": [
                "/",
                "/queue",
                "/roadmap",
                "/roadmap/2022-2024",
                f"/measures/{measure}",
                f"/occurrences/{own.occurrence_id}/not-required",
                "/monthly",
                "/schools",
                "/schools/new",
                f"/schools/{school}/edit",
                "/people",
                "/people/new",
                f"/people/{person}",
                "/documents",
                "/documents/new/D18/2026",
                "/signatories",
                "/audit",
            ],
            "admin": ["/people", "/audit", "/roadmap"],
            "pds": ["/roadmap"],
        }


@pytest.fixture
def register_addresses(app) -> dict[str, list[str]]:
    """The screens of registers, programmes, acts and practices, each with something to show."""
    with app.app_context():
        ids = register_world.one_of_each("t1-01", "methodist")
        running = register_world.programme(
            register_world.approved(
                register_world.teacher("Сидорова Анна Ильинична"), register_world.pupil("Орлов Олег")
            )
        )
        ended = register_world.pair(register_world.teacher("Белова Инна Львовна"), register_world.pupil("Юн Ян"))
        returned = register_world.programme(
            register_world.approved(register_world.teacher("Котова Вера Ильинична"), register_world.pupil("Лис Лев")),
            "head",
        )
        review.send_back(returned, returned.version, factories.user("methodist"), "Уточните цель.")
        draft, school = register_world.practice("t1-01"), factories.school("t1-01").id
        db.session.commit()
        person, pair = f"/register/people/{ids['participant_id']}", f"/register/pairs/{ids['mentorship_id']}"
        programme, act = f"/programmes/{ids['programme_id']}", f"/acts/{ids['act_id']}"
        practice = f"/practices/{ids['practice_id']}"
        lists = ["/register/mentors", "/register/mentors?full=1", "/register/mentees", "/register/pairs"]
        lists += ["/register/findings", "/register/figures", "/programmes", "/programmes?review=returned"]
        return {
            "head": [
                *lists,
                *(f"/register/people/new?role={role}" for role in ("mentor", "mentee")),
                person,
                *(f"{person}/{part}" for part in ("brief", "edit", "mentor", "mentee", "names", "leave")),
                f"{person}/consents/new",
                "/register/pairs/new",
                pair,
                *(f"{pair}/{part}" for part in ("edit", "end", "result")),
                f"/register/pairs/{ended.id}",
                f"/programmes/of/{ids['mentorship_id']}",
                programme,
                *(f"{programme}/{part}" for part in ("progress", "extend", "complete", "stop")),
                *(f"/programmes/{one.id}{part}" for one in (running, returned) for part in ("", "/plan")),
                f"/acts/schools/{school}",
                f"/acts/schools/{school}/new?item=L1",
                act,
                f"{act}/edit",
                f"{act}/replace",
                "/practices",
                "/practices/new",
                practice,
                f"/practices/{draft.id}/edit",
                "/practices/communities",
                "/practices/communities/new",
                f"/practices/communities/{ids['member_id']}/edit",
                "/practices/events",
                "/practices/events/new",
                f"/practices/events/{ids['event_id']}/edit",
            ],
            "methodist": [
                *lists,
                "/queue?kind=programme",
                programme,
                pair,
                person,
                f"/practices/reviews/{ids['review_id']}",
            ],
            "specialist": [
                *lists,
                "/queue",
                programme,
                "/acts",
                f"/acts/schools/{school}",
                act,
                practice,
                "/practices",
            ],
        }


@pytest.mark.parametrize("width", [1280, 360])
def test_no_register_screen_has_an_accessibility_violation(app, people, server, register_addresses, width):
    assert _found(people, server, _with_arguments(app, register_addresses), width) == []


@pytest.mark.parametrize("width", [1280, 360])
def test_a_row_in_editing_has_no_accessibility_violation(people, server, register_addresses, width):
    page = people("head", width, csp=False)
    for path in ("/register/mentors", "/register/mentors?full=1", "/register/pairs"):
        page.goto(server + path)
        page.locator("tbody a.btn", has_text="Изменить").first.click()
        page.locator(".edit-row form").wait_for()
        assert Axe().run(page, options=OPTIONS).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 360])
def test_no_screen_has_an_accessibility_violation_or_scrolls_sideways(app, people, server, addresses, width):
    assert _found(people, server, _with_arguments(app, addresses), width) == []


def _with_arguments(app, addresses: dict[str, list[str]]) -> dict[str, list[str]]:
    """Those that the sweep of addresses without arguments does not reach."""
    swept = {rule.rule for rule in app.url_map.iter_rules()}
    return {username: [path for path in paths if path not in swept] for username, paths in addresses.items()}


def _found(people, server, addresses, width) -> list[tuple]:
    found = []
    for username, paths in addresses.items():
        page = people(username, width, csp=False)
        for path in paths:
            answer = page.goto(server + path)
            assert answer.status == 200, (username, path, answer.status)
            for violation in Axe().run(page, options=OPTIONS).response["violations"]:
                nodes = [node["html"][:160] for node in violation["nodes"][:2]]
                found.append((username, path, width, violation["id"], nodes))
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((username, path, width, "scrolls sideways", []))
    return found


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_before_signing_in_have_no_violation(chromium, server, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    found = []
    for path, status in (
        ("/login", 200),
        ("/no-such-page", 404),
        ("/set-password/unknown", 404),
        ("/survey/unknown", 404),
    ):
        answer = page.goto(server + path)
        assert answer.status == status, path
        found += [(path, violation["id"]) for violation in Axe().run(page, options=OPTIONS).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((path, "scrolls sideways"))
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_without_an_id_is_swept(app, people, server, register_addresses, width):
    """New pages are covered without being listed: each address without arguments, for whoever may open it."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    pages: dict[str, list[str]] = {}
    for username in ("head", "specialist", "methodist", "admin"):
        page = people(username, width, csp=False)
        answers = {rule.rule: page.request.get(server + rule.rule, max_redirects=0) for rule in rules}
        pages[username] = [
            path
            for path, answer in sorted(answers.items())
            if answer.status == 200 and answer.headers["content-type"].startswith("text/html")
        ]
        assert len(pages[username]) >= 4
    assert _found(people, server, pages, width) == []
