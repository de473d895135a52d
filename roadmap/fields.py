"""Fields of report forms: what was typed, what it means, and a plain Russian sentence when it means nothing.

A field never repairs what it does not understand: the raw text stays in the draft, `data` is None, `errors` says why.
Pure WTForms, no Flask: the catalogue stands on it through `roadmap.forms`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from markupsafe import Markup
from wtforms import Field, widgets
from wtforms.form import BaseForm

# Not allowed in XML, so not in a .docx either; U+FFFD marks bytes that could not be read.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffd-\uffff]")
SPACES = re.compile("[\\s\u00a0\u202f\u2009]+")
GROUPED = re.compile(r"\d+|\d{1,3}(?: \d{3})+", re.ASCII)
FRACTION = re.compile(r"(\d+|\d{1,3}(?: \d{3})+)[.,](\d+)", re.ASCII)


def plural(number: int, one: str, few: str, many: str) -> str:
    """`plural(2, "знак", "знака", "знаков")` -> «2 знака»."""
    tail, teens = number % 10, number % 100 in range(11, 15)
    word = one if tail == 1 and not teens else few if tail in (2, 3, 4) and not teens else many
    return f"{grouped(number)} {word}"


def grouped(number: int) -> str:
    """12345 -> «12 345» with no-break spaces; four digits stay together, as Russian typography asks."""
    return f"{number:,}".replace(",", "\u00a0") if abs(number) > 9999 else str(number)


class Entry(Field):
    """One typed value. `raw_data` is what was typed, `data` the value or None, `answer()` its JSON form.

    `kind` tells a template how to draw the field; `required` is a flag or the sentence to show;
    `unit` («чел.») stands after the input; `description` is the hint with an example.
    """

    kind: ClassVar[str] = "text"
    widget: Any = widgets.TextInput()

    def __init__(
        self, label: str | None = None, *, required: bool | str = False, unit: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.required = required
        self.unit = unit
        if required:
            self.flags.required = True

    def parse(self, text: str) -> Any:
        """The value of a non-empty stripped text; ValueError carries the sentence for the user."""
        return text

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if len(valuelist) > 1:
            raise ValueError("Значение пришло дважды. Обновите страницу и введите его ещё раз")
        text = str(valuelist[0]).strip() if valuelist else ""
        if text:
            self.data = self.parse(text)

    @property
    def blank(self) -> bool:
        """Nothing was typed (white space counts as nothing)."""
        return not any(str(value).strip() for value in self.raw_data or ())

    def pre_validate(self, form: BaseForm) -> None:
        if self.required and self.blank:
            self.refuse(self.required if isinstance(self.required, str) else "Заполните это поле")

    def refuse(self, sentence: str) -> None:
        """Add an error found by a cross-check; call it during or after validate()."""
        self.errors = [*self.errors, sentence]

    def answer(self) -> Any:
        """The JSON form of `data`; the same value comes back through `raw()` and `parse()`."""
        return self.data

    def raw(self, answer: Any) -> list[str]:
        """What a person would have typed to give this answer."""
        return [] if answer is None else [str(answer)]

    def shown(self) -> str:
        """The value as the check page and the reviewer see it; «–» when blank."""
        return "–" if self.blank else str(self.raw_data[0]).strip() if self.raw_data else "–"

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""


class Text(Entry):
    """A line of text, or several with `rows` > 1; at most `limit` characters; blank is ""."""

    def __init__(self, label: str | None = None, *, limit: int = 200, rows: int = 1, **kwargs: Any) -> None:
        if rows > 1:
            kwargs.setdefault("widget", widgets.TextArea())
            kwargs["render_kw"] = {"rows": rows} | (kwargs.get("render_kw") or {})
        super().__init__(label, **kwargs)
        self.limit, self.rows = limit, rows

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = self.data or ""

    def parse(self, text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if bad := UNREADABLE.search(text):
            before = text[max(0, bad.start() - 20) : bad.start()].strip()
            place = f"после «…{before}»" if before else "в начале"
            raise ValueError(f"В тексте есть нечитаемый символ {place}. Удалите его и введите это место заново")
        if len(text) > self.limit:
            over = plural(len(text) - self.limit, "знак", "знака", "знаков")
            allowed = plural(self.limit, "знака", "знаков", "знаков")
            raise ValueError(f"Слишком длинный текст: сократите на {over}. Можно не больше {allowed}")
        return text if self.rows > 1 else SPACES.sub(" ", text)

    def raw(self, answer: Any) -> list[str]:
        return [str(answer)] if answer else []


class Link(Text):
    """A web address with http or https: nothing else may become a link on a page or in a document."""

    def __init__(self, label: str | None = None, *, limit: int = 500, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"inputmode": "url"} | (kwargs.get("render_kw") or {})
        super().__init__(label, limit=limit, **kwargs)

    def parse(self, text: str) -> str:
        text = super().parse(text)
        if not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", text):
            raise ValueError("Введите адрес целиком, например https://school.ru/nastavnichestvo")
        return text


class WholeNumber(Entry):
    """A count: «12», «1 234»; never negative or fractional; from `minimum` to `maximum`, both inclusive."""

    kind = "number"

    def __init__(self, label: str | None = None, *, minimum: int = 0, maximum: int = 100_000, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"inputmode": "numeric", "autocomplete": "off"} | (kwargs.get("render_kw") or {})
        super().__init__(label, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def parse(self, text: str) -> int:
        text = SPACES.sub(" ", text)
        if text[0] in "-−–" and GROUPED.fullmatch(text[1:].strip()):
            raise ValueError("Число не может быть отрицательным")
        if not GROUPED.fullmatch(text):
            raise ValueError("Введите целое число, например 12")
        digits = text.replace(" ", "").lstrip("0") or "0"
        # Length first: int() of thousands of digits is slow and then refused by Python itself.
        if len(digits) > len(str(self.maximum)) or int(digits) > self.maximum:
            raise ValueError(f"Не больше {grouped(self.maximum)}. Проверьте, нет ли лишних цифр")
        if int(digits) < self.minimum:
            raise ValueError(f"Не меньше {grouped(self.minimum)}")
        return int(digits)


class DecimalNumber(Entry):
    """«12,5» or «12.5», at most `places` digits after the mark; the answer is text with a point, «12.5»."""

    kind = "number"

    def __init__(
        self,
        label: str | None = None,
        *,
        minimum: str = "0",
        maximum: str = "1000000",
        places: int = 2,
        **kwargs: Any,
    ) -> None:
        kwargs["render_kw"] = {"inputmode": "decimal", "autocomplete": "off"} | (kwargs.get("render_kw") or {})
        super().__init__(label, **kwargs)
        self.minimum, self.maximum, self.places = Decimal(minimum), Decimal(maximum), places

    def parse(self, text: str) -> Decimal:
        text = SPACES.sub(" ", text)
        if text[0] in "-−–" and self.minimum >= 0 and text[1:2].isdecimal():
            raise ValueError("Число не может быть отрицательным")
        parts = FRACTION.fullmatch(text)
        if not parts and not GROUPED.fullmatch(text):
            raise ValueError("Введите число, например 12,5")
        if parts and len(parts[2]) > self.places:
            raise ValueError(f"Не больше {plural(self.places, 'знака', 'знаков', 'знаков')} после запятой")
        value = Decimal(text.replace(" ", "").replace(",", "."))
        if value > self.maximum:
            raise ValueError(f"Не больше {comma(self.maximum)}. Проверьте, нет ли лишних цифр")
        if value < self.minimum:
            raise ValueError(f"Не меньше {comma(self.minimum)}")
        return value

    def answer(self) -> str | None:
        return None if self.data is None else str(self.data)

    def raw(self, answer: Any) -> list[str]:
        return [] if answer is None else [str(answer).replace(".", ",")]


class Percent(DecimalNumber):
    """From 0 to 100 with one digit after the comma; a typed «%» at the end is understood."""

    def __init__(self, label: str | None = None, **given: Any) -> None:
        kwargs: dict[str, Any] = {"maximum": "100", "places": 1, "unit": "%"} | given
        super().__init__(label, **kwargs)

    def parse(self, text: str) -> Decimal:
        return super().parse(text.removesuffix("%").strip() or "%")


class Date(Entry):
    """«10.06.2026» or «2026-06-10»; the answer is ISO."""

    kind = "date"

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"inputmode": "numeric", "placeholder": "дд.мм.гггг"} | (kwargs.get("render_kw") or {})
        super().__init__(label, **kwargs)

    def parse(self, text: str) -> date:
        iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII)
        russian = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text, re.ASCII)
        if not (iso or russian):
            raise ValueError("Введите дату в виде 10.06.2026")
        year, month, day = iso.groups() if iso else russian.groups()[::-1] if russian else ()
        try:
            value = date(int(year), int(month), int(day))
        except ValueError:
            raise ValueError(f"Такой даты нет: {text}. Проверьте день и месяц") from None
        if not 2000 <= value.year <= 2100:
            raise ValueError("Проверьте год: он должен быть от 2000 до 2100")
        return value

    def answer(self) -> str | None:
        return self.data.isoformat() if self.data else None

    def raw(self, answer: Any) -> list[str]:
        return [date.fromisoformat(answer).strftime("%d.%m.%Y")] if answer else []


def select(field: "Choice", **kwargs: Any) -> Markup:
    """The default widget: a <select>, with an empty first line when one value is chosen."""
    kwargs.setdefault("id", field.id)
    if field.flags.required:
        kwargs.setdefault("required", True)
    lines = [] if field.many else [Markup('<option value="">— выберите —</option>')]
    for value, label, chosen in field.options():
        mark = Markup(" selected") if chosen else ""
        lines.append(Markup('<option value="{}"{}>{}</option>').format(value, mark, label))
    given = widgets.html_params(name=field.name, multiple=field.many, **kwargs)
    return Markup("<select {}>{}</select>").format(Markup(given), Markup("").join(lines))


class Choice(Entry):
    """One of `choices` ((value, label), …); with `number=True` the answer is an int."""

    kind = "choice"
    many: ClassVar[bool] = False
    widget = staticmethod(select)

    def __init__(
        self,
        label: str | None = None,
        *,
        choices: Sequence[tuple[str, str]],
        number: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.choices, self.number = tuple(choices), number

    def options(self) -> Iterable[tuple[str, str, bool]]:
        """(value, label, chosen) for a template that draws radio buttons or tick boxes."""
        chosen = {str(value) for value in self.raw_data or ()}
        return [(value, label, value in chosen) for value, label in self.choices]

    def parse(self, text: str) -> Any:
        if text not in dict(self.choices):
            raise ValueError("Выберите один из предложенных вариантов")
        return int(text) if self.number else text

    def shown(self) -> str:
        return ", ".join(label for _, label, chosen in self.options() if chosen) or "–"


class Choices(Choice):
    """Several of `choices`; the answer is a list in the order of `choices`."""

    kind = "choices"
    many = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = []
        typed = {str(value).strip() for value in valuelist if str(value).strip()}
        parsed = {self.parse(text) for text in typed}
        self.data = [value for text, _ in self.choices if (value := self._of(text)) in parsed]

    def _of(self, text: str) -> Any:
        return int(text) if self.number else text

    def raw(self, answer: Any) -> list[str]:
        return [str(value) for value in answer or ()]


class Tick(Entry):
    """A tick box: True or False; absent from the raw data means not ticked."""

    kind = "tick"
    widget = widgets.CheckboxInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and str(valuelist[0]).strip() not in ("", "false", "0")

    def raw(self, answer: Any) -> list[str]:
        return ["1"] if answer else []

    def shown(self) -> str:
        return "да" if self.data else "нет"

    def _value(self) -> str:
        return "1"


def comma(number: Decimal) -> str:
    """12.50 -> «12,5»: no needless zeros, a decimal comma."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
