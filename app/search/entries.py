"""The index follows the ledger: what became public is added, what no longer is goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import current_app

from app.extensions import db
from app.ledger.models import Entry
from app.ledger.read import Reader, position
from app.ledger.verbs import Verb
from app.search import sources
from app.search.document import SearchDocument
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import Engine, Sort
from app.search.facets import Chosen
from app.search.finding import FIRST_PAGE, Results, Window, search
from app.search.standing import standings

NAME = "search"


def index() -> Engine:
    """The portal's index, one per process."""
    found: Engine | None = current_app.extensions.get("search")
    if found is None:
        found = EmbeddedIndex(current_app.extensions["settings"].search_dir)
        current_app.extensions["search"] = found
    return found


def find(
    text: str,
    *,
    chosen: Chosen | None = None,
    sort: Sort = Sort.RELEVANCE,
    window: Window = FIRST_PAGE,
    since: datetime | None = None,
) -> Results:
    """A page of what is public and answers `text`; raises IndexUnavailable."""
    return search(index(), text, standings(), chosen=chosen, sort=sort, window=window, since=since)


def _follow(entries: Sequence[Entry]) -> None:
    dossiers: set[int] = set()
    opened: set[int] = set()
    comments: set[int] = set()
    answers: set[int] = set()
    for entry in entries:
        match Verb(entry.verb):
            case Verb.CONSULTATION_OPENED:
                dossiers.add(entry.facts["dossier_id"])
                opened.add(entry.consultation_id or 0)
            case Verb.DOSSIER_DESCRIBED | Verb.DOSSIER_ADVANCED:
                dossiers.add(entry.facts["dossier_id"])
            case Verb.ANSWER_PUBLISHED:
                answers.add(entry.facts["answer_id"])
            case _:
                comments.add(entry.facts["comment_id"])
    adds: list[SearchDocument] = [*sources.dossiers(dossiers)]
    for consultation_id in sorted(opened):
        adds += sources.provisions(consultation_id)
    adds += sources.comments(comments)
    adds += sources.answers(answers)
    shown = {document.key for document in adds}
    touched = {f"comment:{n}" for n in comments} | {f"dossier:{n}" for n in dossiers}
    index().apply(adds, touched - shown, entries[-1].seq)


def rebuild(progress: Callable[[int], None] = lambda count: None) -> None:
    """The index holds everything public again; the old one answered until it was ready."""
    # what is recorded meanwhile lies above this and will be read once more: no harm in that
    index().rebuild(sources.everything(), position(NAME), progress)


def heal(_now: datetime) -> None:
    """A lost, damaged or emptied index is built anew from the rows."""
    if position(NAME) > 0 and index().position == 0:
        current_app.logger.warning("the search index is missing: building it anew")
        rebuild()
    db.session.rollback()


READERS = (
    Reader(
        NAME,
        frozenset(
            {
                Verb.DOSSIER_DESCRIBED,
                Verb.DOSSIER_ADVANCED,
                Verb.CONSULTATION_OPENED,
                Verb.COMMENT_PUBLISHED,
                Verb.COMMENT_WITHHELD,
                Verb.COMMENT_WITHDRAWN,
                Verb.COMMENT_RETURNED,
                Verb.COMMENT_REINSTATED,
                Verb.COMMENT_MASKED,
                Verb.ATTACHMENT_PUBLISHED,
                Verb.ANSWER_PUBLISHED,
            }
        ),
        _follow,
        batch=300,
    ),
)
DUTIES = (heal,)
