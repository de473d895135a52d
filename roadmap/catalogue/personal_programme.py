"""D11: a pair's or group's personal programme, as on a day (dossier §4.5, measure 3.3)."""

from collections.abc import Sequence
from typing import Any

from roadmap.catalogue.base import DASH, NO_DATA, DocumentSpec, Figure, Filled, Source, fill, long_date
from roadmap.catalogue.frame import head, head_missing, school_head, school_missing, short_date
from roadmap.catalogue.register_parts import Control, PersonalProgramme, PlanEvent, ProgrammePerson
from roadmap.language import counted, signature_name

MODULE, KIND = "mentorships", "D11"
NOT_HELD = "ещё не проводился"
NO_PROGRAMME = "У пары на эту дату нет персонализированной программы."


def context(source: Source, period: str) -> Filled:
    """office, school, as_of, signatory (frame.head) · curator {name, signs_as} · of_whom «наставнической пары …» · term
    passport [{term, value}] · request, aim, directions (paragraphs [text]) · tasks [text]
    plan [{number, title, content, due, way, expected, actual, done_on}] · done, planned (figures)
    expected [text] · changes [{what, before, after}] · interim, final, ending (texts)
    signatures [{role, name}]
    """
    known, curators = source.programme(), source.curators()
    curator = ", ".join(curators) or NO_DATA
    values = head(source, KIND) | {
        "school": school_head(source.owner()),
        "curator": {"name": curator, "signs_as": _signing(curators)},
    }
    return fill(values | (_of(source, known, curator) if known else _blank(source)))


def missing(source: Source, period: str) -> list[str]:
    known = source.programme()
    found = head_missing(source, KIND) + school_missing(source)
    if known is None:
        return [*found, NO_PROGRAMME]
    if not source.curators():
        found.append("У школы нет куратора: в паспорте и подписях его имя не напечатается.")
    if not known.order_number:
        found.append("Нет приказа о закреплении пары: основание не напечатается.")
    if not known.plan:
        found.append("В плане нет мероприятий.")
    unnamed = sum(not person.named for person in (known.mentor, *known.mentees))
    if unnamed:
        found.append(f"Без имени будут напечатаны те, у кого нет действующего согласия: {unnamed}.")
    return found


def unready(source: Source, period: str) -> str:
    """A programme is approved only with the consents of all (dossier §4.5, §8.3)."""
    known = source.programme()
    if known is None:
        return NO_PROGRAMME
    if known.draft:
        return "Программа ещё проект: сначала утвердите её в разделе «Программы»."
    if not all(person.named for person in (known.mentor, *known.mentees)):
        return "Не у всех участников есть действующее согласие: утверждать программу на бумаге нельзя."
    return ""


def _of(source: Source, known: PersonalProgramme, curator: str) -> dict[str, Any]:
    group = "группы" if known.group else "пары"
    done = [event for event in known.plan if event.done_on]
    return {
        "of_whom": f"наставнической {group}" + (f" «{known.title}»" if known.title else ""),
        "term": f"с {long_date(known.starts_on)} по {long_date(known.ends_on)}",
        "passport": _passport(source, known, curator),
        "request": _paragraphs(known.request),
        "aim": _paragraphs(known.aim),
        "tasks": _paragraphs(known.tasks),
        "directions": _paragraphs(known.directions),
        "plan": [_event(number, event) for number, event in enumerate(known.plan, start=1)],
        "done": _count(source, known, done, "выполненные мероприятия плана"),
        "planned": _count(source, known, known.plan, "мероприятия плана"),
        "expected": _paragraphs(known.expected),
        "changes": [{"what": c.what, "before": c.before, "after": c.after or DASH} for c in known.changes],
        "interim": _control(known.interim),
        "final": _control(known.final),
        "ending": _ending(known),
        "signatures": _signatures(known, source.curators()),
    }


def _blank(source: Source) -> dict[str, Any]:
    """The same keys when there is no programme to print."""
    none = Figure(0, "шт.", "мероприятия плана", as_of=source.as_of)
    texts: dict[str, Any] = {name: [NO_DATA] for name in ("request", "aim", "tasks", "directions", "expected")}
    return texts | {
        "of_whom": "наставнической пары",
        "term": NO_DATA,
        "passport": [],
        "plan": [],
        "done": none,
        "planned": none,
        "changes": [],
        "interim": NOT_HELD,
        "final": NOT_HELD,
        "ending": "",
        "signatures": [],
    }


def _passport(source: Source, known: PersonalProgramme, curator: str) -> list[dict[str, str]]:
    order = f"приказ № {known.order_number} от {short_date(known.order_on)}" if known.order_number else NO_DATA
    lines = [
        ("Образовательная организация", school_head(source.owner())["full_name"]),
        ("Основание", order),
        ("Модель", known.model),
        ("Форма наставничества", known.form),
        ("Ролевая модель", known.role_variant or NO_DATA),
        ("Вид наставничества", known.kind),
        ("Наставник", _person(known.mentor)),
        ("Наставляемые" if known.group else "Наставляемый", ";\n".join(map(_person, known.mentees)) or NO_DATA),
        ("Срок", f"с {long_date(known.starts_on)} по {long_date(known.ends_on)}"),
        ("Режим", known.mode or NO_DATA),
        ("Периодичность встреч", known.frequency or NO_DATA),
        ("Куратор", curator),
        ("Состояние программы", f"{known.state} (на {long_date(source.as_of)})"),
    ]
    return [{"term": term, "value": value} for term, value in lines]


def _person(person: ProgrammePerson) -> str:
    """«Иванова Мария Петровна, учитель, стаж 12 лет, высшая категория»."""
    years = "" if person.experience is None else f"стаж {counted(person.experience, 'год', 'года', 'лет')}"
    return ", ".join(part for part in (person.name, person.post, years, person.category) if part)


def _event(number: int, event: PlanEvent) -> dict[str, str]:
    """What is not done yet stays blank: the cell is filled by hand."""
    return {
        "number": str(number),
        "title": event.title,
        "content": event.content or DASH,
        "due": short_date(event.due),
        "way": event.way,
        "expected": event.expected,
        "actual": event.actual,
        "done_on": f"{event.done_on:%d.%m.%Y}" if event.done_on else "",
    }


def _count(source: Source, known: PersonalProgramme, events: Sequence[PlanEvent], how: str) -> Figure:
    return Figure(len(events), "шт.", how, (known.reference,), source.as_of)


def _control(control: Control) -> str:
    if not control.conclusion:
        return NOT_HELD
    return f"{long_date(control.on)} {control.conclusion}" if control.on else control.conclusion


def _ending(known: PersonalProgramme) -> str:
    """The extension or the early end with its ground; "" for a programme that goes as planned."""
    if not known.end:
        return ""
    said = "Продлена до" if known.end == "extended" else "Прекращена досрочно"
    ground = f" Основание: {known.reason}" if known.reason else ""
    return f"{said} {long_date(known.last_day)}{ground}"


def _signatures(known: PersonalProgramme, curators: Sequence[str]) -> list[dict[str, str]]:
    """Each with a line for the signature, the name and the day; a representative writes the name by hand."""
    found = [{"role": "Наставник", "name": known.mentor.signs_as}]
    for mentee in known.mentees:
        found.append({"role": "Наставляемый", "name": mentee.signs_as})
        if mentee.with_representative:
            found.append({"role": "Законный представитель", "name": ""})
    return [*found, {"role": "Куратор", "name": _signing(curators)}]


def _signing(curators: Sequence[str]) -> str:
    """«М. В. Соколова»; of several curators the first signs."""
    return signature_name(curators[0]) if curators else ""


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or [NO_DATA]


DOCUMENTS = (
    DocumentSpec(
        kind=KIND,
        title="Персонализированная программа наставничества",
        short="персонализированная программа",
        measure=MODULE,
        scope="mentorship",
        template="personal_programme/programme.docx",
        context=context,
        missing=missing,
        inputs=("object", "as_of"),
        named=True,
        unready=unready,
    ),
)
