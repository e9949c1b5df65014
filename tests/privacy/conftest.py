"""What tests of privacy share: letters are sent."""

from __future__ import annotations

from tests.mail.conftest import office  # noqa: F401 - a fixture
