"""Lines of the bases, a programme and practices, as the registers would hand them to a document."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from catalogue_world import World, school

from roadmap.catalogue.base import Reference
from roadmap.catalogue.register_parts import (
    Change,
    Control,
    ListedPractice,
    MenteeRow,
    MentorRow,
    PersonalProgramme,
    PlanEvent,
    ProgrammePerson,
)

BASE = Reference("register", "s1:2026-06-15", "База участников, СШ № 1, на 15 июня 2026 г.")
SETTINGS = {"labour_consent_from": "2025-03-01", "separate_consent_from": "2025-09-01"}


def mentor_row(**changes: Any) -> MentorRow:
    row = MentorRow(
        name="Иванова Мария Петровна",
        named=True,
        contact="8 900 000-00-00",
        place="СШ № 1, учитель",
        competences="методика математики",
        achievements="победитель конкурса",
        interests="туризм",
        wished_age="12–14 лет",
        time="час в неделю",
        entered_on=date(2025, 9, 1),
        mentees=("Петров Пётр Ильич", "Сидоров Иван Ильич"),
        forms=("учитель – ученик",),
        mentee_places=("СШ № 1, 7 А",),
        left_on=None,
        results=("цели достигнуты",),
        link="https://school.example/case",
        reference=BASE,
    )
    return replace(row, **changes)


def mentee_row(**changes: Any) -> MenteeRow:
    row = MenteeRow(
        name="Петров Пётр Ильич",
        named=True,
        contact="8 900 000-00-01 (мать)",
        birth_year="2012",
        request="математика",
        entered_on=date(2025, 9, 1),
        mentors=("Иванова Мария Петровна",),
        forms=("учитель – ученик",),
        mentor_places=("СШ № 1, учитель",),
        completed_on=date(2026, 5, 31),
        results=("сдал зачёт",),
        link="",
        passed=True,
        reference=BASE,
    )
    return replace(row, **changes)


def programme(**changes: Any) -> PersonalProgramme:
    known = PersonalProgramme(
        group=False,
        title="",
        order_number="12",
        order_on=date(2025, 9, 12),
        model="наставничество обучающихся",
        form="учитель – ученик",
        role_variant="",
        kind="традиционное («один на один»)",
        mentor=ProgrammePerson(
            "Иванова Мария Петровна", True, "М.\u00a0П.\u00a0Иванова", "учитель", 12, "высшая категория"
        ),
        mentees=(
            ProgrammePerson("Петров Пётр Ильич", True, "П.\u00a0И.\u00a0Петров", "7 А", with_representative=True),
        ),
        starts_on=date(2025, 9, 15),
        ends_on=date(2026, 6, 10),
        last_day=date(2026, 6, 10),
        mode="очно",
        frequency="раз в неделю",
        request="математика",
        aim="успешная сдача экзамена",
        tasks="первая\nвторая\n\nтретья",
        directions="",
        expected="средний балл не ниже 4",
        plan=(
            PlanEvent("Знакомство", "", date(2025, 9, 20), "встреча", "доверие", date(2025, 9, 20), "познакомились"),
            PlanEvent("Разбор задач", "раздел 1", date(2026, 6, 2), "занятие", "навык", None, ""),
        ),
        changes=(Change("средний балл", "3,2", ""),),
        interim=Control(date(2026, 1, 20), "идёт по плану"),
        final=Control(None, ""),
        end="",
        reason="",
        draft=False,
        state="реализуется",
        reference=Reference("register", "p1", "Программа на 15 июня 2026 г."),
    )
    return replace(known, **changes)


def practice(number: int = 1, **changes: Any) -> ListedPractice:
    known = ListedPractice(
        title=f"Практика {number}",
        school=f"СШ № {number}",
        authors="Соколова М. В., учитель",
        form="ученик – ученик",
        summary="встречи раз в неделю",
        results="тревожность ниже на треть",
        score=Decimal("41.5"),
        presented=("РАОП: размещена 01.06.2026",),
        links=("https://school.example/practice",),
        reference=Reference("practice", f"pr{number}", f"Практика «Практика {number}»"),
    )
    return replace(known, **changes)


def full(**changes: Any) -> World:
    """A school with everything that the papers of the registers may print."""
    values: dict[str, Any] = {
        "the_owner": school(1),
        "in_base": ((mentor_row(),), (mentee_row(),)),
        "the_programme": programme(),
        "the_curators": ("Соколова Марина Викторовна",),
        "registry": (practice(1), practice(2)),
        "settings": SETTINGS,
    }
    return World(**(values | changes))
