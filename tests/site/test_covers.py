"""What a moderator covered is read nowhere but at the desk of moderation."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from app.accounts.models import Role
from app.comments.models import Comment
from app.documents.redline import Op, Run, redline
from app.extensions import db
from app.moderation import decide
from app.moderation.masks import COVER, Asked, Cover, Field
from app.moderation.reasons import LABELS, MASKABLE, Reason
from app.site import covers
from tests.house.walk import walk
from tests.moderation.staff import enter
from tests.page_client import PageClient

BODY = "Đề nghị tăng mức hỗ trợ. Hỏi bà Hoàng Thị Kín, số 0987654321."
WORDING = "Mỗi hộ được hỗ trợ một lần 3.500.000 đồng, giao cho Kín 19001234."
NAME = "Vàng Thị Khuất"
SECRETS = ("Hoàng Thị Kín", "0987654321", "19001234", "Khuất", "Kín")


def masks() -> list[Asked]:
    places = [
        ("body", BODY, "Hoàng Thị Kín", "insult"),
        ("body", BODY, "0987654321", "personal_data"),
        ("wording", WORDING, "Kín 19001234", "personal_data"),
        ("name", NAME, "Khuất", "personal_data"),
    ]
    return [
        Asked(field, text.index(words), text.index(words) + len(words), reason)
        for field, text, words, reason in places
    ]


class Listener:
    """A browser that keeps all it was told, files unpacked."""

    def __init__(self, client: PageClient) -> None:
        self.client, self.heard = client, dict[str, str]()

    def get(self, url: str):
        answer = self.client.get(url)
        data = answer.get_data()
        self.heard[url] = "\n".join(_texts(data))
        return answer

    def secrets(self) -> list[tuple[str, str]]:
        return [(url, one) for url, text in self.heard.items() for one in SECRETS if one in text]


def _texts(data: bytes) -> Iterable[str]:
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield packed.read(name).decode(errors="replace")
        return
    yield data.decode(errors="replace")


@dataclass
class Covered:
    comment: Comment


@pytest.fixture
def comment(kept, world, drain) -> Comment:
    return kept("covered", lambda: Covered(make_comment(world, drain))).comment


def make_comment(world, drain) -> Comment:
    made = world.comment(
        world.consultation(),
        BODY,
        "dieu-3.khoan-1",
        proposed_wording=WORDING,
        display_name=NAME,
        language="en",
    )
    moderator = world.officer(made.consultation.dossier.agency, Role.MODERATOR)
    world.publish(made, moderator, masks=masks())
    db.session.commit()
    drain()
    return made


def test_nothing_covered_is_read_in_public(client, comment):
    listener = Listener(client)
    walk(listener, ["/", f"/comments/{comment.receipt}", "/search?q=đề+nghị"])
    told = " ".join(url for url, text in listener.heard.items() if COVER in text)
    slug = comment.consultation.dossier.slug
    # the words beside the covers are read where comments are, so the covers were met
    for place in ("/comments", "/articles/", "answers.csv", f"/comments/{comment.receipt}"):
        assert place in told, f"no cover seen at {place}"
    assert f"/consultations/{slug}" in told
    assert listener.secrets() == []


def test_nothing_covered_is_read_at_any_other_desk(app, world, comment):
    agency = comment.consultation.dossier.agency
    roles = set(Role) - {Role.MODERATOR, Role.OVERSIGHT}  # these two read what was sent
    listener = Listener(enter(app, world.officer(agency, *roles)))
    slug = comment.consultation.dossier.slug
    answering = f"/desk/answers/{slug}"
    walk(listener, ["/desk", answering, f"{answering}/new?comment={comment.id}"])
    assert COVER in listener.heard[f"{answering}/new?comment={comment.id}"]
    assert listener.secrets() == []


@pytest.mark.parametrize("words", ["Hoàng Thị Kín", "0987654321", "Kín", "19001234"])
def test_nothing_covered_is_found(client, comment, words):
    page = client.get("/search", query_string={"q": words}).get_data(as_text=True)
    assert "GY-" not in page
    assert f"#comment-{comment.id}" not in page


def test_a_cover_is_seen_and_heard_with_its_reason(client, comment):
    page = client.get(f"/en/consultations/{comment.consultation.dossier.slug}/comments")
    text = page.get_data(as_text=True)
    with force_locale("en"):
        heard = [f"[covered: {LABELS[one]}]" for one in (Reason.INSULT, Reason.PERSONAL_DATA)]
    assert text.count(heard[0]) == 1
    # in the body, in the wording, and the name where it stands and where the link names it
    assert text.count(heard[1]) == 4
    assert f'<span aria-hidden="true">{COVER}</span>' in text
    assert "Covered by a moderator:" in text


def test_the_receipt_shows_its_author_what_was_covered_and_why(client, comment):
    page = client.get(f"/en/comments/{comment.receipt}").get_data(as_text=True)
    assert page.count("[covered:") == 4
    with force_locale("en"):
        assert f"{LABELS[Reason.INSULT]}; {LABELS[Reason.PERSONAL_DATA]}" in page


def test_uncovered_again_it_is_shown_as_it_was_written(client, world, comment, drain):
    moderator = world.officer(comment.consultation.dossier.agency, Role.MODERATOR)
    decide.undo(comment, comment.row_version, moderator, comment.decided_at)
    world.publish(comment, moderator)
    db.session.commit()
    drain()
    page = client.get(f"/consultations/{comment.consultation.dossier.slug}/comments")
    assert "Hoàng Thị Kín" in page.get_data(as_text=True)
    assert db.session.scalars(select(Comment.masked_body)).one() is None


def test_each_reason_is_named_once_in_the_order_of_the_public_list():
    on = {
        Field.BODY: (Cover(0, Reason.PERSONAL_DATA), Cover(9, Reason.SPAM)),
        Field.NAME: (Cover(0, Reason.PERSONAL_DATA),),
    }
    named = covers.reasons(on)
    assert named == [str(LABELS[r]) for r in LABELS if r in (Reason.SPAM, Reason.PERSONAL_DATA)]
    assert set(MASKABLE) >= {Reason.SPAM, Reason.PERSONAL_DATA}


def test_covers_find_their_place_in_paragraphs_and_in_a_redline(app):
    text = f"Một {COVER}.\n\n{COVER} hai {COVER}\nBa"
    at = [n for n in range(len(text)) if text.startswith(COVER, n) and text[n - 1 : n] != COVER[0]]
    on = {Field.BODY: tuple(Cover(n, Reason.INSULT) for n in at)}
    with app.test_request_context():
        told = covers.paragraphs(text, on)
        assert [one.count('class="cover"') for one in told] == [1, 2, 0]
        old, new = "Giao cho sở một lần.", f"Giao cho {COVER} hai lần <b>."
        marked = covers.runs(redline(old, new), {Field.WORDING: (Cover(9, Reason.INSULT),)})
        assert sum(str(run.text).count('class="cover"') for run in marked) == 1
        assert not any("<b>" in str(run.text) for run in marked if "cover" in str(run.text))
        assert covers.runs([Run(Op.DEL, COVER)], {Field.WORDING: (Cover(0, Reason.SPAM),)}) == [
            Run(Op.DEL, COVER)
        ]
