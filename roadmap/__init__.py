"""The mentoring roadmap server: forms come in from schools, people judge them, documents carry the figures away.

Importing the package costs nothing, so that its pure parts can be used alone; the application is in ``app.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from roadmap.config import Config


def create_app(config: Config | None = None) -> Flask:
    """The application for one installation; ConfigError if a setting forbids to start."""
    from roadmap.app import build

    return build(config)
