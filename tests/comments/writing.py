"""What a citizen does with the form of a comment."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

from app.consultations.models import Consultation
from tests.page_client import PageClient

HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|key)"[^>]*value="([^"]*)"')
TYPED = {"body": "Tôi đề nghị tăng mức hỗ trợ.", "commenter_kind": "individual"}


def form_at(consultation: Consultation, anchor: str = "dieu-3.khoan-1") -> str:
    """The address of the form for that part."""
    base = f"/consultations/{consultation.dossier.slug}/comment"
    return f"{base}?at={anchor}" if anchor else base


def hidden(client: PageClient, path: str) -> dict[str, Any]:
    """The hidden fields of the form at `path`, freshly loaded."""
    return dict(HIDDEN.findall(client.get(path).get_data(as_text=True)))


def send(client: PageClient, path: str, **typed: Any) -> TestResponse:
    """The form at `path`, loaded, filled in and sent."""
    return client.post(path, data={**hidden(client, path), **TYPED, **typed})
