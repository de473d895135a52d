"""A school's June report: figures that agree with its card and with each other, and grow over the years."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from roadmap.catalogue.school_report_words import QUALITY
from roadmap.demo.schools import Profile, card
from roadmap.demo.timeline import dice
from roadmap.demo.words import DIFFICULTIES, OPPORTUNITIES, PRACTICES, STRENGTHS, THREATS, WEAKNESSES
from roadmap.language import counted

FIRST = 2023
MANAGED = 10  # from so many pairs on a school has a second programme


def answers(profile: Profile, year: int, curator: str, curator_post: str) -> dict[str, Any]:
    """The report of the school year that ends in ``year``, as the form's answers."""
    chance = dice(profile.code, "june", year)
    figures = _people(profile, year, chance)
    programme = _programme(profile, year, figures, curator, curator_post)
    programmes = _programmes(figures["pairs"], chance)
    return (
        programme
        | figures
        | _quality(year, profile.pace, chance)
        | _survey("mentees", figures["mentees_pupils"] + figures["mentees_teachers"], year, chance)
        | _survey("mentors", figures["mentors"], year, chance)
        | programmes
        | _texts(profile, year, figures, programme["forms_used"], bool(programmes["programmes_stopped"]), chance)
    )


def _people(profile: Profile, year: int, chance: Random) -> dict[str, int]:
    """A mentor leads a pair or group, some teachers two; beginners are led one to one."""
    owned = card(profile, year - 1)
    teens = sum(count for born, count in owned.pupils.items() if 10 <= year - born <= 19)
    seniors = sum(count for born, count in owned.pupils.items() if 15 <= year - born <= 19)
    stage = year - FIRST
    share = min(0.66, (0.15 + 0.09 * stage) * profile.pace * chance.uniform(0.94, 1.06))
    pupil_mentees = max(2, round(teens * share))
    pupil_mentors = max(1, round(seniors * min(0.2, (0.045 + 0.024 * stage) * profile.pace)))
    beginners = owned.early_career_teachers
    taught = beginners - (beginners > 1 and chance.random() < 0.35)
    mentees_teachers = taught + (stage >= 2) + (profile.teachers > 25)
    leading = min(max(1, round(pupil_mentees / 9)), owned.teachers // 2)
    employers = min(stage, 3) if profile.teachers > 25 else 0
    involved = min(owned.teachers, leading + 2 * mentees_teachers)
    pairs = pupil_mentors + leading + employers + mentees_teachers
    young = round(pupil_mentees * chance.uniform(0.04, 0.1))
    return {
        "pupil_mentees": pupil_mentees,
        "pupil_mentors": pupil_mentors,
        "early_career_mentees": taught,
        "teachers_involved": involved,
        "pairs": pairs,
        "mentors": pairs - leading // 4,
        "mentees_pupils": max(pupil_mentees + young, pupil_mentors + leading + employers),
        "mentees_teachers": mentees_teachers,
    }


def pairs(profile: Profile, year: int) -> int:
    """How many pairs and groups work in the school year that ends in ``year``."""
    return _people(profile, max(year, FIRST), dice(profile.code, "june", max(year, FIRST)))["pairs"]


def _programme(profile: Profile, year: int, figures: dict[str, int], curator: str, post: str) -> dict[str, Any]:
    forms = ["pupil_pupil", "teacher_pupil"]
    models = ["students"]
    if figures["mentees_teachers"]:
        models.append("teachers")
        forms.append("teacher_teacher")
    if profile.teachers > 25 and year > FIRST:
        forms.append("employer_pupil")
    if profile.number == 1 and year >= 2025:
        forms.append("student_pupil")
    order = 100 + profile.number * 7
    acts = [
        f"Положение о системе наставничества, приказ от 14.11.2022 № {order}",
        f"Программа наставничества на {year - 1}/{year} учебный год, приказ от 05.09.{year - 1} № {order - 31}",
        f"Приказ о закреплении наставнических пар и групп от 16.09.{year - 1} № {order - 22}",
    ]
    return {
        "models": models,
        "forms_used": forms,
        "programme_count": 2 if figures["pairs"] >= MANAGED else 1,
        "curator_name": curator,
        "curator_post": post,
        "local_acts": "\n".join(acts),
    }


def _quality(year: int, pace: float, chance: Random) -> dict[str, int]:
    good = min(0.95, (0.32 + 0.14 * (year - FIRST)) * pace)
    return {f"quality_{key}": 2 if chance.random() < good else 1 for key in QUALITY}


def _survey(who: str, people: int, year: int, chance: Random) -> dict[str, Any]:
    surveyed = max(1, round(people * chance.uniform(0.7, 0.95)))
    satisfied = round(surveyed * min(0.96, 0.66 + 0.055 * (year - FIRST) + chance.uniform(-0.04, 0.04)))
    before = Decimal(chance.randint(56, 66)) / 10
    return {
        f"{who}_surveyed": surveyed,
        f"{who}_satisfied": satisfied,
        f"{who}_before": str(before),
        f"{who}_after": str(before + Decimal(chance.randint(11, 21)) / 10),
    }


def _programmes(pairs: int, chance: Random) -> dict[str, int]:
    stopped = chance.randint(0, 1 + pairs // 20)
    completed = round((pairs - stopped) * chance.uniform(0.55, 0.66))
    return {
        "programmes_total": pairs,
        "programmes_approved": pairs,
        "programmes_completed": completed,
        "programmes_stopped": stopped,
        "programmes_running": pairs - stopped - completed,
    }


def _texts(
    profile: Profile, year: int, figures: dict[str, int], forms: list[str], stopped: bool, chance: Random
) -> dict[str, Any]:
    fitting = [practice for practice in PRACTICES if practice[1] in forms]
    shown = [fitting[(profile.number * 2 + year + n) % len(fitting)] for n in range(1 + (profile.teachers > 35))]
    if figures["pairs"] <= 5 and year % 2:
        shown = []
    kind, trouble, help_needed = chance.choice(DIFFICULTIES)
    pairs = counted(figures["pairs"], "пара и группа", "пары и группы", "пар и групп")
    after = " Причины досрочного прекращения программ обсуждены с участниками." if stopped else ""
    return {
        "strengths": "\n".join(chance.sample(STRENGTHS, 2)),
        "weaknesses": "\n".join(chance.sample(WEAKNESSES, 2)),
        "opportunities": "\n".join(chance.sample(OPPORTUNITIES, 2)),
        "threats": chance.choice(THREATS),
        "no_practices": not shown,
        "practices": [
            {
                "uid": f"p{number}",
                "title": title,
                "form": form,
                "summary": summary,
                "result": result,
                "link": f"{profile.site}/praktiki/{year}-{number}" if number == 1 else "",
            }
            for number, (title, form, summary, result) in enumerate(shown, start=1)
        ],
        "difficulties": [{"uid": "d1", "kind": kind, "text": trouble, "help": help_needed}],
        "conclusions": (
            f"В {year - 1}/{year} учебном году в программах наставничества состояло: {pairs}. "
            "Запланированные встречи и мероприятия проведены. "
            f"Средние баллы участников после программы выше, чем до неё.{after}"
        ),
        "decisions": (
            f"До {date(year, 9, 15):%d.%m.%Y} назначить наставников новым учителям\n"
            f"До {date(year, 9, 30):%d.%m.%Y} утвердить персонализированные программы на новый учебный год\n"
            + chance.choice(
                (
                    "Выделить в расписании час для встреч пар и групп",
                    "Провести в октябре обучающее занятие для наставников-старшеклассников",
                    "Пригласить наставников с предприятий посёлка на профориентационные встречи",
                )
            )
        ),
    }
