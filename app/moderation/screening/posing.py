"""Names that a reader could take for an agency's, in whatever letters they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.kit.text import fold

SHORTEST = 8  # letters of a beginning that says whose it is: not "so", not "bo"
# Letters that look like ours once marks and case are gone: Cyrillic, Greek, Armenian, figures and
# what stands for l and i. A small table on purpose (compare UTS #39, section 4): what it does not
# know is seen by whoever moderates.
_alike = str.maketrans(
    "аеорсухіјѕһкмвнтгԁԛѡαορνικτυχβηεօ0135|!lⅼ",
    "aeopcyxijshkmbhtrdqwaopviktuxbneooiesiiii",
)


def skeleton(text: str) -> str:
    """The letters of the text as they look: equal for two texts that look alike."""
    return "".join(sign for sign in fold(text).translate(_alike) if sign.isalnum())


def skeletons(names: Iterable[str]) -> frozenset[str]:
    """How the names of agencies look."""
    return frozenset(filter(None, map(skeleton, names)))


def poses(name: str, offices: Collection[str]) -> bool:
    """Whether the name holds that of an agency, or begins as one does; `offices` are skeletons."""
    own = skeleton(name)
    if len(own) < SHORTEST:
        return False
    return any((len(one) >= SHORTEST and one in own) or one.startswith(own) for one in offices)
