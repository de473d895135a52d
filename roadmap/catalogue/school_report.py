"""Measure «О реализации и эффективности программ наставничества»: each school, by 10 June (5.3)."""

from typing import Any

from roadmap.catalogue.base import DocumentSpec, Measure, upgraded
from roadmap.catalogue.school_report_documents import (
    MODULE,
    school_context,
    school_missing,
    summary_context,
    summary_missing,
)
from roadmap.catalogue.school_report_figures import totals
from roadmap.catalogue.school_report_form import SchoolReportForm
from roadmap.catalogue.school_report_words import QUALITY
from roadmap.forms import Answers, Draft

VERSION = SchoolReportForm.VERSION


def upgrade(answers: Answers, version: int) -> Answers:
    """Answers of an older VERSION as the present form gives them; ValueError for an unknown version."""
    return upgraded(answers, version, VERSION, {})


def prefill(answers: Answers) -> Draft:
    """The next report's draft from the last: only what seldom changes; figures and conclusions are new each year."""
    kept = SchoolReportForm.step("programme").fields
    return SchoolReportForm.to_draft({name: answers[name] for name in kept if name in answers})


EXAMPLE_FACTS: dict[str, Any] = {
    "pupils_10_19": 212,
    "pupils_15_19": 64,
    "teachers": 31,
    "early_career_teachers": 4,
    "card": {"id": "card-2025", "version": 1, "year": "2025/2026"},
    "satisfied_from": 7,
    "short_form_pairs": 5,
    "previous": None,
    "monthly": {"months": 9, "site_updates": 14, "new_pairs": 8, "closed_pairs": 2, "meetings": 118, "events": 11},
}
EXAMPLE: Answers = {
    "models": ["students", "teachers"],
    "forms_used": ["pupil_pupil", "teacher_teacher"],
    "programme_count": 2,
    "curator_name": "Соколова Марина Викторовна",
    "curator_post": "заместитель директора по воспитательной работе",
    "local_acts": "Положение о наставничестве, приказ от 14.11.2022 № 212\nПрограмма наставничества на 2025/2026 год",
    "pupil_mentees": 9,
    "pupil_mentors": 6,
    "early_career_mentees": 3,
    "teachers_involved": 8,
    "pairs": 12,
    "mentors": 11,
    "mentees_pupils": 10,
    "mentees_teachers": 3,
    **{f"quality_{key}": 2 for key in QUALITY},
    "quality_methods": 1,
    "quality_partners": 1,
    "quality_activity": 1,
    "mentees_surveyed": 12,
    "mentees_satisfied": 10,
    "mentees_before": "6.2",
    "mentees_after": "8.1",
    "mentors_surveyed": 11,
    "mentors_satisfied": 9,
    "mentors_before": None,
    "mentors_after": "7.9",
    "strengths": "Наставники – учителя с большим опытом\nСтаршеклассники охотно помогают младшим",
    "weaknesses": "Мало встреч в первой четверти",
    "opportunities": "Предприятие района готово принимать экскурсии",
    "threats": "Молодые педагоги уезжают из района",
    "no_practices": False,
    "practices": [
        {
            "uid": "p1",
            "title": "Школа юного экскурсовода",
            "form": "pupil_pupil",
            "summary": "Старшеклассники готовят младших к экскурсиям в школьном музее.",
            "result": "Шесть новых экскурсоводов провели 14 экскурсий.",
            "link": "",
        }
    ],
    "programmes_total": 12,
    "programmes_approved": 12,
    "programmes_running": 7,
    "programmes_completed": 4,
    "programmes_stopped": 1,
    "difficulties": [{"uid": "t1", "kind": "time", "text": "Встречи трудно совместить с расписанием.", "help": ""}],
    "conclusions": "Программа выполнена. Две пары продолжат работу осенью.",
    "decisions": "До 15.09 назначить наставников новым учителям\nВыделить в расписании час для встреч",
}

MEASURE = Measure(
    module=MODULE,
    title="Отчёт о реализации и эффективности программ наставничества",
    form=SchoolReportForm,
    totals=totals,
    upgrade=upgrade,
    example=EXAMPLE,
    example_facts=EXAMPLE_FACTS,
    prefill=prefill,
    documents=(
        DocumentSpec(
            kind="D3",
            short="справка школы",
            title="Справка о реализации и эффективности программ наставничества",
            measure=MODULE,
            scope="school",
            template="school_report/spravka.docx",
            context=school_context,
            missing=school_missing,
        ),
        DocumentSpec(
            kind="D18",
            short="сводная справка",
            title="Сводная справка о реализации и эффективности программ наставничества",
            measure=MODULE,
            scope="municipality",
            template="school_report/summary.docx",
            context=summary_context,
            missing=summary_missing,
            drafted="conclusions",
        ),
    ),
)
