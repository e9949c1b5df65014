"""Doors of alerts: a search kept, its address confirmed, its letters stopped."""

from __future__ import annotations

from flask import Blueprint

from app.alerts import models

bp = Blueprint("alerts", __name__)
__all__ = ["bp", "models"]
