"""Consents: for one purpose each, in words that are kept, never by silence; and how long all is kept."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from app.comments import contact
from app.extensions import db
from app.kit import clock
from app.people import consents
from app.people.models import Consent, Purpose
from app.privacy import retention
from tests.house.source import ROOT


def given() -> list[tuple[str, str, bool]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    return [(row.purpose, row.subject, row.withdrawn_at is None) for row in rows]


def test_silence_is_no_consent(world):
    world.comment(world.consultation(), "Không tên.")
    assert given() == []


def test_a_name_and_an_address_are_agreed_to_each_by_itself(world, office):
    comment = world.comment(
        world.consultation(), "Có tên.", display_name="An", email="a@example.vn"
    )
    about = f"comment:{comment.id}"
    assert given() == [("comment_letters", about, True), ("public_name", about, True)]
    row = db.session.scalars(select(Consent)).first()
    assert row is not None
    assert (row.wording, row.language) == (1, "vi")
    contact.stop(comment, clock.now())
    assert given() == [("comment_letters", about, False), ("public_name", about, True)]


def test_another_address_is_another_consent(world, office):
    comment = world.comment(world.consultation(), "Sai.", email="a@example.vn")
    contact.leave(comment, "b@example.vn", "en", clock.now())
    assert [
        (row.language, row.withdrawn_at is None)
        for row in consents.given([f"comment:{comment.id}"])
    ] == [
        ("vi", False),
        ("en", True),
    ]


def test_every_purpose_has_its_wording_and_pages_say_the_newest():
    assert set(consents.WORDINGS) == set(Purpose)
    shown = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "app").rglob("*")
        if path.suffix in (".html", ".py") and path.name != "consents.py"
    )
    for purpose, wordings in consents.WORDINGS.items():
        assert [one.version for one in wordings] == list(range(1, len(wordings) + 1))
        sentence = str(wordings[-1].text._args[0])
        assert sentence in shown, f"{purpose}: what pages say is another version"


def test_what_is_kept_and_how_long_is_as_the_document_says():
    told = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    rows = {
        row[-1].strip(" `"): row[-2]
        for row in (
            line.strip("|").split("|") for line in told.splitlines() if line.startswith("| ")
        )
        if len(row) == 4
    }
    for term in retention.TERMS:
        assert f"{term.kept.days} days" in rows[term.what], term.what
    assert f"{retention.NAMES_GO_AFTER.days} days" in rows["subject_request"]
    places = {name for name in rows if re.fullmatch(r"[a-z_]+", name)} - {"none"}
    assert places == {term.what for term in retention.TERMS} | {"subject_request"}


def test_terms_end_what_was_kept_long_enough(world):
    now = clock.now()
    consents.give(Purpose.PUBLIC_NAME, "comment:1", "vi", now - timedelta(days=900))
    consents.give(Purpose.PUBLIC_NAME, "comment:2", "vi", now - timedelta(days=900))
    consents.withdraw(Purpose.PUBLIC_NAME, "comment:1", now - timedelta(days=367))
    db.session.commit()
    retention.keep_no_longer(now)
    db.session.commit()
    assert given() == [("public_name", "comment:2", True)]
