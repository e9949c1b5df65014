"""The answering desk: one answer for one or many comments, published by a second officer."""

from __future__ import annotations

import html
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.accounts.models import Officer, Role
from app.comments.models import Comment
from app.comments.publish import withdraw
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.responses import answering, lists, sought
from app.responses.models import Answer, AnswerComment, AnswerState, Disposition
from app.responses.selecting import NotAnswerableError
from tests.moderation.staff import enter

DESK = "/desk/answers"
STEPS = ("submission", "return", "signature", "publish", "newcomers")
EXPLANATION = "Điều 3 nâng mức hỗ trợ lên 4.000.000 đồng."


@pytest.fixture
def consultation(world) -> Consultation:
    return world.consultation()


@pytest.fixture
def public(world, consultation):
    """Makes a published comment."""
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)

    def make(body: str = "Đề nghị tăng.", anchor: str = "dieu-3.khoan-1") -> Comment:
        comment = world.comment(consultation, body, anchor)
        world.publish(comment, moderator)
        db.session.commit()
        return comment

    return make


@pytest.fixture
def drafter(world, consultation) -> Officer:
    return world.officer(consultation.dossier.agency, Role.DRAFTER)


@pytest.fixture
def desk(app, drafter):
    return enter(app, drafter)


@pytest.fixture
def approver(app, world, consultation):
    return enter(app, world.officer(consultation.dossier.agency, Role.APPROVER))


@pytest.fixture
def head(app, world, consultation):
    return enter(app, world.officer(consultation.dossier.agency, Role.HEAD))


def home(consultation: Consultation) -> str:
    return f"{DESK}/{consultation.dossier.slug}"


def new(consultation: Consultation, *comments: Comment) -> str:
    chosen = "&".join(f"comment={comment.id}" for comment in comments)
    return f"{home(consultation)}/new?{chosen}"


def words(*comments: Comment, **changes: object) -> dict[str, object]:
    typed = {"disposition": "not_accepted", "explanation": EXPLANATION}
    return {"comment": [comment.id for comment in comments], **typed, **changes}


def seen(item: str) -> dict[str, int]:
    """The version of the answer that a page at that address shows now."""
    db.session.rollback()
    return {"version": db.session.get_one(Answer, int(item.rsplit("/", 1)[1])).row_version}


def press(who, item: str, step: str, **typed: object):
    """The step is asked for at the page of the answer, as it is seen there."""
    return who.submit(item, {**seen(item), **typed}, to=f"{item}/{step}")


def signed(item: str, drafter, head) -> None:
    assert press(drafter, item, "submission").status_code == 303
    assert press(head, item, "signature").status_code == 303


def answers() -> list[Answer]:
    db.session.rollback()
    return list(db.session.scalars(select(Answer).order_by(Answer.id)))


def test_two_comments_are_answered_together_and_published_by_another(
    consultation, public, desk, head, approver, drain
):
    first, second, left = public("Một"), public("Hai"), public("Ba")
    drain()
    page = desk.get(home(consultation)).get_data(as_text=True)
    assert all(f'name="comment" value="{comment.id}"' in page for comment in (first, second, left))
    answer = desk.submit(new(consultation, first, second), words(first, second))
    [draft] = answers()
    assert answer.location == f"{home(consultation)}/{draft.id}"
    page = desk.get(home(consultation)).get_data(as_text=True)
    assert [f'name="comment" value="{c.id}"' in page for c in (first, second, left)] == [
        False,
        False,
        True,
    ]

    item = f"{home(consultation)}/{draft.id}"
    signed(item, desk, head)
    assert press(approver, item, "publish").status_code == 303
    [answer] = answers()
    assert [comment.id for comment in answer.comments] == [first.id, second.id]
    assert answer.published_by not in (None, answer.drafted_by)
    assert EXPLANATION in desk.get(f"{home(consultation)}?show=published").get_data(as_text=True)
    drain()
    assert lists.figures([consultation.id]) == {consultation.id: lists.Figures(3, 2, 0)}
    assert EXPLANATION in desk.get(item).get_data(as_text=True)
    assert "<textarea" not in desk.get(item).get_data(as_text=True)


def test_comments_come_in_the_order_of_the_draft_and_page_by_key(
    consultation, public, desk, monkeypatch, drain
):
    monkeypatch.setattr(sought, "PAGE", 2)
    places = ["dieu-3.khoan-2", "dieu-1", "", "dieu-3.khoan-1", "dieu-1"]
    made = [public(f"Ý {n}", place) for n, place in enumerate(places)]
    wanted = [made[n].id for n in (2, 1, 4, 3, 0)]
    drain()
    read, key = [], None
    while True:
        found = sought.look(consultation, sought.Wanted(), key)
        read += [row.id for row in found.rows]
        if found.onward is None:
            break
        key = tuple(map(int, found.onward.split(".")))
    assert read == wanted
    page = desk.get(home(consultation)).get_data(as_text=True)
    onward = sought.look(consultation, sought.Wanted(), None).onward
    assert f"?after={onward}" in page
    following = desk.get(f"{home(consultation)}?after={onward}").get_data(as_text=True)
    assert [f'name="comment" value="{n}"' in following for n in wanted] == [
        False,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {"disposition": ""},
        {"disposition": "refused"},
        {"explanation": "Quá ngắn."},
        {"explanation": "   "},
        {"comment": []},
        {"comment": ["x"]},
        {"comment": [str(2**70)]},
    ],
)
def test_a_form_with_a_fault_keeps_everything_typed(consultation, public, desk, bad):
    comment = public()
    answer = desk.submit(new(consultation, comment), words(comment, **bad))
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "error-summary" in page
    assert "explanation" in bad or EXPLANATION in page
    assert f'name="comment" value="{comment.id}"' in page
    assert answers() == []


def test_no_answer_without_a_token_and_nothing_typed_is_lost(consultation, public, desk, approver):
    comment = public()
    answer = desk.post(new(consultation, comment), data=words(comment))
    assert answer.status_code == 400
    assert EXPLANATION in answer.get_data(as_text=True)
    desk.submit(new(consultation, comment), words(comment))
    [draft] = answers()
    item = f"{home(consultation)}/{draft.id}"
    assert desk.post(item, data=words(comment, version=1)).status_code == 400
    assert approver.post(f"{item}/publish", data={"version": 1}).status_code == 400
    assert answers()[0].published_at is None


def test_nothing_chosen_leads_back_with_a_sentence(consultation, public, desk):
    public()
    for address in ("?", "?comment=x", "?comment=999", f"?comment={'9' * 40}"):
        answer = desk.get(f"{home(consultation)}/new{address}", follow_redirects=True)
        assert answer.request.path == home(consultation)
        assert "toast-warn" in answer.get_data(as_text=True)


def test_nobody_signs_or_publishes_what_they_wrote(app, world, consultation, public):
    both = enter(app, world.officer(consultation.dossier.agency, *Role))
    comment = public()
    both.submit(new(consultation, comment), words(comment))
    [draft] = answers()
    item = f"{home(consultation)}/{draft.id}"
    assert press(both, item, "submission").status_code == 303
    assert "/signature" not in both.get(item).get_data(as_text=True)
    for step in ("signature", "publish"):
        answer = press(both, item, step)
        assert answer.status_code == 403
        assert "error-summary" in answer.get_data(as_text=True)
    assert answers()[0].state == AnswerState.REVIEW
    # signed by another, it still is not its author who publishes
    press(enter(app, world.officer(consultation.dossier.agency, Role.HEAD)), item, "signature")
    assert "/publish" not in both.get(item).get_data(as_text=True)
    assert press(both, item, "publish").status_code == 403
    assert answers()[0].published_at is None


def test_an_answered_comment_is_not_put_into_a_second_answer(consultation, public, desk):
    first, second = public(), public()
    address = new(consultation, first, second)
    token = desk.token(address)
    desk.submit(new(consultation, first), words(first))
    answer = desk.post(address, data={**words(first, second), "csrf_token": token})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert f": {first.reference}." in page
    assert EXPLANATION in page
    assert len(answers()) == 1
    sent = desk.submit(address, words(second))
    assert sent.status_code == 303


@pytest.mark.parametrize("state", ["waiting", "withheld", "late", "elsewhere"])
def test_what_is_not_public_here_is_neither_shown_nor_answered(
    world, consultation, public, desk, state
):
    secret = "Lời chưa được đăng."
    good = public()
    if state == "elsewhere":
        other = world.comment(world.consultation(), secret)
        moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
        world.publish(other, moderator)
    else:
        at = consultation.closes_at if state == "late" else None
        other = world.comment(consultation, secret, at=at)
    if state == "withheld":
        moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
        world.withhold(other, moderator)
    db.session.commit()
    for address in (home(consultation), new(consultation, good, other)):
        assert secret not in desk.get(address).get_data(as_text=True)
    answer = desk.submit(new(consultation, good), words(good, other))
    assert answer.status_code == 409
    assert secret not in answer.get_data(as_text=True)
    assert answers() == []


def test_a_draft_is_edited_and_a_stale_edit_gives_the_text_back(
    app, world, consultation, public, desk
):
    comment = public()
    desk.submit(new(consultation, comment), words(comment))
    [draft] = answers()
    item = f"{home(consultation)}/{draft.id}"
    colleague = world.officer(consultation.dossier.agency, Role.DRAFTER)
    typed = words(comment, explanation="Giữ nguyên vì ngân sách có hạn.", version=1)
    assert enter(app, colleague).submit(item, typed).status_code == 303
    late = words(comment, explanation="Bản sửa của tôi, gửi sau đồng nghiệp.", version=1)
    answer = desk.submit(item, late)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert late["explanation"] in page
    assert 'name="version" type="hidden" value="2"' in page
    [draft] = answers()
    assert (draft.explanation, draft.drafted_by) == (typed["explanation"], colleague.id)
    assert desk.submit(item, {**late, "version": 2}).status_code == 303


def test_a_published_answer_takes_no_edit_and_no_second_publication(
    consultation, public, desk, head, approver
):
    comment = public()
    desk.submit(new(consultation, comment), words(comment))
    [draft] = answers()
    item = f"{home(consultation)}/{draft.id}"
    signed(item, desk, head)
    token, sign = desk.token(item), approver.token(item)
    version = seen(item)
    for status in (303, 409):
        sent = approver.post(f"{item}/publish", data={**version, "csrf_token": sign})
        assert sent.status_code == status
    late = words(comment, explanation="Tôi muốn nói khác đi một chút.", version=1)
    answer = desk.post(item, data={**late, "csrf_token": token})
    assert answer.status_code == 409
    assert late["explanation"] in answer.get_data(as_text=True)
    assert answers()[0].explanation == EXPLANATION


def test_an_answer_to_comments_all_taken_back_goes_no_further(
    consultation, public, desk, head, approver
):
    comment = public("Lời sẽ rút lại.")
    desk.submit(new(consultation, comment), words(comment))
    [draft] = answers()
    item = f"{home(consultation)}/{draft.id}"
    signed(item, desk, head)
    withdraw(db.session.get(Comment, comment.id), clock.now())
    db.session.commit()
    assert "Lời sẽ rút lại." not in desk.get(item).get_data(as_text=True)
    assert press(approver, item, "publish").status_code == 409
    assert press(head, item, "return", note="Không còn ai để trả lời.").status_code == 303
    assert press(desk, item, "submission").status_code == 409
    assert answers()[0].published_at is None


def test_of_drafters_choosing_one_comment_at_once_one_answers(app, world, consultation, public):
    comment_id, consultation_id = public().id, consultation.id
    agency = consultation.dossier.agency
    officers = [world.officer(agency, Role.DRAFTER).id for _ in range(6)]
    db.session.rollback()
    start = threading.Barrier(6)

    def write(officer_id: int) -> bool:
        with app.app_context():
            start.wait(10)
            found = db.session.get(Consultation, consultation_id)
            officer = db.session.get(Officer, officer_id)
            try:
                answering.draft(
                    found, [comment_id], Disposition.NOTED, EXPLANATION, officer, clock.now()
                )
                db.session.commit()
            except NotAnswerableError:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(write, officers)) == 1
    assert len(db.session.scalars(select(AnswerComment)).all()) == 1


def test_reach_and_roles(app, world, consultation, public, desk):
    comment = public()
    desk.submit(new(consultation, comment), words(comment))
    [draft] = answers()
    item = f"{home(consultation)}/{draft.id}"
    agency = consultation.dossier.agency
    stranger = enter(app, world.officer(world.agency("Sở Nội vụ"), *Role))
    token = stranger.token(f"/consultations/{consultation.dossier.slug}/comment")
    for address in (home(consultation), new(consultation, comment), item):
        assert stranger.get(address).status_code == 404
    steps = [f"{item}/{name}" for name in STEPS]
    for address in (new(consultation, comment), item, *steps):
        fields = {**words(comment), "version": 1, "csrf_token": token}
        assert stranger.post(address, data=fields).status_code == 404
    assert consultation.dossier.title not in stranger.get(DESK).get_data(as_text=True)

    overseer = enter(app, world.officer(agency, Role.OVERSIGHT))
    token = overseer.token(f"/consultations/{consultation.dossier.slug}/comment")
    for address in (DESK, home(consultation), f"{home(consultation)}?show=drafts", item):
        page = overseer.get(address)
        assert page.status_code == 200
        assert 'type="checkbox"' not in page.get_data(as_text=True)
    for address in (new(consultation, comment), item, *steps):
        fields = {**words(comment), "version": 1, "csrf_token": token}
        assert overseer.post(address, data=fields).status_code == 403
    assert enter(app, world.officer(agency, Role.MODERATOR)).get(DESK).status_code == 403


@pytest.mark.parametrize(
    "tail", ["/0", f"/{2**31}", "/999", "?show=x", "?round=-1", f"?round=-{9**30}"]
)
def test_what_does_not_exist_is_not_found(consultation, desk, tail):
    assert desk.get(home(consultation) + tail).status_code == 404
    assert desk.get(f"{DESK}/khong-co").status_code == 404


@pytest.mark.parametrize("after", ["x", "1", "1.x", "-1.9", "9" * 30, "1.2.3"])
def test_a_forged_place_in_a_list_is_harmless(consultation, public, desk, after):
    public()
    for show in ("", "drafts", "published"):
        address = f"{home(consultation)}?show={show}&after={after}"
        assert desk.get(address).status_code == 200
