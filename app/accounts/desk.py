"""Doors of accounts: sign in and out, take up an invitation, invite."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)
