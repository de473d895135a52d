"""The roadmap read from Word and TSV: the founding document exactly, its table in other shapes, and bad files."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap.plan.rules import Kind, Rule
from roadmap.plan.word_file import RoadmapFileError
from roadmap.plan.word_table import DraftSection, RoadmapDraft, read_roadmap, read_tsv

DATA = Path(__file__).parent / "data"
PERIOD = (date(2022, 10, 1), date(2024, 12, 31))
FOUNDING = (DATA / "roadmap-2022-2024.docx").read_bytes()
TSV = (DATA / "roadmap-2022-2024.tsv").read_text(encoding="utf-8")
ROWS = [tuple(row.values()) for row in csv.DictReader(TSV.splitlines(), delimiter="\t")]
HEADER = ("№ п/п", "Мероприятия", "Форма представления результата", "Сроки", "Ответственные")
FIELDS = ("code", "title", "result", "deadline", "responsible")

Rows = list[tuple[str, ...]]


def texts(draft: RoadmapDraft) -> Rows:
    """The draft as the rows of the TSV, sections and measures in order."""
    found: Rows = []
    for section in draft.sections:
        found.append((section.code, section.title, "", "", ""))
        found += [tuple(getattr(m, f) for f in FIELDS) for m in draft.measures if m.section == section.code]
    return found


def saved(document: Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def add_table(document: Document, rows: Rows) -> Table:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return table


def word(*tables: Rows) -> bytes:
    document = docx.Document()
    for rows in tables:
        add_table(document, rows)
        document.add_paragraph("")
    return saved(document)


def shuffled(rows: Rows, order: tuple[int, ...]) -> Rows:
    return [tuple(row[column] for column in order) for row in rows]


def measure(**fields: str) -> tuple[str, ...]:
    plain = {"code": "1.1", "title": "Семинар", "result": "Протокол", "deadline": "Ноябрь 2022", "responsible": "ИМО"}
    return tuple((plain | fields)[name] for name in FIELDS)


SECTION = ("1", "Поддержка", "", "", "")


def test_the_founding_document_is_read_exactly() -> None:
    draft = read_roadmap(FOUNDING, *PERIOD)
    assert texts(draft) == ROWS
    assert (len(draft.sections), len(draft.measures)) == (6, 25)
    assert draft.problems == ()
    assert [m.problems for m in draft.measures] == [()] * 25


def test_word_and_tsv_give_the_same_draft() -> None:
    assert read_tsv(TSV, *PERIOD) == read_roadmap(FOUNDING, *PERIOD)


def test_json_has_the_shape_of_the_contract() -> None:
    answer = read_tsv(TSV, *PERIOD).to_json()
    assert answer["sections"][0] == {"code": "1", "title": ROWS[0][1]}
    assert answer["measures"][0] == {
        "code": "1.1",
        "title": "Разработка Дорожной карты",
        "result": "Дорожная карта",
        "deadline": "До 17.10.2022",
        "responsible": "Главный специалист РУО Каминская П.А.",
        "rule": Rule(Kind.ONCE, due=date(2022, 10, 17)).to_json(),
        "problems": [],
    }


@pytest.mark.parametrize("order", [(0, 1, 3, 4, 2), (4, 3, 2, 1, 0), (1, 3, 0, 2, 4)])
def test_columns_in_any_order(order: tuple[int, ...]) -> None:
    assert texts(read_roadmap(word(shuffled([HEADER, *ROWS], order)), *PERIOD)) == ROWS


@pytest.mark.parametrize(
    "header",
    [
        ("№", "Наименование мероприятия", "Ожидаемый результат", "Срок исполнения", "Ответственный исполнитель"),
        ("Номер пункта", "Содержание работы", "Вид документа", "Дата", "Исполнители"),
        ("N п/п", "Меропри-\nятие", "Итоговый продукт", "Срок представления результата", "Ответственные\nлица"),
    ],
)
def test_headers_in_other_words(header: tuple[str, ...]) -> None:
    assert texts(read_roadmap(word([header, *ROWS]), *PERIOD)) == ROWS


def test_extra_columns_and_a_row_of_column_numbers_are_passed_over() -> None:
    rows = [(*row, "примечание") for row in ROWS]
    head = [(*HEADER, "Примечание"), ("1", "2", "3", "4", "5", "6")]
    document = docx.Document()
    add_table(document, [("УТВЕРЖДАЮ", ""), ("", "Начальник РУО")])
    document.add_paragraph("")
    add_table(document, [*head, *rows])
    assert texts(read_roadmap(saved(document), *PERIOD)) == ROWS


@pytest.mark.parametrize("whole_row", [False, True])
def test_merged_section_rows(whole_row: bool) -> None:
    document = docx.Document()
    table = add_table(document, [HEADER, *ROWS])
    for row in table.rows[1:]:
        if not row.cells[3].text:
            code, title = row.cells[0].text, row.cells[1].text
            first = 0 if whole_row else 1
            row.cells[0].text = "" if whole_row else code
            row.cells[1].text = ""
            row.cells[first].merge(row.cells[4]).text = f"Раздел {code}. {title}" if whole_row else title
    assert texts(read_roadmap(saved(document), *PERIOD)) == ROWS


def test_merged_section_rows_with_shuffled_columns() -> None:
    document = docx.Document()
    table = add_table(document, shuffled([HEADER, SECTION, measure()], (3, 4, 0, 1, 2)))
    cells = table.rows[1].cells
    for cell in cells:
        cell.text = ""
    cells[0].merge(cells[4]).text = "I. Поддержка"
    assert texts(read_roadmap(saved(document), *PERIOD)) == [SECTION, measure()]


def test_numbers_with_dots_and_roman_sections() -> None:
    rows = [HEADER, ("I.", *SECTION[1:]), measure(code="1.1."), measure(code="п. 1. 2", title="Опрос")]
    assert texts(read_roadmap(word(rows), *PERIOD)) == [SECTION, measure(), measure(code="1.2", title="Опрос")]


def test_numbers_of_one_level_take_their_sections() -> None:
    rows = [HEADER, SECTION, measure(code="1"), measure(code="2", title="Опрос")]
    assert texts(read_roadmap(word(rows), *PERIOD)) == [SECTION, measure(), measure(code="1.2", title="Опрос")]


def test_no_numbers_at_all() -> None:
    draft = read_roadmap(word([row[1:] for row in [HEADER, *ROWS]]), *PERIOD)
    assert texts(draft) == ROWS
    assert draft.problems == ("У части строк нет номеров: они пронумерованы по порядку.",)


def test_numbers_typed_into_the_titles() -> None:
    rows = [HEADER[1:], *((f"{row[0]}. {row[1]}", *row[2:]) for row in ROWS)]
    assert texts(read_roadmap(word(rows), *PERIOD)) == ROWS


def broken(rows: Rows) -> Iterator[tuple[str, ...]]:
    """Every measure's row cut in two in the middle of its words, as a page break leaves it."""
    for code, *fields in rows:
        halves = [(text.split(), len(text.split()) // 2 + 1) for text in fields]
        first, rest = [" ".join(w[:n]) for w, n in halves], [" ".join(w[n:]) for w, n in halves]
        if fields[2] and rest[0][:1].islower() and not rest[3][:1].isupper():
            yield code, *first
            yield "", *rest
        else:
            yield code, *fields


def test_rows_broken_over_pages_are_glued() -> None:
    rows = list(broken(ROWS))
    assert len(rows) > len(ROWS) + 5
    assert texts(read_roadmap(word([HEADER, *rows]), *PERIOD)) == ROWS


def test_the_tail_of_6_1_stays_with_6_1() -> None:
    head, tail = "На уровне ОО: 1. Контроль за реализацией", "программ наставничества"
    rows = [HEADER, ("6", "Контроль", "", "", ""), measure(code="6.1", title=head), ("", tail, "", "", "")]
    draft = read_roadmap(word([*rows, measure(code="6.2", title="На уровне муниципалитета")]), *PERIOD)
    assert [(m.code, m.title, m.problems) for m in draft.measures] == [
        ("6.1", f"{head} {tail}", ()),
        ("6.2", "На уровне муниципалитета", ()),
    ]


def test_a_tail_under_the_next_number_is_pointed_out() -> None:
    rows = [HEADER, SECTION, measure(), measure(code="1.2", title="программ наставничества. На уровне муниципалитета")]
    doubt = "Название начинается со строчной буквы: возможно, это конец предыдущего пункта."
    assert [m.problems for m in read_roadmap(word(rows), *PERIOD).measures] == [(), (doubt,)]


def test_parties_cut_apart_get_their_comma() -> None:
    row = measure(code="2.1", result="Выступление на совещании,", responsible="Главный специалист РУО\nКаминская П.А.")
    rest = ("", "", "размещение на сайте РУО, ОО", "", "Руководители ОО")
    draft = read_roadmap(word([HEADER, ("2", "Поддержка", "", "", ""), row, rest]), *PERIOD)
    assert (draft.measures[0].result, draft.measures[0].responsible) == (
        "Выступление на совещании, размещение на сайте РУО, ОО",
        "Главный специалист РУО Каминская П.А., Руководители ОО",
    )


@pytest.mark.parametrize("repeat_header", [False, True])
def test_tables_split_over_pages(repeat_header: bool) -> None:
    parts = [ROWS[:9], ROWS[9:20], ROWS[20:]]
    tables = [[HEADER, *rows] if repeat_header or not place else rows for place, rows in enumerate(parts)]
    assert texts(read_roadmap(word(*tables), *PERIOD)) == ROWS


def test_a_row_split_between_two_tables() -> None:
    first = [HEADER, SECTION, measure(title="Проведение установочного", deadline="Октябрь-")]
    second = [("", "семинара для педагогов", "", "ноябрь 2022", "")]
    expected = measure(title="Проведение установочного семинара для педагогов", deadline="Октябрь-ноябрь 2022")
    draft = read_roadmap(word(first, second), *PERIOD)
    assert texts(draft) == [SECTION, expected]
    assert draft.measures[0].rule == Rule(Kind.WINDOW, start=date(2022, 10, 1), end=date(2022, 11, 30))


def test_a_table_of_another_shape_is_named() -> None:
    draft = read_roadmap(word([HEADER, SECTION, measure()], [("Подпись", "Дата"), ("", "")]), *PERIOD)
    assert texts(draft) == [SECTION, measure()]
    assert draft.problems == ("Таблица 2 не похожа на продолжение карты – она пропущена.",)


def test_cells_merged_downwards_belong_to_each_measure() -> None:
    document = docx.Document()
    table = add_table(document, [HEADER, SECTION, measure(), measure(code="1.2", title="Опрос", responsible="")])
    table.cell(2, 4).merge(table.cell(3, 4))
    table.cell(2, 4).text = "ИМО"
    assert texts(read_roadmap(saved(document), *PERIOD)) == [SECTION, measure(), measure(code="1.2", title="Опрос")]


def test_a_number_merged_downwards_makes_one_measure() -> None:
    document = docx.Document()
    table = add_table(document, [HEADER, SECTION, measure(), ("", "", "Список участников", "", "")])
    table.cell(2, 0).merge(table.cell(3, 0))
    table.cell(2, 0).text = "1.1"
    draft = read_roadmap(saved(document), *PERIOD)
    assert texts(draft) == [SECTION, measure(result="Протокол Список участников")]


def test_a_measure_that_sounds_like_a_header_is_a_measure() -> None:
    row = measure(
        title="Мероприятия по срокам", result="Документ", deadline="Период каникул", responsible="Исполнитель"
    )
    unnumbered = ("", *measure(title="Содержание работы", result="Итог", deadline="В течение периода реализации")[1:])
    draft = read_roadmap(word([HEADER, SECTION, row, row, row, unnumbered]), *PERIOD)
    assert [(m.code, m.title) for m in draft.measures] == [
        *[("1.1", "Мероприятия по срокам")] * 3,
        ("1.4", "Содержание работы"),
    ]


def test_tracked_changes_and_breaks_read_as_word_shows_them() -> None:
    document = docx.Document()
    table = add_table(document, [HEADER, SECTION, measure()])
    paragraph = table.cell(2, 3).paragraphs[0]._p
    paragraph.clear_content()
    run = '<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'
    changed = (
        f"<w:del>{run.format(tag='delText', text='Май ')}</w:del><w:ins>{run.format(tag='t', text='Июнь')}</w:ins>"
        "<w:r><w:br/><w:t>2023</w:t></w:r>"
    )
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for element in docx.oxml.parse_xml(f"<w:p {names}>{changed}</w:p>"):
        paragraph.append(element)
    assert read_roadmap(saved(document), *PERIOD).measures[0].deadline == "Июнь 2023"


def test_every_doubt_about_a_measure_is_told() -> None:
    rows = [
        HEADER,
        SECTION,
        measure(deadline="летом", responsible=""),
        measure(title="Опрос"),
        measure(code="2.1", deadline="до 01.03.2025"),
        measure(code="1.4", deadline=""),
    ]
    assert [m.problems for m in read_roadmap(word(rows), *PERIOD).measures] == [
        ("Не заполнено: ответственный.", "Срок не понят: время года не задаёт точных дат."),
        ("Номер 1.1 уже есть в карте.",),
        ("Номер 2.1 стоит в разделе 1.", "Срок выходит за период дорожной карты."),
        ("Не заполнено: срок.",),
    ]


def test_a_capital_tail_is_joined_and_told() -> None:
    rows = [HEADER, SECTION, measure(title="Размещение на сайте"), ("", "РУО и школ", "", "", "")]
    found = read_roadmap(word(rows), *PERIOD).measures[0]
    assert (found.title, found.problems) == (
        "Размещение на сайте РУО и школ",
        ("К пункту присоединена строка без номера: «РУО и школ».",),
    )


def test_sections_may_be_absent() -> None:
    draft = read_roadmap(word([HEADER, measure(code="1"), measure(code="2")]), *PERIOD)
    assert (draft.sections, [(m.code, m.section) for m in draft.measures]) == ((), [("1", ""), ("2", "")])


def test_tsv_from_a_spreadsheet() -> None:
    text = '\ufeffСроки\tМероприятия\tОтветственные\r\n"Ноябрь 2022"\t"Семинар ""Старт"""\tИМО\r\n'
    found = read_tsv(text, *PERIOD)
    assert [(m.code, m.title, m.deadline) for m in found.measures] == [("1", 'Семинар "Старт"', "Ноябрь 2022")]
    assert found.measures[0].problems == ("Не заполнено: форма представления результата.",)


def test_sections_compare_by_value() -> None:
    assert read_tsv(TSV).sections[5] == DraftSection(
        "6", "Контроль исполнения мероприятий муниципальной Дорожной карты"
    )


# Bad files


def repacked(change: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The founding document with some parts replaced or added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(FOUNDING)) as source, zipfile.ZipFile(out, "w", compression) as target:
        for name in [*source.namelist(), *(new for new in change if new not in source.namelist())]:
            target.writestr(name, change[name] if name in change else source.read(name))
    return out.getvalue()


DAMAGED = "Файл Word повреждён или это не документ .docx – откройте его в Word и сохраните заново."
EMPTY_XML = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
TOO_LARGE = "Файл Word распаковывается в слишком большой объём – он не принят."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", DAMAGED),
        (b"PK\x03\x04 nothing", DAMAGED),
        (FOUNDING[: len(FOUNDING) // 2], DAMAGED),
        (
            b"\xd0\xcf\x11\xe0" + b"0" * 600,
            "Это старый формат .doc или файл с паролем – сохраните его в Word как .docx без пароля.",
        ),
        (b"0" * (10 * 2**20 + 1), "Файл больше 10 МБ – уберите из него рисунки и сохраните заново."),
        (repacked({"word/document.xml": b"<not xml"}), DAMAGED),
        (repacked({"[Content_Types].xml": b"<Types/>"}), DAMAGED),
        (repacked({"word/document.xml": EMPTY_XML}), DAMAGED),
        (
            repacked({"word/vbaProject.bin": b"x"}),
            "В файле есть макросы – сохраните его в Word как обычный документ .docx.",
        ),
        (repacked({f"extra/{n}.txt": b"" for n in range(2001)}), TOO_LARGE),
        (repacked({f"media/{n}.bin": b"0" * (35 * 2**20) for n in range(3)}), TOO_LARGE),
        (
            repacked({"word/document.xml": b" " * (21 * 2**20)}),
            "Текст файла Word слишком велик для дорожной карты – он не принят.",
        ),
        (word([("А", "Б"), ("1", "2")]), "В файле нет таблицы со столбцами «Мероприятия» и «Сроки»."),
        (saved(docx.Document()), "В файле нет таблицы со столбцами «Мероприятия» и «Сроки»."),
        (word([HEADER]), "В таблице дорожной карты нет ни одного мероприятия."),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_bad_files_are_refused_in_one_sentence(source: bytes, message: str) -> None:
    with pytest.raises(RoadmapFileError) as refusal:
        read_roadmap(source, *PERIOD)
    assert str(refusal.value) == message


def test_entities_are_not_expanded() -> None:
    xml = zipfile.ZipFile(BytesIO(FOUNDING)).read("word/document.xml").decode()
    bomb = '<!DOCTYPE w [<!ENTITY a "ааааа"><!ENTITY b "&a;&a;&a;">]>'
    start = xml.index("<w:document")
    changed = xml[:start] + bomb + xml[start:].replace("До 17.10.2022", "&b;", 1)
    assert read_roadmap(repacked({"word/document.xml": changed.encode()}), *PERIOD).measures[0].deadline == ""


def test_links_to_the_outside_are_not_followed() -> None:
    name = "word/_rels/document.xml.rels"
    rels = zipfile.ZipFile(BytesIO(FOUNDING)).read(name).decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    outside = f'<Relationship Id="rIdX" Type="{kind}" Target="http://192.0.2.1/t.dotm" TargetMode="External"/>'
    changed = rels.replace("</Relationships>", f"{outside}</Relationships>")
    assert read_roadmap(repacked({name: changed.encode()}), *PERIOD) == read_roadmap(FOUNDING, *PERIOD)


def test_an_absurdly_wide_table_is_refused() -> None:
    document = docx.Document()
    table = add_table(document, [HEADER, measure()])
    table.cell(1, 4)._tc.grid_span = 900
    with pytest.raises(RoadmapFileError, match="слишком много столбцов"):
        read_roadmap(saved(document))


@pytest.mark.parametrize(
    "text", ["", "\n", "a\tb\n1\t2\n", "number\ttitle\tdeadline\n", "number\ttitle\tdeadline\n" + "x" * 200_000]
)
def test_bad_tsv_is_refused(text: str) -> None:
    with pytest.raises(RoadmapFileError):
        read_tsv(text)


@given(st.integers(0, len(FOUNDING) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, database=None)
def test_damaged_bytes_never_surprise(place: int, junk: bytes) -> None:
    source = FOUNDING[:place] + junk + FOUNDING[place + len(junk) :]
    try:
        draft = read_roadmap(source, *PERIOD)
    except RoadmapFileError as refusal:
        assert str(refusal)
    else:
        assert len(draft.measures) > 0


CELL = st.sampled_from(["", "1", "1.1", "Семинар", "семинара", "До 17.10.2022", "ИМО", "Сроки", "№"]) | st.text(
    max_size=12
)


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), max_size=8))
@settings(max_examples=300, deadline=None, database=None)
def test_any_rows_give_a_draft_or_a_refusal(rows: Rows) -> None:
    table = "\n".join("\t".join(" ".join(cell.replace('"', "").split()) for cell in row) for row in [HEADER, *rows])
    try:
        draft = read_tsv(table)
    except RoadmapFileError as refusal:
        assert str(refusal)
    else:
        known = {section.code for section in draft.sections} | {""}
        assert [m for m in draft.measures if not m.code or m.section not in known] == []
