"""`python -m bench.queue_fill N`: drafts of two agencies with N comments in all, by plain inserts.

Nothing here goes through the verbs: only the queue is read of what it makes. Most comments lie on
one draft and are no business of the small agency. Prints as JSON what `bench.queue` asks for.
"""

from __future__ import annotations

import json
import random
import secrets
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from app import create_app
from app.accounts.invite import invite, take_up
from app.accounts.models import Agency, Role
from app.comments.models import Comment, Tally
from app.consultations.models import Consultation
from app.demo.word import to_docx
from app.documents.models import Provision
from app.extensions import db
from app.kit import clock
from app.moderation.models import Flag, FlagKind
from bench.door import give
from bench.furnish import DATA, Staff, consultation, staff, text

BATCH = 5000
DRAFTS, ARTICLES = 12, 20
STATES = ("published",) * 12 + ("waiting",) * 7 + ("withheld",)
FLAGGED = (FlagKind.PERSONAL_DATA, FlagKind.LINK, FlagKind.COPY, FlagKind.TOO_SHORT)
WORDS = "Tôi đề nghị ghi rõ thời hạn trả lời và nơi nhận hồ sơ, vì nhà tôi ở xa trụ sở xã. " * 4
SMALL = 200  # comments of the small agency, however many the other one has


def small_agency(people: Staff) -> Staff:
    """Another agency beside the first, with its own three."""
    now, made = clock.now(), []
    agency = Agency(slug="small", name="Sở Nội vụ", name_en="Department")
    db.session.add(agency)
    db.session.flush()
    for role in (Role.DRAFTER, Role.APPROVER, Role.MODERATOR):
        told = {"email": f"small.{role.value}@example.vn", "name": role.value, "job_title": ""}
        token = invite(**told, role=role, agency=agency, scope=agency, invited_by=None, now=now)
        made.append(take_up(token, people.password, now))
    give(made, now)
    db.session.commit()
    return replace(people, drafter=made[0], approver=made[1], moderator=made[2])


def places(on: Consultation) -> list[int | None]:
    """The articles of the draft, and the draft as a whole."""
    rows = select(Provision.lineage_id).where(
        Provision.version_id == on.version_id, Provision.kind == "article"
    )
    return [None, *db.session.scalars(rows)]


def comments(many: int, drafts: list[Consultation], rest: list[Consultation]) -> Iterator[Any]:
    """Rows of comments: half of them on the first draft, the small agency's at the end."""
    chance, now = random.Random(1), clock.now()
    own = {draft.id: places(draft) for draft in (*drafts, *rest)}
    for n in range(1, many + 1):
        among = rest if n > many - SMALL else drafts
        draft = among[0] if chance.random() < 0.5 else chance.choice(among)
        state = chance.choice(STATES)
        at = now - timedelta(seconds=chance.uniform(0, 20 * 86400))
        yield {
            "id": n,
            "consultation_id": draft.id,
            "article_lineage_id": chance.choice(own[draft.id]),
            "body": WORDS[: chance.randrange(60, len(WORDS))],
            "proposed_wording": "",
            "commenter_kind": "individual",
            "display_name": "",
            "language": "vi",
            "status": state,
            "receipt": f"{n}",
            "idempotency_key": f"{n}",
            "salt": "",
            "digest": "",
            "submitted_at": at,
            "decided_at": None if state == "waiting" else at,
            "row_version": 1,
        }


def flag_of(row: dict[str, Any]) -> dict[str, Any]:
    """A flag on every third comment or so; open while it waits."""
    return {
        "comment_id": row["id"],
        "kind": FLAGGED[row["id"] % len(FLAGGED)].value,
        "open": row["status"] == "waiting",
        "spans": [],
        "consultation_id": row["consultation_id"],
        "article_lineage_id": row["article_lineage_id"],
        "submitted_at": row["submitted_at"],
    }


@contextmanager
def bulk_load() -> Iterator[None]:
    """Rows come without their indexes, which are built over all of them afterwards."""
    indexes = [*Comment.__table__.indexes, *Flag.__table__.indexes]  # type: ignore[attr-defined]
    for index in indexes:
        index.drop(db.session.connection())
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        line: Any = db.session.connection().connection.driver_connection
        db.session.rollback()
        line.execute("PRAGMA synchronous=OFF")
        line.execute("PRAGMA cache_size=-400000")
    yield
    for index in indexes:
        index.create(db.session.connection())
    db.session.commit()


def fill(rows: Iterator[Any]) -> None:
    """All rows stand, with flags and tallies."""
    tallies: dict[tuple[int, int], Counter[str]] = {}
    batch: list[Any] = []

    def keep() -> None:
        db.session.execute(insert(Comment), batch)
        db.session.execute(insert(Flag), [flag_of(row) for row in batch if row["id"] % 3 == 0])
        db.session.commit()
        batch.clear()

    for row in rows:
        for place in {0, row["article_lineage_id"] or 0}:
            counter = tallies.setdefault((row["consultation_id"], place), Counter())
            counter.update(["received", row["status"]])
        batch.append(row)
        if len(batch) == BATCH:
            keep()
    if batch:
        keep()
    for (consultation_id, place), counts in tallies.items():
        db.session.add(Tally(consultation_id=consultation_id, article_lineage_id=place, **counts))
    db.session.commit()


def main() -> None:
    """The portal of the environment holds the comments."""
    words = tomllib.loads(DATA.read_text(encoding="utf-8"))
    data = to_docx(text(words, ARTICLES))
    with create_app().app_context():
        people = staff()
        small = small_agency(people)
        title = f"{words['title']} {secrets.token_hex(3)}"
        drafts = [consultation(f"{title} {n}", data, people, words) for n in range(DRAFTS)]
        rest = [consultation(f"{title} x{n}", data, small, words) for n in range(3)]
        told = {
            "moderator": people.moderator.email,
            "small": small.moderator.email,
            "password": people.password,
            "draft": drafts[0].id,
            "part": places(drafts[0])[3],
            "own": rest[1].id,
        }
        with bulk_load():
            fill(comments(int(sys.argv[1]), drafts, rest))
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
                line.exec_driver_sql("VACUUM ANALYZE")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
