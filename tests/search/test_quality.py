"""What people type finds what they mean, on two real laws: a guard, far below what is measured.

`python -m bench.search_own` measures all of it (docs/search.md).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import pytest

from app.accounts.models import Role
from app.extensions import db
from app.search.document import SearchDocument
from app.search.sources.everything import everything
from bench.own_corpus import LAWS, NAMES, post
from bench.search_own import TYPED, Question, finder, questions, rank
from bench.variants import decomposed, moved, stripped, telex, vni

FILES = ("luat-104-2016-qh13", "luat-84-2015-qh13")  # information; safety at work
LEAST = {"title": 0.9, "question": 0.6, "misspelt": 0.7, "abbreviation": 0.75}
UNACCENTED = 0.95  # of what is found with accents

_documents: list[SearchDocument] = []


def of_the_laws(question: Question) -> bool:
    return all(name.split("#")[0] in FILES for name in question.right)


ASKED = [question for question in questions() if of_the_laws(question)]


@pytest.fixture
def find(new_engine, request) -> Callable[[str], list[str]]:
    if not _documents:
        world = request.getfixturevalue("world")
        for file in FILES:
            dossier = world.dossier(title=NAMES[file])
            staff = (world.officer(dossier.agency, role) for role in (Role.DRAFTER, Role.APPROVER))
            post(dossier, LAWS / f"{file}.docx", *staff)
        db.session.commit()
        _documents.extend(everything())
    files = {title: file for file, title in NAMES.items()}
    called = {
        one.key: "#".join(filter(None, (files[one.stored["draft"]], one.stored["anchor"])))
        for one in _documents
    }
    engine = new_engine()
    engine.rebuild(iter(_documents), 1)
    return finder(engine, _documents, called)


def mean(find: Callable[[str], list[str]], *kinds: str, vary: Callable[[str], str] = str) -> float:
    chosen = [question for question in ASKED if question.kind in kinds]
    assert len(chosen) > 2
    return statistics.mean(rank(find(vary(q.text)), q.right) for q in chosen)


def test_what_is_typed_finds_what_is_meant(find):
    found = {kind: mean(find, kind) for kind in LEAST}
    assert {kind: value for kind, value in found.items() if value < LEAST[kind]} == {}
    references = [q for q in ASKED if q.kind == "reference"]
    assert references
    assert [q.text for q in references if rank(find(q.text), q.right) < 1] == []


def test_however_it_is_typed_it_finds_much_the_same(find):
    with_care = mean(find, *TYPED)
    for vary in (stripped, telex, vni):
        assert mean(find, *TYPED, vary=vary) >= UNACCENTED * with_care
    for vary in (decomposed, moved):
        assert mean(find, *TYPED, vary=vary) == with_care
