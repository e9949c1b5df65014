"""The forms of C2SP: checkpoints, keys, cosignatures, names of tiles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import checkpoint, tiles
from app.ledger.checkpoint import Kind, NoteError, Signer, Verifier
from tests.ledger.signing import cosigner

# the example of signed-note, "Verifier keys", and the one of tlog-cosignature
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2p"
    "ZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("gopy.example.vn/log", bytes(range(32)))
NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)


def test_the_published_key_reads_its_published_note() -> None:
    key = checkpoint.parse_vkey(PUBLISHED_KEY)
    assert (key.name, key.kind, str(key)) == ("PeterNeumann", Kind.ED25519, PUBLISHED_KEY)
    line = PUBLISHED_NOTE.splitlines()[-1]
    assert key.signed_at(checkpoint.text_of(PUBLISHED_NOTE), line) is None
    with pytest.raises(NoteError):
        key.signed_at(checkpoint.text_of(PUBLISHED_NOTE).upper(), line)


def test_a_checkpoint_has_three_lines_and_a_signature() -> None:
    note = SIGNER.sign(7, b"\7" * 32)
    lines = note.split("\n")
    assert lines[:2] == ["gopy.example.vn/log", "7"]
    assert lines[3] == ""
    assert lines[4].startswith("\u2014 gopy.example.vn/log ")
    assert checkpoint.verify(note, SIGNER.verifier).root == b"\7" * 32


@given(st.integers(0, 10**12), st.binary(min_size=32, max_size=32), st.data())
def test_a_checkpoint_that_was_touched_is_signed_by_nobody(
    size: int, root: bytes, data: st.DataObject
) -> None:
    note = SIGNER.sign(size, root)
    assert checkpoint.verify(note, SIGNER.verifier).size == size
    place = data.draw(st.integers(0, len(note) - 1))
    sign = data.draw(st.characters(codec="ascii").filter(lambda one: one != note[place]))
    with pytest.raises(NoteError):
        checkpoint.verify(note[:place] + sign + note[place + 1 :], SIGNER.verifier)


@pytest.mark.parametrize(
    "note",
    ["", "\n\n", "a\n1\n\n\u2014 a b\n", "a\n01\nAA==\n\n\u2014 a b\n", "a\n-1\nAA==\n\nx\n"],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse(note)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a+b",
        PUBLISHED_KEY.replace("c74f", "c74e"),
        PUBLISHED_KEY.replace("ARpc", "CRpc"),
        PUBLISHED_KEY[:-4],
        "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse_vkey(vkey)


def test_a_cosignature_says_when_and_of_what() -> None:
    witness = cosigner("truong.example.vn/w")
    note = witness.cosign(SIGNER.sign(7, b"\7" * 32), NOW)
    line = note.splitlines()[-1]
    assert witness.verifier.signed_at(checkpoint.text_of(note), line) == NOW
    other = SIGNER.sign(8, b"\7" * 32)
    with pytest.raises(NoteError):
        witness.verifier.signed_at(checkpoint.text_of(other), line)
    # the log's own signature still holds beside it
    assert checkpoint.verify(note, SIGNER.verifier).size == 7
    alike = Verifier(witness.verifier.name, Kind.COSIGNATURE, bytes(32))
    with pytest.raises(NoteError):
        alike.signed_at(checkpoint.text_of(note), line)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://gopy.example.vn", "gopy.example.vn/log"),
        ("https://example.vn:8443/gop-y", "example.vn:8443/gop-y/log"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000/log"),
    ],
)
def test_the_log_is_named_after_its_address(url: str, origin: str) -> None:
    assert checkpoint.origin_of(url) == origin


def test_tiles_are_named_as_published() -> None:
    assert tiles.path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.path(1, 5) == "tile/1/005"
    assert tiles.path(0, 273, 112) == "tile/0/273.p/112"


@given(st.integers(0, 7), st.integers(0, 10**12), st.integers(1, 256))
def test_a_tile_is_found_by_its_name(level: int, number: int, width: int) -> None:
    named = tiles.path(level, number, width).removeprefix(f"tile/{level}/")
    assert tiles.parse(named) == (number, width)


@pytest.mark.parametrize(
    "named",
    [
        *("", "1", "01", "0001", "1000", "x001", "x000/001", "001/x001", "001.p/0", "001.p/256"),
        *("001.p/007", "001.p", "001/", "/001", "-01", "001.p/7/8", "x001/" * 20 + "001"),
        "\N{FULLWIDTH DIGIT ONE}01",
    ],
)
def test_other_names_are_no_tiles(named: str) -> None:
    assert tiles.parse(named) is None
