"""People named in the cells of pairs and plans: whom a name means, and how the export writes it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from roadmap.language import normalise_name, sort_key
from roadmap.registers.consent_rules import may_be_named
from roadmap.registers.register import Person, Register, alias
from roadmap.registers.words import RegisterRole
from roadmap.workbooks.comparison import Current
from roadmap.workbooks.people import ALIAS

SEPARATOR = re.compile(r"[;\n]|,(?! *\d)")
WITH_YEAR = re.compile(r"(.*?)[\s,(]+(\d{4})\)?(?: ?г\. ?р\.)?")


class Names:
    """The people of one school by name; built once for many rows."""

    def __init__(self, current: Current) -> None:
        self.register: Register = current.register
        self.people = list(current.register.people.values())
        self.by_name: dict[str, list[Person]] = {}
        for person in self.people:
            self.by_name.setdefault(sort_key(person.full_name), []).append(person)
        consents: dict[object, list[object]] = {}
        for consent in current.register.consents:
            consents.setdefault(consent.person_id, []).append(consent)
        self.unnamed = {
            person.id
            for person in self.people
            if person.hidden_since or not may_be_named(person, current.on, consents.get(person.id, ()))  # type: ignore[arg-type]
        }

    def written(self, person: Person) -> str:
        """The full name, with the year where namesakes exist; the number where no consent lets the name out."""
        if person.id in self.unnamed:
            return alias(person.number)
        if len(self.by_name[sort_key(person.full_name)]) > 1 and person.birth_year:
            return f"{person.full_name} ({person.birth_year})"
        return person.full_name

    def written_list(self, people: Iterable[Person]) -> str:
        return "; ".join(self.written(person) for person in people)

    def one(self, text: str, role: RegisterRole) -> Person:
        """Whom a name means; ValueError with a sentence."""
        name, year = text.strip(), None
        if not ALIAS.fullmatch(sort_key(name)) and (found := WITH_YEAR.fullmatch(name)):
            name, year = found[1], int(found[2])
        if number := ALIAS.fullmatch(sort_key(name)):
            matching = [person for person in self.people if person.number == int(number[1])]
        else:
            named = self.by_name.get(sort_key(name), [])
            matching = [person for person in named if year is None or person.birth_year == year]
        in_base = [person for person in matching if getattr(person, role.value) is not None]
        where = "базе наставников" if role is RegisterRole.MENTOR else "базе наставляемых"
        if not in_base:
            raise ValueError(f"«{normalise_name(text)}»: нет в {where}. Сначала внесите этого человека")
        if len(in_base) > 1:
            raise ValueError(
                f"«{normalise_name(text)}»: в {where} несколько таких людей, добавьте в скобках год рождения"
            )
        return in_base[0]

    def several(self, text: str, role: RegisterRole) -> list[Person]:
        """Whom a list means, in its order, each once."""
        found = [self.one(part, role) for part in SEPARATOR.split(text) if part.strip()]
        return list({person.id: person for person in found}.values())
