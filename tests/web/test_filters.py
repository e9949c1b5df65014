"""How templates write what is not text."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("count", "words"),
    [(999, "1 kB"), (40_312, "40,3 kB"), (999_999, "1.000 kB"), (12_400_000, "12,4 MB")],
)
def test_a_size_has_the_decimals_of_the_language(app, count, words):
    with app.test_request_context("/"):
        assert app.jinja_env.filters["size"](count) == words
