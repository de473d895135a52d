"""The commands that outsiders rely on: their output, their exit codes, their one sentence on stderr."""

from __future__ import annotations

import json

import docx
import factories
import pytest

from roadmap import create_app
from roadmap.database import db


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *arguments, **more: runner.invoke(args=list(arguments), **more)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("plan", "occurrences", "--measure", "9.9"), "Мероприятия «9.9» нет в редакции 2025-2027."),
        (
            ("plan", "occurrences", "--measure", "5.3", "--edition", "2000-2001"),
            "Редакция «2000-2001» не найдена.",
        ),
        (
            ("plan", "occurrences", "--measure", "5.3", "--municipality", "zz"),
            "Муниципалитет «zz» не найден.",
        ),
        (("plan", "deadline"), "Укажите фразу о сроке или --jsonl."),
        (("documents", "render", "D3", "--school", "zz", "--out", "x.docx"), "Школа «zz» не найдена."),
        (("bench", "nothing"), "Неизвестное измерение «nothing». Есть: filling, pages, registers."),
        (("setup", "municipality", "t1", "Район", "Района"), "Муниципалитет с кодом «t1» уже есть."),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(run, arguments, sentence):
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (2, "", sentence)


def test_an_empty_database_is_said(tmp_path):
    from application import make_config

    app = create_app(make_config(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}"))
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    with app.app_context():
        db.engine.dispose()
    assert result.exit_code == 1
    assert result.stderr.strip() == "База данных недоступна или не подготовлена: выполните db upgrade."


def test_deadline_of_a_phrase_and_of_lines(run):
    rule = json.loads(run("plan", "deadline", "Ежегодно до 10 июня", "--json").stdout)
    assert rule == {
        "kind": "yearly",
        "due": None,
        "start": None,
        "end": None,
        "months": [6],
        "day": 10,
        "note": "",
    }
    line = json.dumps({"phrase": "До 17.10.2022", "period_start": "2022-01-01", "period_end": "2024-12-31"})
    result = run("plan", "deadline", "--jsonl", input=f"{line}\n\n{line}\n")
    assert [json.loads(one)["due"] for one in result.stdout.splitlines()] == ["2022-10-17", "2022-10-17"]
    broken = run("plan", "deadline", "--jsonl", input="{}\n")
    assert (broken.exit_code, broken.stderr.strip()) == (
        2,
        "Строка 1: нужен JSON с полями phrase, period_start, period_end.",
    )


def test_import_makes_a_draft_edition_unless_it_is_a_dry_run(app, run):
    from roadmap.plan.queries import edition_by_code

    source = "roadmap/plan/data/roadmap-2022-2024.tsv"
    common = ("plan", "import", source, "--title", "Карта", "--start", "2031-01-01", "--end", "2033-12-31", "--json")
    dry = json.loads(run(*common, "--dry-run").stdout)
    assert [len(dry["sections"]), len(dry["measures"])] == [6, 25]
    assert run(*common).exit_code == 0
    with app.app_context():
        edition = edition_by_code(factories.user("specialist").municipality_id, "2031-2033")
        assert (edition.state, len([m for s in edition.sections for m in s.measures])) == ("draft", 25)
        db.session.rollback()
    again = run(*common)
    assert (again.exit_code, again.stderr.strip()) == (2, "Редакция дорожной карты на 2031-2033 уже есть.")


def test_render_makes_the_draft_of_the_page(app, run, browser, tmp_path):
    with app.app_context():
        factories.accepted("t1-01")
        db.session.commit()
    out, manifest = tmp_path / "d18.docx", tmp_path / "m.json"
    result = run("documents", "render", "D18", "--period", "2026", "--out", str(out), "--manifest", str(manifest))
    assert result.exit_code == 0, result.stderr
    page = browser("specialist").get("/documents/new/D18/2026/preview")
    assert page.data == out.read_bytes()
    assert "ПРОЕКТ" in [paragraph.text for paragraph in docx.Document(out).paragraphs]
    proof = json.loads(manifest.read_text("utf-8"))
    assert (proof["kind"], proof["period"]) == ("D18", "2026")
    assert all(figure["how"] for figure in proof["figures"].values())


def test_kinds(run):
    kinds = {row["kind"]: row["scope"] for row in json.loads(run("documents", "kinds", "--json").stdout)}
    assert (kinds["D3"], kinds["D18"]) == ("school", "municipality")


def test_fill_fills_any_trusted_template(run, tmp_path):
    template, data, out = tmp_path / "t.docx", tmp_path / "d.json", tmp_path / "o.docx"
    document = docx.Document()
    document.add_paragraph("{{ name }}")
    document.save(template)
    data.write_text('{"name": "Оюн <&>"}', "utf-8")
    assert run("documents", "fill", str(template), str(data), "--out", str(out)).exit_code == 0
    assert [paragraph.text for paragraph in docx.Document(out).paragraphs] == ["Оюн <&>"]


def test_verify_commands_say_that_all_is_well(run):
    assert run("audit", "verify").stdout.strip() == "Журнал действий цел."
    assert run("storage", "verify").stdout.strip() == "Все файлы на месте."


def test_invited_user_gets_a_link_that_works(app, run, browser):
    result = run("setup", "user", "ivanova", "Иванова Анна Ильинична", "--role", "methodist")
    path = result.stdout.strip().removeprefix("http://127.0.0.1:8000")
    answer = browser().post(path, {"password": "сосна-ветер-7", "again": "сосна-ветер-7"})
    assert answer.status_code == 303
    browser().sign_in("ivanova", "сосна-ветер-7")


def test_garbage_signature_prints_its_verdict(run, tmp_path):
    file, signature = tmp_path / "a.docx", tmp_path / "a.sig"
    file.write_bytes(b"document")
    signature.write_bytes(b"garbage")
    result = run("signatures", "verify", str(file), str(signature), "--json")
    verdict = json.loads(result.stdout)
    assert result.exit_code == 1
    assert verdict["signature"] in ("no", "unknown")
    missing = run("signatures", "verify", str(tmp_path / "none"), str(signature), "--json")
    assert missing.exit_code == 2


def test_tick_does_what_the_clock_asks_once(app, run):
    assert run("tick").stdout.strip() == "Создано сроков: 0, аннулировано номеров: 0."
