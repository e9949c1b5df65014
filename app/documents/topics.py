"""Topics, the fields of life that drafts are about: which there are, and which a dossier has."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.accounts.models import Officer
from app.documents.models import Dossier, Topic
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb

SEED = Path(__file__).parent / "seed" / "topics.toml"


def topics() -> Sequence[Topic]:
    """Every topic, in the order of lists."""
    return db.session.scalars(select(Topic).order_by(Topic.position, Topic.code)).all()


def label(
    dossier: Dossier,
    topic: Topic | None,
    officer: Officer,
    now: datetime,
    consultation_id: int | None = None,
) -> None:
    """The dossier is found under the topic, or under none.

    A topic says where a draft is looked for, not what it holds: no rule, declaration or digest of
    the content hangs on it, so it may be mended at any time, while comments are taken as well.
    `consultation_id` is the last comment period, whose pages show it.
    """
    code = topic.code if topic is not None else None
    if code == dossier.topic:
        return
    dossier.topic = code
    db.session.flush()
    record(
        Verb.DOSSIER_LABELLED,
        f"dossier:{dossier.id}",
        actor_id=officer.id,
        consultation_id=consultation_id,
        at=now,
        dossier_id=dossier.id,
        topic=code or "",
    )


def seed() -> None:
    """The topics this portal comes with are there; those already there stay as they are."""
    known = set(db.session.scalars(select(Topic.code)))
    with SEED.open("rb") as file:
        rows = tomllib.load(file)["topic"]
    for position, row in enumerate(rows):
        if row["code"] not in known:
            db.session.add(
                Topic(
                    code=row["code"],
                    name=row["name_vi"],
                    name_en=row["name_en"],
                    position=position,
                )
            )
    db.session.flush()
