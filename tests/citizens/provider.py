"""A provider of identities of our own on this machine: OpenID Connect, by Authlib's server side.

It keeps to the rules until it is told to break one.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

import requests
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

CLIENT, SECRET = "gop-y", "s3cret/with?signs"
PAGE = """<!doctype html><html lang="en"><title>Provider</title><main><h1>Provider</h1>
<form method="post"><button>Sign in as {0}</button></form></main></html>"""


@cache
def key(name: str) -> RSAKey:
    """A key of that name, made once a run."""
    return RSAKey.generate_key(2048, parameters={"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class Lies:
    """What is wrong with the next tokens: other claims, without some, by another key or none."""

    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    key: str = "honest"
    alg: str = "RS256"

    def told(self, token: str) -> str:
        """The token with the lies in it."""
        claims = json.loads(_read(token.split(".")[1]))
        claims = {k: v for k, v in {**claims, **self.claims}.items() if k not in self.without}
        if self.alg == "none":
            parts = [_written({"alg": "none"}), _written(claims), ""]
            return ".".join(parts)
        return jwt.encode({"alg": self.alg, "kid": "honest"}, claims, key(self.key), [self.alg])


class Provider:
    """An issuer at its own port; `person` is who is signed in there."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {
            "sub": "tin-nguyen-01",
            "email": "nguoi.dan@example.vn",
            "email_verified": True,
            "acr": "level2",
        }
        self.lies: Lies | None = None
        self.told: dict[str, Any] = {}  # what discovery says otherwise
        self.broken: int = 0  # the status of every answer
        self.codes: dict[str, _Code] = {}
        self.asked: list[dict[str, str]] = []  # what came to the authorization endpoint

    def __enter__(self) -> Provider:
        app = Flask("provider")
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        _furnish(app, self)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nobody answers at its address any more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def setting(self, **asked: str) -> str:
        """What a portal is told of it."""
        client = f"{quote(CLIENT, safe='')}:{quote(SECRET, safe='')}"
        return f"{self.issuer.replace('://', f'://{client}@')}?{urlencode(asked)}"

    def consents(self, address: str) -> str:
        """The person signs in at the provider; the address that sends them back."""
        answer = requests.post(address, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@dataclass
class _Client(ClientMixin):
    """The portal, as the provider knows it."""

    def get_client_id(self) -> str:
        return CLIENT

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith(("/account/callback", "/desk/callback"))

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"

    def get_allowed_scope(self, scope: str) -> str:
        return scope


@dataclass
class _Code(AuthorizationCodeMixin):
    """A code that was given out, for one exchange."""

    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    person: dict[str, Any]

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> str:
        return str(self.person.get("acr", ""))

    def get_amr(self) -> list[str]:
        return list(self.person.get("amr", []))


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is said of requests."""


def _server(app: Flask, provider: Provider) -> AuthorizationServer:
    """Authlib's server, which keeps codes and signs tokens for the provider."""

    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            provider.codes[code] = _Code(
                redirect_uri=request.payload.redirect_uri,
                scope=request.payload.scope,
                nonce=data.get("nonce", ""),
                code_challenge=data.get("code_challenge", ""),
                code_challenge_method=data.get("code_challenge_method", ""),
                person=dict(provider.person),
            )

        def query_authorization_code(self, code: str, client: Any) -> _Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: _Code) -> None:
            for code in [k for k, v in provider.codes.items() if v is authorization_code]:
                del provider.codes[code]

        def authenticate_user(self, authorization_code: _Code) -> dict[str, Any]:
            return authorization_code.person

    server = AuthorizationServer(app, lambda _id: _Client(), lambda _token, _request: None)
    server.register_grant(Grant, [_Tokens(provider), CodeChallenge(required=True)])
    return server


class _Tokens(OpenIDCode):
    """ID tokens of the provider, with the lies it was told to tell."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def resolve_client_private_key(self, client: Any) -> RSAKey:
        return key("honest")

    def get_encode_header(self, client: Any) -> dict[str, str]:
        return {"alg": "RS256", "kid": "honest"}

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        return {"iss": self.provider.issuer, "aud": [CLIENT]}

    def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
        return UserInfo({k: v for k, v in user.items() if k not in ("acr", "amr")})

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        honest: str = super().encode_id_token(token, request)
        return self.provider.lies.told(honest) if self.provider.lies else honest


def _furnish(app: Flask, provider: Provider) -> None:
    server = _server(app, provider)

    @app.before_request
    def _broken() -> Any:
        return ("broken", provider.broken) if provider.broken else None

    @app.get("/realm/.well-known/openid-configuration")
    def discovery() -> Any:
        base = provider.issuer
        return jsonify(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/jwks",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                **provider.told,
            }
        )

    @app.get("/realm/jwks")
    def jwks() -> Any:
        return jsonify({"keys": [key("honest").as_dict(private=False)]})

    @app.route("/realm/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        provider.asked.append(request.args.to_dict())
        if request.method == "GET":
            return PAGE.format(provider.person["sub"])
        grant = server.get_consent_grant(end_user=provider.person)
        return server.create_authorization_response(grant_user=provider.person, grant=grant)

    @app.post("/realm/token")
    def token() -> Any:
        return server.create_token_response()


def _read(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _written(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
