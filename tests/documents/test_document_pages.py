"""Papers over HTTP: what each role sees and may do, and what it changes."""

from __future__ import annotations

import hashlib
import io
import re
import uuid
from datetime import date, timedelta

import factories
import pytest
from docx import Document as open_docx
from sqlalchemy import func, select

from roadmap import clock
from roadmap.database import db
from roadmap.documents import queries, service
from roadmap.documents.models import Document, Incoming, Journal, SignatoryPeriod
from roadmap.documents.queries import JOURNAL_PAGE
from roadmap.schools.queries import first_municipality
from roadmap.submissions.models import Submission
from roadmap.uploads import LIMIT

NEW = {"D3": "/documents/new/D3/2026", "D18": "/documents/new/D18/2026"}
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


def words(html: str) -> str:
    """The page's text in one line: tags and runs of white space become a space."""
    text = re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ")
    return re.sub(r"\s+([.,:;)])", r"\1", re.sub(r"\s+", " ", text))


def accept(app, *codes: str) -> None:  # type: ignore[no-untyped-def]
    with app.app_context():
        for code in codes or ("t1-01",):
            factories.accepted(code)
        db.session.commit()


def prepared(app, kind: str = "D3", code: str = "t1-01", actor: str = "head") -> tuple[str, int]:  # type: ignore[no-untyped-def]
    """The address of a paper with a reserved number, and its version."""
    with app.app_context():
        school = factories.school(code) if kind == "D3" else None
        municipality = school.municipality if school else first_municipality()
        source = service.source_for(municipality, school)
        made = service.prepare(queries.spec_of(kind), source, "2026", factories.user(actor))
        db.session.commit()
        return f"/documents/{made.id}", made.version


def registered(app, kind: str = "D3", actor: str = "head") -> tuple[str, int]:  # type: ignore[no-untyped-def]
    address, version = prepared(app, kind, actor=actor)
    with app.app_context():
        made = the_paper(address)
        service.register_document(made, version, factories.user(actor))
        db.session.commit()
        return address, made.version


def the_paper(address: str) -> Document:
    return db.session.get_one(Document, uuid.UUID(address.rsplit("/", 1)[1]))


def numbers_taken(app) -> int:  # type: ignore[no-untyped-def]
    with app.app_context():
        return db.session.scalar(select(func.count(Document.id))) or 0


def lines_of(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in open_docx(io.BytesIO(content)).paragraphs]


def upload(version: int, content: bytes, name: str) -> dict[str, object]:
    """A form with a file as a browser sends it."""
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="version"\r\n\r\n%d\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="scan"; filename="%s"\r\n\r\n%s\r\n--edge--\r\n'
    ) % (version, name.encode(), content)
    return {"data": body, "content_type": "multipart/form-data; boundary=edge"}


def test_a_head_sees_what_may_be_made_only_when_a_report_is_accepted(app, browser) -> None:
    head = browser("head")
    before = words(head.get("/documents").text)
    assert "Справку можно сформировать, когда методист примет отчёт школы." in before
    assert NEW["D3"] not in head.get("/documents").text
    accept(app)
    after = head.get("/documents").text
    assert (NEW["D3"] in after, NEW["D18"] in after, "отчёт принят" in after) == (True, False, True)


def test_the_office_sees_how_many_reports_stand_behind_a_summary(app, browser) -> None:
    accept(app, "t1-01", "t1-02")
    text = words(browser("specialist").get("/documents").text)
    assert "2026 год по данным 2 из 3 ОО – Сформировать" in text


def test_the_precheck_names_who_owes_and_where_figures_come_from(app, browser) -> None:
    accept(app, "t1-01")
    with app.app_context():
        factories.sent("t1-02")
        db.session.commit()
    html = browser("specialist").get(NEW["D18"]).text
    text = words(html)
    assert "Школа № 2 (Первый район) 10.06.2026 отправлено методист ИМО: проверить отчёт" in text
    assert "Школа № 3 (Первый район) 10.06.2026 не начат школа: заполнить и отправить отчёт" in text
    assert "Подпишет Главный специалист В. Н. Орлова · изменить" in text
    assert "наставляемые 10–19 лет / обучающиеся 10–19 лет: 9 / 200 × 100 4,5 %" in text
    assert "План на 2026 год не установлен, показатели: 1, 2, 3, 4, 5, 6 (номера – по таблице)." in text
    with app.app_context():
        report = factories.occurrence("t1-01")
        link = f"/submissions/{db.session.scalar(select(Submission.id).where(Submission.occurrence_id == report.id))}"
    assert html.count(f'href="{link}"') > 1


def test_a_preview_takes_no_number_and_says_draft(app, browser) -> None:
    accept(app)
    answer = browser("head").get(f"{NEW['D3']}/preview")
    lines = lines_of(answer.data)
    assert (answer.status_code, lines[0], numbers_taken(app)) == (200, "ПРОЕКТ", 0)
    assert answer.headers["Content-Disposition"].count("filename*=UTF-8''") == 1
    requisites = open_docx(io.BytesIO(answer.data)).tables[0].rows[0].cells
    assert [cell.text for cell in requisites] == ["", "", "№", ""]
    with app.app_context():
        assert db.session.scalar(select(func.count(Journal.id))) == 0


def test_preparing_reserves_the_next_number(app, browser) -> None:
    accept(app)
    head = browser("head")
    answer = head.post(NEW["D3"], {"seen": "0"})
    assert answer.status_code == 303
    page = words(head.get(answer.location).text)
    assert "Зарезервирован номер 1." in page
    assert "подготовлен к подписанию" in page
    assert lines_of(head.get(f"{answer.location}/file").data)[0] == "ПРОЕКТ"
    assert "За этот период уже есть документ: № 1 – подготовлен к подписанию." in words(head.get(NEW["D3"]).text)


def test_a_second_press_takes_no_second_number(app, browser) -> None:
    accept(app)
    head = browser("head")
    first, second = head.post(NEW["D3"], {"seen": "0"}), head.post(NEW["D3"], {"seen": "0"})
    assert (first.status_code, second.status_code, numbers_taken(app)) == (303, 409, 1)
    assert "За этот период уже подготовлен документ № 1" in second.text
    assert head.post(NEW["D3"], {"seen": "1"}).status_code == 303
    assert head.post(NEW["D3"], {"seen": "x"}).status_code == 400
    assert numbers_taken(app) == 2


def test_without_a_signatory_there_is_a_link_instead_of_the_button(app, browser) -> None:
    accept(app)
    with app.app_context():
        row = db.session.scalars(
            select(SignatoryPeriod).where(SignatoryPeriod.school_id == factories.school("t1-01").id)
        ).one()
        service.end_signatory(row, clock.today() - timedelta(days=1), None)
        db.session.commit()
    head = browser("head")
    page = head.get(NEW["D3"]).text
    assert ("Подготовить к подписанию</button>" in page, "Указать, кто подписывает</a>" in page) == (False, True)
    refused = head.post(NEW["D3"], {"seen": "0"})
    assert (refused.status_code, numbers_taken(app)) == (409, 0)
    assert "Не указано, кто подписывает этот документ" in refused.text


def test_registered_bytes_never_change(app, browser) -> None:
    accept(app)
    address, version = prepared(app)
    head = browser("head")
    assert head.post(f"{address}/register", {"version": version}).status_code == 303
    first = head.get(f"{address}/file").data
    lines = lines_of(first)
    assert lines.count("ПРОЕКТ") == 0
    requisites = open_docx(io.BytesIO(first)).tables[0].rows[0].cells
    assert [cell.text.replace("\u00a0", " ") for cell in requisites] == ["3 июня 2026 г.", "", "№", "1"]
    with app.app_context():
        school = factories.school("t1-01")
        school.full_name, school.place = "Другое название", "Другое место"
        row = SignatoryPeriod(
            municipality_id=school.municipality_id,
            school_id=school.id,
            kind="D3",
            post="Другая должность",
            name="Д. Д. Другая",
            valid_from=date(2026, 1, 1),
        )
        service.add_signatory(row, None)
        db.session.commit()
    page = head.get(address).text
    assert head.get(f"{address}/file").data == first
    assert hashlib.sha256(first).hexdigest() in page.replace("<wbr>", "")
    assert "Директор О. П. Ларина" in words(page)
    assert head.post(f"{address}/register", {"version": version + 1}).status_code == 409


def test_a_stale_page_registers_nothing(app, browser) -> None:
    accept(app)
    address, version = prepared(app)
    answer = browser("head").post(f"{address}/register", {"version": version + 1})
    assert answer.status_code == 409
    with app.app_context():
        assert the_paper(address).state == "reserved"


def test_annulling_needs_a_reason(app, browser) -> None:
    accept(app)
    address, version = prepared(app)
    head = browser("head")
    refused = head.post(f"{address}/annul", {"version": version, "reason": "  "})
    assert (refused.status_code, "Заполните это поле" in refused.text) == (422, True)
    assert head.post(f"{address}/annul", {"version": version, "reason": "Отчёт исправят"}).status_code == 303
    page = words(head.get(address).text)
    assert "повторно не используется. Причина: Отчёт исправят" in page
    assert head.get(f"{address}/file").status_code == 404
    assert "уже есть документ" not in head.get(NEW["D3"]).text


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        ("a.pdf", b"%PDF-1.4 cut", 422, "Файл повреждён или загружен не до конца."),
        ("a.txt", b"hello", 422, "Файл этого вида не принимается. Подойдёт PDF, JPEG, PNG."),
        ("a.pdf", b"", 422, "Файл пустой. Выберите другой файл."),
        ("", b"", 422, "Выберите файл со сканом подписанного документа."),
        ("a.pdf", PDF + b"0" * LIMIT, 413, "Файл больше 10 МБ. Уменьшите его и отправьте снова."),
    ],
)
def test_a_bad_scan_is_refused_in_words(app, browser, name: str, content: bytes, status: int, sentence: str) -> None:
    accept(app)
    address, version = registered(app)
    answer = browser("head").post(f"{address}/scan", **upload(version, content, name))
    assert (answer.status_code, sentence in words(answer.text)) == (status, True)
    with app.app_context():
        assert (the_paper(address).state, the_paper(address).scan_sha256) == ("registered", None)


def test_a_signed_paper_cannot_be_changed(app, browser) -> None:
    accept(app)
    address, version = registered(app)
    head = browser("head")
    assert head.post(f"{address}/scan", **upload(version, PDF, "скан%0D%0A: 1.pdf")).status_code == 303
    page = head.get(address).text
    assert "Документ подписан на бумаге, скан приложен. Изменить его нельзя" in words(page)
    assert re.findall(r'action="(/documents/[^"]+)"', page) == []
    scan = head.get(f"{address}/scan")
    assert scan.data == PDF
    assert re.search(r"filename\*=UTF-8''%D1%81%D0%BA%D0%B0%D0%BD[^\r\n]*\.pdf$", scan.headers["Content-Disposition"])
    assert head.post(f"{address}/scan", **upload(version + 1, PDF, "b.pdf")).status_code == 409
    assert head.post(f"{address}/annul", {"version": version + 1, "reason": "Так"}).status_code == 409


@pytest.mark.parametrize(
    ("who", "view", "sign"),
    [
        ("head", 200, 303),
        ("curator", 200, 403),
        ("stranger", 404, 404),
        ("methodist", 200, 403),
        ("specialist", 200, 403),
        ("pds", 404, 404),
        ("other-head", 404, 404),
        ("other-specialist", 404, 404),
    ],
)
def test_who_may_see_and_sign_a_schools_paper(app, browser, who: str, view: int, sign: int) -> None:
    accept(app)
    address, version = prepared(app)
    person = browser(who)
    assert person.get(address).status_code == view
    assert person.post(f"{address}/register", {"version": version}).status_code == sign
    with app.app_context():
        assert the_paper(address).state == ("registered" if who == "head" else "reserved")


@pytest.mark.parametrize(("who", "status"), [("curator", 403), ("methodist", 403), ("admin", 403), ("specialist", 404)])
def test_only_a_head_prepares_a_schools_paper(app, browser, who: str, status: int) -> None:
    accept(app)
    assert browser(who).post(NEW["D3"], {"seen": "0"}).status_code == status
    assert (browser("head").post(NEW["D18"], {"seen": "0"}).status_code, numbers_taken(app)) == (404, 0)


def test_the_office_records_a_schools_paper_under_a_number_of_its_own(app, browser) -> None:
    accept(app)
    prepared_address, _ = prepared(app)
    address, _ = registered(app)
    methodist = browser("methodist")
    assert methodist.post(f"{prepared_address}/receive").status_code == 409
    assert methodist.post(f"{address}/receive").status_code == 303
    assert "Входящий в управлении № 01-19-01 от 3 июня 2026 г." in words(methodist.get(address).text)
    assert methodist.post(f"{address}/receive").status_code == 409
    assert browser("head").post(f"{address}/receive").status_code == 403
    journal = words(browser("head").get("/documents").text)
    assert "от 03.06.2026 вх. № 01-19-01" in journal
    with app.app_context():
        assert [row.number for row in db.session.scalars(select(Incoming))] == ["01-19-01"]


def test_conclusions_are_put_otherwise_before_registration(app, browser) -> None:
    accept(app, "t1-01", "t1-02")
    address, version = prepared(app, "D18", actor="specialist")
    specialist = browser("specialist")
    assert "Выводы составлены по показателям" in specialist.get(address).text
    typed = "Первый вывод <b>&\n\n  Второй вывод\n"
    assert specialist.post(f"{address}/conclusions", {"version": version, "conclusions": typed}).status_code == 303
    stale = specialist.post(f"{address}/conclusions", {"version": version, "conclusions": "x"})
    assert stale.status_code == 409
    lines = lines_of(specialist.get(f"{address}/file").data)
    start = lines.index("Номера показателей указаны по таблице раздела 3.")
    assert lines[start + 1 : start + 3] == ["1. Первый вывод <b>&", "2. Второй вывод"]
    assert specialist.post(f"{address}/conclusions", {"version": version + 1, "conclusions": ""}).status_code == 303
    lines = lines_of(specialist.get(f"{address}/file").data)
    assert lines[start + 1].startswith("1. Выводы сделаны по данным 2 из 3 ОО")
    too_long = specialist.post(f"{address}/conclusions", {"version": version + 2, "conclusions": "я" * 8001})
    assert (too_long.status_code, "Слишком длинный текст" in too_long.text) == (422, True)
    assert browser("methodist").post(f"{address}/conclusions", {"version": version + 2}).status_code == 403


def test_conclusions_of_a_school_come_from_its_report(app, browser) -> None:
    accept(app)
    address, version = prepared(app)
    head = browser("head")
    assert "Сохранить выводы" not in head.get(address).text
    answer = head.post(f"{address}/conclusions", {"version": version, "conclusions": "Иначе"})
    assert (answer.status_code, "исправьте отчёт" in answer.text) == (409, True)


def test_the_journal_is_narrowed_by_its_address(app, browser) -> None:
    accept(app)
    prepared(app)
    registered(app)
    specialist = browser("specialist")

    def shown(query: str) -> list[str]:
        return re.findall(r">№ (\S+)<span", specialist.get(f"/documents?{query}").text)

    assert shown("") == ["2", "1"]
    assert shown("state=registered&kind=D3&year=2026") == ["2"]
    assert (shown("kind=D18"), shown("year=2025")) == ([], [])
    assert "По этому отбору документов нет." in specialist.get("/documents?kind=D18").text
    for bad in ("kind=D99", "year=26", "year=²²²²", "state=x", "colour=red", "after=1"):
        assert specialist.get(f"/documents?{bad}").status_code == 400
    assert specialist.get(f"/documents?after={uuid.uuid4()}").status_code == 404
    fragment = specialist.get("/documents", headers={"HX-Request": "true"}).text
    assert ("<html" in fragment, 'id="journal"' in fragment) == (False, True)


def test_a_long_journal_goes_on_where_the_page_ended(app, browser, count_queries) -> None:
    accept(app)
    with app.app_context():
        for _ in range(JOURNAL_PAGE + 3):
            source = service.source_for(first_municipality(), factories.school("t1-01"))  # type: ignore[arg-type]
            service.prepare(queries.spec_of("D3"), source, "2026", factories.user("head"))
        db.session.commit()
    head = browser("head")
    first = head.get("/documents").text
    onward = re.search(r'href="(/documents\?after=[^"]+)"', first)
    assert onward is not None
    second = head.get(onward[1]).text
    pages = [re.findall(r">№ (\d+)<span", html) for html in (first, second)]
    assert pages == [[str(n) for n in range(103, 3, -1)], ["3", "2", "1"]]
    assert 'rel="next"' not in second
    long = count_queries(lambda: head.get("/documents?state=reserved"))
    short = count_queries(lambda: head.get("/documents?state=annulled"))
    assert long <= short + 1


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Орлова Вера Николаевна", "В. Н. Орлова"),
        ("В.Н.Орлова", "В. Н. Орлова"),
        ("В. Н. Орлова", "В. Н. Орлова"),
        ("Орлова В. Н.", "В. Н. Орлова"),
        ("А. Оюн Кара-оолович", "А. Оюн Кара-оолович"),
    ],
)
def test_a_signatory_is_stored_as_it_prints(app, browser, typed: str, printed: str) -> None:
    head = browser("head")
    data = {"kind": "D3", "post": "Директор", "name": typed, "valid_from": "01.06.2026"}
    assert head.post("/signatories", data).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(SignatoryPeriod).where(SignatoryPeriod.kind == "D3")).one()
        first, rest = printed.split(" ", 1)
        initials = "\u00a0".join(printed.split(" ")[:3]) if rest.count(".") else f"{first}\u00a0{rest}"
        assert row.name == initials


def test_a_substitute_signs_by_order_and_only_for_the_time(app, browser, at) -> None:
    head = browser("head")
    acting = {"kind": "any", "acting": "1", "post": "директора", "name": "М. В. Соколова", "valid_from": "01.06.2026"}
    refused = head.post("/signatories", acting)
    assert (refused.status_code, "укажите номер приказа" in refused.text) == (422, True)
    wrong = head.post("/signatories", acting | {"order_number": "№ 5", "valid_to": "01.05.2026"})
    assert (wrong.status_code, "Дата окончания раньше даты начала" in wrong.text) == (422, True)
    done = head.post("/signatories", acting | {"order_number": "от 01.06.2026 № 5", "valid_to": "04.06.2026"})
    assert done.status_code == 303
    assert "И.о. директора М. В. Соколова, приказ от 01.06.2026 № 5" in words(head.get("/signatories").text)
    at(2026, 6, 5, 9)
    today = words(browser("head").get("/signatories").text).split("Если на один день")[0]
    assert "программ наставничества Директор О. П. Ларина" in today


def test_an_entry_is_ended_and_a_mistake_entered_again(app, browser) -> None:
    head = browser("head")
    data = {"kind": "D3", "post": "Директор", "name": "А. А. Первая", "valid_from": "01.06.2026"}
    head.post("/signatories", data)
    head.post("/signatories", data | {"name": "Б. Б. Вторая"})
    with app.app_context():
        rows = db.session.scalars(select(SignatoryPeriod).where(SignatoryPeriod.kind == "D3")).all()
        assert [row.name for row in rows] == ["Б.\u00a0Б.\u00a0Вторая"]
        address = f"/signatories/{rows[0].id}/end"
    early = head.post(address, {"last_day": "31.05.2026"})
    assert (early.status_code, "Дата раньше начала: 01.06.2026." in early.text) == (422, True)
    assert head.post(address, {"last_day": ""}).status_code == 422
    assert head.post(address, {"last_day": "02.06.2026"}).status_code == 303
    assert "Вторая" not in words(head.get("/signatories").text).split("Если на один день")[0]
    assert browser("stranger").post(address, {"last_day": "02.06.2026"}).status_code == 404
    assert browser("specialist").post(address, {"last_day": "02.06.2026"}).status_code == 403
    assert browser("curator").get("/signatories").status_code == 403


def test_the_executor_is_printed_below_the_signature(app, browser) -> None:
    accept(app)
    specialist, head = browser("specialist"), browser("head")
    nobody = specialist.post("/signatories/executor", {"executor": "", "phone": "2-11-11"})
    assert (nobody.status_code, "Укажите, чей это телефон." in nobody.text) == (422, True)
    filled = {"executor": "Орлова Вера Николаевна", "phone": "2-11-11"}
    assert specialist.post("/signatories/executor", filled).status_code == 303
    lines = lines_of(specialist.get(f"{NEW['D18']}/preview").data)
    printed = ["Исполнитель: Орлова Вера Николаевна", "тел. 2-11-11"]
    assert [line for line in lines if line in printed] == printed
    assert [line for line in lines_of(head.get(f"{NEW['D3']}/preview").data) if line in printed] == []
    specialist.post("/signatories/executor", {"executor": "", "phone": ""})
    assert [line for line in lines_of(specialist.get(f"{NEW['D18']}/preview").data) if line in printed] == []
