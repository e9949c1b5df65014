"""The sample province is whole, agrees with itself, and survives the real import."""

from __future__ import annotations

import re
import shutil
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.comments.models import Channel, CommenterKind, CommentStatus
from app.consultations import rules
from app.demo.content import DATA, load_content
from app.demo.told import Dossier, Province
from app.demo.typed import ContentError
from app.demo.word import to_docx
from app.documents import outline
from app.documents.models import Stage
from app.documents.nodes import Kind
from app.documents.parsers import read
from app.documents.topics import SEED
from app.moderation.appeals import AppealOutcome
from app.outreach.suggesting import Settlement
from app.responses.models import AnswerState, Disposition
from app.web.locale import LANGUAGES

REAL_PROVINCES = """
An Giang, Bà Rịa - Vũng Tàu, Bạc Liêu, Bắc Giang, Bắc Kạn, Bắc Ninh, Bến Tre, Bình Dương, Bình Định,
Bình Phước, Bình Thuận, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên, Đồng Nai,
Đồng Tháp, Gia Lai, Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu Giang, Hòa Bình,
Huế, Hưng Yên, Khánh Hòa, Kiên Giang, Kon Tum, Lai Châu, Lạng Sơn, Lào Cai, Lâm Đồng, Long An,
Nam Định, Nghệ An, Ninh Bình, Ninh Thuận, Phú Thọ, Phú Yên, Quảng Bình, Quảng Nam, Quảng Ngãi,
Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, Tây Ninh, Thái Bình, Thái Nguyên, Thanh Hóa,
Thành phố Hồ Chí Minh, Thừa Thiên Huế, Tiền Giang, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc,
Yên Bái
"""
DRAFTS = sorted(path.name for path in (DATA / "drafts").glob("*.txt"))
ADDRESS = re.compile(r"[\w.-]+@((?:[\w-]+\.)*example\.(?:vn|org|com))$")
UNWANTED = ("tham vấn chính sách", "kiểm duyệt")
LETTERS = "abcdđeghiklmnopqrstuvxy"


@pytest.fixture(scope="module")
def province() -> Province:
    return load_content()


@pytest.fixture(scope="module")
def trees() -> dict[str, outline.Outline]:
    return {name: outline.build(read(to_docx(_draft(name)), f"{name}.docx")) for name in DRAFTS}


def _draft(name: str) -> str:
    return (DATA / "drafts" / name).read_text(encoding="utf-8")


def _dossier(province: Province, stage: Stage, at: int = 0) -> Dossier:
    return [dossier for dossier in province.dossiers if dossier.stage is stage][at]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


# The province


def test_the_province_is_not_a_real_one(province: Province) -> None:
    real = {name.strip() for name in REAL_PROVINCES.split(",")}

    assert len(real) == 64  # 63 of before July 2025, and Huế as the city is called since
    assert province.name.removeprefix("Tỉnh ") not in real


def test_it_is_as_large_as_promised(province: Province) -> None:
    assert len(province.agencies) == 8
    assert [agency.slug for agency in province.agencies if not agency.parent] == [
        "hdnd-tinh",
        "ubnd-tinh",
    ]
    assert Counter(officer.role.value for officer in province.officers) == {
        "drafter": 6,
        "approver": 7,
        "head": 5,
        "moderator": 3,
        "oversight": 1,
        "clerk": 1,
        "translator": 1,
        "admin": 2,
    }
    assert [dossier.stage.value for dossier in province.dossiers] == [
        "proposal",
        "consultation",
        "consultation",
        "responding",
        "adopted",
    ]
    assert sum(len(dossier.comments) for dossier in province.dossiers) >= 75
    assert sum(len(dossier.answers) for dossier in province.dossiers) >= 14


def test_every_agency_below_the_top_has_who_drafts_approves_and_signs(province: Province) -> None:
    held = {(officer.agency, officer.role.value) for officer in province.officers}
    held |= {(officer.agency, officer.also.value) for officer in province.officers if officer.also}

    for agency in province.agencies:
        if agency.parent:
            assert {(agency.slug, role) for role in ("drafter", "approver", "head")} <= held


def test_addresses_are_nobodys(province: Province) -> None:
    comments = [comment for dossier in province.dossiers for comment in dossier.comments]
    addresses = [agency.email for agency in province.agencies]
    addresses += [officer.email for officer in province.officers]
    addresses += [comment.email for comment in comments if comment.email]

    assert [address for address in addresses if not ADDRESS.match(address)] == []
    assert len({comment.email for comment in comments if comment.email}) >= 5
    assert all(agency.phone.startswith("0200 555 ") for agency in province.agencies)


def test_document_types_are_known_to_the_rules(province: Province) -> None:
    seed = Path(rules.__file__).parent / "seed" / "document_types.toml"
    known = {
        row["code"] for row in tomllib.loads(seed.read_text(encoding="utf-8"))["document_type"]
    }

    assert {dossier.document_type for dossier in province.dossiers} <= known


def test_topics_are_known_and_every_body_decides_for_a_place(province: Province) -> None:
    known = {row["code"] for row in tomllib.loads(SEED.read_text(encoding="utf-8"))["topic"]}
    top = [place.code for place in province.territories if not place.parent]

    assert {dossier.topic for dossier in province.dossiers} <= known
    assert len({dossier.topic for dossier in province.dossiers}) == len(province.dossiers)
    assert len(top) == 1
    assert {place.parent for place in province.territories} == {"", *top}
    assert len(province.territories) >= 5
    for agency in province.agencies:
        assert (agency.territory in top) == (agency.slug != "ubnd-phuong-ha-lam")


def test_the_five_dossiers_stand_where_they_should(province: Province) -> None:
    opened = _dossier(province, Stage.CONSULTATION)
    closing = _dossier(province, Stage.CONSULTATION, 1)
    answering = _dossier(province, Stage.RESPONDING)

    assert not _dossier(province, Stage.PROPOSAL).draft_text
    assert opened.period_days - opened.opened_days_ago == 18
    assert closing.period_days - closing.opened_days_ago == 1
    assert answering.closed_hours_ago > 14 * 24  # Tết can push an end back by two weeks
    assert {answer.state for answer in answering.answers} == set(AnswerState)


def test_every_kind_outcome_reason_and_disposition_occurs(province: Province) -> None:
    comments = [comment for dossier in province.dossiers for comment in dossier.comments]

    assert {comment.kind for comment in comments} == set(CommenterKind)
    assert {comment.outcome for comment in comments} == set(CommentStatus)
    assert {c.reason.value for c in comments if c.reason} == {
        "spam",
        "insult",
        "personal_data",
        "off_topic",
        "duplicate_by_same_author",
    }
    assert {a.disposition for d in province.dossiers for a in d.answers} == set(Disposition)
    assert {comment.language for comment in comments} == {one.code for one in LANGUAGES}
    assert sum(not comment.name for comment in comments) >= 10


def test_the_loop_is_there_to_be_seen(province: Province) -> None:
    """Other doors, covers, questions, appeals, suggestions, corrections: each at least once."""
    comments = [comment for dossier in province.dossiers for comment in dossier.comments]
    doors = {comment.source.channel for comment in comments if comment.source}
    questions = [comment.question for comment in comments if comment.question]
    appeals = [comment.appeal for comment in comments if comment.appeal]
    suggestions = [comment.suggestion for comment in comments if comment.suggestion]

    assert doors == {Channel.PAPER, Channel.EMAIL, Channel.PHONE, Channel.MEETING}
    assert any(comment.masked for comment in comments)
    assert {bool(question.reply) for question in questions} == {True, False}
    assert {appeal.outcome for appeal in appeals} == {AppealOutcome.UPHELD, None}
    assert {suggestion.outcome for suggestion in suggestions} == {Settlement.PASSED_ON, None}
    assert any(dossier.corrections for dossier in province.dossiers)
    assert any(dossier.assignments for dossier in province.dossiers)


def test_the_front_has_its_answer_where_the_dossier_is_closed(province: Province) -> None:
    for stage, answered in ((Stage.ADOPTED, True), (Stage.CONSULTATION, False)):
        dossier = _dossier(province, stage)
        (criticism,) = (c for c in dossier.comments if c.source and c.source.criticism)
        keys = {key for answer in dossier.answers for key in answer.comments}
        assert (criticism.key in keys) is answered


# The drafts


@pytest.mark.parametrize("name", DRAFTS)
def test_the_import_has_no_doubt_about_a_draft(
    name: str, trees: dict[str, outline.Outline]
) -> None:
    tree = trees[name]

    assert tree.doubts == ()
    assert [article.number for article in tree.articles()] == [
        str(number) for number in range(1, len(tree.articles()) + 1)
    ]
    assert 8 <= len(tree.articles()) <= 34
    for node, _, _ in tree.walk():
        clauses = [child.number for child in node.children if child.kind is Kind.CLAUSE]
        points = [child.number for child in node.children if child.kind is Kind.POINT]
        assert clauses == [str(at + 1) for at in range(len(clauses))]
        assert points == list(LETTERS[: len(points)])


def test_the_great_draft_has_every_kind_of_unit(
    province: Province, trees: dict[str, outline.Outline]
) -> None:
    tree = trees[_dossier(province, Stage.CONSULTATION).draft]
    kinds = Counter(node.kind for node, _, _ in tree.walk())

    assert kinds[Kind.ARTICLE] >= 28
    assert kinds[Kind.CHAPTER] >= 4
    assert kinds[Kind.SECTION] >= 1
    assert kinds[Kind.ANNEX] == 1
    assert kinds[Kind.TABLE] == 2
    assert any(node.number == "đ" for node, _, _ in tree.walk())


def test_the_annex_adds_up(trees: dict[str, outline.Outline]) -> None:
    tree = trees["tru-nuoc-mua-tai-dinh-cu-an-toan.txt"]
    table = next(
        node for node, _, _ in tree.walk() if node.kind is Kind.TABLE and len(node.rows) > 8
    )
    *rows, total = table.rows[1:]

    assert sum(int(row[3]) for row in rows) == int(total[3])


def test_references_to_articles_lead_somewhere(trees: dict[str, outline.Outline]) -> None:
    for name, tree in trees.items():
        known = {article.number for article in tree.articles()}
        assert set(re.findall(r"Điều (\d+)", tree.words())) <= known, name


# Comments and answers against the text they speak of


def test_comments_and_changes_stand_on_provisions_that_exist(
    province: Province, trees: dict[str, outline.Outline]
) -> None:
    for dossier in province.dossiers:
        anchors = (
            {node.anchor for node, _, _ in trees[dossier.draft].walk()} if dossier.draft else set()
        )
        named = [comment.anchor for comment in dossier.comments]
        named += [anchor for answer in dossier.answers for anchor in answer.changed]
        named += [change.anchor for change in dossier.changes]
        named += [anchor for issue in dossier.contested_issues for anchor in issue.anchors]
        assert {anchor for anchor in named if anchor} <= anchors, dossier.slug


def test_quotes_are_the_words_of_the_draft(province: Province) -> None:
    quoted = [
        (comment.quote, dossier.draft_text)
        for dossier in province.dossiers
        for comment in dossier.comments
        if comment.quote
    ]

    assert len(quoted) >= 3
    assert [quote for quote, text in quoted if quote not in text] == []


def test_what_was_accepted_is_what_changed(
    province: Province, trees: dict[str, outline.Outline]
) -> None:
    adopted = _dossier(province, Stage.ADOPTED)
    before, after = (
        {node.anchor: (node.text, node.rows) for node, _, _ in trees[name].walk()}
        for name in (adopted.draft, adopted.revised_draft)
    )
    changed = {anchor for anchor in before if before[anchor] != after[anchor]}
    announced = {anchor for answer in adopted.answers for anchor in answer.changed}

    assert before.keys() == after.keys()
    assert {anchor.split(".bang-")[0] for anchor in changed} == announced
    assert len(announced) == 8  # as its English summary says


def test_explanations_argue(province: Province) -> None:
    for dossier in province.dossiers:
        for answer in dossier.answers:
            assert len(answer.explanation) > 150, answer.key
            needs_change = answer.disposition is Disposition.ACCEPTED
            assert bool(answer.changed) or not needs_change, answer.key


# Every text


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.*")), ids=lambda path: path.name)
def test_texts_are_composed_clean_and_well_spoken(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)
    assert [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co") and c != "\n"] == []
    assert [word for word in UNWANTED if word in text.casefold()] == []
    assert "  " not in re.sub(r"^ +", "", text, flags=re.MULTILINE)


# Faults


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("province.toml", 'agency = "so-y-te"', 'agency = "so-la"', "unknown agency 'so-la'"),
        ("province.toml", 'role = "admin"', 'role = "king"', "unknown Role 'king'"),
        ("province.toml", 'parent = "ubnd-tinh"', 'parent = "nha"', "unknown parent 'nha'"),
        ("comments/{adopted}", 'kind = "business"', 'kind = "robot"', "unknown CommenterKind 'robot'"),
        ("comments/{adopted}", 'key = "capcuu-02"', 'key = "capcuu-01"', "'capcuu-01' is used twice"),
        ("comments/{adopted}", 'outcome = "late"', "", "capcuu-15: late is what comes after"),
        ("comments/{adopted}", 'reason = "spam"', "", "capcuu-14: a reason and a note"),
        ("comments/{adopted}", "hours_ago = 3320", "hours_ago = 9999", "before the consultation"),
        ("comments/{adopted}", "hours_ago = 3320", 'hours_ago = "x"', "int is wanted, not 'x'"),
        ("comments/{adopted}", 'name = "Mùa A Thống"', 'nom = "x"', "capcuu-03: unknown field nom"),
        ("answers/{adopted}", '"capcuu-13"', '"capcuu-99"', "unknown comment 'capcuu-99'"),
        ("answers/{adopted}", '"capcuu-13"', '"capcuu-14"', "'capcuu-14' is not published"),
        ("answers/{adopted}", '"capcuu-13"', '"capcuu-15"', "'capcuu-15' is not published"),
        ("answers/{adopted}", '"capcuu-13"', '"capcuu-12"', "comment capcuu-12: answered twice"),
        ("answers/{adopted}", '["capcuu-13"]', "[]", "tl-capcuu-10: answers nobody"),
        ("answers/{adopted}", 'approver = "nghia.do', 'approver = "an.ly', "does not approve"),
        ("answers/{adopted}", 'disposition = "noted"', 'disposition = "no"', "unknown Disposition"),
        ("answers/{adopted}", 'changed = ["dieu-3.khoan-2"]', "", "accepted without a change"),
        ("comments/{adopted}", 'channel = "paper"', 'channel = "portal"', "has no source"),
        ("comments/{open}", 'passage = "0900', 'passage = "0911', "cannot be covered"),
        ("comments/{open}", 'outcome = "upheld"', "", "a decided appeal has its reply"),
        ("dossiers/{open}", 'title = "Dự', 'assignments = [{anchor = "dieu-6", officer = "x", days_ago = 1}]\ntitle = "Dự', "'x' does not draft"),
        ("dossiers/{adopted}", 'lead_agency = "so-y-te"', 'lead_agency = "x"', "unknown agency 'x'"),
        ("dossiers/{adopted}", 'stage = "adopted"', 'stage = "responding"', "an outcome belongs"),
        ("dossiers/{adopted}", "period_days = 30", "", "missing field period_days"),
        ("dossiers/{adopted}", 'draft = "cap', 'draft = "cup', "No such file"),
        ("dossiers/{adopted}", 'topic = "health"', "", "missing field topic"),
        ("province.toml", 'parent = "tinh-lam-xuyen"', 'parent = "x"', "'x' does not stand before"),
        ("province.toml", 'territory = "phuong-ha-lam"', 'territory = "x"', "unknown territory 'x'"),
    ],
)  # fmt: skip
def test_contradictions_are_named(
    tmp_path: Path, file: str, old: str, new: str, fault: str
) -> None:
    root = Path(shutil.copytree(DATA, tmp_path / "data"))
    path = root / file.format(
        adopted="cap-cuu-dia-ban-bi-chia-cat.toml", open="tru-nuoc-mua-tai-dinh-cu-an-toan.toml"
    )
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=re.escape(fault)):
        load_content(root)


def test_an_adopted_dossier_leaves_nobody_without_an_answer(tmp_path: Path) -> None:
    root = Path(shutil.copytree(DATA, tmp_path / "data"))
    path = root / "answers" / "cap-cuu-dia-ban-bi-chia-cat.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"capcuu-07", "capcuu-08"', '"capcuu-07"'),
        encoding="utf-8",
    )

    with pytest.raises(ContentError, match="capcuu-08: adopted without an answer"):
        load_content(root)


def test_comments_on_an_unknown_dossier_are_named(tmp_path: Path) -> None:
    root = Path(shutil.copytree(DATA, tmp_path / "data"))
    (root / "comments" / "la.toml").write_text("", encoding="utf-8")

    with pytest.raises(ContentError, match=r"comments/la\.toml: unknown dossier 'la'"):
        load_content(root)
