"""One comment at the desk: held, covered, decided by two, undone; nothing typed is ever lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.accounts.models import Role
from app.comments.models import Comment
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation import decide, lease
from app.moderation.models import Decision, FlagKind, Lease
from tests.moderation.staff import enter
from tests.moderation.test_desk import QUEUE, WITHHELD, path, status_of, take
from tests.moderation.test_queue import flag

JSON = {"Accept": "application/json"}


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def people(world, consultation):
    agency = consultation.dossier.agency
    return [world.officer(agency, Role.MODERATOR, name=name) for name in ("Bế Thị Nga", "Lò Văn A")]


@pytest.fixture
def desk(app, people):
    return enter(app, people[0])


@pytest.fixture
def colleague(app, people):
    return enter(app, people[1])


def holder_of(comment: Comment) -> int | None:
    db.session.rollback()
    found = lease.holders([comment.id], clock.now()).get(comment.id)
    return found.officer_id if found else None


def lapse(comment: Comment) -> None:
    """The ten minutes are over."""
    past = clock.now() - timedelta(minutes=1)
    db.session.execute(update(Lease).where(Lease.comment_id == comment.id).values(until=past))
    db.session.commit()


def test_taken_and_at_once_given_back_from_another_window(world, consultation, desk, monkeypatch):
    comment = world.comment(consultation)
    db.session.commit()
    token, commit = desk.token("/desk/moderation"), db.session.commit

    def overtaken() -> None:
        commit()
        db.session.execute(delete(Lease))
        commit()

    monkeypatch.setattr(db.session, "commit", overtaken)
    sent = desk.post(f"{path(comment)}/lease", data={"csrf_token": token}, headers=JSON)
    assert sent.status_code == 200
    assert sent.get_json()["until"]


def test_reading_holds_nothing_and_opening_from_the_list_does(world, consultation, desk, people):
    comment = world.comment(consultation)
    page = desk.get(path(comment)).get_data(as_text=True)
    assert 'value="publish"' not in page
    assert f'action="{path(comment)}/lease"' in page
    assert holder_of(comment) is None
    answer = desk.submit(QUEUE, {"open": str(comment.id)})
    assert (answer.status_code, answer.location) == (303, path(comment))
    assert holder_of(comment) == people[0].id
    assert 'value="publish"' in desk.get(path(comment)).get_data(as_text=True)


def test_who_comes_second_is_told_who_and_may_take_over_on_record(
    world, consultation, desk, colleague, people
):
    comment = world.comment(consultation)
    take(colleague, comment)
    assert desk.submit(QUEUE, {"open": str(comment.id)}).location == path(comment)
    page = desk.get(path(comment)).get_data(as_text=True)
    assert people[1].name in page
    assert 'value="publish"' not in page
    assert people[1].name in desk.get(QUEUE).get_data(as_text=True)
    desk.submit(path(comment), {"over": "1"}, to=f"{path(comment)}/lease")
    assert holder_of(comment) == people[0].id
    verb = select(Entry.facts).where(Entry.verb == "lease.taken_over")
    assert db.session.scalars(verb).all() == [
        {"comment_id": comment.id, "officer_id": people[1].id}
    ]


def test_leaving_frees_it_and_only_ones_own(world, consultation, desk, colleague, people):
    comment = world.comment(consultation)
    take(desk, comment)
    token = colleague.token(f"/consultations/{consultation.dossier.slug}/comment")
    colleague.post(f"{path(comment)}/release", data={"csrf_token": token})
    assert holder_of(comment) == people[0].id
    answer = desk.submit(path(comment), {}, to=f"{path(comment)}/release")
    assert (answer.status_code, answer.location) == (303, QUEUE)
    assert holder_of(comment) is None


def test_a_decision_without_the_lease_takes_it_and_gives_everything_back(
    world, consultation, desk, people
):
    comment = world.comment(consultation)
    take(desk, comment)
    token = desk.token(path(comment))
    lapse(comment)
    sent = {**WITHHELD, "version": 1, "csrf_token": token}
    answer = desk.post(path(comment), data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert WITHHELD["sentence"] in page
    assert re.search(r'value="spam"[^>]*checked|checked[^>]*value="spam"', page)
    assert status_of(comment) == "waiting"
    assert holder_of(comment) == people[0].id
    assert desk.post(path(comment), data=sent).status_code == 303
    assert status_of(comment) == "withheld"


def test_when_a_colleague_has_it_by_then_one_press_takes_it_over(
    world, consultation, desk, colleague, people
):
    comment = world.comment(consultation)
    take(desk, comment)
    token = desk.token(path(comment))
    lapse(comment)
    take(colleague, comment)
    sent = {**WITHHELD, "version": 1, "csrf_token": token}
    answer = desk.post(path(comment), data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert people[1].name in page
    assert WITHHELD["sentence"] in page
    assert 'name="over" value="1"' in page
    assert desk.post(path(comment), data={**sent, "over": "1"}).status_code == 303
    assert status_of(comment) == "withheld"


def test_after_a_decision_the_next_of_the_same_list_is_held(
    world, consultation, desk, colleague, people
):
    other = world.consultation(world.dossier(consultation.dossier.agency))
    first, elsewhere, taken, free = (
        world.comment(draft) for draft in (consultation, other, consultation, consultation)
    )
    take(desk, first)
    take(colleague, taken)
    here = f"{path(first)}?draft={consultation.id}"
    answer = desk.submit(here, {"outcome": "publish", "version": 1})
    assert answer.location == f"{path(free)}?draft={consultation.id}"
    assert holder_of(free) == people[0].id
    assert holder_of(elsewhere) is None


def test_noticed_words_are_offered_and_covered_for_their_reason(world, consultation, desk):
    words = "Gọi 0912345678, hoặc 0912345678 <b>gấp</b>."
    comment = world.comment(consultation, words)
    flag(comment, FlagKind.PERSONAL_DATA, {"field": "body", "start": 4, "end": 14, "what": "phone"})
    take(desk, comment)
    page = desk.get(path(comment)).get_data(as_text=True)
    assert "<mark>0912345678</mark>, hoặc 0912345678 &lt;b&gt;" in page
    assert 'value="body:4:14:personal_data"' in page
    fields = {"outcome": "publish", "version": 1, "mask": "body:4:14:personal_data"}
    assert desk.submit(path(comment), fields).status_code == 303
    db.session.rollback()
    kept = db.session.get(Comment, comment.id)
    assert kept.shown_body == "Gọi █████, hoặc █████ <b>gấp</b>."
    assert kept.body == words


def test_typed_passages_are_covered_wherever_they_stand(world, consultation, desk):
    comment = world.comment(
        consultation, "Ông Lê Văn Bốn nói.", proposed_wording="Ông Lê Văn Bốn được 1 đồng."
    )
    take(desk, comment)
    fields = {"outcome": "publish", "version": 1, "passages": "Lê Văn Bốn\n\n", "why": "insult"}
    assert desk.submit(path(comment), fields).status_code == 303
    db.session.rollback()
    kept = db.session.get(Comment, comment.id)
    assert (kept.shown_body, kept.shown_wording) == ("Ông █████ nói.", "Ông █████ được 1 đồng.")


@pytest.mark.parametrize(
    "fields",
    [
        {"passages": "không có ở đó"},
        {"mask": "body:0:999:personal_data"},
        {"mask": "body:0:3:unlawful"},
        {"mask": ["body:0:5:insult", "body:2:8:insult"]},
        {"passages": "Tôi đề nghị tăng mức hỗ trợ."},
    ],
)
def test_a_cover_that_cannot_be_laid_publishes_nothing(world, consultation, desk, fields):
    comment = world.comment(consultation)
    take(desk, comment)
    answer = desk.submit(path(comment), {"outcome": "publish", "version": 1, **fields})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "error-summary" in page
    assert fields.get("passages", "") in page
    assert status_of(comment) == "waiting"


def test_a_borderline_reason_waits_for_a_second_person(world, consultation, desk, colleague):
    comment = world.comment(consultation)
    take(desk, comment)
    assert desk.submit(path(comment), {**WITHHELD, "reason": "unlawful", "version": 1})
    assert status_of(comment) == "waiting"
    assert f">GY-{comment.id}<" in desk.get(f"{QUEUE}?flag=second_person").get_data(as_text=True)
    take(desk, comment)
    page = desk.get(path(comment)).get_data(as_text=True)
    assert 'value="confirm"' not in page
    refused = desk.submit(path(comment), {"outcome": "confirm", "version": 2})
    assert refused.status_code == 422
    assert status_of(comment) == "waiting"
    desk.submit(path(comment), {}, to=f"{path(comment)}/release")
    take(colleague, comment)
    page = colleague.get(path(comment)).get_data(as_text=True)
    assert WITHHELD["sentence"] in page
    assert colleague.submit(path(comment), {"outcome": "confirm", "version": 2}).status_code == 303
    assert status_of(comment) == "withheld"


def test_a_colleague_overrules_by_publishing(world, consultation, desk, colleague):
    comment = world.comment(consultation)
    take(desk, comment)
    desk.submit(path(comment), {**WITHHELD, "borderline": "y", "version": 1})
    take(colleague, comment)
    assert colleague.submit(path(comment), {"outcome": "publish", "version": 2}).status_code == 303
    assert status_of(comment) == "published"


def test_a_decision_is_undone_from_the_toast_and_from_the_list(world, consultation, desk, people):
    first, second = world.comment(consultation), world.comment(consultation)
    desk.submit(QUEUE, {"publish": f"{first.id}.1"})
    page = desk.get(QUEUE).get_data(as_text=True)
    assert f'action="{path(first)}/undo"' in page
    assert f'action="{path(first)}/undo"' not in desk.get(QUEUE).get_data(as_text=True)
    lately = f"{QUEUE}/lately"
    assert f'action="{path(first)}/undo"' in desk.get(lately).get_data(as_text=True)
    answer = desk.submit(lately, {"version": 2}, to=f"{path(first)}/undo")
    assert (answer.status_code, answer.location) == (303, path(first))
    assert status_of(first) == "waiting"
    assert holder_of(first) == people[0].id
    assert f"{path(first)}/undo" not in desk.get(lately).get_data(as_text=True)
    assert status_of(second) == "waiting"


def test_after_ten_minutes_a_decision_stands(world, consultation, desk, people):
    comment, _waiting = world.comment(consultation), world.comment(consultation)
    past = clock.now() - decide.UNDO - timedelta(seconds=1)
    lease.take(comment.id, people[0], past)
    decide.publish(comment, 1, people[0], past)
    db.session.commit()
    token = desk.token(QUEUE)
    assert f"{path(comment)}/undo" not in desk.get(path(comment)).get_data(as_text=True)
    answer = desk.post(
        f"{path(comment)}/undo", data={"csrf_token": token, "version": 2}, headers=JSON
    )
    assert answer.status_code == 409
    assert status_of(comment) == "published"


def test_a_script_gets_a_few_words_and_stays_on_its_page(world, consultation, desk, colleague):
    first, second, third = (world.comment(consultation) for _ in range(3))
    token = desk.token(QUEUE)

    def post(address: str, **fields: object):
        return desk.post(address, data={"csrf_token": token, **fields}, headers=JSON)

    told = post(QUEUE, publish=f"{first.id}.1").get_json()
    assert told["version"] == 2
    assert post(told["undo"], version=2).get_json()["version"] == 3
    assert post(QUEUE, publish=f"{first.id}.1").status_code == 409
    take(colleague, second)
    refused = post(f"{path(second)}/lease")
    assert (refused.status_code, "GY-" in refused.get_json()["said"]) == (409, True)
    assert post(QUEUE, publish=f"{second.id}.1").status_code == 409
    assert post(f"{path(third)}/lease").get_json()["waiting"] is True
    wrong = post(path(third), outcome="withhold", version=1, reason="spam", sentence="x")
    assert (wrong.status_code, bool(wrong.get_json()["said"])) == (422, True)
    right = post(path(third), version=1, **WITHHELD)
    assert (right.status_code, right.get_json()["undo"]) == (200, f"{path(third)}/undo")
    assert [status_of(one) for one in (first, second, third)] == ["waiting", "waiting", "withheld"]


def test_several_at_once_are_shown_before_anything_happens(
    world, consultation, desk, colleague, people
):
    made = [world.comment(consultation, f"Ý kiến số {n}") for n in range(4)]
    take(colleague, made[1])
    ticked = [f"{one.id}.1" for one in made[:3]]
    answer = desk.submit(QUEUE, {"bulk": "publish", "comment": ticked})
    assert answer.status_code == 303
    page = desk.get(answer.location).get_data(as_text=True)
    assert "Ý kiến số 0" in page
    assert people[1].name in page
    assert {status_of(one) for one in made} == {"waiting"}
    fields = {"deed": "publish", "seen": " ".join(ticked)}
    done = desk.submit(answer.location, fields, to=f"{QUEUE}/bulk")
    assert done.status_code == 200
    assert [status_of(one) for one in made] == ["published", "waiting", "published", "waiting"]


def test_several_are_withheld_for_one_reason_each_author_is_told(world, consultation, desk):
    made = [world.comment(consultation) for _ in range(2)]
    ticked = " ".join(f"{one.id}.1" for one in made)
    address = f"{QUEUE}/bulk?deed=withhold&comment={ticked.replace(' ', '&comment=')}"
    fields = {"deed": "withhold", "seen": ticked, "sentence": WITHHELD["sentence"]}
    failed = desk.submit(address, fields, to=f"{QUEUE}/bulk")
    assert failed.status_code == 422
    assert WITHHELD["sentence"] in failed.get_data(as_text=True)
    desk.submit(address, {**fields, "reason": "spam"}, to=f"{QUEUE}/bulk")
    assert {status_of(one) for one in made} == {"withheld"}
    sentences = db.session.scalars(select(Decision.sentence)).all()
    assert sentences == [WITHHELD["sentence"]] * 2


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{QUEUE}/bulk?deed=x&comment=1.1", 404),
        (f"{QUEUE}/bulk?group=1", 404),
        (f"{QUEUE}/bulk?group={'9' * 18}", 404),
        (f"{QUEUE}/bulk", 303),
        (f"{QUEUE}/bulk?comment=x&comment=1", 303),
    ],
)
def test_a_forged_choice_of_several_leads_nowhere(world, consultation, desk, address, status):
    world.comment(consultation)
    assert desk.get(address).status_code == status


def test_of_another_agency_nothing_is_shown_in_a_preview(app, world, consultation):
    comment = world.comment(consultation, "Chỉ người trong cơ quan đọc.")
    stranger = enter(app, world.officer(world.agency(), Role.MODERATOR))
    page = stranger.get(f"{QUEUE}/bulk?comment={comment.id}.1").get_data(as_text=True)
    assert "Chỉ người trong cơ quan đọc." not in page
    for act in ("lease", "release", "undo"):
        token = stranger.token(f"/consultations/{consultation.dossier.slug}/comment")
        answer = stranger.post(f"{path(comment)}/{act}", data={"csrf_token": token})
        assert answer.status_code == 404
