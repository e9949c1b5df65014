"""The review desk: oldest first, each comment decided once, everything within one's reach."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Officer, Role
from app.comments.models import Comment
from app.comments.publish import StaleError, withdraw
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation import decide, lease, queue
from app.moderation.lease import LeasedError
from app.moderation.models import Decision
from tests.moderation.staff import enter

QUEUE = "/desk/moderation"
WITHHELD = {"outcome": "withhold", "reason": "spam", "sentence": "Đây là quảng cáo cho vay."}


def path(comment: Comment) -> str:
    return f"{QUEUE}/{comment.id}"


def take(desk, comment: Comment) -> None:
    """The moderator opens the comment to decide on it."""
    assert desk.submit(path(comment), {}, to=f"{path(comment)}/lease").status_code == 303


def status_of(comment: Comment) -> str:
    db.session.rollback()
    return db.session.scalars(select(Comment.status).where(Comment.id == comment.id)).one()


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def moderator(world, consultation) -> Officer:
    return world.officer(consultation.dossier.agency, Role.MODERATOR)


@pytest.fixture
def desk(app, moderator):
    return enter(app, moderator)


def test_a_wording_that_would_be_published_too_is_read_in_the_list(
    world, consultation, desk, drain
):
    world.comment(consultation, anchor="dieu-3.khoan-2", proposed_wording="Hộ nghèo thêm hai lần.")
    drain()
    page = desk.get(QUEUE).get_data(as_text=True)
    assert "Hộ nghèo thêm hai lần." in page


def test_a_form_that_does_not_say_what_to_do_does_nothing(world, consultation, desk):
    comment = world.comment(consultation)
    take(desk, comment)
    assert desk.submit(path(comment), {"outcome": "x", "version": 1}).status_code == 422
    assert desk.submit(QUEUE, {"x": "1"}).status_code == 422
    assert status_of(comment) == "waiting"


def test_the_oldest_waits_first_and_the_list_goes_on_by_key(
    world, consultation, desk, drain, monkeypatch
):
    monkeypatch.setattr(queue, "PAGE", 2)
    ids = [world.comment(consultation, f"Ý kiến {n}").id for n in range(5)]
    drain()
    seen, address = [], QUEUE
    while address:
        page = desk.get(address).get_data(as_text=True)
        seen += [n for n in ids if f">GY-{n}<" in page]
        following = f"?after={seen[-1]}"
        address = QUEUE + following if f'{following}"' in page else ""
    assert seen == ids
    assert '<span class="n">5</span>' in page


def test_published_from_the_list_it_leaves_the_list(world, consultation, desk, moderator):
    comment = world.comment(consultation)
    answer = desk.submit(QUEUE, {"publish": f"{comment.id}.1"})
    assert (answer.status_code, answer.location) == (303, QUEUE)
    page = desk.get(QUEUE).get_data(as_text=True)
    assert comment.reference in page
    assert f">{comment.reference}<" not in page
    assert f">{comment.reference}<" in desk.get(f"{QUEUE}?state=published").get_data(as_text=True)
    [decision] = db.session.scalars(select(Decision)).all()
    assert (decision.outcome, decision.officer_id) == ("published", moderator.id)


def test_withheld_with_a_reason_the_next_comment_follows(world, consultation, desk):
    first, second = world.comment(consultation), world.comment(consultation)
    take(desk, second)
    answer = desk.submit(path(second), {**WITHHELD, "version": 1})
    assert answer.location == path(first)
    assert status_of(second) == "withheld"
    page = desk.get(path(second)).get_data(as_text=True)
    assert WITHHELD["sentence"] in page
    assert 'value="publish"' not in page
    assert desk.submit(path(first), {"outcome": "publish", "version": 1}).location == QUEUE


@pytest.mark.parametrize(
    "bad", [{"reason": ""}, {"reason": "opinion"}, {"sentence": "Không."}, {"sentence": " "}]
)
def test_without_a_reason_and_a_sentence_nothing_is_withheld(world, consultation, desk, bad):
    comment = world.comment(consultation)
    answer = desk.submit(path(comment), {**WITHHELD, "version": 1, **bad})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "error-summary" in page
    assert "sentence" in bad or WITHHELD["sentence"] in page
    assert status_of(comment) == "waiting"


@pytest.mark.parametrize("fields", [WITHHELD, {"outcome": "publish"}])
def test_no_decision_without_a_token_and_nothing_typed_is_lost(world, consultation, desk, fields):
    comment = world.comment(consultation)
    answer = desk.post(path(comment), data={**fields, "version": 1})
    assert answer.status_code == 400
    assert fields.get("sentence", "") in answer.get_data(as_text=True)
    assert status_of(comment) == "waiting"


@pytest.mark.parametrize("version", ["", "x", "0", "9" * 30, "9" * 5000])
def test_a_broken_form_decides_nothing(world, consultation, desk, version):
    comment = world.comment(consultation)
    take(desk, comment)
    answer = desk.submit(path(comment), {"outcome": "publish", "version": version})
    assert answer.status_code == 422
    assert status_of(comment) == "waiting"


def test_the_slower_of_two_moderators_learns_who_decided(app, world, consultation, desk):
    colleague = world.officer(consultation.dossier.agency, Role.MODERATOR, name="Bế Thị Nga")
    # the colleague goes on to the second, so the third is offered
    comment, _theirs, following = (world.comment(consultation) for _ in range(3))
    take(desk, comment)
    token = desk.token(path(comment))
    other = enter(app, colleague)
    assert (
        other.submit(path(comment), {"over": "1"}, to=f"{path(comment)}/lease").status_code == 303
    )
    assert other.submit(path(comment), {"outcome": "publish", "version": 1}).status_code == 303
    answer = desk.post(path(comment), data={**WITHHELD, "version": 1, "csrf_token": token})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert colleague.name in page
    assert WITHHELD["sentence"] in page  # what was typed is not lost
    assert path(following) in page
    assert status_of(comment) == "published"


def test_a_comment_taken_back_meanwhile_stays_taken_back(world, consultation, desk):
    comment = world.comment(consultation)
    token = desk.token(path(comment))
    withdraw(comment, clock.now())
    db.session.commit()
    fields = {"outcome": "publish", "version": 1, "csrf_token": token}
    assert desk.post(path(comment), data=fields).status_code == 409
    assert status_of(comment) == "withdrawn"


def test_a_late_comment_is_not_up_for_a_decision(world, consultation, desk):
    comment = world.comment(consultation, at=consultation.closes_at + timedelta(days=1))
    assert 'value="publish"' not in desk.get(path(comment)).get_data(as_text=True)
    token = desk.token(QUEUE)
    fields = {"outcome": "publish", "version": 1, "csrf_token": token}
    assert desk.post(path(comment), data=fields).status_code == 409
    assert f">{comment.reference}<" in desk.get(f"{QUEUE}?state=late").get_data(as_text=True)


def test_eight_moderators_at_once_decide_once(app, world, consultation):
    comment_id = world.comment(consultation).id
    agency = consultation.dossier.agency
    officers = [world.officer(agency, Role.MODERATOR).id for _ in range(8)]
    db.session.rollback()
    start = threading.Barrier(8)

    def judge(officer_id: int) -> bool:
        with app.app_context():
            comment = db.session.get(Comment, comment_id)
            officer = db.session.get(Officer, officer_id)
            seen = comment.row_version
            db.session.rollback()  # all have read before any writes
            start.wait(10)
            try:
                lease.take(comment_id, officer, clock.now())
                decide.publish(db.session.get(Comment, comment_id), seen, officer, clock.now())
                db.session.commit()
            except (StaleError, LeasedError):
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(judge, officers)) == 1
    published = select(Entry.id).where(Entry.verb == "comment.published")
    assert len(db.session.scalars(published).all()) == 1
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_reach_goes_down_the_tree_and_never_sideways(app, world):
    province = world.agency("Ủy ban nhân dân tỉnh")
    department = world.agency("Sở Y tế", parent=province)
    other = world.agency("Sở Nội vụ")
    comment = world.comment(world.consultation(world.dossier(department)))
    above = enter(app, world.officer(province, Role.MODERATOR))
    beside = enter(app, world.officer(other, Role.MODERATOR))
    assert above.get(path(comment)).status_code == 200
    assert f">{comment.reference}<" in above.get(QUEUE).get_data(as_text=True)
    assert beside.get(path(comment)).status_code == 404
    fields = {"outcome": "publish", "version": 1}
    token = _token_of(beside, world)
    answer = beside.post(path(comment), data={**fields, "csrf_token": token})
    assert answer.status_code == 404
    assert f">{comment.reference}<" not in beside.get(QUEUE).get_data(as_text=True)
    assert status_of(comment) == "waiting"


def _token_of(client, world) -> str:
    """A valid token of the client's own, from any form."""
    return client.token(f"/consultations/{world.consultation().dossier.slug}/comment")


def test_oversight_reads_and_decides_nothing(app, world, consultation):
    comment = world.comment(consultation)
    overseer = enter(app, world.officer(consultation.dossier.agency, Role.OVERSIGHT))
    for address in (QUEUE, path(comment)):
        page = overseer.get(address)
        assert page.status_code == 200
        assert 'value="publish"' not in page.get_data(as_text=True)
    fields = {"outcome": "publish", "version": 1, "csrf_token": _token_of(overseer, world)}
    assert overseer.post(path(comment), data=fields).status_code == 403
    assert status_of(comment) == "waiting"


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.APPROVER, Role.ADMIN])
def test_other_roles_do_not_enter(app, world, consultation, role):
    stranger = enter(app, world.officer(consultation.dossier.agency, role))
    assert stranger.get(QUEUE).status_code == 403


def test_nobody_enters_without_signing_in(client, world, consultation):
    comment = world.comment(consultation)
    for address in (QUEUE, path(comment)):
        answer = client.get(address)
        assert (answer.status_code, "/desk/sign-in" in answer.location) == (303, True)


@pytest.mark.parametrize(
    "address", [f"{QUEUE}/0", f"{QUEUE}/{2**63}", f"{QUEUE}?state=withdrawn", f"{QUEUE}?state=x"]
)
def test_what_does_not_exist_is_not_found(desk, address):
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "١"])
def test_a_forged_place_in_the_list_is_its_start(world, consultation, desk, after):
    comment = world.comment(consultation)
    page = desk.get(f"{QUEUE}?after={after}").get_data(as_text=True)
    assert f">{comment.reference}<" in page


def test_a_long_comment_is_cut_between_words_in_the_list_and_whole_on_its_page(
    world, consultation, desk
):
    body = "nghiêng " * 2000
    comment = world.comment(consultation, body.strip())
    row = desk.get(QUEUE).get_data(as_text=True)
    assert "nghiêng…" in row
    assert row.count("nghiêng") < 50
    assert body.strip() in desk.get(path(comment)).get_data(as_text=True)
