"""The letters of kept searches: one that asks, and one a day at most that tells what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from app.alerts.described import described
from app.alerts.kept import asked_of, kept_of
from app.alerts.models import SavedSearch
from app.alerts.news import Event, News, Step
from app.consultations.words import until
from app.kit import clock
from app.kit.text import clean_line
from app.mail import post
from app.mail.post import Written
from app.notifications.links import link
from app.search import asked, shown
from app.search.finding import Hit
from app.search.naming import Name, chosen_of, titled
from app.translations.read import titles
from app.web import locale
from app.web.filters import day
from app.web.locale import Language
from app.web.phrases import Phrase

RULE = "-"


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to."""

    id: int
    email: str
    language: str
    key: str


def about(key: str) -> str:
    """What the letters of a search or of an address are filed under; its key stays unknown."""
    return f"alerts:{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def please_confirm(
    search: SavedSearch, occasion: str, language: Language, now: datetime
) -> Written:
    """The letter that asks; it repeats no word that was typed, for nobody knows yet by whom."""
    with locale.speaking(language):
        subject = _("Please confirm: letters about what is new on the consultation portal")
        stop = link("alerts.stop", key=search.key)
        text = post.body(
            _(
                "Somebody asked %(portal)s to write to this address when there is something new"
                " for a search.",
                portal=_portal(),
            ),
            _("If that was you, look at the search and say yes here:"),
            link("alerts.confirm", key=search.key),
            _(
                "If it was not you, do nothing: no letter about it will come, and after seven days"
                " it is forgotten. To have it forgotten at once:"
            ),
            stop,
        )
    to = search.subscriber.email
    return Written(occasion, about(search.key), to, subject, text, stop, now)


def what_is_new(to: Addressee, news: Sequence[News], now: datetime) -> Written:
    """The letter of a day: each search with what it found."""
    with locale.speaking(locale.called(to.language)):
        subject = _("New on the consultation portal, %(day)s", day=day(now))
        stop = link("alerts.stop_all", key=to.key)
        text = post.body(
            _("This is new on %(portal)s for the searches you keep.", portal=_portal()),
            *(_section(one) for one in news),
            "--",
            _("You confirmed that these letters may come here. Your searches, and how often:"),
            link("alerts.manage", key=to.key),
            _("To stop all letters:"),
            stop,
        )
    occasion = f"{about(to.key)}:{clock.vn_date(now)}"
    return Written(occasion, about(to.key), to.email, subject, text, stop, now)


def _portal() -> str:
    name: str = current_app.extensions["settings"].site_name
    return name or _("the consultation portal")


def _section(news: News) -> str:
    wish = asked_of(news.watch.words, kept_of(news.watch.chosen))
    heading = described(wish)
    stop = _("Stop letters about this search:")
    rows = [event.row for event in news.events]
    called = titles({row.dossier_id: (row.title, row.title_en) for row in rows})
    named = titled({hit.dossier_id: hit.stored for hit in news.hits})
    return post.body(
        f"{heading}\n{RULE * min(len(heading), 60)}",
        *(_event(event, called) for event in news.events),
        *("\n".join(_hit(hit, named)) for hit in news.hits),
        _more(news.more, asked.address(link("search.page"), wish)) if news.more else "",
        f"{stop}\n{link('alerts.stop', key=news.watch.key)}",
    )


def _more(count: int, address: str) -> str:
    words = ngettext("And %(num)s more result:", "And %(num)s more results:", count)
    return f"{words}\n{address}"


def _event(event: Event, called: Mapping[int, Phrase]) -> str:
    row = event.row
    agency = chosen_of(row.agency, row.agency_en).text
    place = {"slug": row.slug, "round": row.round}
    match event.step:
        case Step.OPENED:
            kind = _("New draft") if row.version_id else _("New proposal")
        case Step.CLOSING:
            kind = _("Closes soon")
        case Step.ANSWERED:
            kind = _("The agency answers the comments")
    open_until = _("Comments are taken until %(when)s.", when=until(row.ends_at))
    answered = event.step is Step.ANSWERED
    return "\n".join(
        [
            f"* {kind}: {clean_line(called[row.dossier_id].text)}",
            f"  {agency}." if answered else f"  {agency}. {open_until}",
            f"  {link('site.answers' if answered else 'site.draft', **place)}",
        ]
    )


def _hit(hit: Hit, named: Mapping[int, Name]) -> Iterator[str]:
    draft = named[hit.dossier_id].text
    title = hit.title.striptags()
    page, values = shown.place(hit)
    yield f"* {shown.ONE[hit.kind]}: {clean_line(' · '.join(filter(None, (title, draft))))}"
    yield f"  {clean_line(hit.passage.striptags())}"
    yield f"  {link(page, **values)}"
