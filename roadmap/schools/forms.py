"""Forms of a school and of its yearly card."""

from __future__ import annotations

import re

from roadmap.fields import Link, Text, WholeNumber
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


class CardForm(PlainForm):
    """The fields of birth years («born_2012») are added by ``card_form``."""

    teachers = WholeNumber("Педагогических работников", required=True, maximum=5000, unit="чел.")
    early_career_teachers = WholeNumber(
        "Из них молодых специалистов",
        required=True,
        maximum=5000,
        unit="чел.",
        description="Учителя со стажем от 0 до 3 лет включительно",
    )
    site_section_url = Link("Адрес раздела «Наставничество» на сайте школы")

    def check(self) -> bool:
        """After ``validate``: what ties the fields together."""
        whole, part = self.teachers.data, self.early_career_teachers.data
        if whole is not None and part is not None and part > whole:
            self.early_career_teachers.refuse(f"Молодых специалистов {part}, а педагогов всего {whole}")
        return not self.errors


def card_form(year: int) -> type[CardForm]:
    """The form of a school year's card with a field for each birth year, the youngest first."""
    fields = {
        f"born_{birth_year}": WholeNumber(f"{birth_year} г. р.", maximum=2000, unit="чел.")
        for birth_year in birth_years(year)
    }
    return type("CardFormOfYear", (CardForm,), fields)


def birth_years(year: int) -> list[int]:
    """Of pupils aged 6–19 in the calendar year after the September of ``year``, the youngest first."""
    return [year + 1 - age for age in AGES]
