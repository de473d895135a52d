"""Content-addressed bytes. The only module that knows a path; an object store can take its place."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from roadmap import clock
from roadmap.database import Base, db
from roadmap.errors import DomainError


class Damaged(DomainError):
    status = 410
    title = "Файл повреждён или утрачен"
    message = "Файл в хранилище повреждён. Сообщите администратору: его можно восстановить из резервной копии."


class StoredFile(Base):
    """A row for each content in the store; documents and attachments refer to it by its sha256."""

    __tablename__ = "stored_file"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    created_at: Mapped[datetime]


def put(content: bytes) -> str:
    """Stores ``content`` durably before the caller's transaction commits; returns its sha256 in hex.

    A file left without a row by a rolled-back transaction is harmless and is swept later.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, content)
    if db.session.get(StoredFile, sha256) is None:
        db.session.add(StoredFile(sha256=sha256, size=len(content), created_at=clock.now()))
        db.session.flush()
    return sha256


def get(sha256: str) -> bytes:
    """The stored bytes, checked against their name; Damaged if they are missing or altered."""
    try:
        content = _path(sha256).read_bytes()
    except FileNotFoundError:
        raise Damaged from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Damaged
    return content


def damaged() -> Iterator[str]:
    """The sha256 of each stored file that is missing or altered."""
    for sha256 in db.session.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)):
        try:
            get(sha256)
        except Damaged:
            yield sha256


def free_bytes() -> int:
    """Free space where files are kept; the folder may not exist before the first upload."""
    folder = _root()
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free


def _root() -> Path:
    root: Path = current_app.config["ROADMAP"].files
    return root


def _path(sha256: str) -> Path:
    return _root() / sha256[:2] / sha256[2:]


def _write_whole(path: Path, content: bytes) -> None:
    """Temporary file, fsync, rename, fsync of the folder: after a power cut the file is whole or absent."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
