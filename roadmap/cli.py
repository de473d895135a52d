"""Commands: ``flask --app wsgi COMMAND``. Errors are one Russian sentence on stderr, exit 2 (bad input) or 1."""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
import waitress
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from roadmap import demo, migrations, storage
from roadmap.access import Role
from roadmap.accounts import service as accounts
from roadmap.audit import service as audit
from roadmap.catalogue import documents as catalogue_documents
from roadmap.database import unit_of_work
from roadmap.documents import queries as document_queries
from roadmap.documents import service as documents
from roadmap.errors import DomainError
from roadmap.health import beat
from roadmap.plan import queries as plan
from roadmap.schools import queries as schools
from roadmap.schools import service as schools_service
from roadmap.schools.models import Municipality
from roadmap.tick import run_tick

Command = TypeVar("Command", bound=Callable[..., Any])

db_commands = AppGroup("db", help="База данных.")
demo_commands = AppGroup("demo", help="Демонстрационные данные.")
plan_commands = AppGroup("plan", help="Дорожная карта.")
document_commands = AppGroup("documents", help="Документы.")
audit_commands = AppGroup("audit", help="Журнал действий.")
storage_commands = AppGroup("storage", help="Хранилище файлов.")
setup_commands = AppGroup("setup", help="Первые муниципалитет и пользователь.")


def fail(sentence: str, code: int = 2) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def says_errors(command: Command) -> Command:
    """A refusal of the domain becomes its sentence and exit code 2."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            fail(error.message)

    return wrapped  # type: ignore[return-value]


def municipality_named(code: str | None) -> Municipality:
    found = schools.municipality_by_code(code) if code else schools.first_municipality()
    if found is None:
        fail(f"Муниципалитет «{code}» не найден." if code else "Муниципалитетов ещё нет: выполните demo load.")
    return found


@db_commands.command("upgrade", help="Привести базу данных к текущей версии.")
def db_upgrade() -> None:
    migrations.upgrade()


@db_commands.command("downgrade", help="Вернуть базу данных к ревизии.")
@click.argument("revision")
def db_downgrade(revision: str) -> None:
    migrations.downgrade(revision)


@demo_commands.command("load", help="Загрузить демонстрационный муниципалитет (повторная загрузка ничего не меняет).")
@click.option("--if-empty", is_flag=True, help="Только если база пуста.")
@says_errors
def demo_load(if_empty: bool) -> None:
    if not current_app.config["ROADMAP"].demo:
        if if_empty:
            return
        fail("Демонстрационные данные загружаются только при ROADMAP_MODE=demo.")
    with unit_of_work():
        loaded = demo.load()
    click.echo("Демонстрационные данные загружены." if loaded else "Демонстрационные данные уже загружены.")


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
        for spec in catalogue_documents().values()
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
    spec = document_queries.spec_of(kind)
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
    periods = document_queries.periods_with_answers(municipality.id, spec.measure, school.id if school else None)
    wanted = period or next(iter(periods), None)
    if wanted is None:
        fail("Принятых отчётов ещё нет: документ формировать не из чего.")
    source = documents.source_for(municipality, school, as_of.date() if as_of else None)
    paper = documents.render(spec, source, wanted, documents.Head())
    out.write_bytes(paper.content)
    if manifest:
        proof = documents.manifest(kind, wanted, source, paper)
        manifest.write_text(json.dumps(proof, ensure_ascii=False, indent=1), "utf-8")


@document_commands.command("fill", help="Заполнить доверенный шаблон docxtpl данными JSON.")
@click.argument("template", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def document_fill(template: Path, data: Path, out: Path) -> None:
    from roadmap.documents.render import CompiledTemplate, TemplateError

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


@audit_commands.command("verify", help="Проверить целостность журнала действий.")
def audit_verify() -> None:
    _report(audit.verify(), "Журнал действий цел.")


@storage_commands.command("verify", help="Проверить файлы хранилища.")
def storage_verify() -> None:
    _report((f"Файл {sha256} утрачен или изменён." for sha256 in storage.damaged()), "Все файлы на месте.")


def _report(problems: Iterable[str], fine: str) -> None:
    found = list(problems)
    for problem in found:
        click.echo(problem, err=True)
    if found:
        sys.exit(1)
    click.echo(fine)


@setup_commands.command("municipality", help="Добавить муниципалитет и основополагающую дорожную карту 2022–2024.")
@click.argument("code")
@click.argument("name")
@click.argument("name_gen")
@says_errors
def setup_municipality(code: str, name: str, name_gen: str) -> None:
    if schools.municipality_by_code(code):
        fail(f"Муниципалитет с кодом «{code}» уже есть.")
    with unit_of_work():
        municipality = schools_service.add_municipality(code, name, name_gen)
        demo.add_founding_editions(municipality.id)
    click.echo(f"Муниципалитет «{name}» добавлен.")


@setup_commands.command("user", help="Пригласить пользователя: печатает одноразовую ссылку для пароля.")
@click.argument("username")
@click.argument("full_name")
@click.option("--municipality", "municipality_code")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), required=True)
@click.option("--school", "school_code")
@says_errors
def setup_user(
    username: str, full_name: str, municipality_code: str | None, roles: tuple[str, ...], school_code: str | None
) -> None:
    municipality = municipality_named(municipality_code)
    school = schools.school_by_code(school_code) if school_code else None
    if school_code and school is None:
        fail(f"Школа «{school_code}» не найдена.")
    with unit_of_work():
        user = accounts.add_user(municipality.id, username, full_name, [Role(role) for role in roles], school=school)
        token = accounts.issue_link(user, None)
    base = current_app.config["ROADMAP"].url or "http://127.0.0.1:8000"
    click.echo(f"{base}/set-password/{token}")


@click.command("tick", help="Один проход того, что делается по часам.")
@with_appcontext
def tick() -> None:
    with unit_of_work():
        done = run_tick()
    click.echo(f"Создано сроков: {done.occurrences}, аннулировано номеров: {done.annulled}.")


@click.command("worker", help="Делает по часам то же, что tick, раз в минуту.")
@click.option("--exit-with-parent", is_flag=True, hidden=True)
@with_appcontext
def worker(exit_with_parent: bool) -> None:
    if exit_with_parent:
        _exit_with_parent()
    while True:
        try:
            with unit_of_work():
                run_tick()
                beat("worker")
        except Exception:  # the next round tries again; the silence shows in /readyz
            current_app.logger.exception("tick failed")
        time.sleep(60)


@click.command("serve", help="Сервер waitress.")
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--exit-with-parent", is_flag=True, hidden=True)
@with_appcontext
def serve(host: str, port: int, exit_with_parent: bool) -> None:
    config = current_app.config["ROADMAP"]
    if not config.demo and demo.accounts_exist():
        fail("В базе есть демонстрационные учётные записи: рабочий режим не запускается.", 1)
    if exit_with_parent:
        _exit_with_parent()
    waitress.serve(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        host=host,
        port=port,
        threads=8,
        connection_limit=1000,
        channel_timeout=15,
        max_request_body_size=32 * 1024 * 1024,
        ident=None,
    )


def _exit_with_parent() -> None:
    """start.py holds the other end of our stdin: when it goes away, however it died, so do we."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def register(app: Flask) -> None:
    for group in (
        db_commands,
        demo_commands,
        plan_commands,
        document_commands,
        audit_commands,
        storage_commands,
        setup_commands,
    ):
        app.cli.add_command(group)
    for command in (tick, worker, serve):
        app.cli.add_command(command)
