"""Commands on documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from roadmap.cli.base import fail, municipality_named, print_json, says_errors
from roadmap.documents import queries, service
from roadmap.documents.render import CompiledTemplate, TemplateError
from roadmap.schools import queries as schools

document_commands = AppGroup("documents", help="Документы.")


@document_commands.command("kinds", help="Виды документов.")
@click.option("--json", "as_json", is_flag=True)
def document_kinds(as_json: bool) -> None:
    rows = [
        {
            "kind": spec.kind,
            "title": spec.title,
            "measure": spec.measure,
            "scope": spec.scope,
            "inputs": ["period"],
        }
        for spec in queries.all_kinds()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['kind']:<5} {row['title']}")


@document_commands.command("render", help="Предпросмотр документа («проект», без номера).")
@click.argument("kind")
@click.option("--school", "school_code")
@click.option("--object", "object_id")
@click.option("--period")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--manifest", type=click.Path(dir_okay=False, path_type=Path))
@says_errors
def document_render(
    kind: str,
    school_code: str | None,
    object_id: str | None,
    period: str | None,
    as_of: Any,
    out: Path,
    manifest: Path | None,
) -> None:
    spec = queries.spec_of(kind)
    school = schools.school_by_code(school_code) if school_code else None
    if school_code and school is None:
        fail(f"Школа «{school_code}» не найдена.")
    if object_id:
        fail("У этого вида документа нет отдельного объекта: уберите --object.")
    municipality = school.municipality if school else municipality_named(None)
    if spec.scope == "school" and school is None:
        school = next(iter(schools.schools_of(municipality.id)), None)
    if spec.scope == "municipality":
        school = None
    periods = queries.periods_with_answers(municipality.id, spec.measure, school.id if school else None)
    wanted = period or next(iter(periods), None)
    if wanted is None:
        fail("Принятых отчётов ещё нет: документ формировать не из чего.")
    source = service.source_for(municipality, school, as_of.date() if as_of else None)
    paper = service.render(spec, source, wanted, service.Head())
    out.write_bytes(paper.content)
    if manifest:
        proof = service.manifest(kind, wanted, source, paper)
        manifest.write_text(json.dumps(proof, ensure_ascii=False, indent=1), "utf-8")


@document_commands.command("fill", help="Заполнить доверенный шаблон docxtpl данными JSON.")
@click.argument("template", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def document_fill(template: Path, data: Path, out: Path) -> None:
    try:
        values = json.loads(data.read_text("utf-8"))
        content = template.read_bytes()
    except OSError as error:
        fail(f"Файл не открывается: {error.filename}.")
    except ValueError:
        fail(f"В файле {data} нет правильного JSON.")
    try:
        out.write_bytes(CompiledTemplate(content).render(values))
    except TemplateError as error:
        fail(str(error))
