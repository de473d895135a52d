"""The reviewer's form: one reason, typed or begun from a frequent remark."""

from __future__ import annotations

from roadmap.fields import Choice, Text
from roadmap.plainform import PlainForm
from roadmap.submissions.service import REASON_LIMIT

FREQUENT = (
    ("numbers", "Числа не сходятся между разделами. Сверьте их и исправьте."),
    ("card", "Числа расходятся с карточкой ОО. Исправьте отчёт или карточку."),
    ("short", "Выводы и решения слишком общие. Напишите, что получилось, что нет и что будет сделано."),
    ("names", "В тексте есть фамилии детей или сведения о здоровье. Уберите их."),
    ("link", "Ссылка не открывается или ведёт не на ту страницу. Проверьте её."),
)


class DecisionForm(PlainForm):
    """Whether a reason is needed depends on the decision: the service says so."""

    frequent = Choice("Частое замечание", choices=FREQUENT)
    reason = Text(
        "Что исправить",
        limit=REASON_LIMIT,
        rows=5,
        description="Школа увидит этот текст. Назовите раздел и число, которое нужно исправить.",
    )

    def text(self) -> str:
        """The chosen remark and the typed text, a line each."""
        remark = dict(FREQUENT).get(self.frequent.data or "", "")
        return "\n".join(part for part in (remark, self.reason.data) if part)
