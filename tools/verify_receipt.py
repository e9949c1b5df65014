#!/usr/bin/env python3
"""Checks the proof of one receipt: that what was recorded is in the log that the portal signed.

  verify_receipt.py --key VKEY [--witness VKEY]... PROOF

PROOF is the file that the page of a receipt offers (C2SP tlog-proof). Ends with 0 if it proves the
entry that is printed, with 1 if it does not, and with 2 if the file is no proof or a key is no key.
It needs nothing of the portal, only Python and `cryptography`.
"""

import argparse
import base64
import hashlib
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class MalformedError(Exception):
    """Raised when what was given is no proof, or no key: nothing can be said of it."""


def sha(*parts):
    """SHA-256 over all of it."""
    return hashlib.sha256(b"".join(parts)).digest()


def unpacked(packed, what):
    """The bytes that base64 stands for, written as it is by everybody; raises MalformedError."""
    try:
        data = base64.b64decode(packed, validate=True)
    except ValueError:
        data = None
    if data is None or base64.b64encode(data).decode() != packed:
        raise MalformedError(f"{what} is no base64")
    return data


def parsed(vkey):
    """Name, id, kind and bytes of a key (C2SP signed-note); raises MalformedError."""
    name, key_id, packed = [*vkey.split("+", 2), "", ""][:3]
    key = unpacked(packed, "the key")
    made = sha(name.encode("utf-8", "replace"), b"\n", key)[:4].hex()
    if not name or made != key_id or len(key) != 33 or key[0] not in (1, 4):
        raise MalformedError("the key is no vkey, which has three parts: name+id+key")
    return name, bytes.fromhex(key_id), key[0], key[1:]


def number(digits, what):
    """The number that the digits say; raises MalformedError."""
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 19:
        raise MalformedError(f"{what} is no number")
    return int(digits)


def signed(note, vkey):
    """Size and root of a checkpoint that the key signed (C2SP signed-note, tlog-cosignature)."""
    text, _, lines = note.rpartition("\n\n")
    if text.count("\n") < 2:
        raise MalformedError("there is no signed head in it")
    origin, size, root = text.split("\n")[:3]
    size, root = number(size, "the size of the tree"), unpacked(root, "the head of the tree")
    name, key_id, kind, key = parsed(vkey)
    for mark, _, rest in (line[2:].rpartition(" ") for line in lines.splitlines()):
        sig, body = unpacked(rest, "a signature"), f"{text}\n".encode()
        if (mark, sig[:4]) == (name, key_id) and (kind == 4 or origin == name):
            if kind == 4:
                body = b"cosignature/v1\ntime %d\n" % int.from_bytes(sig[4:12], "big") + body
            Ed25519PublicKey.from_public_bytes(key).verify(sig[-64:], body)
            return size, root
    raise ValueError(f"{name} has not signed it")


def proven(proof, keys):
    """The entry and the size of the tree it is in (RFC 9162, 2.1.3.2); raises ValueError."""
    head, gap, note = proof.partition("\n\n")
    lines = head.split("\n")
    if not gap or [line[:6] for line in lines[:3]] != ["c2sp.o", "extra ", "index "]:
        raise MalformedError("the file is no proof")
    version, extra, index, *steps = lines
    if version != "c2sp.org/tlog-proof@v1":
        raise MalformedError("the file is a proof of another kind")
    entry, place = unpacked(extra[6:], "the entry"), number(index[6:], "its place")
    steps = [unpacked(step, "a step of the path") for step in steps]
    (size, root), *_ = [signed(note, key) for key in keys]
    found, last = sha(b"\0", entry), size - 1
    if not 0 <= place < size:
        raise ValueError("the tree has no such entry")
    for step in steps:
        if last == 0:
            raise ValueError("the path is too long")
        odd = place & 1 or place == last
        found = sha(b"\1", step, found) if odd else sha(b"\1", found, step)
        while odd and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last or found != root:
        raise ValueError("the path does not lead to the signed head")
    return entry[entry.index(b'{"actor"') :].decode(), size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("proof", type=Path)
    parser.add_argument("--key", required=True)
    parser.add_argument("--witness", action="append", default=[])
    asked = parser.parse_args()
    try:
        entry, size = proven(asked.proof.read_text("utf-8"), [asked.key, *asked.witness])
    except (MalformedError, OSError, UnicodeDecodeError) as error:
        parser.exit(2, f"Nothing was checked: {error}.\n")
    except InvalidSignature:
        sys.exit("Not proven: a signature does not hold.")
    except ValueError as error:
        sys.exit(f"Not proven: {error}.")
    print(f"{entry}\nis one of the {size} entries of the signed log.")
