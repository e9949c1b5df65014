"""Heads of the tree, signed: C2SP tlog-checkpoint, signed-note, and tlog-cosignature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MARK = "\N{EM DASH} "
SIGNATURE, COSIGNATURE = 64, 72
VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(ValueError):
    """Raised when a note, a key or a line of signature is not what it should be."""


class Kind(IntEnum):
    """The byte before a public key: what its signatures are over."""

    ED25519 = 0x01  # signed-note: the text
    COSIGNATURE = 0x04  # tlog-cosignature: a header, the time, the text


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: which log, how many leaves, the head over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Verifier:
    """A public key with the name its signatures carry, as `name+id+key` in text (a vkey)."""

    name: str
    kind: Kind
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.key).digest()[
            :4
        ]

    def __str__(self) -> str:
        packed = base64.b64encode(bytes([self.kind]) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{packed}"

    def signed_at(self, text: str, line: str) -> datetime | None:
        """When the line's signature says it was made, None where it says nothing of that.

        Raises NoteError unless the line is this key's signature over the note text.
        """
        name, mark, signature = _parts(line)
        if (name, mark) != (self.name, self.id):
            raise NoteError("the line is signed by another key")
        signed, at = text.encode(), None
        if self.kind is Kind.COSIGNATURE:
            if len(signature) != COSIGNATURE:
                raise NoteError("the cosignature has another length")
            (seconds,) = struct.unpack(">Q", signature[:8])
            signed, signature = cosigned(text, seconds), signature[8:]
            try:
                at = datetime.fromtimestamp(seconds, UTC)
            except (ValueError, OverflowError, OSError) as error:
                raise NoteError("the time is none") from error
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, signed)
        except InvalidSignature as error:
            raise NoteError("the signature does not hold") from error
        return at


class Signer:
    """Signs the heads of the portal's log."""

    def __init__(self, origin: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes_raw()
        self.verifier = Verifier(origin, Kind.ED25519, public)

    def sign(self, size: int, root: bytes) -> str:
        """Return the checkpoint as a signed note."""
        text = Head(self.verifier.name, size, root).text
        signed = self.verifier.id + self._key.sign(text.encode())
        line = f"{MARK}{self.verifier.name} {base64.b64encode(signed).decode()}"
        return f"{text}\n{line}\n"


def origin_of(public_url: str) -> str:
    """Return the name of the log of the portal at that address: the address without its scheme."""
    parts = urlsplit(public_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/log".replace("+", "%2B")


def cosigned(text: str, seconds: int) -> bytes:
    """Return what a witness signs (tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def parse(note: str) -> tuple[Head, list[str]]:
    """Return what a note says and its lines of signature; raises NoteError."""
    text, gap, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or not signatures.endswith("\n") or len(lines) < 3 or not all(lines):
        raise NoteError("this is no checkpoint")
    if not SIZE.fullmatch(lines[1]):
        raise NoteError("the size is no number")
    root = _unpacked(lines[2])
    if len(root) != 32:
        raise NoteError("the head has another length")
    return Head(lines[0], int(lines[1]), root), signatures[:-1].split("\n")


def text_of(note: str) -> str:
    """Return the signed text of a note: all before the empty line."""
    return note.rpartition("\n\n")[0] + "\n"


def verify(note: str, verifier: Verifier) -> Head:
    """Return what the note says; raises NoteError unless the key signed it under its own name."""
    head, lines = parse(note)
    if head.origin != verifier.name:
        raise NoteError("the checkpoint is of another log")
    first_words = f"{MARK}{verifier.name} "
    for line in lines:
        if line.startswith(first_words) and _parts(line)[1] == verifier.id:
            verifier.signed_at(text_of(note), line)
            return head
    raise NoteError("the log did not sign this")


def parse_vkey(vkey: str) -> Verifier:
    """Return the key that a vkey names (signed-note, verifier keys); raises NoteError."""
    found = VKEY.fullmatch(vkey.strip())
    if found is None:
        raise NoteError("a vkey has three parts: name+id+key")
    packed = _unpacked(found[3])
    if len(packed) != 33 or packed[0] not in set(Kind):
        raise NoteError("the key is not of a kind that is known")
    verifier = Verifier(found[1], Kind(packed[0]), packed[1:])
    if verifier.id.hex() != found[2]:
        raise NoteError("the id is not that of the key")
    return verifier


def with_lines(note: str, lines: Iterable[str]) -> str:
    """Return the note with further lines of signature."""
    return note + "".join(f"{line}\n" for line in lines)


def _parts(line: str) -> tuple[str, bytes, bytes]:
    """Name, id of the key and signature of a line."""
    name, _gap, packed = line.removeprefix(MARK).partition(" ")
    signature = _unpacked(packed)
    if not line.startswith(MARK) or not name or len(signature) < 4 + SIGNATURE:
        raise NoteError("this is no line of signature")
    return name, signature[:4], signature[4:]


def _unpacked(packed: str) -> bytes:
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("this is no base64") from error
