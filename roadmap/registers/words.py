"""Words of the registers: kinds of people, forms, kinds and role variants of mentoring, consents, states.

Dossier §2.3, §2.4 and §8.2. Forms are a list to be extended, not a closed enumeration: rows store the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roadmap.labels import Labelled


class PersonKind(Labelled):
    PUPIL = "pupil", "обучающийся"
    TEACHER = "teacher", "педагог"
    STUDENT = "student", "студент"
    PARTNER = "partner", "представитель предприятия или партнёра"
    OTHER = "other", "другой участник"


class RegisterRole(Labelled):
    MENTOR = "mentor", "наставник"
    MENTEE = "mentee", "наставляемый"


class ConsentKind(Labelled):
    MENTOR_ADULT = "mentor_adult", "наставника (совершеннолетнего)"
    MENTEE_ADULT = "mentee_adult", "наставляемого (совершеннолетнего)"
    STUDENT_14_17 = "student_14_17", "обучающегося 14–17 лет и его законного представителя"
    STUDENT_UNDER14 = "student_under14", "законного представителя обучающегося до 14 лет"
    DISTRIBUTION = "distribution_10_1", "на распространение (сайт, снимки, кейс)"
    LABOUR = "labour_consent_351_8", "работника на наставничество (ст. 351.8 ТК РФ)"


# Consents that allow to keep a person in the registers by name.
PROCESSING = (
    ConsentKind.MENTOR_ADULT,
    ConsentKind.MENTEE_ADULT,
    ConsentKind.STUDENT_14_17,
    ConsentKind.STUDENT_UNDER14,
)


class Basis(Labelled):
    CONSENT = "consent", "согласие"
    LAW = "law", "закон (обязанность организации)"
    CONTRACT = "contract", "договор"


class MentorshipState(Labelled):
    DRAFT = "draft", "проект"
    APPROVED = "approved", "утверждена"
    COMPLETED = "completed", "завершена"
    STOPPED = "stopped", "прекращена досрочно"

    @property
    def colour(self) -> str:
        """The class of a badge that the style sheet knows."""
        return {"draft": "draft", "approved": "submitted", "completed": "accepted", "stopped": "returned"}[self.value]


class ProgrammeState(Labelled):
    DRAFT = "draft", "проект"
    APPROVED = "approved", "утверждена"
    RUNNING = "running", "реализуется"
    EXTENDED = "extended", "продлена"
    COMPLETED = "completed", "завершена"
    STOPPED = "stopped", "прекращена досрочно"

    @property
    def colour(self) -> str:
        colours = {"running": "in_review", "extended": "in_review", "approved": "submitted", "completed": "accepted"}
        return colours.get(self.value, "returned" if self.value == "stopped" else "draft")


class MentoringKind(Labelled):
    """«Виды», dossier §2.4."""

    ONE_TO_ONE = "one_to_one", "традиционное («один на один»)"
    GROUP = "group", "в группе"
    SHORT = "short", "краткосрочное (целеполагающее)"
    SITUATIONAL = "situational", "ситуационное"
    SPEED = "speed", "скоростное"
    REVERSE = "reverse", "реверсивное"
    VIRTUAL = "virtual", "виртуальное (дистанционное)"
    PARTNER = "partner", "партнёрское"


@dataclass(frozen=True)
class MentoringForm:
    """A form of mentoring. ``is_federal``: one of the five of Р-145; ``model`` students or teachers; the kinds of
    people who may stand on either side; ``hidden`` ones are not offered to schools."""

    key: str
    label: str
    is_federal: bool
    model: str
    mentors: frozenset[PersonKind]
    mentees: frozenset[PersonKind]
    variants: tuple[str, ...] = ()
    hidden: bool = False


_PUPIL, _TEACHER = frozenset({PersonKind.PUPIL}), frozenset({PersonKind.TEACHER})
_STUDENT, _PARTNER = frozenset({PersonKind.STUDENT}), frozenset({PersonKind.PARTNER, PersonKind.OTHER})

FORMS: Mapping[str, MentoringForm] = {
    form.key: form
    for form in (
        MentoringForm(
            "pupil_pupil",
            "ученик – ученик",
            True,
            "students",
            _PUPIL,
            _PUPIL,
            ("успевающий – неуспевающий", "лидер – пассивный", "равный – равному"),
        ),
        MentoringForm(
            "teacher_teacher",
            "учитель – учитель",
            True,
            "teachers",
            _TEACHER,
            _TEACHER,
            (
                "опытный учитель – молодой специалист",
                "лидер педагогического сообщества – педагог, испытывающий проблемы",
                "педагог-новатор – консервативный педагог",
                "опытный предметник – неопытный предметник",
            ),
        ),
        MentoringForm(
            "student_pupil",
            "студент – ученик",
            True,
            "students",
            _STUDENT,
            _PUPIL,
            ("успевающий – неуспевающий", "лидер – равнодушный", "равный – другому", "куратор – автор проекта"),
        ),
        MentoringForm(
            "employer_pupil",
            "работодатель – ученик",
            True,
            "students",
            _PARTNER,
            _PUPIL,
            (
                "активный профессионал – равнодушный потребитель",
                "коллега – молодой коллега",
                "работодатель – будущий сотрудник",
            ),
        ),
        MentoringForm("teacher_pupil", "учитель – ученик", False, "students", _TEACHER, _PUPIL),
        MentoringForm("head_teacher", "руководитель ОО – педагог", False, "teachers", _TEACHER, _TEACHER),
        MentoringForm(
            "partner_teacher",
            "социальный партнёр – педагогический работник",
            False,
            "teachers",
            _PARTNER,
            _TEACHER,
        ),
        MentoringForm(
            "lecturer_teacher",
            "педагог вуза (колледжа) – молодой педагог ОО",
            False,
            "teachers",
            _PARTNER,
            _TEACHER,
        ),
        MentoringForm("employer_student", "работодатель – студент", True, "students", _PARTNER, _STUDENT, hidden=True),
    )
}
CATEGORIES = (
    ("none", "без категории"),
    ("fit", "соответствие занимаемой должности"),
    ("first", "первая"),
    ("highest", "высшая"),
    ("mentor", "педагог-наставник"),
    ("methodist", "педагог-методист"),
)


def form_label(key: str) -> str:
    """«учитель – ученик»; an unknown key is shown as it is."""
    form = FORMS.get(key)
    return form.label if form else key
