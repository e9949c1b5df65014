"""Made-up comments with planted campaigns: who copied from whom is known, so grouping is judged.

Deterministic: the same seed writes the same comments. The sentences are in `campaigns.toml`; what
is quoted of the law comes from the sample province's draft.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz.distance import LCSseq

from app.demo.voices import unaccented
from app.kit.text import fold

HERE = Path(__file__).parent
DRAFT = HERE.parent / "app" / "demo" / "data" / "drafts" / "phan-loai-rac-tai-nguon.txt"
SLOT = re.compile(r"\{(\w+)\}")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"\w+")
HONEST, SHORT = -1, -2


@dataclass(frozen=True)
class Said:
    """A comment and the campaign it belongs to, HONEST or SHORT where to none."""

    text: str
    campaign: int
    sender: str = ""


@dataclass(frozen=True)
class Mix:
    """What to plant among what; `reworded` is the share of a campaign's members that is reworded.

    The reworded ones have about `changed` of their syllables changed, the others only what every
    form letter leaves open: a greeting, a name, capitals, stops.
    """

    comments: int
    campaigns: int
    sizes: tuple[int, int]
    reworded: float
    changed: float = 0.3
    short: float = 0.15
    seed: int = 1


@dataclass
class Writer:
    """Writes comments; all that is random comes from `chance`."""

    chance: random.Random
    data: dict = field(default_factory=lambda: tomllib.loads((HERE / "campaigns.toml").read_text()))
    law: list[str] = field(default_factory=lambda: clauses(DRAFT.read_text(encoding="utf-8")))

    def __post_init__(self) -> None:
        self.meanings = {word: ring for ring in self.data["synonyms"] for word in ring}
        longest = sorted(self.meanings, key=len, reverse=True)
        self.known = re.compile(rf"\b(?:{'|'.join(longest)})\b", re.IGNORECASE)

    def filled(self, template: str) -> str:
        text = template
        while (deeper := SLOT.sub(lambda slot: self._slot(slot[1]), text)) != text:
            text = deeper
        return text[0].upper() + text[1:]

    def _slot(self, name: str) -> str:
        return self.chance.choice(self.law if name == "law" else self.data["slots"][name])

    def sentence(self, kind: str) -> str:
        return self.filled(self.chance.choice(self.data["sentences"][kind]))

    def short(self) -> str:
        return self.chance.choice(self.data["short"])

    def honest(self) -> str:
        """What one person thinks: some ask, some explain, some quote."""
        chance = self.chance
        kinds = chance.choices(("claim", "reason", "proposal", "quoting"), (4, 4, 4, 2), k=3)
        said = [self.sentence(kind) for kind in kinds[: chance.choice((1, 2, 2, 3, 3))]]
        said += [self.personal() for _ in range(chance.choice((0, 0, 1, 2)))]
        chance.shuffle(said)
        return " ".join(self._dressed(said))

    def letter(self) -> str:
        """What somebody wrote for others to send."""
        kinds = ("claim", "reason", "proposal")
        more = self.chance.choices((*kinds, "quoting"), k=self.chance.randint(0, 4))
        return " ".join(self.sentence(kind) for kind in (*kinds, *more))

    def personal(self) -> str:
        return self.filled(self.chance.choice(self.data["personal"]))

    def _dressed(self, said: list[str]) -> list[str]:
        if self.chance.random() < 0.4:
            said.insert(0, self.filled(self.chance.choice(self.data["greetings"])))
        if self.chance.random() < 0.4:
            said.append(self.chance.choice(self.data["closings"]))
        return said

    def copied(self, letter: str) -> str:
        """The letter as it was handed out, but for how it begins, ends and is typed."""
        text = " ".join(self._dressed([letter]))
        return self.chance.choice((text, text, text.upper(), text.replace(".", "!"), f" {text}\n"))

    def reworded(self, letter: str, changed: float) -> str:
        """The letter with about that share of its syllables other, fewer, more or elsewhere."""
        chance = self.chance
        target = chance.uniform(changed - 0.04, changed + 0.04)
        sentences = SENTENCE.split(letter)
        if chance.random() < 0.4:
            sentences.insert(0, self.personal())
        if chance.random() < 0.3 and len(sentences) > 3:
            sentences.pop(chance.randrange(len(sentences)))
        text = " ".join(self._dressed(sentences))
        ways = (self._other, self._other, self._more, self._fewer, self._turned)
        while (missing := target - difference(letter, text)) > 0:
            # each changes two syllables at most: half of what is missing is not too much
            for _ in range(1 + int(missing * len(letter.split()) / 4)):
                text = chance.choice(ways)(text)
        return unaccented(text) if chance.random() < 0.12 else text

    def _other(self, text: str) -> str:
        """One word said otherwise."""
        found = list(self.known.finditer(text))
        if not found:
            return self._more(text)
        hit = self.chance.choice(found)
        others = [word for word in self.meanings[hit[0].lower()] if word != hit[0].lower()]
        word = self.chance.choice(others)
        word = word.capitalize() if hit[0][0].isupper() else word
        return text[: hit.start()] + word + text[hit.end() :]

    def _more(self, text: str) -> str:
        words = text.split(" ")
        words.insert(
            self.chance.randrange(len(words) + 1), self.chance.choice(self.data["fillers"])
        )
        return " ".join(words)

    def _fewer(self, text: str) -> str:
        words = text.split(" ")
        if len(words) > 10:
            words.pop(self.chance.randrange(len(words)))
        return " ".join(words)

    def _turned(self, text: str) -> str:
        """Two neighbouring words have changed places, or two sentences."""
        parts = SENTENCE.split(text) if self.chance.random() < 0.1 else text.split(" ")
        joint = self.chance.randrange(1, max(2, len(parts)))
        if joint < len(parts):
            parts[joint - 1 : joint + 1] = parts[joint], parts[joint - 1]
        return " ".join(parts)


def difference(one: str, other: str) -> float:
    """The share of syllables that the longer does not have in common with the other, in order."""
    left, right = WORD.findall(fold(one)), WORD.findall(fold(other))
    return 1 - LCSseq.similarity(left, right) / max(len(left), len(right), 1)


def clauses(draft: str) -> list[str]:
    """Sentences of a draft that are worth quoting."""
    lines = (re.sub(r"^(?:\d+\.|\w\))\s*", "", line.strip()) for line in draft.splitlines())
    return [line for line in lines if 12 <= len(line.split()) <= 60 and line.endswith((".", ";"))]


def comments(mix: Mix) -> Iterator[Said]:
    """The comments in the order in which they came, campaigns among the others."""
    writer = Writer(random.Random(mix.seed))
    chance = writer.chance
    plan: list[int] = []
    for campaign in range(mix.campaigns):
        plan += [campaign] * chance.randint(*mix.sizes)
    rest = mix.comments - len(plan)
    plan += [SHORT if chance.random() < mix.short else HONEST for _ in range(rest)]
    chance.shuffle(plan)
    letters = [writer.letter() for _ in range(mix.campaigns)]
    for campaign in plan:
        if campaign >= 0:
            changed = chance.random() < mix.reworded
            letter = letters[campaign]
            text = writer.reworded(letter, mix.changed) if changed else writer.copied(letter)
        else:
            text = writer.short() if campaign == SHORT else writer.honest()
        yield Said(text, campaign)
