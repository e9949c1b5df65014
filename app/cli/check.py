"""`check`: what is wrong with this portal and what to do, in words or as JSON."""

from __future__ import annotations

import json
import smtplib
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from app.config import MailServer, Settings
from app.kit import clock
from app.operations.checks import CHECKS, Finding, Level, bad, good, look

MARKS = {Level.GOOD: "good", Level.DOUBTFUL: "look", Level.BAD: "BAD "}
SECONDS = 10.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
@click.option("--mail", is_flag=True, help="Greet the mail server too.")
@with_appcontext
def check(as_json: bool, mail: bool) -> None:
    """Say what is wrong and what to do; end with 0, with 1 for doubts, with 2 for faults."""
    settings: Settings = current_app.extensions["settings"]
    found = look(settings, clock.now(), CHECKS)
    if mail and settings.mail is not None:
        found.append(_greeted(settings.mail))
    if as_json:
        rows = [
            {"part": one.part, "level": one.level.name.lower(), "words": one.words}
            | ({"advice": one.advice} if one.advice else {})
            for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for one in found:
            click.echo(f"{MARKS[one.level]}  {one.part}: {one.words}")
            if one.advice:
                click.echo(f"      → {one.advice}")
    sys.exit(int(max((one.level for one in found), default=Level.GOOD)))


def _greeted(server: MailServer) -> Finding:
    kind = smtplib.SMTP_SSL if server.tls == "smtps" else smtplib.SMTP
    try:
        with kind(server.host, server.port, timeout=SECONDS) as line:
            code, _words = line.noop()
    except (OSError, smtplib.SMTPException) as error:
        what = f"{server.host}:{server.port} does not answer ({type(error).__name__})."
        return bad("mail", what, "Letters wait meanwhile; look at MAIL_URL and the server.")
    return good("mail", f"{server.host}:{server.port} answers {code}.")
