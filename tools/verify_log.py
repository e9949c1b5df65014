#!/usr/bin/env python3
"""Checks a copy of a consultation portal's database against the log that the portal signed.

  verify_log.py --key VKEY [--since CHECKPOINT]... [--settled] DATABASE

DATABASE is a copy in SQLite, or the record.sqlite3 of `flask ledger export --record`. The log must
go on from each CHECKPOINT kept earlier. What no head covers is told, --settled: a fault. It ends
with 0, with 1 for faults, with 2 where what it was given cannot be checked at all.
"""

import argparse
import base64
import hashlib
import json
import sqlite3
import sys
from functools import reduce
from itertools import groupby
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

STATUS = {"reinstated": "published", "returned": "waiting"}
STATUS |= {one: one for one in ("published", "withheld", "withdrawn")}
faults = []


def sha(*parts):
    """SHA-256 over bytes, and over the canonical JSON of what is none."""
    form = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    whole = (p if isinstance(p, bytes) else json.dumps(p, **form).encode() for p in parts)
    return hashlib.sha256(b"".join(whole)).digest()


def root_of(levels, size):
    """RFC 9162, 2.1.1, from the full subtrees, level by level above the leaves."""
    full = [levels[n][(size >> n) - 1] for n in range(size.bit_length()) if size >> n & 1]
    return reduce(lambda right, left: sha(b"\1", left, right), full) if full else sha()


def signed(what, note, vkey):
    """Size and root of a checkpoint that the key signed (C2SP signed-note, tlog-cosignature)."""
    try:
        text, _, lines = note.rpartition("\n\n")
        origin, size, root = text.split("\n")[:3]
        name, key_id, key = vkey.split("+", 2)
        kind, *key = base64.b64decode(key)
        for mark, _, rest in (one[2:].rpartition(" ") for one in lines.splitlines()):
            exact = base64.b64encode(sig := base64.b64decode(rest)).decode() == rest
            if exact and (mark, sig[:4].hex()) == (name, key_id) and (kind == 4 or origin == name):
                at = f"cosignature/v1\ntime {int.from_bytes(sig[4:12], 'big')}\n" * (kind == 4)
                public = Ed25519PublicKey.from_public_bytes(bytes(key))
                public.verify(sig[-64:], f"{at}{text}\n".encode())
                return int(size), base64.b64decode(root)
        faults.append(f"{what}: the key has not signed it")
    except (ValueError, InvalidSignature):
        faults.append(f"{what}: the signature does not hold")


def read_entries(entries):
    """Each leaf, and each fact with its place; what is not as it was sealed is told."""
    leaves, facts = [], []
    for e in entries:
        at, known = e["at"].replace(" ", "T").removesuffix(".000000"), json.loads(e["facts"])
        facts.append((e["seq"] or sys.maxsize, e["verb"], known))
        if e["seq"] is None:
            unproven.append(f"{e['verb']} of {e['at']} has no place in the log")
            continue
        words = {name: e[name] for name in ("seq", "verb", "subject")}
        words |= {"actor": e["actor_id"], "consultation": e["consultation_id"], "facts": known}
        words |= {"at": f"{at}+00:00"} | ({"id": e["id"]} if e["salt"] else {})
        if e["seq"] != len(leaves) + 1:
            faults.append(f"entry {len(leaves) + 1} is missing, {e['seq']} stands there")
        if sha(b"\0", e["salt"] or b"", words) != e["leaf"]:
            faults.append(f"entry {e['seq']} ({e['verb']}) was changed after it was sealed")
        leaves.append(bytes(e["leaf"] or b""))
    return leaves, facts


def check_signed(db, leaves, heads, key):
    """What is signed is the tree of these leaves, nothing else, and so are its stored nodes."""
    levels, newest = [leaves], 0
    while len(below := levels[-1]) > 1:
        levels.append([sha(b"\1", *below[n : n + 2]) for n in range(0, len(below) - 1, 2)])
    for size, root, note in db.execute("SELECT size, root, note FROM checkpoint"):
        head = signed(what := f"checkpoint {size}", note, key)
        if head and (*head, note[-1:], note.count("\n")) != (size, root, "\n", 5):
            faults.append(f"{what}: its columns are not what its note says")
        newest, heads = max(newest, head[0] if head else 0), [*heads, (what, head)]
    for what, head in heads:
        if head and head[0] > min(newest, len(leaves)):
            faults.append(f"{what}: {head[0]} entries were signed, not all are left")
        elif head and root_of(levels, head[0]) != head[1]:
            faults.append(f"{what}: two histories of one log, this one is not what was signed")
    if bare := len(leaves) - newest:
        (unproven if newest else faults).append(f"{bare} entries are under no signed head")
    nodes = {(row[0], row[1]): row[2] for row in db.execute("SELECT * FROM log_node")}
    tops = enumerate(levels[8::8], 1)
    due = {(lv, n): one for lv, top in tops for n, one in enumerate(top[: newest >> 8 * lv])}
    faults.extend(f"node {n} is wrong" for n in {*nodes, *due} if nodes.get(n) != due.get(n))
    rows = "cosignature NATURAL JOIN checkpoint JOIN witness ON id = witness_id"
    for size, line, vkey, note in db.execute(f"SELECT size, line, vkey, note FROM {rows}"):
        signed(f"cosignature of {size}", note[: note.rindex("\n\n") + 2] + line, vkey)


def check_rows(db, name, batches, erased, waiting):
    """Every final row against the digest of it that is in force, as the log binds it."""
    newest, live = max(batches.values(), key=lambda one: one[0])[1], {}
    rows = db.execute("SELECT * FROM row_digest WHERE name = ? ORDER BY batch, key", [name])
    table, (column, _, above) = newest["table"], newest["once"].partition(">")
    state, (parent, _, filled) = name.endswith("_state"), above.partition(".")
    for batch, group in groupby(rows, lambda row: row["batch"]):
        digests = list(group)
        seq, fact = batches.pop(batch, (0, {"columns": [], "digest": ""}))
        if fact["digest"] != sha(*(row["digest"] for row in digests)).hex():
            faults.append(f"digests of {name}, batch {batch}: not those in the log")
        for row in digests:
            before = live.get(row["key"], (0, b""))
            if row["salt"] is None and erased.get((table, row["key"]), 0) < seq:
                faults.append(f"{name} {row['key']}: its salt is gone, and no fact says why")
            elif row["salt"] and before[1] and not state:
                faults.append(f"{name} {row['key']}: recorded twice")
            if before[0] <= seq:
                live[row["key"]] = (seq, row["salt"], row["digest"], fact["columns"])
    faults.extend(f"digests of {name}, batch {batch}: gone" for batch in batches)
    nothing = {"sum": name, "row": {}}  # of a row that is gone; and when the table came on record
    live = {key: one for key, one in live.items() if one[2] != sha(one[1] or b"", nothing)}
    gone = {*live} - {key for of, key in waiting if state and of == table}
    info = db.execute("SELECT * FROM pragma_table_info(?) ORDER BY pk", [table]).fetchall()
    keys, texts = [r[1] for r in info if r[5]], {r[1] for r in info if r[2] == "JSON"}
    final = f"IN (SELECT id FROM {parent} WHERE {filled} IS NOT NULL)" if above else "IS NOT NULL"
    spans = {t: range(*map(int, k.split()[1::2])) for t, k in waiting if k[:5] == "from "}
    for row in db.execute(f"SELECT * FROM {table} WHERE {column or 1} {final}"):
        key = "|".join(str(row[one]) for one in keys)
        gone.discard(key)
        _, salt, digest, columns = live.get(key, (0, b"", b"", []))
        of, number = (parent, row[column]) if above else (table, row[keys[0]])
        ahead = not salt and number in spans.get(of, ())
        noted = {(table, key), (of, str(number))} & waiting
        if ahead or (noted and (state or not salt)):
            continue
        words = {c: json.loads(row[c]) if c in texts and row[c] else row[c] for c in columns}
        if sha(salt or b"", {"sum": name, "row": words}) != digest:
            faults.append(f"{name} {key}: not {'as the log has it' if digest else 'in the log'}")
    faults.extend(f"{name} {key}: recorded, and gone" for key in gone)


def check_record(db, facts):
    """Every row on record is what the log says of it, and the log is silent of no row."""
    due = {(row["name"], row["key"]) for row in db.execute("SELECT * FROM record_waiting")}
    unproven.extend(f"{name} {key} waits for the log" for name, key in sorted(due))
    batches, gone, told = {}, {}, {}
    for seq, verb, fact in facts:
        if verb == "record.summed":
            batches.setdefault(fact["sum"], {})[fact["batch"]] = (seq, fact)
        elif verb == "record.erased":
            gone |= {(fact["table"], key): seq for key in fact["keys"]}
        elif verb == "comment.submitted":
            told[fact["comment_id"]] = [fact["status"], fact["digest"]]
        elif verb.startswith("comment.") and verb[8:] in STATUS:
            told[fact["comment_id"]][0] = STATUS[verb[8:]]
    for name in {*batches} | {row[0] for row in db.execute("SELECT name FROM row_digest")}:
        check_rows(db, name, batches[name], gone, due)
    for row in db.execute("SELECT id, status, digest FROM comment"):
        if told.get(row["id"]) != [row["status"], row["digest"]]:
            faults.append(f"comment {row['id']}: the log tells another story of it")
    held = "SELECT 1 FROM takedown WHERE subject = 'dossier:' || d.id AND lifted_at IS NULL"
    for row in db.execute(f"SELECT id FROM dossier d WHERE sealed <> EXISTS ({held})"):
        faults.append(f"dossier {row['id']}: hidden or shown against its takedowns")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("database")
    parser.add_argument("--key", required=True)
    parser.add_argument("--since", type=Path, action="append", default=[])
    parser.add_argument("--settled", action="store_true")
    asked = parser.parse_args()
    unproven, entries = faults if asked.settled else [], None
    try:
        name, mark, key = [*asked.key.split("+", 2), "", ""][:3]
        if sha(name.encode(), b"\n", base64.b64decode(key))[:4].hex() != mark:
            raise ValueError("a key has three parts, name+id+key")
        since = [(one, signed(one, one.read_text("utf-8"), asked.key)) for one in asked.since]
        if faults:
            raise ValueError(faults[0])
        db = sqlite3.connect(f"file:{asked.database}?mode=ro", uri=True)
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")  # one moment of it, whatever the portal does meanwhile
        entries = db.execute("SELECT * FROM ledger_entry ORDER BY seq IS NULL, seq, id")
        leaves, facts = read_entries(entries)
        check_signed(db, leaves, since, asked.key)
        check_record(db, facts)
    except (ValueError, TypeError, LookupError, AttributeError, sqlite3.Error, OSError) as error:
        if entries is None:
            parser.exit(2, f"Nothing was checked, a key or a file is none: {error}.\n")
        faults.append(f"what stands there cannot be read: {error!r}")
    print("\n".join(faults or [*unproven, "All else is as signed: entries and rows on record."]))
    sys.exit(bool(faults))
