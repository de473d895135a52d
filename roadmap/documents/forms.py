"""Forms of papers and of who signs them."""

from __future__ import annotations

from wtforms import FileField

from roadmap.fields import Choice, Date, Text, Tick
from roadmap.plainform import PlainForm


class AnnulForm(PlainForm):
    reason = Text("Почему номер аннулируется", required=True, limit=500, rows=2)


class ScanForm(PlainForm):
    scan = FileField("Скан подписанного документа", description="PDF, JPEG или PNG, до 10 МБ")


class SignatoryForm(PlainForm):
    kind = Choice("Вид документа", choices=(("", "любой"),))
    post = Text(
        "Должность",
        required=True,
        limit=200,
        description="Как печатается: «Директор», для и. о. – в родительном падеже: «директора»",
    )
    name = Text("Инициалы и фамилия", required=True, limit=120, description="Например: А. И. Иванова")
    acting = Tick("Исполняет обязанности (И.о.)")
    order_number = Text("Приказ о замещении", limit=120, description="Например: № 45-к от 01.10.2026")
    valid_from = Date("С какого числа", required=True)
    valid_to = Date("По какое число")
