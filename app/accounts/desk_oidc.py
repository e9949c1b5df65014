"""Doors of single sign-on for staff."""

from __future__ import annotations

from app.accounts import federated
from app.accounts.desk import bp

__all__ = ["bp", "federated"]
