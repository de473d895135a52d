"""Invented people: surnames, names and patronymics drawn from short lists of common ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from roadmap.access import Role
from roadmap.demo.timeline import dice

# A man's surname and a woman's.
SURNAMES = (
    ("Абрамов", "Абрамова"),
    ("Бурмакин", "Бурмакина"),
    ("Верхотуров", "Верхотурова"),
    ("Голубев", "Голубева"),
    ("Доржиев", "Доржиева"),
    ("Ермолаев", "Ермолаева"),
    ("Жуков", "Жукова"),
    ("Зырянов", "Зырянова"),
    ("Кызласов", "Кызласова"),
    ("Лалетин", "Лалетина"),
    ("Монгуш", "Монгуш"),
    ("Непомнящий", "Непомнящая"),
    ("Овсянников", "Овсянникова"),
    ("Потылицын", "Потылицына"),
    ("Рукосуев", "Рукосуева"),
    ("Сизых", "Сизых"),
    ("Трофимов", "Трофимова"),
    ("Ульянов", "Ульянова"),
    ("Федосеев", "Федосеева"),
    ("Худоногов", "Худоногова"),
    ("Чернов", "Чернова"),
    ("Шадрин", "Шадрина"),
    ("Юшков", "Юшкова"),
    ("Ярлыков", "Ярлыкова"),
    ("Ковальчук", "Ковальчук"),
    ("Мельник", "Мельник"),
)
MEN = ("Александр", "Андрей", "Виктор", "Дмитрий", "Евгений", "Игорь", "Михаил", "Николай", "Павел", "Сергей")
WOMEN = (
    "Алёна",
    "Анна",
    "Валентина",
    "Галина",
    "Елена",
    "Ирина",
    "Ксения",
    "Людмила",
    "Марина",
    "Наталья",
    "Ольга",
    "Светлана",
    "Татьяна",
    "Юлия",
)
# A son's patronymic and a daughter's.
PATRONYMICS = (
    ("Александрович", "Александровна"),
    ("Андреевич", "Андреевна"),
    ("Васильевич", "Васильевна"),
    ("Викторович", "Викторовна"),
    ("Владимирович", "Владимировна"),
    ("Геннадьевич", "Геннадьевна"),
    ("Иванович", "Ивановна"),
    ("Константинович", "Константиновна"),
    ("Николаевич", "Николаевна"),
    ("Петрович", "Петровна"),
    ("Сергеевич", "Сергеевна"),
    ("Юрьевич", "Юрьевна"),
)

Name = TypeVar("Name")
MEN_AMONG = frozenset({"head-4", "head-6", "other-head-2", "admin"})


@dataclass(frozen=True)
class Account:
    """``school`` is a code, empty for the office."""

    username: str
    municipality: str
    school: str
    roles: tuple[Role, ...]
    post: str


ACCOUNTS = (
    Account("specialist", "se", "", (Role.SPECIALIST,), "главный специалист"),
    Account("methodist", "se", "", (Role.METHODIST,), "методист"),
    Account("pds", "se", "", (Role.PDS,), "руководитель педагогического сообщества"),
    Account("admin", "se", "", (Role.ADMIN,), "администратор системы"),
    *(Account(f"head-{n}", "se", f"se-0{n}", (Role.HEAD,), "директор") for n in range(1, 5)),
    # In a small school the head leads the programme as well (rules.md 10).
    *(Account(f"head-{n}", "se", f"se-0{n}", (Role.HEAD, Role.CURATOR), "директор") for n in range(5, 8)),
    Account("curator-1", "se", "se-01", (Role.CURATOR,), "заместитель директора по воспитательной работе"),
    Account("other-specialist", "yl", "", (Role.SPECIALIST,), "главный специалист"),
    Account("other-methodist", "yl", "", (Role.METHODIST,), "методист"),
    Account("other-head", "yl", "yl-01", (Role.HEAD, Role.CURATOR), "директор"),
    Account("other-head-2", "yl", "yl-02", (Role.HEAD, Role.CURATOR), "директор"),
)
# Curators without an account of their own, and the heads of both offices.
OTHERS = ("curator-2", "curator-3", "curator-4", "se-office", "yl-office")


def full_names() -> dict[str, str]:
    """By user name (and for OTHERS): «Шадрина Ирина Петровна», each surname used once."""
    chance = dice("people")
    surnames = iter(chance.sample(SURNAMES, len(SURNAMES)))
    women, men = _endless(WOMEN, chance), _endless(MEN, chance)
    patronymics = _endless(PATRONYMICS, chance)
    found = {}
    for username in (*(account.username for account in ACCOUNTS), *OTHERS):
        woman = username not in MEN_AMONG
        first = next(women) if woman else next(men)
        found[username] = f"{next(surnames)[woman]} {first} {next(patronymics)[woman]}"
    return found


def _endless(names: tuple[Name, ...], chance: random.Random) -> Iterator[Name]:
    """All of them in some order, then all again."""
    while True:
        yield from chance.sample(names, len(names))
