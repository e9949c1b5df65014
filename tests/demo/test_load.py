"""The sample province comes to life through the verbs, and N more voices with it."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.accounts import territories
from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, may
from app.approvals.kinds import kinds
from app.comments.clerk import criticisms
from app.comments.models import Comment, CommentStatus, Tally
from app.comments.translated import translations
from app.consultations.models import Consultation
from app.demo.content import load_content
from app.demo.flood import NothingOpenError, flood
from app.demo.load import load
from app.documents.became import became
from app.documents.lineage.pairs import Fate
from app.documents.models import (
    ChangeKind,
    ComparisonRow,
    Dossier,
    DossierFile,
    DraftVersion,
    Provision,
)
from app.documents.translating import pieces
from app.extensions import db
from app.groups.models import CommentGroup, Tier
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from app.responses import changes
from app.responses.models import Answer, AnswerState
from app.translations import read
from app.translations.models import Standing, Translation
from app.web.locale import LANGUAGES


@pytest.fixture
def sample(app, drain):
    """The loaded province, everything read."""
    province = load_content()
    steps = []
    load(province, lambda n, of: steps.append((n, of)))
    db.session.commit()
    drain()
    assert steps[-1][0] == steps[-1][1]
    return province


def five_dossiers_at_five_stages(sample):
    stages = Counter(db.session.scalars(select(Dossier.stage)))
    assert stages == {"proposal": 1, "consultation": 2, "responding": 1, "adopted": 1}
    soonest = db.session.scalars(
        select(Consultation.closes_at)
        .where(Consultation.version_id.is_not(None))
        .order_by(Consultation.closes_at.desc())
    ).all()
    # tomorrow, or the next working day that the law rolls on to
    assert 0 < (soonest[1] - clock.now()).days + 1 <= 8
    assert db.session.scalar(select(func.count()).select_from(Officer)) == len(sample.officers)


def a_proposal_is_open_with_its_documents_and_comments():
    proposal = db.session.scalar(select(Consultation).where(Consultation.version_id.is_(None)))
    assert proposal.is_open(clock.now())
    codes = select(DossierFile.code).where(DossierFile.dossier_id == proposal.dossier_id)
    assert {"submission_report", "impact_assessment"} <= set(db.session.scalars(codes))
    said = select(func.count()).where(Comment.consultation_id == proposal.id)
    assert db.session.scalar(said) == 8


def the_adopted_draft_was_revised_after_the_answers():
    older, newer = db.session.scalars(
        select(DraftVersion)
        .join(Dossier)
        .where(Dossier.stage == "adopted", DraftVersion.posted_at.is_not(None))
        .order_by(DraftVersion.number)
    )
    fates = {link.fate for link in became(older, newer)}
    assert fates == {Fate.KEPT, Fate.REWORDED}
    answered = select(func.max(Answer.published_at)).join(Consultation)
    assert newer.posted_at > db.session.scalar(
        answered.where(Consultation.dossier_id == newer.dossier_id)
    )


def drafts_are_compared_with_the_law_in_force():
    kinds = set(db.session.scalars(select(ComparisonRow.kind)))
    assert kinds == set(ChangeKind)


def one_draft_is_a_whole_resolution():
    kinds = Counter(
        db.session.execute(
            select(Provision.version_id, Provision.kind).where(Provision.kind == "article")
        ).all()
    )
    assert max(kinds.values()) >= 25
    assert {"chapter", "clause", "point", "table", "annex"} <= set(
        db.session.scalars(select(Provision.kind))
    )


def counts_add_up_and_all_of_the_adopted_is_answered():
    for tally in db.session.scalars(select(Tally)):
        parts = tally.published + tally.withheld + tally.withdrawn + tally.waiting + tally.late
        assert tally.received == parts
    adopted = db.session.scalar(select(Dossier.id).where(Dossier.stage == "adopted"))
    consultation = db.session.scalar(select(Consultation).where(Consultation.dossier_id == adopted))
    published = set(
        db.session.scalars(
            select(Comment.id).where(
                Comment.consultation_id == consultation.id, Comment.status == "published"
            )
        )
    )
    answered = {
        comment.id
        for answer in db.session.scalars(
            select(Answer).where(Answer.consultation_id == consultation.id)
        )
        if answer.published_at
        for comment in answer.comments
    }
    assert published
    assert published == answered


def the_loop_left_its_traces():
    states = Counter(db.session.scalars(select(Answer.state)))
    assert set(states) == set(AnswerState)
    verbs = set(db.session.scalars(select(Entry.verb)))
    assert {
        Verb.COMMENT_TAKEN_IN,
        Verb.COMMENT_MASKED,
        Verb.QUESTION_REPLIED,
        Verb.APPEAL_DECIDED,
        Verb.ANSWER_ASSIGNED,
        Verb.SUGGESTION_SETTLED,
        Verb.CORRECTION_PUBLISHED,
    } <= verbs
    covered = db.session.scalars(select(Comment).where(Comment.masked)).one()
    assert "0900 111 222" in covered.body
    assert "0900 111 222" not in covered.shown_body


def a_letter_that_went_round_is_a_group():
    largest = db.session.scalars(
        select(CommentGroup).order_by(CommentGroup.messages.desc()).limit(1)
    ).one()
    assert (largest.tier, largest.messages) == (Tier.NEAR, 12)


def the_front_waits_for_its_answer():
    owed = [criticisms(one) for one in db.session.scalars(select(Consultation.id))]
    assert Counter(len(rows) for rows in owed)[1] == 2


def what_was_accepted_has_changed():
    adopted = db.session.scalars(select(Dossier).where(Dossier.stage == "adopted")).one()
    assert changes.unkept(adopted) == []


def entries_are_told_in_the_order_in_which_they_happened():
    told = db.session.execute(
        select(Entry.at, Entry.verb).where(Entry.consultation_id.is_not(None)).order_by(Entry.seq)
    ).all()
    assert [row.at for row in told] == sorted(row.at for row in told)


def _untold(dossier, code):
    told = read.of_dossier(dossier.id, next(one for one in LANGUAGES if one.code == code))
    return [piece for piece in pieces(dossier) if told.told(piece.part, piece.words) is None]


def one_dossier_is_whole_in_english_and_korean():
    adopted = db.session.scalars(select(Dossier).where(Dossier.stage == "adopted")).one()
    assert len(pieces(adopted)) > 70
    assert _untold(adopted, "en") == []
    left = {piece.label for piece in _untold(adopted, "ko")}
    assert left == {"khoản 2 Điều 6", "khoản 4 Điều 8", "khoản 2 Điều 9"}


def what_is_left_was_translated_before_it_was_revised():
    adopted = db.session.scalars(select(Dossier).where(Dossier.stage == "adopted")).one()
    for piece in _untold(adopted, "ko"):
        older = select(Translation).where(
            Translation.dossier_id == adopted.id,
            Translation.language == "ko",
            Translation.part == piece.part,
        )
        (row,) = db.session.scalars(older)
        assert (row.version_number, piece.version_number) == (1, 2)
        assert row.source_digest != piece.digest


def the_agency_vouches_for_english_and_for_part_of_the_korean():
    adopted = db.session.scalars(select(Dossier).where(Dossier.stage == "adopted")).one()
    standings = {"en": set(), "ko": set()}
    for code, found in standings.items():
        told = read.of_dossier(adopted.id, next(one for one in LANGUAGES if one.code == code))
        for piece in pieces(adopted):
            if one := told.told(piece.part, piece.words):
                found.add((piece.section, one.standing))
    assert standings["en"] == {
        (section, Standing.OFFICIAL) for section in ("dossier", "text", "answers")
    }
    assert standings["ko"] == {
        ("dossier", Standing.OFFICIAL),
        ("text", Standing.UNOFFICIAL),
        ("answers", Standing.UNOFFICIAL),
    }
    approvers = select(Translation.approved_by, Translation.translator_id).where(
        Translation.standing == Standing.OFFICIAL
    )
    assert all(one and one != other for one, other in db.session.execute(approvers))


def every_act_of_two_has_its_two_people():
    acts = {code: (kind.proposing, kind.agreeing) for code, kind in kinds().items()}
    acts["an answer"] = Act.DRAFT_ANSWER, Act.PUBLISH_ANSWER
    acts["a correction"] = Act.WRITE_CORRECTION, Act.PUBLISH_CORRECTION
    acts["no state secret"] = (Act.DECLARE_NO_SECRET,) * 2
    acts["a comment withheld"] = (Act.DECIDE_COMMENT,) * 2
    everybody = db.session.scalars(select(Officer)).all()
    agencies = db.session.scalars(select(Agency).join(Dossier).distinct()).all()
    assert len(agencies) == 4
    for agency in agencies:
        for what, (first, second) in acts.items():
            ones = {one.id for one in everybody if may(one, first, agency)}
            others = {one.id for one in everybody if may(one, second, agency)}
            # whoever begins, somebody else can agree
            assert ones, what
            assert all(others - {one} for one in ones), what


def every_title_reads_in_english_and_korean():
    dossiers = db.session.scalars(select(Dossier)).all()
    wanted = {one.id: (one.title, "") for one in dossiers}
    for language in LANGUAGES:
        if language.code in ("en", "ko"):
            found = read.titles(wanted, language)
            assert {phrase.lang for phrase in found.values()} == {language.code}


def comments_came_from_abroad_and_were_translated():
    rows = db.session.scalars(select(Comment).where(Comment.language != "vi")).all()
    assert {one.language for one in rows} == {one.code for one in LANGUAGES} - {"vi"}
    assert all(one.country for one in rows)
    assert {one.status for one in rows} == {"published", "waiting"}
    told = translations({one.id: one.shown_body for one in rows})
    standings = Counter(one.standing for found in told.values() for one in found)
    assert standings["machine"] == 1
    assert standings["unofficial"] >= 10
    assert {one.language for found in told.values() for one in found} == {"vi"}


def drafts_have_topics_and_bodies_their_places():
    rows = db.session.execute(
        select(Dossier.topic, Agency.territory).join(Agency, Agency.id == Dossier.agency_id)
    ).all()
    assert {row.topic for row in rows} == {
        *("education", "disasters", "transport", "environment", "health"),
    }
    assert {row.territory for row in rows} == {"tinh-lam-xuyen"}
    assert territories.lines()["phuong-ha-lam"] == ("phuong-ha-lam", "tinh-lam-xuyen")


def a_flood_is_varied_dated_and_counted(sample, drain):
    before = db.session.scalar(select(func.count()).select_from(Comment))
    flood(300, 7, sample.voices, lambda n: None)
    drain()
    comments = db.session.scalars(select(Comment).order_by(Comment.id).offset(before)).all()
    assert len(comments) == 300
    assert len({comment.body for comment in comments}) > 250
    assert len({comment.submitted_at.date() for comment in comments}) > 5
    assert {c.status for c in comments} > {CommentStatus.PUBLISHED, CommentStatus.WAITING}
    totals = db.session.scalars(select(Tally.received).where(Tally.article_lineage_id == 0))
    assert sum(totals) == before + 300


def test_the_sample_is_as_promised_and_grows(sample, drain):
    """One test, because loading the province takes longer than looking at all of it."""
    five_dossiers_at_five_stages(sample)
    drafts_have_topics_and_bodies_their_places()
    a_proposal_is_open_with_its_documents_and_comments()
    drafts_are_compared_with_the_law_in_force()
    the_adopted_draft_was_revised_after_the_answers()
    one_draft_is_a_whole_resolution()
    counts_add_up_and_all_of_the_adopted_is_answered()
    the_loop_left_its_traces()
    a_letter_that_went_round_is_a_group()
    the_front_waits_for_its_answer()
    what_was_accepted_has_changed()
    one_dossier_is_whole_in_english_and_korean()
    what_is_left_was_translated_before_it_was_revised()
    the_agency_vouches_for_english_and_for_part_of_the_korean()
    every_act_of_two_has_its_two_people()
    every_title_reads_in_english_and_korean()
    comments_came_from_abroad_and_were_translated()
    entries_are_told_in_the_order_in_which_they_happened()
    a_flood_is_varied_dated_and_counted(sample, drain)


def test_a_flood_needs_ground(app):
    with pytest.raises(NothingOpenError):
        flood(1, 1, load_content().voices, lambda n: None)
