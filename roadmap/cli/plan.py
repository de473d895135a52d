"""Commands on the roadmap: import, phrases, occurrences."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from roadmap.cli.base import fail, municipality_named, print_json, says_errors
from roadmap.database import unit_of_work
from roadmap.plan import queries as plan
from roadmap.plan.phrases import parse_deadline
from roadmap.plan.seed import sections_of_draft
from roadmap.plan.service import draft_edition
from roadmap.plan.word_file import RoadmapFileError
from roadmap.plan.word_table import RoadmapDraft, read_roadmap, read_tsv

plan_commands = AppGroup("plan", help="Дорожная карта.")
DAY = click.DateTime(["%Y-%m-%d"])


@plan_commands.command("import", help="Прочитать дорожную карту из Word или .tsv и завести проект редакции.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--title", required=True)
@click.option("--start", type=DAY, required=True, help="Начало напечатанного периода.")
@click.option("--end", type=DAY, required=True, help="Конец напечатанного периода.")
@click.option("--dry-run", is_flag=True, help="Только прочитать.")
@click.option("--json", "as_json", is_flag=True)
@says_errors
def plan_import(file: Path, title: str, start: datetime, end: datetime, dry_run: bool, as_json: bool) -> None:
    if start > end:
        fail("Начало периода позже его конца.")
    draft = _read(file, start.date(), end.date())
    if not dry_run:
        municipality = municipality_named(None)
        with unit_of_work():
            draft_edition(municipality.id, title, start.date(), end.date(), sections_of_draft(draft))
    if as_json:
        print_json(draft.to_json())
        return
    for measure in draft.measures:
        click.echo(f"{measure.code:<5} {measure.rule.kind:<14} {measure.deadline}")
        for problem in measure.problems:
            click.echo(f"      {problem}")


def _read(file: Path, start: date, end: date) -> RoadmapDraft:
    try:
        content = file.read_bytes()
    except OSError:
        fail(f"Файл «{file.name}» не открывается.")
    try:
        if file.suffix.lower() == ".tsv":
            return read_tsv(content.decode("utf-8-sig"), start, end)
        return read_roadmap(content, start, end)
    except RoadmapFileError as error:
        fail(str(error))
    except UnicodeDecodeError:
        fail(f"Файл «{file.name}» не в кодировке UTF-8.")


@plan_commands.command("deadline", help="Понять одну фразу о сроке; с --jsonl – по фразе на строку.")
@click.argument("phrase", required=False)
@click.option("--start", type=DAY)
@click.option("--end", type=DAY)
@click.option("--json", "as_json", is_flag=True, help="Ответ всегда JSON.")
@click.option("--jsonl", is_flag=True)
def plan_deadline(phrase: str | None, start: Any, end: Any, as_json: bool, jsonl: bool) -> None:
    if not jsonl:
        if phrase is None:
            fail("Укажите фразу о сроке или --jsonl.")
        rule = parse_deadline(phrase, start.date() if start else None, end.date() if end else None)
        print_json(rule.to_json())
        return
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            print_json(_rule_of_line(line, number))


def _rule_of_line(line: str, number: int) -> dict[str, Any]:
    try:
        values = json.loads(line)
        start, end = (
            date.fromisoformat(values[name]) if values.get(name) else None for name in ("period_start", "period_end")
        )
        return parse_deadline(values["phrase"], start, end).to_json()
    except (ValueError, KeyError, TypeError, AttributeError):
        fail(f"Строка {number}: нужен JSON с полями phrase, period_start, period_end.")


@plan_commands.command("occurrences", help="Сроки мероприятия.")
@click.option("--measure", "number", required=True)
@click.option("--edition", "edition_code")
@click.option("--municipality", "municipality_code")
@click.option("--json", "as_json", is_flag=True)
@says_errors
def plan_occurrences(number: str, edition_code: str | None, municipality_code: str | None, as_json: bool) -> None:
    municipality = municipality_named(municipality_code)
    if edition_code:
        edition = plan.edition_by_code(municipality.id, edition_code)
    else:
        edition = plan.newest_published(municipality.id)
    if edition is None:
        fail(f"Редакция «{edition_code}» не найдена." if edition_code else "Опубликованных редакций нет.")
    measure = plan.measure_by_number(edition, number)
    if measure is None:
        fail(f"Мероприятия «{number}» нет в редакции {edition.code}.")
    rows = [
        {
            "measure": number,
            "period": row.period,
            "due": row.due.isoformat(),
            "school": row.school.code if row.school else None,
        }
        for row in plan.occurrences_of(measure)
    ]
    if as_json:
        print_json(rows)
        return
    for entry in rows:
        click.echo(f"{entry['due']}  {entry['period']:<8}  {entry['school'] or 'муниципалитет'}")
