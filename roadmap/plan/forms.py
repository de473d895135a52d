"""Forms of an occurrence. Limits are those of the columns."""

from __future__ import annotations

from wtforms import FileField

from roadmap.fields import Date, Link, Text
from roadmap.plainform import PlainForm


class EvidenceForm(PlainForm):
    done_on = Date("Когда исполнено", required=True, description="Например: 10.06.2026")
    result = Text("Что сделано", required=True, limit=2000, rows=3, description="Одно-два предложения")
    link = Link("Ссылка на документ или страницу сайта", limit=400)
    file = FileField("Файл", description="PDF, снимок (JPEG, PNG) или Word, до 10 МБ")


class NotRequiredForm(PlainForm):
    reason = Text("Почему не требуется", required=True, limit=500, rows=2)
