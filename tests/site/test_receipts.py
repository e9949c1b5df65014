"""What happened to my comment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.kit import clock
from app.kit.codes import ALPHABET, new_receipt, parse_receipt
from app.site.mistyped import Fault, diagnose


def story(client, comment, query: str = "") -> str:
    response = client.get(f"/en/comments/{comment.receipt}{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_receipt_page_is_private_and_not_indexed(client, scene):
    response = client.get(f"/comments/{scene.waiting.receipt}")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_thanks_are_said_once(client, scene):
    assert "Thank you" in story(client, scene.waiting, "?new=1")
    assert "Thank you" not in story(client, scene.waiting)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("waiting", ["In review before it is published", "Take the comment back"]),
        ("published", ["Everyone can read it", "No answer yet", "Take the comment back"]),
        ("answered", ["Answered by the agency", "Nâng mức.", "Accepted"]),
        ("withheld", ["Not published", "Insult or threat", "Câu thứ hai xúc phạm."]),
        ("withdrawn", ["Published", "Taken back"]),
        ("late", ["Arrived after the deadline"]),
    ],
)
def test_each_state_is_told(client, scene, state, told):
    comment = getattr(scene, state)
    html = story(client, comment)
    for words in [*told, comment.receipt, f"Lời góp ý {state}.", "<svg"]:
        assert words in html


@pytest.mark.parametrize("state", ["withheld", "withdrawn", "late"])
def test_what_is_over_cannot_be_taken_back(client, scene, state):
    assert "/withdraw" not in story(client, getattr(scene, state))


def test_the_form_takes_a_comment_back(client, scene):
    path = f"/comments/{scene.waiting.receipt}"
    assert client.submit(path, {}, to=f"{path}/withdraw").status_code == 303
    assert "Taken back" in story(client, scene.waiting)


def test_after_the_end_a_comment_stays(client, world, drain):
    over = world.consultation(opened_at=clock.now() - timedelta(days=60))
    comment = world.comment(over, at=over.opened_at + timedelta(days=1))
    drain()
    assert "/withdraw" not in story(client, comment)


def test_a_code_is_found_however_it_is_typed(client, scene):
    code = scene.published.receipt
    response = client.get("/comments", query_string={"code": code.lower().replace("-", " ")})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/comments/{code}"
    response = client.get(f"/comments/{code.lower()}")
    assert response.headers["Location"] == f"/comments/{code}"


def test_an_unknown_code_is_a_clear_404(client, scene):
    response = client.get(f"/en/comments/{new_receipt()}")
    assert response.status_code == 404
    assert "No comment has this receipt code" in response.get_data(as_text=True)


def test_a_mistyped_code_comes_back_with_the_form(client, scene):
    typed = 'GY-<b>"0'
    response = client.get("/en/comments", query_string={"code": typed})
    html = response.get_data(as_text=True)
    assert response.status_code == 404
    assert "GY-&lt;b&gt;&#34;0" in html
    assert "<b>" not in html[html.index("<form method") :]


def test_public_pages_never_hold_a_receipt(client, scene):
    for tail in ("", "/comments", "/answers", "/articles/dieu-3"):
        html = client.get(scene.path + tail).get_data(as_text=True)
        for comment in (scene.published, scene.answered):
            assert comment.receipt not in html


def test_a_usual_slip_of_the_pen_is_named():
    code = "GY-8T89M4-2BK4DR-4K99J5"
    assert parse_receipt(code) is not None
    found = diagnose(code[:-1] + "S")
    assert found is not None
    assert found.fault is Fault.CHECK
    first = found.suspects[0]
    assert (first.place, first.typed, first.perhaps) == (18, "S", "5")


def test_two_swapped_signs_are_named():
    code = "GY-8T89M4-2BK4DR-4K99J5"
    found = diagnose(code.replace("2BK", "2KB"))
    assert found is not None
    assert ("KB", "BK") in [(s.typed, s.perhaps) for s in found.suspects]


def test_every_suspect_would_make_the_code_agree():
    for _ in range(20):
        code = parse_receipt(new_receipt())
        assert code is not None
        wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)]
        found = diagnose(wrong)
        assert found is not None
        signs = wrong.removeprefix("GY").replace("-", "")
        for suspect in found.suspects:
            start = suspect.place - 1
            fixed = signs[:start] + suspect.perhaps + signs[start + len(suspect.typed) :]
            assert parse_receipt(fixed) is not None


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.EMPTY),
        ("GY", Fault.EMPTY),
        ("GY-123", Fault.LENGTH),
        ("x" * 10_000, Fault.LENGTH),
        ("GY-OT89M4-2BK4DR-4K99J5", Fault.FOREIGN),
    ],
)
def test_other_faults_are_told_apart(typed, fault):
    found = diagnose(typed)
    assert found is not None
    assert found.fault is fault
