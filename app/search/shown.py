"""What the page shows of each thing found, and how results stand together draft by draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy import Select, bindparam, select

from app.comments.words import KINDS as COMMENTERS
from app.documents.called import cited
from app.documents.models import Stage
from app.documents.words import STAGES
from app.extensions import db
from app.kit import clock
from app.responses.models import Answer, AnswerComment
from app.responses.words import DISPOSITIONS
from app.search.asked import Asked, address
from app.search.document import Kind
from app.search.facets import Facet, Standing, Standings, Status
from app.search.finding import Hit, Results
from app.search.naming import Name, Names, Said, chosen_of
from app.web.filters import day
from app.web.locale import DEFAULT, current

BEST = 3  # results of a draft that are shown with it
ONE: dict[Kind, LazyString] = {
    Kind.CONSULTATION: _l("Draft"),
    Kind.PROVISION: _l("Provision"),
    Kind.COMMENT: _l("Comment"),
    Kind.ANSWER: _l("Answer"),
    Kind.FILE: _l("File"),
    Kind.CORRECTION: _l("Correction"),
    Kind.SUGGESTION: _l("Suggestion"),
}
ANSWERED = "answered"
_one, _stage = Said(ONE), Said({stage: words for stage, (words, _) in STAGES.items()})
_said = Said({ANSWERED: _l("Answered"), **{d.value: words for d, words in DISPOSITIONS.items()}})
_commenter = Said({kind.value: words for kind, words in COMMENTERS.items()})
_colours = {"accepted": "good", "partially_accepted": "warn", "not_accepted": "bad"}


@dataclass(frozen=True)
class Shown:
    """One result: `title` and `passage` are markup with <mark>; `state` is a tag and its colour."""

    kind: Kind
    label: str
    url: str
    title: Markup | str
    title_lang: str
    version: int
    is_claim: bool
    passage: Markup
    lang: str
    is_translation: bool
    who: str
    who_is: str
    day: str
    iso: str
    state: tuple[str, str] | None
    draft: Name | None


@dataclass(frozen=True)
class Draft:
    """The draft that results belong to: whose it is, where it stands, until when it is open."""

    url: str
    title: Name
    agency: Name | None
    stage: str
    is_open: bool
    until: str
    more: int
    more_url: str
    lead: Shown | None
    hits: Sequence[Shown]


def without_twins(hits: Iterable[Hit]) -> list[Hit]:
    """The hits with each thing once, where it first came.

    Of an article found in several versions stays the newest, of a long text found in several
    parts the best, of a draft found as it was in earlier periods as it is now.
    """
    found: dict[object, Hit] = {}
    for hit in hits:
        twin = _twin(hit)
        before = found.get(twin)
        if before is None or _age(hit) > _age(before):
            found[twin] = hit
    return list(found.values())


def _twin(hit: Hit) -> object:
    if hit.kind is Kind.CONSULTATION:
        return hit.dossier_id
    if hit.kind is Kind.PROVISION and (lineage := hit.stored.get("lineage")):
        return hit.dossier_id, lineage
    return hit.key.partition(".")[0]


def _age(hit: Hit) -> float:
    if hit.key.startswith("dossier:"):
        return float("inf")
    return int(hit.stored.get("version") or hit.stored.get("round") or 0)


@cache
def _answers() -> Select[int]:
    return (
        select(AnswerComment.comment_id)
        .join(Answer, Answer.id == AnswerComment.answer_id)
        .where(
            AnswerComment.comment_id.in_(bindparam("ids", expanding=True)),
            Answer.published_at.is_not(None),
        )
    )


def answered(hits: Iterable[Hit]) -> frozenset[str]:
    """The keys of those comments among the hits that have a published answer."""
    ids = [_number(hit.key) for hit in hits if hit.kind is Kind.COMMENT]
    if not ids:
        return frozenset()
    return frozenset(f"comment:{n}" for n in db.session.scalars(_answers(), {"ids": ids}))


def one_by_one(
    hits: Iterable[Hit], replied: Collection[str], names: Names, asked: Asked
) -> list[Shown]:
    """The hits in their order, each with its draft unless that was asked for."""
    told = len(asked.chosen.get(Facet.DRAFT, ())) != 1
    found = []
    for hit in hits:
        shown, draft = _shown(hit, replied), _draft_of(hit, names)
        if hit.kind is Kind.CONSULTATION:
            found.append(replace(shown, title=_title(hit, draft), title_lang=draft.lang))
        else:
            found.append(replace(shown, draft=draft if told else None))
    return found


def draft_by_draft(
    hits: Sequence[Hit],
    results: Results,
    replied: Collection[str],
    names: Names,
    standings: Standings,
    asked: Asked,
    base: str,
) -> list[Draft]:
    """The hits under their drafts, in the order of the best of each; a draft has at most `BEST`."""
    groups: dict[int, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.dossier_id, []).append(hit)
    found = []
    for dossier_id, members in groups.items():
        standing = standings.dossiers.get(dossier_id)
        if standing is not None:
            found.append(
                _draft(
                    standing,
                    members,
                    results.drafts.get(dossier_id, 0),
                    replied,
                    names,
                    address(base, asked.wanting(Facet.DRAFT, [standing.slug])),
                )
            )
    return found


def _draft(
    standing: Standing,
    members: Sequence[Hit],
    total: int,
    replied: Collection[str],
    names: Names,
    all_of_it: str,
) -> Draft:
    lead = next((hit for hit in members if hit.kind is Kind.CONSULTATION), None)
    best = [hit for hit in members if hit is not lead][: BEST if lead is None else BEST - 1]
    until, name = standing.closes_at, _draft_of(members[0], names)
    return Draft(
        url_for("site.draft", slug=standing.slug),
        Name(_title(lead, name), name.lang) if lead else name,
        names.get((Facet.AGENCY, standing.agency)),
        _stage(Stage(standing.stage)),
        standing.status is Status.OPEN,
        day(until - timedelta.resolution) if until else "",
        max(0, total - len(best) - (lead is not None)),
        all_of_it,
        _shown(lead, replied) if lead else None,
        [_shown(hit, replied) for hit in best],
    )


def _draft_of(hit: Hit, names: Names) -> Name:
    """The draft's title as it is now, or else as the index has it."""
    stored = hit.stored
    return names.get((Facet.DRAFT, str(stored["slug"]))) or chosen_of(
        str(stored["draft"]), str(stored["draft_en"])
    )


def _title(hit: Hit, name: Name) -> Markup | str:
    """The title with what was found in it marked, where the page shows the title that has it."""
    return hit.title if name.lang == hit.titled else name.text


def _own_title(hit: Hit) -> Markup:
    """The title found; a provision's in the reader's language with its place in it."""
    anchor = str(hit.stored["anchor"])
    if hit.kind is Kind.PROVISION and anchor and hit.titled == current().code != DEFAULT.code:
        return Markup("{}. {}").format(cited(anchor), hit.title)
    return hit.title


def _shown(hit: Hit, replied: Collection[str]) -> Shown:
    stored = hit.stored
    return Shown(
        kind=hit.kind,
        label=_one(hit.kind),
        url=_url(hit),
        title=_own_title(hit),
        version=int(stored.get("version", 0)) if hit.kind is Kind.PROVISION else 0,
        is_claim=hit.kind is Kind.CORRECTION,
        passage=hit.passage,
        lang=hit.language,
        is_translation=hit.is_translation,
        title_lang=hit.titled,
        who=str(stored.get("who") or ""),
        who_is=_commenter(str(stored.get("commenter", ""))),
        day=day(hit.at),
        iso=clock.vn_date(hit.at).isoformat(),
        state=_state(hit, replied),
        draft=None,
    )


def _state(hit: Hit, replied: Collection[str]) -> tuple[str, str] | None:
    if hit.kind is Kind.COMMENT and hit.key in replied:
        return _said(ANSWERED), "good"
    disposition = str(hit.stored.get("disposition", ""))
    if hit.kind is Kind.ANSWER and (words := _said(disposition)):
        return words, _colours.get(disposition, "plain")
    return None


def _number(key: str) -> int:
    """The number in a key; a part of a long text is found with the whole."""
    return int(key.partition(":")[2].partition(".")[0])


Place = tuple[str, dict[str, Any]]


def place(hit: Hit) -> Place:
    """Where a hit leads: an endpoint and its values, for `url_for` here and for a letter's links,
    which are written without any request."""
    stored, sort, number = hit.stored, hit.key.partition(":")[0], _number(hit.key)
    here = {"slug": str(stored["slug"]), "round": stored.get("round") or None}
    match sort:
        case "provision" if here["round"]:
            return "site.article", {**here, "anchor": stored["anchor"]}
        case "provision" | "version" if stored.get("version") and not here["round"]:
            # a revised text that was never open for comments
            at = {"number": stored["version"], "_anchor": str(stored["anchor"]) or None}
            return "site.version", {"slug": here["slug"], **at}
        case "comment":
            return _among("site.comments", "comment", number, **here)
        case "attachment":
            return _among("site.comments", "comment", int(stored["comment"]), **here)
        case "answer":
            return _among("site.answers", "answer", number, **here)
        case "comparison":
            return "site.comparison", here
        case "file":
            return "site.documents", {"slug": here["slug"], "_anchor": f"file-{number}"}
        case "correction":
            return "site.corrections", {"slug": here["slug"], "_anchor": f"correction-{number}"}
        case "suggestion":
            return _among("site.suggestions", "suggestion", number)
    return "site.draft", here


def _among(page: str, word: str, number: int, **where: Any) -> Place:
    """The page of a list that begins with the thing found."""
    return page, {**where, "before": number + 1, "_anchor": f"{word}-{number}"}


def _url(hit: Hit) -> str:
    page, values = place(hit)
    return url_for(page, **values)
