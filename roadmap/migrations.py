"""Alembic in code: the same migrations on SQLite and PostgreSQL, each whole or not at all."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import text
from sqlalchemy.engine import Connection

from roadmap.database import db

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(revision: str = "head") -> None:
    _run(lambda config: command.upgrade(config, revision))


def downgrade(revision: str) -> None:
    _run(lambda config: command.downgrade(config, revision))


def _run(step: object) -> None:
    """One transaction. SQLite rebuilds tables, so its foreign keys are off before BEGIN and checked at the end."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(72617)"))  # one migrating process at a time
                config = AlembicConfig()
                config.set_main_option("script_location", str(FOLDER))
                config.attributes["connection"] = connection
                step(config)  # type: ignore[operator]
                if sqlite:
                    _check_foreign_keys(connection)
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"foreign keys broken by a migration: {broken[:5]}")
