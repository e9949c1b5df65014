"""Two officers at one dossier: what is posted is what was declared, word for word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.consultations.lifecycle import close_due, declare
from app.documents import comparison
from app.documents.versions import newest
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from tests.factories import DRAFT
from tests.moderation.staff import enter

NOW = clock.now()
A_WHILE = 0.5  # long enough for a door that does not wait to be through


@pytest.fixture
def dossier(world):
    """A revised draft of it only has to be posted."""
    dossier = world.consultation(opened_at=NOW - timedelta(days=60)).dossier
    close_due(NOW)
    revised = world.version(dossier, DRAFT.replace("3.000.000", "4.000.000"))
    for role in (Role.DRAFTER, Role.APPROVER):
        declare(dossier, revised, world.officer(dossier.agency, role), NOW)
    db.session.commit()
    return dossier


def test_nothing_slips_into_a_text_that_is_being_posted(app, world, dossier, monkeypatch):
    drafting = enter(app, world.officer(dossier.agency, Role.DRAFTER))
    approving = enter(app, world.officer(dossier.agency, Role.APPROVER))
    page = f"/desk/dossiers/{dossier.id}"
    token = approving.token(f"{page}/stages")
    add, posting = comparison.add, []

    def added_while_somebody_posts(*words):
        add(*words)
        posting.append(pool.submit(approving.post, f"{page}/revision", data={"csrf_token": token}))
        with suppress(StillWaiting):
            posting[0].result(A_WHILE)

    monkeypatch.setattr(comparison, "add", added_while_somebody_posts)
    with ThreadPoolExecutor(1) as pool:
        row = {"provision": "Điều 1", "kind": "new"}
        assert drafting.submit(f"{page}/comparison", row).status_code == 303
        (answer,) = (one.result(30) for one in posting)
    assert answer.status_code == 409
    db.session.rollback()
    version = newest(dossier)
    posted = db.session.scalar(select(Entry).where(Entry.verb == Verb.DRAFT_POSTED.value))
    assert (version.posted_at, posted) == (None, None)
