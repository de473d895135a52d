"""The same security headers on every answer, and nothing personal is cached."""

from __future__ import annotations

import re

import pytest

from roadmap.web import HEADERS


@pytest.mark.parametrize("path", ["/", "/login", "/roadmap", "/no-such-page", "/healthz", "/documents"])
def test_headers(browser, path):
    answer = browser("head").get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, name
    assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_ever_under_their_mark(browser):
    page = browser().get("/login").text
    found = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{12})"', page)
    assert found
    with browser().get(found[1]) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_error_page_shows_an_incident_and_no_trace(app, browser, caplog):
    from roadmap.access import public

    @public
    def fails():
        raise RuntimeError("Иванов 12345")

    app.add_url_rule("/fails", "fails", fails)
    answer = browser().get("/fails")
    incident = re.search(r"<code>([0-9a-f]{8})</code>", answer.text)
    assert answer.status_code == 500
    assert incident
    assert "RuntimeError" not in answer.text
    assert incident[1] in caplog.text


def test_htmx_session_expiry_leads_to_sign_in_as_a_whole_page(browser):
    answer = browser().get("/queue", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/queue")


def test_post_without_token_is_refused(browser):
    answer = browser("head").client.post("/logout")
    assert answer.status_code == 400
    assert "Форма устарела" in answer.text


def test_post_with_htmx_header_alone_is_refused(browser):
    assert browser("head").client.post("/logout", headers={"HX-Request": "true"}).status_code == 400


def test_post_from_another_site_is_refused(browser):
    answer = browser("head").post("/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_too_large_a_body_is_413(browser):
    answer = browser("head").post("/account/password", {"old": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "Слишком большой запрос" in answer.text


def test_wrong_method_is_405(browser):
    assert browser("head").get("/logout").status_code == 405


def test_bad_id_in_url_is_404(browser):
    assert browser("head").get("/submissions/not-a-uuid").status_code == 404
