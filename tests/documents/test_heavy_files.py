"""Files made to be slow: work grows with the file, not with its square."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import pytest

from app.accounts.models import Role
from app.documents import outline, quoted
from app.documents.anchors import Anchors
from app.documents.nodes import DoubtCode, Kind, Outline
from app.documents.parsers import apart, child, read
from app.documents.parsers.blocks import Block, UnreadableError
from app.extensions import db
from app.web.uploads import RefusalCode, Refused
from tests.word import docx


class Counted(set):
    """A set that counts how often it is asked."""

    asked = 0

    def __contains__(self, one: object) -> bool:
        self.asked += 1
        return super().__contains__(one)


def test_a_number_repeated_a_thousand_times_is_looked_up_a_few_times_each():
    anchors = Anchors()
    anchors._taken = taken = Counted()
    names = [anchors.name(Kind.ARTICLE, "1", "", "", "") for _ in range(1000)]
    assert names[:3] == ["dieu-1", "dieu-1-2", "dieu-1-3"]
    assert len(set(names)) == 1000
    assert taken.asked <= 3 * 1000


def test_an_anchor_given_by_number_is_passed_over_by_a_repeated_one():
    anchors = Anchors()
    taken = [anchors.name(Kind.ANNEX, n, "", "", "") for n in ("1-2", "1", "1", "1")]
    assert taken == ["phu-luc-1-2", "phu-luc-1", "phu-luc-1-3", "phu-luc-1-4"]


def test_marks_without_their_pair_are_given_up_together(monkeypatch):
    monkeypatch.setattr(quoted, "LOOKS", 500)
    looked = Counter()
    balance = quoted._balance

    def counting(text: str) -> int:
        looked["lines"] += 1
        return balance(text)

    monkeypatch.setattr(quoted, "_balance", counting)
    texts = ["Điều 1. Sửa đổi", *["“mở mà không đóng"] * 300]
    made = outline.build([Block(text=text, line=n) for n, text in enumerate(texts, 1)])
    assert looked["lines"] <= 2 * 500  # before and after misread headings are settled
    assert sum(doubt.code is DoubtCode.UNCLOSED_QUOTE for doubt in made.doubts) == 300


def test_more_lines_than_any_law_has_are_refused(monkeypatch):
    monkeypatch.setattr(child, "MAX_LINES", 10)
    assert child.tree(docx("Điều 1. Một\n" + "dòng\n" * 9), "a.docx").nodes
    with pytest.raises(Refused) as refused:
        child.tree(docx("Điều 1. Một\n" + "dòng\n" * 10), "a.docx")
    assert refused.value.code is RefusalCode.TOO_MANY_ENTRIES


def test_reading_stops_behind_the_last_line_a_law_has_room_for(monkeypatch):
    monkeypatch.setattr("app.documents.parsers.docx.MAX_LINES", 10)
    assert len(read(docx("dòng\n" * 50), "a.docx")) == 11


def test_others_can_write_while_a_file_is_read(client, world, monkeypatch):
    dossier = world.dossier()
    client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
    begun = []
    tree = apart.tree

    def watched(data: bytes, name: str) -> Outline:
        begun.append(db.session().in_transaction())
        return tree(data, name)

    monkeypatch.setattr(apart, "tree", watched)
    path = f"/desk/dossiers/{dossier.id}/text"
    answer = client.submit(path, {"file": (io.BytesIO(docx("Điều 1. Một\nHai")), "a.docx")})
    assert answer.status_code == 303
    assert begun == [False]


OTHER_ROOT = b'<?xml version="1.0"?><other/>'
NO_BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word/document.xml", NO_BODY),
        ("word/document.xml", OTHER_ROOT),
        ("word/_rels/document.xml.rels", OTHER_ROOT),
        ("[Content_Types].xml", OTHER_ROOT),
    ],
)
def test_a_part_with_another_root_is_a_damaged_file_and_no_fault(part, content):
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx("Điều 1. Một"))) as source,
        zipfile.ZipFile(changed, "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    with pytest.raises(UnreadableError):
        read(changed.getvalue(), "a.docx")
