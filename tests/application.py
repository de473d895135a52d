"""What the fixtures of conftest.py are made of, for tests that need it directly."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient

from roadmap.config import Config

POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
ZONE = ZoneInfo("Asia/Krasnoyarsk")
JUNE = datetime(2026, 6, 3, 10, 0, tzinfo=ZONE)
PASSWORD = "three-plain-words"


def make_config(folder: Path, database_url: str, **changes: object) -> Config:
    values = {
        "data": folder,
        "database_url": database_url,
        "secret_key": "test-only-secret-key-of-some-length",
        "mode": "demo",
        "timezone": ZONE,
        "testing": True,
    }
    return Config(**(values | changes))  # type: ignore[arg-type]


class Browser:
    """A signed-in client that sends forms as a browser does, with the CSRF token of its session."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def sign_in(self, username: str, password: str = PASSWORD) -> Browser:
        answer = self.post("/login", {"username": username, "password": password})
        assert answer.status_code == 303, answer.text
        return self

    def get(self, path: str, **kwargs: object):  # type: ignore[no-untyped-def]
        return self.client.get(path, **kwargs)

    def post(self, path: str, data: dict | None = None, **kwargs: object):  # type: ignore[no-untyped-def]
        headers = {"X-CSRFToken": self.token()} | kwargs.pop("headers", {})  # type: ignore[operator]
        return self.client.post(path, data=data or {}, headers=headers, **kwargs)

    def token(self) -> str:
        from flask_wtf.csrf import generate_csrf

        with self.client.session_transaction() as cookies:
            raw = cookies.get("csrf_token")
        with self.app.test_request_context():
            from flask import g, session

            if raw:
                session["csrf_token"] = raw
            token = generate_csrf()
            raw = session["csrf_token"]
            g.pop("csrf_token", None)
        with self.client.session_transaction() as cookies:
            cookies["csrf_token"] = raw
        return token
