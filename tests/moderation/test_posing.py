"""A name that looks like an agency's is pointed out, however it is written; other names are not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.extensions import db
from app.moderation.masks import Field
from app.moderation.models import Flag, FlagKind
from app.moderation.screen import Words, screen
from app.moderation.screening.posing import poses, skeletons
from tests.factories import World
from tests.hostile.inputs import LETTERS

NAMES = ("Sở Xây dựng", "Bộ Tư pháp", "Ủy ban nhân dân tỉnh", "Hội đồng nhân dân", "Công an tỉnh")
OFFICES = skeletons(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_agency_is_known_in_any_letters(name: str) -> None:
    apart = unicodedata.normalize("NFD", name)
    for written in (
        name, apart, name.upper(), name.translate(LETTERS), apart.translate(LETTERS),
        name.replace("o", "0").replace("i", "l"), "".join(f"{c}." for c in name),
        unicodedata.normalize("NFKD", apart), f"Đại diện {name}", f"{name} – Phòng 1",
    ):  # fmt: skip
        assert poses(written, OFFICES), written


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Nguyễn Văn Sở",
        "Sở",
        "Bộ",
        "Trần Thị Xây",
        "Hội Nông dân xã",
        "Công ty Nước sạch",
        "Ủy",
        "水",
    ],
)
def test_a_name_of_somebody_else_is_not(name: str) -> None:
    assert not poses(name, OFFICES)


def test_only_the_name_is_asked() -> None:
    texts = {Field.BODY: "Đề nghị Sở Xây dựng trả lời rõ.", Field.NAME: "Nguyễn Văn A"}
    assert FlagKind.POSING not in screen(Words(texts, True, OFFICES))
    texts[Field.NAME] = "Sở Xây dựng"
    assert FlagKind.POSING in screen(Words(texts, True, OFFICES))


def test_a_moderator_is_told(world: World, drain: Callable[[], None]) -> None:
    consultation = world.consultation()
    agency = consultation.dossier.agency
    forged = world.comment(consultation, display_name=agency.name.translate(LETTERS))
    world.comment(consultation, display_name="Nguyễn Văn A")
    drain()
    told = db.session.scalars(select(Flag.comment_id).where(Flag.kind == FlagKind.POSING.value))
    assert list(told) == [forged.id]


def test_so_is_the_beginning_of_one() -> None:
    assert poses("Ủy ban nhân dân", OFFICES)
    assert not poses("Ủy ban", OFFICES)
