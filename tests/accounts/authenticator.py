"""A device that keeps passkeys, in software: what a browser hands over, and what a forger would."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn import base64url_to_bytes

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags, WebAuthn 6.1


def encoded(raw: bytes) -> str:
    """URL-safe base64 without its padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Device:
    """One key pair (ES256) and how often it signed."""

    origin: str = "http://localhost:8000"
    rp: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: str) -> str:
        """What the device answers where a passkey is to be made."""
        asked = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: _bytes(numbers.x), -3: _bytes(numbers.y)}
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(self.flags | ATTESTED) + credential
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._told(clientDataJSON=encoded(client), attestationObject=encoded(attested))

    def answer(self, options: str, kind: str = "webauthn.get") -> str:
        """What the device answers where somebody signs in."""
        self.count += 1
        data = self._data(self.flags)
        client = self._client(kind, json.loads(options)["challenge"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._told(
            clientDataJSON=encoded(client),
            authenticatorData=encoded(data),
            signature=encoded(signed),
        )

    def _data(self, flags: int) -> bytes:
        rp = hashlib.sha256(self.rp.encode()).digest()
        return rp + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        assert base64url_to_bytes(challenge)
        told = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(told).encode()

    def _told(self, **response: Any) -> str:
        name = encoded(self.id)
        told = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(told)


def _bytes(number: int) -> bytes:
    return number.to_bytes(32, "big")
