"""What only the desk may know stands on no public page, feed, table or file (G25, G47)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.approvals.models import Category
from app.comments import publish as outcomes
from app.comments.models import Comment, ContactAddress
from app.consultations import giving_time
from app.documents import takedown
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation.masks import Asked
from app.outreach import correcting
from app.responses import answering
from app.responses.models import Disposition
from tests.approvals.crawling import FORMS, TABLES
from tests.factories import DRAFT
from tests.house.test_record import RECORD
from tests.house.walk import walk
from tests.search.walking import Walk

PHONE, NUMBER = "0912 345 678", "079201001234"
SECRETS = {
    *("zk-contact@example.vn", PHONE, NUMBER),
    *("zkwithheldzk", "zkwaitingzk", "zklatezk", "zkwithdrawnzk"),
    *(
        "zkanswerzk",
        "zkcorrectionzk",
        "zkunpostedzk",
        "zknexttextzk",
        "zkreasonzk",
        "zkmorezk",
        "zkfilezk",
    ),
}
SHOWN = "zkpubliczk"


@pytest.fixture
def scene(world, drain):
    """Every field that nobody outside may read holds a word of its own."""
    now = clock.now()
    consultation = world.consultation()
    agency = consultation.dossier.agency
    everyone, drafter = (world.officer(agency, *Role) for _ in range(2))
    covered = f"{SHOWN} gọi {PHONE}, căn cước {NUMBER}."
    shown = world.comment(consultation, covered, email="zk-contact@example.vn")
    masks = [
        Asked("body", covered.index(one), covered.index(one) + len(one), "personal_data")
        for one in (PHONE, NUMBER)
    ]
    world.publish(shown, everyone, now, masks)
    world.withhold(world.comment(consultation, "zkwithheldzk"), everyone, at=now)
    world.comment(consultation, "zkwaitingzk")
    outcomes.withdraw(world.comment(consultation, "zkwithdrawnzk"), now)
    world.comment(consultation, "zklatezk", at=consultation.closes_at + timedelta(hours=1))
    words = Disposition.NOTED, "zkanswerzk đang soạn.", drafter, now
    answering.draft(consultation, [shown.id], *words)
    correcting.write(consultation.dossier, "Sai.", "zkcorrectionzk", "dieu-1", drafter, now)
    world.version(world.dossier(agency, title="zkunpostedzk"), DRAFT)
    dossier = world.dossier(agency)
    sealed = world.file(dossier, "Phụ lục zkfilezk")
    past = world.consultation(dossier, opened_at=now - timedelta(days=60), days=30)
    world.version(past.dossier, DRAFT.replace("3.000.000", "zknexttextzk"), accepted=False)
    day = consultation.last_day + timedelta(days=9)
    giving_time.propose_extension(consultation, day, "zkmorezk", drafter, now)
    secret = Category.STATE_SECRET, "Luật 117/2025/QH15", "zkreasonzk"
    takedown.order(f"file:{sealed.id}", past.dossier, *secret, drafter, now)
    db.session.commit()
    drain()
    return consultation


def test_no_secret_stands_anywhere_outside_the_desk(client, world, scene):
    officers = {"officer1@", "officer2@", "officer3@"}
    slug = scene.dossier.slug
    at = f"/consultations/{slug}"
    urls = walk(client, ["/", "/search", "/comments", *TABLES]).pages
    urls += [f"{at}/comments.csv", f"{at}/deadline.ics", "/search/feed", "/health"]
    urls += [f"{at}/answers.{form}" for form in FORMS] + [f"{at}/versions/1.{one}" for one in FORMS]
    urls += [f"/search?q={one}" for one in ("gọi", SHOWN, "hộ")]
    urls += [f"/search/suggestions?q={one[:4]}" for one in sorted(SECRETS)]
    said = {}
    for url in dict.fromkeys(urls):
        with client.get(url) as answer:
            said[url] = answer.get_data().decode("utf-8", "replace")
    assert len(said) > 40
    assert sum(SHOWN in words for words in said.values()) > 3, "nothing was public"
    leaks = {
        url: found
        for url, words in said.items()
        if (found := {one for one in SECRETS | officers if one in words})
    }
    assert not leaks
    assert db.session.scalar(select(func.count()).select_from(ContactAddress)) == 1


def test_each_change_of_the_record_has_its_entry_in_the_ledger(world):
    """Whatever people do: where a row of the record is new or other, a fact says so (G47)."""
    walk_ = Walk(world, 11)
    changes = 0
    # leases, flags and drafts are no record; of a version and its text it is the posting
    tables = [db.metadata.tables[name] for name in RECORD if name != "ledger_entry"]

    def state() -> dict[str, list[str]]:
        db.session.expire_all()
        return {
            table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables
        }

    def entries() -> int:
        return db.session.scalar(select(func.count()).select_from(Entry))

    before, counted = state(), entries()
    for _step in range(60):
        act = walk_.go()
        after, now = state(), entries()
        moved = {name for name in after if after[name] != before[name]}
        if act != "looks_at_files":  # the worker cleans files first, which is no decision
            assert not moved or now > counted, (act, moved)
        changes += bool(moved)
        before, counted = after, now
    assert changes > 25
    assert db.session.scalar(select(func.count()).select_from(Comment))
