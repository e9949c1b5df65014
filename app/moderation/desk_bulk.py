"""Doors of moderation: one decision on many comments, shown as a whole before it is made."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.extensions import db
from app.groups.models import CommentGroup
from app.kit import clock
from app.moderation import bulk as many
from app.moderation import queue as lists
from app.moderation.addresses import DESK
from app.moderation.bulk_forms import BulkForm, form_for, written
from app.moderation.desk import bp
from app.moderation.filters import View, whole
from app.moderation.reasons import TWO_PERSONS
from app.moderation.words import COLOURS, FLAGS, SKIPPED
from app.people import reading
from app.people.reading import For, Looked
from app.web.guard import allow

SHOWN = 100  # comments of a preview that are shown in words; all are counted
ASKED = {deed.value: deed for deed in many.Deed}


@bp.get(f"{DESK}/bulk")
@allow(Act.DECIDE_COMMENT)
def bulk() -> ResponseReturnValue:
    """What would be decided: the comments ticked in the list, or those of a group that wait."""
    deed = ASKED.get(request.args.get("deed", many.Deed.PUBLISH.value)) or abort(404)
    group = whole(request.args.get("group"))
    seen = many.members(_group(group)) if group else None
    form = form_for(deed)(formdata=None, deed=deed.value, group=group)
    form.seen.data = (
        written(seen) if seen is not None else " ".join(request.args.getlist("comment"))
    )
    if not form.chosen():
        flash(_("Select at least one comment that waits."), "warning")
        return redirect(url_for("moderation.queue"), 303)
    return _page(form)


@bp.post(f"{DESK}/bulk")
@allow(Act.DECIDE_COMMENT)
def decide_many() -> ResponseReturnValue:
    """All that was shown is decided, but for what changed or was taken meanwhile."""
    deed = ASKED.get(request.form.get("deed", "")) or abort(422)
    form = form_for(deed)()
    if not form.chosen():
        abort(422)
    if not form.validate():
        return _page(form), form.status()
    done = many.carry_out(form.chosen(), form.order(), signed_in(), clock.now())
    db.session.commit()
    rest = many.members(form.group.data) if form.group.data else {}
    return render_template(
        "moderation/bulk_done.html",
        done=done,
        deed=deed.value,
        group=form.group.data if set(rest) - {one.comment_id for one in done.skipped} else None,
        skips=SKIPPED,
    )


def _group(group_id: int) -> int:
    """A group of a consultation whose comments the officer may decide on."""
    group = db.session.get(CommentGroup, group_id) if group_id < 2**31 else None
    if group is None or not View(signed_in(), clock.now()).decides(group.consultation_id):
        abort(404)
    return group.id


def _page(form: BulkForm) -> str:
    now, officer = clock.now(), signed_in()
    try:
        preview = many.preview(form.chosen(), form.trial(), officer, now)
    except many.TooManyError:
        abort(422)
    rows = lists.rows(list(preview.taken)[:SHOWN])
    reading.comments(officer, Looked.LISTED, [row.id for row in rows], For.REVIEW, now)
    return render_template(
        "moderation/bulk.html",
        form=form,
        deed=form.deed.data,
        preview=preview,
        rows=rows,
        most=many.MOST,
        alone=many.ALONE,
        skips=SKIPPED,
        flags=FLAGS,
        colours=COLOURS,
        second=TWO_PERSONS,
    )
