"""A draft that was consulted on and posted again."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.accounts.models import Role
from app.consultations.lifecycle import close_due, declare, post_revision
from app.consultations.models import Consultation
from app.documents.models import Dossier, DraftVersion
from app.extensions import db
from tests.factories import DRAFT, World

MOVED = "Ủy ban nhân dân cấp xã lập danh sách hộ được hỗ trợ và niêm yết công khai trong bảy ngày."
FIRST = DRAFT + f"3. {MOVED}\nĐiều 4. Hiệu lực\nNghị quyết này có hiệu lực từ ngày ký.\n"
# reworded, moved, removed, new, and one article that only has another number
SECOND = (
    FIRST.replace("thêm 1.000.000 đồng", "thêm 2.000.000 đồng")
    .replace(f"3. {MOVED}\n", "")
    .replace("b) Đơn vị cấp nước;\n", "")
    .replace("2. Cơ quan, tổ chức có liên quan:", f"2. {MOVED}\n3. Cơ quan, tổ chức có liên quan:")
    .replace(
        "Điều 4. Hiệu lực",
        "Điều 4. Kinh phí\n1. Ngân sách tỉnh bảo đảm kinh phí.\n2. Không vay nợ.\nĐiều 5. Hiệu lực",
    )
)


def revised(world: World, now: datetime, first: str = FIRST, second: str = SECOND) -> Dossier:
    """A dossier with two posted versions; its comment period is over."""
    dossier = closed(world, now, first).dossier
    post_again(world, dossier, second, now)
    return dossier


def closed(world: World, now: datetime, text: str = FIRST) -> Consultation:
    """A comment period that is over."""
    consultation = world.consultation(text=text, opened_at=now - timedelta(days=40))
    close_due(now)
    db.session.commit()
    return consultation


def post_again(world: World, dossier: Dossier, text: str, now: datetime) -> DraftVersion:
    """The text stands posted as the next version."""
    return post(world, world.version(dossier, text), now)


def post(world: World, version: DraftVersion, now: datetime) -> DraftVersion:
    """The version that was written is posted."""
    dossier = version.dossier
    for role in (Role.DRAFTER, Role.APPROVER):
        declare(dossier, version, world.officer(dossier.agency, role), now)
    post_revision(dossier, version, world.officer(dossier.agency, Role.APPROVER), now)
    db.session.commit()
    return version
