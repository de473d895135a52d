"""Entering answers from paper, issuing one-time links and taking what comes by them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, func, select

from roadmap import clock
from roadmap.accounts.models import FailedSignIn
from roadmap.audit.models import Verb
from roadmap.audit.service import record
from roadmap.database import after_rollback, db, new_id
from roadmap.errors import DomainError, Invalid, NotFound
from roadmap.schools.models import School
from roadmap.surveys import queries
from roadmap.surveys.models import SurveyAnswer, SurveyLink
from roadmap.surveys.queries import Key
from roadmap.surveys.questions import Audience, Stage

MOST_LINKS = 300  # of one questionnaire waiting at a time
WINDOW, GUESSES = timedelta(minutes=1), 30  # as many dead links from one address as sign-ins may fail


class DeadLink(NotFound):
    title = "Ссылка не действует"
    message = "Анкета по этой ссылке уже заполнена, или срок ссылки истёк. Попросите куратора дать новую."


class TooManyGuesses(DomainError):
    status = 429
    title = "Слишком много попыток"
    message = "Подождите минуту и откройте ссылку снова."


class NumberTaken(Invalid):
    message = "Анкета с этим номером уже внесена."


def enter(school: School, key: Key, answers: Mapping[str, Any], number: int, actor: Any) -> SurveyAnswer:
    """An answer typed from the paper blank ``number``. NumberTaken unless it is the next one: a form sent twice, or two
    people typing at once, must not count one blank twice."""
    db.session.refresh(school, with_for_update=True)
    if number != queries.next_number(key):
        raise NumberTaken
    answer = _answer(school, key, answers, number)
    record(Verb.SURVEY_ANSWERED, answer, actor, year=key.year, number=number)
    return answer


def remove(answer: SurveyAnswer, actor: Any) -> None:
    """One typed by mistake. NotFound for an answer that came by a link: nobody may pick those out."""
    if answer.number is None:
        raise NotFound
    record(Verb.SURVEY_ANSWER_REMOVED, answer, actor, year=answer.year, number=answer.number)
    db.session.delete(answer)


def issue_links(school: School, key: Key, count: int, days: int, actor: Any) -> list[str]:
    """Tokens of ``count`` new links that live for ``days``. They are shown once: only their hashes are kept."""
    now = clock.now()
    if queries.link_counts(key, now).waiting + count > MOST_LINKS:
        raise Invalid(f"По этой анкете ждут ответа слишком много ссылок: не больше {MOST_LINKS}. Отзовите лишние.")
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    for token in tokens:
        link = SurveyLink(
            token_hash=_sha(token),
            municipality_id=school.municipality_id,
            school_id=school.id,
            year=key.year,
            form=key.form,
            stage=key.stage.value,
            audience=key.audience.value,
            expires_at=now + timedelta(days=days),
            used=False,
        )
        db.session.add(link)
    record(Verb.SURVEY_LINKS_ISSUED, school, actor, year=key.year, count=count)
    return tokens


def revoke_links(school: School, key: Key, actor: Any) -> int:
    """Ends the links that still wait for an answer. How many there were."""
    now = clock.now()
    waiting = db.session.scalars(
        select(SurveyLink)
        .where(
            SurveyLink.school_id == school.id,
            SurveyLink.year == key.year,
            SurveyLink.form == key.form,
            SurveyLink.stage == key.stage.value,
            SurveyLink.audience == key.audience.value,
            SurveyLink.used.is_(False),
            SurveyLink.expires_at > now,
        )
        .with_for_update()
    ).all()
    for link in waiting:
        link.expires_at = now
    record(Verb.SURVEY_LINKS_REVOKED, school, actor, year=key.year, count=len(waiting))
    return len(waiting)


def link_of(token: str, address: str) -> SurveyLink:
    """The living link. DeadLink for a used, expired or invented one; TooManyGuesses after many of those."""
    return _living(token, address, lock=False)


def answer_by_link(token: str, answers: Mapping[str, Any], address: str) -> None:
    """Keeps the answer and spends the link; nothing kept joins the two. The lock tells two presses at once apart."""
    link = _living(token, address, lock=True)
    link.used = True
    school = db.session.get_one(School, link.school_id)
    _answer(school, key_of(link), answers, None)
    record(Verb.SURVEY_ANSWERED, school, None, year=link.year)


def key_of(row: SurveyLink | SurveyAnswer) -> Key:
    return Key(row.school_id, row.year, row.form, Stage(row.stage), Audience(row.audience))


def _answer(school: School, key: Key, answers: Mapping[str, Any], number: int | None) -> SurveyAnswer:
    answer = SurveyAnswer(
        id=new_id(),
        municipality_id=school.municipality_id,
        school_id=school.id,
        year=key.year,
        form=key.form,
        stage=key.stage.value,
        audience=key.audience.value,
        number=number,
        answered_on=clock.today(),
        **answers,
    )
    db.session.add(answer)
    db.session.flush()
    return answer


def _living(token: str, address: str, *, lock: bool) -> SurveyLink:
    where = _fingerprint(address)
    if _guesses(where) >= GUESSES:
        raise TooManyGuesses
    query = select(SurveyLink).where(SurveyLink.token_hash == _sha(token))
    if lock:  # a GET reads in a read-only transaction, where nothing can be locked
        query = query.with_for_update().execution_options(populate_existing=True)
    link = db.session.scalar(query)
    if link is None or link.used or link.expires_at <= clock.now():
        after_rollback(lambda: _note_guess(where))
        raise DeadLink
    return link


def _guesses(where: str) -> int:
    since = clock.now() - WINDOW
    query = select(func.count()).select_from(FailedSignIn)
    return db.session.scalar(query.where(FailedSignIn.address == where, FailedSignIn.at > since)) or 0


def _note_guess(where: str) -> None:
    """In the table of failed attempts, under a fingerprint of its own, so that sign-ins are not slowed by it."""
    now = clock.now()
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - timedelta(days=1)))
    db.session.add(FailedSignIn(who=where, address=where, at=now))


def _fingerprint(address: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"survey link {address}".encode(errors="replace"), hashlib.sha256).hexdigest()


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
