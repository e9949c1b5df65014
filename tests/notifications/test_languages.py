"""Letters and receipts speak the language of the page, whatever language the comment is in."""

from __future__ import annotations

import re

import lxml.html
import pytest
from sqlalchemy import select

from app.comments.models import Comment
from app.extensions import db
from tests.comments.writing import form_at, send

LATIN = re.compile(r"[^\W\d_]{3,}")
HANGUL = re.compile("[\uac00-\ud7a3]")
TEXT = {
    "vi": "Mức hỗ trợ quá thấp so với giá vật tư.",
    "en": "The amount is too low for what pipes cost.",
    "ko": "지원 금액이 너무 적습니다.",
}


def written(client, room, prefix: str, body: str) -> Comment:
    answer = send(client, prefix + form_at(room.consultation), body=body, email="an@bücher.example")
    assert answer.status_code == 303
    comment = db.session.scalars(select(Comment).order_by(Comment.id.desc())).first()
    assert comment is not None
    return comment


@pytest.mark.parametrize("code", list(TEXT))
def test_a_korean_page_gives_korean_letters_and_a_korean_receipt(client, room, code):
    comment = written(client, room, "/ko", TEXT[code])
    assert comment.language == code
    [letter] = room.letters()
    assert HANGUL.search(letter.subject)
    assert "/ko/contact/" in letter.body
    # nobody put the title of this draft in Korean
    known = ("", room.consultation.dossier.title)
    lines = [line for line in letter.body.splitlines() if line not in known and "http" not in line]
    assert [line for line in lines if not HANGUL.search(line)] == []


def test_the_receipt_of_a_korean_page_is_korean_but_for_what_is_said_to_be_vietnamese(client, room):
    comment = written(client, room, "/ko", TEXT["vi"])
    for query in ("", "?new=1"):
        answer = client.get(f"/ko/comments/{comment.receipt}{query}")
        page = lxml.html.fromstring(answer.get_data(as_text=True))
        assert page.get("lang") == "ko"
        [main] = page.xpath("//main")
        for marked in main.xpath(".//*[@lang!='ko'] | .//*[@translate='no'] | .//svg | .//script"):
            marked.drop_tree()
        left = [text for text in main.itertext() if LATIN.search(text) and not HANGUL.search(text)]
        assert left == []


def test_a_vietnamese_page_writes_in_vietnamese_to_who_wrote_in_korean(client, room):
    comment = written(client, room, "", TEXT["ko"])
    assert comment.language == "ko"
    [letter] = room.letters()
    assert "/ko/" not in letter.body
    assert not HANGUL.search(letter.subject)
