"""The log, open to everybody: what it is, its head, its tiles, and the hand of witnesses."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.config import ROOT
from app.extensions import db
from app.kit import clock
from app.ledger import growing, tiles, witness
from app.ledger.checkpoint import NoteError
from app.web.guard import public, public_form

bp = Blueprint("log", __name__)

FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=5"
NOTE = "text/plain; charset=utf-8"
TOOLS = ("verify_log.py", "verify_receipt.py", "witness.py")


@bp.get("/log")
@public
def page() -> ResponseReturnValue:
    """What the log is, who signed its newest head, and how anybody checks it."""
    settings = current_app.extensions["settings"]
    newest = growing.newest()
    signer = growing.signer(settings, newest)
    leaves = tiles.entries_at(0, newest.size) if newest is not None else 0
    html = render_template(
        "ledger/log.html",
        newest=newest,
        note=witness.cosigned(newest) if newest is not None else "",
        cosigned=witness.newest_cosigned(),
        witnesses=witness.seen(),
        vkey=str(signer.verifier),
        commands=_commands(str(signer.verifier), f"{settings.public_url}/log"),
        tile=tiles.path(0, (leaves - 1) // tiles.WIDTH, (leaves - 1) % tiles.WIDTH + 1)
        if leaves
        else "",
        tools=TOOLS,
    )
    response = Response(html)
    response.headers["Cache-Control"] = SHORTLY
    return response


def _commands(vkey: str, place: str) -> dict[str, str]:
    """What to type for each of TOOLS, to be copied as it stands."""
    arguments = (
        f"--key '{vkey}' record.sqlite3",
        f"--key '{vkey}' GY-….tlog-proof",
        f"check {place} --key '{vkey}' --state head",
    )
    return {tool: f"python3 {tool} {rest}" for tool, rest in zip(TOOLS, arguments, strict=True)}


@bp.get("/log/checkpoint")
@public
def checkpoint() -> ResponseReturnValue:
    """The newest signed head with its cosignatures (C2SP tlog-tiles)."""
    newest = growing.newest()
    if newest is None:
        abort(404)
    return _note(witness.cosigned(newest))


@bp.get("/log/cosigned")
@public
def cosigned() -> ResponseReturnValue:
    """The newest head that a witness has signed as well."""
    newest = witness.newest_cosigned()
    if newest is None:
        abort(404)
    return _note(witness.cosigned(newest))


@bp.get("/log/tile/<int:level>/<path:number>")
@public
def tile(level: int, number: str) -> ResponseReturnValue:
    """The hashes of one tile, as far as they are under a signed head; they never change."""
    asked = tiles.parse(number)
    newest = growing.newest()
    if asked is None or newest is None or level > tiles.MAX_LEVEL:
        abort(404)
    begin, end = asked[0] * tiles.WIDTH, asked[0] * tiles.WIDTH + asked[1]
    if end > tiles.entries_at(level, newest.size):
        abort(404)
    hashes = b"".join(growing.stored(level, begin, end))
    response = Response(hashes, mimetype="application/octet-stream")
    response.headers["Cache-Control"] = FOREVER
    return response


@bp.get("/log/tools/<name>")
@public
def tool(name: str) -> ResponseReturnValue:
    """A programme with which anybody checks the log without trusting the portal."""
    if name not in TOOLS:
        abort(404)
    path = ROOT / "tools" / name
    return send_file(path, "text/x-python", as_attachment=True, download_name=name)


@bp.post("/log/cosignatures")
@public_form
def cosign() -> ResponseReturnValue:
    """A witness's signature is kept; only its key could make it, so no token is asked for."""
    body = request.stream.read(witness.MAX_NOTE + 1)
    try:
        taken = witness.hand_in(body.decode() if len(body) <= witness.MAX_NOTE else "", clock.now())
    except (NoteError, UnicodeDecodeError):
        return _word("The note or a signature on it does not hold.", 422)
    except witness.UnknownHeadError:
        return _word("The portal has signed no such checkpoint, or keeps it no longer.", 409)
    if not taken:
        return _word("No registered witness signed this.", 403)
    db.session.commit()
    return _word("Kept.", 200)


def _note(text: str) -> Response:
    response = Response(text, content_type=NOTE)
    response.headers["Cache-Control"] = SHORTLY
    return response


def _word(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, content_type=NOTE)
