"""The blueprint that the views of programmes share."""

from flask import Blueprint

bp = Blueprint("programmes", __name__, url_prefix="/programmes")
