"""`documents parse` and `documents post`: a file's tree, and a file put under consultation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts.models import Agency, Officer, Role
from app.accounts.policy import Act, may
from app.consultations.lifecycle import declare, open_consultation
from app.consultations.period import PeriodTooShort, required_days
from app.consultations.rules import rule_for
from app.documents.dossiers import create, describe
from app.documents.exports import FORMATS
from app.documents.exports.source import edition_of_outline
from app.documents.importing import accept, keep_draft, kinds, tree_of
from app.documents.models import REQUIRED_CONTENT, DocumentType, Dossier, RequiredDocument, Topic
from app.documents.nodes import Outline
from app.documents.parsers.blocks import UnreadableError
from app.documents.required import Posted, required
from app.documents.supporting import add_file, looked_at
from app.documents.topics import topics
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line
from app.web.uploads import USUAL_BYTES, Refused, Upload, inspect

ENDINGS = {"json": "json", "akn": "xml", "text": "txt"}
SEE_TEXT = "Xem toàn văn dự thảo và hồ sơ kèm theo."


@click.group()
def documents() -> None:
    """Drafts."""


@documents.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(sorted(ENDINGS)), default="text")
def parse(file: Path, form: str) -> None:
    """Print the tree of FILE and what the parser doubts; nothing is written."""
    data, upload = _checked(file)
    tree = _tree(data, upload)
    click.echo(FORMATS[ENDINGS[form]].write(edition_of_outline(tree)))
    for doubt in tree.doubts:
        facts = ", ".join(f"{name}={value}" for name, value in doubt.facts.items())
        click.echo(f"line {doubt.line}: {doubt.code} {facts}".rstrip(), err=True)


def _checked(file: Path) -> tuple[bytes, Upload]:
    data = file.read_bytes()
    try:
        return data, inspect(data, file.name, kinds=kinds())
    except Refused as refused:
        raise click.ClickException(f"{file.name} is refused: {refused.code}") from None


def _tree(data: bytes, upload: Upload) -> Outline:
    try:
        return tree_of(data, upload)
    except (Refused, UnreadableError) as refused:
        raise click.ClickException(f"{upload.name} is refused: {refused.code}") from None


def _documents(
    code: str, beside: tuple[str, ...], day: date
) -> dict[RequiredDocument, tuple[Upload, bytes, str]]:
    """The documents given for those that must be posted; a missing or unknown one is an error."""
    wanted = {document.code: document for document in required(code, Posted.DRAFT, day)}
    given = dict(pair.partition("=")[::2] for pair in beside)
    if unknown := given.keys() - wanted.keys():
        raise click.ClickException(f"{code} asks for no {', '.join(sorted(unknown))}.")
    if missing := [f"{one.name} ({one.code})" for one in wanted.values() if one.code not in given]:
        raise click.ClickException(f"Missing: {'; '.join(missing)}. Give each with --document.")
    found = {}
    for name, path in given.items():
        try:
            data = Path(path).read_bytes()
            upload, words = looked_at(data, Path(path).name, USUAL_BYTES)
        except OSError as fault:
            raise click.ClickException(f"{path}: {fault.strerror}") from None
        except Refused as refused:
            raise click.ClickException(f"{path} is refused: {refused.code}") from None
        if not words:
            raise click.ClickException(f"No text can be read from {path}: add it at the desk.")
        found[wanted[name]] = (upload, data, words)
    return found


def _officer(agency: Agency, role: Role, act: Act) -> Officer:
    for officer in db.session.scalars(select(Officer).order_by(Officer.id)):
        if officer.holds(role) and may(officer, act, agency):
            return officer
    raise click.ClickException(f"{agency.name} has no {role.value}.")


def _topic(code: str | None) -> Topic | None:
    found = db.session.get(Topic, code) if code else None
    if code and found is None:
        known = ", ".join(topic.code for topic in topics())
        raise click.ClickException(f"There is no topic {code!r}. There are: {known}")
    return found


@documents.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "slug", required=True, help="Slug or name of the lead drafting agency.")
@click.option("--title", required=True)
@click.option("--type", "code", default="provincial_council_resolution", show_default=True)
@click.option("--topic", help="Code of the topic by which it is found.")
@click.option("--days", type=int, help="Length of the period; the rule's own when not given.")
@click.option(
    "--document",
    "beside",
    multiple=True,
    metavar="CODE=FILE",
    help="A required document, such as submission_report=to-trinh.docx; repeatable.",
)
@with_appcontext
def post(
    file: Path,
    slug: str,
    title: str,
    code: str,
    topic: str | None,
    days: int | None,
    beside: tuple[str, ...],
) -> None:
    """Dossier, version and open consultation in one go; prints the slug."""
    agency = db.session.scalar(select(Agency).where((Agency.slug == slug) | (Agency.name == slug)))
    if agency is None:
        raise click.ClickException(f"There is no agency {slug!r}.")
    kind = db.session.get(DocumentType, code)
    if kind is None:
        raise click.ClickException(f"There is no document type {code!r}.")
    about = _topic(topic)
    data, upload = _checked(file)
    tree = _tree(data, upload)
    now = clock.now()
    sent = _documents(code, beside, clock.vn_date(now))
    drafter = _officer(agency, Role.DRAFTER, Act.PREPARE_DOSSIER)
    approver = _officer(agency, Role.APPROVER, Act.OPEN_CONSULTATION)
    dossier: Dossier = create(
        title=clean_line(title),
        document_type=kind,
        agency=agency,
        officer=drafter,
        now=now,
        topic=about,
    )
    describe(dossier, dict.fromkeys(REQUIRED_CONTENT, SEE_TEXT), drafter, now)
    version = keep_draft(dossier, upload, data, tree, drafter, now)
    accept(version, drafter, now)
    for document, (one, read, words) in sent.items():
        add_file(
            dossier,
            one,
            read,
            title=document.name,
            text=words,
            stage=Posted.DRAFT.value,
            code=document.code,
            officer=drafter,
            now=now,
        )
    declare(dossier, version, drafter, now)
    declare(dossier, version, approver, now)
    rule = rule_for(code, clock.vn_date(now))
    least = required_days(rule.legal_min_days, rule.portal_default_days)
    try:
        open_consultation(dossier, version, days or least, approver, now)
    except PeriodTooShort as short:
        raise click.ClickException(str(short)) from None
    db.session.commit()
    click.echo(dossier.slug)
    base = current_app.extensions["settings"].public_url
    click.echo(f"{base}/consultations/{dossier.slug}", err=True)
