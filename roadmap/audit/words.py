"""What the journal's details say in Russian: only what a reader asks for, never hashes and ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadmap.access import Action, Role
from roadmap.audit.models import Verb

REFUSED = {
    "not_found": "чужая или несуществующая запись",
    Action.VIEW: "просмотр",
    Action.FILL: "заполнение отчёта",
    Action.SIGN_OFF: "отправка отчёта от имени школы",
    Action.REVIEW: "проверка отчёта",
    Action.REOPEN: "повторное открытие отчёта",
    Action.EDIT_SCHOOL_CARD: "изменение карточки ОО",
    Action.GIVE_EVIDENCE: "приложение подтверждения",
    Action.MANAGE_SCHOOLS: "ведение школ",
    Action.MANAGE_PEOPLE: "ведение учётных записей",
    Action.MANAGE_PERIODS: "ведение сроков",
    Action.MANAGE_SETTINGS: "изменение настроек",
    Action.READ_REGISTER: "просмотр базы участников",
    Action.KEEP_REGISTER: "ведение базы участников",
    Action.APPROVE_PROGRAMME: "утверждение программы",
    Action.KEEP_ACTS: "ведение локальных актов",
    Action.READ_PRACTICES: "реестр практик",
    Action.KEEP_PRACTICES: "ведение практик",
    Action.JUDGE_PRACTICE: "решение по практике",
    Action.SCORE_PRACTICE: "оценка практики",
    Action.KEEP_EVENTS: "ведение мероприятий",
    Action.PREPARE_DOCUMENT: "подготовка документа",
    Action.SIGN_DOCUMENT: "подписание документа",
    Action.RECORD_INCOMING: "регистрация входящего",
    Action.READ_SCHOOLS: "сведения о школах",
    Action.READ_AUDIT: "журнал действий",
    Action.BE_SIGNED_IN: "вход",
}

# Why a named list left the system; the code stands in the journal, since a free text might name somebody.
PURPOSES = {
    "refill": "дополнить в Excel и загрузить обратно",
    "check": "сверить базу с документами школы",
    "paper": "напечатать или приложить к приказу",
    "inspection": "показать при проверке",
    "request": "ответить на запрос органа власти",
}


def details_in_words(verb: str, details: Mapping[str, Any]) -> str:
    """«куратор, руководитель ОО», «учётная запись отключена», «2025/2026 учебный год», «№ 01-18-07» and the like."""
    said: list[str] = []
    if "roles" in details:
        said.append("роли: " + ", ".join(role.label for role in Role if role.value in details["roles"]))
    if "active" in details:
        said.append(_active(verb, bool(details["active"])))
    if "year" in details:
        said.append(f"{details['year']}/{details['year'] + 1} учебный год")
    if details.get("number"):
        said.append(f"№ {details['number']}")
    if "count" in details:
        said.append(f"всего {details['count']}")
    if "code" in details:
        said.append(f"код {details['code']}")
    if "purpose" in details:
        said.append("цель: " + PURPOSES.get(details["purpose"], details["purpose"]))
    if "action" in details:
        said.append(REFUSED.get(details["action"], ""))
    return ", ".join(part for part in said if part)


def _active(verb: str, active: bool) -> str:
    if verb == Verb.SCHOOL_CHANGED:
        return "снова участвует" if active else "больше не участвует"
    return "учётная запись включена" if active else "учётная запись отключена"
