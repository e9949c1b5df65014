"""The tree grows with the ledger: only its right edge is read, and its head signed."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import and_, delete, func, insert, select

from app.config import Settings
from app.extensions import db
from app.kit import clock
from app.ledger import tiles, tree
from app.ledger.checkpoint import NoteError, Signer, origin_of, parse
from app.ledger.models import Checkpoint, Cosignature, Entry, Node
from app.ledger.read import head

EVERY = timedelta(seconds=9)  # between two checkpoints; the worker asks every five seconds
TILES_AT_ONCE = 64
KEPT_WHOLE = timedelta(days=7)  # afterwards only the first and the last of a day


class ForkError(Exception):
    """Raised when the ledger is no longer what was signed before: no head is signed of that."""


class Stored:
    """The tree as the database has it, for one look: each tile is read once."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], tree.Subtree] = {}

    def subtree(self, level: int, index: int) -> bytes:
        """The head of a full subtree, as `tree.Subtree` says."""
        of_tile, above = divmod(level, tiles.HEIGHT)
        number = index << above >> tiles.HEIGHT
        if (of_tile, number) not in self._tiles:
            hashes = stored(of_tile, number * tiles.WIDTH, (number + 1) * tiles.WIDTH)
            self._tiles[of_tile, number] = tree.of_leaves(hashes)
        return self._tiles[of_tile, number](above, index - (number << tiles.HEIGHT - above))


def stored(level: int, begin: int, end: int) -> list[bytes]:
    """The hashes of a level from `begin` to before `end`, as far as there are any."""
    if level:
        nodes = (
            select(Node.hash)
            .where(Node.level == level, Node.position >= begin, Node.position < end)
            .order_by(Node.position)
        )
        return list(db.session.scalars(nodes))
    leaves = select(Entry.leaf).where(Entry.seq > begin, Entry.seq <= end).order_by(Entry.seq)
    return [leaf for leaf in db.session.scalars(leaves) if leaf is not None]


def newest() -> Checkpoint | None:
    """The checkpoint of the largest tree."""
    return db.session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def sign_due(now: datetime, *, at_once: bool = False) -> None:
    """The head of the ledger is signed if it has grown, not sooner than EVERY unless `at_once`."""
    size, before = head(), newest()
    if before is not None:
        soon = now - before.signed_at < EVERY and not at_once
        if soon or size == before.size:
            return
    if size:
        sign(size, before, now)


def sign(size: int, before: Checkpoint | None, now: datetime) -> None:
    """The head of a tree of that size is signed; flushes.

    Raises ForkError where the tree of the checkpoint `before` is not its beginning.
    """
    grow(size)
    tiled = Stored()
    root = tree.root(size, tiled.subtree)
    if before is not None:
        _go_on_from(before, size, root, tiled)
    note = signer(current_app.extensions["settings"], before).sign(size, root)
    values = {"size": size, "root": root, "signed_at": now, "note": note}
    db.session.execute(insert(Checkpoint), values)
    today = clock.vn_date(now)
    if before is not None and clock.vn_date(before.signed_at) != today:
        thin(today)


def _go_on_from(before: Checkpoint, size: int, root: bytes, tiled: Stored) -> None:
    """RFC 9162, section 2.1.4, on ourselves: a lost entry or an older backup ends here."""
    try:
        path = tree.consistency(before.size, size, tiled.subtree)
        tree.check_consistency(before.size, before.root, size, root, path)
    except tree.ProofError as error:
        raise ForkError(f"the tree of {before.size} entries is not in that of {size}") from error


def grow(size: int) -> None:
    """The heads of all full tiles of a tree of that size are stored; flushes."""
    for level in range(1, tiles.MAX_LEVEL + 1):
        whole = tiles.entries_at(level, size)
        if not whole:
            return
        last = db.session.scalar(select(func.max(Node.position)).where(Node.level == level))
        have = 0 if last is None else last + 1
        for begin in range(have, whole, TILES_AT_ONCE):
            end = min(begin + TILES_AT_ONCE, whole)
            below = stored(level - 1, begin * tiles.WIDTH, end * tiles.WIDTH)
            _store(level, begin, [below[n : n + 256] for n in range(0, len(below), 256)])


def _store(level: int, begin: int, full: Sequence[Sequence[bytes]]) -> None:
    nodes = [
        {"level": level, "position": position, "hash": tiles.head(hashes)}
        for position, hashes in enumerate(full, begin)
    ]
    db.session.execute(insert(Node), nodes)


def thin(today: date) -> None:
    """Of each day a while ago the first and last checkpoint are kept, and every cosigned one.

    What a dropped one proved, the next one proves as well: it is signed over the same beginning.
    """
    for days in range(KEPT_WHOLE.days, 2 * KEPT_WHOLE.days):
        begin, end = (clock.vn_midnight(today - timedelta(days=n)) for n in (days, days - 1))
        that_day = and_(Checkpoint.signed_at >= begin, Checkpoint.signed_at < end)
        sizes = func.min(Checkpoint.size), func.max(Checkpoint.size)
        first, last = db.session.execute(select(*sizes).where(that_day)).one()
        db.session.execute(
            delete(Checkpoint).where(
                that_day,
                Checkpoint.size.not_in([first or 0, last or 0]),
                Checkpoint.size.not_in(select(Cosignature.size)),
            )
        )


def signer(settings: Settings, head: Checkpoint | None = None) -> Signer:
    """What signs for the portal of these settings.

    The log keeps the name of its heads so far: where the portal is found says its address, and a
    name that changed would make every head, proof and cosignature of before one of another log.
    `head` is the newest, where it is known already.
    """
    known, name = head or newest(), origin_of(settings.public_url)
    if known is not None:
        # a head that is none is for `check` to tell of; pages are shown all the same
        with suppress(NoteError):
            name = parse(known.note)[0].origin
    return _signer(name, settings.log_key)


@cache
def _signer(origin: str, key: str) -> Signer:
    return Signer(origin, urlsafe_b64decode(key))


DUTIES = (sign_due,)
