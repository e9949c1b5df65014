"""Doors of the translator's desk: which dossiers, how far each is, source beside target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.documents import translating
from app.documents.access import LARGEST_ID, dossier_for
from app.documents.desk import bp
from app.documents.models import Dossier
from app.documents.redline import Run, redline
from app.documents.translation_pages import Page, Show, page_at, shown
from app.documents.translation_room import AT, SPOKEN, Room, room
from app.documents.translation_typed import Outcome, Typed, seen, settle, typed
from app.documents.translation_words import OTHER_WORDS, OVERTAKEN, SHOWS, STATES, TOO_LONG
from app.extensions import db
from app.translations import progress
from app.translations.keep import Written
from app.translations.models import Standing
from app.translations.progress import Counts, Place, State
from app.web import translator
from app.web.forms import PressForm
from app.web.guard import allow
from app.web.locale import LANGUAGES, Language
from app.web.translator import MOST_CHARACTERS, MOST_TEXTS, TranslatorError

PAGE = 20


@dataclass(frozen=True)
class Item:
    """A piece on the page: what to show in its field, and what is wrong with it."""

    place: Place
    text: str
    seen: str
    holds: bool = False
    error: str = ""
    # what somebody else wrote meanwhile
    theirs: str | None = None
    # what changed in the Vietnamese words since they were translated
    runs: tuple[Run, ...] = ()


@bp.get("/desk/translations")
@allow(Act.READ_TRANSLATIONS)
def translations() -> ResponseReturnValue:
    """The dossiers of the agencies in reach, and how far each is in the languages begun."""
    before = request.args.get("before", LARGEST_ID, type=int)
    query = (
        select(Dossier)
        .where(Dossier.agency_id.in_(realm(signed_in(), Act.READ_TRANSLATIONS)))
        .where(Dossier.sealed.is_(False))
        .where(Dossier.id < min(before, LARGEST_ID))
        .order_by(Dossier.id.desc())
        .limit(PAGE + 1)
    )
    found = db.session.scalars(query).unique().all()
    far = _progress(found[:PAGE])
    return render_template(
        "documents/translations.html",
        rows=[(dossier, far[dossier.id]) for dossier in found[:PAGE]],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        of_comments=may(signed_in(), Act.TRANSLATE_COMMENT),
    )


@bp.get(AT)
@allow(Act.READ_TRANSLATIONS)
def languages(dossier_id: int) -> ResponseReturnValue:
    """One dossier: how far it is in each language, and what can be done there."""
    dossier = dossier_for(Act.READ_TRANSLATIONS, dossier_id)
    return render_template(
        "documents/translation_languages.html",
        dossier=dossier,
        rows=_progress([dossier])[dossier.id],
        machine=translator.available(),
        can={act.value: may(signed_in(), act, dossier.agency) for act in Act},
    )


@bp.get(SPOKEN)
@allow(Act.READ_TRANSLATIONS)
def translation(dossier_id: int, language: str) -> ResponseReturnValue:
    """Source beside target, filtered, an article or a few on a page."""
    here = room(Act.READ_TRANSLATIONS, dossier_id, language)
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    homes = translating.homes(here.dossier)
    kept = shown(here.places, show)
    page = page_at(here.places, kept, homes, request.args.get("at", ""))
    return _page(here, [_item(here, place) for place in page.places], show, page)


@bp.post(SPOKEN)
@allow(Act.TRANSLATE)
def save_translation(dossier_id: int, language: str) -> ResponseReturnValue:
    """What was changed on the page is kept; nothing is while anything stands in its way."""
    here = room(Act.TRANSLATE, dossier_id, language)
    form, sent = PressForm(), typed(request.form)
    outcome = settle(here.places, here.rows, sent)
    if not form.validate():
        return _again(here, form, sent, Outcome()), form.status()
    if outcome.stopped:
        return _again(here, form, sent, outcome), 409 if outcome.conflict else 422
    done = here.keep(outcome.written, Standing.UNOFFICIAL, signed_in())
    db.session.commit()
    said = ngettext("%(num)d translation is saved.", "%(num)d translations are saved.", done)
    flash(said if done else _("Nothing was changed"), "success")
    at = request.form.get("after" if request.form.get("act") == "next" else "at", "")
    show = request.form.get("show", "")
    return _to(here, show, at)


@bp.post(f"{SPOKEN}/machine")
@allow(Act.TRANSLATE, keeps_typed=False)
def fill_by_machine(dossier_id: int, language: str) -> ResponseReturnValue:
    """Some pieces that had nothing have what the translation service says, marked as such."""
    here = room(Act.TRANSLATE, dossier_id, language)
    asked = _some(here.places)
    db.session.rollback()  # the service takes its time, and everybody else writes too
    try:
        told = translator.translate([one.piece.words for one in asked], "vi", language)
    except TranslatorError as error:
        flash(error.words, "error")
        return redirect(url_for("documents.languages", dossier_id=dossier_id), 303)
    here = room(Act.TRANSLATE, dossier_id, language)
    empty = {one.piece for one in here.places if one.state is State.MISSING}
    pairs = zip(asked, told, strict=True)
    written = [Written(one.piece, text) for one, text in pairs if one.piece in empty]
    done = here.keep(written, Standing.MACHINE, signed_in())
    db.session.commit()
    said = ngettext(
        "The machine filled in %(num)d piece. Look it over.",
        "The machine filled in %(num)d pieces. Look them over.",
        done,
    )
    flash(said if done else _("Nothing was changed"), "success")
    return _to(here, Show.MACHINE.value)


def _to(here: Room, show: str, at: str = "") -> ResponseReturnValue:
    spot = here.dossier.id, here.language.code
    there = url_for(
        "documents.translation",
        dossier_id=spot[0],
        language=spot[1],
        show=show or None,
        at=at or None,
    )
    return redirect(there, 303)


def _some(places: Sequence[Place]) -> list[Place]:
    """As many pieces without a translation as the service takes at once, each text once."""
    found: dict[str, Place] = {}
    letters = 0
    for place in places:
        words = place.piece.words
        new = place.state is State.MISSING and place.piece.digest not in found
        if new and len(found) < MOST_TEXTS and letters + len(words) <= MOST_CHARACTERS:
            found[place.piece.digest] = place
            letters += len(words)
    return list(found.values())


def _progress(dossiers: Sequence[Dossier]) -> dict[int, list[tuple[Language, Counts]]]:
    """Dossier id → every other language and how far it is."""
    ids = [dossier.id for dossier in dossiers]
    pieces = translating.pieces_of(dossiers)
    rows = progress.rows(ids, texts=False)
    return {
        key: [
            (one, progress.count(progress.places(pieces[key], rows.get((key, one.code), ()))))
            for one in LANGUAGES[1:]
        ]
        for key in ids
    }


def _item(here: Room, place: Place) -> Item:
    old = here.earlier.get(place.shown.id) if place.shown is not None else None
    stale = place.state is State.STALE and old is not None
    runs = tuple(redline(old or "", place.piece.words)) if stale else ()
    return Item(place, place.text, seen(place), runs=runs)


def _again(here: Room, form: PressForm, sent: Sequence[Typed], outcome: Outcome) -> str:
    """The page with everything that was typed, and beside it what stands in its way."""
    known = {place.piece.part: place for place in here.places}
    items = []
    for one in sent:
        if one.part not in known:
            continue
        place = known[one.part]
        fresh = _item(here, place)
        overtaken, other = one.part in outcome.overtaken, one.part in outcome.other_words
        error = OVERTAKEN if overtaken else OTHER_WORDS if other else ""
        error = TOO_LONG if one.part in outcome.too_long else error
        # who sends it once more has seen what stood in its way
        told = fresh.seen if overtaken or other else f"{one.digest}.{one.shown}.{one.latest}"
        theirs = place.text if overtaken else None
        items.append(Item(place, one.text, told, one.holds, str(error), theirs, fresh.runs))
    asked = request.form.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    page = Page((), "", request.form.get("after", ""))
    return _page(here, items, show, page, form, outcome.gone)


def _page(
    here: Room,
    items: Sequence[Item],
    show: Show,
    page: Page,
    form: PressForm | None = None,
    gone: Sequence[Typed] = (),
) -> str:
    officer, agency = signed_in(), here.dossier.agency
    return render_template(
        "documents/translation.html",
        here=here,
        dossier=here.dossier,
        items=items,
        show=show,
        shows=SHOWS,
        states=STATES,
        page=page,
        at=items[0].place.piece.part if items else "",
        form=form or PressForm(formdata=None),
        failed=form is not None,
        gone=gone,
        writes=may(officer, Act.TRANSLATE, agency),
        approves=may(officer, Act.APPROVE_TRANSLATION, agency),
    )
