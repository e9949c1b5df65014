"""A witness of the tests: a key of its own, and cosignatures as tlog-cosignature has them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.extensions import db
from app.ledger import growing, witness
from app.ledger.checkpoint import MARK, Kind, Verifier, cosigned, text_of


@dataclass(frozen=True)
class Cosigner:
    """Signs notes by its own clock."""

    key: Ed25519PrivateKey
    verifier: Verifier

    @property
    def vkey(self) -> str:
        return str(self.verifier)

    def cosign(self, note: str, at: datetime) -> str:
        """The note with a line of ours."""
        seconds = int(at.timestamp())
        signature = self.key.sign(cosigned(text_of(note), seconds))
        packed = base64.b64encode(self.verifier.id + seconds.to_bytes(8, "big") + signature)
        return f"{note}{MARK}{self.verifier.name} {packed.decode()}\n"


def cosigner(name: str) -> Cosigner:
    key = Ed25519PrivateKey.generate()
    return Cosigner(key, Verifier(name, Kind.COSIGNATURE, key.public_key().public_bytes_raw()))


def sworn_head(now: datetime) -> None:
    """The head of the log is signed, by a witness as well."""
    growing.sign_due(now, at_once=True)
    head, sworn = growing.newest(), cosigner("truong.example.vn/witness")
    assert head is not None
    witness.register("Trường Đại học", sworn.vkey, now)
    witness.hand_in(sworn.cosign(head.note, now), now)
    db.session.commit()
