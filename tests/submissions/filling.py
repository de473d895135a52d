"""What tests of reports over HTTP share: committed rows, and the fields of a page as a browser sends them."""

from __future__ import annotations

import re
import uuid
from html.parser import HTMLParser

from flask import Flask
from sqlalchemy import func, select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.submissions.models import Submission


def made(app: Flask, factory, *args, **kwargs) -> tuple[uuid.UUID, int]:  # type: ignore[no-untyped-def]
    """(id, version) of the submission that ``factory`` makes, committed."""
    with app.app_context():
        submission = factory(*args, **kwargs)
        db.session.commit()
        db.session.refresh(submission)
        return submission.id, submission.version


def stored(app: Flask, key: uuid.UUID | str) -> Submission:
    """The row as another request would read it, with its versions and events loaded."""
    with app.app_context():
        found = db.session.get_one(Submission, uuid.UUID(str(key)))
        db.session.refresh(found)
        assert found.versions is not None
        assert found.events is not None
        db.session.expunge_all()
        return found


def events(app: Flask, key: uuid.UUID | str, verb: str) -> int:
    """How many lines of the journal tell ``verb`` of this report."""
    with app.app_context():
        query = select(func.count()).where(AuditEvent.subject_id == str(key), AuditEvent.verb == verb)
        return db.session.scalar(query) or 0


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.data, self.area = form_id, False, {}, None

    def handle_starttag(self, tag, attrs):  # type: ignore[no-untyped-def]
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside or not given.get("name"):
            return
        name, kind = given["name"], given.get("type")
        if tag == "textarea":
            self.area = name
            self.data[name] = [""]
        elif tag == "input" and (kind not in ("radio", "checkbox") or "checked" in given):
            self.data.setdefault(name, []).append(given.get("value") or "")

    def handle_endtag(self, tag):  # type: ignore[no-untyped-def]
        if tag == "textarea":
            self.area = None
        if tag == "form":
            self.inside = False

    def handle_data(self, data):  # type: ignore[no-untyped-def]
        if self.area:
            self.data[self.area][0] += data.removeprefix("\n")


def fields(html: str, form_id: str = "report") -> dict[str, list[str]]:
    """The inputs of a form with their present values, as they would be posted; buttons and selects left out."""
    parser = _Fields(form_id)
    parser.feed(html)
    return {name: values for name, values in parser.data.items() if name != "csrf_token"}


def error_at(html: str, field: str) -> str:
    """The sentence at a field, "" where there is none."""
    found = re.search(rf'<p class="field-error" id="e-{field}"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert found, f"no place for an error of {field}"
    return re.sub(r"<span.*?</span>", "", found[1], flags=re.DOTALL).strip()
