"""Over HTTP: download, upload, preview, mend, take, undo; who may; what is refused."""

from __future__ import annotations

import io
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import factories
import pytest
import register_world as world
from sqlalchemy import func, select
from workbook_world import filled, values
from workbook_world import with_part as rewritten

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.registers.models import Participant
from roadmap.workbooks.columns import Kind
from roadmap.workbooks.models import ImportBatch

PAGE = "/register/excel"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(client, content, kind="mentors"):
    answer = client.post(f"{PAGE}/{kind}/upload", {"file": (io.BytesIO(content), "база.xlsx")})
    answer.request.environ["wsgi.input"].close()  # a large body of the test client lies in a file
    return answer


def people(app):
    with app.app_context():
        return sorted(db.session.scalars(select(Participant.full_name)))


def version(app):
    with app.app_context():
        return db.session.scalars(select(ImportBatch.version)).one()


@pytest.fixture
def uploaded(browser):
    """A head whose preview holds a right row and a wrong one: (browser, address)."""
    client = browser("head")
    rows = {"full_name": "Иванова Мария Петровна"}, {"full_name": "Орлов Иван Ильич", "birth_year": "давно"}
    return client, send(client, filled(Kind.MENTORS, *rows)).location


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_workbook_is_downloaded(browser, kind):
    answer = browser("head").get(f"{PAGE}/{kind.value}/template")
    assert (answer.status_code, answer.mimetype) == (200, XLSX)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert len(values(answer.data)) == 1


def test_upload_preview_mend_take_undo_without_scripts(app, uploaded):
    client, address = uploaded
    page = client.get(address).text
    figures = re.findall(r'figure-value">(\d+)</p>\s*<p class="figure-label">([^<]+)<', page)
    assert figures == [("1", "добавится"), ("0", "изменится"), ("0", "без изменений"), ("1", "с ошибками")]
    assert "Строка 3, столбец „Год рождения“. Введите год четырьмя цифрами, например 1980." in page
    assert people(app) == []
    fixed = client.post(f"{address}/fix", {"version": version(app), "row": 3, "cell-birth_year": "1975"})
    assert (fixed.status_code, fixed.location) == (303, f"{address}#errors")
    assert "Записать в базу 2" in client.get(address).text
    taken = client.post(f"{address}/take", {"version": version(app)})
    assert (taken.status_code, taken.location) == (303, address)
    assert people(app) == ["Иванова Мария Петровна", "Орлов Иван Ильич"]
    assert "Строки из файла записаны в базу." in client.get(address).text
    client.post(f"{address}/undo", {"version": version(app)})
    assert people(app) == []
    assert "Загрузка отменена" in client.get(address).text


def test_mending_by_htmx_answers_with_the_preview_alone(app, uploaded):
    client, address = uploaded
    data = {"version": version(app), "row": 3, "cell-birth_year": "ещё раньше"}
    answer = client.post(f"{address}/fix", data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'value="ещё раньше"' in answer.text
    assert f'name="version" value="{version(app)}"' in answer.text


def test_a_stale_preview_is_refused(app, uploaded):
    client, address = uploaded
    old = version(app)
    client.post(f"{address}/fix", {"version": old, "row": 3, "cell-birth_year": "1975"})
    assert [client.post(f"{address}/{step}", {"version": old}).status_code for step in ("take", "drop")] == [409, 409]
    assert people(app) == []


def test_dropping_keeps_nothing(app, uploaded):
    client, address = uploaded
    answer = client.post(f"{address}/drop", {"version": version(app)})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?kind=mentors")
    assert client.get(address).status_code == 404


def test_a_damaged_form_is_refused(app, uploaded):
    client, address = uploaded
    bad = {"version": version(app), "cell-birth_year": "1975"}
    statuses = [
        client.post(f"{address}/fix", bad | {"row": row, **more}).status_code
        for row, more in (("x", {}), ("99", {}), ("3", {"cell-birth_year": "1" * 5001}))
    ]
    assert statuses == [400, 422, 422]
    assert client.post(f"{address}/fix", {"version": version(app), "row": 3, "cell-number": "1"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 422, "это не документ .xlsx"),
        (b"PK\3\4" + b"x" * (5 * 2**20), 413, "Файл больше 5 МБ"),
        (rewritten(filled(Kind.MENTORS), "xl/vbaProject.bin", lambda _: b"x"), 422, "в файле есть макросы"),
        (filled(Kind.MENTORS), 422, "На первом листе нет заполненных строк под заголовком."),
        (filled(Kind.MENTEES, {"full_name": "Петров Пётр"}), 422, "Это файл «Наставляемые»"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(app, browser, content, status, sentence):
    answer = send(browser("head"), content)
    assert answer.status_code == status
    error = re.search(r'id="e-file"[^>]*>([^<]*)<', answer.text)
    assert error
    assert sentence in error[1]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_no_file_is_asked_for(browser):
    answer = browser("head").post(f"{PAGE}/mentors/upload", {})
    assert (answer.status_code, "Выберите файл" in answer.text) == (422, True)


def test_typed_text_is_shown_as_text(browser):
    client = browser("head")
    hostile = "<img src=x onerror=alert(1)>"
    content = filled(Kind.MENTORS, {"full_name": hostile, "birth_year": hostile}, {"full_name": hostile})
    page = client.get(send(client, content).location).text
    assert "<img" not in page.lower()
    assert page.lower().count("&lt;img") == 3  # the title and the cell of the wrong row, the new one


def test_a_list_by_name_asks_for_a_reason_and_is_in_the_journal(app, browser):
    with app.app_context():
        world.teacher()
        db.session.commit()
    client = browser("head")
    refused = client.post(f"{PAGE}/mentors/export", {})
    assert (refused.status_code, "Выберите, зачем нужен список" in refused.text) == (422, True)
    answer = client.post(f"{PAGE}/mentors/export", {"purpose": "check"})
    assert (answer.status_code, answer.mimetype) == (200, XLSX)
    assert values(answer.data)[1][:3] == ["1", "Иванова Мария Петровна", 1980]
    with app.app_context():
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "named_list_exported")).one()
        assert (event.actor_id, event.subject_id, event.details) == (
            factories.user("head").id,
            str(factories.school("t1-01").id),
            {"list": "mentors", "purpose": "check", "count": 1},
        )
    assert "цель: сверить базу с документами школы" in browser("specialist").get("/audit").text


def test_the_office_exports_a_school_of_its_own(app, browser):
    with app.app_context():
        world.teacher()
        world.teacher("Чужая Анна Ильинична", school="t2-01")
        db.session.commit()
    client = browser("methodist")
    answer = client.post(f"{PAGE}/mentors/export", {"purpose": "check", "school": "t1-01"})
    assert [row[1] for row in values(answer.data)[1:]] == ["Иванова Мария Петровна"]
    foreign = client.post(f"{PAGE}/mentors/export", {"purpose": "check", "school": "t2-01"})
    assert (foreign.status_code, "Выберите школу" in foreign.text) == (422, True)
    assert 'type="file"' not in client.get(PAGE).text


@pytest.mark.parametrize("username", ["methodist", "specialist", "pds", "admin"])
def test_only_a_school_uploads(browser, username):
    assert send(browser(username), filled(Kind.MENTORS, {"full_name": "Иванова Мария"})).status_code == 403


@pytest.mark.parametrize("username", ["pds", "admin"])
def test_who_reads_no_register_exports_none(browser, username):
    client = browser(username)
    assert client.post(f"{PAGE}/mentors/export", {"purpose": "check", "school": "t1-01"}).status_code == 403
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(("username", "status"), [("stranger", 404), ("other-head", 404), ("methodist", 403)])
def test_an_upload_is_its_schools_alone(app, browser, uploaded, username, status):
    _, address = uploaded
    client = browser(username)
    found = [client.get(address).status_code]
    found += [client.post(f"{address}/{step}", {"version": 1}).status_code for step in ("fix", "take", "drop", "undo")]
    assert found == [status] * 5
    assert people(app) == []


def test_an_unknown_kind_is_not_found(browser):
    client = browser("head")
    assert client.get(f"{PAGE}?kind=teachers").status_code == 404
    assert client.get(f"{PAGE}/teachers/template").status_code == 404


def test_queries_do_not_grow_with_rows(app, browser, count_queries):
    client = browser("head")
    kinds = {
        Kind.MENTORS: lambda n: {"full_name": f"Иванова Мария {'абвгд'[n]}вна", "birth_year": 1970 + n},
        Kind.PAIRS: lambda n: {"mentor": f"И{n}", "mentees": f"М{n}", "starts_on": "01.09.2025"},
        Kind.PROGRAMME: lambda n: {"mentor": f"И{n}", "mentees": f"М{n}", "title": "А"},
    }
    for kind, row in kinds.items():
        counts = []
        for size in (1, 3):
            address = send(client, filled(kind, *(row(n) for n in range(size))), kind.value).location
            counts.append(count_queries(lambda address=address: client.get(address)))
        assert counts[0] == counts[1], kind
        assert counts[0] <= 20
    lists = [count_queries(lambda: client.get(f"{PAGE}?kind=mentors"))]
    client.post(f"{send(client, filled(Kind.MENTORS, {'full_name': 'Иванова Анна'})).location}/take", {"version": 1})
    send(client, filled(Kind.MENTORS, {"full_name": "Орлова Анна"}))
    lists.append(count_queries(lambda: client.get(f"{PAGE}?kind=mentors")))
    assert lists[0] == lists[1]


def test_export_queries_do_not_grow(app, browser, count_queries):
    client, counts = browser("head"), []
    for names in (["Первый Иван Ильич"], ["Второй Иван Ильич", "Третий Иван Ильич"]):
        with app.app_context():
            for number, name in enumerate(names):
                world.approved(world.teacher(f"{name} {number}"), world.pupil(f"Ученик {name} {number}"))
            db.session.commit()
        counts.append([
            count_queries(lambda kind=kind: client.post(f"{PAGE}/{kind.value}/export", {"purpose": "check"}))
            for kind in Kind
        ])  # fmt: skip
    assert counts[0] == counts[1]


def test_of_many_takings_at_once_one_counts(app, browser, uploaded):
    """Requests really meet on PostgreSQL only; SQLite's writers queue."""
    _, address = uploaded
    clients, seen = [browser("head") for _ in range(4)], version(app)
    gate = Barrier(len(clients))

    def take(client):
        gate.wait(timeout=30)
        return client.post(f"{address}/take", {"version": seen}).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = list(pool.map(take, clients))
    assert Counter(statuses) == {303: 1, 409: 3}
    assert people(app) == ["Иванова Мария Петровна"]
