"""The desk of groups, and what the public reads of them."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments import publish as outcomes
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.extensions import db
from app.groups import reading, screens
from app.groups.differing import difference
from app.groups.models import CommentGroup, GroupStep, Tier
from app.kit import clock
from app.site import group as group_page
from tests.groups.made import group, ids, suggestion
from tests.moderation.staff import enter

DESK = "/desk/groups"
CAMPAIGN = "Tôi đề nghị nâng mức hỗ trợ lên 5.000.000 đồng cho mỗi hộ ở xã miền núi."


@pytest.fixture
def consultation(world) -> Consultation:
    return world.consultation()


@pytest.fixture
def officer(world, consultation):
    return world.officer(consultation.dossier.agency, Role.MODERATOR)


@pytest.fixture
def said(world, consultation, officer):
    """Makes one comment, public unless told otherwise."""

    def make(body: str = CAMPAIGN, *, public: bool = True, **words: object) -> Comment:
        comment = world.comment(consultation, body, **words)
        if public:
            outcomes.publish(comment, comment.row_version, officer.id, clock.now())
            db.session.commit()
        return comment

    return make


@pytest.fixture
def desk(app, officer):
    return enter(app, officer)


@pytest.fixture
def drafter(app, world, consultation):
    return enter(app, world.officer(consultation.dossier.agency, Role.DRAFTER))


def home(consultation: Consultation) -> str:
    return f"{DESK}/{consultation.dossier.slug}"


def text(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def step() -> GroupStep:
    db.session.rollback()
    found = db.session.scalar(select(GroupStep).order_by(GroupStep.id.desc()))
    assert found is not None
    return found


def test_two_groups_are_joined_and_taken_apart_again(consultation, said, desk):
    one, two = group([said(), said(), said()]), group([said(), said()])
    listed = home(consultation)
    assert listed in text(desk.get(DESK))
    page = text(desk.get(listed))
    assert page.index(f"{listed}/{one.id}") < page.index(f"{listed}/{two.id}")
    chosen = {"group": [f"{one.id}.0", f"{two.id}.0"]}
    answer = desk.submit(listed, chosen, to=f"{listed}/merge")
    assert answer.location == f"{listed}/{one.id}"
    assert len(ids(one.id)) == 5
    page = text(desk.get(f"{listed}/{one.id}"))
    assert f"{listed}/steps/{step().id}/undo" in page
    assert f"{listed}/{one.id}" in text(desk.get(f"{listed}/{two.id}"))
    log = f"{listed}/steps"
    undone = desk.submit(log, {}, to=f"{log}/{step().id}/undo")
    assert undone.location == log
    assert [len(ids(key)) for key in (one.id, two.id)] == [3, 2]
    assert "/undo" not in text(desk.get(log))


def test_the_officer_sees_what_a_copy_adds_and_splits_it_off(consultation, said, desk):
    more = f"{CAMPAIGN} Riêng hộ nghèo cần được miễn phí lắp đặt đồng hồ nước."
    made = [said(), said(), said(more)]
    whole = group(made)
    item = f"{home(consultation)}/{whole.id}"
    page = desk.get(item).get_data(as_text=True)
    [added] = re.findall(r"<ins>.*?</span> ?(.*?)<span", page, re.S)
    assert added.split() == [
        "Riêng",
        "hộ",
        "nghèo",
        "cần",
        "được",
        "miễn",
        "phí",
        "lắp",
        "đặt",
        "đồng",
        "hồ",
        "nước.",
    ]
    answer = desk.submit(item, {"comment": [made[2].id], "seen": 0}, to=f"{item}/split")
    new = db.session.scalars(select(CommentGroup).order_by(CommentGroup.id.desc())).first()
    assert answer.location == f"{home(consultation)}/{new.id}"
    assert (ids(new.id), ids(whole.id)) == ([made[2].id], [made[0].id, made[1].id])


def test_another_group_is_joined_by_its_number(consultation, said, desk):
    one, two = group([said(), said()]), group([said(), said(), said()])
    item = f"{home(consultation)}/{one.id}"
    sent = desk.submit(item, {"other": two.id, "seen": 0}, to=f"{item}/merge")
    assert sent.location == item
    assert len(ids(one.id)) == 5
    for typed, status in ((999, 422), ("x", 422), ("", 422), (two.id, 409)):
        form = {"other": typed, "seen": step().id}
        answer = desk.submit(item, form, to=f"{item}/merge")
        assert (answer.status_code, "error-summary" in text(answer)) == (status, True)
        assert f'value="{typed}"' in text(answer)


def test_a_suggestion_stands_side_by_side_and_a_person_decides(consultation, said, desk):
    one, other = said("Mức hỗ trợ quá thấp so với giá ống."), said("Tiền hỗ trợ không đủ mua ống.")
    asked = suggestion(one, other)
    page = f"{home(consultation)}/suggestions"
    shown = text(desk.get(page))
    assert one.body in shown
    assert other.body in shown
    answer = desk.submit(page, {"said": "confirmed"}, to=f"{page}/{asked.id}")
    assert answer.location == page
    [belongs] = reading.of([one.id])[one.id]
    assert (belongs.tier, ids(belongs.group_id)) == (Tier.ARGUMENT, [one.id, other.id])
    assert one.body not in text(desk.get(page))
    again = enter_form(desk, home(consultation), f"{page}/{asked.id}", said="refused")
    assert again.status_code == 409


def enter_form(desk, page: str, to: str, **words: object):
    """A form sent that the page does not offer any more."""
    return desk.post(to, data={**words, "csrf_token": desk.token(page)})


@pytest.mark.parametrize("path", ["merge", "split", "say", "undo"])
def test_nothing_happens_without_a_token_or_without_a_choice(consultation, said, desk, path):
    made = [said(), said()]
    whole, asked = group(made), suggestion(*made)
    address = {
        "merge": f"{home(consultation)}/merge",
        "split": f"{home(consultation)}/{whole.id}/split",
        "say": f"{home(consultation)}/suggestions/{asked.id}",
        "undo": f"{home(consultation)}/steps/1/undo",
    }[path]
    if path == "undo":
        enter_form(
            desk, home(consultation), f"{home(consultation)}/suggestions/{asked.id}", said="refused"
        )
        assert desk.post(address).status_code == 400
        assert step().undone_at is None
        return
    assert desk.post(address, data={"comment": [made[0].id]}).status_code == 400
    answer = enter_form(desk, home(consultation), address)
    assert (answer.status_code, "error-summary" in text(answer)) == (422, True)
    assert db.session.scalars(select(GroupStep)).all() == []


def test_the_slower_of_two_officers_sees_how_it_stands(app, world, consultation, said, desk):
    made = [said() for _ in range(5)]
    whole, other = group(made[:3]), group(made[3:])
    item = f"{home(consultation)}/{whole.id}"
    desk.submit(item, {"comment": [made[0].id], "seen": 0}, to=f"{item}/split")
    colleague = enter(app, world.officer(consultation.dossier.agency, Role.DRAFTER))
    for address, form in (
        (f"{item}/split", {"comment": [made[1].id], "seen": 0}),
        (f"{home(consultation)}/merge", {"group": [f"{whole.id}.0", f"{other.id}.0"]}),
    ):
        answer = enter_form(colleague, item, address, **form)
        assert (answer.status_code, "error-summary" in text(answer)) == (409, True)
        assert "checked" in text(answer)
    assert len(ids(whole.id)) == 2


def test_a_step_with_another_upon_it_says_which_to_undo_first(consultation, said, desk):
    groups = [group([said(), said()]) for _ in range(3)]
    for n in (1, 2):
        item = f"{home(consultation)}/{groups[0].id}"
        seen = 0 if n == 1 else step().id
        desk.submit(item, {"other": groups[n].id, "seen": seen}, to=f"{item}/merge")
    log, last = f"{home(consultation)}/steps", step().id
    answer = desk.submit(log, {}, to=f"{log}/{last - 1}/undo")
    assert answer.status_code == 409
    assert str(last) in re.sub(r".*error-summary-title", "", text(answer), flags=re.S)[:400]


def test_what_is_not_public_is_read_by_reviewers_only(
    app, world, consultation, said, desk, drafter, client
):
    secret = "Lời này chưa ai duyệt."
    made = [said(secret, public=False), said(), said()]
    taken = said("Lời đã rút lại.")
    whole = group([*made, taken])
    outcomes.withdraw(db.session.get(Comment, taken.id), clock.now())
    asked = suggestion(made[0], made[1])
    db.session.commit()
    item, page = f"{home(consultation)}/{whole.id}", f"{home(consultation)}/suggestions"
    for address in (home(consultation), item, page):
        assert secret in text(desk.get(address))
        assert secret not in text(drafter.get(address))
        assert "Lời đã rút lại." not in text(desk.get(address))
    assert f"{page}/{asked.id}" not in text(drafter.get(page))
    public = f"/consultations/{consultation.dossier.slug}/groups/{whole.id}"
    assert secret not in text(client.get(public))


def test_reach_and_roles(app, world, consultation, said, desk):
    made = [said(), said(), said()]
    whole, asked = group(made), suggestion(made[0], made[1])
    enter_form(
        desk, home(consultation), f"{home(consultation)}/suggestions/{asked.id}", said="refused"
    )
    pages = [home(consultation), f"{home(consultation)}/{whole.id}"]
    pages += [f"{home(consultation)}/{tail}" for tail in ("suggestions", "steps")]
    acts = {
        f"{home(consultation)}/merge": {},
        f"{pages[1]}/merge": {},
        f"{pages[1]}/split": {},
        f"{pages[2]}/{asked.id}": {"said": "refused"},
        f"{pages[3]}/{step().id}/undo": {},
    }
    agency = consultation.dossier.agency
    write = f"/consultations/{consultation.dossier.slug}/comment"
    reader = enter(app, world.officer(agency, Role.OVERSIGHT))
    stranger = enter(app, world.officer(world.agency("Sở Nội vụ"), Role.DRAFTER, Role.MODERATOR))
    for address in pages:
        assert 'type="checkbox"' not in text(reader.get(address))
        assert stranger.get(address).status_code == 404
    for address, form in acts.items():
        assert enter_form(reader, write, address, **form).status_code == 403
        assert enter_form(stranger, write, address, **form).status_code == 404
    assert enter(app, world.officer(agency, Role.CLERK)).get(DESK).status_code == 403
    assert consultation.dossier.title not in text(stranger.get(DESK))


@pytest.mark.parametrize(
    "tail", ["/0", "/999", "?tier=x", "/suggestions/9", "/steps/9/undo", "/9/split"]
)
def test_what_does_not_exist_is_not_found(consultation, desk, tail):
    path = home(consultation) + tail
    posted = tail.count("/") > 1
    answer = enter_form(desk, "/desk", path) if posted else desk.get(path)
    assert answer.status_code == 404


def test_groups_of_another_consultation_are_not_found_here(world, consultation, said, desk):
    far = world.consultation()
    elsewhere = group([world.comment(far), world.comment(far)])
    here = group([said(), said()])
    assert desk.get(f"{home(consultation)}/{elsewhere.id}").status_code == 404
    chosen = {"group": [f"{here.id}.0", f"{elsewhere.id}.0"]}
    answer = desk.submit(home(consultation), chosen, to=f"{home(consultation)}/merge")
    assert answer.status_code == 422
    assert len(ids(elsewhere.id)) == 2


@pytest.mark.parametrize("after", ["x", "1.x", "-1", "9" * 30, "nan_1", "1e999_1"])
def test_a_forged_place_in_a_list_is_harmless(consultation, said, desk, after):
    whole = group([said(), said()])
    for tail in (f"?after={after}", f"/{whole.id}?after={after}", f"/suggestions?after={after}"):
        assert desk.get(home(consultation) + tail).status_code == 200
    assert desk.get(f"{home(consultation)}/steps?before={after}").status_code == 200


def test_lists_page_by_key_and_miss_nobody(consultation, said, desk, monkeypatch):
    monkeypatch.setattr(screens, "GROUPS", 2)
    monkeypatch.setattr(screens, "MEMBERS", 2)
    groups = [group([said() for _ in range(n)]) for n in (2, 5, 2)]
    first = text(desk.get(home(consultation)))
    assert f"{home(consultation)}/{groups[1].id}" in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = text(desk.get(html.unescape(onward[1])))
    assert f"{home(consultation)}/{groups[0].id}" in second
    seen, page = [], f"{home(consultation)}/{groups[1].id}"
    while page:
        shown = text(desk.get(page))
        seen += [int(n) for n in re.findall(r'name="comment" value="(\d+)"', shown)]
        found = re.search(r'rel="next" href="([^"]+)"', shown)
        page = html.unescape(found[1]) if found else ""
    assert seen == ids(groups[1].id)


def test_the_public_reads_every_public_comment_of_a_group(
    consultation, said, client, drain, monkeypatch
):
    monkeypatch.setattr(group_page, "PAGE", 2)
    made = [said(display_name=f"Người {n % 2}") for n in range(3)]
    hidden = said("Lời chưa được đăng.", public=False)
    drain()
    whole = group([*made, hidden])
    exact = group(made[:2], Tier.EXACT)
    drain()
    slug = consultation.dossier.slug
    address = f"/consultations/{slug}/groups/{whole.id}"
    listed = text(client.get(f"/consultations/{slug}/comments"))
    assert listed.count(f'href="{address}"') == 3
    assert f"groups/{exact.id}" not in listed
    line = re.search(rf'href="{address}">([^<]+)', listed)
    assert re.findall(r"\d+", line[1]) == ["3", "2"]
    first, second = (text(client.get(f"{address}{tail}")) for tail in ("", f"?after={made[1].id}"))
    assert [f'id="comment-{one.id}"' in first for one in made] == [True, True, False]
    assert [f'id="comment-{one.id}"' in second for one in made] == [False, False, True]
    assert hidden.body not in first + second
    for bad in (f"{address}?after=x", f"/consultations/{slug}/groups/{whole.id + 9}"):
        assert client.get(bad).status_code == 404


def test_a_kept_page_follows_the_count_and_a_joined_group_leads_on(
    consultation, said, client, desk, drain
):
    made, more = [said(), said(), said(public=False)], [said(), said()]
    drain()
    whole, other = group(made), group(more)
    slug = consultation.dossier.slug
    address = f"/consultations/{slug}/groups/{whole.id}"
    before = client.get(address)
    officer = db.session.get(Comment, made[2].id)
    outcomes.publish(officer, officer.row_version, None, clock.now())
    db.session.commit()
    drain()
    after = client.get(address)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert f'id="comment-{made[2].id}"' in text(after)
    item = f"{home(consultation)}/{whole.id}"
    desk.submit(item, {"other": other.id, "seen": 0}, to=f"{item}/merge")
    moved = client.get(f"/consultations/{slug}/groups/{other.id}")
    assert (moved.status_code, moved.location) == (303, address)


def test_a_group_with_one_public_comment_is_no_group_to_the_public(
    consultation, said, client, drain
):
    made = [said(public=n == 0) for n in range(4)]
    drain()
    whole, waiting = group(made[:2]), group(made[2:])
    page = text(client.get(f"/consultations/{consultation.dossier.slug}/comments"))
    assert f"groups/{whole.id}" not in page
    address = f"/consultations/{consultation.dossier.slug}/groups/{waiting.id}"
    assert client.get(address).status_code == 404


class Said:
    """The columns that a difference looks at."""

    def __init__(self, body: str, wording: str = "") -> None:
        self.body, self.proposed_wording = body, wording


@pytest.mark.parametrize(
    ("body", "wording", "own", "more", "other"),
    [
        (CAMPAIGN, "", 0, False, False),
        (CAMPAIGN.replace("đề nghị", "kiến nghị"), "", 0, False, False),
        (CAMPAIGN.replace("5.000.000", "6.000.000"), "", 0, False, False),
        (f"{CAMPAIGN} Xin cảm ơn.", "", 3, False, False),
        (f"{CAMPAIGN} Hộ nghèo cần được miễn phí.", "", 6, True, False),
        (CAMPAIGN, "Mỗi hộ được hỗ trợ 5.000.000 đồng.", 7, True, False),
        ("Ống dẫn phải làm bằng vật liệu an toàn, có kiểm định.", "", 0, False, True),
    ],
)
def test_own_words_are_those_that_replace_none(body, wording, own, more, other):
    found = difference(Said(CAMPAIGN), Said(body, wording))
    assert (found.own, found.says_more, found.other_words) == (own, more, other)
    assert found.numbers is ("6.000.000" in body)
    assert found.same is (body == CAMPAIGN and not wording)
    kept = "".join(run.text for run in found.body if run.op != "del")
    assert kept == body
