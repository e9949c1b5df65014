"""Files sent with a comment: kept, made safe by the worker, public only after a person looked."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments import attachments
from app.comments import publish as outcomes
from app.comments.models import Attachment, Comment
from app.extensions import db
from app.kit import clock
from app.moderation import lease
from app.moderation.reasons import TWO_PERSONS
from tests.web.test_strip import SECRET, Scanner, photograph
from tests.word import docx

WORDS = "Kèm theo là ảnh hiện trường."


class Scene:
    """An open draft, and a moderator of its agency."""

    def __init__(self, world) -> None:
        self.consultation = world.consultation()
        self.slug = self.consultation.dossier.slug
        self.moderator = world.officer(self.consultation.dossier.agency, Role.MODERATOR)

    def send(self, client, *files: tuple[bytes, str]):
        path = f"/consultations/{self.slug}/comment"
        key = (
            client.get(path).get_data(as_text=True).split('name="key"')[1].split('value="')[1][:22]
        )
        sent = [(io.BytesIO(data), name) for data, name in files]
        words = {"body": WORDS, "commenter_kind": "individual", "key": key, "files": sent}
        return client.submit(path, words)

    def publish(self, comment: Comment) -> None:
        outcomes.publish(comment, comment.row_version, self.moderator.id, clock.now())
        db.session.commit()


@pytest.fixture
def scene(world):
    return Scene(world)


def only() -> Attachment:
    return db.session.scalars(select(Attachment)).one()


def work() -> None:
    attachments.clean_waiting(clock.now())
    db.session.commit()
    attachments.clean_waiting(clock.now())
    db.session.commit()
    db.session.expire_all()


def test_a_photograph_is_public_after_review_and_tells_nothing(app, client, scene, drain):
    assert scene.send(client, (photograph(), "ảnh.jpg")).status_code == 303
    comment = db.session.scalars(select(Comment)).one()
    path = f"/comments/attachments/{only().id}/ảnh.jpg"
    scene.publish(comment)
    work()
    assert client.get(path).status_code == 404, "nobody has looked at it"
    desk = app.test_client()
    desk.sign_in(scene.moderator.email)
    with desk.get(f"/desk/attachments/{only().id}") as looked_at:
        assert looked_at.status_code == 200
    item = f"/desk/moderation/{comment.id}"
    done = desk.submit(item, {"outcome": "publish"}, to=f"/desk/attachments/{only().id}")
    assert done.status_code == 303
    drain()
    with client.get(path) as answer:
        assert answer.status_code == 200
        assert SECRET.encode() not in answer.data
    page = client.get(f"/consultations/{scene.slug}/comments").get_data(as_text=True)
    assert "ảnh.jpg" in page
    # the file as it was sent is gone
    assert not list(app.extensions["settings"].files_dir.joinpath("incoming").iterdir())


def test_a_file_of_a_waiting_comment_is_nobodys(client, scene):
    scene.send(client, (photograph(), "anh.jpg"))
    work()
    attachments.publish(only(), scene.moderator, clock.now())
    db.session.commit()
    assert client.get(f"/comments/attachments/{only().id}/anh.jpg").status_code == 404


def test_what_a_file_says_is_read_for_search(client, scene):
    scene.send(client, (docx("Một câu chỉ có trong tệp."), "y-kien.docx"))
    work()
    assert "Một câu chỉ có trong tệp." in only().text


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([(b"MZ\x90\x00 program", "ke-hoach.pdf")], "ke-hoach.pdf"),
        ([(b"", "trong.pdf")], "trong.pdf"),
        ([(photograph(), f"{n}.jpg") for n in range(4)], "3"),
        ([(b"MZ\x90\x00 program", "hong.pdf"), (photograph(), "a.jpg")], "hong.pdf"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_the_text_comes_back(client, scene, files, words):
    answer = scene.send(client, *files)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in page
    assert WORDS in page
    assert db.session.scalars(select(Comment)).all() == []


def test_a_broken_file_can_be_withheld_but_not_shown(client, scene):
    scene.send(client, (photograph()[:-400] + b"\xff\xd9", "anh.jpg"))
    found = only()
    (attachments._raw(found.id)).write_bytes(b"\xff\xd8\xff broken \xff\xd9")
    work()
    assert only().problem == "unreadable"
    with pytest.raises(attachments.UndecidableError):
        attachments.publish(only(), scene.moderator, clock.now())
    attachments.withhold(only(), "spam", scene.moderator, clock.now())
    with pytest.raises(attachments.UndecidableError):
        attachments.withhold(only(), "spam", scene.moderator, clock.now())


@pytest.mark.parametrize("reason", [*sorted(TWO_PERSONS), "", "none"])
def test_one_person_withholds_no_file_for_a_reason_that_needs_two(app, client, scene, reason):
    scene.send(client, (photograph(), "anh.jpg"))
    work()
    desk = app.test_client()
    desk.sign_in(scene.moderator.email)
    item = f"/desk/moderation/{only().comment_id}"
    desk.submit(item, {"reason": reason}, to=f"/desk/attachments/{only().id}")
    db.session.expire_all()
    assert (only().status, only().reason) == ("waiting", "")


def test_nobody_decides_on_a_file_of_a_comment_that_a_colleague_has_open(app, client, scene, world):
    scene.send(client, (photograph(), "anh.jpg"))
    work()
    other = world.officer(scene.consultation.dossier.agency, Role.MODERATOR)
    lease.take(only().comment_id, other, clock.now())
    db.session.commit()
    decided = {}
    for officer in (scene.moderator, other):
        desk = app.test_client()
        desk.sign_in(officer.email)
        item = f"/desk/moderation/{only().comment_id}"
        desk.submit(item, {"reason": "spam"}, to=f"/desk/attachments/{only().id}")
        db.session.expire_all()
        decided[officer.id] = only().status
    assert decided == {scene.moderator.id: "waiting", other.id: "withheld"}


def test_an_infected_file_is_never_shown(app, client, scene, monkeypatch):
    scanner = Scanner(b"stream: Eicar-Signature FOUND\0")
    scanner.start()
    settings = replace(app.extensions["settings"], clamav=scanner.address)
    monkeypatch.setitem(app.extensions, "settings", settings)
    scene.send(client, (photograph(), "anh.jpg"))
    work()
    assert (only().problem, only().clean_sha256) == ("infected", "")


def test_files_wait_while_the_scanner_does_not_answer(app, client, scene, monkeypatch):
    settings = replace(app.extensions["settings"], clamav="/nowhere/clamd.ctl")
    monkeypatch.setitem(app.extensions, "settings", settings)
    scene.send(client, (photograph(), "anh.jpg"))
    work()
    assert only().looked_at is None
    assert attachments._raw(only().id).is_file()


def test_officers_of_other_agencies_see_no_file(app, client, scene, world):
    scene.send(client, (photograph(), "anh.jpg"))
    work()
    stranger = app.test_client()
    stranger.sign_in(world.officer(world.agency(), *Role).email)
    assert stranger.get(f"/desk/attachments/{only().id}").status_code == 404
