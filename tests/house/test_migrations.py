"""Empty → head equals the models; each step goes up and down; nothing is left half-done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from roadmap import create_app, migrations
from roadmap.database import Base, db

VERSIONS = sorted(Path("migrations/versions").glob("*.py"))


def test_head_equals_the_models(app):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_files_are_numbered():
    assert [path.name for path in VERSIONS if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name)] == []


def test_each_step_goes_down_and_up(app):
    with app.app_context():
        before = set(inspect(db.engine).get_table_names())
        for _ in VERSIONS:
            migrations.downgrade("-1")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        for _ in VERSIONS:
            migrations.upgrade("+1")
        assert set(inspect(db.engine).get_table_names()) == before


def test_upgrade_twice_is_nothing(app):
    with app.app_context():
        migrations.upgrade()
        count = db.session.scalar(text("SELECT count(*) FROM alembic_version"))
        assert count == 1


def test_a_failing_migration_leaves_nothing(tmp_path, monkeypatch):
    from application import make_config

    app = create_app(make_config(tmp_path, f"sqlite:///{tmp_path / 'x.db'}"))
    from alembic import command

    def fails(config, _revision):
        config.attributes["connection"].exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("in the middle")

    monkeypatch.setattr(command, "upgrade", fails)
    with app.app_context():
        with pytest.raises(RuntimeError):
            migrations.upgrade()
        assert inspect(db.engine).get_table_names() == []
        db.engine.dispose()
