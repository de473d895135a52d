"""The sections of the top bar, by what the user may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from roadmap.access import Action, can, is_office
from roadmap.submissions.queue import waiting_count


@dataclass(frozen=True)
class Link:
    url: str
    label: str
    active: bool
    count: int | None = None


def navigation(user: Any, path: str) -> list[Link]:
    entries: list[tuple[str, str, tuple[str, ...], int | None]] = [("boards.desk", "Мой стол", (), None)]
    if can(user, Action.READ_SCHOOLS):
        entries.append(("submissions.queue", "Очередь", ("/submissions",), waiting_count(user.municipality_id)))
    entries.append(("boards.roadmap", "Дорожная карта", ("/measures", "/occurrences"), None))
    if can(user, Action.READ_REGISTER):
        entries.append(("registers.mentors", "База", ("/register", "/programmes"), None))
    if can(user, Action.KEEP_ACTS):
        entries.append(("acts.own", "Акты", ("/acts",), None))
    elif can(user, Action.READ_SCHOOLS):
        entries.append(("acts.index", "Акты", (), None))
    if can(user, Action.READ_PRACTICES):
        entries.append(("practices.index", "Практики", (), None))
    if user.school_id is not None:
        entries.append(("schools.own", "Карточка ОО", ("/schools",), None))
    if is_office(user):
        entries.append(("boards.monthly", "Сводка за месяц", (), None))
        entries.append(("schools.index", "Школы", (), None))
    if user.school_id is not None or is_office(user):
        entries.append(("documents.index", "Документы", ("/signatories",), None))
    if can(user, Action.MANAGE_PEOPLE):
        entries.append(("accounts.people", "Люди", (), None))
    if can(user, Action.READ_AUDIT):
        entries.append(("audit.index", "Журнал действий", (), None))
    return [
        Link(url, label, _active(path, url, also), count)
        for endpoint, label, also, count in entries
        for url in [url_for(endpoint)]
    ]


def _active(path: str, url: str, also: tuple[str, ...]) -> bool:
    if url == "/":
        return path == "/"
    return any(path == root or path.startswith(root + "/") for root in (url, *also))
