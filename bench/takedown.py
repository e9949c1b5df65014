"""How long a state secret can still be read after one officer took it from public view (S08).

    python -m bench.takedown [answer]

Real time: gunicorn with two processes that hold every page in memory, and the worker. A draft whose
title and comments hold a word of their own, or one `answer` that does, is read at every kind of
address, then taken down; each address is asked on a new line, again and again, until five answers
in a row say nothing of it. Exit status 1 if any address takes 60 seconds or more.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.approvals.models import Category
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.demo.word import to_docx
from app.documents import takedown
from app.extensions import db
from app.kit import clock
from app.moderation import decide, lease
from app.responses import answering
from app.responses import takedown as answer_takedown
from app.responses.models import Answer, Disposition
from bench.client import Visitor
from bench.furnish import DATA, Staff, comment, consultation, staff, text
from bench.processes import flask, surroundings, web, worker

# by which it is asked for, and what nobody may read then
WORD, SECRET = "zqaskedzq", "zqsecretzq"
LIMIT, IN_A_ROW, COMMENTS = 60.0, 5, 20
BASIS = "Law 117/2025/QH15"


def main() -> int:
    """The seconds until each address was silent; 1 where one spoke too long."""
    words = tomllib.loads(DATA.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        environ = surroundings(folder)
        flask("prepare", environ=environ)
        os.environ.update(environ)
        app = create_app()
        with app.app_context():
            people = staff()
            answers = "answer" in sys.argv[1:]
            title = "Draft 1" if answers else f"{WORD} {SECRET}"
            on = consultation(title, to_docx(text(words, 20)), people, words)
            other = consultation("Draft 2", to_docx(text(words, 2)), people, words)
            for n in range(COMMENTS):
                body = f"Opinion {n}" if answers else f"{WORD} {SECRET} {n}"
                said = comment(on, f"dieu-{n % 10 + 1}.khoan-1", body)
                lease.take(said.id, people.moderator, clock.now())
                decide.publish(said, said.row_version, people.moderator, clock.now())
            answer = _answer(on, people) if answers else None
            db.session.commit()
            slug, agency = on.dossier.slug, on.dossier.agency.slug
            beside, receipt = other.dossier.slug, said.receipt
            with (
                worker(environ, folder / "worker.log"),
                web("wsgi:app", environ, folder / "web.log", workers=2) as portal,
            ):
                spoke = _speaking(portal.port, slug, agency, beside, receipt)
                why = Category.STATE_SECRET, BASIS, "A figure that is secret."
                if answer is not None:
                    answer_takedown.order(answer, *why, people.approver, clock.now())
                else:
                    subject = f"dossier:{on.dossier_id}"
                    takedown.order(subject, on.dossier, *why, people.approver, clock.now())
                db.session.commit()
                took = _silence(portal.port, spoke)
    for path, seconds in sorted(took.items(), key=lambda one: -one[1]):
        print(f"{seconds:6.2f} s  {path}")
    print(f"{len(took)} addresses, the last silent after {max(took.values()):.2f} s")
    return int(max(took.values()) >= LIMIT)


def _answer(on: Consultation, people: Staff) -> Answer:
    """One published answer to every comment, with the word in it."""
    ids = list(db.session.scalars(select(Comment.id).where(Comment.consultation_id == on.id)))
    words = Disposition.NOTED, f"{WORD} {SECRET}", people.drafter, clock.now()
    answer = answering.draft(on, ids, *words)
    answering.finish(answer, people.head, clock.now())
    return answer


def _speaking(port: int, slug: str, agency: str, beside: str, receipt: str) -> list[str]:
    """The addresses that say the word, once the worker has been round."""
    draft = f"/consultations/{slug}"
    paths = ["/", "/consultations", f"/agencies/{agency}", f"/search?q={WORD}"]
    paths += [f"/search/suggestions?q={WORD[:5]}", f"/search/feed?q={WORD}", "/answering"]
    paths += [f"{draft}{part}" for part in ("", "/comments", "/comments.csv", "/answers", "/files")]
    paths += [f"{draft}/articles/dieu-1", f"{draft}/comment", f"/consultations/{beside}"]
    paths += [f"{draft}/answers.{form}" for form in ("csv", "json")] + [f"/comments/{receipt}"]
    until = time.monotonic() + LIMIT
    found: list[str] = []
    while time.monotonic() < until:
        found = [path for path in paths if any(_says(port, path) for _again in range(4))]
        if f"/search?q={WORD}" in found and f"{draft}/comments" in found:
            break
        time.sleep(1)
    return found


def _silence(port: int, paths: list[str]) -> dict[str, float]:
    begun = time.monotonic()
    quiet, silent = dict.fromkeys(paths, 0), dict[str, float]()
    first: dict[str, float] = {}
    while len(silent) < len(paths) and time.monotonic() - begun < 2 * LIMIT:
        for path in paths:
            if path in silent:
                continue
            if _says(port, path):
                quiet[path] = 0
                continue
            first[path] = time.monotonic() - begun if not quiet[path] else first[path]
            quiet[path] += 1
            if quiet[path] == IN_A_ROW:
                silent[path] = first[path]
    return {path: silent.get(path, 2 * LIMIT) for path in paths}


def _says(port: int, path: str) -> bool:
    """Whether the answer says the word anywhere but where it repeats what was asked."""
    visitor = Visitor(port)
    try:
        visitor.line.request("GET", path)
        answer = visitor.line.getresponse()
        body = answer.read().decode("utf-8", "replace")
    finally:
        visitor.close()
    for own in (path.partition("?")[0], path.partition("q=")[2] or path):
        body = body.replace(own, "")
    return SECRET in body


if __name__ == "__main__":
    sys.exit(main())
