"""The pieces of a dossier that can be translated, and what names each of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from app.kit.text import clean, clean_line

TITLE = "title"
LONGEST = 50_000  # characters of one translation
LONGEST_TITLE = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of Vietnamese words; `part` names it for good, `label` says where it stands.

    `section` is "dossier", "text" or "answers"; `version_number` is None outside the draft.
    """

    part: str
    label: str
    words: str
    section: str
    version_number: int | None = None

    @property
    def digest(self) -> str:
        """What tells these words from all others."""
        return digest_of(self.words)


def digest_of(words: str) -> str:
    """SHA-256 in hex of the words, however their marks and line ends are coded."""
    return hashlib.sha256(clean(words).strip().encode()).hexdigest()


def has_words(text: str) -> bool:
    """Whether there is anything to translate: bare figures are the same everywhere."""
    return any(letter.isalpha() for letter in text)


def worded(part: str, text: str) -> str:
    """A translation of that part as it is kept: titles and headings stand on one line."""
    line = part == TITLE or part.endswith(":heading")
    return clean_line(text) if line else clean(text).strip()


def too_long(part: str, text: str) -> bool:
    """Whether nobody wrote that as a translation of that part."""
    return len(text) > (LONGEST_TITLE if part == TITLE else LONGEST)


def of_block(name: str) -> str:
    """The name of a content block: "purpose"."""
    return f"block:{name}"


def of_version(field: str) -> str:
    """The name of what stands around the provisions: "title", "preamble", "closing"."""
    return f"text:{field}"


def of_provision(lineage_id: int, field: str) -> str:
    """The name of a field of a provision, "heading" or "text", in whatever version."""
    return f"unit:{lineage_id}:{field}"


def of_cell(lineage_id: int, row: int, column: int) -> str:
    """The name of a cell of a provision's table, counted from 0."""
    return f"unit:{lineage_id}:cell:{row}:{column}"


def of_answer(answer_id: int) -> str:
    """The name of the explanation of a published answer."""
    return f"answer:{answer_id}"
