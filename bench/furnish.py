"""`python -m bench.furnish`: one long draft with comments and answers, and a full list of others.

Everything goes through the portal's own verbs; prints as JSON what the bench asks for.
"""

from __future__ import annotations

import json
import random
import secrets
import time
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import create_app
from app.accounts.invite import invite, take_up
from app.accounts.models import Agency, Officer, Role
from app.comments.models import Comment, CommenterKind
from app.comments.submit import Words, find_place, submit
from app.consultations.lifecycle import close_due, declare, open_consultation, post_revision
from app.consultations.models import Consultation
from app.demo.content import load_content
from app.demo.word import to_docx
from app.documents.dossiers import create, describe
from app.documents.importing import accept, import_draft
from app.documents.models import REQUIRED_CONTENT, DocumentType, Dossier, DraftVersion
from app.extensions import db
from app.kit import clock, codes
from app.moderation import decide, lease
from app.responses import answering
from app.responses.models import Disposition
from app.web.uploads import inspect
from bench.door import give

ARTICLES, COMMENTS, ANSWERED = 40, 20, 8
COMPARED = 120
LAW = Path(__file__).parents[1] / "tests" / "documents" / "laws" / "bo-luat-91-2015-qh13.docx"
OTHERS = 24  # one page of the list
DAYS = 30
DATA = Path(__file__).with_name("draft.toml")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


@dataclass(frozen=True)
class Staff:
    drafter: Officer
    approver: Officer
    moderator: Officer
    head: Officer
    password: str


def text(words: dict[str, Any], articles: int) -> str:
    """A draft of that many articles with two clauses each, every other one with a list."""
    lines, number = [words["masthead"].strip()], count(1)
    per_chapter = -(-articles // len(words["chapters"]))
    clauses, headings = words["clauses"], words["headings"]
    for chapter, heading in zip(ROMAN, words["chapters"], strict=False):
        lines += [f"Chương {chapter}", heading]
        for n in range(per_chapter):
            article = next(number)
            if article > articles:
                return "\n".join(lines)
            lines.append(f"Điều {article}. {headings[n % len(headings)]}")
            lines += [f"{k}. {clauses[(article + 2 * k) % len(clauses)]}" for k in (1, 2)]
            if article % 2:
                lines += [f"{mark}) {words['points'][k]}" for k, mark in enumerate("abc")]
    return "\n".join(lines)


def staff() -> Staff:
    """One agency with a drafter, an approver, a moderator and its head."""
    now, password = clock.now(), secrets.token_urlsafe(12)
    agency = Agency(slug="bench", name="Ủy ban nhân dân tỉnh", name_en="Province")
    db.session.add(agency)
    db.session.flush()
    made = []
    for role in (Role.DRAFTER, Role.APPROVER, Role.MODERATOR, Role.HEAD):
        token = invite(
            email=f"{role.value}@example.vn",
            name=role.value.title(),
            job_title="",
            role=role,
            agency=agency,
            scope=agency,
            invited_by=None,
            now=now,
        )
        made.append(take_up(token, password, now))
    give(made, now)
    db.session.commit()
    return Staff(*made, password)


def consultation(
    title: str, data: bytes, people: Staff, words: dict[str, Any], days_ago: int = 1
) -> Consultation:
    """The draft is open for comments since that day."""
    at = clock.now() - timedelta(days=days_ago)
    kind = db.session.get_one(DocumentType, "provincial_council_resolution")
    agency = people.drafter.agency
    dossier = create(title=title, document_type=kind, agency=agency, officer=people.drafter, now=at)
    describe(dossier, dict.fromkeys(REQUIRED_CONTENT, words["content"]), people.drafter, at)
    version = ready(dossier, data, people, at)
    opened = open_consultation(dossier, version, DAYS, people.approver, at)
    db.session.commit()
    return opened


def ready(dossier: Dossier, data: bytes, people: Staff, at: datetime) -> DraftVersion:
    """The text is imported, accepted and declared of."""
    version = import_draft(dossier, inspect(data, "du-thao.docx"), data, people.drafter, at)
    accept(version, people.drafter, at)
    for officer in (people.drafter, people.approver):
        declare(dossier, version, officer, at)
    return version


def revised(people: Staff, words: dict[str, Any]) -> str:
    """The slug of a dossier of 120 articles whose second draft words every third one anew."""
    draft = text(words, COMPARED)
    old = consultation(f"{words['title']} 120", to_docx(draft), people, words, days_ago=DAYS + 20)
    close_due(clock.now())
    lines = draft.split("\n")
    starts = [n for n, line in enumerate(lines) if line.startswith("Điều ")]
    for n in starts[::3]:
        lines[n + 1] = lines[n + 1].replace(" ", " nói trên, ", 4)
    version = ready(old.dossier, to_docx("\n".join(lines)), people, clock.now())
    post_revision(old.dossier, version, people.approver, clock.now())
    db.session.commit()
    return old.dossier.slug


def comment(on: Consultation, anchor: str, body: str) -> Comment:
    """A comment on that provision waits for its decision."""
    words = Words(body, CommenterKind.INDIVIDUAL, "vi", codes.new_key(), anchor=anchor)
    receipt = submit(on, words, find_place(on.version_id, anchor), clock.now())
    return db.session.scalars(select(Comment).where(Comment.receipt == receipt)).one()


def main() -> None:
    """The portal of the environment holds what the bench reads."""
    words = tomllib.loads(DATA.read_text(encoding="utf-8"))
    voices, chance = load_content().voices, random.Random(1)
    with create_app().app_context():
        people = staff()
        on = consultation(words["title"], to_docx(text(words, ARTICLES)), people, words)
        said = []
        for n in range(COMMENTS):
            said.append(comment(on, f"dieu-{2 * n + 1}.khoan-1", voices.say(chance)[0]))
            lease.take(said[-1].id, people.moderator, clock.now())
            decide.publish(said[-1], said[-1].row_version, people.moderator, clock.now())
        for one in said[:ANSWERED]:
            answer = answering.draft(
                on, [one.id], Disposition.NOTED, words["answer"], people.drafter, clock.now()
            )
            answering.finish(answer, people.head, clock.now(), people.approver)
        db.session.commit()
        for n in range(OTHERS):
            consultation(f"{words['title']} {n}", to_docx(text(words, 2)), people, words)
        begun = time.monotonic()
        law = consultation("Bộ luật dân sự", LAW.read_bytes(), people, words)
        imported = time.monotonic() - begun
        told = {
            "slug": on.dossier.slug,
            "moderator": people.moderator.email,
            "password": people.password,
            "search": words["search"],
            "law": law.dossier.slug,
            "imported": imported,
            "compared": revised(people, words),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
