"""Who gets what from every route: asked of the portal itself, written as a table to be read (G24).

`WRITE_MATRIX=1 pytest tests/accounts/test_matrix.py` writes the table anew after a route was added
or a rule was changed; whoever commits it says by that that the new rows are meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.models import Delegation, Role
from app.accounts.policy import RULES
from app.approvals.models import Proposal, Takedown
from app.comments.models import Attachment, Comment, CommentStatus, ContactAddress, Question
from app.config import MailServer, Tls
from app.documents.models import ComparisonRow, DossierFile, DraftVersion
from app.extensions import db
from app.groups.models import CommentGroup, GroupStep, GroupSuggestion
from app.moderation.models import Appeal
from app.operations.models import PlannedStop
from app.outreach.models import Correction, ReformSuggestion
from app.responses.models import Answer
from tests.factories import World
from tests.house.lived_in import LivedIn
from tests.moderation.staff import enter
from tests.page_client import _forget_request

TABLE = Path(__file__).with_name("matrix.txt")
SAFE = {"GET", "HEAD", "OPTIONS"}
BOUNDS = re.compile(r"\(max=\d+\)")
NOBODY = "987654321"  # the number or name of nothing


class Quick(FlaskClient):
    """Asks without checking pages: a thousand answers are read by their status here."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        _forget_request()
        response = super().open(*args, **kwargs)
        _forget_request()
        return response


@dataclass(frozen=True)
class Asked:
    """One method of one rule, filled in with something of the agency, and with nothing."""

    name: str
    rule: Rule
    method: str
    url: str
    nothing: str


def actors(app: Flask, world: World, lived: LivedIn) -> dict[str, Quick]:
    """Everybody who may come: of the agency, of the one above, of another, of none.

    Rights only add up, so what all roles together may not do elsewhere no single one may.
    """
    above, other = world.agency("Ủy ban nhân dân"), world.agency("Sở Y tế")
    lived.agency.parent_id = above.id
    agency = lived.agency
    people = {role.value: world.officer(agency, role) for role in Role}
    people["two roles"] = world.officer(agency, Role.DRAFTER, Role.MODERATOR)
    people["above"] = world.officer(above, *Role)
    people["other"] = world.officer(other, *Role)
    people["disabled"] = world.officer(agency, *Role)
    found = {"anonymous": app.test_client()}
    found |= {name: enter(app, officer) for name, officer in people.items()}
    people["disabled"].active = False
    db.session.commit()
    for client in found.values():
        client.__class__ = Quick
    return found  # type: ignore[return-value]


def questions(app: Flask, lived: LivedIn) -> list[Asked]:
    """Every method of every rule there is, static files apart."""
    adapter = app.url_map.bind("localhost")
    things = _things(lived)
    asked = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            own = {name: _value(things, rule, name) for name in rule.arguments}
            none = {name: _nothing(rule, name) for name in rule.arguments}
            urls = [adapter.build(rule.endpoint, one, method=method) for one in (own, none)]
            name = f"{method} {BOUNDS.sub('', rule.rule)}"
            asked.append(Asked(name, rule, method, *urls))
    db.session.rollback()
    return asked


def _things(lived: LivedIn) -> dict[str, Any]:
    """Something of the agency for each name that an address may have."""
    here = lived.open

    def first(model: Any, *where: Any) -> Any:
        return db.session.scalars(select(model).where(*where).order_by(model.id)).first()

    comment = first(Comment, Comment.status == CommentStatus.PUBLISHED.value)
    file, row = first(Attachment), first(ComparisonRow)
    version = db.session.get_one(DraftVersion, here.version_id)
    return {
        "dossier_id": here.dossier_id,
        "slug": here.dossier.slug,
        "agency": lived.agency.slug,
        "comment_id": comment.id,
        "receipt": comment.receipt,
        "question_id": first(Question).id,
        "attachment_id": file.id,
        "group_id": first(CommentGroup).id,
        "step_id": first(GroupStep).id,
        "answer_id": first(Answer).id,
        "correction_id": first(Correction).id,
        "suggestion_id": first(GroupSuggestion).id,
        "settled": first(ReformSuggestion).id,
        "appeal_id": first(Appeal).id,
        "delegation_id": first(Delegation).id,
        "proposal_id": first(Proposal).id,
        "takedown_id": first(Takedown).id,
        "taken_comment": first(Takedown, Takedown.subject.startswith("comment:")).id,
        "taken_answer": {
            "takedown_id": (answer := first(Takedown, Takedown.subject.startswith("answer:"))).id,
            "answer_id": int(answer.subject.partition(":")[2]),
        },
        "taken_down": first(Takedown).dossier_id,
        "stop_id": first(PlannedStop).id,
        "officer_id": lived.colleague.id,
        "file_id": first(DossierFile).id,
        "with_file": first(DossierFile).dossier_id,
        "row_id": row.id,
        "compared": db.session.get_one(DraftVersion, row.version_id).dossier_id,
        "anchor": "dieu-1",
        "name": version.file_name,
        "number": 1,
        "form": "json",
        "language": "en",
        "part": 1,
        "contact": db.session.scalars(select(ContactAddress.key)).first(),
        "token": lived.invitation,
    }


def _value(things: dict[str, Any], rule: Rule, name: str) -> Any:
    if name == "slug" and rule.endpoint == "site.agency":
        return things["agency"]
    if name == "suggestion_id" and rule.endpoint.startswith("outreach"):
        return things["settled"]
    if "takedown_id" in rule.arguments and rule.endpoint.startswith("responses"):
        return things["taken_answer"].get(name, things.get(name))
    if name == "takedown_id" and rule.endpoint.startswith("moderation"):
        return things["taken_comment"]
    if name == "dossier_id" and "takedown_id" in rule.arguments:
        return things["taken_down"]
    if name == "dossier_id" and "file_id" in rule.arguments:
        return things["with_file"]
    if name == "dossier_id" and "row_id" in rule.arguments:
        return things["compared"]
    if name == "key" and rule.endpoint.startswith("comments"):
        return things["contact"]
    return things.get(name, _nothing(rule, name))


def _nothing(rule: Rule, name: str) -> Any:
    return int(NOBODY) if "Integer" in type(rule._converters[name]).__name__ else NOBODY


def status(client: FlaskClient, question: Asked, url: str = "") -> int:
    """The status of the answer; an unsafe method sends an empty form."""
    with client.open(url or question.url, method=question.method) as response:
        return response.status_code


def written(rows: list[tuple[str, dict[str, int]]]) -> str:
    """The table as text: one line a question, one column an actor."""
    names = list(rows[0][1])
    width = max(len(name) for name, _found in rows)
    lines = [" ".join(["".ljust(width), *names]).rstrip()]
    for name, found in rows:
        columns = (str(found[one]).ljust(len(one)) for one in names)
        lines.append(" ".join([name.ljust(width), *columns]).rstrip())
    return "\n".join(lines) + "\n"


def roles_of(act: Any) -> set[str]:
    """The names of the roles that the policy gives that act to."""
    return {role.value for role in RULES[act]}


# when somebody was last seen, and who looked at what of a person: the one thing reading writes
OF_READING = {"officer_session", "access_log"}


def rows() -> dict[str, list[str]]:
    """Everything the database holds, but for notes of who looked."""
    with db.engine.connect() as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(select(table)))
            for table in db.metadata.sorted_tables
            if table.name not in OF_READING
        }


def with_letters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal sends letters, to nobody."""
    sends = replace(
        app.extensions["settings"],
        mail=MailServer("127.0.0.1", 9, Tls.OFF),
        mail_from="no-reply@example.vn",
    )
    monkeypatch.setitem(app.extensions, "settings", sends)
