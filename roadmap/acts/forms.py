"""The form of a local act. Limits are those of the columns."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import FileField

from roadmap.acts.checklist import COUNTED, Item
from roadmap.acts.models import LocalAct, ProgrammeKind
from roadmap.acts.service import ActDetails
from roadmap.fields import Choice, Date, Link, Text, WholeNumber
from roadmap.plainform import PlainForm

NO_NUMBER = "Если номера нет, напишите «б/н»"


class ActForm(PlainForm):
    """Fields that an item of the checklist does not ask for are left out by ``act_form``."""

    programme_kind = Choice(
        "Вид документа", required=True, choices=[(kind.value, kind.label) for kind in ProgrammeKind]
    )
    title = Text("Название", required=True, limit=400, rows=2, description="Как в самом документе")
    approved_by = Text(
        "Кем или чем утверждён", required=True, limit=200, description="Например: приказ директора школы"
    )
    number = Text("Номер", required=True, limit=60, description=NO_NUMBER)
    approved_on = Date("Дата утверждения", required=True)
    council_number = Text("Протокол педагогического совета, №", limit=60)
    council_on = Date("Дата протокола")
    period_start = Date("Срок реализации: начало", required=True)
    period_end = Date("Срок реализации: конец", required=True)
    quantity = WholeNumber("Сколько таких документов", minimum=1, maximum=9999)
    valid_from = Date("Действует с", required=True)
    valid_to = Date("Действует по", description="Оставьте пустым, если срок не установлен")
    link = Link("Адрес документа на сайте школы", limit=400)
    file = FileField("Файл", description="PDF, Word (.docx) или снимок (JPEG, PNG), до 10 МБ")
    note = Text("Примечание", limit=1000, rows=2)

    def check(self, today: date) -> bool:
        """After ``validate``: what ties the fields together."""
        if self.approved_on.data and self.approved_on.data > today:
            self.approved_on.refuse("Дата утверждения ещё не наступила")
        if self.valid_to.data and self.valid_from.data and self.valid_to.data < self.valid_from.data:
            self.valid_to.refuse("Окончание раньше начала действия")
        start, end = self.data.get("period_start"), self.data.get("period_end")
        if start and end and end < start:
            self.period_end.refuse("Окончание раньше начала")
        return not self.errors

    def details(self) -> ActDetails:
        """Of a valid form; a field that was left out is blank."""
        return ActDetails(
            title=self.title.data,
            number=self.number.data,
            approved_on=self.approved_on.data,
            approved_by=self.approved_by.data,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            link=self.link.data or "",
            note=self.note.data or "",
            council_number=self.data.get("council_number") or "",
            council_on=self.data.get("council_on"),
            programme_kind=self.data.get("programme_kind") or "",
            period_start=self.data.get("period_start"),
            period_end=self.data.get("period_end"),
            quantity=self.data.get("quantity"),
        )


class RemovalForm(PlainForm):
    reason = Text("Почему запись убирается", required=True, limit=500, rows=2)


def act_form(item: Item, posted: MultiDict[str, str] | None = None, values: dict[str, object] | None = None) -> ActForm:
    """The form of an item: from what was posted, or filled with ``values``, or blank."""
    form: ActForm = ActForm(posted) if values is None else ActForm.of(values)
    if item is not Item.L3:
        for name in ("programme_kind", "period_start", "period_end"):
            del form[name]
    if item is not Item.L2:
        del form["council_number"], form["council_on"]
    if item not in COUNTED:
        del form["quantity"]
    return form


def act_values(act: LocalAct) -> dict[str, object]:
    """The act as its form's answers."""
    values: dict[str, object] = {name: getattr(act, name) for name in vars(ActDetails)["__dataclass_fields__"]}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
