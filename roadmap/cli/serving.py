"""The long-running processes: the web server and the worker."""

from __future__ import annotations

import os
import threading
import time

import click
import waitress
from flask import current_app
from flask.cli import with_appcontext

from roadmap import demo
from roadmap.cli.base import fail
from roadmap.database import begin_reading, db, unit_of_work
from roadmap.health import beat
from roadmap.schools.queries import first_municipality
from roadmap.tick import run_tick


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
    _refuse_wrong_mode()
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


def _refuse_wrong_mode() -> None:
    config = current_app.config["ROADMAP"]
    begin_reading()
    demonstration, filled = demo.accounts_exist(), first_municipality() is not None
    db.session.remove()  # a transaction left open here would bar every writer
    if not config.demo and demonstration:
        fail("В базе есть демонстрационные учётные записи: рабочий режим не запускается.", 1)
    if not config.mode_given and filled and not demonstration:
        fail("В базе рабочие данные: задайте ROADMAP_MODE=production и ROADMAP_URL.", 1)


def _exit_with_parent() -> None:
    """start.py holds the other end of our stdin: when it goes away, however it died, so do we."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
