"""Public pages that show several rooms at once."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("site", __name__)
