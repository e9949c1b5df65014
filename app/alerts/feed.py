"""Any search as an Atom feed (RFC 4287): what it finds, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import current_app
from flask_babel import gettext as _
from lxml import etree
from sqlalchemy import select

from app.accounts.models import Agency
from app.alerts.described import described
from app.alerts.news import name_of
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line
from app.notifications.links import link
from app.search import entries, shown
from app.search.asked import Asked, address, pairs
from app.search.document import Kind
from app.search.engine import Sort
from app.search.facets import Chosen, Facet, Standings
from app.search.finding import Hit, Window, search
from app.search.naming import chosen_of, titled
from app.search.public_now import still_public
from app.search.standing import standings
from app.web import locale

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ENTRIES = 30
SINCE = "2026"  # RFC 4151: a year in which the name of the portal was its own; never another
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)
# every article of a new draft at once would leave room for nothing else
BUT_PROVISIONS = frozenset(kind.value for kind in Kind if kind is not Kind.PROVISION)


def feed(wish: Asked) -> tuple[bytes, datetime]:
    """The feed of a search as a file, and when it last changed; raises IndexUnavailable."""
    known = standings()
    chosen: Chosen = wish.chosen
    if not wish.words and Facet.KIND not in chosen:
        chosen = {**chosen, Facet.KIND: BUT_PROVISIONS}
    results = search(
        entries.index(),
        wish.words,
        known,
        chosen=chosen,
        sort=Sort.NEWEST,
        window=Window(ENTRIES),
    )
    hits = shown.without_twins(still_public(results.hits))
    updated = max((hit.at for hit in hits), default=NOTHING_YET)
    return _written(wish, hits, _agencies(hits, known), updated), updated


def _written(
    wish: Asked, hits: Sequence[Hit], agencies: Mapping[int, str], updated: datetime
) -> bytes:
    page = address(link("search.page"), wish)
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set(XML_LANG, locale.current().code)
    _put(root, "id", _feed_id(wish))
    _put(root, "title", _("%(what)s: new on %(portal)s", what=described(wish), portal=_portal()))
    _put(root, "updated", _instant(updated))
    _put(root, "link", rel="self", type="application/atom+xml", href=_self(wish))
    _put(root, "link", rel="alternate", type="text/html", href=page)
    # every entry names its own author; this one is for an empty feed
    _put(_put(root, "author"), "name", _portal())
    called = titled({hit.dossier_id: hit.stored for hit in hits})
    for hit in hits:
        _entry(root, hit, agencies, called[hit.dossier_id].text)
    data: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _entry(root: Any, hit: Hit, agencies: Mapping[int, str], draft: str) -> None:
    stored = hit.stored
    of_draft = hit.kind is Kind.CONSULTATION
    page, values = shown.place(hit)
    title = " · ".join(filter(None, ("" if of_draft else hit.title.striptags(), draft)))
    entry = _put(root, "entry")
    _put(entry, "id", f"{_tag()}:{name_of(hit)}")
    _put(entry, "title", f"{shown.ONE[hit.kind]}: {title}")
    _put(entry, "updated", _instant(hit.at))
    _put(entry, "published", _instant(hit.at))
    _put(entry, "link", rel="alternate", type="text/html", href=link(page, **values))
    who = str(stored.get("who") or "") or (
        _("Anonymous") if hit.kind is Kind.COMMENT else agencies.get(hit.dossier_id, _portal())
    )
    _put(_put(entry, "author"), "name", who)
    _put(entry, "category", term=hit.kind.value)
    summary = _put(entry, "summary", hit.passage.striptags())
    summary.set(XML_LANG, hit.language)


def _put(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    """A new element at the end of `parent`; nothing that XML refuses gets into it."""
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", **attributes)
    if text:
        element.text = clean_line(text)
    return element


def _agencies(hits: Sequence[Hit], known: Standings) -> dict[int, str]:
    """What the agencies of these drafts are called, by the draft."""
    drafts = {hit.dossier_id for hit in hits} & known.dossiers.keys()
    slugs = {known.dossiers[number].agency for number in drafts}
    rows = db.session.execute(
        select(Agency.slug, Agency.name, Agency.name_en).where(Agency.slug.in_(slugs))
    )
    called = {row.slug: chosen_of(row.name, row.name_en).text for row in rows}
    return {number: called[known.dossiers[number].agency] for number in drafts}


def _tag() -> str:
    """The beginning of every name that this portal gives (RFC 4151); addresses may change."""
    host = urlsplit(current_app.extensions["settings"].public_url).hostname or "localhost"
    return f"tag:{host.encode('idna').decode()},{SINCE}"


def _feed_id(wish: Asked) -> str:
    asked = urlencode(pairs(wish), quote_via=quote)
    return f"{_tag()}:search/{locale.current().code}?{asked}"


def _self(wish: Asked) -> str:
    return address(link("alerts.feed"), wish)


def _instant(at: datetime) -> str:
    """RFC 3339, in Viet Nam's time."""
    return at.astimezone(clock.VN).isoformat(timespec="seconds")


def _portal() -> str:
    name: str = current_app.extensions["settings"].site_name
    return name or _("Consultation portal")
