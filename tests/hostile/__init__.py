"""Hostile and broken files, made in memory: each with the one outcome that is right for it."""

from __future__ import annotations

from tests.hostile.case import Hostile
from tests.hostile.drafts import DRAFTS
from tests.hostile.office import OFFICE
from tests.hostile.open_document import OPEN_DOCUMENT
from tests.hostile.others import OTHERS
from tests.hostile.pages import PAGES
from tests.hostile.portable import PORTABLE
from tests.hostile.zips import ZIPS

FILES: tuple[Hostile, ...] = (
    *ZIPS,
    *OFFICE,
    *OPEN_DOCUMENT,
    *PORTABLE,
    *PAGES,
    *DRAFTS,
    *OTHERS,
)
