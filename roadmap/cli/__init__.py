"""Commands: ``flask --app wsgi COMMAND``. Errors are one Russian sentence on stderr, exit 2 (bad input) or 1."""

from __future__ import annotations

from flask import Flask

from roadmap.cli.bench import bench
from roadmap.cli.checks import audit_commands, signature_commands, storage_commands
from roadmap.cli.data import db_commands, demo_commands, setup_commands, tick
from roadmap.cli.documents import document_commands
from roadmap.cli.indicators import indicator_commands
from roadmap.cli.plan import plan_commands
from roadmap.cli.registers import register_commands
from roadmap.cli.serving import serve, worker

GROUPS = (
    db_commands,
    demo_commands,
    setup_commands,
    plan_commands,
    register_commands,
    document_commands,
    audit_commands,
    storage_commands,
    signature_commands,
    indicator_commands,
)


def register(app: Flask) -> None:
    for group in GROUPS:
        app.cli.add_command(group)
    for command in (tick, worker, serve, bench):
        app.cli.add_command(command)
