"""Doors of responses: answer, and publish what a colleague wrote."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("responses", __name__)
