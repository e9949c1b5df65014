"""Every route × every role × own, above, other, nobody: what is expected stands in a table (G24)."""

from __future__ import annotations

import os

from sqlalchemy import select

from app.extensions import db
from tests.accounts import matrix
from tests.accounts.matrix import Asked, Quick, roles_of, written
from tests.house.lived_in import LivedIn

REFUSED = {303, 308, 400, 401, 403, 404, 405, 409, 422, 429, 451, 503}
# when somebody was last seen, and who looked at what of a person: the one thing reading writes
OF_READING = {"officer_session", "access_log"}


def rows() -> dict[str, list[str]]:
    """Everything the database holds, but for notes of who looked."""
    with db.engine.connect() as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(select(table)))
            for table in db.metadata.sorted_tables
            if table.name not in OF_READING
        }


def test_every_route_answers_every_role_as_the_table_says(app, world, drain):
    lived = LivedIn(world, drain)
    who = matrix.actors(app, world, lived)
    asked = matrix.questions(app, lived)
    before = rows()
    found = [
        (one, {name: matrix.status(client, one) for name, client in who.items()}) for one in asked
    ]
    after = rows()
    changed = {name for name in after if after[name] != before[name]}
    assert not changed, "reading or an empty form changed something"

    table = written([(question.name, answers) for question, answers in found])
    if os.environ.get("WRITE_MATRIX"):
        matrix.TABLE.write_text(table)
    assert table == matrix.TABLE.read_text(), "say by a new table that this is meant"

    for question, answers in found:
        _as_the_policy_says(app, question, answers)
        if question.method != "GET":
            wrong = {name: one for name, one in answers.items() if one not in REFUSED}
            assert not wrong, f"{question.name} took an empty form: {wrong}"
    _not_yours_is_no_such_thing(who["other"], [one for one, _answers in found])


def _as_the_policy_says(app, question: Asked, answers: dict[str, int]) -> None:
    """What the table holds is what the policy rules; an act that is not given is refused."""
    act = app.view_functions[question.rule.endpoint].mark.act
    if act is None:
        return
    given = roles_of(act)
    assert answers["anonymous"] == answers["disabled"] == 303, question.name
    for role, got in answers.items():
        if role in {"anonymous", "disabled", "two roles", "above", "other"}:
            continue
        assert (got == 403) <= (role not in given) or question.method != "GET", (
            question.name,
            role,
        )
        assert role in given or got == 403, (question.name, role, got)


def _not_yours_is_no_such_thing(other: Quick, asked: list[Asked]) -> None:
    """Of another agency everything answers as if it were not there, word for word (G24)."""
    tried = 0
    for question in asked:
        act_on_object = question.rule.rule.startswith("/desk/") and question.rule.arguments
        if not act_on_object or question.method != "GET" or question.rule.endpoint in OPEN:
            continue
        theirs, none = (other.open(url) for url in (question.url, question.nothing))
        assert theirs.status_code == none.status_code == 404, question.name
        said = [
            answer.get_data(as_text=True).replace(url, "").replace(url.removeprefix("/desk"), "")
            for answer, url in ((theirs, question.url), (none, question.nothing))
        ]
        assert said[0] == said[1], question.name
        tried += 1
    assert tried > 40


# what whoever holds the address may open, and what is the officer's own
OPEN = {"accounts.invitation"}
