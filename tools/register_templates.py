"""Templates of the papers of the registers: D11, D12, D13 and the blank consents D17 (dossier §4.3–4.6, §8.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import word_blocks as word
import word_styles as style
from docx.shared import Pt

# Heading, key and width in cm of each column: the official ones of dossier §4.4, §4.3 and the registry's of §4.6.
# A soft hyphen or a space of no width says where a heading may be broken.
MENTORS = (
    ("№ п/п", "number", 0.7),
    ("ФИО настав\u00adника", "name", 2.0),
    ("Кон\u00adтакт\u00adные данные для связи", "contact", 1.8),
    ("Место работы/\u200bучёбы настав\u00adника", "place", 1.8),
    ("Основ\u00adные компе\u00adтенции", "competences", 1.9),
    ("Важные для прог\u00adраммы дости\u00adжения", "achievements", 1.9),
    ("Инте\u00adресы настав\u00adника", "interests", 1.5),
    ("Жела\u00adемый возраст настав\u00adляемых", "wished_age", 1.4),
    ("Ресурс вре\u00adмени на прог\u00adрамму настав\u00adниче\u00adства", "time", 1.4),
    ("Дата вхож\u00adдения в прог\u00adрамму", "entered_on", 1.6),
    ("ФИО настав\u00adляемого (настав\u00adляемых)", "mentees", 2.0),
    ("Форма настав\u00adниче\u00adства", "forms", 1.5),
    ("Место работы/\u200bучёбы настав\u00adляемого", "mentee_places", 1.8),
    ("Дата завер\u00adшения прог\u00adраммы", "left_on", 1.6),
    ("Резуль\u00adтаты прог\u00adраммы", "results", 1.9),
    ("Ссылка на кейс/отзыв настав\u00adника, разме\u00adщённые на сайте органи\u00adзации", "link", 1.9),
)
MENTEES = (
    ("№ п/п", "number", 0.9),
    ("ФИО настав\u00adляемого", "name", 2.5),
    ("Контакт\u00adные данные для связи (данные предста\u00adвителя)", "contact", 2.3),
    ("Год рож\u00adдения", "birth_year", 1.5),
    ("Основной запрос настав\u00adляемого", "request", 2.9),
    ("Дата вхождения в программу", "entered_on", 1.8),
    ("ФИО наставника", "mentors", 2.4),
    ("Форма настав\u00adничества", "forms", 1.9),
    ("Место работы/\u200bучёбы наставника", "mentor_places", 2.2),
    ("Дата завер\u00adшения прог\u00adраммы", "completed_on", 1.8),
    ("Результаты программы", "results", 2.5),
    ("Ссылка на кейс/отзыв настав\u00adляемого, разме\u00adщённые на сайте органи\u00adзации", "link", 2.1),
    ("Отметка о прохож\u00adдении программы", "passed", 1.9),
)
PRACTICES = (
    ("№", "number", 0.8),
    ("Практика", "title", 3.1),
    ("ОО", "school", 2.7),
    ("Автор", "authors", 2.6),
    ("Форма", "form", 2.1),
    ("Краткое описание", "summary", 4.7),
    ("Результат", "result", 3.9),
    ("Балл", "score", 1.2),
    ("Где представлена (РАОП, мероприятие)", "presented", 3.1),
    ("Ссылка", "links", 2.5),
)
CENTRED = frozenset({"number", "birth_year", "entered_on", "left_on", "completed_on", "passed", "score"})


def mentors() -> Any:
    """D12: «База наставников», 16 columns on a landscape page."""
    return _base("БАЗА НАСТАВНИКОВ", "База наставников", MENTORS, "наставников")


def mentees() -> Any:
    """D12: «База наставляемых», 13 columns."""
    return _base("БАЗА НАСТАВЛЯЕМЫХ", "База наставляемых", MENTEES, "наставляемых")


def practices() -> Any:
    """D13: the municipal registry of practices."""
    paper = word.new_paper("Реестр лучших практик наставничества", landscape=True)
    place = ("office.full_name", "office.details", "office.place")
    word.requisites(paper, "РЕЕСТР", *place, landscape=True)
    word.title(
        paper,
        "лучших практик наставничества образовательных организаций"
        "{% if office.municipality_gen %} {{ office.municipality_gen }}{% endif %} по состоянию на {{ as_of }}",
    )
    word.text(paper, "{%p if has_practices %}")
    _columns(paper, PRACTICES, "p in practices", "p")
    word.text(paper, "Всего практик: {{ total }}. {{ score_note }}", style.NOTE, keep=True)
    word.text(paper, "{%p endif %}")
    word.when(paper, "not has_practices", ("На эту дату в реестре нет практик.", style.TEXT))
    word.signature(paper, landscape=True)
    word.close(paper)
    return paper


def programme() -> Any:
    """D11: passport, explanatory note, plan, results, control, signatures."""
    paper = word.new_paper("Персонализированная программа наставничества")
    word.when(paper, "document.draft", ("ПРОЕКТ", style.DRAFT))
    word.text(paper, "{{ school.full_name }}", style.REQUISITE)
    word.when(paper, "school.details", ("{{ school.details }}", style.DETAILS))
    _approval(paper)
    word.title(paper, "ПЕРСОНАЛИЗИРОВАННАЯ ПРОГРАММА НАСТАВНИЧЕСТВА")
    word.when(paper, "document.number", ("№ {{ document.number }}", style.REQUISITE))
    word.text(paper, "{{ of_whom }} на период {{ term }}", style.PLACE)
    word.heading(paper, "1. Паспорт программы")
    word.text(paper, "{%p if passport %}")
    made = word.table(paper, (6, 12))
    word.rows(made, "p in passport", ("{{ p.term }}", "{{ p.value }}"), style.CELL)
    word.text(paper, "{%p endif %}")
    word.when(paper, "not passport", ("На эту дату программы нет.", style.TEXT))
    word.heading(paper, "2. Пояснительная записка")
    for caption, name in (("Запрос наставляемого", "request"), ("Цель", "aim")):
        word.text(paper, f"{caption}:", keep=True)
        word.each(paper, f"line in {name}", "{{ line }}")
    word.text(paper, "Задачи:", keep=True)
    word.each(paper, "line in tasks", "– {{ line }}")
    word.text(paper, "Направления деятельности:", keep=True)
    word.each(paper, "line in directions", "{{ line }}")
    _plan(paper)
    _results(paper)
    word.heading(paper, "6. Подписи")
    word.signatures(paper, "s in signatures", "{{ s.role }}", "{{ s.name }}", "дата ознакомления")
    word.close(paper)
    return paper


def consent() -> Any:
    """D17: a blank consent to the processing or the distribution of personal data."""
    paper = word.new_paper("Согласие")
    word.text(paper, "СОГЛАСИЕ {{ title }}", style.TITLE).paragraph_format.space_after = Pt(0)
    word.text(paper, "{{ whose }}", style.REQUISITE)
    word.when(paper, "separate", ("{{ separate }}", style.LINE_NOTE))
    _parties(paper)
    word.text(paper, "{{ subject_title }}", style.CAPTION)
    word.each(paper, "line in subject", "{{ line }}:\t", style.LINE)
    word.text(paper, "{%p if representative %}")
    word.text(paper, "Законный представитель", style.CAPTION)
    word.each(paper, "line in representative", "{{ line }}:\t", style.LINE)
    word.text(paper, "{%p endif %}")
    _by_operator(paper, "Волеизъявление", "текст – в редакции оператора")
    _by_operator(paper, "Цель обработки", "указывает оператор")
    word.text(paper, "Перечень персональных данных", style.CAPTION)
    word.each(paper, "line in data", "– {{ line }}", style.ITEM)
    word.write_on(paper, "– иное:")
    word.text(paper, "Перечень действий с персональными данными", style.CAPTION)
    word.each(paper, "line in actions", "– {{ line }}", style.ITEM)
    word.write_on(paper, "– иное:")
    word.when(paper, "distribution", ("Адрес сайта:\t", style.LINE))
    _by_operator(paper, "Срок действия согласия", "указывает оператор", lines=1)
    _by_operator(paper, "Способ отзыва согласия", "указывает оператор", lines=1)
    word.signatures(paper, "s in signs", "{{ s.role }}", "", "дата")
    word.close(paper)
    return paper


def labour() -> Any:
    """D17: a blank consent of a worker to mentoring, with the addendum that pays for it (rules 16)."""
    paper = word.new_paper("Согласие работника на выполнение работы по наставничеству")
    word.text(paper, "СОГЛАСИЕ", style.TITLE).paragraph_format.space_after = Pt(0)
    word.text(paper, "работника на выполнение работы по наставничеству", style.REQUISITE)
    word.when(paper, "act", ("({{ act }})", style.REQUISITE))
    word.text(paper, "Работодатель", style.CAPTION)
    word.given_or_line(paper, "operator.name", "Наименование", style.ITEM)
    word.given_or_line(paper, "operator.address", "Адрес", style.ITEM)
    word.text(paper, "Работник", style.CAPTION)
    for label in ("Фамилия, имя, отчество", "Должность"):
        word.write_on(paper, f"{label}:")
    _by_operator(paper, "Волеизъявление", "текст – в редакции работодателя")
    word.text(paper, "Наставляемый работник", style.CAPTION)
    for label in ("Фамилия, имя, отчество", "Должность"):
        word.write_on(paper, f"{label}:")
    _by_operator(paper, "Содержание, срок и форма выполнения работы", "указывает работодатель")
    _by_operator(paper, "Размер и условия выплаты", "указывает работодатель", lines=1)
    word.text(paper, "Дополнительное соглашение к трудовому договору", style.CAPTION)
    word.write_on(paper, "Номер и дата:")
    word.signatures(paper, "s in signs", "{{ s.role }}", "", "дата")
    word.close(paper)
    return paper


def _base(kind: str, title: str, columns: Sequence[tuple[str, str, float]], whom: str) -> Any:
    paper = word.new_paper(title, landscape=True)
    word.requisites(paper, kind, "school.full_name", "school.details", "school.place", landscape=True)
    word.text(paper, "по состоянию на {{ as_of }}", style.PLACE).paragraph_format.space_after = Pt(8)
    word.text(paper, "{%p if has_people %}")
    _columns(paper, columns, "p in people", "p")
    word.text(paper, f"Всего {whom}: {{{{ total }}}}.", style.NOTE, keep=True)
    word.text(paper, "{%p endif %}")
    word.when(paper, "not has_people", (f"На эту дату в базе нет {whom}.", style.TEXT))
    word.when(paper, "unnamed_note", ("{{ unnamed_note }}: {{ unnamed }}.", style.NOTE))
    word.signature(paper, landscape=True)
    word.close(paper)
    return paper


def _columns(paper: Any, columns: Sequence[tuple[str, str, float]], loop: str, item: str) -> None:
    """A dense table with its heading on each page."""
    made = word.table(paper, [width for _, _, width in columns], narrow=True)
    word.row(made, [head for head, _, _ in columns], style.TINY_HEAD, head=True)
    cells = [f"{{{{ {item}.{key} }}}}" for _, key, _ in columns]
    word.rows(made, loop, cells, [style.TINY_CENTRED if key in CENTRED else style.TINY for _, key, _ in columns])


def _approval(paper: Any) -> None:
    """СОГЛАСОВАНО by the curator on the left, УТВЕРЖДАЮ by the head on the right."""
    made = word.table(paper, (8, 2, 8), borders=False)
    left, _, right = word.row(made, ("", "", ""), style.APPROVAL).cells
    word.fill(left, "СОГЛАСОВАНО", style.APPROVAL)
    word.text(left, "Куратор", style.APPROVAL)
    word.text(left, "\t {{ curator.signs_as }}", style.APPROVAL_LINE)
    word.text(left, "\t", style.APPROVAL_DATE)
    word.text(left, "(дата)", style.LINE_NOTE)
    word.fill(right, "УТВЕРЖДАЮ", style.APPROVAL)
    word.when(right, "signatory", ("{{ signatory.post }}", style.APPROVAL))
    word.when(right, "signatory", ("\t {{ signatory.name }}", style.APPROVAL_LINE))
    word.when(right, "not signatory", ("\t", style.APPROVAL_DATE))
    word.when(right, "document.date", ("{{ document.date }}", style.APPROVAL))
    word.when(right, "not document.date", ("\t", style.APPROVAL_DATE), ("(дата)", style.LINE_NOTE))


def _plan(paper: Any) -> None:
    word.heading(paper, "3. План мероприятий")
    word.text(paper, "{%p if plan %}")
    made = word.table(paper, (0.7, 3.1, 2.7, 1.9, 2.2, 2.8, 2.4, 2.2), narrow=True)
    heads = (
        "№",
        "Мероприятие / вид деятельности",
        "Содержание (задание)",
        "Срок",
        "Форма проведения",
        "Ожидаемый (планируемый) результат",
        "Фактический результат",
        "Отметка о выполнении (дата, подпись наставника)",
    )
    word.row(made, heads, style.NARROW_HEAD, head=True)
    keys = ("number", "title", "content", "due", "way", "expected", "actual", "done_on")
    cells = [f"{{{{ e.{key} }}}}" for key in keys]
    looks = [style.NARROW_CENTRED if key in ("number", "due", "done_on") else style.NARROW for key in keys]
    word.rows(made, "e in plan", cells, looks)
    word.text(paper, "Выполнено мероприятий: {{ done }} из {{ planned }} (на {{ as_of }}).", style.NOTE)
    word.text(paper, "{%p endif %}")
    word.when(paper, "not plan", ("Мероприятий в плане нет.", style.TEXT))


def _results(paper: Any) -> None:
    word.heading(paper, "4. Ожидаемые результаты")
    word.each(paper, "line in expected", "{{ line }}")
    word.text(paper, "{%p if changes %}")
    word.text(paper, "Было – стало:", style.CAPTION)
    made = word.table(paper, (8, 5, 5))
    word.row(made, ("Показатель", "Было", "Стало"), style.CELL_HEAD, head=True)
    word.rows(made, "c in changes", ("{{ c.what }}", "{{ c.before }}", "{{ c.after }}"), style.CELL)
    word.text(paper, "{%p endif %}")
    word.heading(paper, "5. Контроль")
    word.text(paper, "Промежуточный контроль: {{ interim }}")
    word.text(paper, "Итоговый контроль: {{ final }}")
    word.when(paper, "ending", ("{{ ending }}", style.TEXT))


def _parties(paper: Any) -> None:
    word.text(paper, "Оператор персональных данных", style.CAPTION)
    word.given_or_line(paper, "operator.name", "Наименование", style.ITEM)
    word.given_or_line(paper, "operator.address", "Адрес", style.ITEM)
    word.text(paper, "Получатель персональных данных", style.CAPTION)
    word.given_or_line(paper, "recipient.name", "Наименование", style.ITEM)
    word.given_or_line(paper, "recipient.address", "Адрес", style.ITEM)


def _by_operator(paper: Any, caption: str, note: str, lines: int = 2) -> None:
    """What nobody but the operator may word."""
    word.text(paper, caption, style.CAPTION)
    for _ in range(lines - 1):
        word.text(paper, "\t", style.LINE, keep=True)
    word.write_on(paper, note=note)


TEMPLATES = {
    "registries/mentors.docx": mentors,
    "registries/mentees.docx": mentees,
    "best_practices/registry.docx": practices,
    "personal_programme/programme.docx": programme,
    "consent_forms/processing.docx": consent,
    "consent_forms/labour.docx": labour,
}
