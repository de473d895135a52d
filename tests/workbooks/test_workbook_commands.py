"""``flask registers template | import | findings``, and LibreOffice's opinion of the files."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess

import pytest
import register_world as world
from sqlalchemy import func, select
from workbook_world import filled

from roadmap.database import db
from roadmap.registers.models import Participant
from roadmap.workbooks import writing
from roadmap.workbooks.columns import Kind
from roadmap.workbooks.reading import Row, read


@pytest.fixture
def run(app):
    def call(*arguments):
        result = app.test_cli_runner().invoke(args=["registers", *map(str, arguments)])
        return result.exit_code, result.stdout, result.stderr

    return call


def count(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Participant))


def test_template_has_its_header_in_row_1_of_the_first_sheet(run, tmp_path):
    from openpyxl import load_workbook

    for kind in Kind:
        assert run("template", kind.value, "--out", tmp_path / f"{kind.value}.xlsx")[0] == 0
    header = [cell.value for cell in load_workbook(tmp_path / "mentors.xlsx").worksheets[0][1]]
    assert header[:2] == ["ФИО наставника", "Год рождения"]


def test_import_takes_what_is_right_and_says_the_rest(app, run, tmp_path):
    path = tmp_path / "mentors.xlsx"
    path.write_bytes(
        filled(Kind.MENTORS, {"full_name": "Иванова Мария Петровна"}, {"full_name": "Орлов", "sex": "жен"})
    )
    wanted = {
        "new": 1,
        "changed": 0,
        "same": 0,
        "errors": [{"cell": "строка 3, столбец „Пол“", "message": "Выберите из списка: мужской, женский."}],
    }
    arguments = ("import", "mentors", path, "--school", "t1-01", "--json")
    code, out, err = run(*arguments, "--dry-run")
    assert (code, json.loads(out), err, count(app)) == (0, wanted, "", 0)
    code, out, err = run(*arguments)
    assert (code, json.loads(out), err, count(app)) == (0, wanted, "", 1)
    code, out, err = run(*arguments)
    assert (code, json.loads(out), count(app)) == (0, wanted | {"new": 0, "same": 1}, 1)
    assert run(*arguments[:-1])[1] == (
        "Новых 0, изменённых 0, без изменений 1, ошибок 1.\n"
        "строка 3, столбец „Пол“: Выберите из списка: мужской, женский.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--school", "нет"), "Школа с кодом «нет» не найдена.\n"),
        (("--school", "t1-01"), "Файл «x.xlsx» не открывается.\n"),
    ],
)
def test_bad_input_is_one_sentence(run, tmp_path, arguments, sentence):
    assert run("import", "mentors", tmp_path / "x.xlsx", *arguments) == (2, "", sentence)


def test_a_file_that_is_no_workbook_is_one_sentence(run, tmp_path):
    (tmp_path / "x.xlsx").write_text("ФИО")
    answer = run("import", "mentors", tmp_path / "x.xlsx", "--school", "t1-01")
    assert answer == (2, "", "Файл не принят: это не документ .xlsx.\n")


def test_findings(app, run):
    with app.app_context():
        mentor, mentee = world.teacher(), world.pupil(birth_year=None)
        world.approved(mentor, mentee)
        db.session.commit()
    wanted = {
        "school": "t1-01",
        "rule": "birth_year",
        "object": "Петров Пётр Ильич",
        "message": "Петров Пётр Ильич: не указан год рождения, поэтому человек не войдёт в показатели по возрасту.",
    }
    for arguments in ((), ("--school", "t1-01")):
        code, out, _ = run("findings", *arguments, "--json")
        assert (code, json.loads(out)) == (0, [wanted])
    assert json.loads(run("findings", "--school", "t1-02", "--json")[1]) == []
    assert run("findings")[1] == f"t1-01  {wanted['object']}: {wanted['message']}\n"


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """``convert(path, form)`` into the folder «out» beside it. LibreOffice may be here without its Calc."""
    office, profile = shutil.which("soffice"), tmp_path_factory.mktemp("profile")

    def run(path, form):
        command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form]
        command += ["--outdir", str(path.parent / "out"), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)

    probe = profile / "probe.csv"
    probe.write_text("a,b\n")
    if office:
        run(probe, "xlsx")
    if not (profile / "out" / "probe.xlsx").exists():
        reason = "LibreOffice Calc is missing: apt-get install libreoffice-calc-nogui"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return run


@pytest.mark.office
@pytest.mark.sqlite_only
def test_libreoffice_opens_the_file_and_what_it_saves_is_read_back(convert, tmp_path):
    rows = [{"full_name": "Иванова Мария Петровна", "birth_year": "1980", "entered_on": "01.09.2025", "post": "=1+1"}]
    (tmp_path / "list.xlsx").write_bytes(writing.workbook(Kind.MENTORS, rows))
    convert(tmp_path / "list.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1")
    convert(tmp_path / "list.xlsx", "xlsx")
    with (tmp_path / "out" / "list.csv").open(encoding="utf-8", newline="") as stream:
        header, line = csv.reader(stream)
    cells = dict(zip(header, line, strict=True))
    assert [cells[name] for name in ("ФИО наставника", "Год рождения", "Дата вхождения в программу", "Должность")] == [
        "Иванова Мария Петровна",
        "1980",
        "01.09.2025",
        "=1+1",
    ]
    assert read((tmp_path / "out" / "list.xlsx").read_bytes(), Kind.MENTORS) == [Row(2, rows[0])]
