"""A second version keeps the identity of what it takes over from the first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.consultations.lifecycle import close_due, declare, post_revision
from app.documents.aligning import Said
from app.documents.became import became
from app.documents.lineage.pairs import Fate
from app.documents.models import Alignment, Lineage, Provision
from app.documents.versions import drop_unposted, name_anew, put, stored
from app.extensions import db
from app.kit import clock
from tests.factories import DRAFT

NOW = clock.now()
# Article 2 is gone, a new one stands before the last, whose second clause reads otherwise.
REVISED = DRAFT.replace(
    "Hộ nghèo được hỗ trợ thêm 1.000.000 đồng.", "Hộ nghèo được hỗ trợ thêm 2.000.000 đồng."
).replace(
    "Điều 3. Mức hỗ trợ",
    "Điều 3. Nguyên tắc\nCông khai, minh bạch, đúng đối tượng.\nĐiều 4. Mức hỗ trợ",
)


@pytest.fixture
def consultation(world):
    found = world.consultation(opened_at=NOW - timedelta(days=40))
    close_due(NOW)
    db.session.commit()
    return found


def lineages(version_id: int) -> dict[str, int]:
    rows = select(Provision.anchor, Provision.lineage_id).where(Provision.version_id == version_id)
    return dict(db.session.execute(rows).all())


def article_lineages(version_id: int) -> dict[str, int | None]:
    rows = select(Provision.anchor, Provision.article_lineage_id)
    return dict(db.session.execute(rows.where(Provision.version_id == version_id)).all())


def post(world, version):
    for role in (Role.DRAFTER, Role.APPROVER):
        declare(version.dossier, version, world.officer(version.dossier.agency, role), NOW)
    approver = world.officer(version.dossier.agency, Role.APPROVER)
    post_revision(version.dossier, version, approver, NOW)
    db.session.commit()


def fates(older, newer) -> dict[str, set[tuple[str, str]]]:
    anchors = dict(db.session.execute(select(Provision.id, Provision.anchor)).all())
    found: dict[str, set[tuple[str, str]]] = {}
    for link in became(older, newer):
        place = anchors.get(link.old, "-")
        found.setdefault(place, set()).add((link.fate.value, anchors.get(link.new, "-")))
    return found


def test_what_goes_on_keeps_its_lineage_under_another_number(world, consultation):
    first, second = (
        lineages(consultation.version_id),
        lineages(world.version(consultation.dossier, REVISED).id),
    )
    assert second["dieu-4.khoan-2"] == first["dieu-3.khoan-2"]
    assert second["dieu-4"] == first["dieu-3"]
    assert second["dieu-3"] not in first.values()
    assert len(set(second.values())) == len(second)


def test_the_article_of_a_clause_is_the_one_it_stands_in(world, consultation):
    version = world.version(consultation.dossier, REVISED)
    assert article_lineages(version.id)["dieu-4.khoan-2"] == lineages(version.id)["dieu-4"]


def test_each_provision_says_what_became_of_it(world, consultation):
    version = world.version(consultation.dossier, REVISED)
    post(world, version)
    found = fates(consultation.version, version)
    assert found["dieu-3.khoan-2"] == {("reworded", "dieu-4.khoan-2")}
    assert found["dieu-3.khoan-1"] == {("kept", "dieu-4.khoan-1")}
    assert found["dieu-1"] == {("kept", "dieu-1")}
    assert ("added", "dieu-3") in found["-"]


def test_a_third_version_is_followed_through_the_second(world, consultation):
    second = world.version(consultation.dossier, REVISED)
    post(world, second)
    third = world.version(
        consultation.dossier,
        REVISED.replace(
            "Điều 3. Nguyên tắc\nCông khai, minh bạch, đúng đối tượng.\nĐiều 4.", "Điều 3."
        ),
    )
    post(world, third)
    found = fates(consultation.version, third)
    assert found["dieu-3.khoan-2"] == {("reworded", "dieu-3.khoan-2")}
    assert found["dieu-3"] == {("kept", "dieu-3")}
    assert Fate.ADDED not in {fate for links in found.values() for fate, _ in links}


def test_a_version_thrown_away_takes_only_its_own_lineages(world, consultation):
    before = set(lineages(consultation.version_id).values())
    world.version(consultation.dossier, REVISED)
    drop_unposted(consultation.dossier)
    db.session.commit()
    assert set(db.session.scalars(select(Lineage.id))) == before
    assert db.session.scalar(select(func.count()).select_from(Provision)) == len(before)


def test_units_put_back_are_the_same_version(world):
    version = world.version(world.dossier())
    digest, accepted, rows = version.digest, version.accepted_at, stored(version)
    name_anew(rows)
    put(version, rows)
    db.session.commit()
    assert (version.digest, version.accepted_at) == (digest, accepted)


def test_other_words_have_to_be_accepted_anew(world):
    version = world.version(world.dossier())
    rows = stored(version)
    rows[-1].text = "Khác."
    put(version, rows)
    assert version.accepted_at is None


class TestConfirming:
    @pytest.fixture
    def version(self, world, consultation):
        return world.version(consultation.dossier, REVISED)

    def said(self, consultation, version, old, new, world) -> None:
        officer = world.officer(consultation.dossier.agency, Role.DRAFTER)
        found = {
            row.anchor: row
            for row in db.session.scalars(
                select(Provision).where(Provision.version_id == consultation.version_id)
            )
        }
        word = Said(found[old].id, new, officer.id, NOW)
        put(version, stored(version), [word])
        db.session.commit()

    def test_a_person_decides_what_became_of_a_provision(self, world, consultation, version):
        first = lineages(consultation.version_id)
        self.said(consultation, version, "dieu-3.khoan-2", "dieu-3", world)
        second = lineages(version.id)
        assert second["dieu-3"] == first["dieu-3.khoan-2"]
        assert second["dieu-4.khoan-2"] not in first.values()
        assert version.accepted_at is not None

    def test_what_was_said_stands_when_the_text_is_repaired(self, world, consultation, version):
        self.said(consultation, version, "dieu-3.khoan-2", None, world)
        rows = stored(version)
        rows[-1].text += " Thêm."
        put(version, rows)
        db.session.commit()
        gone = select(Alignment).where(
            Alignment.version_id == version.id, Alignment.fate == "removed"
        )
        (pair,) = db.session.scalars(gone).all()
        assert pair.confirmed_at == NOW
