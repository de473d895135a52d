"""Builds the office's Word templates as shipped: ``python tools/doc_templates.py`` writes doc_templates/.

The context keys are those of the documents' context functions in roadmap/catalogue/, plus the frame every document
gets: document, signatory and, where one is set, executor. Headings and tables: dossier §5.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import register_templates
import word_blocks as word
import word_styles as style

ROOT = Path(__file__).resolve().parent.parent / "doc_templates"


def spravka() -> Any:
    """D3: a school's own справка for a school year, signed by its head."""
    paper = word.new_paper("Справка о реализации и эффективности программ наставничества")
    word.requisites(paper, "СПРАВКА", "school.full_name", "school.details", "school.place")
    word.title(
        paper,
        "О реализации и эффективности программ наставничества {{ school.full_name_gen }} "
        "за {{ school_year }} учебный год",
    )
    _general(paper)
    word.heading(paper, "2. Количественные показатели")
    _indicators(paper)
    word.heading(paper, "3. Качество процесса реализации программ")
    _quality(paper)
    word.heading(paper, "4. Влияние программ на участников")
    _surveys(paper)
    word.heading(paper, "5. SWOT-анализ")
    _swot(paper)
    word.heading(paper, "6. Персонализированные программы наставничества")
    _programmes(paper)
    word.heading(paper, "7. Лучшие практики")
    _practices(paper)
    word.heading(paper, "8. Проблемы")
    _difficulties(paper)
    word.heading(paper, "9. Выводы и планируемые управленческие решения")
    word.each(paper, "line in conclusions", "{{ line }}")
    word.text(paper, "Планируемые управленческие решения:", keep=True)
    word.each(paper, "line in decisions", "{{ loop.index }}. {{ line }}", keep_last=True)
    word.signature(paper)
    word.close(paper)
    return paper


def summary() -> Any:
    """D18: the same reports over the municipality; the table by school is an appendix on a landscape page."""
    paper = word.new_paper("Сводная справка о реализации и эффективности программ наставничества")
    word.requisites(paper, "СПРАВКА", "office.full_name", "office.details", "office.place")
    word.title(
        paper,
        "О реализации и эффективности программ наставничества в образовательных организациях "
        "{% if office.municipality_gen %}{{ office.municipality_gen }} {% endif %}за {{ school_year }} учебный год",
    )
    word.heading(paper, "1. Основание и полнота данных")
    word.text(
        paper,
        "Справка составлена по состоянию на {{ as_of }} по принятым отчётам образовательных организаций "
        "(далее – ОО) о реализации и эффективности программ наставничества за {{ school_year }} учебный год, "
        "{{ coverage.text }}.",
    )
    word.when(
        paper,
        "coverage.missing",
        (f"Нет принятых отчётов: {_listed('coverage.missing')}. Показатели этих ОО в справке не учтены.", style.TEXT),
    )
    word.heading(paper, "2. Участники и программы наставничества")
    _people(paper)
    word.text(paper, "Персонализированные программы наставничества:", style.CAPTION)
    _programmes(paper)
    _counted(paper, "forms", "Форма наставничества", "Формы наставничества:", "Формы наставничества: нет данных.")
    word.heading(paper, "3. Количественные показатели")
    _indicators(paper)
    word.heading(paper, "4. Качество процесса реализации программ")
    word.text(
        paper, "Уровень реализации программ по анкете куратора (девять показателей, от 0 до 18 баллов):", keep=True
    )
    _counted(paper, "levels", "Уровень", "", "")
    word.heading(paper, "5. Удовлетворённость участников")
    _surveys(paper)
    word.heading(paper, "6. Проблемы")
    _counted(paper, "difficulties", "Вид проблемы", "", "Образовательные организации трудностей не указали.")
    word.heading(paper, "7. Лучшие практики")
    _all_practices(paper)
    word.heading(paper, "8. Выводы")
    word.text(paper, "Номера показателей указаны по таблице раздела 3.", keep=True)
    word.each(paper, "line in conclusions", "{{ loop.index }}. {{ line }}", keep_last=True)
    word.text(paper, "Приложение: сведения по образовательным организациям.", style.APPENDIX_MARK, keep=True)
    word.signature(paper)
    _appendix(paper)
    return paper


def _listed(name: str) -> str:
    """The items of a list in one line, parted by semicolons."""
    return f"{{% for item in {name} %}}{{{{ item }}}}{{% if not loop.last %}}; {{% endif %}}{{% endfor %}}"


def _general(paper: Any) -> None:
    word.heading(paper, "1. Общие сведения")
    word.text(paper, "Куратор программ наставничества – {{ curator.name }}, {{ curator.post }}.")
    word.text(paper, f"Модели наставничества: {_listed('models')}.")
    word.text(paper, f"Формы наставничества: {_listed('forms')}.")
    word.text(paper, "Действующих программ наставничества: {{ programme_count }}.")
    word.text(paper, "Локальные нормативные акты:", keep=True)
    word.each(paper, "line in local_acts", "– {{ line }}")
    word.when(
        paper,
        "monthly.given",
        (
            "По ежемесячным сведениям за учебный год (представлено за {{ monthly.months }} мес.): "
            "новых пар и групп – {{ monthly.new_pairs }}, завершённых – {{ monthly.closed_pairs }}, "
            "встреч – {{ monthly.meetings }}, мероприятий – {{ monthly.events }}, "
            "обновлений раздела сайта – {{ monthly.site_updates }}.",
            style.TEXT,
        ),
    )
    word.text(paper, "Участники наставничества:", style.CAPTION)
    _people(paper)


def _people(paper: Any) -> None:
    made = word.table(paper, (3.2, 3.6, 3.6, 3.8, 3.8))
    heads = ("Пар и групп", "Наставников", "Наставляемых", "из них обучающихся", "из них педагогов")
    word.row(made, heads, style.CELL_HEAD, head=True)
    keys = ("pairs", "mentors", "mentees", "mentees_pupils", "mentees_teachers")
    word.row(made, [f"{{{{ people.{key} }}}}" for key in keys], style.CELL_CENTRED)


def _programmes(paper: Any) -> None:
    made = word.table(paper, (2.8, 3.6, 3.8, 3.6, 4.2))
    heads = ("Всего", "Утверждено", "Реализуется", "Завершено", "Прекращено досрочно")
    word.row(made, heads, style.CELL_HEAD, head=True)
    keys = ("total", "approved", "running", "completed", "stopped")
    word.row(made, [f"{{{{ programmes.{key} }}}}" for key in keys], style.CELL_CENTRED)


def _indicators(paper: Any) -> None:
    """Plan, fact, deviation, the year before; under it the sources of plans (rules 13) and reasons of gaps."""
    made = word.table(paper, (0.8, 4.9, 1.8, 2.1, 2.1, 2.3, 1.9, 2.1))
    heads = ("№", "Показатель", "Расчёт", "План", "Факт", "Отклонение", "Годом ранее", "Изменение")
    word.row(made, heads, style.NARROW_HEAD, head=True)
    cells = ("{{ i.number }}", "{{ i.title }}", "{{ i.numerator }} из {{ i.denominator }}", "{{ i.plan }}")
    more = ("{{ i.fact }}", "{{ i.gap }}", "{{ i.before }}", "{{ i.change }}")
    word.rows(made, "i in indicators", (*cells, *more), _narrow("clcccccc"))
    word.text(paper, "Значения приведены на {{ as_of }} по принятым отчётам. {{ age_rule }}", style.NOTE)
    word.text(paper, "{%p for i in indicators %}")
    word.when(paper, "i.note", ("К показателю {{ i.number }}: {{ i.note }}.", style.NOTE))
    word.text(paper, "{%p endfor %}")
    word.when(paper, "plan_notes", (f"Источник плановых значений: {_listed('plan_notes')}.", style.NOTE))


def _quality(paper: Any) -> None:
    made = word.table(paper, (1.2, 10.6, 2, 4.2))
    word.row(made, ("№", "Показатель анкеты куратора", "Балл", "Проявление"), style.CELL_HEAD, head=True)
    word.tag_row(made, "for block in quality.blocks")
    word.spanned(word.row(made, ("{{ block.title }}", "", "", ""), style.CELL_BLOCK), 0, 3)
    cells = ("{{ q.number }}", "{{ q.title }}", "{{ q.score }}", "{{ q.meaning }}")
    word.rows(made, "q in block.lines", cells, _plain("clcc"))
    word.tag_row(made, "endfor")
    # The sum is text and not a row, which could stand alone on the next page.
    word.text(
        paper,
        "Итого баллов: {{ quality.score }} из {{ quality.maximum }}. Уровень реализации программ: {{ quality.level }}.",
        style.AFTER_TABLE,
    )


def _surveys(paper: Any) -> None:
    made = word.table(paper, (3.2, 2.2, 2.8, 2.4, 2.4, 2.4, 2.6))
    heads = ("Участники", "Опрошено", "Из них удовлетворены", "Доля", "Балл до", "Балл после", "Изменение")
    word.row(made, heads, style.NARROW_HEAD, head=True)
    keys = ("who", "surveyed", "satisfied", "share", "before", "after", "change")
    word.rows(made, "s in surveys", [f"{{{{ s.{key} }}}}" for key in keys], _narrow("lcccccc"), keep=True)
    word.text(paper, "{%p for s in surveys %}")
    word.when(paper, "s.note", ("Опрос ({{ s.who }}): {{ s.note }}.", style.NOTE))
    word.text(paper, "{%p endfor %}")
    word.text(paper, "Балл – средняя оценка по шкале от 1 до 10; {{ threshold }}.", style.NOTE)


def _swot(paper: Any) -> None:
    word.text(paper, "{%p if swot.given %}")
    made = word.table(paper, (9, 9))
    for heads, keys in (
        (("Сильные стороны", "Слабые стороны"), ("strengths", "weaknesses")),
        (("Возможности", "Угрозы"), ("opportunities", "threats")),
    ):
        word.row(made, heads, style.CELL_HEAD)
        cells = word.row(made, ("", ""), style.CELL).cells
        for cell, key in zip(cells, keys, strict=True):
            word.fill(cell, f"{{%p for line in swot.{key} %}}", style.CELL)
            word.text(cell, "– {{ line }}", style.CELL)
            word.text(cell, "{%p endfor %}", style.CELL)
    word.text(paper, "{%p endif %}")
    word.when(paper, "swot.note", ("{{ swot.note }}", style.TEXT))


def _practices(paper: Any) -> None:
    word.text(paper, "{%p for p in practices %}")
    word.text(paper, "{{ p.number }}. {{ p.title }} (форма «{{ p.form }}»).", keep=True)
    word.text(paper, "{{ p.summary }}")
    word.text(paper, "Результат. {{ p.result }}")
    word.when(paper, "p.link", ("Ссылка: {{ p.link }}", style.TEXT))
    word.text(paper, "{%p endfor %}")
    word.when(paper, "practices_note", ("{{ practices_note }}", style.TEXT))


def _difficulties(paper: Any) -> None:
    word.text(paper, "{%p if difficulties %}")
    made = word.table(paper, (1, 4.4, 7.2, 5.4))
    word.row(made, ("№", "О чём", "В чём трудность", "Какая помощь нужна"), style.CELL_HEAD, head=True)
    cells = ("{{ d.number }}", "{{ d.kind }}", "{{ d.text }}", "{% if d.help %}{{ d.help }}{% else %}–{% endif %}")
    word.rows(made, "d in difficulties", cells, _plain("clll"))
    word.text(paper, "{%p endif %}")
    word.when(paper, "difficulties_note", ("{{ difficulties_note }}", style.TEXT))


def _counted(paper: Any, name: str, head: str, caption: str, otherwise: str) -> None:
    """A two-column table: what, and in how many schools; a sentence instead when the list is empty."""
    word.text(paper, f"{{%p if {name} %}}")
    if caption:
        word.text(paper, caption, style.CAPTION)
    made = word.table(paper, (13.5, 4.5))
    word.row(made, (head, "Число ОО"), style.CELL_HEAD, head=True)
    word.rows(made, f"line in {name}", ("{{ line.title }}", "{{ line.schools }}"), _plain("lc"))
    word.text(paper, "{%p endif %}")
    if otherwise:
        word.when(paper, f"not {name}", (otherwise, style.TEXT))


def _all_practices(paper: Any) -> None:
    word.text(paper, "{%p if practices %}")
    made = word.table(paper, (1, 5.6, 6.6, 4.8))
    heads = ("№", "Образовательная организация", "Практика", "Форма наставничества")
    word.row(made, heads, style.CELL_HEAD, head=True)
    cells = ("{{ p.number }}", "{{ p.school }}", "{{ p.title }}", "{{ p.form }}")
    word.rows(made, "p in practices", cells, _plain("clll"))
    word.text(paper, "{%p endif %}")
    word.when(paper, "not practices", ("Практики для представления не заявлены.", style.TEXT))


def _appendix(paper: Any) -> None:
    """Numbers of indicators are those of section 3, so that twelve columns stay legible."""
    word.turn(paper, landscape=True)
    registered = "{% if document.number %} от {{ document.date }} № {{ document.number }}{% endif %}"
    word.text(paper, f"Приложение к справке{registered}", style.APPENDIX)
    word.text(paper, "Сведения по образовательным организациям", style.TITLE)
    codes = ("I1", "I2", "I3", "I5", "I6", "I7")
    made = word.table(paper, (0.8, 4.3, 1.5, 2.5, 2.8, 1.7, 1.7, 1.7, 2.1, 2.1, 1.7, 1.2, 2.6))
    merged = ("№", "Образовательная организация", "Пар и групп", "Наставников", "Наставляемых")
    above = word.row(
        made, (*merged, "Показатели (номера – по разделу 3)", *[""] * 5, "Анкета", ""), style.NARROW_HEAD, head=True
    )
    below = word.row(made, (*[""] * 5, *"123456", "балл", "уровень"), style.NARROW_HEAD, head=True)
    for column in range(5):
        word.merged(above.cells[column], below.cells[column])
    word.spanned(above, 5, 10)
    word.spanned(above, 11, 12)
    keys = ("number", "school", "pairs", "mentors", "mentees", *codes, "quality", "level")
    word.rows(made, "r in rows", [f"{{{{ r.{key} }}}}" for key in keys], _narrow("cl" + "c" * 11))
    totals = [f"{{{{ total.{key} }}}}" for key in ("pairs", "mentors", "mentees", *codes)]
    last = word.row(
        made, ("", "Итого", *totals, "х", "х"), (style.NARROW, style.NARROW_TOTAL, *[style.NARROW_HEAD] * 11)
    )
    word.kept(last)
    word.text(paper, "Доли в строке «Итого» – отношение сумм по ОО, а не среднее долей.", style.NOTE)


def _plain(letters: str) -> Sequence[str]:
    return [style.CELL_CENTRED if letter == "c" else style.CELL for letter in letters]


def _narrow(letters: str) -> Sequence[str]:
    return [style.NARROW_CENTRED if letter == "c" else style.NARROW for letter in letters]


TEMPLATES: dict[str, Callable[[], Any]] = {
    "school_report/spravka.docx": spravka,
    "school_report/summary.docx": summary,
    **register_templates.TEMPLATES,
}


def build(root: Path = ROOT) -> list[Path]:
    """Write every template under ``root``; the same sources give the same bytes."""
    for name, make in TEMPLATES.items():
        word.save(make(), root / name)
    return [root / name for name in TEMPLATES]


if __name__ == "__main__":
    for path in build():
        print(path.relative_to(ROOT.parent))
