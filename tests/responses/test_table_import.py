"""A table goes out, is filled in elsewhere and comes back: shown first, refused by row, then drafts."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.responses import answering, table_file, table_import, working_copy
from app.responses.drafting import Draft, draft_many
from app.responses.models import Answer, AnswerEdit, AnswerState, Disposition, Unanswered
from app.responses.selecting import NotAnswerableError, selection
from app.responses.table_file import Sent
from app.responses.table_plan import Fault, plan
from tests.responses.many import answer, say
from tests.responses.saved import MEGABYTES, answers, edited, exported

NOW = clock.now()
WORDS = "Cảm ơn bà con, mức hỗ trợ được giữ như dự thảo."
OWN = {"id", "answer_id", "subject"}
OTHER = "Mức hỗ trợ được tăng theo ý kiến của bà con."


@pytest.fixture
def consultation(world):
    return world.consultation(opened_at=NOW - timedelta(days=40))


@pytest.fixture
def officer(world, consultation):
    return world.officer(consultation.dossier.agency, Role.DRAFTER)


def filled(consultation, rows: dict[int, dict[str, str | None]], name="bang.xlsx") -> list[Sent]:
    return table_file.read(edited(exported(consultation), rows), name, MEGABYTES)


def carried_out(consultation, officer, sent, *, clear=False) -> tuple[int, int]:
    key = table_import.keep(
        consultation, officer, sent, NOW, name="x", sha256="0" * 64, clear=clear
    )
    found = table_import.find(key, consultation, officer)
    seen = plan(consultation, sent, clear=clear).digest()
    done = table_import.carry_out(found, consultation, seen, officer, NOW)
    db.session.commit()
    return done


def faults(consultation, sent, *, clear=False) -> list[Fault]:
    return [left.fault for left in plan(consultation, sent, clear=clear).left]


class TestReading:
    def test_a_table_sent_back_untouched_changes_nothing(self, consultation, officer):
        ids = say(consultation, [{"body": "=1+1"}, {"body": "Hai\ndòng"}, {}])
        answer(
            consultation, officer, ids[:2], NOW, published=False, explanation="Một.\nHai dòng.\n"
        )
        db.session.commit()
        for clear in (False, True):
            made = plan(consultation, filled(consultation, {}), clear=clear)
            assert (made.changes, made.left, made.same) == ([], [], 3)

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_heads_and_words_in_each_language(self, app, consultation, language):
        (comment,) = say(consultation, [{}])
        db.session.commit()
        with app.test_request_context("/" if language == "vi" else "/en/"):
            sent = filled(consultation, {2: {"explanation": WORDS, "disposition": "noted"}})
        assert [(row.comment_id(), row.disposition) for row in sent] == [(comment, "noted")]

    @pytest.mark.parametrize(
        "word",
        [
            "not_accepted",
            "NOT ACCEPTED",
            " Không tiếp thu ",
            unicodedata.normalize("NFD", "KHÔNG TIẾP THU"),
            "không tiếp thu.",
        ],
    )
    def test_dispositions_by_code_or_by_name_in_any_case_and_form(self, app, word):
        assert table_file.disposition(word) is Disposition.NOT_ACCEPTED

    @pytest.mark.parametrize("word", ["có", "tiếp", "accepted?", "0"])
    def test_other_words_are_none(self, app, word):
        assert table_file.disposition(word) is None

    @pytest.mark.parametrize(
        ("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-16", "\t"), ("utf-8", ";")]
    )
    def test_values_separated_by_commas_as_programs_write_them(
        self, consultation, encoding, delimiter
    ):
        (comment,) = say(consultation, [{}])
        db.session.commit()
        mark = working_copy.standing(consultation.id, [comment])[comment].mark
        cells = ["number", "mark", "disposition", "explanation"], [f"GY-{comment}", mark, "noted", f'"{WORDS} ""x"""']  # fmt: skip
        text = "\r\n".join(delimiter.join(row) for row in cells)
        sent = table_file.read(text.encode(encoding), "bang.csv", MEGABYTES)
        (change,) = plan(consultation, sent, clear=False).changes
        assert change.new.explanation == f'{WORDS} "x"'

    def test_other_columns_are_not_the_table(self, consultation):
        with pytest.raises(table_file.NotTheTableError):
            table_file.read(b"a,b,c\r\n1,2,3\r\n", "bang.csv", MEGABYTES)

    def test_the_result_of_a_formula_counts_and_one_without_is_empty(self, consultation):
        say(consultation, [{}])
        db.session.commit()
        (row,) = filled(consultation, {2: {"explanation": "=1+1", "disposition": "noted"}})
        assert row.explanation == ""


class TestRows:
    def test_each_fault_by_its_row(self, world, consultation, officer):
        other = world.consultation(opened_at=NOW - timedelta(days=40))
        ids = say(consultation, [{"body": f"Góp ý {n}"} for n in range(9)])
        (elsewhere,) = say(other, [{}])
        (hidden,) = say(consultation, [{"status": "withheld"}])
        answer(consultation, officer, [ids[0]], NOW)
        db.session.commit()
        good = {"disposition": "noted", "explanation": WORDS}
        sent = filled(
            consultation,
            {
                2: {"explanation": OTHER},
                3: {**good, "disposition": "tiếp thu hết"},
                4: {"explanation": WORDS},
                5: {"disposition": "noted"},
                6: {**good, "explanation": "Ngắn."},
                7: {**good, "explanation": "Dài " * 5001},
                8: {**good, "mark": "sửa"},
                9: {**good, "number": f"GY-{ids[8]}"},
                10: good,
            },
        )
        sent += [
            replace(sent[0], row=11, number=f"GY-{one}") for one in (elsewhere, hidden, 10**17)
        ]
        made = plan(consultation, sent, clear=False)
        assert [(left.row, left.fault) for left in made.left] == [
            (2, Fault.PUBLISHED),
            (3, Fault.UNKNOWN_DISPOSITION),
            (4, Fault.NO_DISPOSITION),
            (5, Fault.NO_EXPLANATION),
            (6, Fault.TOO_SHORT),
            (7, Fault.TOO_LONG),
            (8, Fault.NO_MARK),
            (9, Fault.TWICE),
            (10, Fault.TWICE),
            *[(11, Fault.UNKNOWN_NUMBER)] * 3,
        ]
        assert made.changes == []

    def test_a_row_whose_record_changed_is_left_the_others_are_taken(self, consultation, officer):
        ids = say(consultation, [{}, {}, {}])
        first = answering.draft(consultation, ids[:2], Disposition.NOTED, WORDS, officer, NOW)
        db.session.commit()
        sent = filled(
            consultation,
            {2: {"explanation": OTHER}, 4: {"disposition": "noted", "explanation": WORDS}},
        )
        answering.revise(
            first, first.row_version, ids[:2], Disposition.ACCEPTED, WORDS, officer, NOW
        )
        db.session.commit()
        made = plan(consultation, sent, clear=False)
        assert [(left.row, left.fault) for left in made.left] == [(2, Fault.CHANGED)]
        assert [change.comment_id for change in made.changes] == [ids[2]]
        assert made.same == 1  # nobody touched the second: the colleague's words stay

    def test_empty_cells_clear_only_when_told(self, consultation, officer):
        ids = say(consultation, [{}, {}])
        answering.draft(
            consultation, ids, Disposition.NOTED, WORDS, officer, NOW, no_change_reason="Đã rõ rồi."
        )
        db.session.commit()
        empty = {"disposition": None, "explanation": None, "no_change_reason": None}
        sent = filled(consultation, {2: empty, 3: {"no_change_reason": None}})
        assert plan(consultation, sent, clear=False).same == 2
        made = plan(consultation, sent, clear=True)
        assert [change.clears for change in made.changes] == [True, False]
        assert carried_out(consultation, officer, sent, clear=True) == (2, 1)
        assert answers() == [("noted", WORDS, [ids[1]])]
        assert db.session.scalar(select(Answer.no_change_reason)) == ""
        (half,) = filled(consultation, {3: {"explanation": None}})[1:]
        assert faults(consultation, [half], clear=True) == [Fault.NO_EXPLANATION]

    def test_an_answer_whose_rows_are_all_cleared_speaks_to_nobody(self, consultation, officer):
        ids = say(consultation, [{}, {}])
        answering.draft(consultation, ids, Disposition.NOTED, WORDS, officer, NOW)
        db.session.commit()
        empty = {"disposition": None, "explanation": None}
        sent = filled(consultation, {2: empty, 3: empty})
        carried_out(consultation, officer, sent, clear=True)
        assert answers() == [("noted", WORDS, [])]
        assert carried_out(
            consultation,
            officer,
            filled(consultation, {2: {"disposition": "noted", "explanation": OTHER}}),
        ) == (1, 1)


class TestDrafts:
    def test_what_was_one_answer_and_still_says_the_same_stays_one(self, consultation, officer):
        ids = say(consultation, [{} for _ in range(7)])
        one = answering.draft(consultation, ids[:3], Disposition.NOTED, WORDS, officer, NOW)
        two = answering.draft(consultation, ids[3:5], Disposition.NOTED, OTHER, officer, NOW)
        db.session.commit()
        new = {"disposition": "Tiếp thu", "explanation": "Tiếp thu và sửa mức hỗ trợ."}
        sent = filled(
            consultation,
            {2: new, 3: new, 4: new, 5: new, 7: new, 8: new},
        )
        assert carried_out(consultation, officer, sent) == (6, 4)
        text = new["explanation"]
        assert answers() == [
            ("accepted", text, ids[:3]),
            ("noted", OTHER, [ids[4]]),
            ("accepted", text, ids[5:]),
            ("accepted", text, [ids[3]]),
        ]
        assert {one.state, two.state} == {AnswerState.DRAFT}

    def test_an_answer_on_its_way_is_a_draft_again_and_the_ledger_says_so(
        self, consultation, officer
    ):
        (comment,) = say(consultation, [{}])
        made = answering.draft(consultation, [comment], Disposition.NOTED, WORDS, officer, NOW)
        answering.submit(made, made.row_version, officer, NOW)
        db.session.commit()
        carried_out(consultation, officer, filled(consultation, {2: {"explanation": OTHER}}))
        db.session.refresh(made)
        assert (made.state, made.explanation) == (AnswerState.DRAFT, OTHER)
        entry = db.session.scalars(select(Entry).where(Entry.verb == "table.imported")).one()
        assert entry.facts == {"rows": 1, "answers": 1, "sha256": "0" * 64}

    def test_comments_of_an_answer_that_are_not_in_the_file_stay_with_it(
        self, consultation, officer
    ):
        ids = say(consultation, [{} for _ in range(3)])
        answering.draft(consultation, ids, Disposition.NOTED, WORDS, officer, NOW)
        db.session.commit()
        sent = filled(consultation, {2: {"explanation": OTHER}})[:1]
        carried_out(consultation, officer, sent)
        assert answers() == [("noted", WORDS, ids[1:]), ("noted", OTHER, ids[:1])]

    def test_what_is_confirmed_is_what_was_seen(self, consultation, officer):
        (comment,) = say(consultation, [{}])
        db.session.commit()
        sent = filled(consultation, {2: {"disposition": "noted", "explanation": WORDS}})
        key = table_import.keep(consultation, officer, sent, NOW, name="x", sha256="0", clear=False)
        found = table_import.find(key, consultation, officer)
        seen = plan(consultation, sent, clear=False).digest()
        answering.draft(consultation, [comment], Disposition.NOTED, OTHER, officer, NOW)
        db.session.commit()
        with pytest.raises(table_import.NotAsSeenError):
            table_import.carry_out(found, consultation, seen, officer, NOW)
        assert answers() == [("noted", OTHER, [comment])]

    def test_nobody_finds_the_table_of_a_colleague(self, world, consultation, officer):
        colleague = world.officer(consultation.dossier.agency, Role.DRAFTER)
        key = table_import.keep(consultation, officer, [], NOW, name="x", sha256="0", clear=False)
        assert table_import.find(key, consultation, colleague) is None
        assert table_import.find("../" + key, consultation, officer) is None
        assert table_import.waiting(consultation, colleague) == []

    def test_many_at_once_are_as_if_each_had_been_drafted_alone(self, consultation, officer):
        ids = say(consultation, [{} for _ in range(6)])
        alone = answering.draft(
            consultation, ids[:2], Disposition.NOTED, WORDS, officer, NOW, no_change_reason="Rõ."
        )
        draft = Draft(ids[2:4], Disposition.NOTED, WORDS, "Rõ.")
        (number,) = draft_many(consultation, [draft], officer, NOW)
        db.session.commit()
        assert _told(number, ids[2:4]) == _told(alone.id, ids[:2])
        assert db.session.scalars(select(Unanswered.comment_id)).all() == []
        for wrong in ([ids[0]], [ids[4], ids[4]], [10**9]):
            with pytest.raises(NotAnswerableError):
                draft_many(consultation, [Draft(wrong, Disposition.NOTED, WORDS)], officer, NOW)


def _told(number: int, spoken_to: list[int]) -> list[dict[str, object]]:
    """All that the database says of an answer but its own number and those of its comments."""
    rows = []
    for table in (Answer, AnswerEdit, Entry):
        query = select(table.__table__)
        if table is Answer:
            query = query.where(Answer.id == number)
        elif table is AnswerEdit:
            query = query.where(AnswerEdit.answer_id == number)
        else:
            query = query.where(Entry.subject == f"answer:{number}")
        for row in db.session.execute(query).mappings():
            told = {name: value for name, value in row.items() if name not in OWN}
            if table is Entry:
                assert told["facts"].pop("answer_id") == number
                assert told["facts"].pop("selection") == selection(spoken_to)
            rows.append(told)
    return rows
