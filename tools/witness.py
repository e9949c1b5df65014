#!/usr/bin/env python3
"""Watches the public log of a consultation portal, and signs as a witness that it only grew.

  witness.py new NAME KEYFILE            makes a key, prints its vkey for the portal to register
  witness.py check URL --key VKEY --state FILE [--witness KEYFILE]
  witness.py audit URL --key VKEY        fetches every tile and builds the whole tree anew

URL is the address of the log, https://.../log, or a folder that holds a copy of it. `check` fetches
the newest head, proves that the head in FILE is its beginning, keeps it there and, with a key,
hands in a cosignature. It ends with 1, and keeps both heads, if there are two histories of one log;
with 2 if the log was not reached.
Only Python and `cryptography` are needed. Run it by cron, as often as you like.
"""

import argparse
import base64
import hashlib
import os
import sys
import time
import urllib.request
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class ForkError(Exception):
    """Raised when the log is not the one that was seen before."""


def sha(*parts):
    """SHA-256 over all of it."""
    return hashlib.sha256(b"".join(parts)).digest()


def fetch(place, path):
    """The bytes of one file of the log."""
    if "://" not in place:
        return (Path(place) / path).read_bytes()
    with urllib.request.urlopen(f"{place}/{path}", timeout=30) as answer:
        return answer.read()


def head_of(note, vkey):
    """Size and root of a checkpoint that the log signed (C2SP tlog-checkpoint, signed-note)."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    name, key_id, key = vkey.split("+", 2)
    for mark, _, rest in (line[2:].rpartition(" ") for line in lines.splitlines()):
        sig = base64.b64decode(rest)
        if (mark, sig[:4].hex(), origin) == (name, key_id, name):
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
            public.verify(sig[4:], f"{text}\n".encode())
            return int(size), base64.b64decode(root)
    raise ValueError("the log has not signed this head")


class Tiles:
    """The hashes of a tree of some size, tile by tile (C2SP tlog-tiles)."""

    def __init__(self, place, size):
        self.place, self.size, self.known = place, size, {}

    def tile(self, level, number):
        """The hashes of one tile, none if the tree has no such tile."""
        width = min(256, (self.size >> 8 * level) - 256 * number)
        if width > 0 and (level, number) not in self.known:
            groups, rest = f"{number % 1000:03}", number // 1000
            while rest:
                groups, rest = f"x{rest % 1000:03}/{groups}", rest // 1000
            path = f"tile/{level}/{groups}" + (f".p/{width}" if width < 256 else "")
            data = fetch(self.place, path)
            hashes = [data[n : n + 32] for n in range(0, len(data), 32)]
            if len(data) != 32 * width:
                raise ValueError(f"{path} has another length")
            self.known[level, number] = hashes
        return self.known.get((level, number), [])

    def subtree(self, level, index):
        """The hash over the 2^level leaves from index · 2^level on (RFC 9162, 2.1.1)."""
        above = level % 8
        begin = index << above
        row = self.tile(level // 8, begin >> 8)[begin & 255 :][: 1 << above]
        while len(row) > 1:
            row = [sha(b"\1", *row[n : n + 2]) for n in range(0, len(row), 2)]
        return row[0]

    def root(self, size):
        """The head over the first leaves, from tiles of the whole tree."""
        found, end = None, size
        for level in (n for n in range(size.bit_length()) if size >> n & 1):
            end -= 1 << level
            part = self.subtree(level, end >> level)
            found = part if found is None else sha(b"\1", part, found)
        return found or sha()


def check(place, vkey, state):
    """The newest head, once it is proven to go on from the one that was kept; it is kept now."""
    note = fetch(place, "checkpoint").decode()
    size, root = head_of(note, vkey)
    tiles = Tiles(place, size)
    if tiles.root(size) != root:
        raise ForkError(f"the tiles do not make up the signed head of {size} entries")
    if state.exists():
        seen, seen_root = head_of(state.read_text("utf-8"), vkey)
        if seen > size or tiles.root(seen) != seen_root:
            state.with_suffix(".fork").write_text(note, "utf-8")
            raise ForkError(f"signed: {seen} entries here, {size} there, and not one log")
    state.with_suffix(".new").write_text(note, "utf-8")
    state.with_suffix(".new").replace(state)
    return note, size


def audit(place, vkey):
    """The size of the log, once every hash that it shows was seen to make up its head."""
    size, root = head_of(fetch(place, "checkpoint").decode(), vkey)
    tiles = Tiles(place, size)
    for level in range(1, 8):
        for index in range(size >> 8 * level):
            row = Tiles(place, size).tile(level - 1, index)  # none of it is kept in memory
            while len(row) > 1:
                row = [sha(b"\1", *row[n : n + 2]) for n in range(0, len(row), 2)]
            if row[0] != tiles.tile(level, index >> 8)[index & 255]:
                raise ForkError(f"the tile {level}/{index >> 8} does not fit those below it")
    if tiles.root(size) != root:
        raise ForkError("the tiles do not make up the signed head")
    return size


def cosign(note, keyfile, now):
    """The note with a line of ours (C2SP tlog-cosignature, Ed25519)."""
    name, seed = keyfile.read_text("utf-8").split("\n")[:2]
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    body = f"cosignature/v1\ntime {now}\n{note.rpartition(chr(10) * 2)[0]}\n".encode()
    public = b"\4" + key.public_key().public_bytes_raw()
    mark = sha(name.encode(), b"\n", public)[:4]
    line = base64.b64encode(mark + now.to_bytes(8, "big") + key.sign(body)).decode()
    return f"{note}\u2014 {name} {line}\n"


def new_key(name, keyfile):
    """The vkey of a fresh key, which is kept in the file, readable by its owner alone."""
    key = Ed25519PrivateKey.generate()
    with open(os.open(keyfile, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{name}\n{base64.b64encode(key.private_bytes_raw()).decode()}\n")
    public = b"\4" + key.public_key().public_bytes_raw()
    mark = sha(name.encode(), b"\n", public)[:4].hex()
    return f"{name}+{mark}+{base64.b64encode(public).decode()}"


def main():
    """What was asked for, in one sentence."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("act", choices=["new", "check", "audit"])
    parser.add_argument("place")
    parser.add_argument("keyfile", nargs="?", type=Path)
    parser.add_argument("--key")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--witness", type=Path)
    asked = parser.parse_args()
    if asked.act == "new":
        return print(new_key(asked.place, asked.keyfile))
    try:
        if asked.act == "audit":
            return print(f"All {audit(asked.place, asked.key)} hashes make up the signed head.")
        again = asked.state.exists()
        note, size = check(asked.place, asked.key, asked.state)
        if asked.witness:
            sent = cosign(note, asked.witness, int(time.time())).encode()
            kind = {"Content-Type": "text/plain; charset=utf-8"}
            asking = urllib.request.Request(f"{asked.place}/cosignatures", sent, kind)
            urllib.request.urlopen(asking, timeout=30).close()
    except OSError as error:
        print(f"Not reached, so nothing is known: {error!r}", file=sys.stderr)
        sys.exit(2)
    except (ForkError, ValueError, InvalidSignature) as error:
        sys.exit(f"Not as it should be: {error!r}")
    if not again:
        return print(f"The head of {size} entries is kept: from now on it can be compared.")
    return print(f"The log of {size} entries goes on from what was seen before.")


if __name__ == "__main__":
    main()
