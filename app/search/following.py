"""The index follows the ledger: what became public is added, what no longer is goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime

from sqlalchemy import func, or_, select, update

from app.consultations.models import Consultation
from app.documents.takedown import ANSWER, named, of_papers
from app.extensions import db, reads_only
from app.ledger.models import Cursor, Entry
from app.ledger.read import position
from app.ledger.verbs import Verb
from app.search.document import SearchDocument
from app.search.engine import Engine
from app.search.sources.answers import answers, speaking_to
from app.search.sources.comments import attachment_keys, attachments, comments, sent_with
from app.search.sources.dossiers import dossiers
from app.search.sources.files import files
from app.search.sources.of_dossier import bases, unsealed, whole
from app.search.sources.outreach import asked_by, corrections, suggestions
from app.search.sources.texts import texts
from app.search.sources.translated import written
from app.search.turns import turn

NAME = "search"
OF_DOSSIERS = frozenset(
    {
        Verb.DOSSIER_DESCRIBED,
        Verb.DOSSIER_TYPED,
        Verb.DOSSIER_ADVANCED,
        Verb.OUTCOME_COMPLETED,
    }
)
OF_COMMENTS = frozenset(
    {
        Verb.COMMENT_PUBLISHED,
        Verb.COMMENT_WITHHELD,
        Verb.COMMENT_WITHDRAWN,
        Verb.COMMENT_MASKED,
        Verb.COMMENT_RETURNED,
        Verb.COMMENT_REINSTATED,
        Verb.COMMENT_TRANSLATED,
        Verb.COMMENT_ERASED,
    }
)
# which fact has the number of what it is about, and what that is
ABOUT = {
    **dict.fromkeys(OF_DOSSIERS, ("dossier", "dossier_id")),
    **dict.fromkeys(OF_COMMENTS, ("comment", "comment_id")),
    Verb.DRAFT_POSTED: ("version", "version_id"),
    Verb.FILE_POSTED: ("file", "file_id"),
    Verb.ATTACHMENT_PUBLISHED: ("attachment", "attachment_id"),
    Verb.ATTACHMENT_WITHHELD: ("attachment", "attachment_id"),
    Verb.ANSWER_PUBLISHED: ("answer", "answer_id"),
    Verb.CORRECTION_PUBLISHED: ("correction", "correction_id"),
    Verb.CORRECTION_WITHDRAWN: ("correction", "correction_id"),
    Verb.SUGGESTION_REGISTERED: ("suggestion", "suggestion_id"),
    Verb.SUGGESTION_SETTLED: ("suggestion", "suggestion_id"),
}
# what hides all of a dossier, a file or an answer, or shows it again
TAKEDOWNS = frozenset({Verb.TAKEDOWN_ORDERED, Verb.TAKEDOWN_LIFTED})
VERBS = frozenset(
    {
        *ABOUT,
        Verb.CONSULTATION_OPENED,
        Verb.CONSULTATION_EXTENDED,
        Verb.TRANSLATION_WRITTEN,
        *TAKEDOWNS,
    }
)
Touched = defaultdict[str, set[int]]


def follow(index: Engine, entries: Sequence[Entry]) -> None:
    """The index has what is public now of all that those facts are about, and nothing else of it.

    Whatever the facts say: what counts is how the rows read now, so any number of facts about one
    thing, in any order, come out the same.
    """
    reached = entries[-1].seq
    touched = _touched(entries)
    taken = {e.facts["takedown_id"] for e in entries if e.verb in TAKEDOWNS}
    touched["answer"] |= named(ANSWER, taken)
    of_taken = of_papers(taken)
    for kind, numbers in whole(of_taken).items():
        touched[kind] |= numbers
    adds = list(unsealed(_documents(touched)))
    gone = _known(index, of_taken) if of_taken and index.position > 0 else set()
    removes = (_keys(touched) | gone) - {document.key for document in adds}
    # nobody waits for our transaction while the index is written
    db.session.rollback()
    index.apply(adds, removes, reached)


def _touched(entries: Sequence[Entry]) -> Touched:
    touched: Touched = defaultdict(set)
    extended: set[int] = set()
    told: dict[tuple[int, str], datetime] = {}  # since when a dossier reads otherwise
    for entry in entries:
        verb = Verb(entry.verb)
        if verb in TAKEDOWNS:
            continue
        if verb is Verb.CONSULTATION_EXTENDED:
            extended.add(entry.consultation_id or 0)
        elif verb is Verb.TRANSLATION_WRITTEN:
            about = entry.facts["dossier_id"], entry.facts["language"]
            told[about] = min(entry.at, told.get(about, entry.at))
        elif verb is Verb.CONSULTATION_OPENED:
            touched["dossier"].add(entry.facts["dossier_id"])
            touched["version"].add(entry.facts["version_id"] or 0)
        else:
            kind, number = ABOUT[verb]
            touched[kind].add(entry.facts[number])
    if extended:
        owners = select(Consultation.dossier_id).where(Consultation.id.in_(extended))
        touched["dossier"] |= set(db.session.scalars(owners))
    for (dossier_id, language), at in told.items():
        read = written(dossier_id, language, at)
        touched["dossier"] |= read.dossiers
        touched["version"] |= read.versions
        touched["answer"] |= read.answers
    if said := touched["comment"]:
        touched["attachment"] |= sent_with(said)
        touched["suggestion"] |= asked_by(said)
        touched["answer"] |= speaking_to(said)
    return touched


def _documents(touched: Touched) -> list[SearchDocument]:
    return [
        *dossiers(touched["dossier"]),
        *texts(touched["version"]),
        *files(touched["file"]),
        *comments(touched["comment"]),
        *attachments(touched["attachment"]),
        *answers(touched["answer"]),
        *corrections(touched["correction"]),
        *suggestions(touched["suggestion"]),
    ]


def _known(index: Engine, dossiers: set[int]) -> set[str]:
    """Every key of those dossiers that the index has; of these even texts and files may go."""
    theirs = bases(dossiers)
    return {key for key in iter(index.keys()) if key.partition(".")[0] in theirs}


def _keys(touched: Touched) -> set[str]:
    """Every key that may have to go; texts and files never do, once they are posted."""
    periods = select(Consultation.id).where(Consultation.dossier_id.in_(touched["dossier"]))
    return {
        *(
            f"{kind}:{number}"
            for kind in ("dossier", "comment", "answer", "correction", "suggestion")
            for number in touched[kind]
        ),
        *(f"period:{number}" for number in db.session.scalars(periods)),
        *attachment_keys(touched["attachment"]),
    }


def missed(after: int, upto: int) -> bool:
    """Whether the ledger holds facts for the index above `after`, up to and including `upto`."""
    if upto <= after:
        return False
    found = select(Entry.seq).where(Entry.seq > after, Entry.seq <= upto, Entry.verb.in_([*VERBS]))
    return db.session.scalar(found.limit(1)) is not None


def behind(now: datetime) -> tuple[int, float]:
    """How many facts wait to be followed, sealed or not, and the age in seconds of the oldest."""
    waiting = or_(Entry.seq > position(NAME), Entry.seq.is_(None)), Entry.verb.in_([*VERBS])
    many, oldest = db.session.execute(
        select(func.count(), func.min(Entry.at)).where(*waiting)
    ).one()
    return many, (now - oldest).total_seconds() if oldest is not None else 0.0


@contextmanager
def following(index: Callable[[], Engine]) -> Iterator[bool]:
    """Whether the reader may go on: not while a rebuilt index takes over, nor without an index.

    An index that is lost is made anew from the rows; if the reader went on, it would begin an
    empty one of which nobody knew what it lacks.
    """
    with turn(wait=False) as ours:
        whole = ours and (index().position > 0 or not missed(0, position(NAME)))
        db.session.rollback()
        yield whole


def taking_over(
    documents: Iterator[SearchDocument], since: int, until: ExitStack
) -> Iterator[SearchDocument]:
    """The documents; then, until the end of the stack, it is the turn of the index made of them.

    The reader is set back before the new index takes over: whoever is killed in between leaves
    nothing but facts to be read twice.
    """
    yield from documents
    until.enter_context(turn(wait=True))
    with writing():
        set_back(since)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begin as writers again, inside of what else only reads."""
    token = reads_only.set(False)
    try:
        yield
    finally:
        reads_only.reset(token)


def set_back(seq: int) -> None:
    """The reader follows the ledger from there on, unless it has not come so far."""
    moved = update(Cursor).where(Cursor.name == NAME, Cursor.seq > seq).values(seq=seq)
    db.session.execute(moved)
    db.session.commit()
