"""The database, the demo, the first municipality and user, and one round of the clock."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from roadmap import demo, migrations
from roadmap.access import Role
from roadmap.accounts import service as accounts
from roadmap.cli.base import fail, municipality_named, says_errors
from roadmap.database import unit_of_work
from roadmap.schools import queries as schools
from roadmap.schools import service as schools_service
from roadmap.tick import run_tick

db_commands = AppGroup("db", help="База данных.")
demo_commands = AppGroup("demo", help="Демонстрационные данные.")
setup_commands = AppGroup("setup", help="Первые муниципалитет и пользователь.")


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
    if schools.first_municipality() is not None and not demo.accounts_exist():
        if if_empty:
            return
        fail("В базе рабочие данные: демонстрационные в неё не загружаются.")
    with unit_of_work():
        loaded = demo.load()
    click.echo("Демонстрационные данные загружены." if loaded else "Демонстрационные данные уже загружены.")


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
@says_errors
def tick() -> None:
    with unit_of_work():
        done = run_tick()
    click.echo(f"Создано сроков: {done.occurrences}, аннулировано номеров: {done.annulled}.")
