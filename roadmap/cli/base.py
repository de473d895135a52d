"""What every command shares: Russian sentences on stderr, JSON on stdout, the municipality that is meant."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click
from flask import current_app
from sqlalchemy.exc import OperationalError, ProgrammingError

from roadmap.errors import DomainError
from roadmap.schools import queries as schools
from roadmap.schools.models import Municipality

Command = TypeVar("Command", bound=Callable[..., Any])


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
        except (OperationalError, ProgrammingError):
            current_app.logger.debug("command failed", exc_info=True)
            fail("База данных недоступна или не подготовлена: выполните db upgrade.", 1)

    return wrapped  # type: ignore[return-value]


def municipality_named(code: str | None) -> Municipality:
    found = schools.municipality_by_code(code) if code else schools.first_municipality()
    if found is None:
        fail(f"Муниципалитет «{code}» не найден." if code else "Муниципалитетов ещё нет: выполните demo load.")
    return found
