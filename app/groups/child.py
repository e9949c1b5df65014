"""The process that groups all comments of a consultation: 2 GiB at most, and it ends with them.

Nothing of the portal but the comparing is loaded. On standard input comes a line with the draft,
then a line for each comment; on standard output go lines of how far it is, then the answer.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from array import array
from collections.abc import Iterable

from app.groups.alike import KEPT_KEYS
from app.groups.answer import MILLION, Answer, write
from app.groups.clusters import Found, Index, Progress, find, together
from app.groups.prints import Print, Quotable, take

MEMORY_BYTES = 2 * 1024**3
# behind those who read and write comments meanwhile
NICE = 5
# texts asked for their neighbours, neighbours told of one, pairs told in all
ASKED = 5000
NEIGHBOURS = 3
PAIRS = 300
# less alike than a copy, more than two who speak of the same draft
LIKELY = 0.12
TOLD = b"%d %d\n"


def main() -> None:
    """What standard input held is answered on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.nice(NICE)
    out = sys.stdout.buffer

    def tell(done: int, of: int) -> None:
        out.write(TOLD % (done, of))
        out.flush()

    lines = sys.stdin.buffer
    quotable = Quotable(json.loads(lines.readline()))
    found = group((json.loads(line) for line in lines), quotable, tell)
    out.write(b"\n")
    write(found, out)


def group(
    comments: Iterable[tuple[int, str, str]],
    quotable: Quotable,
    tell: Progress = lambda done, of: None,
) -> Answer:
    """The comments grouped; each is an id, a text and the place that it speaks of."""
    answer = Answer()
    texts: list[Print] = []
    said_by: list[list[int]] = []
    known: dict[int, int] = {}
    for number, text, place in comments:
        one = take(text, quotable, place)
        answer.comments.append(number)
        answer.prints.append(one.exact)
        if not one.exact:
            continue
        at = known.setdefault(one.exact, len(texts))
        if at == len(texts):
            texts.append(one)
            said_by.append([])
        said_by[at].append(number)
    found = find(texts, tell)
    _tell_groups(answer, texts, said_by, found)
    _tell_keys(answer, texts, said_by, found)
    _tell_likely(answer, texts, said_by, found)
    return answer


def _tell_groups(
    answer: Answer, texts: list[Print], said_by: list[list[int]], found: Found
) -> None:
    for text, ids in zip(texts, said_by, strict=True):
        if len(ids) > 1:
            answer.exact.add(ids)
            answer.formulaic.append(int(text.is_formula))
    for members in found.clusters:
        most = max(members, key=lambda one: (len(said_by[one]), -said_by[one][0]))
        rest = sorted(number for one in members for number in said_by[one])
        first = said_by[most][0]
        rest.remove(first)
        answer.near.add([first, *rest])


def _tell_keys(answer: Answer, texts: list[Print], said_by: list[list[int]], found: Found) -> None:
    measure = found.measure
    pairs = sorted(
        (shingle, said_by[one][0])
        for one in found.speakers
        for shingle in measure.keys(texts[one].shingles, KEPT_KEYS)
    )
    answer.key_shingles.extend(shingle for shingle, _ in pairs)
    answer.key_comments.extend(comment for _, comment in pairs)
    for shingle, weight in measure.common.items():
        answer.common.append(shingle)
        answer.weights.append(round(weight * 255))


def _tell_likely(
    answer: Answer, texts: list[Print], said_by: list[list[int]], found: Found
) -> None:
    """Pairs that a person may look at, best first: texts that stand for all that are like them."""
    clustered = {one for members in found.clusters for one in members}
    stand: list[tuple[int, array[int], int]] = []  # how many say it, what, who speaks for it
    for members, ids in zip(found.clusters, answer.near, strict=True):
        stand.append((len(ids), together(texts, members) or texts[members[0]].shingles, ids[0]))
    stand += [
        (len(said_by[one]), texts[one].shingles, said_by[one][0])
        for one in found.speakers
        if one not in clustered
    ]
    stand.sort(key=lambda one: (-one[0], one[2]))
    index = Index(found.measure)
    best: list[tuple[float, int, int]] = []
    for place, (_, shingles, _) in enumerate(stand[:ASKED]):
        alike = index.like(shingles, LIKELY)[:NEIGHBOURS]
        best += [(score, stand[place][2], stand[other][2]) for score, other in alike]
        index.add(place, shingles)
    for score, one, other in sorted(best, reverse=True)[:PAIRS]:
        answer.likely.append(min(one, other))
        answer.likely_others.append(max(one, other))
        answer.likely_scores.append(round(score * MILLION))
