"""Commands on the registers: workbooks out and in, contradictions."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from roadmap import clock
from roadmap.cli.base import fail, municipality_named, print_json, says_errors
from roadmap.database import unit_of_work
from roadmap.registers.queries import contradictions
from roadmap.schools.models import School
from roadmap.schools.queries import school_by_code
from roadmap.workbooks import service
from roadmap.workbooks.columns import Kind
from roadmap.workbooks.comparison import Status
from roadmap.workbooks.reading import LIMIT

register_commands = AppGroup("registers", help="База наставников и наставляемых.")
KIND = click.Choice([kind.value for kind in Kind])


@register_commands.command("template", help="Пустая книга Excel для заполнения.")
@click.argument("kind", type=KIND)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def register_template(kind: str, out: Path) -> None:
    try:
        out.write_bytes(service.template(Kind(kind)))
    except OSError:
        fail(f"Файл «{out.name}» не записывается.")


@register_commands.command("import", help="Загрузить книгу Excel в базу школы.")
@click.argument("kind", type=KIND)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--school", "code", required=True, help="Код школы.")
@click.option("--dry-run", is_flag=True, help="Только сравнить с базой.")
@click.option("--json", "as_json", is_flag=True)
@says_errors
def register_import(kind: str, file: Path, code: str, dry_run: bool, as_json: bool) -> None:
    school, wanted = _school(code), Kind(kind)
    rows = service.read_rows(_content(file), wanted)
    with unit_of_work():
        found = service.compare(school, wanted, rows) if dry_run else service.load(school, wanted, rows)
    figures = {status.value: found.count(status) for status in (Status.NEW, Status.CHANGED, Status.SAME)}
    errors = found.errors()
    if as_json:
        print_json(figures | {"errors": errors})
        return
    words = f"Новых {figures['new']}, изменённых {figures['changed']}, без изменений {figures['same']}"
    click.echo(f"{words}, ошибок {len(errors)}.")
    for error in errors:
        click.echo(f"{error['cell']}: {error['message']}")


@register_commands.command("findings", help="Противоречия в базе.")
@click.option("--school", "code", help="Код школы; без него – все школы первого муниципалитета.")
@click.option("--json", "as_json", is_flag=True)
@says_errors
def register_findings(code: str | None, as_json: bool) -> None:
    school = _school(code) if code else None
    municipality_id = school.municipality_id if school else municipality_named(None).id
    rows = [
        {"school": owner.code, "rule": finding.rule, "object": finding.object, "message": finding.message}
        for owner, finding in contradictions(municipality_id, school, clock.today())
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['school']}  {row['object']}: {row['message']}")


def _school(code: str) -> School:
    found = school_by_code(code)
    if found is None:
        fail(f"Школа с кодом «{code}» не найдена.")
    return found


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LIMIT + 1)
    except OSError:
        fail(f"Файл «{file.name}» не открывается.")
