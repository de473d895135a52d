"""The application over a real database, the named cast, and the clock at the office.

SQLite in a temporary folder by default; PostgreSQL where TEST_DATABASE_URL names one (each pytest process makes a
database of its own there). Each test starts from a copy of the same small world.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from application import JUNE, POSTGRES, ZONE, Browser, make_config
from factories import Cast, build_world
from flask import Flask
from sqlalchemy import create_engine, event, inspect, make_url, text
from sqlalchemy.orm import Session

from roadmap import clock, create_app, migrations
from roadmap.audit.service import PENDING
from roadmap.database import db


def pytest_configure(config: pytest.Config) -> None:
    os.environ["FLASK_SKIP_DOTENV"] = "1"


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A migrated database with the cast in it: (folder, URL or name of the template)."""
    folder = tmp_path_factory.mktemp("template")
    if POSTGRES:
        name = f"roadmap_template_{uuid.uuid4().hex[:8]}"
        _postgres(f'CREATE DATABASE "{name}"')
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    else:
        name, url = "", f"sqlite:///{folder / 'roadmap.db'}"
    app = create_app(make_config(folder, url))
    with app.app_context():
        migrations.upgrade()
        clock.clock().set(JUNE)
        build_world()
        db.session.commit()
        db.session.remove()
        if not POSTGRES:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        db.engine.dispose()
    yield folder, name
    if POSTGRES:
        _postgres(f'DROP DATABASE "{name}"')


@pytest.fixture
def database_url(template_database: tuple[Path, str], tmp_path: Path) -> Iterator[str]:
    """A fresh copy of the template for one test."""
    folder, template = template_database
    if not POSTGRES:
        shutil.copy(folder / "roadmap.db", tmp_path / "roadmap.db")
        yield f"sqlite:///{tmp_path / 'roadmap.db'}"
        return
    name = f"roadmap_{uuid.uuid4().hex[:12]}"
    _postgres(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on the third of June 2026, ten in the morning at the office."""
    app = create_app(make_config(tmp_path, database_url))
    with app.app_context():
        clock.clock().set(JUNE)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """For tests that call services: an application context, rolled back at the end."""
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Ids and user names of the people and things that ``factories.build_world`` made."""
    with app.app_context():
        return Cast.find()


@pytest.fixture
def browser(app: Flask):  # type: ignore[no-untyped-def]
    """``browser("head-1")`` is a browser in which this person of the cast has signed in."""

    def signed_in(username: str | None = None) -> Browser:
        browser = Browser(app)
        return browser.sign_in(username) if username else browser

    return signed_in


@pytest.fixture
def at(app: Flask):  # type: ignore[no-untyped-def]
    """``at(2026, 6, 11, 0, 1)`` sets the office's clock."""

    def set_clock(*moment: int) -> None:
        with app.app_context():
            clock.clock().set(datetime(*moment, tzinfo=ZONE))  # type: ignore[misc]

    return set_clock


@pytest.fixture
def count_queries(app: Flask):  # type: ignore[no-untyped-def]
    """``count_queries(lambda: browser.get(…))``: how many statements the database was sent."""

    def count(call) -> int:  # type: ignore[no-untyped-def]
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    return count


UNAUDITED = {
    "audit_event",
    "audit_head",
    "failed_sign_in",
    "heartbeat",
    "journal",  # the counter: the document that takes the number is audited
    "section",  # written with its edition
    "measure",
    "stored_file",  # written with what refers to it
    "submission_event",  # itself a record
    "user_session",
}


@pytest.fixture(autouse=True)
def audited_writes_have_an_event(request: pytest.FixtureRequest) -> Iterator[None]:
    """The tripwire: a commit that changes an audited table without a line in the journal fails the test."""
    if "app" not in request.fixturenames:  # a pure test needs no database
        yield
        return
    app: Flask = request.getfixturevalue("app")
    touched: set[str] = set()

    def note(session: Session, _context: object) -> None:
        changed = [*session.new, *session.dirty, *session.deleted]
        touched.update(inspect(thing).mapper.local_table.name for thing in changed)  # type: ignore[union-attr]

    def check(session: Session) -> None:
        session.flush()
        written, noted = touched - UNAUDITED, bool(session.info.get(PENDING))
        touched.clear()
        assert noted or not written, f"written without an audit event: {sorted(written)}"

    def forget(_session: Session, _previous: object) -> None:
        touched.clear()

    with app.app_context():
        event.listen(db.session, "after_flush", note)
        event.listen(db.session, "before_commit", check, insert=True)
        event.listen(db.session, "after_soft_rollback", forget)
    yield
    with app.app_context():
        event.remove(db.session, "after_flush", note)
        event.remove(db.session, "before_commit", check)
        event.remove(db.session, "after_soft_rollback", forget)


def _postgres(statement: str) -> None:
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
