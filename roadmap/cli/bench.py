"""Measurements: ratios from one interleaved run, of the code in ``tests/bench/``."""

from __future__ import annotations

import importlib

import click

from roadmap.cli.base import fail, print_json

NAMES = ("filling", "pages", "registers")


@click.command("bench", help="Измерить: filling, pages, registers.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Ответ всегда JSON.")
def bench(name: str, as_json: bool) -> None:
    if name not in NAMES:
        fail(f"Неизвестное измерение «{name}». Есть: {', '.join(NAMES)}.")
    print_json(importlib.import_module(f"tests.bench.{name}").measure())
