"""What is found, in what order and how it is shown, on small Vietnamese corpora."""

import re
import unicodedata
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from app.search.document import Kind
from app.search.facets import Facet
from tests.search.looking import document, keys, look

LAW = "Luật Đất đai (sửa đổi)"


CORPUS = [
    document("consultation:1", LAW, "Lấy ý kiến về dự thảo luật.", slug="dat-dai"),
    *(
        document(
            f"provision:{number}",
            f"Điều {number}. {heading}",
            f"1. {body}\n2. Việc áp dụng khoản 3 Điều 12 do Chính phủ quy định.",
            f"Chương II {LAW}",
            anchor=f"dieu-{number}",
        )
        for number, heading, body in [
            (11, "Thu hồi đất", "Nhà nước thu hồi đất vì lợi ích công cộng."),
            (
                12,
                "Bồi thường",
                "Người có đất bị thu hồi được bồi thường theo Nghị định 15/2020/NĐ-CP.",
            ),
            (13, "Hòa giải tranh chấp", "Ủy ban nhân dân cấp xã hòa giải tranh chấp đất đai."),
            (112, "Quản lý", "Cơ quan quản lý lý lịch đất."),
        ]
    ),
    document("comment:1", "", "toi khong dong y thu hoi dat cua nguoi dan", number=7),
    document("comment:2", "", "Bông hoa trước nhà, hoa của làng."),
    document("answer:1", "", "Cơ quan soạn thảo tiếp thu ý kiến về bồi thường."),
]


@pytest.fixture(scope="module")
def found(new_engine):
    engine = new_engine()
    engine.apply(CORPUS, [])
    return partial(look, engine)


def plain(html):
    return re.sub("</?mark>", "", html)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("thu hồi đất", "provision:11"),
        ("tôi không đồng ý", "comment:1"),
        ("hoà giải", "provision:13"),
        ("HÒA GIẢI", "provision:13"),
        (unicodedata.normalize("NFD", "hòa giải"), "provision:13"),
        ("uy ban nhan dan", "provision:13"),
        ("dat dai sua doi", "consultation:1"),
        ("lí lịch", "provision:112"),
        ("15/2020/NĐ-CP", "provision:12"),
        ("15/2020/nd-cp", "provision:12"),
        ("Điều 12", "provision:12"),
        ("bồi thường điều 99", "provision:12"),
        ("Điều 12 khoản 3", "provision:12"),
        ("khoan 3 dieu 12", "provision:12"),
        ("dieu 112", "provision:112"),
        ("tiếp thu bồi thường", "answer:1"),
        ("bông hoa", "comment:2"),
    ],
)
def test_the_best_answer_comes_first(found, query, first):
    assert keys(found(query))[0] == first


def test_exact_accents_rank_above_longer_and_louder_folded_matches(engine):
    exact = document("comment:1", "", "hòa " + "việc khác " * 400)
    loud = document("comment:2", "hoa hoa", "hoa hoa hoa")
    engine.apply([exact, loud], [])
    assert keys(look(engine, "hòa")) == ["comment:1", "comment:2"]


def test_all_words_of_a_short_query_are_meant(found):
    assert set(keys(found("hòa giải tranh chấp"))) == {"provision:13"}
    assert found("bông hoa quản lý").total < len(CORPUS)


def test_a_word_nobody_wrote_falls_back_to_the_others(found):
    assert keys(found("hòa giải xyzzy"))[0] == "provision:13"


@pytest.mark.parametrize("query", ["…!?", "👩‍💻", "\ud800", "xyzzy"])
def test_nothing_known_finds_nothing(found, query):
    results = found(query)
    assert (results.total, results.hits) == (0, ())
    assert set(results.values) == set(Facet)


def test_kinds_are_counted_and_chosen(found):
    everything = found("bồi thường")
    assert everything.values[Facet.KIND][Kind.ANSWER] == 1
    assert everything.total == sum(everything.values[Facet.KIND].values())
    chosen = found("bồi thường", kinds={Kind.ANSWER})
    assert keys(chosen) == ["answer:1"]
    assert (chosen.total, chosen.values[Facet.KIND]) == (1, everything.values[Facet.KIND])


def test_pages_follow_one_another(found):
    whole = keys(found("đất", limit=100))
    assert len(whole) > 3
    assert keys(found("đất", limit=2)) + keys(found("đất", limit=100, offset=2)) == whole
    assert found("đất", limit=5, offset=1000).hits == ()


def test_what_was_stored_comes_back(found):
    hit = found("Điều 11 thu hồi").hits[0]
    assert (hit.kind, hit.stored, hit.dossier_id) == (Kind.PROVISION, {"anchor": "dieu-11"}, 1)


def test_found_words_are_marked_with_their_own_accents(found):
    hit = found("hoa giai").hits[0]
    assert hit.title == "Điều 13. <mark>Hòa giải</mark> tranh chấp"
    assert "xã <mark>hòa giải</mark> tranh" in hit.passage


def test_decomposed_text_is_marked_where_it_stands(engine):
    body = unicodedata.normalize("NFD", "Việc hòa giải ở xã")
    engine.apply([document("comment:1", "", body)], [])
    hit = look(engine, "hoà giải").hits[0]
    assert plain(hit.passage) == body
    assert f"<mark>{unicodedata.normalize('NFD', 'hòa giải')}</mark>" in hit.passage


def test_what_people_wrote_is_escaped(engine):
    engine.apply([document("comment:1", "<b>đất</b>", "<script>đất & 'nước'</script>")], [])
    hit = look(engine, "đất").hits[0]
    assert hit.title == "&lt;b&gt;<mark>đất</mark>&lt;/b&gt;"
    assert hit.passage == "&lt;script&gt;<mark>đất</mark> &amp; &#x27;nước&#x27;&lt;/script&gt;"


def test_the_passage_is_the_part_that_answers(engine):
    body = "Mở đầu. " * 200 + "Mức bồi thường là năm triệu đồng. " + "Kết thúc. " * 200
    engine.apply([document("comment:1", "", body)], [])
    passage = look(engine, "mức bồi thường").hits[0].passage
    assert "<mark>Mức bồi thường</mark> là năm triệu đồng." in passage
    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert 150 < len(plain(passage)) < 260


asked = st.text(max_size=80) | st.lists(
    st.sampled_from(
        ["đất", "hòa", "Điều 12", "AND", "*", "(", '"', "~9", "f:", "15/2020/NĐ-CP", "\x00"]
    )
).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(asked, st.integers(0, 12))
def test_any_query_gets_an_answer_made_of_the_documents_own_text(found, query, limit):
    results = found(query, limit=limit)
    assert len(results.hits) == min(limit, results.total)
    scores = [(hit.score, hit.key) for hit in results.hits]
    assert len({key for _, key in scores}) == len(scores)
    texts = {d.key: str(escape(" ".join(d.body.split()))) for d in CORPUS}
    for hit in results.hits:
        shown = " ".join(plain(hit.passage).strip("… ").split())
        assert shown in texts[hit.key]


@pytest.mark.parametrize(
    "query", ["đất " * 2500, "1/" * 5000, "a" * 10_000, "Điều 1 " * 1500, "\u0301" * 10_000]
)
def test_ten_kilobytes_are_a_query_too(found, query):
    assert found(query).total <= len(CORPUS)
