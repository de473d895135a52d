"""The database: base class, column types, the SQLite recipe, and the one commit at the edge of a request."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, String, Uuid, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from roadmap.errors import Conflict

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
READ_ONLY = {"readonly": True, "postgresql_readonly": True}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on both databases; a naive value is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, str: String, uuid.UUID: Uuid}


db = SQLAlchemy(metadata=Base.metadata)


_ids: ContextVar[Iterator[uuid.UUID] | None] = ContextVar("ids", default=None)


def new_id() -> uuid.UUID:
    source = _ids.get()
    return uuid.uuid4() if source is None else next(source)


@contextmanager
def ids_from(source: Iterator[uuid.UUID]) -> Iterator[None]:
    """New rows take their ids from ``source``, so that what is loaded twice is equal."""
    token = _ids.set(source)
    try:
        yield
    finally:
        _ids.reset(token)


def register(app: Flask, url: str) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = (
        {"connect_args": {"timeout": 10}} if url.startswith("sqlite") else {"pool_pre_ping": True}
    )
    db.init_app(app)
    with app.app_context():
        if url.startswith("sqlite"):
            tune_sqlite(db.engine)


def tune_sqlite(engine: Engine) -> None:
    """WAL, full sync, foreign keys, erased data really erased; BEGIN IMMEDIATE unless the transaction only reads.

    Python's own transaction handling is switched off, since it loses updates and leaves half a migration.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "busy_timeout=10000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        only_reads = bool(connection.get_execution_options().get("readonly"))
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if only_reads else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def begin_reading() -> None:
    """Opens this request's transaction read-only: a GET that tries to write fails, on both databases."""
    db.session.connection(execution_options=READ_ONLY)


def require_version(thing: Any, version: int) -> None:
    """The optimistic lock's first half: Conflict if ``thing`` has changed since its reader saw ``version``.

    The version column's check at flush is the second half, for what changes in between.
    """
    if thing.version != version:
        raise Conflict


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction of a job or command: all of it, or nothing."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def after_rollback(write: Callable[[], None]) -> None:
    """Keeps what must outlive a refusal (a failed sign-in, the raw text of a refused draft): ``write`` runs in a short
    transaction of its own once the request's transaction is over."""
    g.setdefault("after_rollback", []).append(write)


def finish(committing: bool) -> None:
    """Ends the request's transaction and then writes what ``after_rollback`` kept."""
    if committing:
        db.session.commit()
    else:
        db.session.rollback()
    for write in g.pop("after_rollback", []):
        with unit_of_work():
            write()
