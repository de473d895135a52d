"""Is anything altered? The journal of actions, the file store, and signatures."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from roadmap import clock, storage
from roadmap.audit import service as audit
from roadmap.cli.base import fail, print_json, says_errors
from roadmap.signatures.files import verify_files

audit_commands = AppGroup("audit", help="Журнал действий.")
storage_commands = AppGroup("storage", help="Хранилище файлов.")
signature_commands = AppGroup("signatures", help="Электронные подписи.")


@audit_commands.command("verify", help="Проверить целостность журнала действий.")
@says_errors
def audit_verify() -> None:
    _report(audit.verify(), "Журнал действий цел.")


@storage_commands.command("verify", help="Проверить файлы хранилища.")
@says_errors
def storage_verify() -> None:
    _report((f"Файл {sha256} утрачен или изменён." for sha256 in storage.damaged()), "Все файлы на месте.")


def _report(problems: Iterable[str], fine: str) -> None:
    found = list(problems)
    for problem in found:
        click.echo(problem, err=True)
    if found:
        sys.exit(1)
    click.echo(fine)


@signature_commands.command("verify", help="Проверить отсоединённую подпись файла.")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("sig", type=click.Path(path_type=Path))
@click.option("--trust", type=click.Path(path_type=Path), help="Папка доверенных сертификатов.")
@click.option("--crl", type=click.Path(path_type=Path), help="Папка списков отозванных сертификатов.")
@click.option("--at", help="Момент проверки, ISO 8601.")
@click.option("--json", "as_json", is_flag=True, help="Вердикт одним значением JSON.")
def signatures_verify(
    file: Path, sig: Path, trust: Path | None, crl: Path | None, at: str | None, as_json: bool
) -> None:
    try:
        moment = datetime.fromisoformat(at) if at else None
    except ValueError:
        fail(f"--at: ожидается время ISO 8601, а не «{at}».")
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.clock().zone)
    verdict, code = verify_files(file, sig, trust or current_app.config["ROADMAP"].trust, crl, moment)
    if as_json:
        print_json(verdict.as_json())
    else:
        for message in verdict.messages:
            click.echo(message)
    sys.exit(code)
