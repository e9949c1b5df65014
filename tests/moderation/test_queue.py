"""The queue: any filters give what a plain look at all rows gives, in pages, by an index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from app.accounts.models import Agency, Role
from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.moderation import queue
from app.moderation.models import Flag, FlagKind
from app.moderation.queue import LISTED, Age, Wanted
from app.moderation.reach import Reach, parts, reached
from tests.moderation.staff import enter

NOW = clock.now()
DAY = timedelta(days=1)
ANCHORS = ("dieu-1", "dieu-2", "")
FLAGS = (FlagKind.LINK, FlagKind.COPY)
QUEUE = "/desk/moderation"


def flag(comment: Comment, kind: FlagKind, *spans: dict[str, object]) -> None:
    """A machine noticed that in the comment."""
    db.session.merge(
        Flag(
            comment_id=comment.id,
            kind=kind.value,
            open=comment.status == CommentStatus.WAITING,
            spans=list(spans),
            consultation_id=comment.consultation_id,
            article_lineage_id=comment.article_lineage_id,
            submitted_at=comment.submitted_at,
        )
    )
    db.session.commit()


@dataclass
class Several:
    """Three drafts of two agencies."""

    mine: Agency
    first: Consultation
    second: Consultation
    other: Consultation


@pytest.fixture
def several(kept, world, drain):
    """Three drafts of two agencies with comments of every kind, none in the order of its number."""
    made = kept("several", lambda: make_several(world, drain))
    return made.mine, [made.first, made.second, made.other]


def make_several(world, drain) -> Several:
    mine, other = world.agency(), world.agency()
    drafts = [
        world.consultation(world.dossier(agency), opened_at=NOW - 20 * DAY, days=60)
        for agency in (mine, mine, other)
    ]
    for n, (draft, anchor, late) in enumerate(product(drafts, ANCHORS, (False, True))):
        for k in range(3):
            at = NOW - timedelta(days=(n * 7 + k * 5) % 15, minutes=n)
            comment = world.comment(draft, f"Ý kiến {n} {k}", anchor, at=at)
            comment.status = (LISTED[(n + k) % 4] if late else CommentStatus.WAITING).value
            db.session.commit()
            if k:
                flag(comment, FLAGS[(n + k) % 2])
    drain()
    return Several(mine, *drafts)


def plain(wanted: Wanted, drafts: set[int]) -> list[int]:
    """The same list from all rows, without an index."""
    rows = []
    for comment in db.session.scalars(select(Comment)):
        age = NOW - comment.submitted_at
        flags = select(Flag.kind).where(Flag.comment_id == comment.id, Flag.open.is_(True))
        if (
            comment.consultation_id in drafts
            and comment.status == wanted.status
            and wanted.draft in (None, comment.consultation_id)
            and wanted.part in (None, comment.article_lineage_id or 0)
            and (wanted.flag is None or wanted.flag.value in db.session.scalars(flags).all())
            and (wanted.age is None or (age >= wanted.age.days * DAY) is wanted.age.older)
        ):
            rows.append((comment.submitted_at, comment.id))
    return [key[1] for key in sorted(rows, reverse=wanted.status not in queue.OLDEST_FIRST)]


def ahead(wanted: Wanted, reach: Reach) -> list[list[int]]:
    """All pages from the first on."""
    pages, after = [], 0
    while True:
        page = queue.page(wanted, reach, NOW, after)
        pages.append([row.id for row in page.rows])
        if page.after is None:
            return pages
        after = page.after


def every(reach: Reach) -> list[Wanted]:
    """Every combination of filters over the drafts in reach."""
    places: list[tuple[int | None, int | None]] = [(None, None)]
    for draft in reach.drafts:
        places.append((draft, None))
        places += [(draft, part.lineage_id) for part in parts(draft)]
    found = []
    for (draft, part), status, kind, age in product(
        places, LISTED, (None, *FLAGS), (None, Age.OVER_3, Age.UNDER_7)
    ):
        if kind is None or status is CommentStatus.WAITING:
            found.append(Wanted(status, draft, part, kind, age))
    return found


@pytest.mark.parametrize("probes", [1, 100])
def test_any_filters_give_what_all_rows_give(several, monkeypatch, probes):
    mine, _drafts = several
    monkeypatch.setattr(queue, "PAGE", 4)
    monkeypatch.setattr(queue, "PROBES", probes)
    reach = reached([mine.id], NOW)
    assert reach.scopes(CommentStatus.WAITING) is not None
    wanted = every(reach)
    assert len(wanted) > 100
    for one in wanted:
        pages = ahead(one, reach)
        assert [*chain(*pages)] == plain(one, set(reach.drafts)), one
        assert all(len(page) == 4 for page in pages[:-1])


def test_who_reaches_all_asks_no_draft_by_itself(several):
    _mine, drafts = several
    reach = reached([draft.dossier.agency_id for draft in drafts], NOW)
    assert reach.scopes(CommentStatus.WAITING) is None
    assert [*chain(*ahead(Wanted(), reach))] == plain(Wanted(), set(reach.drafts))


@given(state=st.sampled_from(LISTED), size=st.integers(1, 7))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_pages_are_the_same_on_the_way_back(several, monkeypatch, state, size):
    mine, _drafts = several
    monkeypatch.setattr(queue, "PAGE", size)
    reach, wanted = reached([mine.id], NOW), Wanted(state)
    pages = ahead(wanted, reach)
    back, before = [], pages[-1][0] if pages[-1] else 0
    while before:
        page = queue.page(wanted, reach, NOW, before=before)
        back.insert(0, [row.id for row in page.rows])
        before = page.before or 0
    assert not pages[-1] or back == (pages[:-1] or [pages[0]])


def test_what_follows_goes_round_and_is_never_the_same(several):
    mine, _drafts = several
    reach = reached([mine.id], NOW)
    everything = plain(Wanted(), set(reach.drafts))
    for n, one in enumerate(everything):
        ring = everything[n + 1 :] + everything[:n]
        assert queue.following(Wanted(), reach, NOW, one, 5) == ring[:5]
        assert queue.following(Wanted(), reach, NOW, one, 1000) == ring


@pytest.mark.sqlite
def test_each_list_is_a_stretch_of_one_index(several):
    """Flat at any size: nothing is scanned or sorted but the few first of each draft."""
    mine, _drafts = several
    narrow, all_of_it = reached([mine.id], NOW), reached([mine.id], NOW)
    everything = replace(all_of_it, others=[])
    asked: list[str] = []

    def listen(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if "LIMIT" in statement and statement.lstrip().startswith("SELECT"):
            plan = db.session.connection().connection.driver_connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            asked.append("\n".join(line[3] for line in plan))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        for reach, edge in product((narrow, everything), (None, (NOW, 5))):
            for one in every(reach):
                for back in (False, True):
                    queue._keys(one, reach, NOW, 26, edge, back)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len(asked) > 500
    for plan in asked:
        reads = [line for line in plan.split("\n") if " comment " in line or " flag " in line]
        assert all(line.startswith("SEARCH") and "INDEX ix_" in line for line in reads), plan
        # only the few that a draft has found are put in order with those of the others
        for before, line in pairwise(plan.split("\n")):
            assert "TEMP B-TREE" not in line or before.startswith("SCAN anon"), plan


def test_the_page_offers_what_can_be_chosen_and_keeps_it(app, several, world):
    mine, (first, second, other) = several
    desk = enter(app, world.officer(mine, Role.MODERATOR))
    page = desk.get(QUEUE).get_data(as_text=True)
    assert f'<option value="{first.id}"' in page
    assert f'<option value="{other.id}"' not in page
    assert 'name="part"' not in page
    chosen = f"{QUEUE}?draft={first.id}&flag=link"
    page = desk.get(chosen).get_data(as_text=True)
    assert 'name="part"' in page
    assert f"draft={first.id}&amp;flag=link" in page or f"flag=link&amp;draft={first.id}" in page
    # a part of the draft chosen before, beside another one: it is let go
    part = parts(first.id)[1].lineage_id
    elsewhere = f"{QUEUE}?draft={second.id}&part={part}"
    assert desk.get(elsewhere).status_code == 200
    assert desk.get(f"{QUEUE}?draft={other.id}").status_code == 404


@pytest.mark.parametrize(
    "query", ["draft=999", "flag=x", "age=over-2", "age=7", "state=", "part=9", "draft=x&part=x"]
)
def test_filters_of_nobodys_making_break_nothing(app, several, world, query):
    mine, _drafts = several
    desk = enter(app, world.officer(mine, Role.MODERATOR))
    assert desk.get(f"{QUEUE}?{query}").status_code in (200, 404)


def test_flags_are_told_in_words_and_never_as_a_verdict(app, several, world, drain):
    mine, (first, *_rest) = several
    comment = world.comment(first, "Số của tôi là 0912345678.", at=NOW - 19 * DAY)
    flag(comment, FlagKind.PERSONAL_DATA)
    drain()
    desk = enter(app, world.officer(mine, Role.MODERATOR))
    page = desk.get(f"/en{QUEUE}").get_data(as_text=True)
    assert "Possibly personal data" in page
    assert f">GY-{comment.id}<" in desk.get(f"{QUEUE}?flag=personal_data").get_data(as_text=True)


def test_an_unread_tally_hides_no_new_comment(app, world):
    """The worker may be behind: a draft that takes comments is always looked into."""
    mine, other = world.agency(), world.agency()
    draft = world.consultation(world.dossier(mine))
    world.comment(world.consultation(world.dossier(other)))
    comment = world.comment(draft)
    desk = enter(app, world.officer(mine, Role.MODERATOR))
    assert f">GY-{comment.id}<" in desk.get(QUEUE).get_data(as_text=True)
    assert db.session.scalar(text("SELECT count(*) FROM tally")) == 0
