"""Every route × every role × own, above, other, nobody: what is expected stands in a table (G24)."""

from __future__ import annotations

import os

from flask import templating

from tests.accounts import matrix
from tests.accounts.matrix import Asked, Quick, roles_of, written
from tests.house.lived_in import LivedIn

REFUSED = {303, 308, 400, 401, 403, 404, 405, 409, 410, 422, 429, 451, 503}


def test_every_route_answers_every_role_as_the_table_says(app, world, drain, monkeypatch):
    matrix.with_letters(app, monkeypatch)
    lived = LivedIn(world, drain)
    who = matrix.actors(app, world, lived)
    asked = matrix.questions(app, lived)
    before = matrix.rows()
    with monkeypatch.context() as patch:
        # whether a page may be had does not hang on its words, and a thousand take their time
        patch.setattr(templating, "_render", lambda *_words: "")
        found = [
            (one, {name: matrix.status(client, one) for name, client in who.items()})
            for one in asked
        ]
    after = matrix.rows()
    changed = {name for name in after if after[name] != before[name]}
    assert not changed, "reading or an empty form changed something"

    table = written([(question.name, answers) for question, answers in found])
    if os.environ.get("WRITE_MATRIX"):
        matrix.TABLE.write_text(table)
    assert table == matrix.TABLE.read_text(), "say by a new table that this is meant"

    broken = [one.name for one, answers in found if 500 in answers.values()]
    assert not broken
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
        # what holds for the whole portal is only for who has the role at its top
        only_above = got == 403 and answers["above"] != 403
        assert only_above or (got == 403) == (role not in given), (question.name, role, got)


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
OPEN = {"accounts.invitation", "accounts.new_password"}
