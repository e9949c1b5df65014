"""What one officer takes from public view is gone everywhere, said to be gone, and comes back (S08)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.approvals import propose
from app.approvals.models import HOLD, Category, Proposal, Takedown
from app.comments.models import Comment
from app.comments.words import STATES
from app.consultations.models import Consultation
from app.documents import takedown
from app.documents.models import Dossier, DossierFile
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.search import entries
from tests.approvals.crawling import addresses, said
from tests.ledger.signing import sworn_head
from tests.moderation.staff import enter
from tests.search.walking import WORD, Walk

BASIS = "Luật 117/2025/QH15, văn bản số 12/BC"


def take_down(dossier, officer, subject="", now=None):
    found = takedown.order(
        subject or f"dossier:{dossier.id}",
        dossier,
        Category.STATE_SECRET,
        BASIS,
        "Có số liệu mật ở Điều 3.",
        officer,
        now or clock.now(),
    )
    db.session.commit()
    return found


@pytest.fixture
def scene(world, drain):
    """Much was said of three drafts, every text with a word of its own."""
    walk = Walk(world, 3)
    for _ in range(90):
        walk.go()
    drain()
    return walk


@pytest.fixture
def officers(scene, world):
    return [world.officer(scene.agency, Role.HEAD), world.officer(scene.agency, Role.APPROVER)]


def look_again() -> None:
    entries.index()._looked = float("-inf")


def test_after_one_round_of_the_worker_no_address_says_a_word_of_it(
    app, client, scene, officers, drain
):
    urls = addresses(client, scene)
    before = {url: said(app, url) for url in urls}
    public = {word for _status, words in before.values() for word in WORD.findall(words)}
    assert len(urls) > 200
    assert len(public) > 60, "little was public: it proves little"
    dossiers = [db.session.get_one(Dossier, one) for one in db.session.scalars(select(Dossier.id))]
    for dossier in dossiers:
        take_down(dossier, officers[0])
    drain()
    look_again()
    leaks, statuses = {}, {}
    for url in urls:
        status, words = said(app, url)
        statuses[url] = status
        found = set(WORD.findall(words))
        if found:
            leaks[url] = found
    assert not leaks
    own = [url for url in urls if url.startswith("/consultations/")]
    assert {statuses[url] for url in own if before[url][0] == 200} == {451}
    assert not list(entries.index().keys())
    for found in db.session.scalars(select(Takedown)):
        propose.refuse(
            db.session.get_one(Proposal, found.proposal_id),
            "Không có gì mật.",
            officers[1],
            clock.now(),
        )
    db.session.commit()
    drain()
    look_again()
    shown = {word for url in urls for word in WORD.findall(said(app, url)[1])}
    assert shown >= public


def test_what_is_kept_of_a_page_is_not_served_after_the_workers_round(
    app, client, scene, officers, drain
):
    at = f"/consultations/{scene.open.dossier.slug}"
    first = client.get(at)
    etag = first.headers["ETag"]
    assert client.get(at, headers={"If-None-Match": etag}).status_code == 304
    take_down(scene.open.dossier, officers[0])
    drain()
    gone = client.get(at, headers={"If-None-Match": etag})
    assert gone.status_code == 451
    assert gone.headers["Cache-Control"] == "no-store"


def test_the_page_in_its_place_says_what_may_be_said(client, scene, officers):
    found = take_down(scene.open.dossier, officers[0])
    html = client.get(f"/en/consultations/{scene.open.dossier.slug}").get_data(as_text=True)
    for words in (found.number, BASIS, scene.agency.name_en, "Nothing was deleted"):
        assert words in html
    assert "số liệu mật" not in html
    listed = client.get("/en/takedowns").get_data(as_text=True)
    assert found.number in listed
    assert "số liệu mật" not in listed


def test_a_receipt_gives_its_holder_what_is_theirs_and_no_word_of_the_draft(
    client, scene, world, officers, drain
):
    """Every state of a comment has its receipt, and the proof that the log holds it."""
    rows = db.session.scalars(select(Comment).where(Comment.consultation_id == scene.open.id))
    comments = {one.status: one for one in rows}
    assert len(comments) > 1
    found = take_down(scene.open.dossier, officers[0])
    drain()
    sworn_head(clock.now())
    for status, comment in comments.items():
        answer = client.get(f"/en/comments/{comment.receipt}")
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "no-store" in answer.headers["Cache-Control"]
        assert STATES[status]._args[0] in html
        for words in (comment.receipt, f"GY-{comment.id}", found.number, BASIS, "Download the"):
            assert words in html
        proof = client.get(f"/comments/{comment.receipt}/proof")
        assert proof.status_code == 200
        for said_there in (html, proof.get_data(as_text=True)):
            assert not WORD.findall(said_there)
            assert scene.open.dossier.slug not in said_there
            assert "số liệu mật" not in said_there
        assert client.get(f"/en/comments/{comment.receipt}/letters").status_code == 451


def test_comments_are_not_taken_where_nobody_can_read_what_they_speak_to(client, scene, officers):
    at = f"/consultations/{scene.open.dossier.slug}/comment"
    token = client.token(at)
    take_down(scene.open.dossier, officers[0])
    answer = client.post(at, data={"csrf_token": token, "body": "Tôi góp ý."})
    assert answer.status_code == 451


def test_without_a_second_officer_it_ends_after_a_day_and_the_public_reads_so(
    client, scene, officers, drain
):
    now = clock.now()
    found = take_down(scene.open.dossier, officers[0], now=now)
    propose.lapse_due(now + HOLD - timedelta(seconds=1))
    assert scene.open.dossier.sealed
    propose.lapse_due(now + HOLD)
    assert not scene.open.dossier.sealed
    db.session.commit()
    drain()
    assert client.get(f"/consultations/{scene.open.dossier.slug}").status_code == 200
    listed = client.get("/en/takedowns").get_data(as_text=True)
    assert found.number in listed
    assert "No second officer confirmed it in time." in listed


@pytest.mark.parametrize("refused", [True, False])
def test_what_nobody_agreed_to_is_not_taken_down_by_the_same_officer_again(world, refused):
    dossier = world.consultation().dossier
    first, second = (world.officer(dossier.agency, role) for role in (Role.HEAD, Role.APPROVER))
    now = clock.now()
    proposal = db.session.get_one(Proposal, take_down(dossier, first, now=now).proposal_id)
    if refused:
        propose.refuse(proposal, "Không có gì mật.", second, now)
    else:
        propose.lapse_due(now + HOLD)
    db.session.commit()
    with pytest.raises(takedown.NotAgainError):
        take_down(dossier, first, now=now + HOLD)
    assert not dossier.sealed
    take_down(dossier, second, now=now + HOLD)
    assert dossier.sealed


def test_the_officer_whose_takedown_was_refused_reads_that_another_has_to_decide(app, world):
    dossier = world.consultation().dossier
    first, second = (world.officer(dossier.agency, role) for role in (Role.HEAD, Role.APPROVER))
    taken = take_down(dossier, first)
    proposal = db.session.get_one(Proposal, taken.proposal_id)
    propose.refuse(proposal, "Không có gì mật.", second, clock.now())
    db.session.commit()
    client = enter(app, first)
    at = f"/en/desk/dossiers/{dossier.id}/takedown"
    form = {"subject": taken.subject, "category": "state_secret", "basis": BASIS, "reason": "Mật."}
    answer = client.post(at, data={"csrf_token": client.token(at), **form})
    assert answer.status_code == 422
    assert "another officer has to decide" in answer.get_data(as_text=True)


def test_confirmed_it_stays_until_two_people_give_it_back(client, scene, officers, drain):
    first, second = officers
    found = take_down(scene.open.dossier, first)
    proposal = db.session.get_one(Proposal, found.proposal_id)
    with pytest.raises(propose.SelfApprovalError):
        propose.agree(proposal, first, clock.now())
    propose.agree(proposal, second, clock.now())
    propose.lapse_due(clock.now() + 2 * HOLD)
    assert scene.open.dossier.sealed
    lifting = takedown.propose_lifting(found, "Đã giải mật.", second, clock.now())
    with pytest.raises(propose.SelfApprovalError):
        propose.agree(lifting, second, clock.now())
    propose.agree(lifting, first, clock.now())
    db.session.commit()
    drain()
    assert client.get(f"/consultations/{scene.open.dossier.slug}").status_code == 200
    verbs = [
        "takedown.ordered",
        "proposal.agreed",
        "takedown.confirmed",
        "proposal.agreed",
        "takedown.lifted",
    ]
    about = [f"proposal:{one.id}" for one in (proposal, lifting)]
    about.append(f"takedown:{found.id}")
    of_it = select(Entry.verb).where(Entry.subject.in_(about)).order_by(Entry.id)
    assert [verb for verb in db.session.scalars(of_it) if verb in verbs] == verbs


def test_one_file_is_sealed_and_the_rest_of_the_draft_stays(app, client, world, drain):
    dossier = world.dossier()
    word = "zq77zq"
    name = world.file(dossier, f"Phụ lục {word}").name
    consultation = world.consultation(dossier)
    officer = world.officer(dossier.agency, Role.APPROVER)
    file = db.session.scalars(select(DossierFile).where(DossierFile.name == name)).one()
    drain()
    at = f"/consultations/{dossier.slug}"
    urls = [at, f"{at}/files", f"{at}/files/{name}", f"/search?q={word}"]
    assert all(word in said(app, url)[1] for url in urls[:2])
    take_down(dossier, officer, f"file:{file.id}")
    drain()
    look_again()
    for url in urls:
        assert word not in said(app, url)[1]
    assert [said(app, url)[0] for url in urls] == [200, 200, 451, 200]
    original = consultation.version
    take_down(dossier, officer, f"original:{original.id}")
    assert said(app, f"{at}/files/{original.file_name}")[0] == 451
    assert said(app, at)[0] == 200


@pytest.mark.parametrize("role", list(Role))
def test_at_the_desk_only_those_read_it_who_may_take_it_down_or_oversee(app, world, role):
    consultation = world.consultation()
    dossier = consultation.dossier
    at = f"/desk/dossiers/{dossier.id}"
    officer = world.officer(dossier.agency, role)
    before = enter(app, officer).get(at).status_code
    take_down(dossier, world.officer(dossier.agency, Role.HEAD))
    after = enter(app, officer).get(at).status_code
    reads = role in (Role.HEAD, Role.APPROVER, Role.OVERSIGHT)
    assert (before, after) in ([(200, 200)] if reads else [(200, 451), (403, 403)])


def test_an_officer_of_another_agency_cannot_take_it_down(world):
    consultation = world.consultation()
    stranger = world.officer(world.agency(), Role.HEAD)
    with pytest.raises(propose.NotTheirsError):
        take_down(consultation.dossier, stranger)


def test_what_is_not_public_or_down_already_cannot_be_taken_down(world):
    consultation = world.consultation()
    dossier = consultation.dossier
    head = world.officer(dossier.agency, Role.HEAD)
    unposted = world.file(world.dossier(dossier.agency))
    with pytest.raises(takedown.TakenDownError):
        take_down(dossier, head, f"file:{unposted.id}")
    take_down(dossier, head)
    with pytest.raises(takedown.TakenDownError):
        take_down(dossier, head)
    assert db.session.scalar(select(Consultation.id)) == consultation.id
