"""A real server on a real port, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress.server import create_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {1280: 900, 360: 740}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "Chromium is missing: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address of the application under waitress."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def people(chromium: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """``people("head", width=360, scripts=False)`` signs somebody in, in a browser of his own."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def sign_in(username: str, width: int = 1280, scripts: bool = True, csp: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": SIZES[width]},
            java_script_enabled=scripts,
            bypass_csp=not csp,
            locale="ru-RU",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(server + "/login")
        page.locator("#username").fill(username)
        page.locator("#password").fill("three-plain-words")
        page.get_by_role("button", name="Войти", exact=True).click()
        page.wait_for_url(server + "/**")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert problems == []
