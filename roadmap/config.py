"""Settings of one installation, read once from the environment (and a ``.env``)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MODES = ("demo", "production")
WEAK_SECRETS = {"dev", "secret", "changeme", "password"}


class ConfigError(Exception):
    """A setting without which the server must not start; the text is one Russian sentence."""


@dataclass(frozen=True)
class Config:
    """``data`` holds the database, files and keys; ``now`` sets where the clock starts (demo and tests only).

    Without ROADMAP_MODE it is a demo, which ``serve`` refuses over a database with real data.
    """

    data: Path
    database_url: str
    secret_key: str
    mode: str
    timezone: ZoneInfo
    now: datetime | None = None
    url: str = ""
    proxies: int = 0
    testing: bool = False
    mode_given: bool = True
    trust: Path | None = None

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def files(self) -> Path:
        return self.data / "files"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Raises ConfigError with one Russian sentence on a wrong or missing setting."""
        data = Path(environ.get("ROADMAP_DATA") or "instance").resolve()
        mode = environ.get("ROADMAP_MODE") or "demo"
        if mode not in MODES:
            raise ConfigError(f"ROADMAP_MODE должен быть demo или production, а не «{mode}».")
        data.mkdir(parents=True, exist_ok=True)
        config = cls(
            data=data,
            database_url=environ.get("DATABASE_URL") or f"sqlite:///{data / 'roadmap.db'}",
            secret_key=environ.get("SECRET_KEY") or _kept_secret(data / "secret_key"),
            mode=mode,
            trust=Path(environ["ROADMAP_TRUST"]) if environ.get("ROADMAP_TRUST") else None,
            mode_given=bool(environ.get("ROADMAP_MODE")),
            timezone=_timezone(environ.get("ROADMAP_TIMEZONE") or "Asia/Krasnoyarsk"),
            now=_moment(environ.get("ROADMAP_NOW")),
            url=(environ.get("ROADMAP_URL") or "").rstrip("/"),
            proxies=_count("ROADMAP_PROXIES", environ.get("ROADMAP_PROXIES") or "0"),
        )
        config.check()
        return config

    def check(self) -> None:
        """What production refuses to start with."""
        if self.demo:
            return
        if len(self.secret_key) < 16 or self.secret_key.lower() in WEAK_SECRETS:
            raise ConfigError("SECRET_KEY слишком простой: задайте не менее 16 случайных знаков.")
        if self.now is not None:
            raise ConfigError("ROADMAP_NOW разрешён только в демонстрационном режиме.")
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).netloc:
            raise ConfigError("Задайте ROADMAP_URL – публичный адрес сервера, например https://roadmap.example.ru.")


def _kept_secret(path: Path) -> str:
    """The key made on the first start; 0600 and outside the database."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"ROADMAP_TIMEZONE: неизвестный часовой пояс «{name}».") from None


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"ROADMAP_NOW: ожидается время ISO 8601, а не «{text}».") from None


def _count(name: str, text: str) -> int:
    if not text.isdigit():
        raise ConfigError(f"{name}: ожидается целое число, а не «{text}».")
    return int(text)
