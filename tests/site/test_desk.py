"""The first page of the desk: what waits for whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.accounts.models import Role
from app.consultations import giving_time
from app.extensions import db
from app.kit import clock
from app.responses import answering
from app.responses.models import Disposition
from app.site import waiting
from tests.factories import PASSWORD


def desk(client, officer) -> str:
    assert client.sign_in(officer.email, PASSWORD).status_code == 303
    response = client.get("/en/desk")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return response.get_data(as_text=True)


def test_the_desk_is_closed_to_the_public(client):
    response = client.get("/desk")
    assert response.status_code == 303
    assert "/desk/sign-in" in response.headers["Location"]


def test_a_moderator_sees_what_waits_for_review(client, scene):
    html = desk(client, scene.moderator)
    assert scene.consultation.dossier.title in html
    queue = f"/en/desk/moderation?draft={scene.consultation.id}"
    assert f'href="{queue}"' in html
    assert client.get(queue).status_code == 200
    assert "Answers to publish" not in html


def test_who_signs_and_publishes_sees_what_a_colleague_wrote(client, scene):
    answer = answering.draft(
        scene.consultation,
        [scene.published.id],
        Disposition.NOTED,
        "Ghi nhận.",
        scene.drafter,
        clock.now(),
    )
    answering.submit(answer, answer.row_version, scene.drafter, clock.now())
    db.session.commit()
    title = scene.consultation.dossier.title
    to_sign, to_publish = desk(client, scene.approver).split("Answers to publish")
    assert title in to_sign[to_sign.index("Answers to sign") :]
    assert title not in to_publish
    answering.sign(answer, answer.row_version, scene.approver, clock.now())
    db.session.commit()
    to_sign, to_publish = client.get("/en/desk").get_data(as_text=True).split("Answers to publish")
    assert title not in to_sign[to_sign.index("Answers to sign") :]
    assert title in to_publish


def test_a_drafter_sees_dossiers_to_prepare_and_comments_to_answer(client, scene, world):
    agency = scene.consultation.dossier.agency
    world.dossier(agency, title="Dự thảo còn viết dở")
    html = desk(client, scene.drafter)
    assert "Dự thảo còn viết dở" in html
    answers = html[html.index("Comments to answer") :]
    assert scene.consultation.dossier.title in answers


@pytest.mark.parametrize("officer", ["drafter", "approver"])
def test_a_next_version_waits_for_both_who_declare_it(client, scene, world, officer):
    head = "Dossiers to prepare and open"
    title = scene.consultation.dossier.title
    before = desk(client, getattr(scene, officer))
    assert title not in before[before.index(head) :].split("</section>")[0]
    world.version(scene.consultation.dossier)
    after = client.get("/en/desk").get_data(as_text=True)
    assert title in after[after.index(head) :].split("</section>")[0]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DRAFTER, Role.APPROVER])
def test_other_agencies_are_not_on_the_desk(client, scene, world, role):
    stranger = world.officer(world.agency("Sở Y tế"), role)
    assert scene.consultation.dossier.title not in desk(client, stranger)


def test_a_role_reaches_the_agencies_below(client, world, drain):
    above = world.agency("Ủy ban nhân dân")
    below = world.agency("Sở Tư pháp", parent=above)
    world.comment(world.consultation(world.dossier(below, title="Dự thảo của sở")))
    drain()
    assert "Dự thảo của sở" in desk(client, world.officer(above, Role.MODERATOR))


def test_the_navigation_shows_only_what_the_roles_allow(client, scene, world):
    html = desk(client, scene.moderator)
    assert 'href="/en/desk/moderation"' in html
    assert 'href="/en/desk/staff"' not in html
    assert scene.moderator.name in html


def test_a_signed_in_officer_reads_public_pages_like_everyone(client, scene):
    desk(client, scene.moderator)
    html = client.get("/en/").get_data(as_text=True)
    assert scene.moderator.name not in html


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/en/desk", "My desk"),
        ("/en/desk/corrections/{slug}", "Dossiers"),
        ("/en/desk/suggestions", "Suggestions"),
        ("/en/desk/translations/comments", "Translations"),
        ("/en/desk/questions", "Questions"),
        ("/en/desk/intake", "Take in"),
        ("/en/desk/delegations", "Delegation"),
        ("/en/desk/staff", "Staff"),
    ],
)
def test_the_navigation_marks_the_one_link_that_the_page_lies_under(client, world, path, current):
    dossier = world.consultation().dossier
    desk(client, world.officer(dossier.agency, *Role))
    nav, _ = client.get(path.format(slug=dossier.slug)).get_data(as_text=True).split("<main")
    assert re.findall(r'aria-current="page">([^<]+)</a></li>', nav) == [current]


def test_what_a_colleague_proposed_waits_for_the_second_person_alone(client, scene, world):
    period = scene.consultation
    second = world.officer(period.dossier.agency, Role.APPROVER)
    day = period.last_day + timedelta(days=10)
    giving_time.propose_extension(period, day, "Nhiều người xin thêm.", scene.approver, clock.now())
    db.session.commit()
    heading = "<h2>Second person</h2>"
    asked = desk(client, second).split(heading)[1].split("</section>")[0]
    assert period.dossier.title in asked
    link = re.search(r'href="([^"]+)"', asked)[1]
    assert client.get(link).status_code == 200
    assert waiting.proposals(scene.approver) == []
