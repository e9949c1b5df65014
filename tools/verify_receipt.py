#!/usr/bin/env python3
"""Checks the proof of one receipt: that what was recorded is in the log that the portal signed.

  verify_receipt.py --key VKEY [--witness VKEY]... PROOF

PROOF is the file that the page of a receipt offers (C2SP tlog-proof). Ends with 0 if it proves the
entry that is printed, else with 1. It needs nothing of the portal, only Python and `cryptography`.
"""

import argparse
import base64
import hashlib
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(*parts):
    """SHA-256 over all of it."""
    return hashlib.sha256(b"".join(parts)).digest()


def signed(note, vkey):
    """Size and root of a checkpoint that the key signed (C2SP signed-note, tlog-cosignature)."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    name, key_id, key = vkey.split("+", 2)
    kind, *key = base64.b64decode(key)
    for mark, _, rest in (line[2:].rpartition(" ") for line in lines.splitlines()):
        sig, body = base64.b64decode(rest), f"{text}\n".encode()
        if (mark, sig[:4].hex()) == (name, key_id) and (kind == 4 or origin == name):
            if kind == 4:
                body = b"cosignature/v1\ntime %d\n" % int.from_bytes(sig[4:12], "big") + body
            Ed25519PublicKey.from_public_bytes(bytes(key)).verify(sig[-64:], body)
            return int(size), base64.b64decode(root)
    raise ValueError(f"{name} has not signed it")


def proven(proof, keys):
    """The entry and the size of the tree it is in (RFC 9162, 2.1.3.2); raises ValueError."""
    head, note = proof.split("\n\n", 1)
    version, extra, index, *steps = head.split("\n")
    if version != "c2sp.org/tlog-proof@v1":
        raise ValueError("this is no proof")
    (size, root), *_ = [signed(note, key) for key in keys]
    entry, place, last = base64.b64decode(extra[6:]), int(index[6:]), size - 1
    found = sha(b"\0", entry)
    if not 0 <= place < size:
        raise ValueError("the tree has no such entry")
    for step in map(base64.b64decode, steps):
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
    except (ValueError, OSError, InvalidSignature) as error:
        sys.exit(f"Not proven: {error!r}")
    print(f"{entry}\nis one of the {size} entries of the signed log.")
