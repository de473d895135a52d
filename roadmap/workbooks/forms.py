"""What is asked before a named list leaves the system."""

from __future__ import annotations

from roadmap.audit.words import PURPOSES
from roadmap.fields import Choice
from roadmap.plainform import PlainForm


class ExportForm(PlainForm):
    purpose = Choice(
        "Зачем нужен список",
        required="Выберите, зачем нужен список",
        choices=tuple(PURPOSES.items()),
        description="Выгрузка именного списка записывается в журнал действий",
    )
