"""A provider of identities as one address tells it: who it is, who we are to it, what it proves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

SCOPE = "openid email"
ALWAYS = "*"
ASKED = {"name", "scope", "identity", "multifactor"}


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider: `issuer` as its tokens name it, `client_id` as it names us.

    `identity` and `multifactor` are values of `acr` or `amr` by which it says that it knows who
    somebody is, or that it asked for a second factor; `*` stands for every sign-in.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scope: str = SCOPE
    identity: tuple[str, ...] = ()
    multifactor: tuple[str, ...] = ()


def shown(methods: Collection[str], wanted: Collection[str]) -> bool:
    """Whether a sign-in by those methods is one of those that are wanted."""
    return ALWAYS in wanted or any(method in wanted for method in methods)


def read(raw: str, here: Collection[str]) -> Provider:
    """The provider at https://client:secret@issuer/path?name=…; raises ValueError, saying why.

    http:// is good enough for hosts that are `here`.
    """
    try:
        parts = urlsplit(raw)
        host, right = parts.hostname or "", not parts.fragment and parts.port != 0
    except ValueError:
        parts, host, right = urlsplit(""), "", False
    if parts.scheme not in ("http", "https") or not (host and right):
        raise ValueError("must be https://client:secret@issuer.example/path?name=…")
    asked = parse_qs(parts.query, keep_blank_values=True)
    if not raw.isascii() or not raw.isprintable() or " " in raw:
        raise ValueError("holds a sign that has to be quoted, as %20 for a blank")
    if parts.scheme == "http" and host not in here:
        raise ValueError("would send its secret for all to read: use https://")
    if not (parts.username and parts.password):
        raise ValueError("must name the client and its secret: https://client:secret@…")
    if unknown := asked.keys() - ASKED:
        known = ", ".join(sorted(ASKED))
        raise ValueError(f"may end with {known}, not with {min(unknown)!r}")
    scope = asked.get("scope", [SCOPE])[-1]
    if "openid" not in scope.split():
        raise ValueError("must have openid among the words of its scope")
    return Provider(
        # as it was written: a token's `iss` has to be the very same (OpenID Connect Core 3.1.3.7)
        issuer=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}",
        client_id=unquote(parts.username),
        client_secret=unquote(parts.password),
        name=asked.get("name", [host])[-1].strip() or host,
        scope=scope,
        identity=_values(asked.get("identity", [])),
        multifactor=_values(asked.get("multifactor", [])),
    )


def _values(given: list[str]) -> tuple[str, ...]:
    return tuple(one.strip() for text in given for one in text.split(",") if one.strip())
