"""Doors of those who vouch for translations: approve what others wrote, or take it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.documents import translating
from app.documents.desk import bp
from app.documents.translation_pages import page_at
from app.documents.translation_room import SPOKEN, Room, room
from app.documents.translation_words import STATES
from app.extensions import db
from app.kit import clock
from app.translations import keep as keeping
from app.translations import sources
from app.translations.keep import Written
from app.translations.models import Standing, Translation
from app.translations.progress import Place, State
from app.web.forms import PressForm
from app.web.guard import allow

LATER = 2**31


@bp.get(f"{SPOKEN}/approval")
@allow(Act.APPROVE_TRANSLATION)
def approval(dossier_id: int, language: str) -> ResponseReturnValue:
    """What waits for approval, or what was approved, source beside target."""
    here = room(Act.APPROVE_TRANSLATION, dossier_id, language)
    return _page(here, PressForm(formdata=None))


@bp.post(f"{SPOKEN}/approval")
@allow(Act.APPROVE_TRANSLATION)
def approve_translation(dossier_id: int, language: str) -> ResponseReturnValue:
    """The agency vouches for the chosen translations, or for all that were there; or takes back."""
    here = room(Act.APPROVE_TRANSLATION, dossier_id, language)
    form, act = PressForm(), request.form.get("act", "")
    if not form.validate():
        return _page(here, form), form.status()
    chosen = {int(one) for one in request.form.getlist("chosen") if _is_id(one)}
    if act not in ("chosen", "all", "back"):
        abort(400)
    if act != "all" and not chosen:
        form.form_errors.append(_("Tick at least one translation."))
        return _page(here, form), 422
    if act == "back":
        done = _take_back(here, chosen)
        said = ngettext(
            "%(num)d translation was taken back.", "%(num)d translations were taken back.", done
        )
    else:
        done = _approve(here, chosen if act == "chosen" else None)
        said = ngettext(
            "%(num)d translation is official now.", "%(num)d translations are official now.", done
        )
    if act != "all" and done < len(chosen):
        db.session.rollback()
        form.form_errors.append(
            _("Something changed while you looked. Nothing was saved: choose once more.")
        )
        return _page(room(Act.APPROVE_TRANSLATION, dossier_id, language), form), 409
    db.session.commit()
    flash(said, "success")
    show = "official" if act == "back" else None
    there = url_for("documents.approval", dossier_id=dossier_id, language=language, show=show)
    return redirect(there, 303)


def _is_id(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 11 and int(said) < LATER


def _approve(here: Room, chosen: Collection[int] | None) -> int:
    """How many became official: those chosen, or all that were there when the page was made."""
    said = request.form.get("seen", "")
    last = int(said) if _is_id(said) else 0
    officer = signed_in()
    wanted = [
        place
        for place in here.awaiting(officer)
        if (_id(place) <= last if chosen is None else _id(place) in chosen)
    ]
    ids = [_id(place) for place in wanted]
    read = {
        row.id: row
        for row in db.session.scalars(select(Translation).where(Translation.id.in_(ids)))
    }
    pairs = [(one.piece, read[_id(one)]) for one in wanted]
    about = here.dossier.id, sources.period_of(here.dossier.id), here.language.code
    return keeping.approve(*about, pairs, officer, clock.now())


def _take_back(here: Room, chosen: Collection[int]) -> int:
    """How many official translations say nothing any more; the words stay on record."""
    written = [Written(one.piece, "") for one in _official(here.places) if _id(one) in chosen]
    return here.keep(written, Standing.UNOFFICIAL, signed_in())


def _official(places: Sequence[Place]) -> list[Place]:
    return [one for one in places if one.state is State.OFFICIAL and one.latest == _id(one)]


def _id(place: Place) -> int:
    return place.shown.id if place.shown is not None else 0


def _page(here: Room, form: PressForm) -> str:
    approved = request.args.get("show") == "official" or request.form.get("act") == "back"
    waiting, official = here.awaiting(signed_in()), _official(here.places)
    own = here.counts.unofficial + here.counts.machine - len(waiting)
    kept = official if approved else waiting
    page = page_at(here.places, kept, translating.homes(here.dossier), request.args.get("at", ""))
    return render_template(
        "documents/translation_approval.html",
        here=here,
        dossier=here.dossier,
        page=page,
        approved=approved,
        waiting=len(waiting),
        official=len(official),
        own=own,
        seen=max((row.id for row in here.rows), default=0),
        states=STATES,
        form=form,
    )
