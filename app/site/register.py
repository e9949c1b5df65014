"""The public register of moderation: rules, figures, and a tombstone for each withholding."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.text import clean_line
from app.moderation import appeals, register
from app.moderation.reasons import LABELS, TWO_PERSONS
from app.site import heads, lists
from app.site.open_data import line
from app.site.public import bp
from app.site.words import RULES
from app.translations.read import titles
from app.web import pages
from app.web.guard import public

LARGEST_SEQ = 2**63 - 1
COLUMNS = ("seq", "leaf", "comment", "draft", "round", "reason", "withheld_at", "lifted_at")


@bp.get("/moderation")
@public
def moderation_rules() -> ResponseReturnValue:
    """For which reasons a comment is not shown, how often that happened, and how fast."""
    now = clock.now()
    found = register.figures(clock.vn_date(now))
    rules = [
        (
            reason,
            LABELS[reason],
            RULES[reason],
            reason in TWO_PERSONS,
            found.withheld.get(reason, 0),
        )
        for reason in LABELS
    ]
    html = render_template(
        "site/moderation_rules.html",
        rules=rules,
        figures=found,
        withheld=sum(found.withheld.values()),
        file_within=appeals.FILE_WITHIN,
        answer_within=appeals.ANSWER_WITHIN,
    )
    return pages.keep(html, until=heads.stale_at(now))


@bp.get("/moderation/withheld")
@public
def withheld() -> ResponseReturnValue:
    """Every withholding with its reason and its leaf; the words themselves are not here."""
    asked, slug = request.args.get("before"), clean_line(request.args.get("draft", "")) or None
    try:
        before = lists.number(asked, LARGEST_SEQ) if asked is not None else None
    except ValueError:
        abort(404)
    rows = register.tombstones(before, slug)
    shown = rows[: register.PAGE]
    called = titles({row.dossier_id: (row.title, row.title_en) for row in shown})
    html = render_template(
        "site/withheld.html",
        rows=[(row, called[row.dossier_id]) for row in shown],
        onward=rows[register.PAGE - 1].seq if len(rows) > register.PAGE else None,
        paged=before is not None,
        slug=slug,
        reasons={reason.value: words for reason, words in LABELS.items()},
    )
    return pages.keep(html)


@bp.get("/moderation.csv")
@public
def withheld_data() -> ResponseReturnValue:
    """The same as a table: one row for each `comment.withheld` of the ledger."""
    response = Response(stream_with_context(_lines()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="moderation.csv"'
    response.headers["Cache-Control"] = pages.CACHE_CONTROL
    return response


def _lines() -> Iterator[str]:
    yield line(COLUMNS)
    for row in register.every_tombstone():
        lifted = row.lifted_at.isoformat(timespec="seconds") if row.lifted_at else ""
        at = row.at.isoformat(timespec="seconds")
        name = f"GY-{row.comment_id}"
        yield line((row.seq, row.leaf, name, row.slug, row.round, row.reason, at, lifted))
