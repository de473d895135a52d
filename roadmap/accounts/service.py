"""Signing in and out, passwords, invitations and roles."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm.attributes import flag_modified

from roadmap import clock
from roadmap.access import SCHOOL_ROLES, Role
from roadmap.accounts.models import FailedSignIn, PasswordLink, User, UserRole, UserSession
from roadmap.accounts.passwords import LONGEST, check_password, check_strength, decoy
from roadmap.accounts.passwords import hash_password as hash_password
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import after_rollback, db, require_version
from roadmap.errors import DomainError, Invalid, NotFound, WrongState
from roadmap.language import normalise_name, sort_key
from roadmap.schools.models import School

IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)
LINK_LIFE = timedelta(days=7)
WINDOW, PER_PERSON, PER_ADDRESS = timedelta(minutes=1), 5, 30
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


class TooManyAttempts(DomainError):
    status = 429
    title = "Слишком много попыток входа"
    message = "Подождите минуту и попробуйте снова. Если забыли пароль, попросите главного специалиста выдать ссылку."


class WrongPassword(DomainError):
    status = 422
    title = "Не удалось войти"
    message = "Имя пользователя или пароль не подходят. Проверьте раскладку клавиатуры и Caps Lock."


class DeadLink(NotFound):
    title = "Ссылка не действует"
    message = "Ссылка уже использована или устарела. Попросите главного специалиста выдать новую."


class WrongOldPassword(Invalid):
    message = "Прежний пароль указан неверно."


class WrongUsername(Invalid):
    pass


@dataclass(frozen=True)
class PersonDetails:
    full_name: str
    post: str = ""
    email: str = ""


def sign_in(username: str, password: str, address: str) -> User:
    """The user with a fresh session token in ``session_token``; WrongPassword or TooManyAttempts otherwise.

    The answer and its time don't tell an unknown name from a wrong password.
    """
    who, where = _fingerprint(username.strip().lower()), _fingerprint(address)
    if len(password) > LONGEST or len(username) > 200:
        raise WrongPassword
    _limit(who, where)
    user = db.session.scalar(select(User).where(User.username == username.strip().lower()))
    hashed = user.password_hash if user is not None and user.active and user.password_hash else decoy()
    db.session.rollback()  # hashing takes its time: nobody else's write should wait for it
    if not check_password(hashed, password) or user is None or user.password_hash != hashed:
        user_id, municipality_id = (user.id, user.municipality_id) if user else (None, None)
        after_rollback(lambda: _note_failure(who, where, user_id, municipality_id))
        raise WrongPassword
    open_session(user)
    record(Verb.SIGNED_IN, user, user)
    return user


def open_session(user: User) -> None:
    """A new row and a new token; sessions that have run out are swept away."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.execute(delete(UserSession).where(UserSession.expires_at <= now))
    db.session.add(
        UserSession(token_hash=_sha(token), user_id=user.id, created_at=now, seen_at=now, expires_at=now + ABSOLUTE)
    )
    user.session_token = token


def user_of_session(token: str) -> User | None:
    """Whose live session this token is. Last seen is noted at most every five minutes, outside the request's own
    transaction."""
    found = db.session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == _sha(token))
    ).one_or_none()
    if found is None:
        return None
    session, user = found
    now = clock.now()
    if now >= session.expires_at or now - session.seen_at >= IDLE or not user.active:
        return None
    if now - session.seen_at >= SEEN_EVERY:
        after_rollback(lambda: _note_seen(session.token_hash))
    user.session_token = token
    return user


def sign_out(user: User) -> None:
    end_session(user.session_token)
    record(Verb.SIGNED_OUT, user, user)


def end_session(token: str) -> None:
    """Of one browser: its cookie opens nothing any more. An unknown or empty token changes nothing."""
    db.session.execute(delete(UserSession).where(UserSession.token_hash == _sha(token)))


def change_password(user: User, old: str, new: str) -> None:
    """Ends every session of the user, this one too; the caller opens a new one.

    WrongOldPassword is counted like a failed sign-in, so that a borrowed browser can't guess on.
    """
    who = _fingerprint(user.username)
    here = _fingerprint(f"account {user.id}")
    _limit(who, here)
    if len(old) > LONGEST or not user.password_hash or not check_password(user.password_hash, old):
        user_id, municipality_id = user.id, user.municipality_id
        after_rollback(lambda: _note_failure(who, here, user_id, municipality_id))
        raise WrongOldPassword
    set_password(user, new, user)


def set_password(user: User, password: str, actor: User | None) -> None:
    """Refuses a weak password with the reason (Invalid)."""
    school = [user.school.short_name, user.school.full_name, user.school.code] if user.school else []
    check_strength(password, [user.username, user.full_name, user.email.partition("@")[0], *school])
    user.password_hash = hash_password(password)
    _end_sessions(user)
    record(Verb.PASSWORD_CHANGED, user, actor)


def add_user(
    municipality_id: uuid.UUID,
    username: str,
    full_name: str,
    roles: Collection[Role],
    *,
    school: School | None = None,
    post: str = "",
    email: str = "",
    actor: User | None = None,
) -> User:
    """An account without a password: ``issue_link`` lets its owner set one. Invalid if anything doesn't fit."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise WrongUsername("Имя пользователя: от 3 латинских строчных букв, цифр, точек или дефисов.")
    if db.session.scalar(select(User.id).where(User.username == username)) is not None:
        raise WrongUsername(f"Имя пользователя «{username}» уже занято: выберите другое.")
    check_roles(roles, school, municipality_id)
    full_name = normalise_name(full_name)
    user = User(
        municipality_id=municipality_id,
        school_id=school.id if school else None,
        username=username,
        full_name=full_name,
        sort_key=sort_key(full_name),
        post=post,
        email=email,
        created_at=clock.now(),
        role_rows=[UserRole(role=role.value) for role in sorted(roles)],
    )
    db.session.add(user)
    db.session.flush()
    record(Verb.PERSON_INVITED, user, actor, roles=sorted(roles))
    return user


def change_person(user: User, details: PersonDetails, roles: Collection[Role], version: int, actor: User) -> None:
    """New rights hold at the next request. Nobody takes the managing of people from himself."""
    require_version(user, version)
    check_roles(roles, user.school, user.municipality_id)
    if user.id == actor.id and not set(roles) & {Role.SPECIALIST, Role.ADMIN}:
        raise Invalid("Нельзя снять собственные права: попросите администратора.")
    user.full_name = normalise_name(details.full_name)
    user.sort_key = sort_key(user.full_name)
    user.post, user.email = details.post, details.email
    user.role_rows = [row for row in user.role_rows if row.role in roles] + [
        UserRole(role=role.value) for role in sorted(roles) if role not in user.roles
    ]
    flag_modified(user, "active")  # a change of roles alone must move the version too
    record(Verb.PERSON_CHANGED, user, actor, roles=sorted(roles))


def set_active(user: User, active: bool, version: int, actor: User) -> None:
    """A deactivated person's sessions and unused links end at once."""
    require_version(user, version)
    if user.id == actor.id:
        raise Invalid("Нельзя отключить собственную учётную запись: попросите администратора.")
    user.active = active
    flag_modified(user, "active")
    if not active:
        _end_sessions(user)
        _end_links(user)
    record(Verb.PERSON_CHANGED, user, actor, active=active)


def check_roles(roles: Collection[Role], school: School | None, municipality_id: uuid.UUID) -> None:
    """School roles belong to a school of this municipality, the others to the office; they do not mix."""
    if not roles:
        raise Invalid("Выберите хотя бы одну роль.")
    at_school = set(roles) <= SCHOOL_ROLES
    if not at_school and set(roles) & SCHOOL_ROLES:
        raise Invalid("Роли школы и муниципалитета нельзя совмещать в одной учётной записи.")
    if at_school != (school is not None):
        raise Invalid("Для ролей «руководитель ОО» и «куратор» выберите школу, для остальных – не выбирайте.")
    if school is not None and school.municipality_id != municipality_id:
        raise NotFound


def issue_link(user: User, actor: User | None) -> str:
    """The token of a one-time link; earlier unused links of the user die."""
    if not user.active:
        raise WrongState("Учётная запись отключена. Сначала включите её, потом выдавайте ссылку.")
    _end_links(user)
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        PasswordLink(
            token_hash=_sha(token),
            user_id=user.id,
            issued_by_id=actor.id if actor else None,
            issued_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    record(Verb.LINK_ISSUED, user, actor)
    return token


def user_of_link(token: str) -> User:
    """NotFound for a used, expired or invented link."""
    return _owner(_live_link(token, lock=False))


def use_link(token: str, password: str) -> User:
    """The password set, the link spent. Two that press at once are told apart by the row's lock."""
    link = _live_link(token, lock=True)
    user = _owner(link)
    set_password(user, password, user)
    link.used_at = clock.now()
    return user


def _live_link(token: str, lock: bool) -> PasswordLink:
    query = select(PasswordLink).where(PasswordLink.token_hash == _sha(token))
    if lock:  # a page that only shows the form reads in a read-only transaction, where nothing can be locked
        query = query.with_for_update().execution_options(populate_existing=True)
    link = db.session.scalar(query)
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise DeadLink
    return link


def _owner(link: PasswordLink) -> User:
    user = db.session.get_one(User, link.user_id)
    if not user.active:
        raise DeadLink
    return user


def _end_sessions(user: User) -> None:
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id))


def _end_links(user: User) -> None:
    db.session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id, PasswordLink.used_at.is_(None)))


def _limit(who: str, where: str) -> None:
    since = clock.now() - WINDOW

    def failures(condition: object) -> int:
        query = select(func.count()).select_from(FailedSignIn).where(FailedSignIn.at > since, condition)  # type: ignore[arg-type]
        return db.session.scalar(query) or 0

    if failures(FailedSignIn.who == who) >= PER_PERSON or failures(FailedSignIn.address == where) >= PER_ADDRESS:
        raise TooManyAttempts


def _note_failure(who: str, where: str, user_id: uuid.UUID | None, municipality_id: uuid.UUID | None) -> None:
    now = clock.now()
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - timedelta(days=1)))
    failure = FailedSignIn(who=who, address=where, at=now)
    db.session.add(failure)
    db.session.flush()
    record(Verb.SIGN_IN_FAILED, failure, municipality_id=municipality_id, user=str(user_id or ""))


def _note_seen(token_hash: str) -> None:
    session = db.session.get(UserSession, token_hash)
    if session is not None:
        session.seen_at = clock.now()


def _fingerprint(text: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(errors="replace"), hashlib.sha256).hexdigest()


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
