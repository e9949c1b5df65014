"""Door of search: the page of results, and what is offered while somebody types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.documents.citation import citation
from app.search import entries, offered, references, shown
from app.search.asked import FLAT, LAST_PAGE, SORT, Asked, address, pairs, read
from app.search.correcting import did_you_mean
from app.search.engine import IndexUnavailable, Sort
from app.search.facets import Facet, Standings
from app.search.finding import Hit, Results, Window, search
from app.search.naming import Names, names
from app.search.public_now import still_public
from app.search.query import MAX_TOKENS
from app.search.standing import standings
from app.search.suggesting import suggestions as suggested
from app.search.units import named_place
from app.web.filters import number
from app.web.guard import public

bp = Blueprint("search", __name__)

HITS, DRAFTS = 10, 5  # on one page, as one list or draft by draft
PLACES = 6  # that a reference may mean
OPEN = 6  # drafts that take comments, for who found nothing or has not asked yet
SUGGESTED = 8
FRESH = "public, max-age=5"  # what was withdrawn is offered no longer than that


@bp.get("/search")
@public
def page() -> ResponseReturnValue:
    """What answers the words and has the values chosen."""
    known = standings()
    asked = read(request.args).known(known)
    places = _named(asked)
    if "stay" not in request.args and (place := _meant(asked, places)) is not None:
        return redirect(references.address(place))
    try:
        context = _results(asked, known)
    except IndexUnavailable:
        return make_response(render_template("search/page.html", **_broken(asked, known)), 503)
    # above the first results
    shown_places = places[:PLACES]
    called = names({Facet.DRAFT: {place.slug for place in shown_places}}, known)
    context["places"] = [
        (place, references.address(place), called.get((Facet.DRAFT, place.slug)))
        for place in shown_places
    ]
    context["missing"] = "" if places or _is_narrowed(asked) else _place(asked.words)
    return render_template("search/page.html", **context)


@bp.get("/search/suggestions")
@public
def suggestions() -> ResponseReturnValue:
    """Drafts, articles and agencies that the words typed so far may mean, as JSON."""
    try:
        found = suggested(entries.index(), request.args.get("q", ""), SUGGESTED)
    except IndexUnavailable:
        found = []
    words = json.dumps([one.as_json() for one in found], ensure_ascii=False)
    return Response(words, mimetype="application/json", headers={"Cache-Control": FRESH})


def _meant(asked: Asked, places: Sequence[references.Place]) -> references.Place | None:
    """The one provision that was named and nothing else, perhaps in a draft: it is shown itself."""
    if asked != Asked(asked.words, asked.chosen):
        return None
    # who is in a draft is led out of it only by its name
    return references.the_one(asked.words, places, next(iter(_drafts(asked)), ""))


def _place(words: str) -> str:
    """The place that the words name, as the law cites it; "" for none."""
    return citation(named_place(words).anchor)


def _may_name(words: str) -> bool:
    """Whether the words have a reference or a number: only then is the database asked for it."""
    return bool(named_place(words).anchor) or any(sign.isdigit() for sign in words)


def _named(asked: Asked) -> list[references.Place]:
    """The places that the words name, before anything is narrowed but to one draft."""
    if _is_narrowed(asked) or not _may_name(asked.words):
        return []
    return references.straight(asked.words, next(iter(_drafts(asked)), ""))


def _is_narrowed(asked: Asked) -> bool:
    """Whether more is asked than words, perhaps in one draft."""
    return asked.page > 1 or bool(asked.chosen.keys() - {Facet.DRAFT}) or len(_drafts(asked)) > 1


def _find(asked: Asked, known: Standings, window: Window) -> Results:
    words, chosen = asked.words, asked.chosen
    return search(entries.index(), words, known, chosen=chosen, sort=asked.sort, window=window)


def _window(asked: Asked) -> Window:
    if asked.by_draft:
        # one more than is shown: it may be an older wording of another
        return Window(DRAFTS, (asked.page - 1) * DRAFTS, shown.BEST + 1)
    return Window(HITS, (asked.page - 1) * HITS)


def _results(asked: Asked, known: Standings) -> dict[str, Any]:
    if asked.is_empty:
        return _frame(asked, known, None, ())
    results = _find(asked, known, _window(asked))
    elsewhere = 0
    if not results.total and asked.chosen:
        elsewhere = _find(asked.anything(), known, Window(0)).total
    rather, typed = _rather(asked, results), ""
    if rather and not results.total and not elsewhere:
        # nothing has the words as they were typed: nobody is asked to press once more
        asked, typed, rather = replace(asked, words=rather[0]), asked.words, None
        results = _find(asked, known, _window(asked))
    hits = shown.without_twins(still_public(results.hits))
    told = {"elsewhere": elsewhere, "rather": rather, "typed": typed}
    return {**_frame(asked, known, results, hits), **told}


def _rather(asked: Asked, results: Results) -> tuple[str, str] | None:
    """Other words that were perhaps meant, and where they lead."""
    if asked.page > 1 or not (words := did_you_mean(entries.index(), asked.words, results)):
        return None
    return words, address(url_for("search.page"), replace(asked, words=words))


def _frame(
    asked: Asked, known: Standings, results: Results | None, hits: Sequence[Hit]
) -> dict[str, Any]:
    base = url_for("search.page")
    listed = offered.listed(results, asked)
    nothing = results is None or not hits
    open_now = [known.dossiers[n].slug for n in known.closing()[:OPEN]] if nothing else []
    slugs = {str(hit.stored["slug"]) for hit in hits}
    agencies = {known.dossiers[h.dossier_id].agency for h in hits if h.dossier_id in known.dossiers}
    called = names(
        {
            **listed,
            Facet.AGENCY: {*listed[Facet.AGENCY], *agencies},
            Facet.DRAFT: {*slugs, *open_now, *_drafts(asked)},
        },
        known,
    )
    context = {
        "asked": asked,
        "results": results,
        "title": _title(asked, results),
        "used": MAX_TOKENS,
        "offers": offered.offers(listed, results, asked, called) if results else [],
        "chips": offered.chips(base, asked, called),
        "anything": address(base, asked.anything()),
        "first": address(base, replace(asked, page=1)),
        "within": [
            (s, called[Facet.DRAFT, s]) for s in _drafts(asked) if (Facet.DRAFT, s) in called
        ],
        "kept": [pair for pair in pairs(asked) if pair[0] in (SORT, FLAT)],
        "open": [(url_for("site.draft", slug=s), called[Facet.DRAFT, s]) for s in open_now],
        "canonical": address(base, asked),
        "save": address(url_for("alerts.save"), replace(asked, page=1)),
        "feed": address(url_for("alerts.feed"), replace(asked, page=1)),
    }
    if results is not None:
        context |= _list(asked, known, results, hits, called, base)
    return context


def _drafts(asked: Asked) -> list[str]:
    return sorted(asked.chosen.get(Facet.DRAFT, ()))


def _list(
    asked: Asked,
    known: Standings,
    results: Results,
    hits: Sequence[Hit],
    called: Names,
    base: str,
) -> dict[str, Any]:
    replied = shown.answered(hits)
    turned = {1: results.more and asked.page < LAST_PAGE, -1: asked.page > 1}
    newer, older = (
        address(base, replace(asked, page=asked.page + step)) if turned[step] else None
        for step in (-1, 1)
    )
    found: dict[str, Any] = {"newer": newer, "older": older, "count": _count(results)}
    found["orders"], found["views"] = _orders(asked, base), _views(asked, base)
    if asked.by_draft:
        found["drafts"] = shown.draft_by_draft(hits, results, replied, called, known, asked, base)
    else:
        found["hits"] = shown.one_by_one(hits, replied, called, asked)
    return found


def _orders(asked: Asked, base: str) -> dict[str, tuple[str, bool]]:
    """Without words nothing is more relevant than anything else, and the newest comes first."""
    offers = [Sort.RELEVANCE, Sort.NEWEST, Sort.CLOSING] if asked.words else [*Sort][1:]
    now = asked.sort if asked.words or asked.sort is Sort.CLOSING else Sort.NEWEST
    if len(_drafts(asked)) == 1:
        offers.remove(Sort.CLOSING)  # it closes when it closes
    return {
        sort.value: (address(base, replace(asked, sort=sort, page=1)), sort is now)
        for sort in offers
    }


def _views(asked: Asked, base: str) -> list[tuple[bool, str]]:
    """Draft by draft or as one list, where there is a choice."""
    if asked.by_draft == asked.is_flat:
        return []
    return [(flat, address(base, replace(asked, is_flat=flat, page=1))) for flat in (False, True)]


def _count(results: Results) -> str:
    """How many results in how many drafts; a reckoned number is rounded and said to be."""
    total = results.total if results.exact else _rounded(results.total)
    if results.exact:
        said = ngettext("%(shown)s result", "%(shown)s results", total, shown=number(total))
    else:
        said = _("about %(shown)s results", shown=number(total))
    many = len(results.drafts)
    if many < 2:
        return said
    return ngettext(
        "%(results)s in %(shown)s draft",
        "%(results)s in %(shown)s drafts",
        many,
        results=said,
        shown=number(many),
    )


def _rounded(total: int) -> int:
    """Two figures of a reckoned number are as many as can be trusted."""
    unit = 10 ** max(0, len(str(total)) - 2)
    return round(total / unit) * unit


def _title(asked: Asked, results: Results | None) -> str:
    if results is None or not asked.words:
        return _("Search")
    words = asked.words if len(asked.words) <= 60 else asked.words[:60].rstrip() + "…"
    said = _("“%(words)s”: %(results)s", words=words, results=_count(results))
    if asked.page > 1:
        return _("%(title)s, page %(number)d", title=said, number=asked.page)
    return said


def _broken(asked: Asked, known: Standings) -> dict[str, Any]:
    return {**_frame(asked, known, None, ()), "title": _("Search"), "broken": True}
