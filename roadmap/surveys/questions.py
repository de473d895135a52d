"""The questionnaires as data: pure. Dossier §3.4, rules.md 14.

One for each form of mentoring, stage and audience: five scales of 1–10, two questions of yes and no, three open ones.
The questionnaire before the programme asks the same in the words of expectation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roadmap.labels import Labelled
from roadmap.registers.words import FORMS, form_label

LOWEST, HIGHEST = 1, 10
TEXT_LIMIT = 1000
SATISFACTION = "satisfaction"
SCALES = ("comfort", "usefulness", "planning", "involvement", SATISFACTION)
FLAGS = ("expectations", "further")
TEXTS = ("valuable", "missing", "suggestions")


class Stage(Labelled):
    BEFORE = "before", "до начала программы"
    AFTER = "after", "после завершения программы"


class Audience(Labelled):
    MENTEE = "mentee", "наставляемые"
    MENTOR = "mentor", "наставники"

    @property
    def of_one(self) -> str:
        """«Анкета наставляемого»."""
        return {"mentee": "наставляемого", "mentor": "наставника"}[self.value]


@dataclass(frozen=True)
class Question:
    """``kind`` is "scale", "flag" or "text"; ``low`` and ``high`` say what the ends of a scale mean."""

    key: str
    kind: str
    text: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Questionnaire:
    form: str
    stage: Stage
    audience: Audience
    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        return f"Анкета {self.audience.of_one} {self.stage.label}"

    @property
    def form_label(self) -> str:
        return form_label(self.form)

    def text_of(self, key: str) -> str:
        return next(question.text for question in self.questions if question.key == key)

    @property
    def scales(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.kind == "scale")

    @property
    def flags(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.kind == "flag")

    @property
    def texts(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.kind == "text")


# Whom the other side meets, in the instrumental: (the mentor as the mentee says it, the mentee as the mentor says it).
PARTNERS: Mapping[str, tuple[str, str]] = {
    "pupil_pupil": ("учеником-наставником", "наставляемым учеником"),
    "teacher_teacher": ("педагогом-наставником", "наставляемым педагогом"),
    "student_pupil": ("студентом-наставником", "наставляемым учеником"),
    "employer_pupil": ("наставником от предприятия", "наставляемым учеником"),
    "teacher_pupil": ("педагогом-наставником", "наставляемым учеником"),
    "head_teacher": ("руководителем-наставником", "наставляемым педагогом"),
    "partner_teacher": ("наставником от организации-партнёра", "наставляемым педагогом"),
    "lecturer_teacher": ("наставником-преподавателем", "наставляемым педагогом"),
}

# key: (kind, before, after, low, high); {partner} is the other side.
WORDING: Mapping[str, tuple[str, str, str, str, str]] = {
    "comfort": (
        "scale",
        "Насколько комфортным вы ожидаете общение с {partner}?",
        "Насколько комфортным было общение с {partner}?",
        "совсем не комфортно",
        "очень комфортно",
    ),
    "usefulness": (
        "scale",
        "Насколько полезными и интересными вы ожидаете встречи?",
        "Насколько полезными и интересными были встречи?",
        "совсем нет",
        "очень",
    ),
    "planning": (
        "scale",
        "Какое качество планирования совместной работы вы ожидаете?",
        "Как вы оцениваете качество планирования совместной работы?",
        "очень низкое",
        "очень высокое",
    ),
    "involvement": (
        "scale",
        "Насколько вы ожидаете быть включены в совместную работу?",
        "Насколько вы были включены в совместную работу?",
        "совсем нет",
        "полностью",
    ),
    SATISFACTION: (
        "scale",
        "Насколько вы ожидаете быть удовлетворены совместной работой с {partner}?",
        "Насколько вы удовлетворены совместной работой с {partner}?",
        "совсем не удовлетворён(а)",
        "полностью удовлетворён(а)",
    ),
    "expectations": (
        "flag",
        "Как вы думаете, оправдаются ли ваши ожидания от программы?",
        "Оправдались ли ваши ожидания от программы?",
        "",
        "",
    ),
    "further": (
        "flag",
        "Как вы думаете, захотите ли вы продолжить работу после окончания программы?",
        "Хотели бы вы продолжить работу в программе наставничества?",
        "",
        "",
    ),
    "valuable": ("text", "Что в программе вы ожидаете самым ценным?", "Что в программе было самым ценным?", "", ""),
    "missing": ("text", "Чего, по вашему мнению, может не хватить?", "Чего не хватило?", "", ""),
    "suggestions": ("text", "Ваши предложения", "Ваши предложения", "", ""),
}


def questionnaire(form: str, stage: Stage, audience: Audience) -> Questionnaire:
    """KeyError for a form that schools are not offered."""
    of_mentor, of_mentee = PARTNERS[form]
    partner = of_mentor if audience is Audience.MENTEE else of_mentee
    found = []
    for key, (kind, before, after, low, high) in WORDING.items():
        words = before if stage is Stage.BEFORE else after
        found.append(Question(key, kind, words.format(partner=partner), low, high))
    return Questionnaire(form, stage, audience, tuple(found))


def offered_forms() -> list[tuple[str, str]]:
    """(key, label) of the forms for which there is a questionnaire, in the order of the reference list."""
    return [(form.key, form.label) for form in FORMS.values() if not form.hidden]
