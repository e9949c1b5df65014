"""How a door tells what came of an act: a page by a message, a script by a few words of JSON."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.comments.models import Comment
from app.moderation.decide import Over
from app.moderation.lease import Holder
from app.moderation.models import Outcome
from app.moderation.words import minute

UNDO = "undo"  # the decision that the next page of the desk offers to take back


def by_script() -> bool:
    """Whether a script asked, which stays on its page."""
    return request.accept_mimetypes.best == "application/json"


def done(said: str, url: str, **more: Any) -> ResponseReturnValue:
    """The act succeeded: the words, and the page to go on with."""
    if by_script():
        return jsonify(said=said, **more)
    flash(said, "success")
    return redirect(url, 303)


def refused(said: str, url: str, status: int = 409, **more: Any) -> ResponseReturnValue:
    """The act did not happen: why, and the page to go on with."""
    if by_script():
        return jsonify(said=said, **more), status
    flash(said, "error")
    return redirect(url, 303)


def offer_undo(comment: Comment) -> dict[str, Any]:
    """The next page, or the script, can take back what was just decided."""
    if not by_script():
        session[UNDO] = [comment.id, comment.row_version]
    return {
        "undo": url_for("moderation.undo", comment_id=comment.id),
        "version": comment.row_version,
    }


def offered_undo() -> tuple[int, int] | None:
    """The comment just decided and its version, told once."""
    # only where there is one: a page that is fetched ahead must not write the session anew
    kept = session.pop(UNDO) if UNDO in session else None
    return (kept[0], kept[1]) if kept else None


def decided(comment: Comment, outcome: Outcome, masks: int = 0) -> str:
    """What became of the comment, in a sentence or two."""
    reference = comment.reference
    if outcome is Outcome.PROPOSED:
        return _(
            "You propose to withhold %(reference)s. A second person decides.", reference=reference
        )
    if outcome is Outcome.WITHHELD:
        return _("%(reference)s is withheld. Its author can read why.", reference=reference)
    said = _("%(reference)s is published.", reference=reference)
    if masks:
        said += " " + ngettext(
            "%(num)d passage is covered.", "%(num)d passages are covered.", masks
        )
    return said


def held(comment: Comment, holder: Holder) -> str:
    """Who has the comment open."""
    return _(
        "%(who)s has %(reference)s open until %(when)s.",
        who=holder.name,
        reference=comment.reference,
        when=minute(holder.until),
    )


def overtaken(comment: Comment) -> str:
    """Somebody was faster; the comment says how."""
    return _(
        "%(reference)s changed while you looked at it. Nothing was decided.",
        reference=comment.reference,
    )


def stands(why: Over) -> str:
    """Why a decision can no longer be undone."""
    words = {
        Over.TOO_LATE: _("The ten minutes in which a decision can be undone are over."),
        Over.ANSWERED: _("An answer that is public speaks to this comment: it stays published."),
        Over.APPEALED: _("The author has appealed: the decision is now that of another person."),
    }
    return words[why]
