"""Corrections of a draft and suggestions for other laws: written, published, settled in public."""

from __future__ import annotations

import re

import pytest

from app.accounts.models import Role
from app.comments import publish as outcomes
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.outreach import correcting, suggesting
from app.outreach.models import Correction, ReformSuggestion
from app.outreach.suggesting import Settlement

CLAIM = "Người dân phải trả thêm tiền nước."
OFFICIAL = "Nghị quyết chỉ quy định mức hỗ trợ, không thu thêm khoản nào."


class Scene:
    """An open draft with one public comment, a drafter and an approver."""

    def __init__(self, world) -> None:
        self.consultation = world.consultation()
        self.dossier = self.consultation.dossier
        agency = self.dossier.agency
        self.drafter = world.officer(agency, Role.DRAFTER)
        self.approver = world.officer(agency, Role.APPROVER)
        self.both = world.officer(agency, Role.DRAFTER, Role.APPROVER)
        self.comment = world.comment(self.consultation, "Nên sửa cả Luật Đấu thầu.", "dieu-3")
        outcomes.publish(self.comment, 1, self.both.id, clock.now())
        db.session.commit()
        self.slug = self.dossier.slug

    def desk(self, app, officer):
        browser = app.test_client()
        browser.sign_in(officer.email)
        return browser


@pytest.fixture
def scene(world):
    return Scene(world)


def verbs() -> list[str]:
    rows = db.session.query(Entry.verb).order_by(Entry.id)
    return [verb for (verb,) in rows if verb.startswith(("correction", "suggestion"))]


def test_a_correction_is_written_by_one_and_published_by_another(app, client, scene, drain):
    writer, words = scene.desk(app, scene.both), {"claim": CLAIM, "official": OFFICIAL}
    path = f"/desk/corrections/{scene.slug}"
    assert writer.submit(path, {**words, "anchor": "dieu-3.khoan-1"}).status_code == 303
    found = db.session.query(Correction).one()
    own = writer.get(f"{path}/{found.id}").get_data(as_text=True)
    assert f"{path}/{found.id}/publish" not in own
    drain()
    assert CLAIM not in client.get(f"/consultations/{scene.slug}/corrections").get_data(
        as_text=True
    )
    approver = scene.desk(app, scene.approver)
    item = f"{path}/{found.id}"
    for way in ("/desk", path):
        assert f'href="{item}"' in approver.get(way).get_data(as_text=True)
    assert approver.submit(path, words, to=path).status_code == 403
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', approver.get(item).get_data(as_text=True))
    assert seen
    done = approver.submit(item, {"seen": seen[1]}, to=f"{item}/publish")
    assert done.status_code == 303
    drain()
    public = client.get(f"/consultations/{scene.slug}/corrections").get_data(as_text=True)
    assert CLAIM in public
    assert "versions/1#dieu-3.khoan-1" in public
    assert "khoản 1 Điều 3" in public
    assert f"/consultations/{scene.slug}/corrections" in client.get(
        f"/consultations/{scene.slug}"
    ).get_data(as_text=True)
    assert verbs() == ["correction.written", "correction.published"]


def test_nobody_publishes_what_they_wrote_themselves(scene):
    now = clock.now()
    one = correcting.write(scene.dossier, CLAIM, OFFICIAL, "dieu-1", scene.both, now)
    with pytest.raises(correcting.SelfPublicationError):
        correcting.publish(one, correcting.digest(one), scene.both, now)


def test_a_correction_cites_a_provision_that_is_there(app, scene):
    words = {"claim": CLAIM, "official": OFFICIAL, "anchor": "dieu-99"}
    answer = scene.desk(app, scene.drafter).submit(f"/desk/corrections/{scene.slug}", words)
    assert answer.status_code == 422
    assert CLAIM in answer.get_data(as_text=True)
    assert db.session.query(Correction).count() == 0


def test_what_was_read_is_what_is_published(scene):
    now = clock.now()
    one = correcting.write(scene.dossier, CLAIM, OFFICIAL, "dieu-1", scene.drafter, now)
    seen = correcting.digest(one)
    correcting.rewrite(one, CLAIM, "Câu khác.", "dieu-1", scene.drafter, now)
    with pytest.raises(correcting.SettledError):
        correcting.publish(one, seen, scene.approver, now)


def test_a_correction_is_taken_back_in_public(app, client, scene, drain):
    now = clock.now()
    one = correcting.write(scene.dossier, CLAIM, OFFICIAL, "dieu-1", scene.drafter, now)
    correcting.publish(one, correcting.digest(one), scene.approver, now)
    db.session.commit()
    path = f"/desk/corrections/{scene.slug}/{one.id}"
    approver = scene.desk(app, scene.approver)
    refused = approver.submit(path, {"reason": ""}, to=f"{path}/withdraw")
    assert refused.status_code == 422
    assert (
        approver.submit(path, {"reason": "Chúng tôi nhầm."}, to=f"{path}/withdraw").status_code
        == 303
    )
    drain()
    public = client.get(f"/consultations/{scene.slug}/corrections").get_data(as_text=True)
    assert CLAIM in public
    assert "Chúng tôi nhầm." in public


def test_a_comment_leads_to_a_suggestion_and_its_outcome(app, client, scene, drain):
    drafter = scene.desk(app, scene.drafter)
    words = {
        "document": "Luật Đấu thầu",
        "addressee": "Bộ Tài chính",
        "summary": "Rút gọn chào giá.",
    }
    assert drafter.submit(f"/desk/comments/{scene.comment.id}/suggestion", words).status_code == 303
    found = db.session.query(ReformSuggestion).one()
    drain()
    public = client.get("/suggestions").get_data(as_text=True)
    assert "Rút gọn chào giá." in public
    assert f"#comment-{scene.comment.id}" in public
    said = {"outcome": "passed_on", "words": "Đã gửi công văn 12/STP."}
    assert drafter.submit(f"/desk/suggestions/{found.id}", said).status_code == 303
    drain()
    assert "Đã gửi công văn 12/STP." in client.get("/suggestions").get_data(as_text=True)
    assert verbs() == ["suggestion.registered", "suggestion.settled"]


def test_whoever_may_not_settle_a_suggestion_is_led_to_the_public_register(app, scene):
    one = suggesting.register(scene.comment, "Luật A", "Bộ B", "Sửa.", scene.drafter, clock.now())
    db.session.commit()
    settling = f'href="/desk/suggestions/{one.id}"'
    assert settling in scene.desk(app, scene.drafter).get("/desk/suggestions").text
    read = scene.desk(app, scene.approver).get("/desk/suggestions").text
    assert settling not in read
    assert f'/suggestions?before={one.id + 1}#suggestion-{one.id}"' in read


def test_an_outcome_is_told_once(scene):
    now = clock.now()
    one = suggesting.register(scene.comment, "Luật A", "Bộ B", "Sửa.", scene.drafter, now)
    suggesting.settle(one, scene.comment, Settlement.DECLINED, "Không.", scene.drafter, now)
    with pytest.raises(suggesting.SettledError):
        suggesting.settle(one, scene.comment, Settlement.TAKEN_UP, "Có.", scene.drafter, now)


def test_only_a_public_comment_enters_the_register(world, scene):
    hidden = world.comment(scene.consultation, "Chờ rà soát.")
    with pytest.raises(suggesting.NotPublicError):
        suggesting.register(hidden, "Luật A", "Bộ B", "Sửa.", scene.drafter, clock.now())


def test_officers_of_other_agencies_find_nothing(app, world, scene):
    now = clock.now()
    one = correcting.write(scene.dossier, CLAIM, OFFICIAL, "dieu-1", scene.drafter, now)
    two = suggesting.register(scene.comment, "Luật A", "Bộ B", "Sửa.", scene.drafter, now)
    db.session.commit()
    stranger = scene.desk(app, world.officer(world.agency(), *Role))
    for path in (
        f"/desk/corrections/{scene.slug}",
        f"/desk/corrections/{scene.slug}/{one.id}",
        f"/desk/comments/{scene.comment.id}/suggestion",
        f"/desk/suggestions/{two.id}",
    ):
        assert stranger.get(path).status_code == 404
