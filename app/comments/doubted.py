"""A comment whose form came back as programs send it: taken in as any other, and said to a person.

Those who look at comments live on a higher floor, so what is to be told them is given at the start.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy import select

from app.comments.models import Comment
from app.extensions import db

Told = Callable[[Comment], None]


def init_app(app: Flask, told: Told) -> None:
    """`told(comment)` is called within the transaction that takes such a comment in."""
    app.extensions["doubted"] = told


def tell(receipt: str) -> None:
    """Whoever reviews the comment with that receipt will know."""
    comment = db.session.scalars(select(Comment).where(Comment.receipt == receipt)).one()
    told: Told = current_app.extensions["doubted"]
    told(comment)
