"""Doors of documents for the drafting agency: dossiers, their text and content."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("documents", __name__)
