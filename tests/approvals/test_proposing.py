"""What a proposal leaves behind: who, what, when and why, done once or taken back once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.accounts.models import Role
from app.approvals import propose
from app.approvals.kinds import kinds
from app.approvals.models import Proposal
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.work.loop import DUTIES

NOW = clock.now()
ENDS = NOW + timedelta(days=3)
DAY = "consultation:1"
# not in the order of the alphabet, and not in that of ASCII
WORDS = {"đến": "10/12", "cũ": "01/12"}
DIGEST = '[{"cũ": "01/12", "đến": "10/12"}, "Nhiều người xin."]'


class Scene:
    """Two heads of one agency, and a kind of proposal that notes what becomes of it."""

    def __init__(self, world, monkeypatch, app) -> None:
        self.agency = world.agency()
        self.first, self.second = (world.officer(self.agency, Role.HEAD) for _ in range(2))
        self.drafter = world.officer(self.agency, Role.DRAFTER)
        self.done: list[object] = []
        noting = replace(
            kinds()["extension"],
            carry_out=lambda one, who, at: self.done.append(("done", one, who, at, self.stored())),
            give_up=lambda one, at: self.done.append(("given up", one, at)),
        )
        monkeypatch.setitem(app.extensions, "kinds", {"extension": noting, "rule": noting})

    def propose(self, subject=DAY, kind="extension", ends=ENDS, by=None) -> Proposal:
        words = WORDS, "Nhiều người xin.", by or self.first, NOW, ends
        return propose.propose(kind, subject, self.agency, *words)

    def stored(self) -> list[str]:
        # asked of the connection, which sends nothing that the session still holds back
        return list(db.session.connection().scalars(text("SELECT outcome FROM proposal")))

    def told(self) -> list[tuple]:
        rows = db.session.scalars(
            select(Entry).where(Entry.verb.like("proposal.%")).order_by(Entry.id)
        )
        return [(row.verb, row.subject, row.actor_id, row.at, row.facts) for row in rows]


@pytest.fixture
def scene(world, monkeypatch, app) -> Scene:
    return Scene(world, monkeypatch, app)


def test_it_is_kept_as_it_was_made(scene):
    proposal = scene.propose()
    db.session.commit()
    kept = db.session.scalars(select(Proposal)).one()
    assert kept is proposal
    assert (kept.kind, kept.subject, kept.agency_id) == ("extension", DAY, scene.agency.id)
    assert (kept.words, kept.reason) == (WORDS, "Nhiều người xin.")
    assert (kept.proposed_by, kept.proposed_at, kept.expires_at) == (scene.first.id, NOW, ENDS)
    assert (kept.outcome, kept.reply, kept.decided_by, kept.decided_at) == ("", "", None, None)


def test_the_ledger_binds_its_words_and_its_reason(scene):
    scene.propose()
    number = db.session.scalars(select(Proposal.id)).one()
    facts = {"proposal_id": number, "kind": "extension"}
    digest = hashlib.sha256(DIGEST.encode()).hexdigest()
    made = "proposal.made", f"proposal:{number}", scene.first.id, NOW, {**facts, "digest": digest}
    assert scene.told() == [made]


def test_only_the_same_thing_waits_in_the_way_of_another(scene):
    first = scene.propose()
    with pytest.raises(propose.AlreadyProposedError):
        scene.propose()
    second = scene.propose("consultation:2")
    third = scene.propose(kind="rule")
    assert propose.waiting("extension", DAY) is first
    assert propose.waiting("extension", "consultation:2") is second
    assert propose.waiting("rule", DAY) is third
    assert propose.waiting("rule", "consultation:2") is None
    propose.refuse(first, "Chưa cần.", scene.second, NOW)
    assert propose.waiting("extension", DAY) is None
    assert propose.waiting("extension", "consultation:2") is second
    again = scene.propose()
    assert propose.waiting("extension", DAY) is again


def test_nobody_decides_on_their_own(scene):
    proposal = scene.propose()
    with pytest.raises(propose.SelfApprovalError):
        propose.agree(proposal, scene.first, NOW)
    with pytest.raises(propose.SelfApprovalError):
        propose.refuse(proposal, "Không.", scene.first, NOW)
    assert (proposal.outcome, proposal.reply, scene.done) == ("", "", [])


def test_whose_roles_do_not_cover_it_neither_proposes_nor_decides(scene):
    with pytest.raises(propose.NotTheirsError):
        scene.propose(by=scene.drafter)
    proposal = scene.propose()
    with pytest.raises(propose.NotTheirsError):
        propose.agree(proposal, scene.drafter, NOW)
    with pytest.raises(propose.NotTheirsError):
        propose.refuse(proposal, "Không.", scene.drafter, NOW)
    assert (proposal.outcome, proposal.reply, scene.done) == ("", "", [])


def test_agreed_it_is_done_once_by_the_second_who_finds_it_decided(scene):
    proposal = scene.propose()
    later = NOW + timedelta(hours=1)
    propose.agree(proposal, scene.second, later)
    assert scene.done == [("done", proposal, scene.second, later, ["agreed"])]
    assert (proposal.decided_by, proposal.decided_at) == (scene.second.id, later)
    facts = {"proposal_id": proposal.id, "kind": "extension"}
    agreed = "proposal.agreed", f"proposal:{proposal.id}", scene.second.id, later, facts
    assert scene.told()[1:] == [agreed]
    for again in (propose.agree, lambda *words: propose.refuse(words[0], "Không.", *words[1:])):
        with pytest.raises(propose.DecidedError):
            again(proposal, scene.second, later)
    assert len(scene.done) == 1


def test_refused_it_is_taken_back_and_says_why(scene):
    proposal = scene.propose()
    later = NOW + timedelta(hours=1)
    propose.refuse(proposal, "Chưa cần.", scene.second, later)
    assert scene.done == [("given up", proposal, later)]
    assert (proposal.outcome, proposal.reply) == ("refused", "Chưa cần.")
    assert (proposal.decided_by, proposal.decided_at) == (scene.second.id, later)
    assert [row[0] for row in scene.told()] == ["proposal.made", "proposal.refused"]
    assert scene.told()[-1][2] == scene.second.id


def test_one_without_an_end_waits_as_long_as_it_takes(scene):
    proposal = scene.propose(ends=None)
    years = NOW + timedelta(days=3000)
    assert propose.lapse_due(years) == 0
    propose.agree(proposal, scene.second, years)
    assert proposal.outcome == "agreed"


def test_until_the_last_moment_a_second_person_may_decide_and_from_the_end_on_nobody(scene):
    moment = timedelta(microseconds=1)
    in_time, late = scene.propose(), scene.propose("consultation:2")
    propose.agree(in_time, scene.second, ENDS - moment)
    assert in_time.outcome == "agreed"
    for at in (ENDS, ENDS + moment):
        with pytest.raises(propose.DecidedError):
            propose.agree(late, scene.second, at)
    assert late.outcome == ""


def test_the_worker_ends_at_that_moment_what_nobody_decided(scene):
    assert set(propose.DUTIES) <= set(DUTIES)
    decided, waits = scene.propose(), scene.propose("consultation:2")
    other = scene.propose("consultation:3", ends=ENDS + timedelta(seconds=1))
    propose.refuse(decided, "Chưa cần.", scene.second, NOW)
    scene.done.clear()
    assert propose.lapse_due(ENDS - timedelta(microseconds=1)) == 0
    assert [duty(ENDS) for duty in propose.DUTIES] == [1]
    assert scene.done == [("given up", waits, ENDS)]
    assert (waits.outcome, waits.decided_by, waits.decided_at) == ("lapsed", None, ENDS)
    assert (decided.outcome, other.outcome) == ("refused", "")
    facts = {"proposal_id": waits.id, "kind": "extension"}
    assert scene.told()[-1] == ("proposal.lapsed", f"proposal:{waits.id}", None, ENDS, facts)
