"""The factory: wires settings, extensions, doors and readers; only wsgi.py and tests import it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Flask
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli
from app.accounts import away as accounts_away
from app.accounts import desk as accounts_desk
from app.accounts import desk_account as accounts_account
from app.accounts import desk_delegation as accounts_delegation
from app.accounts import desk_forgotten as accounts_forgotten
from app.accounts import desk_oidc as accounts_oidc
from app.accounts import desk_passkeys as accounts_passkeys
from app.accounts import desk_staff as accounts_staff
from app.accounts import desk_typed as accounts_typed
from app.accounts import session as accounts_session
from app.accounts.policy import may
from app.alerts import public as alerts_public
from app.alerts import public_feed as alerts_feed
from app.approvals import desk as approvals_desk
from app.approvals import kinds as approval_kinds
from app.citizens import public as citizens_public
from app.citizens import public_oidc as citizens_oidc
from app.comments import attached as comments_attached
from app.comments import desk as comments_intake
from app.comments import desk_file as comments_intake_file
from app.comments import desk_questions as comments_desk_questions
from app.comments import desk_translations as comments_translations
from app.comments import doubted
from app.comments import public as comments_public
from app.comments import public_contact as comments_contact
from app.comments import public_questions as comments_questions
from app.config import ROOT, Settings
from app.config import load as load_settings
from app.consultations import desk as consultations_desk
from app.consultations import desk_law as consultations_law
from app.consultations import desk_outcome as consultations_outcome
from app.consultations import desk_stages as consultations_stages
from app.consultations import desk_topic as consultations_topic
from app.consultations import gates, giving_time, law, lifecycle
from app.documents import desk as documents_desk
from app.documents import desk_alignment as documents_alignment
from app.documents import desk_comparison as documents_comparison
from app.documents import desk_files as documents_files
from app.documents import desk_originals as documents_originals
from app.documents import desk_review as documents_review
from app.documents import desk_takedown as documents_takedown
from app.documents import desk_translation as documents_translation
from app.documents import desk_translation_approval as documents_approval
from app.documents import desk_translation_file as documents_xliff
from app.documents import desk_type as documents_type
from app.documents import takedown
from app.extensions import babel, csrf, db, login, migrate, reads_only
from app.groups import desk as groups_desk
from app.kit.sealing import Sealer
from app.ledger import public as ledger_public
from app.ledger.models import Revision
from app.ledger.revision import NOTICES
from app.ledger.shown import Memory
from app.moderation import desk as moderation_desk
from app.moderation import desk_appeals as moderation_appeals
from app.moderation import desk_attachments as moderation_attachments
from app.moderation import desk_bulk as moderation_bulk
from app.moderation import desk_item as moderation_item
from app.moderation import desk_lately as moderation_lately
from app.moderation import desk_takedown as moderation_desk_takedown
from app.moderation import gate as moderation_gate
from app.moderation import takedown as moderation_takedown
from app.moderation import unusual as moderation_unusual
from app.operations import desk as operations_desk
from app.operations import public as operations_public
from app.operations import stops
from app.outreach import desk as outreach_desk
from app.privacy import desk as privacy_desk
from app.privacy import public as privacy_public
from app.privacy.erasure_kind import ERASURE
from app.responses import desk as responses_desk
from app.responses import desk_adopt as responses_adopt
from app.responses import desk_table as responses_table
from app.responses import desk_takedown as responses_desk_takedown
from app.responses import desk_way as responses_way
from app.responses import desk_work as responses_work
from app.responses import gate as responses_gate
from app.responses import takedown as responses_takedown
from app.responses import translatable as responses_translatable
from app.search import public as search_public
from app.site import answering as site_answering
from app.site import desk as site_desk
from app.site import group as site_group
from app.site import mine as site_mine
from app.site import outreach as site_outreach
from app.site import public as site_public
from app.site import receipts as site_receipts
from app.site import register as site_register
from app.site import tables as site_tables
from app.site import takedowns as site_takedowns
from app.site import versions as site_versions
from app.translations import sources
from app.web import (
    errors,
    filters,
    guard,
    headers,
    limits,
    locale,
    logs,
    macros,
    measures,
    notices,
    observed,
    static,
)
from app.web.pages import PageCache, Revisions

# every file that holds views; those of one room share a blueprint
DOORS = (
    site_public.bp,
    site_group.bp,
    site_versions.bp,
    site_tables.bp,
    site_takedowns.bp,
    site_answering.bp,
    site_outreach.bp,
    site_register.bp,
    site_receipts.bp,
    site_mine.bp,
    citizens_public.bp,
    citizens_oidc.bp,
    site_desk.bp,
    ledger_public.bp,
    search_public.bp,
    alerts_public.bp,
    alerts_feed.bp,
    comments_public.bp,
    comments_contact.bp,
    comments_questions.bp,
    comments_desk_questions.bp,
    comments_translations.bp,
    comments_attached.bp,
    comments_intake.bp,
    comments_intake_file.bp,
    groups_desk.bp,
    moderation_desk.bp,
    moderation_bulk.bp,
    moderation_item.bp,
    moderation_lately.bp,
    moderation_appeals.bp,
    moderation_attachments.bp,
    moderation_desk_takedown.bp,
    responses_desk.bp,
    responses_adopt.bp,
    responses_way.bp,
    responses_desk_takedown.bp,
    responses_table.bp,
    responses_work.bp,
    outreach_desk.bp,
    privacy_desk.bp,
    privacy_public.bp,
    approvals_desk.bp,
    consultations_desk.bp,
    consultations_law.bp,
    consultations_stages.bp,
    consultations_outcome.bp,
    consultations_topic.bp,
    documents_desk.bp,
    documents_takedown.bp,
    documents_files.bp,
    documents_originals.bp,
    documents_comparison.bp,
    documents_review.bp,
    documents_type.bp,
    documents_translation.bp,
    documents_approval.bp,
    documents_xliff.bp,
    documents_alignment.bp,
    accounts_desk.bp,
    accounts_delegation.bp,
    accounts_account.bp,
    accounts_passkeys.bp,
    accounts_forgotten.bp,
    accounts_staff.bp,
    accounts_typed.bp,
    accounts_oidc.bp,
    operations_desk.bp,
    operations_public.bp,
)

# A form of 4 MB is read so that a text far too long can be given back; a file may be larger.
FORM_BYTES = 4 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The portal as a WSGI application; raises SettingsError when a setting is missing or wrong."""
    settings = settings or load_settings()
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not settings.is_sqlite,
            "hide_parameters": True,
        },
        TESTING=settings.testing,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        WTF_CSRF_CHECK_DEFAULT=False,
        # a citizen may take an afternoon over a comment: the token lives as long as the session
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=settings.upload_bytes + FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        SESSION_COOKIE_NAME="__Host-gopy" if settings.secure_cookies else "gopy",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.extensions["settings"] = settings
    app.extensions["sealer"] = Sealer(settings.identity_keys)
    app.extensions["log_head"] = Memory()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for directory in (settings.instance_dir, settings.files_dir):
        directory.mkdir(parents=True, exist_ok=True)
    _extend(app)
    _furnish(app, settings)
    for door in dict.fromkeys(DOORS):
        app.register_blueprint(door)
    for command in cli.COMMANDS:
        app.cli.add_command(command)
    _wrap(app)
    return app


def _extend(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    babel.init_app(app, locale_selector=locale.select_locale)
    csrf.init_app(app)
    # no template asks who reads it: a public page, or one about a fault, must not look for them
    login.init_app(app, add_context_processor=False)
    login.session_protection = None


def _furnish(app: Flask, settings: Settings) -> None:
    logs.init_app(settings)
    observed.init_app(app)
    guard.init_app(app, may, accounts_away.turned_away)
    approval_kinds.init_app(
        app,
        (
            giving_time.EXTENSION,
            *law.KINDS_OF_LAW,
            *takedown.KINDS,
            *moderation_takedown.KINDS,
            *responses_takedown.KINDS,
            ERASURE,
        ),
    )
    gates.init_app(app, (moderation_gate.gate, responses_gate.gate))
    sources.init_app(app, (responses_translatable.explanations,), lifecycle.latest_id)
    headers.init_app(app)
    limits.init_app(app, settings)
    doubted.init_app(app, moderation_unusual.flag)
    errors.init_app(app)
    filters.init_app(app)
    macros.init_app(app)
    locale.init_app(app, ROOT / "translations")
    notices.init_app(app)
    static.init_app(app, Path(app.root_path) / "static")
    app.jinja_env.globals["signed_in"] = accounts_session.signed_in

    @app.context_processor
    def _language() -> dict[str, object]:
        return {
            "lang": locale.current().code,
            "languages": locale.switches(),
            "log_head": app.extensions["log_head"].shown,
            "site_name": settings.site_name or gettext("Consultation portal"),
        }


def _wrap(app: Flask) -> None:
    def ask(after: int) -> Iterable[tuple[int, int]]:
        token = reads_only.set(True)
        try:
            with app.app_context(), db.engine.connect() as connection:
                app.extensions["log_head"].refresh(connection)
                rows = connection.execute(
                    select(Revision.consultation_id, Revision.seq).where(Revision.seq > after)
                )
                moved = [(row[0], row[1]) for row in rows]
                if any(scope == NOTICES for scope, _seq in moved):
                    app.extensions["notices"].put_up(stops.notices(connection))
                return moved
        finally:
            reads_only.reset(token)

    revisions = Revisions(ask)
    app.extensions["revisions"] = revisions
    pages = app.extensions["pages"] = PageCache(app.wsgi_app, revisions)
    app.wsgi_app = locale.LanguagePath(pages)  # type: ignore[method-assign]
    if proxies := app.extensions["settings"].trusted_proxies:
        # without one of our own before us, anybody could name any address as theirs
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    counted = measures.begin(app.extensions["settings"])
    app.wsgi_app = observed.Observed(app.wsgi_app, counted)  # type: ignore[method-assign]


__all__ = ["create_app"]
