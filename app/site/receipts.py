"""What happened to my comment: the receipt and its story."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("receipts", __name__)
