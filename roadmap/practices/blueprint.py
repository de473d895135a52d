"""The blueprint of both modules of views."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("practices", __name__, url_prefix="/practices")
