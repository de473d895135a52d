"""D17: blank forms of consents, one a kind (dossier §8.2). The parts are those of the dossier and nothing else.

What only the operator's lawyer may word (the wish itself, the purpose, the term, how to withdraw) is a line to be
filled in. The one act named is that of the labour consent, from the day that the settings give (rules 5, 16).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from roadmap.catalogue.base import DocumentSpec, Filled, Source, fill, long_date
from roadmap.catalogue.frame import unbroken

MODULE = "local_acts"
PERSON = ("Фамилия, имя, отчество", "Адрес", "Паспорт")
TEENAGER = ("Фамилия, имя, отчество", "Адрес", "Паспорт или свидетельство о рождении")
REPRESENTATIVE = (*PERSON, "Документ о полномочиях представителя")
# The columns of the two official bases that tell of a person, and what is kept beside them (dossier §4.3, §4.4).
COMMON_DATA = ("фамилия, имя, отчество", "год рождения", "пол", "контактные данные для связи", "место работы (учёбы)")
MENTOR_DATA = (
    *COMMON_DATA,
    "должность, стаж и категория (для педагогических работников)",
    "основные компетенции, достижения и интересы",
    "желаемый возраст наставляемых и ресурс времени на программу наставничества",
    "даты вхождения в программу и завершения программы, её результаты",
)
MENTEE_DATA = (
    *COMMON_DATA,
    "основной запрос наставляемого",
    "даты вхождения в программу и завершения программы, её результаты",
)
PUPIL_DATA = (
    *COMMON_DATA,
    "основной запрос наставляемого",
    "основные компетенции, достижения и интересы, ресурс времени (для наставника)",
    "даты вхождения в программу и завершения программы, её результаты",
)
SITE_DATA = ("фамилия, имя, отчество", "фотографии", "кейс, отзыв об участии в программе")


@dataclass(frozen=True)
class _Form:
    """`subject` and `representative` are the lines about either; `signs` who signs, in order."""

    whose: str
    subject_title: str
    subject: tuple[str, ...]
    signs: tuple[str, ...]
    data: tuple[str, ...]
    representative: tuple[str, ...] = ()
    distribution: bool = False


_ADULT = "Субъект персональных данных"
_PUPIL = "Обучающийся"
_REPRESENTED = "Законный представитель"
FORMS = {
    "D17-mentor": _Form("наставника (совершеннолетнего)", _ADULT, PERSON, ("Наставник",), MENTOR_DATA),
    "D17-mentee": _Form("наставляемого (совершеннолетнего)", _ADULT, PERSON, ("Наставляемый",), MENTEE_DATA),
    "D17-14-17": _Form(
        "обучающегося 14–17 лет и его законного представителя",
        _PUPIL,
        PERSON,
        (_PUPIL, _REPRESENTED),
        PUPIL_DATA,
        REPRESENTATIVE,
    ),
    "D17-under-14": _Form(
        "законного представителя обучающегося до 14 лет", _PUPIL, TEENAGER, (_REPRESENTED,), PUPIL_DATA, REPRESENTATIVE
    ),
    "D17-distribution": _Form(
        "субъекта персональных данных или его законного представителя",
        _ADULT,
        PERSON,
        (_ADULT, "Законный представитель (если субъекту нет 18 лет)"),
        SITE_DATA,
        REPRESENTATIVE,
        distribution=True,
    ),
}
LABOUR = "D17-labour"
LABOUR_ACT = "статья 351.8 Трудового кодекса Российской Федерации"


def processing(kind: str) -> Callable[[Source, str], Filled]:
    """title, whose · separate (text) · operator, recipient {name, address} · subject_title · subject [line] ·
    representative [line] · data [text] · actions [text] · distribution · signs [{role}]."""
    form = FORMS[kind]

    def context(source: Source, period: str) -> Filled:
        actions = ["распространение на сайте организации"] if form.distribution else _actions(source)
        return fill(
            _parties(source)
            | {
                "title": "на распространение персональных данных"
                if form.distribution
                else "на обработку персональных данных",
                "whose": form.whose,
                "separate": _separate(source),
                "subject_title": form.subject_title,
                "subject": list(form.subject),
                "representative": list(form.representative),
                "data": list(form.data),
                "actions": actions,
                "distribution": form.distribution,
                "signs": [{"role": role} for role in form.signs],
            }
        )

    return context


def labour_context(source: Source, period: str) -> Filled:
    """operator, recipient {name, address} · act (text, blank while it is not in force) · signs [{role}]."""
    signs = [{"role": role} for role in ("Работник", "Представитель работодателя")]
    return fill(_parties(source) | {"act": LABOUR_ACT if _labour(source) else "", "signs": signs})


def labour_unready(source: Source, period: str) -> str:
    since = _since(source, "labour_consent_from")
    if _labour(source):
        return ""
    return "Согласие работника на наставничество не применяется" + (f" до {long_date(since)}" if since else ".")


def blank_missing(source: Source, period: str) -> list[str]:
    """Of a form printed blank only the operator can be missing."""
    owner = source.owner()
    if owner is None:
        return ["Не выбрана образовательная организация: её название нужно будет вписать."]
    return [] if owner.details else ["В сведениях о школе нет реквизитов: адрес оператора нужно будет вписать."]


def _parties(source: Source) -> dict[str, Any]:
    """The school is the operator, the office a recipient: both are named (dossier §8.2)."""
    owner, office = source.owner(), source.office()
    return {
        "operator": {
            "name": unbroken(owner.full_name) if owner else "",
            "address": owner.details if owner else "",
        },
        "recipient": {"name": office.full_name, "address": office.details},
    }


def _actions(source: Source) -> list[str]:
    short = source.office().short_name or "орган управления образованием"
    return ["сбор", "запись", "хранение", f"передача: {short}, региональный центр наставничества"]


def _separate(source: Source) -> str:
    """A consent is a paper of its own from the day that the settings give (rules 5)."""
    since = _since(source, "separate_consent_from")
    return "Оформляется отдельно от иных документов." if since and source.as_of >= since else ""


def _labour(source: Source) -> bool:
    since = _since(source, "labour_consent_from")
    return since is not None and source.as_of >= since


def _since(source: Source, key: str) -> date | None:
    value = source.setting(key)
    return date.fromisoformat(value) if value else None


def _spec(kind: str, title: str, short: str) -> DocumentSpec:
    return DocumentSpec(
        kind=kind,
        title=title,
        short=short,
        measure=MODULE,
        scope="blank",
        template="consent_forms/processing.docx",
        context=processing(kind),
        missing=blank_missing,
        inputs=(),
    )


DOCUMENTS = (
    *(_spec(kind, f"Бланк согласия: {form.whose}", f"согласие: {form.whose}") for kind, form in FORMS.items()),
    DocumentSpec(
        kind=LABOUR,
        title="Бланк согласия работника на выполнение работы по наставничеству",
        short="согласие работника на наставничество",
        measure=MODULE,
        scope="blank",
        template="consent_forms/labour.docx",
        context=labour_context,
        missing=blank_missing,
        inputs=(),
        unready=labour_unready,
    ),
)
