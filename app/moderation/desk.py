"""Doors of moderation: the queue and the decision."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("moderation", __name__)
