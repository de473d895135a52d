"""Pairs with approved programmes, and practices of the registry, for the tests of their papers."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import factories
import register_world as people
from docx import Document as open_docx

from roadmap.practices import service as practices
from roadmap.practices.models import Criterion, Practice
from roadmap.programmes import service as programmes
from roadmap.programmes.forms import ProgrammeForm, ProgressForm
from roadmap.programmes.models import Programme
from roadmap.registers.models import Mentorship

PLAN = [
    {"uid": "e1", "title": "Знакомство", "content": "", "due": "2025-09-20", "way": "meeting", "expected": "доверие"},
    {"uid": "e2", "title": "Разбор", "content": "раздел 1", "due": "2026-06-02", "way": "lesson", "expected": "навык"},
]
ANSWERS: dict[str, Any] = {
    "starts_on": "2025-09-15",
    "ends_on": "2026-06-10",
    "mode": "onsite",
    "frequency": "раз в неделю",
    "request": "математика",
    "aim": "успешная сдача экзамена",
    "tasks": "первая\nвторая\nтретья",
    "directions": "",
    "expected": "средний балл не ниже 4",
    "plan": PLAN,
}
CARD = {
    "title": "Шаг навстречу",
    "authors": "Соколова М. В., учитель",
    "form": "pupil_pupil",
    "kind": "",
    "level": "school",
    "audience": "пятиклассники",
    "problem": "трудная адаптация",
    "aim": "помочь освоиться",
    "description": "встречи раз в неделю",
    "results": "тревожность ниже на треть",
}


def pair(number: int = 1, school: str = "t1-01", **changes: Any) -> Mentorship:
    """An approved pair; mentors and mentees of several pairs are named apart by the number."""
    mentor = people.teacher(f"Иванова{number} Мария Петровна", school=school, experience_years=12)
    mentee = people.pupil(f"Петров{number} Пётр Ильич", school=school)
    return people.approved(mentor, mentee, **({"order_number": str(number)} | changes))


def programme(mentorship: Mentorship | None = None, *, approve: bool = True) -> Programme:
    mentorship = mentorship or pair()
    made = programmes.add_programme(mentorship)
    programmes.save_plan(made, ProgrammeForm.to_draft(ANSWERS), made.version)
    if approve:
        programmes.approve(made, made.version, None)
        done = {
            "marks": [{"uid": "e1", "done_on": "2025-09-20", "actual": "познакомились"}],
            "meetings": [{"uid": "m1", "held_on": "2025-09-20", "topic": "Знакомство"}],
        }
        programmes.save_progress(made, ProgressForm.to_draft(done), made.version)
    return made


def included(school: str = "t1-01", **changes: Any) -> Practice:
    """A practice scored 40 and 45 by two experts and included in the registry."""
    owner = factories.school(school)
    made = practices.add(owner, practices.PracticeDetails(**(CARD | changes)), None, None)
    practices.submit(made, made.version, None)
    for expert, points in (("specialist", 8), ("methodist", 9)):
        judge = factories.user(expert)
        review = practices.invite(made, judge.id, factories.user("specialist"))
        practices.score(review, dict.fromkeys(Criterion, points), "", review.version, judge)
    practices.include(made, made.version, factories.user("specialist"))
    return made


def rows(content: bytes, columns: int) -> list[list[str]]:
    """The cells of the one table of so many columns, its heading without marks of hyphenation."""
    found = [t for t in open_docx(io.BytesIO(content)).tables if len(t.columns) == columns]
    assert len(found) == 1
    return [[cell.text.replace("\u00a0", " ").replace("\u200b", "") for cell in row.cells] for row in found[0].rows]


def text_of(content: bytes) -> str:
    """All paragraphs and cells of a paper."""
    paper = open_docx(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in paper.paragraphs] + cells).replace("\u00a0", " ")


def leave_for_another_name(person: Any) -> None:
    """One more change of a record: another name and contact, as known from now on."""
    details = people.service.PersonDetails(
        "Другое Имя Иванович", people.PersonKind(person.kind), birth_year=1999, contact="новый"
    )
    people.service.change_participant(person, details, person.version)


JUNE_3, JUNE_9 = date(2026, 6, 3), date(2026, 6, 9)
