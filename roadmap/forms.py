"""ReportForm: a form whose draft is raw text and whose answers are typed, filled step by step.

A draft is `dict[str, list[str]]`, exactly what the browser sent («12 чел.» survives); an answer is JSON.
Rows are known by a hidden `uid`; their index is only part of a name and changes from page to page.
Pure WTForms without Flask: security tokens are the page's business.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self
from uuid import uuid4

from wtforms import Field, FieldList, Form, FormField, HiddenField
from wtforms.form import BaseForm

from roadmap.fields import Choice as Choice
from roadmap.fields import Choices as Choices
from roadmap.fields import Date as Date
from roadmap.fields import DecimalNumber as DecimalNumber
from roadmap.fields import Entry as Entry
from roadmap.fields import Link as Link
from roadmap.fields import Percent as Percent
from roadmap.fields import Text as Text
from roadmap.fields import Tick as Tick
from roadmap.fields import WholeNumber as WholeNumber
from roadmap.fields import comma as comma
from roadmap.fields import grouped as grouped
from roadmap.fields import plural as plural

Draft = dict[str, list[str]]
Answers = dict[str, Any]
Facts = Mapping[str, Any]

ROW_NAME = re.compile(r"(?P<field>[a-z_0-9]+)-(?P<index>[0-9]{1,6})-(?P<name>[a-z_0-9]+)", re.ASCII)


@dataclass(frozen=True)
class Step:
    """A page of a form: `fields` are names of its fields, `hint` one or two short sentences above them."""

    key: str
    title: str
    fields: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True)
class Problem:
    """One error for the summary above a form: `name` is the input's HTML name, `path` survives renumbering."""

    name: str
    path: str  # «pupil_mentees» or «practices[3f2a].title», where remarks and diffs attach
    label: str
    sentence: str
    step: str


@dataclass(frozen=True)
class Known:
    """A figure that the server knows, shown above a step: `text` as printed; «card» as `origin` leads to the card."""

    label: str
    text: str
    origin: str = ""


class MultiDict(Protocol):
    """What a web framework hands over: werkzeug's MultiDict fits."""

    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, key: str, /) -> list[str]: ...


class _Formdata(dict[str, list[str]]):
    def getlist(self, key: str) -> list[str]:
        return self.get(key, [])


def draft_of(posted: MultiDict) -> Draft:
    """The draft of a POST. NUL and lone surrogates, which no database stores, become U+FFFD and are refused later."""
    fix = re.compile("[\x00\ud800-\udfff]")
    return {fix.sub("\ufffd", key): [fix.sub("\ufffd", v) for v in posted.getlist(key)] for key in posted}


def rows_of(draft: Mapping[str, list[str]], field: str) -> dict[int, str]:
    """{index: uid} of a repeatable field, in order of index.

    A row without a uid, or with one already taken, gets a name made of its index, the same at each call.
    """
    indices = {int(m["index"]) for key in draft if (m := ROW_NAME.fullmatch(key)) and m["field"] == field}
    found: dict[int, str] = {}
    for index in sorted(indices):
        typed = (draft.get(f"{field}-{index}-uid") or [""])[0].strip()
        uid = typed if re.fullmatch(r"[0-9a-zA-Z_-]{1,64}", typed) else f"row{index}"
        while uid in found.values():
            uid = f"{uid}-{index}"
        found[index] = uid
    return found


def add_row(draft: Mapping[str, list[str]], field: str, uid: str | None = None) -> Draft:
    """A copy of the draft with one blank row more, at the end. Too many rows are refused by validation, not here."""
    index = max(rows_of(draft, field), default=-1) + 1
    return {**draft, f"{field}-{index}-uid": [uid or uuid4().hex[:12]]}


def remove_row(draft: Mapping[str, list[str]], field: str, uid: str) -> Draft:
    """A copy of the draft without the row of this uid; an unknown uid changes nothing (a second click)."""
    gone = {index for index, known in rows_of(draft, field).items() if known == uid}
    return {
        key: values
        for key, values in draft.items()
        if not ((m := ROW_NAME.fullmatch(key)) and m["field"] == field and int(m["index"]) in gone)
    }


class RowForm(Form):
    """A repeatable row: subclass it with Entry fields, and `check()` for what ties them together."""

    class Meta:
        locales = ["ru"]

    uid = HiddenField()

    @property
    def facts(self) -> Facts:
        facts: Facts = getattr(getattr(self, "_parent_form", None), "facts", {})
        return facts

    def check(self) -> None:
        """Cross-checks inside a row: call `self.<field>.refuse(sentence)`."""

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        super().validate(extra_validators)
        self.check()
        return not self.errors


class Rows(FieldList):  # type: ignore[type-arg]
    """Up to `max_rows` rows of `row` (a RowForm class); none is dropped: one too many is an error that says so.

    `noun` names a row for buttons («практику»: «Добавить практику», «Убрать практику 2»).
    """

    kind: ClassVar[str] = "rows"

    def __init__(
        self, row: type[RowForm], label: str, *, noun: str = "строку", max_rows: int = 20, **kwargs: Any
    ) -> None:
        super().__init__(FormField(row), label, **kwargs)
        self.row, self.noun, self.max_rows = row, noun, max_rows
        self.own_errors: list[str] = []

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        super().process(formdata, ())
        for entry, uid in zip(self.entries, rows_of(formdata or {}, self.name).values(), strict=True):
            entry.form.uid.data = uid

    def validate(self, form: BaseForm, extra_validators: Any = ()) -> bool:
        self.own_errors = []
        if len(self.entries) > self.max_rows:
            self.refuse(f"Можно не больше {self.max_rows}, сейчас {len(self.entries)}. Уберите лишние строки")
        for entry in self.entries:
            entry.validate(form)
        return not self.errors

    def refuse(self, sentence: str) -> None:
        """An error of the list as a whole."""
        self.own_errors.append(sentence)

    @property
    def errors(self) -> list[Any]:  # type: ignore[override]
        return [*self.own_errors, *(entry.errors for entry in self.entries if entry.errors)]

    @property
    def full(self) -> bool:
        """No further row may be added: the page hides its button."""
        return len(self.entries) >= self.max_rows

    @property
    def blank(self) -> bool:
        return not self.entries

    def answer(self) -> list[Answers]:
        return [
            {"uid": entry.form.uid.data} | {f.short_name: f.answer() for f in entries(entry.form)}
            for entry in self.entries
        ]

    def raw_rows(self, answer: Iterable[Mapping[str, Any]]) -> Draft:
        draft: Draft = {}
        blank = self.row()
        for index, row in enumerate(answer):
            draft[f"{self.name}-{index}-uid"] = [str(row["uid"])]
            for field in entries(blank):
                if raw := field.raw(row.get(field.short_name)):
                    draft[f"{self.name}-{index}-{field.short_name}"] = raw
        return draft


def entries(form: BaseForm) -> list[Entry]:
    """The typed fields of a form, without rows and hidden ones."""
    return [field for field in form if isinstance(field, Entry)]


class ReportForm(Form):
    """Subclass: fields, `VERSION`, `STEPS`, and `check()` for what ties fields and facts together.

    `facts` is what the server knows (figures of the school card, settings, monthly totals); it is frozen beside the
    answers of each submitted version, so a form reads nothing else.
    """

    VERSION: ClassVar[int]
    STEPS: ClassVar[tuple[Step, ...]]

    class Meta:
        locales = ["ru"]

    def __init__(self, draft: Mapping[str, list[str]], facts: Facts) -> None:
        self.facts = facts
        super().__init__(_Formdata(draft))

    @classmethod
    def from_draft(cls, draft: Mapping[str, list[str]], facts: Facts) -> Self:
        """The form as typed. Keys that are no field of it (a token, a button) are left alone in the draft."""
        odd = cls._unknown_rows(draft)
        form = cls({key: values for key, values in draft.items() if key not in odd}, facts)
        form.unreadable_rows = frozenset(odd)
        return form

    unreadable_rows: frozenset[str] = frozenset()

    @classmethod
    def _unknown_rows(cls, draft: Iterable[str]) -> set[str]:
        # WTForms drops rows with odd indices silently and int() chokes on some of them: kept out, and said.
        names = [name for name, unbound in _unbound(cls) if issubclass(unbound.field_class, Rows)]
        return {
            key for key in draft if any(key.startswith(f"{name}-") for name in names) and not ROW_NAME.fullmatch(key)
        }

    @classmethod
    def from_answers(cls, answers: Mapping[str, Any], facts: Facts) -> Self:
        """The form as it was when these answers were given."""
        return cls.from_draft(cls.to_draft(answers), facts)

    @classmethod
    def to_draft(cls, answers: Mapping[str, Any]) -> Draft:
        """What a person would have typed to give these answers: reopens an accepted report."""
        draft: Draft = {}
        for field in cls({}, {}):
            if isinstance(field, Rows):
                draft |= field.raw_rows(answers.get(field.name) or ())
            elif isinstance(field, Entry) and (raw := field.raw(answers.get(field.name))):
                draft[field.name] = raw
        return draft

    def answers(self) -> Answers:
        """Typed answers in JSON's terms; decimals as «12.5», dates as ISO. Call after validate()."""
        return {f.name: f.answer() for f in self if isinstance(f, Entry | Rows)}

    def check(self) -> None:
        """Cross-checks between fields and with `facts`: call `self.<field>.refuse(sentence)`."""

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        super().validate(extra_validators)
        for name in sorted({key.split("-")[0] for key in self.unreadable_rows}):
            for field in self:
                if field.name == name and isinstance(field, Rows):
                    field.refuse("Одна из строк пришла повреждённой. Обновите страницу и проверьте строки")
        self.check()
        return not self.errors

    def warnings(self) -> list[str]:
        """Sentences that stop nothing: shown on the check page and to the reviewer. Call after validate()."""
        return []

    def known(self, step: str) -> list[Known]:
        """What helps to fill a step: figures from `facts`, a sum so far. May be asked before validate()."""
        return []

    def optional_steps(self) -> frozenset[str]:
        """Keys of steps that may be left empty as things stand (a short form)."""
        return frozenset()

    def validate_step(self, key: str) -> bool:
        """Validate the whole form, so that cross-checks work, and keep only the errors of this step."""
        self.validate()
        wanted = set(self.step(key).fields)
        for field in self:
            if field.name not in wanted:
                _forget_errors(field)
        return not self.errors

    @classmethod
    def step(cls, key: str) -> Step:
        """The step of this key; KeyError when there is none."""
        found = next((step for step in cls.STEPS if step.key == key), None)
        if found is None:
            raise KeyError(key)
        return found

    @classmethod
    def step_names(cls, key: str, draft: Iterable[str]) -> set[str]:
        """Which of the raw keys belong to a step."""
        fields = cls.step(key).fields
        return {name for name in draft if any(name == f or name.startswith(f"{f}-") for f in fields)}

    @classmethod
    def replace_step(cls, draft: Mapping[str, list[str]], key: str, posted: Mapping[str, list[str]]) -> Draft:
        """The draft after a step's POST: exactly that step's keys are replaced, so a cleared tick is cleared."""
        old, new = cls.step_names(key, draft), cls.step_names(key, posted)
        kept = {name: values for name, values in draft.items() if name not in old}
        return kept | {name: list(values) for name, values in posted.items() if name in new}

    def problems(self) -> list[Problem]:
        """All errors in the order of steps, for the summary above the form. Call after validate()."""
        found: list[Problem] = []
        for step in self.STEPS:
            for name in step.fields:
                found += _problems(self[name], step.key)
        return found


def _unbound(cls: type[Form]) -> list[tuple[str, Any]]:
    return [(n, v) for n in dir(cls) if not n.startswith("_") and hasattr(v := getattr(cls, n), "field_class")]


def _forget_errors(field: Field) -> None:
    if isinstance(field, Rows):
        field.own_errors = []
        for entry in field.entries:
            for inner in entry.form:
                inner.errors = []
    else:
        field.errors = []


def _problems(field: Field, step: str) -> list[Problem]:
    if not isinstance(field, Rows):
        return [Problem(field.name, field.name, field.label.text, text, step) for text in field.errors]
    found = [Problem(field.name, field.name, field.label.text, text, step) for text in field.own_errors]
    for number, row in enumerate(field.entries, start=1):
        for inner in entries(row.form):
            path = f"{field.name}[{row.form.uid.data}].{inner.short_name}"
            label = f"{field.label.text}, строка {number}: {inner.label.text}"
            found += [Problem(inner.name, path, label, text, step) for text in inner.errors]
    return found
