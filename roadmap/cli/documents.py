"""Commands on documents."""

from __future__ import annotations

import json
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from roadmap import clock
from roadmap.catalogue.base import DocumentSpec
from roadmap.cli.base import fail, municipality_named, print_json, says_errors
from roadmap.documents import makeable, queries, service
from roadmap.documents.render import CompiledTemplate, TemplateError
from roadmap.registers.models import Mentorship
from roadmap.schools import queries as schools
from roadmap.schools.models import Municipality, School

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
            "inputs": list(spec.inputs),
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
    spec, school = queries.spec_of(kind), _school(school_code)
    pair = _object(spec, object_id, school)
    school = pair.school if pair is not None else school
    municipality = school.municipality if school else municipality_named(None)
    if spec.scope == "municipality":
        school = None
    elif school is None:
        school = next(iter(schools.schools_of(municipality.id)), None)
    wanted, day = _period(spec, period, as_of.date() if as_of else None, municipality, school)
    source = service.source_for(municipality, school, day, pair.id if pair is not None else None)
    if spec.scope == "blank" and (obstacle := spec.obstacle(source, wanted)):
        fail(obstacle)
    paper = service.render(spec, source, wanted, service.Head())
    out.write_bytes(paper.content)
    if manifest:
        proof = service.manifest(kind, wanted, source, paper)
        manifest.write_text(json.dumps(proof, ensure_ascii=False, indent=1), "utf-8")


def _school(code: str | None) -> School | None:
    school = schools.school_by_code(code) if code else None
    if code and school is None:
        fail(f"Школа «{code}» не найдена.")
    return school


def _object(spec: DocumentSpec, text: str | None, school: School | None) -> Mentorship | None:
    """The pair that a paper is made for: the named one, else the first of the school or of the first that has one."""
    if "object" not in spec.inputs:
        if text:
            fail("У этого вида документа нет отдельного объекта: уберите --object.")
        return None
    owners = [school] if school else schools.schools_of(municipality_named(None).id)
    if text:
        try:
            found = makeable.mentorship_of(uuid.UUID(text))
        except ValueError:
            fail(f"«{text}» – не номер пары.")
        if found is None or (school is not None and found.school_id != school.id):
            fail(f"Пара «{text}» не найдена.")
        return found
    pairs = (pair for owner in owners for pair in reversed(makeable.pairs_with_programmes(owner.id)))
    first = next(pairs, None)
    if first is None:
        fail("Персонализированных программ ещё нет: документ формировать не из чего.")
    return first


def _period(
    spec: DocumentSpec, period: str | None, day: date | None, municipality: Municipality, school: School | None
) -> tuple[str, date | None]:
    """The paper's period, and the day that registers and settings are read at."""
    if "as_of" in spec.inputs:
        if period and makeable.as_of_day(period) is None:
            fail("Этот документ составляют на день: укажите --as-of ГГГГ-ММ-ДД.")
        day = day or (makeable.as_of_day(period) if period else None) or clock.today()
        if day > clock.today():
            fail("Эта дата ещё не наступила.")
        return day.isoformat(), day
    owner = municipality.id, school.id if school else None
    wanted = period or next(iter(makeable.makeable_for(spec, *owner, clock.today())), None)
    if wanted is None:
        fail("Принятых отчётов ещё нет: документ формировать не из чего.")
    return wanted, day


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
