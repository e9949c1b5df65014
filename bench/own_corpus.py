"""The twelve laws of the tests and the sample province as documents, with lasting names.

They go through the portal's own verbs into a portal in a temporary directory, and out of it through
`app.search.sources`, so that what is measured is what readers search.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.accounts.models import Officer, Role
from app.config import load
from app.consultations.lifecycle import declare, open_consultation
from app.demo.content import load_content
from app.demo.told import Province
from app.documents.dossiers import create, describe
from app.documents.importing import accept, import_draft
from app.documents.models import REQUIRED_CONTENT, DocumentType, Dossier
from app.extensions import db
from app.kit import clock
from app.kit.text import fold
from app.search.document import Kind, SearchDocument
from app.search.sources.everything import everything
from app.web.uploads import inspect
from bench.processes import ROOT, flask, surroundings

LAWS = ROOT / "tests" / "documents" / "laws"
NAMES = {
    "bo-luat-91-2015-qh13": "Bộ luật Dân sự",
    "luat-06-2003-qh11": "Luật Biên giới quốc gia",
    "luat-102-sl-l.004": "Luật quy định quyền lập hội",
    "luat-104-2016-qh13": "Luật Tiếp cận thông tin",
    "luat-24-2012-qh13": "Luật sửa đổi, bổ sung một số điều của Luật Điện lực",
    "luat-28-2023-qh15": "Luật Tài nguyên nước",
    "luat-32-2009-qh12": "Luật sửa đổi, bổ sung một số điều của Luật Di sản văn hóa",
    "luat-63-2020-qh14": (
        "Luật sửa đổi, bổ sung một số điều của Luật Ban hành văn bản quy phạm pháp luật"
    ),
    "luat-66-2006-qh11": "Luật Hàng không dân dụng Việt Nam",
    "luat-69-2014-qh13": (
        "Luật Quản lý, sử dụng vốn nhà nước đầu tư vào sản xuất, kinh doanh tại doanh nghiệp"
    ),
    "luat-80-2015-qh13": "Luật Ban hành văn bản quy phạm pháp luật",
    "luat-84-2015-qh13": "Luật An toàn, vệ sinh lao động",
}
DAYS = 30
TOLD = 40  # characters that tell one comment of the sample from the others


def documents() -> list[SearchDocument]:
    """Everything public of a portal with the sample province and the laws."""
    with tempfile.TemporaryDirectory() as folder:
        environ = surroundings(Path(folder)) | {"PUBLIC_URL": "http://127.0.0.1:8000"}
        flask("prepare", environ=environ)
        with create_app(load(environ)).app_context():
            for file, title in NAMES.items():
                _law(LAWS / f"{file}.docx", title)
            db.session.commit()
            found = list(everything())
            db.session.remove()
            db.engine.dispose()
    return found


def _law(file: Path, title: str) -> None:
    now = clock.now() - timedelta(days=1)
    officers = list(db.session.scalars(select(Officer).order_by(Officer.id)))
    drafter = next(one for one in officers if one.holds(Role.DRAFTER))
    approver = next(
        one for one in officers if one.holds(Role.APPROVER) and one.agency == drafter.agency
    )
    kind = db.session.get_one(DocumentType, "provincial_council_resolution")
    dossier = create(
        title=title, document_type=kind, agency=drafter.agency, officer=drafter, now=now
    )
    describe(dossier, dict.fromkeys(REQUIRED_CONTENT, "Xem toàn văn."), drafter, now)
    post(dossier, file, drafter, approver)


def post(dossier: Dossier, file: Path, drafter: Officer, approver: Officer) -> None:
    """The file is the dossier's text, read by the portal's own parser and open for comments."""
    now, data = clock.now() - timedelta(days=1), file.read_bytes()
    version = import_draft(dossier, inspect(data, file.name), data, drafter, now)
    accept(version, drafter, now)
    declare(dossier, version, drafter, now)
    declare(dossier, version, approver, now)
    open_consultation(dossier, version, DAYS, approver, now)


def names(documents: list[SearchDocument]) -> dict[str, str]:
    """How each document is called in the judgements, by its key.

    "luat-28-2023-qh15" is a draft and "luat-28-2023-qh15#dieu-5" an article of it; comments and
    answers of the sample have the keys of its data files, and what is none of these its own key.
    """
    province = load_content()
    drafts = {title: file for file, title in NAMES.items()}
    drafts |= {dossier.short_title: dossier.slug for dossier in province.dossiers}
    said = dict(_said(province))
    return {one.key: _name(one, drafts, said) for one in documents}


def _said(province: Province) -> Iterator[tuple[str, str]]:
    for dossier in province.dossiers:
        for comment in reversed(dossier.comments):
            yield _beginning(comment.body), comment.key
        for answer in dossier.answers:
            yield _beginning(answer.explanation), answer.key


def _beginning(text: str) -> str:
    return re.sub(r"\W+", " ", fold(text)).strip()[:TOLD]


def _name(one: SearchDocument, drafts: dict[str, str], said: dict[str, str]) -> str:
    draft = drafts.get(str(one.stored.get("draft", "")), "")
    match one.kind:
        case Kind.CONSULTATION if draft:
            return draft
        case Kind.PROVISION if draft:
            return f"{draft}#{one.stored['anchor']}"
        case Kind.COMMENT | Kind.ANSWER:
            return said.get(_beginning(one.body), one.key)
    return one.key
