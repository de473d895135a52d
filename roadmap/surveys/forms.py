"""A questionnaire as its respondent fills it, the same typed from paper, and the issuing of links."""

from __future__ import annotations

from typing import Any, TypeVar

from roadmap.fields import Choice, Entry, Text, WholeNumber
from roadmap.forms import Problem
from roadmap.plainform import PlainForm
from roadmap.surveys.questions import FLAGS, HIGHEST, LOWEST, TEXT_LIMIT, Questionnaire

YES_NO = (("yes", "да"), ("no", "нет"))
POINTS = tuple((str(n), str(n)) for n in range(LOWEST, HIGHEST + 1))
NO_NAMES = "Не называйте имён и не пишите о здоровье"
NEEDED = "Ответьте на этот вопрос: без него анкета не учитывается"


class AnswerForm(PlainForm):
    """As a respondent sees it: a row of buttons for each scale."""

    comfort = Choice("", choices=POINTS, number=True)
    usefulness = Choice("", choices=POINTS, number=True)
    planning = Choice("", choices=POINTS, number=True)
    involvement = Choice("", choices=POINTS, number=True)
    satisfaction = Choice("", choices=POINTS, number=True, required=NEEDED)
    expectations = Choice("", choices=YES_NO)
    further = Choice("", choices=YES_NO)
    valuable = Text("", limit=TEXT_LIMIT, rows=3, description=NO_NAMES)
    missing = Text("", limit=TEXT_LIMIT, rows=3)
    suggestions = Text("", limit=TEXT_LIMIT, rows=3)


class EntryForm(PlainForm):
    """As a curator types it from paper: figures by the keyboard, one after another."""

    comfort = WholeNumber(minimum=LOWEST, maximum=HIGHEST)
    usefulness = WholeNumber(minimum=LOWEST, maximum=HIGHEST)
    planning = WholeNumber(minimum=LOWEST, maximum=HIGHEST)
    involvement = WholeNumber(minimum=LOWEST, maximum=HIGHEST)
    satisfaction = WholeNumber(minimum=LOWEST, maximum=HIGHEST, required=NEEDED)
    expectations = Choice("", choices=YES_NO)
    further = Choice("", choices=YES_NO)
    valuable = Text("", limit=TEXT_LIMIT, rows=2)
    missing = Text("", limit=TEXT_LIMIT, rows=2)
    suggestions = Text("", limit=TEXT_LIMIT, rows=2)


SomeForm = TypeVar("SomeForm", AnswerForm, EntryForm)


class LinksForm(PlainForm):
    count = WholeNumber("Сколько ссылок", minimum=1, maximum=60, required=True, description="По одной на человека")
    days = Choice(
        "Срок действия",
        choices=(("7", "7 дней"), ("14", "14 дней"), ("30", "30 дней")),
        number=True,
        required=True,
    )


def asking(form: SomeForm, asked: Questionnaire) -> SomeForm:
    """The form with the questionnaire's words, numbered as on paper; the ends of a scale are told in the hint."""
    for number, question in enumerate(asked.questions, 1):
        entry = form[question.key]
        assert isinstance(entry, Entry)
        entry.label.text = f"{number}. {question.text}"
        if question.kind == "scale":
            entry.description = f"{LOWEST} – {question.low}, {HIGHEST} – {question.high}"
    return form


def problems(form: AnswerForm | EntryForm) -> list[Problem]:
    """What is wrong, by the question's number: its whole text would hide the sentence."""
    return [
        Problem(step="", name=entry.name, path=entry.name, label=f"Вопрос {number}", sentence=str(sentence))
        for number, entry in enumerate(form, 1)
        for sentence in entry.errors
    ]


def answers_of(form: AnswerForm | EntryForm) -> dict[str, Any]:
    """Scores as int or None, flags as bool or None, texts as str."""
    values: dict[str, Any] = {entry.name: entry.data for entry in form}
    for key in FLAGS:
        values[key] = None if values[key] is None else values[key] == "yes"
    return values
