"""Health for machines: ``/healthz`` says that the process answers, ``/readyz`` that work can be done."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import String, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from roadmap import clock, storage
from roadmap.access import public
from roadmap.database import Base, db

bp = Blueprint("health", __name__)
LEAST_FREE = 200 * 1024 * 1024
WORKER_SILENCE = timedelta(minutes=5)


class Heartbeat(Base):
    """When each kind of background process was last alive."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


def beat(name: str) -> None:
    db.session.merge(Heartbeat(name=name, at=clock.now()))


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return {"status": "ok"}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Each part «ok» or what is wrong with it; 503 if any is not. No personal data, no paths.

    The write is really tried: in a transaction of its own, since a GET only reads.
    """
    parts = {"database": _database(), "disk": _disk(), "worker": _worker(), "backup": "not_configured"}
    ready = all(parts[name] == "ok" for name in ("database", "disk", "worker"))
    return json.dumps({"status": "ok" if ready else "failing", **parts}), 200 if ready else 503, JSON


JSON = {"Content-Type": "application/json"}


def _database() -> str:
    db.session.rollback()
    try:
        beat("web")
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()
        return "read_only_or_down"
    return "ok"


def _disk() -> str:
    return "ok" if storage.free_bytes() >= LEAST_FREE else "full"


def _worker() -> str:
    try:
        at = db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == "worker"))
    except SQLAlchemyError:
        return "unknown"
    return "ok" if at is not None and clock.now() - at < WORKER_SILENCE else "silent"
