"""The page that compares two versions, in its three views, and its Word file."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import docx
import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.documents.models import Dossier, Provision
from app.extensions import db
from app.kit import clock
from app.responses.models import Adoption
from tests.factories import DRAFT
from tests.site.posting import FIRST, MOVED, SECOND, closed, post, post_again, revised

NOW = clock.now()


@dataclass
class Revised:
    dossier: Dossier


@pytest.fixture
def dossier(kept, world, drain) -> Dossier:
    def make() -> Revised:
        found = revised(world, NOW)
        drain()
        return Revised(found)

    return kept("revised", make).dossier


def path(dossier, query: str = "?from=1&to=2", language: str = "/en") -> str:
    return f"{language}/consultations/{dossier.slug}/compare{query}"


def words(page) -> str:
    """What a screen reader says: all text, hidden words too."""
    main = page.text[page.text.index("<main") : page.text.index("</main")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.parametrize("view", ["inline", "columns", "list"])
def test_each_view_says_every_change_in_words(client, dossier, view):
    said = words(client.get(path(dossier, f"?from=1&to=2&view={view}")))
    assert "[removed: 1.000.000 ]" in said
    assert "[added: 2.000.000 ]" in said
    for fate in ("reworded", "moved", "removed", "new"):
        assert f" {fate} " in said
    assert "Moved here from khoản 3 Điều 3" in said
    assert "Moved to khoản 2 Điều 2" in said
    assert "[added: Ngân sách tỉnh bảo đảm kinh phí. ]" in said


@pytest.mark.parametrize("view", ["inline", "columns"])
def test_a_move_leads_from_each_place_to_the_other(client, dossier, view):
    page = client.get(path(dossier, f"?from=1&to=2&view={view}"))
    here, there = "dieu-2.khoan-2", "old-dieu-3.khoan-3"
    for target in (here, there):
        assert f'href="#{target}"' in page.text
        assert f'id="{target}"' in page.text
    assert f"{MOVED}</" in page.text, "moved words are not marked as put in"


@pytest.mark.parametrize("view", ["columns", "list"])
def test_each_side_has_its_own_number_and_says_where_the_words_went(client, dossier, view):
    said = words(client.get(path(dossier, f"?from=1&to=2&view={view}")))
    assert re.search(rf"\[removed: 3 \] \. {MOVED} .*\[added: 2 \] \. {MOVED}", said)
    assert re.search(r"3\. Ủy ban nhân dân cấp xã [^.]+… (Draft 2 )?Moved to khoản 2 Điều 2", said)


def test_the_list_has_the_headings_too(client, dossier):
    said = words(client.get(path(dossier, "?from=1&to=2&view=list")))
    assert "[added: Điều 4. Kinh phí ] [added: 1. ]" in said


def test_headings_go_down_by_one_with_chapters_and_without(client, world, drain):
    without = [re.sub(r"Chương .+\n.+\n", "", text) for text in (FIRST, SECOND)]
    for first, second in ((FIRST, SECOND), without):
        dossier = revised(world, NOW, first, second)
        drain()
        main = client.get(path(dossier)).text.split("<main")[1]
        levels = [int(n) for n in re.findall(r"<h(\d)", main)]
        assert all(b <= a + 1 for a, b in pairwise(levels)), levels


def test_what_follows_a_table_stands_below_it(client, world, drain):
    table = FIRST + "1. Mức chi:\n| Việc | Đồng |\n| Sổ | 1.000 |\nSở Tài chính hướng dẫn.\n"
    dossier = revised(world, NOW, table, table.replace("| 1.000 |", "| 3.000 |"))
    drain()
    said = words(client.get(path(dossier)))
    assert "Sổ [removed: 1.000 ] [added: 3.000 ] Sở Tài chính hướng dẫn." in said
    sides = client.get(path(dossier, "?from=1&to=2&view=list")).text
    names = re.findall(r'role="region" tabindex="0" aria-label="([^"]+)"', sides)
    assert len(names) == len(set(names)) == 2


def test_what_stayed_is_folded_or_named(client, dossier):
    short = words(client.get(path(dossier)))
    assert "1 part unchanged: Điều 1" in short
    assert "Nghị quyết này quy định mức hỗ trợ" not in short
    whole = words(client.get(path(dossier, "?from=1&to=2&all=1")))
    assert "Nghị quyết này quy định mức hỗ trợ" in whole
    assert "Điều [removed: 4 ] [added: 5 ] . Hiệu lực" in whole


def test_the_summary_counts_each_provision_once(client, dossier):
    said = words(client.get(path(dossier)))
    total = re.search(r"Reworded (\d+) New (\d+) Removed (\d+) Moved (\d+) Unchanged (\d+)", said)
    assert total
    reworded, new, removed, moved, kept = map(int, total.groups())
    assert (reworded, new, removed, moved) == (1, 3, 1, 1)
    old, after = (
        len(db.session.scalars(select(Provision.id).where(Provision.version_id == v)).all())
        for v in sorted(set(db.session.scalars(select(Provision.version_id))))
    )
    assert kept + reworded + moved + removed == old
    assert kept + reworded + moved + new == after


def test_a_new_article_is_told_once_not_clause_by_clause(client, dossier):
    page = client.get(path(dossier))
    section = page.text[page.text.index('<section class="cmp-part" id="dieu-4"') :]
    section = section[: section.index("</section>")]
    assert section.count('class="tag') == 1
    assert "Điều 4 1 change " in words(page)


def test_each_change_leads_to_both_versions(client, dossier):
    page = client.get(path(dossier))
    base = f"/en/consultations/{dossier.slug}/versions"
    assert f'href="{base}/1#dieu-3.khoan-2"' in page.text
    assert f'href="{base}/2#dieu-3.khoan-2"' in page.text
    assert client.get(f"{base}/2").text.count('id="dieu-3.khoan-2"') == 1


def test_comments_on_the_old_article_are_one_link_away(client, world, drain):
    consultation = closed(world, NOW)
    commented(world, consultation)
    post_again(world, consultation.dossier, SECOND, NOW)
    drain()
    page = client.get(path(consultation.dossier))
    assert "1 comment on the earlier text" in words(page)
    assert f'/consultations/{consultation.dossier.slug}/comments?at=dieu-3"' in page.text


def commented(world, consultation):
    """A published comment on clause 2 of article 3."""
    comment = world.comment(
        consultation,
        anchor="dieu-3.khoan-2",
        at=NOW - timedelta(days=39),
        display_name="Lò Thị Mai",
    )
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    world.publish(comment, moderator, NOW)
    db.session.commit()
    return comment


def test_without_a_choice_the_last_two(client, world, dossier, drain):
    post_again(world, dossier, FIRST, NOW)
    drain()
    assert "<h1>Draft 3 compared with draft 2</h1>" in client.get(path(dossier, "")).text
    assert "<h1>Draft 2 compared with draft 1</h1>" in client.get(path(dossier, "?to=2")).text
    assert "<h1>Draft 3 compared with draft 1</h1>" in client.get(path(dossier, "?from=1")).text
    assert 'name="from"' in client.get(path(dossier, "")).text


def test_the_order_is_always_the_same(client, dossier):
    page = client.get(path(dossier, "?from=2&to=1&view=list"))
    assert page.status_code == 303
    assert page.headers["Location"].endswith("/compare?from=1&to=2&view=list")


@pytest.mark.parametrize(
    "query",
    [
        "?from=1&to=1",
        "?from=1&to=3",
        "?from=0&to=2",
        "?from=x",
        "?view=table",
        "?part=2",
        "?part=0",
    ],
)
def test_what_cannot_be_compared_is_no_page(client, dossier, query):
    page = client.get(path(dossier, query))
    assert page.status_code == 404
    assert "/en/consultations" in page.text


def test_one_version_has_nothing_to_compare_with(client, world, drain):
    dossier = world.consultation().dossier
    drain()
    assert client.get(path(dossier, "")).status_code == 404
    assert client.get(f"/consultations/{dossier.slug}/compare.docx").status_code == 404


def test_a_version_not_posted_is_not_compared(client, world, dossier, drain):
    world.version(dossier, DRAFT)
    drain()
    assert client.get(path(dossier, "?from=2&to=3")).status_code == 404
    assert client.get(f"/consultations/{dossier.slug}/versions/3").status_code == 404


def test_two_drafts_with_the_same_words(client, world, drain):
    dossier = revised(world, NOW, FIRST, FIRST)
    drain()
    said = words(client.get(path(dossier)))
    assert "The two drafts have the same words." in said, said


def test_a_long_comparison_comes_in_parts(client, dossier, monkeypatch):
    monkeypatch.setattr("app.site.sections.PART", 400)
    client.get(path(dossier, "?from=1&to=2&view=inline"))
    said = [words(client.get(path(dossier, f"?from=1&to=2&part={n}"))) for n in (1, 2)]
    assert "Part 1 of" in said[0]
    assert "Part 2 of" in said[1]
    assert "[added: 2.000.000 ]" not in said[0]
    first = client.get(path(dossier, "?from=1&to=2&part=1"))
    assert re.search(r'href="[^"]*part=\d[^"]*#dieu-3"', first.text), "the list leads into parts"


def test_a_wording_taken_over_leads_back_to_its_comment(client, world, drain):
    consultation = closed(world, NOW)
    comment = commented(world, consultation)
    version = world.version(consultation.dossier, SECOND)
    taken = db.session.execute(
        select(Provision.lineage_id, Provision.text).where(
            Provision.version_id == version.id, Provision.anchor == "dieu-3.khoan-2"
        )
    ).one()
    drafter = world.officer(version.dossier.agency, Role.DRAFTER)
    db.session.add(
        Adoption(
            version_id=version.id,
            comment_id=comment.id,
            lineage_id=taken.lineage_id,
            wording=taken.text,
            officer_id=drafter.id,
            at=NOW,
        )
    )
    post(world, version, NOW)
    drain()
    base = f"/en/consultations/{version.dossier.slug}/versions/2"
    for address in (path(version.dossier), base):
        page = client.get(address)
        assert f"Wording proposed by Lò Thị Mai : comment {comment.id}" in words(page)
        assert f"#comment-{comment.id}" in page.text


def test_the_word_file_tracks_the_changes(client, dossier):
    address = f"/en/consultations/{dossier.slug}/compare.docx?from=1&to=2"
    sent = client.get(address)
    assert sent.status_code == 200
    assert f"filename={dossier.slug}-1-2.docx" in sent.headers["Content-Disposition"]
    document = docx.Document(io.BytesIO(sent.data))
    assert "draft 1" in document.sections[0].header.paragraphs[0].text
    assert {comment.text for comment in document.comments} == {
        "Moved here from khoản 3 Điều 3",
        "Moved to khoản 2 Điều 2",
    }
    assert {comment.author for comment in document.comments} == {dossier.agency.name}
    again = client.get(address, headers={"If-None-Match": sent.headers["ETag"]})
    assert again.status_code == 304
