"""Headers that every response carries."""

from __future__ import annotations

import brotli
from flask import Flask, Response, current_app, g, request

# What a page may load: files of its own origin. It frames nothing, is framed by nothing, and no
# script can make a string into markup or code: CSP Level 3; Trusted Types, section 4.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# All that is no page: opened by itself it runs nothing, and belongs to no origin.
FILE_POLICY = (
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
)
UPGRADE = "; upgrade-insecure-requests"
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"  # two years
# Passkeys and copying a receipt are ours; whatever else a browser could do for a page is refused.
OURS = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
REFUSED = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid",
    "identity-credentials-get", "idle-detection", "keyboard-map", "local-fonts", "magnetometer",
    "microphone", "midi", "otp-credentials", "payment", "picture-in-picture", "screen-wake-lock",
    "serial", "storage-access", "sync-xhr", "usb", "window-management",
    "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join((*(f"{name}=(self)" for name in OURS), *(f"{n}=()" for n in REFUSED)))
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for telephones older than frame-ancestors
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": PERMISSIONS,
}
COMPRESS_FROM = 1024


def bare(*, secure: bool) -> list[tuple[str, str]]:
    """The headers of an answer that holds nothing; `secure` where it went over https."""
    found = [("Content-Security-Policy", FILE_POLICY + (UPGRADE if secure else ""))]
    if secure:
        found.append(("Strict-Transport-Security", STRICT_TRANSPORT))
    return [*found, *HEADERS.items()]


def policy(response: Response, *, secure: bool) -> str:
    """The content security policy of a response; `secure` where the portal is at https."""
    attached = response.headers.get("Content-Disposition", "").startswith("attachment")
    page = response.mimetype == "text/html" and not attached
    return (PAGE_POLICY if page else FILE_POLICY) + (UPGRADE if secure else "")


def _secure(response: Response) -> Response:
    # a proxy may speak https for us and not say so
    secure = request.is_secure or current_app.extensions["settings"].secure_cookies
    response.headers["Content-Security-Policy"] = policy(response, secure=secure)
    for name, value in HEADERS.items():
        response.headers[name] = value
    if secure:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if g.get("desk") or g.get("private"):
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _compress(response: Response) -> Response:
    """Pages that are not kept are compressed lightly on their way out.

    Not those with a token that another site asked for: their lengths would tell of it, letter by
    letter, to who writes the address (BREACH, CVE-2013-3587).
    """
    led_here = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if (
        response.direct_passthrough
        or (led_here and (g.get("desk") or g.get("private")))
        or response.content_encoding
        or response.mimetype != "text/html"
        or "br" not in request.headers.get("Accept-Encoding", "")
        or "gopy.kept" in response.headers
    ):
        return response
    body = response.get_data()
    if len(body) >= COMPRESS_FROM:
        response.set_data(brotli.compress(body, quality=4))
        response.content_encoding = "br"
        response.vary.add("Accept-Encoding")
    return response


def private() -> None:
    """The page being made is for one reader: nothing on the way may keep it."""
    g.private = True


def init_app(app: Flask) -> None:
    """Every response is secured, and compressed unless the page cache does that."""
    app.after_request(_compress)
    app.after_request(_secure)
