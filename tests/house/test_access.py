"""Every route declares its access; nobody gets what the matrix does not give; lists and objects agree."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

import factories
import pytest
import register_world
from flask_login import login_user
from sqlalchemy import select

from roadmap.access import Action, Tenant, can
from roadmap.accounts.models import User
from roadmap.boards.navigation import navigation
from roadmap.database import Base, db
from roadmap.documents import service as documents
from roadmap.documents.models import Document
from roadmap.documents.queries import spec_of

PUBLIC = {
    "static",
    "health.healthz",
    "health.readyz",
    "accounts.sign_in",
    "accounts.set_password",
    "surveys.answer",
    "surveys.thanks",
}
TENANTS = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Tenant)]


def _rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def _path(rule, known: dict[str, object]) -> str:
    values = {name: known.get(name) or uuid.uuid4() for name in rule.arguments}
    path = rule.rule
    for name, value in values.items():
        for converter in (f"<uuid:{name}>", f"<int:{name}>", f"<{name}>"):
            path = path.replace(converter, str(value))
    return path


WORDS = {"step": "programme", "kind": "D3", "period": "2026", "year": 2025, "code": "2025-2027", "token": "x" * 43}


@pytest.fixture
def foreign(app) -> dict[str, object]:
    """A real id of every model, all of the second municipality's school, beside which the URL's other words stand."""
    with app.app_context():
        submission = factories.accepted("t2-01")
        source = documents.source_for(factories.school("t2-01").municipality, factories.school("t2-01"))
        document = documents.prepare(spec_of("D3"), source, "2026", factories.user("other-head"))
        document_id = document.id
        occurrence = submission.occurrence
        ids = {
            "submission_id": submission.id,
            "occurrence_id": occurrence.id,
            "measure_id": occurrence.measure_id,
            "document_id": document_id,
            "school_id": submission.school_id,
            "user_id": factories.user("other-head").id,
        }
        ids |= register_world.one_of_each("t2-01", "other-methodist")
        db.session.commit()
    return WORDS | ids


def test_every_view_declares_its_access(app):
    undeclared = [r.endpoint for r in _rules(app) if "access" not in app.view_functions[r.endpoint].__dict__]
    assert undeclared == []
    public = {r.endpoint for r in _rules(app) if app.view_functions[r.endpoint].__dict__["access"] == "public"}
    assert public == PUBLIC - {"static"}


def test_an_undeclared_view_is_refused_before_it_runs(app):
    ran = []
    app.add_url_rule("/undeclared", "undeclared", lambda: ran.append(1) or "ran")
    answer = app.test_client().get("/undeclared")
    assert (answer.status_code, ran) == (500, [])


def test_paths_are_kebab_case(app):
    words = [part for rule in _rules(app) for part in rule.rule.split("/") if part and not part.startswith("<")]
    assert [word for word in words if not word.replace("-", "").isalnum() or word != word.lower()] == []


def test_anonymous_is_sent_to_sign_in_everywhere(app, browser, foreign):
    client = browser()
    for rule in _rules(app):
        if rule.endpoint in PUBLIC:
            continue
        for method in rule.methods & {"GET", "POST"}:
            answer = client.get(_path(rule, foreign)) if method == "GET" else client.post(_path(rule, foreign))
            assert answer.status_code == 302, (method, rule.rule, answer.status_code)
            assert urlsplit(answer.location).path == "/login", rule.rule


@pytest.mark.parametrize("username", ["head", "curator", "methodist", "specialist", "pds", "admin"])
def test_foreign_objects_do_not_exist(app, browser, foreign, username):
    """Ids of another municipality: 404 (or 403 where the role may never do such a thing), nothing changes."""
    client = browser(username)
    before = _dump(app)
    for rule in _rules(app):
        if not any(name.endswith("_id") for name in rule.arguments):
            continue
        for method in rule.methods & {"GET", "POST"}:
            answer = client.get(_path(rule, foreign)) if method == "GET" else client.post(_path(rule, foreign))
            assert answer.status_code == 404, (method, rule.rule, answer.status_code)
            assert "Второй район" not in answer.text
    assert _dump(app) == before


def test_another_school_does_not_exist_for_a_head(app, browser):
    with app.app_context():
        submission = factories.accepted("t1-01")
        source = documents.source_for(factories.school("t1-01").municipality, factories.school("t1-01"))
        document = documents.prepare(spec_of("D3"), source, "2026", factories.user("head"))
        known = WORDS | {
            "submission_id": submission.id,
            "occurrence_id": submission.occurrence_id,
            "document_id": document.id,
            "school_id": submission.school_id,
            "user_id": factories.user("head").id,
        }
        known |= register_world.one_of_each("t1-01", "methodist")
        db.session.commit()
    client = browser("stranger")
    for rule in _rules(app):
        names = {name for name in rule.arguments if name.endswith("_id")}
        if not names or names == {"measure_id"} or not names <= set(known):
            continue
        for method in rule.methods & {"GET", "POST"}:
            answer = client.get(_path(rule, known)) if method == "GET" else client.post(_path(rule, known))
            assert answer.status_code in (404, 403), (method, rule.rule, answer.status_code)
            if rule.endpoint.split(".")[0] != "accounts":
                assert answer.status_code == 404, (method, rule.rule)


@pytest.mark.parametrize("username", list(factories.CAST))
def test_lists_and_objects_agree(app, foreign, username):
    """``obj in visible_to(user)`` exactly where ``can(user, VIEW, obj)``, over every row of every model."""
    with app.test_request_context():
        factories.sent("t1-01")
        factories.started("t1-02")
        register_world.one_of_each("t1-01", "both")
        person = factories.user(username)
        login_user(person)
        for model in TENANTS:
            seen = set(db.session.scalars(model.visible_to(person)).all())
            for thing in db.session.scalars(select(model)):
                assert (thing in seen) is can(person, Action.VIEW, thing), (model.__name__, username)


def test_navigation_leads_only_where_one_may_go(app, browser):
    for username in factories.CAST:
        client = browser(username)
        with app.test_request_context():
            links = [link.url for link in navigation(factories.user(username), "/")]
        for url in links:
            assert client.get(url, follow_redirects=True).status_code == 200, (username, url)


def test_deactivated_person_may_do_nothing(context):
    person = factories.user("specialist")
    person.active = False
    assert [action for action in Action if can(person, action)] == []


def test_refused_access_is_in_the_journal(app, browser, foreign):
    from roadmap.audit.models import AuditEvent

    browser("head").get(f"/submissions/{foreign['submission_id']}")
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.verb, event.actor_id, event.subject_id) == (
            "access_refused",
            factories.user("head").id,
            str(foreign["submission_id"]),
        )


def _dump(app) -> dict[str, list[tuple]]:
    """Every row of every table but those that note refusals and sessions."""
    skipped = {"audit_event", "audit_head", "user_session", "failed_sign_in", "heartbeat"}
    with app.app_context():
        rows = {
            table.name: sorted(map(str, db.session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in skipped
        }
        db.session.rollback()
    return rows


def test_no_get_changes_anything(app, browser, foreign):
    """Every GET as every role, twice: the database is as before."""
    with app.app_context():
        submission = factories.sent("t1-01")
        draft = factories.started("t1-02")
        source = documents.source_for(factories.school("t1-01").municipality, factories.school("t1-01"))
        factories.submissions.accept(submission, submission.version, factories.user("methodist"))
        document = documents.prepare(spec_of("D3"), source, "2026", factories.user("head"))
        known = WORDS | {
            "submission_id": submission.id,
            "occurrence_id": draft.occurrence_id,
            "measure_id": draft.occurrence.measure_id,
            "document_id": document.id,
            "school_id": submission.school_id,
            "user_id": factories.user("head").id,
        }
        known |= register_world.one_of_each("t1-01", "methodist")
        db.session.commit()
    clients = [browser(name) for name in ("head", "stranger", "methodist", "specialist", "admin", "pds")]
    before = _dump(app)
    for client in clients:
        for rule in _rules(app):
            if "GET" in rule.methods and rule.endpoint not in ("health.readyz",):
                for _ in range(2):
                    status = client.get(_path(rule, known)).status_code
                    assert status < 500, (rule.rule, status)
    assert _dump(app) == before


def test_documents_of_the_office_are_not_the_schools(context):
    person = factories.user("head")
    assert db.session.scalars(Document.visible_to(person)).all() == []
    assert isinstance(person, User)
