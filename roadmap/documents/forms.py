"""Forms of papers and of who signs them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from wtforms import FileField

from roadmap import clock
from roadmap.audit.words import PURPOSES
from roadmap.catalogue.base import DocumentSpec
from roadmap.fields import Choice, Date, Text, Tick
from roadmap.language import NBSP, signature_name
from roadmap.plainform import PlainForm

ANY_KIND = "any"
INITIALS = re.compile(r"(?:[А-ЯЁ]\.\s*){1,2}")


class SignatureName(Text):
    """«В. Н. Орлова», however it was typed: «В.Н.Орлова», «Орлова В. Н.» or the full name."""

    def parse(self, text: str) -> str:
        text = super().parse(text)
        initials = INITIALS.search(text)
        if initials is None:
            if len(text.split()) < 2:
                raise ValueError("Введите инициалы и фамилию, например В. Н. Орлова")
            return signature_name(text)
        surname = f"{text[: initials.start()]} {text[initials.end() :]}".strip()
        if not surname:
            raise ValueError("Введите и фамилию, например В. Н. Орлова")
        return NBSP.join([*re.findall(r"[А-ЯЁ]\.", initials.group()), surname])


class AnnulForm(PlainForm):
    reason = Text("Почему номер аннулируется", required=True, limit=500, rows=2)


class PurposeForm(PlainForm):
    """Why a paper with people's names is taken (dossier §8.3); the journal keeps it, so nobody can be named in it."""

    purpose = Choice(
        "Зачем нужен документ",
        choices=tuple((key, label) for key, label in PURPOSES.items() if key != "refill"),
        required="Выберите, зачем нужен документ",
    )


class DayForm(PlainForm):
    on = Date("На какую дату", required=True, description="Сегодня или раньше: какой база была в тот день")

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.on.data > clock.today():
            self.on.refuse("Эта дата ещё не наступила")
            return False
        return True


class ScanForm(PlainForm):
    scan = FileField("Скан подписанного документа", description="PDF, JPEG или PNG, до 10 МБ")


class ConclusionsForm(PlainForm):
    conclusions = Text(
        "Выводы",
        limit=8000,
        rows=12,
        description="Каждая строка – отдельный пункт. Сотрите всё, чтобы вернуть текст, составленный по показателям",
    )


class SignatoryForm(PlainForm):
    kind: Choice

    acting = Tick("Исполняет обязанности (И.о.)")
    post = Text(
        "Должность",
        required=True,
        limit=200,
        description="Как печатается в подписи: «Директор». Для И.о. – в родительном падеже: «директора»",
    )
    name = SignatureName("Инициалы и фамилия", required=True, limit=120, description="Например: А. И. Иванова")
    order_number = Text(
        "Приказ об исполнении обязанностей", limit=120, description="Только для И.о. Например: от 01.10.2026 № 45-к"
    )
    valid_from = Date("С какого числа", required=True)
    valid_to = Date("По какое число", description="Оставьте пустым, если срок не ограничен")


def signatory_form(kinds: Iterable[DocumentSpec]) -> type[SignatoryForm]:
    """The form for an owner's kinds of papers; its ``kind`` is one of theirs or ANY_KIND."""
    own = ((ANY_KIND, "все документы"), *((spec.kind, spec.title) for spec in kinds))

    class OwnKindsForm(SignatoryForm):
        kind = Choice("Какие документы подписывает", choices=own, required="Выберите документы")

    return OwnKindsForm


class EndForm(PlainForm):
    last_day = Date("Последний день, когда подписывает", required=True)


class ExecutorForm(PlainForm):
    executor = Text(
        "Исполнитель", limit=120, description="Фамилия, имя, отчество полностью. Пустое поле – отметки не будет"
    )
    phone = Text("Телефон", limit=60, description="Например: 8 (39160) 2-11-11")
