"""An author's e-mail lives in one table and on no page."""

from __future__ import annotations

from sqlalchemy import inspect, select, text

from app.accounts.models import Role
from app.comments.models import Comment, ContactAddress
from app.extensions import db
from tests.comments.writing import form_at, send
from tests.moderation.staff import enter
from tests.responses.test_answering_desk import DESK, answers, new, press, words

CANARY = "chim-hoang-yen@example.vn"


def _tables_with(canary: str) -> set[str]:
    found = set()
    for table in inspect(db.engine).get_table_names():
        rows = db.session.execute(text(f'SELECT * FROM "{table}"')).all()
        if any(canary in str(value) for row in rows for value in row):
            found.add(table)
    return found


def test_the_address_is_sealed_in_every_table_and_on_no_page(app, client, world, drain):
    consultation = world.consultation()
    agency = consultation.dossier.agency
    officer = world.officer(agency, *Role)
    everyone = enter(app, officer)
    send(client, form_at(consultation), email=CANARY)
    comment = db.session.scalars(select(Comment)).one()
    item, home = f"/desk/moderation/{comment.id}", f"{DESK}/{consultation.dossier.slug}"
    pages = [everyone.get("/desk/moderation"), everyone.get(item)]
    world.publish(comment, officer)
    db.session.commit()
    drain()
    pages += [everyone.get(address) for address in (DESK, home, new(consultation, comment))]
    everyone.submit(new(consultation, comment), words(comment))
    [draft] = answers()
    answer = f"{home}/{draft.id}"
    pages += [everyone.get(address) for address in (f"{home}?show=drafts", answer)]
    signer = enter(app, world.officer(agency, Role.APPROVER, Role.HEAD))
    for who, step in ((everyone, "submission"), (signer, "signature"), (signer, "publish")):
        assert press(who, answer, step).status_code == 303
    drain()
    pages += [
        everyone.get(address)
        for address in (
            "/desk/moderation?state=published",
            item,
            f"{home}?show=published",
            answer,
            f"/comments/{comment.receipt}",
            form_at(consultation),
        )
    ]
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert not [page.request.path for page in pages if CANARY in page.get_data(as_text=True)]
    assert _tables_with(CANARY) == set()
    assert db.session.scalars(select(ContactAddress.email)).all() == [CANARY]
