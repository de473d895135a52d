"""Forms of a school and of its yearly card."""

from __future__ import annotations

import re

from roadmap.fields import Entry, Link, Text, WholeNumber
from roadmap.plainform import PlainForm

AGES = range(6, 20)  # birth years that the card asks for, by age in the calendar year in which its school year ends


class SchoolForm(PlainForm):
    short_name = Text(
        "Краткое наименование", required=True, limit=120, description="Как в списках, например: Тейская СШ № 3"
    )
    full_name = Text(
        "Полное наименование", required=True, limit=400, rows=2, description="Как в уставе: кто? что? – учреждение…"
    )
    full_name_gen = Text(
        "Полное наименование в родительном падеже",
        required=True,
        limit=400,
        rows=2,
        description="Для документов: кого? чего? – учреждения…",
    )
    place = Text("Населённый пункт", limit=120)
    phone = Text("Телефон", limit=60)


# An adjective of a name of an institution: «муниципальное», «бюджетное», «среднее»; «-щее» keeps its soft ending.
ADJECTIVE = re.compile(r"[А-ЯЁа-яё-]+[её]е|[А-ЯЁа-яё-]+ое")


def genitive_of(full_name: str) -> str | None:
    """«Муниципальное бюджетное учреждение «Школа № 1»» in the genitive, or None where it isn't beyond doubt.

    Only neuter adjectives before «учреждение» and what stands in quotation marks after it: those are declined by one
    rule, and the quoted name is not declined at all.
    """
    head, found, tail = full_name.partition("«")
    words = head.split()
    if not found or not tail.rstrip().endswith("»") or len(words) < 2 or words[-1].lower() != "учреждение":
        return None
    if not all(ADJECTIVE.fullmatch(word) for word in words[:-1]):
        return None
    declined = [f"{word[:-1]}го" for word in words[:-1]]
    return " ".join([*declined, f"{words[-1][:-1]}я", f"«{tail.strip()}"])


class NewSchoolForm(SchoolForm):
    code = Text(
        "Код школы",
        required=True,
        limit=20,
        description="Латинские буквы, цифры и дефис; не меняется. Например: se-08",
    )

    def validate_code(self, field: Text) -> None:
        if field.data and not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,19}", field.data):
            field.refuse("Код – от 2 латинских строчных букв, цифр и дефисов")

    def suggest_genitive(self) -> bool:
        """After a failed ``validate``: fills in the genitive where it was left blank and is beyond doubt.

        A person sees it, and sends the form again, before it is stored.
        """
        if not self.full_name_gen.blank or not self.full_name.data:
            return False
        suggestion = genitive_of(self.full_name.data)
        if suggestion is None:
            return False
        self.full_name_gen.raw_data = [suggestion]
        self.full_name_gen.errors = [
            "Мы подставили родительный падеж: прочтите его, исправьте, если нужно, и сохраните"
        ]
        return True


class CardForm(PlainForm):
    """``card_form`` adds the fields: pupils by birth year («born_2012») first, as the page shows them."""

    teachers: WholeNumber
    early_career_teachers: WholeNumber
    site_section_url: Link

    def check(self) -> bool:
        """After ``validate``: what ties the fields together."""
        whole, part = self.teachers.data, self.early_career_teachers.data
        if whole is not None and part is not None and part > whole:
            self.early_career_teachers.refuse(f"Молодых специалистов {part}, а педагогов всего {whole}")
        if not any(field.data or field.errors for field in self.birth_year_fields):
            self.birth_year_fields[0].refuse("Укажите число обучающихся хотя бы одного года рождения")
        return not self.errors

    @property
    def birth_year_fields(self) -> list[WholeNumber]:
        """The youngest first."""
        return [field for field in self if isinstance(field, WholeNumber) and field.name.startswith("born_")]


def card_form(year: int) -> type[CardForm]:
    """The form of a school year's card with a field for each birth year, the youngest first."""
    fields: dict[str, Entry] = {
        f"born_{birth_year}": WholeNumber(f"{birth_year}\u00a0г.\u00a0р.", maximum=2000)
        for birth_year in birth_years(year)
    }
    fields["teachers"] = WholeNumber("Педагогических работников", required=True, maximum=5000, unit="чел.")
    fields["early_career_teachers"] = WholeNumber(
        "Из них молодых специалистов",
        required=True,
        maximum=5000,
        unit="чел.",
        description="Учителя со стажем от 0 до 3 лет включительно",
    )
    fields["site_section_url"] = Link(
        "Адрес раздела «Наставничество» на сайте школы",
        limit=400,
        description="Адрес страницы целиком, например https://school.ru/nastavnichestvo",
    )
    return type("CardFormOfYear", (CardForm,), fields)


def birth_years(year: int) -> list[int]:
    """Of pupils aged 6–19 in the calendar year after the September of ``year``, the youngest first."""
    return [year + 1 - age for age in AGES]
