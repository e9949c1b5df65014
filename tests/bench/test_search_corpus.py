"""The made-up corpus: the same by the same seed, as large as asked, and told as people tell."""

from __future__ import annotations

from itertools import islice
from statistics import median

from app.search.document import Kind
from app.search.facets import Status
from bench.search_corpus import Corpus

CORPUS = Corpus(comments=1500, drafts=40, provisions_each=5)


def test_the_same_seed_makes_the_same_documents_and_another_makes_others():
    again = Corpus(comments=1500, drafts=40, provisions_each=5)
    other = Corpus(comments=1500, drafts=40, provisions_each=5, seed=2)
    first = list(islice(CORPUS.documents(), 400))
    assert list(islice(again.documents(), 400)) == first
    assert list(islice(other.documents(), 400)) != first
    assert again.questions(30) == CORPUS.questions(30)


def test_there_are_as_many_documents_as_asked_each_of_a_draft_with_a_standing():
    documents = list(CORPUS.documents())
    assert len({document.key for document in documents}) == len(documents) == CORPUS.size
    standings = CORPUS.standings()
    assert {document.dossier_id for document in documents} <= set(standings.dossiers)
    assert {s.status for s in standings.dossiers.values()} == {Status.OPEN, Status.CLOSED}


def test_comments_come_by_time_are_mostly_short_and_half_without_accents():
    said = list(CORPUS.said())
    assert [one.at for one in said] == sorted(one.at for one in said)
    assert {one.kind for one in said} == {Kind.COMMENT}
    lengths = [len(one.body.split()) for one in said]
    assert 25 < median(lengths) < 45
    assert max(lengths) > 200
    plain = sum(one.body.isascii() for one in said) / len(said)
    assert 0.4 < plain < 0.6


def test_questions_are_two_to_four_words_and_long_ones_are_sentences():
    assert {len(question.split()) for question in CORPUS.questions(60)} == {2, 3, 4}
    assert all(len(question.split()) > 12 for question in CORPUS.long_questions(10))
