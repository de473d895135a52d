"""Commands on indicators."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from roadmap import clock
from roadmap.boards.indicators import indicators
from roadmap.cli.base import fail, municipality_named, print_json, says_errors
from roadmap.schools import queries as schools

indicator_commands = AppGroup("indicators", help="Показатели.")


@indicator_commands.command("show", help="Показатели школы или муниципалитета на дату.")
@click.option("--school", "school_code")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--json", "as_json", is_flag=True)
@says_errors
def show(school_code: str | None, as_of: datetime | None, as_json: bool) -> None:
    school = schools.school_by_code(school_code) if school_code else None
    if school_code and school is None:
        fail(f"Школа «{school_code}» не найдена.")
    day = as_of.date() if as_of else clock.today()
    rows = indicators([school] if school else schools.schools_of(municipality_named(None).id), day)
    if as_json:
        print_json([vars(row) | {"value": None if row.value is None else float(row.value)} for row in rows])
        return
    for row in rows:
        value = "–" if row.value is None else f"{row.value} %".replace(".", ",")
        click.echo(f"{row.code}  {value:>8}  {row.title}")
