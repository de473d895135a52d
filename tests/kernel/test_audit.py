"""The chain: each alteration is found, nothing is written before the commit, the table refuses changes."""

from __future__ import annotations

import factories
import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DatabaseError

from roadmap.audit.models import AuditEvent, AuditHead, Verb
from roadmap.audit.service import record, verify
from roadmap.database import db


@pytest.fixture
def journal(context):
    for _ in range(5):
        record(Verb.SIGNED_IN, factories.user("head"), factories.user("head"))
        db.session.commit()
    return context


def _unlock():
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("DROP TRIGGER audit_event_append_only ON audit_event"))
    else:
        db.session.execute(text("DROP TRIGGER audit_event_no_update"))
        db.session.execute(text("DROP TRIGGER audit_event_no_delete"))


def _last() -> AuditEvent:
    return db.session.scalars(
        select(AuditEvent).where(AuditEvent.actor_id.is_not(None)).order_by(AuditEvent.id.desc())
    ).first()


def test_an_untouched_journal_is_whole(journal):
    assert list(verify()) == []


def test_the_table_refuses_update_and_delete(journal):
    for statement in (update(AuditEvent).values(verb="x"), delete(AuditEvent)):
        with pytest.raises(DatabaseError):
            db.session.execute(statement)
        db.session.rollback()


@pytest.mark.parametrize("column", ["verb", "at", "actor_id", "subject_id", "details"])
def test_a_changed_row_is_named(journal, column):
    _unlock()
    row = _last()
    values = {
        "verb": "signed_out",
        "at": row.at.replace(year=2020),
        "actor_id": None,
        "subject_id": "другой",
        "details": {"a": 1},
    }
    db.session.execute(update(AuditEvent).where(AuditEvent.id == row.id).values({column: values[column]}))
    assert list(verify()) == [f"Журнал {row.chain}: запись {row.seq} изменена или переставлена."]


def test_a_deleted_row_in_the_middle_is_found(journal):
    _unlock()
    row = _last()
    db.session.execute(delete(AuditEvent).where(AuditEvent.chain == row.chain, AuditEvent.seq == row.seq - 1))
    assert list(verify()) == [f"Журнал {row.chain}: запись {row.seq} изменена или переставлена."]


def test_a_cut_tail_is_found(journal):
    _unlock()
    row = _last()
    db.session.execute(delete(AuditEvent).where(AuditEvent.id == row.id))
    assert list(verify()) == [f"Журнал {row.chain}: после записи {row.seq - 1} записи удалены или добавлены."]


def test_rollback_forgets_what_was_noted(context):
    count = db.session.scalar(select(func.count()).select_from(AuditEvent))
    record(Verb.SIGNED_OUT, factories.user("head"))
    db.session.rollback()
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == count


def test_each_municipality_has_its_own_chain(context):
    chains = set(db.session.scalars(select(AuditHead.chain)))
    assert chains == {str(factories.user(name).municipality_id) for name in ("specialist", "other-specialist")}
