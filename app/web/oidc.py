"""Single sign-on: OpenID Connect Core 1.0 by the authorization code flow with PKCE (RFC 7636).

Whoever goes to a provider takes a state, a nonce and a verifier along, which their browser alone
holds, for one way there and back. Staff and citizens have providers of their own, addresses of
their own to come back to, and pockets of their own in the session.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from flask import current_app, request, session
from joserfc.errors import JoseError
from requests import RequestException

from app.kit import clock
from app.kit.provider import Provider
from app.web import locale

log = logging.getLogger(__name__)

WAIT = 5.0  # seconds for an answer of the provider
THERE_AND_BACK = timedelta(minutes=10)
LEEWAY = 60  # seconds between its clock and ours
# made with a key that the provider alone has; RFC 8725 3.1: never what the token itself asks for
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Realm(StrEnum):
    """For whom a provider vouches."""

    CITIZENS = "citizens"
    STAFF = "staff"


class Fault(StrEnum):
    """Why nobody was signed in."""

    AWAY = "away"  # the provider does not answer, or not as one
    DECLINED = "declined"  # the person or the provider said no
    LOST = "lost"  # not the way that began in this browser, or not any more
    UNTRUSTED = "untrusted"  # what came back does not prove anything
    UNKNOWN = "unknown"  # somebody, but nobody with an account


class SignOnError(Exception):
    """Raised with the fault when a provider has vouched for nobody."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Person:
    """Whom a provider vouches for: its number for them, their e-mail where it proved it, and the
    values of `acr` and `amr` that tell how."""

    issuer: str
    subject: str
    email: str
    methods: frozenset[str]

    @property
    def key(self) -> str:
        """The number with the provider it is of: two providers may give the same one."""
        return f"{self.issuer}\n{self.subject}"


def provider(realm: Realm) -> Provider | None:
    """Who vouches for people of that realm, if anybody."""
    settings = current_app.extensions["settings"]
    found: Provider | None = getattr(settings, f"oidc_{realm.value}")
    return found


def begin(realm: Realm, back: str, wanted: tuple[str, ...] = ()) -> str:
    """The provider's address to send the reader to, and from there to `back`; raises SignOnError.

    `wanted` are the values of `acr` that we would like best.
    """
    client = _client(realm)
    more = {"acr_values": " ".join(wanted)} if wanted else {}
    with _away():
        _learn(client, _named(realm).issuer)
        made = client.create_authorization_url(back, ui_locales=locale.current().code, **more)
    session[_pocket(realm)] = {
        "state": made["state"],
        "nonce": made["nonce"],
        "verifier": made["code_verifier"],
        "back": back,
        "prefix": request.script_root,
        "until": (clock.now() + THERE_AND_BACK).isoformat(),
    }
    return str(made["url"])


def finish(realm: Realm) -> Person:
    """Whom the provider vouches for, who came back in this very browser; raises SignOnError."""
    taken = session.pop(_pocket(realm), None)
    answer = request.args
    if not taken or clock.now() >= datetime.fromisoformat(taken["until"]):
        raise SignOnError(Fault.LOST)
    if not hmac.compare_digest(answer.get("state", "").encode(), taken["state"].encode()):
        raise SignOnError(Fault.LOST)
    issuer, client = _named(realm).issuer, _client(realm)
    if answer.get("iss", issuer) != issuer:  # RFC 9207 2.4
        raise SignOnError(Fault.UNTRUSTED)
    if "error" in answer or not answer.get("code"):
        raise SignOnError(Fault.DECLINED)
    with _away():
        _learn(client, issuer)
        claims = _claims(client, issuer, answer["code"], taken)
    return Person(
        issuer=issuer,
        subject=str(claims["sub"]),
        email=_proven_email(claims),
        methods=_methods(claims),
    )


def left_from(realm: Realm) -> str | None:
    """The prefix of the language in which the reader left; None when nobody did."""
    taken = session.get(_pocket(realm))
    return str(taken["prefix"]) if taken else None


def _pocket(realm: Realm) -> str:
    return f"oidc_{realm.value}"


def _named(realm: Realm) -> Provider:
    found = provider(realm)
    if found is None:
        raise SignOnError(Fault.AWAY)
    return found


def _client(realm: Realm) -> Any:
    """Authlib's client of the provider, one for a process: it keeps what it has learnt."""
    wanted = _named(realm)
    clients: dict[tuple[Realm, Provider], Any] = current_app.extensions.setdefault("oidc", {})
    if (realm, wanted) not in clients:
        clients[realm, wanted] = FlaskOAuth2App(
            FlaskIntegration(realm.value),
            name=realm.value,
            client_id=wanted.client_id,
            client_secret=wanted.client_secret,
            server_metadata_url=f"{wanted.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": wanted.scope,
                "code_challenge_method": "S256",
                "default_timeout": WAIT,
            },
        )
    return clients[realm, wanted]


def _learn(client: Any, issuer: str) -> None:
    """What the provider says of itself is known, and is about the provider that was meant.

    OpenID Connect Discovery 1.0 4.3. Raises SignOnError and then knows nothing.
    """
    told = client.load_server_metadata()
    near = urlsplit(issuer).scheme
    if told.get("issuer") != issuer or not all(
        urlsplit(str(told.get(name, ""))).scheme in ("https", near) for name in ENDPOINTS
    ):
        client.server_metadata = {}
        raise SignOnError(Fault.AWAY)
    offered = told.get("id_token_signing_alg_values_supported") or SIGNED_BY
    told["id_token_signing_alg_values_supported"] = [one for one in SIGNED_BY if one in offered]


def _claims(client: Any, issuer: str, code: str, taken: dict[str, str]) -> dict[str, Any]:
    """What the ID token says, once everything about it was proven (OpenID Connect Core 3.1.3.7)."""
    token = client.fetch_access_token(
        taken["back"], code=code, code_verifier=taken["verifier"], state=taken["state"]
    )
    rules = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client.client_id},
        "sub": {"essential": True},
    }
    claims = client.parse_id_token(token, nonce=taken["nonce"], claims_options=rules, leeway=LEEWAY)
    if not claims or not claims.get("sub") or len(str(claims["sub"])) > 255:
        raise SignOnError(Fault.UNTRUSTED)
    return cast(dict[str, Any], claims)


def _proven_email(claims: dict[str, Any]) -> str:
    email = claims.get("email")
    proven = claims.get("email_verified") is True and isinstance(email, str) and len(email) <= 254
    return str(email) if proven else ""


def _methods(claims: dict[str, Any]) -> frozenset[str]:
    amr = claims.get("amr") or []
    return frozenset(one for one in [claims.get("acr"), *amr] if isinstance(one, str) and one)


@contextmanager
def _away() -> Iterator[None]:
    """A provider that does not answer, or answers with nothing of worth, is told by its fault.

    What it said is not logged: there are codes and tokens in it.
    """
    try:
        yield
    except SignOnError:
        raise
    except RequestException as error:
        log.warning("the provider of identities does not answer: %s", type(error).__name__)
        raise SignOnError(Fault.AWAY) from error
    except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError, RuntimeError) as error:
        log.warning("the provider of identities proves nothing: %s", type(error).__name__)
        raise SignOnError(Fault.UNTRUSTED) from error
