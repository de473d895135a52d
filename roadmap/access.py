"""Who may do what. One matrix, deny by default; views and templates ask the same ``can()``.

A view is declared ``@public`` or ``@grants(Action.X, Model)``. With a model, the id in the URL is loaded through the
model's ``visible_to(user)``: outside the user's world there is nothing (404), inside it the matrix decides (403).
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Select, false, select

from roadmap.database import after_rollback, db
from roadmap.errors import NotAllowed, NotFound
from roadmap.labels import Labelled


class Role(Labelled):
    HEAD = "head", "руководитель ОО"
    CURATOR = "curator", "куратор"
    METHODIST = "methodist", "методист ИМО"
    SPECIALIST = "specialist", "главный специалист"
    PDS = "pds", "руководитель ПДС"
    ADMIN = "admin", "администратор"


SCHOOL_ROLES = frozenset({Role.HEAD, Role.CURATOR})
OFFICE_ROLES = frozenset({Role.SPECIALIST, Role.METHODIST})


class Action(StrEnum):
    VIEW = "view"
    FILL = "fill"  # a report's draft
    SIGN_OFF = "sign_off"  # send a report in the school's name
    REVIEW = "review"
    REOPEN = "reopen"
    EDIT_SCHOOL_CARD = "edit_school_card"
    GIVE_EVIDENCE = "give_evidence"
    MANAGE_SCHOOLS = "manage_schools"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_PERIODS = "manage_periods"
    MANAGE_SETTINGS = "manage_settings"
    READ_REGISTER = "read_register"  # people by name: a school its own, the office all
    KEEP_REGISTER = "keep_register"
    APPROVE_PROGRAMME = "approve_programme"
    KEEP_ACTS = "keep_acts"
    READ_PRACTICES = "read_practices"
    KEEP_PRACTICES = "keep_practices"  # a school's own cards and mentors in communities
    JUDGE_PRACTICE = "judge_practice"  # invite experts, include in the registry or reject
    SCORE_PRACTICE = "score_practice"  # an invited expert's own scores
    KEEP_EVENTS = "keep_events"
    PREPARE_DOCUMENT = "prepare_document"
    SIGN_DOCUMENT = "sign_document"
    RECORD_INCOMING = "record_incoming"
    READ_SCHOOLS = "read_schools"  # the municipality's boards: queue, summaries, who is late
    READ_AUDIT = "read_audit"
    BE_SIGNED_IN = "be_signed_in"


class Person(Protocol):
    """What the matrix needs to know of a user."""

    id: uuid.UUID
    municipality_id: uuid.UUID
    school_id: uuid.UUID | None
    active: bool

    @property
    def roles(self) -> Collection[Role]: ...


Predicate = Callable[[Person, Any], bool]


class Rule:
    """A small predicate over (user, object); rules join with ``|`` and ``&``."""

    def __init__(self, predicate: Predicate) -> None:
        self.allows = predicate

    def __or__(self, other: Rule) -> Rule:
        return Rule(lambda user, thing: self.allows(user, thing) or other.allows(user, thing))

    def __and__(self, other: Rule) -> Rule:
        return Rule(lambda user, thing: self.allows(user, thing) and other.allows(user, thing))


def has(*roles: Role) -> Rule:
    return Rule(lambda user, _: any(role in user.roles for role in roles))


def _same_municipality(user: Person, thing: Any) -> bool:
    return thing is None or thing.municipality_id == user.municipality_id


def _own_school(user: Person, thing: Any) -> bool:
    """The object belongs to the user's school. Without an object: the user has a school at all."""
    if thing is None:
        return user.school_id is not None
    return user.school_id is not None and getattr(thing, "school_id", None) == user.school_id


anyone = Rule(lambda user, _: True)
here = Rule(_same_municipality)
own_school = Rule(_own_school)
of_school = Rule(lambda user, thing: thing is None or getattr(thing, "school_id", None) is not None)
of_office = Rule(lambda user, thing: thing is None or getattr(thing, "school_id", None) is None)
head, curator = has(Role.HEAD), has(Role.CURATOR)
specialist, methodist, admin, pds = has(Role.SPECIALIST), has(Role.METHODIST), has(Role.ADMIN), has(Role.PDS)
office = specialist | methodist
invited = Rule(lambda user, thing: thing is not None and getattr(thing, "expert_id", None) == user.id)
not_own_work = Rule(lambda user, thing: thing is None or getattr(thing, "sent_by_id", None) != user.id)

RULES: dict[Action, Rule] = {
    Action.BE_SIGNED_IN: anyone,
    Action.VIEW: Rule(lambda user, thing: thing is None or thing.may_view(user)),
    Action.FILL: here & own_school & (head | curator),
    Action.SIGN_OFF: here & own_school & head,
    Action.REVIEW: here & of_school & office & not_own_work,
    Action.REOPEN: here & of_school & office & not_own_work,
    Action.EDIT_SCHOOL_CARD: here & own_school & (head | curator),
    Action.GIVE_EVIDENCE: here & ((own_school & (head | curator)) | (of_office & (specialist | methodist | pds))),
    Action.MANAGE_SCHOOLS: here & specialist,
    Action.MANAGE_PEOPLE: here & (specialist | admin),
    Action.MANAGE_PERIODS: here & specialist,
    Action.MANAGE_SETTINGS: here & specialist,
    Action.READ_REGISTER: here & ((own_school & (head | curator)) | office),
    Action.KEEP_REGISTER: here & own_school & (head | curator),
    Action.APPROVE_PROGRAMME: here & own_school & head,
    Action.KEEP_ACTS: here & own_school & (head | curator),
    Action.READ_PRACTICES: here & ((own_school & (head | curator)) | office),
    Action.KEEP_PRACTICES: here & own_school & (head | curator),
    Action.JUDGE_PRACTICE: here & specialist,
    Action.SCORE_PRACTICE: here & invited,
    Action.KEEP_EVENTS: here & ((own_school & (head | curator)) | (of_office & office)),
    Action.PREPARE_DOCUMENT: here & ((own_school & head) | (of_office & specialist)),
    Action.SIGN_DOCUMENT: here & ((own_school & head) | (of_office & specialist)),
    Action.RECORD_INCOMING: here & of_school & office,
    Action.READ_SCHOOLS: here & (specialist | methodist),
    Action.READ_AUDIT: here & (admin | specialist),
}


def can(user: Any, action: Action | str, thing: Any = None) -> bool:
    """The matrix's answer; anonymous and deactivated users may do nothing."""
    if not getattr(user, "is_authenticated", False) or not user.active:
        return False
    return RULES[Action(action)].allows(user, thing)


class Tenant:
    """What every model that a URL can name inherits: whose world it belongs to.

    ``visible_to`` says it to the database and ``may_view`` to one object; a test holds the two equal over the cast.
    With a ``school_id`` a row is seen by its own school and by the office (specialist and methodist); without one it is
    shared by the whole municipality.
    """

    PARAMETER: ClassVar[str]

    @classmethod
    def visible_to(cls, user: Any) -> Select[Any]:
        query = select(cls).where(cls.municipality_id == user.municipality_id)  # type: ignore[attr-defined]
        if not hasattr(cls, "school_id") or is_office(user):
            return query
        if user.school_id is None:
            return query.where(false())
        return query.where(cls.school_id == user.school_id)

    def may_view(self, user: Any) -> bool:
        if self.municipality_id != user.municipality_id:  # type: ignore[attr-defined]
            return False
        if not hasattr(self, "school_id") or is_office(user):
            return True
        return user.school_id is not None and self.school_id == user.school_id


def is_office(user: Person) -> bool:
    return user.school_id is None and not OFFICE_ROLES.isdisjoint(user.roles)


View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def public(view: View) -> View:
    """Open to everybody, also without signing in."""
    view.__dict__["access"] = "public"
    return view


def grants(action: Action, model: Any = None) -> Callable[[View], View]:
    """Only for whom the matrix allows ``action``; with ``model`` the loaded object replaces the id in the URL.

    The URL's parameter is ``<model.PARAMETER>_id``; the view receives ``<model.PARAMETER>``.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return ask_to_sign_in()
            if model is None:
                thing = None
            else:
                thing = load(current_user, model, values.pop(f"{model.PARAMETER}_id"))
                values[model.PARAMETER] = thing
            if not can(current_user, action, thing):
                refuse(action, thing)
            return view(**values)

        guarded.__dict__["access"] = (action, model)
        return guarded  # type: ignore[return-value]

    return decorate


def load(user: Any, model: Any, key: Any) -> Any:
    """The object, or NotFound: outside the user's world nothing exists."""
    found = db.session.scalar(model.visible_to(user).where(model.id == key))
    if found is None:
        refused(user, "not_found", model.__name__, key)
        raise NotFound
    return found


def refuse(action: Action, thing: Any) -> None:
    refused(current_user, action.value, type(thing).__name__, getattr(thing, "id", None))
    raise NotAllowed


def refused(user: Any, action: str, kind: str, key: Any) -> None:
    """Notes a refused access; it is written after the rollback, by whoever keeps the journal."""
    note = current_app.extensions.get("refused_access")
    if note is not None and request.endpoint:
        user_id, municipality_id = user.id, user.municipality_id
        after_rollback(lambda: note(user_id, municipality_id, action, kind, key))


def ask_to_sign_in() -> ResponseReturnValue:
    """The sign-in page, and back again; an HTMX request is told to go there as a whole page."""
    where = url_for("accounts.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": where}
    return redirect(where)


def register(app: Flask) -> None:
    """Refuses to run a view that declares neither ``@grants`` nor ``@public``."""
    app.jinja_env.globals["can"] = can

    @app.before_request
    def declared() -> None:
        if request.endpoint is None or request.endpoint == "static":
            return
        if "access" not in app.view_functions[request.endpoint].__dict__:
            raise RuntimeError(f"{request.endpoint} declares no access")
        g.access = app.view_functions[request.endpoint].__dict__["access"]
