"""What is too large is still taken from the line, so that the answer can be read."""

from __future__ import annotations

import io

import pytest

from app.accounts.models import Role
from app.web import errors
from tests.moderation.staff import enter


def send(client, path, size):
    """The answer to a body of that many bytes, and how many of them were taken."""
    body = io.BytesIO(b"x" * size)
    answer = client.post(
        path,
        input_stream=body,
        content_length=size,
        content_type="multipart/form-data; boundary=b",
    )
    return answer, body.tell()


@pytest.fixture
def over(app):
    return app.config["MAX_CONTENT_LENGTH"] + 1_000_000


def test_a_comment_too_large_to_read_gets_a_page(client, world, over):
    slug = world.consultation().dossier.slug
    answer, taken = send(client, f"/consultations/{slug}/comment", over)
    assert (answer.status_code, taken) == (413, over)


def test_a_file_too_large_to_read_gets_a_page_with_the_limit(app, world, over):
    dossier = world.dossier()
    client = enter(app, world.officer(dossier.agency, Role.DRAFTER))
    answer, taken = send(client, f"/desk/dossiers/{dossier.id}/text", over)
    assert (answer.status_code, taken) == (413, over)
    assert "20" in answer.get_data(as_text=True)


def test_nobody_can_send_without_end(client, world, over, monkeypatch):
    monkeypatch.setattr(errors, "DRAIN", 200_000)
    slug = world.consultation().dossier.slug
    answer, taken = send(client, f"/consultations/{slug}/comment", over)
    assert (answer.status_code, taken) == (413, 0)


class Silent(io.BytesIO):
    """A line on which nothing comes any more."""

    def read(self, *_size):
        raise TimeoutError


def test_no_thread_waits_for_a_body_that_does_not_come(client, world, over):
    slug = world.consultation().dossier.slug
    told = {"CONTENT_LENGTH": str(over), "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    path = f"/consultations/{slug}/comment"
    answer = client.post(path, input_stream=Silent(), environ_overrides=told)
    assert answer.status_code == 413
