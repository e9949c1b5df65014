"""XLIFF out and in: the same words come back, and nothing hostile is read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from lxml import etree

from app.translations import pieces, xliff_child, xliff_reading
from app.translations.pieces import Piece
from app.translations.progress import Place, Row, State
from app.translations.xliff import write
from app.translations.xliff_reading import (
    Document,
    Unit,
    Why,
    WrongFile,
    WrongFileError,
    plan,
    read,
)
from app.web.refusals import RefusalCode, Refused

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("xliff.rng")))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# what a translator, a word processor or somebody hostile may put into a text
LETTERS = st.one_of(
    st.sampled_from("aăâđêôơưẫễổửŨ<>&\"'\n\r\t\0\x0b\x1f\x85\u2028\ufffe\uffff\ud800 한中ກខ😀]]>"),
    st.characters(exclude_categories=()),
)
WORDS = st.text(LETTERS, max_size=60)
PLACES = st.lists(st.tuples(WORDS, WORDS, st.sampled_from(State)), min_size=1, max_size=6)


def place(n: int, words: str, told: str = "", state: State = State.UNOFFICIAL) -> Place:
    piece = Piece(f"unit:{n}:text", f"khoản {n} Điều 1", words, "text", 1)
    if state is State.MISSING:
        told = ""
    row = Row(n, piece.part, piece.digest, 1, told, "unofficial", 1, None, NOW) if told else None
    return Place(piece, state if row else State.MISSING, row, n if row else 0)


def seen(data: bytes) -> Document:
    """What the process that reads files finds, without starting one."""
    told = xliff_child.answer(data)
    assert "refused" not in told, told
    units = tuple(Unit(*unit) for unit in told["units"])
    return Document(told["source"], told["target"], units)


@given(PLACES)
@examples(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_out_and_in_again_is_the_same(rows: list[tuple[str, str, State]]) -> None:
    places = [place(n, *row) for n, row in enumerate(rows)]
    data = write("nuoc-sach", "zh-Hans", places, {0: "lời cũ\x0c"})
    assert SCHEMA.validate(etree.fromstring(data)), SCHEMA.error_log
    found = seen(data)
    assert (found.source_language, found.target_language) == ("vi", "zh-Hans")
    assert [unit.part for unit in found.units] == [one.piece.part for one in places]
    assert [unit.source for unit in found.units] == [one.piece.words for one in places]
    outdated = (State.STALE, State.MISSING)
    told = [None if one.state in outdated else one.text for one in places]
    assert [unit.target for unit in found.units] == told


def test_the_schema_of_this_test_refuses_what_is_not_xliff() -> None:
    data = write("a", "en", [place(1, "Nước", "Water")])
    for old, new in (
        (b"<source>", b"<sauce>"),
        (b'state="translated"', b'state="done"'),
        (b'version="2.1"', b'version="9"'),
        (b'id="unit:1:text"', b'id="a b"'),
    ):
        changed = data.replace(old, new)
        if new == b"<sauce>":
            changed = changed.replace(b"</source>", b"</sauce>")
        assert changed != data
        assert not SCHEMA.validate(etree.fromstring(changed)), new


def test_a_file_tells_states_labels_and_what_is_outdated() -> None:
    states = (State.OFFICIAL, State.UNOFFICIAL, State.MACHINE, State.STALE)
    places = [place(n, f"Nước {n}", f"Water {n}", state) for n, state in enumerate(states)]
    root = etree.fromstring(write("nuoc-sach", "en", places, {3: "Nước cũ"}))
    space = {"x": "urn:oasis:names:tc:xliff:document:2.0"}
    assert root.xpath("string(//x:file/@original)", namespaces=space) == "dossier:nuoc-sach"
    told = root.xpath("//x:segment/@state", namespaces=space)
    assert told == ["final", "translated", "initial", "initial"]
    assert root.xpath("//x:segment/@subState", namespaces=space) == ["gopy:machine"]
    last = root.xpath("//x:unit[4]//x:note", namespaces=space)
    notes = {note.get("category"): note.text for note in last}
    assert notes == {
        "location": "khoản 3 Điều 1",
        "earlier-source": "Nước cũ",
        "earlier-translation": "Water 3",
    }


def file_of(*units: str, target: str = ' trgLang="en"', original: str = "dossier:a") -> bytes:
    inside = "".join(units)
    return (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="vi"'
        f'{target}><file id="f" original="{original}">{inside}</file></xliff>'
    ).encode()


def unit(inside: str, part: str = "unit:1:text") -> str:
    return f'<unit id="{part}">{inside}</unit>'


def test_what_tools_do_to_a_unit_is_understood() -> None:
    cut = (
        "<segment><source>Một <pc id='1'>hai</pc>.</source>"
        "<target order='3'>Two.</target></segment>"
        "<ignorable><source> </source></ignorable>"
        "<segment><source>Ba<ph id='2'/>.</source><target order='1'>Three.</target></segment>"
    )
    half = (
        "<segment><source>A</source><target>B</target></segment>"
        "<segment><source>C</source></segment>"
    )
    found = seen(file_of(unit(cut), f"<group id='g'>{unit(half, 'title')}</group>"))
    assert found.units[0] == Unit("dossier:a", "unit:1:text", "Một hai. Ba.", "Three. Two.")
    assert found.units[1] == Unit("dossier:a", "title", "AC", None)


def test_version_1_2_is_read_as_well() -> None:
    data = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
    <file original="dossier:a" source-language="vi" target-language="en" datatype="plaintext"><body>
    <trans-unit id="7" resname="title"><source>Nước <g id="1">sạch</g></source>
    <target>Clean water</target><alt-trans><target>Other</target></alt-trans></trans-unit>
    <group><trans-unit id="unit:1:text"><source>Một</source></trans-unit></group>
    </body></file></xliff>"""
    found = seen(data.encode())
    assert (found.source_language, found.target_language) == ("vi", "en")
    assert found.units == (
        Unit("dossier:a", "title", "Nước sạch", "Clean water"),
        Unit("dossier:a", "unit:1:text", "Một", None),
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", RefusalCode.EMPTY),
        (b"no xml at all", RefusalCode.TRUNCATED),
        (b"<xliff", RefusalCode.TRUNCATED),
        (b"<html/>", RefusalCode.WRONG_TYPE),
        (b'<xliff version="2.1"/>', RefusalCode.WRONG_TYPE),
        (b"<!DOCTYPE xliff>" + file_of(), RefusalCode.EXTERNAL_ENTITIES),
        (
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + file_of(unit("<segment><source>&e;</source></segment>")),
            RefusalCode.EXTERNAL_ENTITIES,
        ),
        (
            b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + file_of(),
            RefusalCode.EXTERNAL_ENTITIES,
        ),
        (b" " * (xliff_reading.FILE_BYTES + 1), RefusalCode.TOO_LARGE),
    ],
)
def test_what_is_hostile_or_no_xliff_is_refused(data: bytes, code: RefusalCode) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert refused.value.code is code


def test_a_bomb_of_entities_never_goes_off() -> None:
    data = f"{BOMB}]>".encode() + file_of(unit("<segment><source>&j;</source></segment>"))
    with pytest.raises(Refused) as refused:
        read(data)
    assert refused.value.code in (RefusalCode.EXTERNAL_ENTITIES, RefusalCode.TRUNCATED)


def test_a_file_so_deep_that_it_breaks_readers_is_refused() -> None:
    deep = "<pc id='1'>" * 200_000
    with pytest.raises(Refused):
        read(file_of(unit(f"<segment><source>{deep}")))


def test_more_units_than_any_draft_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xliff_child, "UNITS", 3)
    told = xliff_child.answer(file_of(*[unit("<segment><source/></segment>")] * 4))
    assert told == {"refused": RefusalCode.TOO_MANY_ENTRIES}


def test_the_process_apart_reads_what_was_written() -> None:
    places = [place(1, "Nước <sạch> &\x01", "Clean <water>\n& more")]
    found = read(write("a", "en", places))
    assert found.units == (
        Unit("dossier:a", "unit:1:text", "Nước <sạch> &\x01", "Clean <water>\n& more"),
    )


def sent(part: str, source: str, target: str | None, original: str = "dossier:a") -> Unit:
    return Unit(original, part, source, target)


def test_each_unit_is_taken_or_told_why_not() -> None:
    places = [place(n, f"Nước {n}", f"Water {n}" if n < 3 else "") for n in range(1, 7)]
    units = (
        sent("unit:1:text", "Nước 1", " Water 1 "),  # is there already
        sent("unit:2:text", "Nước 2", "Better water"),  # changes
        sent("unit:3:text", "Nước 3", "Fresh"),  # is new
        sent("unit:3:text", "Nước 3", "Fresh again"),
        sent("unit:4:text", "Nước cũ", "Old water"),
        sent("unit:5:text", "Nước 5", "  "),
        sent("unit:6:text", "Nước 6", "a" * (pieces.LONGEST + 1)),
        sent("unit:99:text", "Nước", "Water"),
        sent("unit:6:text", "Nước 6", "Of another", original="dossier:b"),
    )
    made = plan(Document("vi", "EN", units), "a", "en", places)
    assert [(one.place.piece.part, one.text) for one in made.changes] == [
        ("unit:2:text", "Better water"),
        ("unit:3:text", "Fresh"),
    ]
    assert [(one.label, one.why) for one in made.left] == [
        ("khoản 3 Điều 1", Why.TWICE),
        ("khoản 4 Điều 1", Why.OTHER_WORDS),
        ("khoản 6 Điều 1", Why.TOO_LONG),
        ("unit:99:text", Why.UNKNOWN),
    ]
    assert (made.same, made.empty) == (1, 1)


def test_an_outdated_translation_sent_back_unchanged_is_right_for_the_new_words() -> None:
    one = place(1, "Nước", "Water", State.STALE)
    units = (sent("unit:1:text", "Nước", "Water"),)
    assert len(plan(Document("vi", "en", units), "a", "en", [one]).changes) == 1


@pytest.mark.parametrize(
    ("source", "target", "slug", "why"),
    [
        ("vi", "", "a", WrongFile.NO_LANGUAGE),
        ("vi", "ko", "a", WrongFile.OTHER_LANGUAGE),
        ("en", "en", "a", WrongFile.NOT_FROM_VIETNAMESE),
        ("", "en", "a", WrongFile.NOT_FROM_VIETNAMESE),
        ("vi", "en", "b", WrongFile.OTHER_DOSSIER),
    ],
)
def test_a_file_of_something_else_is_refused_as_a_whole(
    source: str, target: str, slug: str, why: WrongFile
) -> None:
    document = Document(source, target, (sent("unit:1:text", "Nước", "Water"),))
    with pytest.raises(WrongFileError) as refused:
        plan(document, slug, "en", [place(1, "Nước")])
    assert refused.value.why is why
