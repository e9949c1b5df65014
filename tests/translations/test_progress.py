"""What the desk counts is what readers see."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.translations.models import Standing
from app.translations.pieces import Piece
from app.translations.progress import Counts, Row, State, count, places
from app.translations.read import Translated

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORDS = ("một", "hai", "ba")
PIECES = st.lists(
    st.builds(Piece, st.sampled_from("abc"), st.just(""), st.sampled_from(WORDS), st.just("text")),
    unique_by=lambda piece: piece.part,
)
WRITTEN = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(WORDS),
        st.sampled_from(["", "one", "two"]),
        st.sampled_from(Standing),
    ),
    max_size=12,
)


@given(PIECES, WRITTEN)
def test_the_desk_and_the_pages_agree(
    pieces: list[Piece], written: list[tuple[str, str, str, Standing]]
) -> None:
    rows = [
        Row(n, part, Piece(part, "", words, "text").digest, 1, text, how.value, 1, None, NOW)
        for n, (part, words, text, how) in enumerate(written, 1)
    ]
    public = Translated("en", [(row.part, row.digest, row.text, row.standing) for row in rows])
    found = places(pieces, rows)
    for place in found:
        told = public.told(place.piece.part, place.piece.words)
        if told is None:
            assert place.state in (State.STALE, State.MISSING)
            assert (place.shown is not None) == (place.state is State.STALE)
        else:
            assert (place.text, place.state.value) == (told.text, told.standing.value)
        own = [r for r in rows if (r.part, r.digest) == (place.piece.part, place.piece.digest)]
        assert place.latest == (own[-1].id if own else 0)
        if place.state is State.STALE:
            assert place.shown is not None
            assert place.shown.part == place.piece.part
            assert place.shown.digest != place.piece.digest
            assert place.text
    counts = count(found)
    assert counts.total == len(pieces)
    assert counts.begun == any(place.state is not State.MISSING for place in found)


def test_counts_are_of_people_and_of_machines() -> None:
    counts = Counts(official=2, unofficial=3, machine=4, stale=5, missing=6)
    assert (counts.translated, counts.total) == (5, 20)
