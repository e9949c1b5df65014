"""As many rows as a transaction changes on record, so many does it note, and the log so many sum."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.extensions import db
from app.kit import clock
from app.ledger import plan, summing
from app.ledger.models import Entry, RowDigest, Waiting
from app.ledger.verbs import Verb
from tests.search.walking import Walk

Rows = dict[tuple[str, str], tuple[object, ...]]
# what belongs to a posted version or a published answer comes with it, and is noted with it
OWN = [one for one in plan.sums().values() if ">" not in one.once]


def rows() -> Rows:
    """Every row on record, by its table and key, with its columns on record."""
    db.session.expire_all()
    found: Rows = {}
    for one in OWN:
        table = plan.table_of(one.table)
        columns = [table.c[name] for name in one.columns]
        for row in db.session.execute(select(*columns)):
            named = (one.table, "|".join(str(getattr(row, n)) for n in plan.key_columns(one.table)))
            found[named] = (*found.get(named, ()), *row)
    return found


def noted() -> set[tuple[str, str]]:
    return {(name, key) for name, key in db.session.execute(select(Waiting.name, Waiting.key))}


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**20))
def test_a_transaction_notes_each_row_that_it_changes_and_the_log_sums_each(world, seed):
    """G47, row by row, whatever people do: none changes unnoted, none is noted that is none."""
    walk, moved = Walk(world, seed), 0
    for _act in range(10):
        while summing.sum_waiting(clock.now()):
            pass
        db.session.commit()
        before = rows()
        walk.go()
        after, told = rows(), noted()
        changed = {key for key in before | after if before.get(key) != after.get(key)}
        assert changed <= told, f"{changed - told} changed, and nothing notes it"
        assert told <= before.keys() | after.keys()
        moved += len(changed)
        batch = max(db.session.scalars(select(Waiting.id)), default=0)
        summing.sum_waiting(clock.now())
        digests = db.session.execute(
            select(RowDigest.name, RowDigest.key).where(RowDigest.batch == batch)
        ).all()
        summed = {(plan.sums()[name].table, key) for name, key in digests}
        unsummed = {key for key in changed - summed if is_final(*key)}
        assert not unsummed, f"{unsummed} changed, and the log sums it not"
        facts = db.session.scalars(
            select(Entry.facts).where(Entry.verb == Verb.RECORD_SUMMED.value)
        ).all()
        assert sum(one["rows"] for one in facts if one["batch"] == batch) == len(digests)
    assert moved


def is_final(table: str, key: str) -> bool:
    """Whether the row is on record by now: a draft of an answer is not."""
    return any(
        key in {summing.key_of(one, row) for row in db.session.execute(summing.final(one))}
        for one in plan.of_table(table)
    )
