"""The turn of the school year."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("year_turn", __name__, url_prefix="/register")
