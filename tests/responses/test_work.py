"""Finding comments, sharing the work out, and beginning with what was answered before."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments.models import Comment, CommenterKind
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.responses import answering, assigning, similar, sought
from app.responses.assigning import Place
from app.responses.models import Assignment, Disposition
from app.responses.progress import Whose, parts
from app.responses.sought import Standing, Wanted, look
from app.responses.unanswered import remember
from tests.moderation.staff import enter
from tests.responses import many
from tests.responses.test_answering_desk import EXPLANATION, answers, home, new, words
from tests.responses.test_for_groups import crowd, grouped, statements

NOW = clock.now()
WORDS = Disposition.NOT_ACCEPTED, "Mức hỗ trợ giữ nguyên vì ngân sách có hạn."


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def drafter(world, consultation):
    return world.officer(consultation.dossier.agency, Role.DRAFTER, name="Lò Thị Mẩy")


@pytest.fixture
def head(world, consultation):
    return world.officer(consultation.dossier.agency, Role.HEAD)


def listed(consultation) -> None:
    """The list of open comments has followed the ledger."""
    remember(Comment.consultation_id == consultation.id)
    db.session.commit()


def ids(found) -> list[int]:
    return [row.id for row in found.rows]


class TestSearch:
    def test_each_filter_finds_its_own(self, consultation, drafter, head):
        [first, second, third] = crowd(consultation, 3)
        [expert] = crowd(consultation, 1, commenter_kind=CommenterKind.EXPERT.value)
        [whole] = crowd(consultation, 1, anchor="", body="Đường về bản còn lầy lội.")
        group = grouped(consultation, [first, second])
        answering.draft(consultation, [second], *WORDS, drafter, NOW)
        answer = answering.draft(consultation, [third], *WORDS, drafter, NOW)
        answering.finish(answer, head, NOW)
        listed(consultation)
        article = many.lineages(consultation)["dieu-3"][0]
        for wanted, found in (
            (Wanted(), [whole, first, expert]),
            (Wanted(Standing.DRAFTED), [second]),
            (Wanted(Standing.ANSWERED), [third]),
            (Wanted(Standing.ALL), [first, second, third, expert, whole]),
            (Wanted(Standing.ALL, article=article), [first, second, third, expert]),
            (Wanted(article=0), [whole]),
            (Wanted(Standing.ALL, article=0), [whole]),
            (Wanted(Standing.ALL, group=group), [first, second]),
            (Wanted(group=group), [first]),
            (Wanted(kind=CommenterKind.EXPERT), [expert]),
            (Wanted(words="duong VE ban"), [whole]),
            (Wanted(words=f"gy-{third}"), []),
            (Wanted(Standing.ALL, words=f"gy-{third}"), [third]),
        ):
            assert ids(look(consultation, wanted, None)) == found, wanted

    @pytest.mark.parametrize("standing", list(Standing))
    @pytest.mark.parametrize("words", ["", "tăng"])
    def test_pages_hold_everything_once(self, consultation, drafter, monkeypatch, standing, words):
        monkeypatch.setattr(sought, "PAGE", 3)
        monkeypatch.setattr(sought, "WINDOW", 4)
        everything = crowd(consultation, 9) + crowd(consultation, 2, anchor="")
        if standing is Standing.DRAFTED:
            answering.draft(consultation, everything, *WORDS, drafter, NOW)
        listed(consultation)
        read, after = [], None
        while True:
            found = look(consultation, Wanted(standing, words=words), after)
            read += ids(found)
            if found.onward is None:
                break
            after = tuple(map(int, found.onward.split(".")))
        wanted = [] if standing is Standing.ANSWERED else everything
        assert sorted(read) == wanted

    def test_a_page_looks_at_no_more_than_its_window(self, consultation, monkeypatch):
        monkeypatch.setattr(sought, "WINDOW", 5)
        crowd(consultation, 12)
        [last] = crowd(consultation, 1, body="Chỉ một người nói thế này.")
        listed(consultation)
        wanted = Wanted(words="chi mot nguoi")
        found = look(consultation, wanted, None)
        assert (ids(found), found.stopped) == ([], True)
        for _ in range(2):
            found = look(consultation, wanted, tuple(map(int, found.onward.split("."))))
        assert (ids(found), found.stopped) == ([last], False)

    def test_the_page_says_what_it_looked_through(self, app, consultation, drafter, monkeypatch):
        monkeypatch.setattr(sought, "WINDOW", 5)
        crowd(consultation, 12)
        listed(consultation)
        desk = enter(app, drafter)
        page = desk.get(f"/en{home(consultation)}?q=nghieng").get_data(as_text=True)
        assert "Look further" in page
        assert "q=nghieng&amp;after=" in page or "after=" in page

    @pytest.mark.parametrize("bad", ["standing=x", "kind=x", "group=99", "group=x", "article=-1"])
    def test_a_filter_that_is_none_is_not_found(self, app, consultation, drafter, bad):
        assert enter(app, drafter).get(f"{home(consultation)}?{bad}").status_code == 404


class TestAssigning:
    def test_parts_and_groups_go_to_officers(self, app, consultation, drafter, drain, world):
        colleague = world.officer(consultation.dossier.agency, Role.DRAFTER)
        moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
        comments = [world.comment(consultation, f"Ý {n}") for n in range(2)]
        for comment in comments:
            world.publish(comment, moderator)
        db.session.commit()
        group = grouped(consultation, [comment.id for comment in comments])
        drain()
        article = many.lineages(consultation)["dieu-3"][0]
        desk, page = enter(app, drafter), f"{home(consultation)}/work"
        assert [part.holder for part in parts(consultation, Whose.ALL, 0)] == [None]
        typed = {"article": article, "group": group, "officer": drafter.id}
        assert desk.submit(page, typed).status_code == 303
        shown = desk.get(page).get_data(as_text=True)
        assert shown.count(drafter.name) >= 3  # the part, the group, the choice
        [part] = parts(consultation, Whose.MINE, drafter.id)
        assert (part.open, part.percent, part.holder[0]) == (2, 0, drafter.id)
        assert parts(consultation, Whose.NOBODYS, drafter.id) == []
        assert parts(consultation, Whose.MINE, colleague.id) == []
        assert "dieu-3" not in shown  # cited as the law cites, not by its anchor
        mine = desk.get("/en/desk").get_data(as_text=True)
        assert "Assigned to you" in mine
        assert "Assigned to you" not in enter(app, colleague).get("/en/desk").get_data(as_text=True)
        # to a colleague, then to nobody
        for officer in (colleague.id, 0):
            assert desk.submit(page, {**typed, "officer": officer}).status_code == 303
        assert db.session.scalars(select(Assignment)).all() == []
        entries = db.session.scalars(
            select(Entry).where(Entry.verb == "answer.assigned").order_by(Entry.id)
        ).all()
        given = [(one.facts["group_id"], one.facts["officer_id"]) for one in entries]
        everybody = (drafter.id, colleague.id, None)
        assert given == [(at, who) for who in everybody for at in (None, group)]

    def test_what_cannot_be_assigned(self, app, world, consultation, drafter, drain):
        outsider = world.officer(world.agency(), Role.DRAFTER)
        [n] = crowd(consultation, 1)
        group = grouped(consultation, [n])
        with pytest.raises(assigning.NotDrafterError):
            assigning.assign(consultation, Place(group=group), outsider, drafter, NOW)
        for place in (Place(article=999), Place(group=999)):
            with pytest.raises(assigning.UnknownPlaceError):
                assigning.assign(consultation, place, drafter, drafter, NOW)
        desk, page = enter(app, drafter), f"{home(consultation)}/work"
        assert desk.submit(page, {"officer": drafter.id}).status_code == 422
        assert desk.submit(page, {"officer": outsider.id, "group": group}).status_code == 422
        sent = desk.submit(page, {"officer": drafter.id, "article": 999})
        assert sent.status_code == 409

    def test_the_same_again_is_no_fact(self, consultation, drafter):
        [n] = crowd(consultation, 1)
        place = Place(group=grouped(consultation, [n]))
        assert assigning.assign(consultation, place, drafter, drafter, NOW)
        assert not assigning.assign(consultation, place, drafter, drafter, NOW)


class TestSimilar:
    def test_what_is_most_alike_comes_first_and_others_not(self, consultation, drafter, head):
        said = (
            "Đề nghị nâng mức hỗ trợ nước sạch lên bốn triệu đồng cho hộ nghèo vùng cao.",
            "Đề nghị nâng mức hỗ trợ nước sạch cho hộ cận nghèo.",
            "Xe buýt nên chạy thêm chuyến tối.",
        )
        for n, body in enumerate(said):
            [one] = crowd(consultation, 1, body=body)
            way = Disposition.NOT_ACCEPTED, f"Trả lời số {n} cho góp ý này.", drafter, NOW
            answer = answering.draft(consultation, [one], *way)
            answering.finish(answer, head, NOW)
        asked = "Đề nghị nâng mức hỗ trợ nước sạch lên bốn triệu đồng cho hộ nghèo."
        [n] = crowd(consultation, 1, body=asked, anchor="dieu-1")
        found = similar.similar(consultation, [n])
        assert [one.explanation for one in found] == [
            "Trả lời số 0 cho góp ý này.",
            "Trả lời số 1 cho góp ý này.",
        ]

    def test_an_answer_to_the_same_group_is_first(self, consultation, drafter, head):
        one, other, plain = crowd(consultation, 3)
        group = grouped(consultation, [one, other])
        chosen = {"groups": [group], "without": [other]}
        answer = answering.draft(consultation, [], *WORDS, drafter, NOW, **chosen)
        answering.finish(answer, head, NOW)
        way = Disposition.NOTED, "Câu trả lời riêng cho người khác.", drafter, NOW
        answering.finish(answering.draft(consultation, [plain], *way), head, NOW)
        found = similar.similar(consultation, [other])
        assert [one.explanation for one in found] == [WORDS[1], way[1]]

    def test_nothing_unpublished_is_suggested(self, consultation, drafter):
        first, second = crowd(consultation, 2)
        answer = answering.draft(consultation, [first], *WORDS, drafter, NOW)
        assert similar.similar(consultation, [second]) == []
        assert similar.earlier(answer.id) is None

    def test_the_candidates_are_few_however_many_answers_there_are(
        self, consultation, drafter, monkeypatch
    ):
        monkeypatch.setattr(similar, "CANDIDATES", 5)
        numbers = crowd(consultation, 12)
        for n in numbers[:11]:
            many.answer(consultation, drafter, [n], NOW, explanation=f"Trả lời {n}.")
        assert len(similar._candidates(consultation)) == 5
        with statements() as asked:
            similar.similar(consultation, numbers[11:])
        assert len(asked) <= 5

    def test_one_press_begins_with_the_earlier_text_and_keeps_what_was_typed(
        self, app, consultation, drafter, head
    ):
        first, second = crowd(consultation, 2)
        answer = answering.draft(consultation, [first], *WORDS, drafter, NOW)
        answering.finish(answer, head, NOW)
        db.session.commit()
        desk, comment = enter(app, drafter), db.session.get(Comment, second)
        assert "Start from this text" in desk.get(f"/en{new(consultation, comment)}").get_data(
            as_text=True
        )
        typed = {**words(comment, disposition=""), "start": answer.id}
        shown = desk.submit(new(consultation, comment), typed)
        page = shown.get_data(as_text=True)
        assert shown.status_code == 200
        assert page.index(EXPLANATION) < page.index(WORDS[1])
        assert len(answers()) == 1


def test_the_list_of_open_comments_follows_what_is_decided(world, consultation, drain):
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    comment = world.comment(consultation)
    drain()
    assert ids(look(consultation, Wanted(), None)) == []
    world.publish(comment, moderator)
    db.session.commit()
    drain()
    assert ids(look(consultation, Wanted(), None)) == [comment.id]
