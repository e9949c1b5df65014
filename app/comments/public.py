"""Doors of comments: write one, take one back."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("comments", __name__)
