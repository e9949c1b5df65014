"""Everything public is found and nothing else: what pages show is what the index knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from app.accounts.models import Role
from app.comments.models import Attachment, CommentStatus
from app.documents.dossiers import describe
from app.documents.models import Dossier, DraftVersion
from app.extensions import db
from app.kit import clock
from app.ledger.verbs import Verb
from app.moderation import decide
from app.moderation.masks import Asked
from app.moderation.reasons import Reason
from app.search import entries, following
from app.search.document import Field, Kind
from app.search.facets import Facet
from app.search.finding import Window
from app.search.postgres.index import PostgresIndex
from app.search.public_now import still_public
from tests.search.counting import statements
from tests.search.walking import TONGUE, WORD, Walk, rounds

STEPS = 48

# What is public, as plain questions to the tables, by the first half of the key.
PUBLIC = {
    "comment": "SELECT id FROM comment WHERE status = 'published'",
    "attachment": (
        "SELECT a.id FROM attachment a JOIN comment c ON c.id = a.comment_id"
        " WHERE a.status = 'published' AND c.status = 'published'"
    ),
    "answer": "SELECT id FROM answer WHERE state = 'published'",
    "correction": (
        "SELECT id FROM correction WHERE published_at IS NOT NULL AND withdrawn_at IS NULL"
    ),
    "suggestion": (
        "SELECT s.id FROM reform_suggestion s JOIN comment c ON c.id = s.comment_id"
        " WHERE c.status = 'published'"
    ),
    "file": "SELECT id FROM dossier_file WHERE posted_at IS NOT NULL",
    "version": "SELECT id FROM draft_version WHERE posted_at IS NOT NULL",
    "provision": (
        "SELECT p.id FROM provision p JOIN draft_version v ON v.id = p.version_id"
        " WHERE v.posted_at IS NOT NULL AND p.kind IN ('article', 'annex')"
    ),
    "comparison": (
        "SELECT r.id FROM comparison_row r JOIN consultation c ON c.version_id = r.version_id"
    ),
}


@pytest.fixture(autouse=True)
def kept_by(engine_kind, app) -> Iterator[None]:
    """The portal's index is kept by each engine in turn."""
    if engine_kind == "embedded":
        yield
        return
    app.extensions["search"] = PostgresIndex(app.extensions["settings"].database_url)
    yield
    app.extensions["search"].close()


def known_keys() -> set[str]:
    """What the index has, whose standing is of the moment: dossiers and their periods apart."""
    look_again()
    known = entries.index().keys()
    return {key for key in known if key.split(":")[0] in PUBLIC}


def public_keys() -> set[str]:
    return {
        f"{sort}:{number}"
        for sort, question in PUBLIC.items()
        for number in db.session.scalars(text(question))
    }


def look_again() -> None:
    entries.index()._looked = float("-inf")


def found(word: str) -> list[str]:
    results = entries.find(word, window=Window(50))
    assert results.total == len(results.hits)
    assert bool(results.values[Facet.KIND]) == bool(results.hits)
    assert still_public(results.hits) == list(results.hits)
    return [hit.key for hit in results.hits]


def shown(client) -> set[str]:
    """Every word of the walk that stands on a page anybody can open, or in a file from there."""
    pages = ["/suggestions", "/consultations", "/moderation", "/moderation/withheld"]
    for (slug,) in db.session.execute(select(Dossier.slug)):
        parts = ["", "/corrections", "/files"]
        pages += [f"/en/consultations/{slug}", *(f"/consultations/{slug}{one}" for one in parts)]
        pages += [
            f"/consultations/{slug}/versions/{number}"
            for number in db.session.scalars(
                select(DraftVersion.number).join(Dossier).where(Dossier.slug == slug)
            )
        ]
    for slug, number, version_id in rounds():
        parts = ["", "/comments", "/answers", *(["/comparison"] if version_id else [])]
        pages += [f"/consultations/{slug}{part}?round={number}" for part in parts]
    words: set[str] = set()
    for page in [*pages, *(f"/{TONGUE}{page.removeprefix('/en')}" for page in pages)]:
        answer = client.get(page)
        if answer.status_code == 200:
            words |= set(WORD.findall(answer.get_data(as_text=True)))
    for one in db.session.scalars(select(Attachment)):
        with client.get(f"/comments/attachments/{one.id}/{one.name}") as answer:
            words |= set(WORD.findall(one.text if answer.status_code == 200 else ""))
    return words - taken_back()


def taken_back() -> set[str]:
    """What stays to be read where it stood, but is led to no longer."""
    said = db.session.execute(
        text("SELECT claim, official FROM correction WHERE withdrawn_at IS NOT NULL")
    ).all()
    said += db.session.execute(
        text(
            "SELECT s.document || s.addressee || s.summary || s.outcome_text"
            " FROM reform_suggestion s JOIN comment c ON c.id = s.comment_id"
            " WHERE c.status <> 'published'"
        )
    ).all()
    return {word for row in said for one in row for word in WORD.findall(one)}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_the_index_has_what_the_tables_say_is_public(world, drain, seed):
    walk = Walk(world, seed)
    for step in range(STEPS):
        done = walk.go()
        if step % 6 == 5:
            drain()
            assert known_keys() == public_keys(), done


@pytest.mark.parametrize("seed", range(4, 6))
def test_a_word_is_found_exactly_while_a_page_shows_it(world, drain, client, seed):
    walk = Walk(world, seed)
    for step in range(STEPS):
        walk.go()
        if step % 24 == 23:
            drain()
            look_again()
            public = shown(client)
            assert public, "nothing of the walk is public: it proves nothing"
            findable = {word for word in walk.minted if found(word)}
            assert not [(word, found(word)) for word in findable - public]
            assert public - findable == set()
            dead = {word for word in walk.minted if word not in public}
            assert not {word for word in dead if entries.index().words(Field.EXACT, word, 1)}
            assert not {word for word in dead if suggested(client, word)}


def suggested(client, word: str) -> list[object]:
    return client.get("/search/suggestions", query_string={"q": word}).get_json()


def test_rebuilt_from_the_rows_it_is_the_same(world, drain):
    walk = Walk(world, 7)
    for _ in range(STEPS):
        walk.go()
    drain()
    look_again()
    followed = sorted(entries.index().keys())
    said = {word: found(word) for word in walk.minted}
    translated = [hit for word in said for hit in entries.find(word).hits if hit.is_translation]
    assert {hit.kind for hit in translated} >= {Kind.CONSULTATION, Kind.PROVISION, Kind.COMMENT}
    entries.rebuild()
    look_again()
    assert sorted(entries.index().keys()) == followed
    assert {word: found(word) for word in walk.minted} == said


SILENT = {
    # of proofs, not of words
    Verb.RECORD_SUMMED,
    Verb.RECORD_ERASED,
    # people and bodies: no document of the index names them but through a draft
    *(verb for verb in Verb if verb.value.startswith(("officer.", "agency.", "territory."))),
    *(verb for verb in Verb if verb.value.startswith(("factor.", "password."))),
    *(verb for verb in Verb if verb.value.startswith(("delegation.", "contact.", "group"))),
    *(verb for verb in Verb if verb.value.startswith("subject_request.")),
    # before anything is posted
    Verb.DOSSIER_CREATED,
    Verb.DRAFT_IMPORTED,
    Verb.DRAFT_CONTINUED,
    Verb.DRAFT_REPAIRED,
    Verb.DRAFT_ACCEPTED,
    Verb.ALIGNMENT_CONFIRMED,
    Verb.COMPARISON_CHANGED,
    Verb.FILE_ADDED,
    Verb.FILE_CHANGED,
    Verb.FILE_REMOVED,
    Verb.SECRECY_DECLARED,
    # what a draft is now is asked when somebody searches
    Verb.DOSSIER_LABELLED,
    Verb.CONSULTATION_CLOSED,
    # between an author and the desk
    Verb.COMMENT_SUBMITTED,
    Verb.COMMENT_IDENTIFIED,
    Verb.COMMENT_TAKEN_IN,
    Verb.WITHHOLDING_PROPOSED,
    Verb.LEASE_TAKEN_OVER,
    Verb.ATTACHMENT_ADDED,
    Verb.QUESTION_ASKED,
    Verb.QUESTION_REPLIED,
    Verb.APPEAL_FILED,
    Verb.APPEAL_DECIDED,  # whoever wins it is told of by `comment.reinstated`
    # an answer on its way
    Verb.ANSWER_ASSIGNED,
    Verb.ANSWER_DRAFTED,
    Verb.ANSWER_SUBMITTED,
    Verb.ANSWER_SENT_BACK,
    Verb.ANSWER_SIGNED,
    Verb.TABLE_IMPORTED,
    Verb.CORRECTION_WRITTEN,
    Verb.WORDING_ADOPTED,
    Verb.STOP_ANNOUNCED,
    Verb.STOP_CANCELLED,
    # what a second person agreed to is told of by the verb of the act itself
    *(verb for verb in Verb if verb.value.startswith("proposal.")),
    Verb.TAKEDOWN_CONFIRMED,
    # a rule holds for what is opened afterwards; a day off that moves an end is an extension
    Verb.RULE_ADDED,
    Verb.HOLIDAY_SET,
}


def test_of_every_fact_it_is_decided_whether_it_concerns_the_index():
    assert set(Verb) == following.VERBS | SILENT
    assert not following.VERBS & SILENT


def test_an_emptied_proposal_is_found_no_more_and_again_once_it_is_whole(world, drain):
    """Its pages are gone with it, and so is what people said of it, without a look at each."""
    walk = Walk(world, 1)
    walk.opens_the_proposal()
    said = walk.a_comment(CommentStatus.WAITING)
    world.publish(said, walk.moderator())
    word, drafter = walk.minted[-1], walk.staff[Role.DRAFTER]
    drain()
    assert found(word) == [f"comment:{said.id}"]
    for necessity, hits in (("", []), ("Cần.", [f"comment:{said.id}"])):
        describe(walk.proposal, {"necessity": necessity}, drafter, clock.now())
        db.session.commit()
        drain()
        assert found(word) == hits
        assert bool(found(walk.proposal.title)) == bool(hits)


def test_what_was_decided_anew_is_not_shown_as_it_read_before(world, drain):
    """Published, taken back, published with a cover: before the worker's next round."""
    walk = Walk(world, 1)
    comment = world.comment(walk.open, f"Ông {walk.word()} nói thế.")
    world.publish(comment, walk.moderator())
    drain()
    hits = entries.find(walk.minted[-1]).hits
    assert still_public(hits) == list(hits)
    decide.undo(comment, comment.row_version, walk.moderator(), clock.now())
    db.session.commit()
    assert still_public(hits) == []
    covered = Asked("body", *WORD.search(comment.body).span(), Reason.PERSONAL_DATA.value)
    world.publish(comment, walk.moderator(), masks=[covered])
    db.session.commit()
    assert still_public(hits) == []
    drain()
    assert found(walk.minted[-1]) == []
    assert f"comment:{comment.id}" in found("ông nói thế")


def test_what_may_be_shown_is_asked_once(world, drain):
    walk = Walk(world, 6)
    for _ in range(STEPS):
        walk.go()
    drain()
    look_again()
    everything = [hit for word in walk.minted for hit in entries.find(word).hits]
    sorts = {hit.key.split(":")[0] for hit in everything}
    assert len(sorts) > 6
    with statements() as asked:
        assert still_public(everything) == everything
    assert len(asked) == 1
