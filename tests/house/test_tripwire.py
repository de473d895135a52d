"""The tripwire of conftest.py itself: it fails where it must."""

from __future__ import annotations

import factories
import pytest

from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import db


def test_a_write_without_an_event_is_caught(context):
    factories.user("head").post = "директор"
    with pytest.raises(AssertionError, match=r"written without an audit event: \['user'\]"):
        db.session.commit()


def test_a_write_with_an_event_passes(context):
    person = factories.user("head")
    person.post = "директор"
    record(Verb.PERSON_CHANGED, person)
    db.session.commit()
    assert factories.user("head").post == "директор"
