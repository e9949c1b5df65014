"""Doors of consultations for the drafting agency: declare, open, extend."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("consultations", __name__)
