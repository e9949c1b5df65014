"""What a comment says otherwise, or beyond, the comment that speaks for its group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.documents.redline import TOKEN, Op, Run, redline
from app.groups.reading import AnyRow

# so many words that stand for none of the other text say something of their own
MORE = 5
# with less in common than this, colours would only hide the text
ALIKE = 0.4


@dataclass(frozen=True)
class Difference:
    """One comment beside the one that speaks for its group.

    `body` and `wording` are runs that lead from the other's words to these; `own` counts the
    words that replace none of the other's; `numbers` tells whether an amount, a day or another
    figure differs. In `other_words` the texts have little in common and nothing is marked.
    """

    body: list[Run]
    wording: list[Run]
    own: int
    numbers: bool
    other_words: bool

    @property
    def says_more(self) -> bool:
        """Whether an answer to the group could miss something that is said here."""
        return not self.other_words and self.own >= MORE

    @property
    def same(self) -> bool:
        """Whether every word is the same."""
        marked = any(run.op is not Op.SAME for run in (*self.body, *self.wording))
        return not marked and not self.other_words


def difference(voice: AnyRow, row: AnyRow) -> Difference:
    """What `row` says that `voice` does not, in the words that may be shown of both."""
    body = redline(voice.body, row.body)
    wording = redline(voice.proposed_wording, row.proposed_wording)
    own = beyond(body) + beyond(wording)
    if _common(body) >= ALIKE:
        return Difference(body, wording, own, _figures(body), other_words=False)
    plain = (_plain(row.body), _plain(row.proposed_wording))
    return Difference(*plain, own, numbers=False, other_words=True)


def _figures(runs: Sequence[Run]) -> bool:
    changed = (token for run in runs if run.op is not Op.SAME for token in TOKEN.findall(run.text))
    return any(token[0].isdigit() for token in changed)


def _plain(text: str) -> list[Run]:
    return [Run(Op.SAME, text)] if text else []


def beyond(runs: Sequence[Run]) -> int:
    """How many words were added where none, or fewer, were taken away."""
    found = 0
    for same, change in groupby(runs, key=lambda run: run.op is Op.SAME):
        if not same:
            found += max(0, sum(_signed(run) for run in change))
    return found


def _signed(run: Run) -> int:
    return words(run.text) if run.op is Op.INS else -words(run.text)


def words(text: str) -> int:
    """How many words and numbers a text has; Vietnamese words are counted by syllables."""
    return sum(1 for token in TOKEN.findall(text) if token[0].isalnum())


def _common(runs: Sequence[Run]) -> float:
    """Which part of the shorter of two texts stands in the other as well."""
    kept = sum(words(run.text) for run in runs if run.op is Op.SAME)
    gone = sum(words(run.text) for run in runs if run.op is Op.DEL)
    come = sum(words(run.text) for run in runs if run.op is Op.INS)
    return kept / max(1, kept + min(gone, come))
