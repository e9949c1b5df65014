"""A published comment or file is taken down on its own: gone everywhere, counted, said so (S08)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import Role
from app.approvals import propose
from app.approvals.models import HOLD, Category, Proposal, Takedown
from app.comments import attachments
from app.comments.models import Attachment, Comment, CommentStatus, Tally
from app.comments.tally import TOTAL
from app.documents.takedown import TakenDownError
from app.extensions import db
from app.kit import clock
from app.moderation import appeals, decide, register, takedown
from app.moderation.models import Decision, Outcome
from app.responses import answering
from app.responses.models import Disposition
from tests.approvals.crawling import addresses, said
from tests.approvals.test_takedown import look_again
from tests.moderation.staff import enter
from tests.search.walking import WORD, Walk
from tests.web.test_strip import photograph

BASIS = "Luật 117/2025/QH15, văn bản số 12/BC"
SECRET = "Câu 2 nêu số liệu mật."


def take_down(comment, officer, subject="", now=None):
    subject = subject or f"comment:{comment.id}"
    at = now or clock.now()
    found = takedown.order(subject, comment, Category.STATE_SECRET, BASIS, SECRET, officer, at)
    db.session.commit()
    return found


def proposal_of(found):
    return db.session.get_one(Proposal, found.proposal_id)


@pytest.fixture
def scene(world):
    """Three published comments on one draft, of which the second is the one at issue."""
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator = world.officer(agency, Role.MODERATOR)
    three = [world.comment(consultation, f"Ý kiến thứ zq{n}zq.") for n in range(3)]
    for one in three:
        world.publish(one, moderator)
    db.session.commit()
    return three


@pytest.fixture
def moderator(world, scene):
    return world.officer(scene[0].consultation.dossier.agency, Role.MODERATOR)


@pytest.fixture
def second(world, scene):
    return world.officer(scene[0].consultation.dossier.agency, Role.APPROVER)


def tally(comment):
    return db.session.get(Tally, (comment.consultation_id, TOTAL))


def status(client, url):
    with client.get(url) as response:
        return response.status_code


def html(client, url):
    return client.get(url).get_data(as_text=True)


def test_after_one_round_of_the_worker_no_address_says_a_word_of_any_of_them(
    app, client, world, drain
):
    walk = Walk(world, 3)
    for _ in range(70):
        walk.go()
    drain()
    urls = addresses(client, walk)
    before = {word for url in urls for word in WORD.findall(said(app, url)[1])}
    head = world.officer(walk.agency, Role.HEAD)
    public = Comment.status == CommentStatus.PUBLISHED
    words = set()
    for comment in db.session.scalars(select(Comment).where(public)).all():
        theirs = f"{comment.body} {comment.proposed_wording} {comment.display_name}"
        files = attachments.of([comment.id], public=True).get(comment.id, [])
        words |= set(WORD.findall(theirs + "".join(one.text for one in files)))
        take_down(comment, head)
    words &= before
    assert len(words) > 5, "little was public: it proves little"
    drain()
    look_again()
    told = {url: set(WORD.findall(said(app, url)[1])) & words for url in urls}
    assert not {url: found for url, found in told.items() if found}
    for found in db.session.scalars(select(Takedown).where(Takedown.lifted_at.is_(None))):
        if found.confirmed_at is None:
            approver = walk.staff[Role.APPROVER]
            propose.refuse(proposal_of(found), "Không có gì mật.", approver, clock.now())
    db.session.commit()
    drain()
    look_again()
    shown = {word for url in urls for word in WORD.findall(said(app, url)[1])}
    assert words <= shown


def test_in_its_place_stands_a_line_and_the_counts_add_up(client, scene, moderator, drain):
    at = f"/en/consultations/{scene[1].consultation.dossier.slug}"
    drain()
    etag = client.get(f"{at}/comments").headers["ETag"]
    before = register.figures(clock.vn_date(clock.now()))
    found = take_down(scene[1], moderator)
    drain()
    assert client.get(f"{at}/comments", headers={"If-None-Match": etag}).status_code == 200
    for page in (f"{at}/comments", f"{at}/articles/dieu-3"):
        text = html(client, page)
        places = [text.index(f'id="comment-{one.id}"') for one in reversed(scene)]
        assert places == sorted(places), page
        gone = text[places[1] : places[2]]
        for words in (f"GY-{scene[1].id}", BASIS, found.number, "Taken from public view"):
            assert words in gone
        assert "zq1zq" not in text
        assert SECRET not in text
    # neither on the pages before and after it
    assert f'id="comment-{scene[1].id}"' not in html(client, f"{at}/comments?before={scene[1].id}")
    assert f'id="comment-{scene[1].id}"' not in html(client, f"{at}/comments?at=dieu-1")
    counted = tally(scene[1])
    assert (counted.received, counted.published, counted.withheld) == (3, 2, 1)
    after = register.figures(clock.vn_date(clock.now()))
    assert after.published == before.published - 1
    assert after.withheld.get("unlawful", 0) == before.withheld.get("unlawful", 0) + 1
    listed = html(client, "/en/takedowns")
    assert found.number in listed
    assert f"GY-{scene[1].id}" in listed
    assert SECRET not in listed
    assert f"GY-{scene[1].id}" in html(client, "/en/moderation/withheld")


def test_its_author_reads_so_and_may_appeal_and_an_appeal_ends_it(
    client, scene, moderator, second, world, drain
):
    found = take_down(scene[1], moderator)
    drain()
    story = html(client, f"/en/comments/{scene[1].receipt}")
    for words in ("Taken from public view", BASIS, f"{scene[1].receipt}/appeal"):
        assert words in story
    assert "zq1zq" not in story
    appeal = appeals.file(scene[1], "Xin xem lại.", clock.now())
    propose.agree(proposal_of(found), second, clock.now())
    overturned = appeals.AppealOutcome.OVERTURNED
    for one in (moderator, second):
        with pytest.raises(appeals.SamePersonError):
            appeals.decide(appeal, overturned, "Đúng.", one, clock.now())
    other = world.officer(moderator.agency, Role.MODERATOR)
    appeals.decide(appeal, overturned, "Đúng.", other, clock.now())
    db.session.commit()
    drain()
    assert (found.lifted_as, scene[1].status) == ("overturned", CommentStatus.PUBLISHED)
    assert "Published after an appeal" in html(client, "/en/takedowns")
    # taken down once more, its author may appeal once more
    take_down(scene[1], moderator)
    assert appeals.standing(scene[1].id).may_file(clock.now())
    assert f"{scene[1].receipt}/appeal" in html(client, f"/en/comments/{scene[1].receipt}")


def test_an_appeal_that_was_faster_leaves_the_second_officer_nothing(
    scene, moderator, second, world
):
    found = take_down(scene[1], moderator)
    appeal = appeals.file(scene[1], "Xin xem lại.", clock.now())
    other = world.officer(moderator.agency, Role.MODERATOR)
    appeals.decide(appeal, appeals.AppealOutcome.OVERTURNED, "Đúng.", other, clock.now())
    db.session.commit()
    with pytest.raises(propose.StaleProposalError):
        propose.agree(proposal_of(found), second, clock.now())
    db.session.rollback()
    assert propose.lapse_due(clock.now() + HOLD) == 1
    assert scene[1].status == CommentStatus.PUBLISHED


def test_without_a_second_officer_it_comes_back_and_the_public_reads_so(
    client, scene, moderator, drain
):
    now = clock.now()
    found = take_down(scene[1], moderator, now=now)
    assert propose.lapse_due(now + HOLD - timedelta(seconds=1)) == 0
    assert propose.lapse_due(now + HOLD) == 1
    db.session.commit()
    drain()
    assert "zq1zq" in html(client, f"/consultations/{scene[1].consultation.dossier.slug}/comments")
    listed = html(client, "/en/takedowns")
    assert found.number in listed
    assert "No second officer confirmed it in time." in listed
    assert "Given back to the public" in html(client, f"/en/comments/{scene[1].receipt}")
    assert (tally(scene[1]).published, tally(scene[1]).withheld) == (3, 0)


def test_confirmed_it_stays_until_two_people_give_it_back(scene, moderator, second, world):
    found = take_down(scene[1], moderator)
    propose.agree(proposal_of(found), second, clock.now())
    assert propose.lapse_due(clock.now() + 2 * HOLD) == 0
    assert scene[1].status == CommentStatus.WITHHELD
    lifting = takedown.propose_lifting(found, "Đã giải mật.", second, clock.now())
    with pytest.raises(propose.SelfApprovalError):
        propose.agree(lifting, second, clock.now())
    with pytest.raises(propose.NotTheirsError):
        propose.agree(lifting, moderator, clock.now())
    propose.agree(lifting, world.officer(second.agency, Role.HEAD), clock.now())
    assert (found.lifted_as, scene[1].status) == ("agreed", CommentStatus.PUBLISHED)


def test_one_person_cannot_undo_it(scene, moderator):
    take_down(scene[1], moderator)
    with pytest.raises(decide.outcomes.StaleError):
        decide.undo(scene[1], scene[1].row_version, moderator, clock.now())


def test_what_was_answered_counts_as_answered_again_once_it_is_back(
    client, scene, moderator, second, world, drain
):
    answer = answering.draft(
        *(scene[1].consultation, [one.id for one in scene], Disposition.NOTED, "Cảm ơn."),
        *(second, clock.now()),
    )
    answering.finish(answer, world.officer(second.agency, Role.HEAD), clock.now())
    drain()
    assert tally(scene[1]).answered == 3
    found = take_down(scene[1], moderator)
    drain()
    assert (tally(scene[1]).published, tally(scene[1]).answered) == (2, 2)
    at = f"/en/consultations/{scene[1].consultation.dossier.slug}"
    assert "zq1zq" not in html(client, f"{at}/answers")
    propose.refuse(proposal_of(found), "Không có gì mật.", second, clock.now())
    db.session.commit()
    drain()
    assert (tally(scene[1]).published, tally(scene[1]).answered) == (3, 3)


def test_one_file_is_taken_down_and_the_comment_stays(client, scene, moderator, second, drain):
    comment, now = scene[1], clock.now()
    sent = [attachments.looked_at(photograph(), "ban-do.jpg")]
    attachments.add(comment.id, comment.consultation_id, sent, now)
    db.session.commit()
    attachments.clean_waiting(now)
    db.session.commit()
    file = db.session.scalars(select(Attachment)).one()
    attachments.publish(file, moderator, now)
    db.session.commit()
    drain()
    at, page = f"/comments/attachments/{file.id}/ban-do.jpg", comment.consultation.dossier.slug
    assert status(client, at) == 200
    found = take_down(comment, moderator, f"attachment:{file.id}")
    drain()
    assert status(client, at) == 451
    listed = html(client, f"/consultations/{page}/comments")
    assert "zq1zq" in listed
    assert at not in listed
    propose.refuse(proposal_of(found), "Được phép.", second, clock.now())
    db.session.commit()
    drain()
    assert status(client, at) == 200
    take_down(comment, moderator)
    assert status(client, at) == 451


def test_what_its_author_had_erased_is_not_given_back_with_a_fault(scene, moderator):
    attachments.add(
        scene[1].id,
        scene[1].consultation_id,
        [attachments.looked_at(photograph(), "a.jpg")],
        clock.now(),
    )
    values = {"clean_sha256": "a" * 64, "looked_at": clock.now(), "status": "published"}
    db.session.execute(update(Attachment).values(**values))
    file = db.session.scalar(select(Attachment.id))
    found = take_down(scene[1], moderator, f"attachment:{file}")
    db.session.execute(update(Attachment).values(status="published"))
    assert propose.lapse_due(clock.now() + HOLD) == 1
    assert found.lifted_as == "lapsed"


def test_what_is_not_public_or_down_already_or_anothers_cannot_be_taken_down(
    scene, moderator, world
):
    waiting = world.comment(scene[0].consultation, "Chưa xem.")
    stranger = world.officer(world.agency(), Role.HEAD)
    take_down(scene[1], moderator)
    wrong = [(waiting, ""), (scene[1], ""), (scene[0], f"comment:{scene[2].id}")]
    for comment, subject in wrong:
        with pytest.raises(TakenDownError):
            take_down(comment, moderator, subject)
    with pytest.raises(propose.NotTheirsError):
        take_down(scene[0], stranger)
    assert db.session.scalar(select(func.count()).select_from(Takedown)) == 1


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.APPROVER, Role.ADMIN])
def test_at_the_desk_one_orders_it_and_another_decides(app, scene, second, world, role):
    officer = world.officer(second.agency, role)
    desk = enter(app, officer)
    at = f"/en/desk/moderation/{scene[1].id}/takedown"
    typed = {"csrf_token": desk.token(at), "category": "unlawful", "basis": BASIS}
    assert desk.post(at, data=typed).status_code == 422
    typed |= {"reason": SECRET, "subject": f"comment:{scene[1].id}"}
    assert desk.post(at, data=typed).status_code == 303
    last = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
    assert (last.outcome, last.reason, last.sentence) == (Outcome.TAKEN_DOWN, "unlawful", BASIS)
    found = db.session.scalars(select(Takedown)).one()
    theirs, item = enter(app, second), f"/en/desk/proposals/{found.proposal_id}"
    assert "zq1zq" in html(theirs, item)
    token = {"csrf_token": theirs.token(item)}
    assert theirs.post(f"{item}/agreement", data=token).status_code == 303
    assert found.confirmed_at is not None
    lifting = f"/en/desk/moderation/takedowns/{found.id}/lifting"
    typed = {"csrf_token": desk.token(at)}
    assert desk.post(lifting, data=typed).status_code == 422
    assert desk.post(lifting, data={**typed, "reason": "Nhầm."}).status_code == 303
    assert db.session.scalar(select(Proposal.id).where(Proposal.kind == takedown.LIFT))
