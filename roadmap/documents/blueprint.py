"""The slice's one blueprint, shared by the files of its views."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("documents", __name__)
