"""Posted documents beside a draft, as documents of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select

from app.documents.models import DossierFile
from app.documents.takedown import FILE, is_held
from app.extensions import db
from app.search.document import Kind, SearchDocument
from app.search.sources.drafts import drafts, parted, stored

HELD = is_held(FILE, DossierFile.id)


def files(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The posted ones among the files, with what each says."""
    rows = db.session.execute(
        select(
            DossierFile.id,
            DossierFile.dossier_id,
            DossierFile.title,
            DossierFile.name,
            DossierFile.text,
            DossierFile.posted_at,
        )
        .where(DossierFile.id.in_(ids), DossierFile.posted_at.is_not(None), ~HELD)
        .order_by(DossierFile.id)
    ).all()
    known = drafts({row.dossier_id for row in rows})
    for row in rows:
        draft = known[row.dossier_id]
        yield from parted(
            SearchDocument(
                key=f"file:{row.id}",
                kind=Kind.FILE,
                title=row.title,
                body=row.text,
                context=draft.title,
                stored=stored(draft, what="file", number=row.id, name=row.name),
                dossier_id=draft.id,
                at=row.posted_at,
            )
        )
