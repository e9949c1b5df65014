"""What each step of an answer asks for, leaves in its row and tells the ledger."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import delegating
from app.accounts.models import Role
from app.comments.publish import withdraw
from app.documents.models import Provision
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.responses import answering, changes
from app.responses.editing import OvertakenError, WrongStepError
from app.responses.models import Answer, AnswerComment, AnswerEdit, Disposition
from app.responses.obstacles import ObstacleError
from app.responses.selecting import NothingChosenError

NOW = clock.now()
LATER = NOW + timedelta(hours=1)
WORDS, OTHER = "Mức hỗ trợ giữ nguyên.", "Mức hỗ trợ được nâng."
NOTED = Disposition.NOTED


class Scene:
    """A draft with three public comments, and those who answer them."""

    def __init__(self, world) -> None:
        self.world, self.consultation = world, world.consultation()
        agency = self.consultation.dossier.agency
        self.agency = agency
        self.drafter = world.officer(agency, Role.DRAFTER)
        self.colleague = world.officer(agency, Role.DRAFTER)
        self.head, self.other = (world.officer(agency, Role.HEAD) for _ in range(2))
        self.head.job_title = "Giám đốc Sở"
        moderator = world.officer(agency, Role.MODERATOR)
        self.comments = [world.comment(self.consultation, f"Ý kiến {n}.") for n in range(3)]
        for comment in self.comments:
            world.publish(comment, moderator, NOW)
        db.session.commit()

    @property
    def ids(self) -> list[int]:
        return [comment.id for comment in self.comments]

    def draft(self, ids=None, disposition=NOTED, **more) -> Answer:
        chosen = self.ids[:2] if ids is None else ids
        who = self.drafter, NOW
        return answering.draft(self.consultation, chosen, disposition, WORDS, *who, **more)

    def revise(self, answer, ids=None, disposition=NOTED, **more) -> None:
        words = ids, disposition, OTHER, self.colleague, LATER
        answering.revise(answer, answer.row_version, *words, **more)

    def submitted(self, **more) -> Answer:
        answer = self.draft(**more)
        answering.submit(answer, answer.row_version, self.drafter, NOW)
        return answer

    def signed(self, **more) -> Answer:
        answer = self.submitted(**more)
        answering.sign(answer, answer.row_version, self.head, NOW)
        return answer

    def lineages(self) -> list[int]:
        of_it = Provision.version_id == self.consultation.version_id
        return list(db.session.scalars(select(Provision.lineage_id).where(of_it).limit(2)))

    def told(self) -> list[tuple]:
        rows = db.session.scalars(
            select(Entry).where(Entry.verb.like("answer.%")).order_by(Entry.id)
        )
        return [
            (row.verb, row.subject, row.actor_id, row.consultation_id, row.at, row.facts)
            for row in rows
        ]


@pytest.fixture
def scene(world) -> Scene:
    return Scene(world)


def speaks_to(answer: Answer) -> list[int]:
    of_it = AnswerComment.answer_id == answer.id
    return sorted(db.session.scalars(select(AnswerComment.comment_id).where(of_it)))


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def test_a_draft_is_kept_as_written_and_speaks_to_the_chosen(scene):
    answer = scene.draft()
    db.session.commit()
    assert (answer.consultation_id, answer.disposition) == (scene.consultation.id, "noted")
    assert (answer.explanation, answer.no_change_reason) == (WORDS, "")
    assert (answer.drafted_by, answer.drafted_at) == (scene.drafter.id, NOW)
    assert (answer.state, answer.row_version, answer.size) == ("draft", 1, 2)
    assert speaks_to(answer) == scene.ids[:2]
    facts = {"answer_id": answer.id, "comments": 2, "disposition": "noted"}
    facts["selection"] = digest(",".join(map(str, scene.ids[:2])))
    who = f"answer:{answer.id}", scene.drafter.id, scene.consultation.id, NOW
    assert scene.told() == [("answer.drafted", *who, facts)]


def test_a_draft_names_the_provisions_that_change_or_says_why_none_does(scene):
    first, second = scene.lineages()
    named = scene.draft(changing=[first])
    bare = scene.draft(scene.ids[2:], no_change_reason="Điều 3 đã nêu.")
    assert [one.lineage_id for one in changes.named([named.id])[named.id]] == [first]
    assert bare.no_change_reason == "Điều 3 đã nêu."
    # what a revision does not speak of stays
    scene.revise(named)
    scene.revise(bare)
    assert [one.lineage_id for one in changes.named([named.id])[named.id]] == [first]
    assert bare.no_change_reason == "Điều 3 đã nêu."
    scene.revise(named, changing=[second])
    scene.revise(bare, no_change_reason="")
    assert [one.lineage_id for one in changes.named([named.id])[named.id]] == [second]
    assert bare.no_change_reason == ""


def test_an_answer_to_nobody_is_none(scene):
    with pytest.raises(NothingChosenError):
        scene.draft([])
    answer = scene.draft()
    with pytest.raises(NothingChosenError):
        scene.revise(answer, [])


def test_a_revision_reads_as_given_and_is_the_drafts_of_whoever_made_it(scene):
    answer = scene.signed()
    scene.revise(answer, disposition=Disposition.NOT_ACCEPTED)
    assert (answer.disposition, answer.explanation) == ("not_accepted", OTHER)
    assert (answer.drafted_by, answer.drafted_at) == (scene.colleague.id, LATER)
    assert (answer.state, answer.signed_by, answer.row_version) == ("draft", None, 4)
    assert speaks_to(answer) == scene.ids[:2]
    assert scene.told()[-1][0] == "answer.drafted"


def test_a_revision_speaks_to_those_chosen_now_and_to_those_nobody_was_shown(scene):
    one, two, three = scene.ids
    answer = scene.draft([one, two])
    scene.revise(answer, [two, three])
    assert (speaks_to(answer), answer.size) == ([two, three], 2)
    scene.revise(answer, [one], shown=[two])
    assert (speaks_to(answer), answer.size) == ([one, three], 2)


def test_whoever_saw_another_version_changes_nothing(scene):
    answer = scene.draft()
    seen = answer.row_version + 1
    with pytest.raises(OvertakenError):
        answering.revise(answer, seen, None, NOTED, OTHER, scene.colleague, LATER)
    with pytest.raises(OvertakenError):
        answering.submit(answer, seen, scene.drafter, LATER)
    answering.submit(answer, answer.row_version, scene.drafter, LATER)
    with pytest.raises(OvertakenError):
        answering.send_back(answer, 1, "Nói rõ hơn.", scene.head, LATER)
    with pytest.raises(OvertakenError):
        answering.sign(answer, 1, scene.head, LATER)
    answering.sign(answer, answer.row_version, scene.head, LATER)
    # its author, too, is told of that first
    for officer in (scene.other, scene.drafter):
        with pytest.raises(OvertakenError):
            answering.publish(answer, 1, officer, LATER)
    assert (answer.explanation, answer.state) == (WORDS, "signed")


def test_no_step_is_left_out(scene):
    answer = scene.draft()
    with pytest.raises(WrongStepError):
        answering.send_back(answer, answer.row_version, "Nói rõ hơn.", scene.head, LATER)
    with pytest.raises(WrongStepError):
        answering.sign(answer, answer.row_version, scene.head, LATER)
    with pytest.raises(WrongStepError):
        answering.publish(answer, answer.row_version, scene.head, LATER)
    answering.submit(answer, answer.row_version, scene.drafter, LATER)
    with pytest.raises(WrongStepError):
        answering.submit(answer, answer.row_version, scene.drafter, LATER)
    assert answer.state == "review"


def test_what_is_accepted_is_handed_in_with_its_change_only(scene):
    answer = scene.draft(disposition=Disposition.ACCEPTED)
    with pytest.raises(ObstacleError):
        answering.submit(answer, answer.row_version, scene.drafter, LATER)
    assert answer.state == "draft"


def test_each_step_says_who_when_and_what(scene):
    answer = scene.submitted()
    answering.send_back(answer, answer.row_version, "Nói rõ hơn.", scene.other, LATER)
    answering.submit(answer, answer.row_version, scene.drafter, LATER)
    answering.sign(answer, answer.row_version, scene.head, LATER)
    answering.publish(answer, answer.row_version, scene.other, LATER)
    facts = {"answer_id": answer.id}
    at = f"answer:{answer.id}"
    chosen = digest(",".join(map(str, scene.ids[:2])))
    signed = {**facts, "selection": chosen, "digest": digest(WORDS)}
    where = scene.consultation.id
    assert scene.told()[1:5] == [
        ("answer.submitted", at, scene.drafter.id, where, NOW, facts),
        ("answer.sent_back", at, scene.other.id, where, LATER, facts),
        ("answer.submitted", at, scene.drafter.id, where, LATER, facts),
        ("answer.signed", at, scene.head.id, where, LATER, signed),
    ]
    assert [row[0] for row in scene.told()[5:]] == ["answer.published"]
    kept = db.session.scalars(select(AnswerEdit).order_by(AnswerEdit.id)).all()
    assert [(one.state, one.note) for one in kept] == [
        ("draft", ""),
        ("review", ""),
        ("draft", "Nói rõ hơn."),
        ("review", ""),
        ("signed", ""),
        ("published", ""),
    ]


def test_a_signature_names_the_day_and_the_position_and_goes_with_the_words(scene):
    answer = scene.signed()
    assert (answer.signed_by, answer.signed_at) == (scene.head.id, NOW)
    assert (answer.signed_as, answer.delegation_id) == ("Giám đốc Sở", None)
    answering.send_back(answer, answer.row_version, "Nói rõ hơn.", scene.head, LATER)
    assert (answer.state, answer.signed_by, answer.signed_at) == ("draft", None, None)


def test_a_delegate_signs_by_the_delegation(scene):
    day = clock.vn_date(NOW)
    delegation = delegating.give(scene.agency, scene.colleague, scene.head, day, day, NOW)
    answer = scene.submitted()
    answering.sign(answer, answer.row_version, scene.colleague, NOW)
    assert (answer.signed_by, answer.delegation_id) == (scene.colleague.id, delegation.id)


def test_nobody_else_signs_and_no_author_signs_or_publishes(scene):
    answer = scene.submitted()
    with pytest.raises(answering.NotHeadError):
        answering.sign(answer, answer.row_version, scene.colleague, LATER)
    day = clock.vn_date(LATER)
    delegating.give(scene.agency, scene.drafter, scene.head, day, day, NOW)
    with pytest.raises(answering.SelfApprovalError):
        answering.sign(answer, answer.row_version, scene.drafter, LATER)
    answering.sign(answer, answer.row_version, scene.head, LATER)
    with pytest.raises(answering.SelfApprovalError):
        answering.publish(answer, answer.row_version, scene.drafter, LATER)
    assert answer.state == "signed"


def test_when_every_author_took_theirs_back_nothing_is_signed_or_published(scene):
    review, signed = scene.submitted(ids=scene.ids[:1]), scene.signed(ids=scene.ids[1:])
    for comment in scene.comments[:2]:
        withdraw(comment, LATER)
    with pytest.raises(ObstacleError):
        answering.sign(review, review.row_version, scene.head, LATER)
    assert review.state == "review"
    withdraw(scene.comments[2], LATER)
    with pytest.raises(NothingChosenError):
        answering.publish(signed, signed.row_version, scene.other, LATER)
    assert signed.published_at is None


def test_published_it_is_public_by_whom_and_since_when(scene):
    answer = scene.signed()
    answering.publish(answer, answer.row_version, scene.other, LATER)
    assert (answer.state, answer.row_version) == ("published", 4)
    assert (answer.published_by, answer.published_at) == (scene.other.id, LATER)


def test_all_that_others_wrote_is_published_at_once(scene):
    ready, draft = scene.signed(ids=scene.ids[:1]), scene.draft(scene.ids[2:])
    own = scene.draft(scene.ids[1:2])
    scene.revise(own)
    answering.submit(own, own.row_version, scene.drafter, NOW)
    answering.sign(own, own.row_version, scene.head, NOW)
    db.session.flush()
    assert answering.publish_many(scene.consultation, scene.colleague, LATER) == 1
    assert [one.state for one in (ready, own, draft)] == ["published", "signed", "draft"]
    assert answering.publish_many(scene.consultation, scene.other, LATER) == 1
    assert (own.state, own.published_by) == ("published", scene.other.id)


def test_a_story_told_goes_the_whole_way(scene):
    first, second = scene.draft(scene.ids[:1]), scene.draft(scene.ids[1:])
    answering.finish(first, scene.head, LATER)
    answering.finish(second, scene.head, LATER, scene.other)
    for answer, publisher in ((first, scene.head), (second, scene.other)):
        assert (answer.signed_by, answer.published_by) == (scene.head.id, publisher.id)
        at = f"answer:{answer.id}"
        steps = [(row[0], row[2]) for row in scene.told() if row[1] == at]
        assert steps == [
            ("answer.drafted", scene.drafter.id),
            ("answer.submitted", scene.drafter.id),
            ("answer.signed", scene.head.id),
            ("answer.published", publisher.id),
        ]
