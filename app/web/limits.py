"""Every act of the public has its limits; honest people do not meet them (docs/decisions/0015).

A crowd behind one address is slowed by a moment and never refused; one browser, or one letterbox,
can be. Acts are counted before the view, in the windows of `limits_table`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf

from app.config import Settings
from app.web import errors, headers, limits_keys, pace
from app.web.guard import SAFE
from app.web.limits_count import Counters, StoreDownError, counters
from app.web.limits_store import Step
from app.web.limits_table import (
    BY_ENDPOINT,
    LETTERS,
    STRAY,
    WAITED,
    Bucket,
    By,
    Down,
    Over,
    Row,
)

SLOW_LANE = 5  # what an act counts for that looks like a program's
CLOSED = (
    _l("This door is closed for a few minutes"),
    _l("What keeps guesses off it does not answer. Try again in a few minutes."),
)
CLOSED_FOR = 60  # seconds
TOO_MANY_LETTERS = _l(
    "This address was asked several times today whether it wants letters. "
    "Leave it out, or write it here tomorrow."
)


@dataclass(frozen=True)
class Verdict:
    """Why an act is not done now, and in how many seconds it can be."""

    over: Over
    seconds: int
    challenge: pace.Challenge | None = None


def init_app(app: Flask, settings: Settings) -> None:
    """Each act is counted, unless the settings say that nothing is."""
    app.extensions["limits"] = counters(app, settings) if settings.limits_on else None
    app.jinja_env.globals["pace_challenge"] = offered
    app.jinja_env.globals["pace_trap"] = pace.TRAP
    app.before_request(_before)
    app.after_request(_after)


def _counters() -> Counters | None:
    found: Counters | None = current_app.extensions["limits"]
    return found


def _row() -> Row | None:
    row = BY_ENDPOINT.get(request.endpoint or "")
    return row if row is not None and (request.method in SAFE) == row.safe else None


def _before() -> ResponseReturnValue | None:
    row, counted = _row(), _counters()
    if row is None or counted is None or row.misses:
        return None
    return _answer(row, counted)


def _after(response: Response) -> Response:
    """Of what looks for something, only what was not found counts: who is right never waits."""
    row, counted = _row(), _counters()
    if row is None or counted is None or not row.misses or response.status_code != 404:
        return response
    return _answer(row, counted) or response


def _answer(row: Row, counted: Counters) -> Response | None:
    """What is said to an act that is not done now, None to one that is."""
    try:
        verdict = _judged(row, counted)
        if verdict is not None:
            counted.tell("slowed" if verdict.over is Over.SLOW else "refused")
    except StoreDownError:
        if row.down is Down.REFUSE:
            return _told(503, CLOSED_FOR, *CLOSED)
        counted.passed += 1
        return None
    return None if verdict is None else _page(row, verdict)


def _judged(row: Row, counted: Counters) -> Verdict | None:
    buckets = [bucket for bucket in row.buckets if limits_keys.key(bucket.by)]
    if any(bucket.by is By.SESSION for bucket in row.buckets) and not limits_keys.key(By.SESSION):
        buckets = [STRAY]
    counts = counted.count([_step(row, bucket) for bucket in buckets])
    found = list(zip(buckets, counts, strict=False))
    bucket, count = found[-1]
    if bucket.over is Over.REFUSE and count > bucket.item.amount:
        seconds = counted.ends_in(_key(row, bucket))
        return Verdict(
            Over.REFUSE, seconds, _again(pace.BITS) if row.keeps and not row.safe else None
        )
    heat = max((n / one.item.amount for one, n in found if one.over is Over.SLOW), default=0.0)
    if heat <= 1:
        _arrive(pace.brought())
        return None
    return _slowed(row, heat, counted)


def _slowed(row: Row, heat: float, counted: Counters) -> Verdict | None:
    """None for who has worked, or waited; else what is to be done."""
    brought = pace.brought()
    if brought is None or not _unspent(row, brought, counted):
        return Verdict(Over.SLOW, pace.WAIT, _again(_bits(heat)))
    if pace.worked(brought):
        _arrive(brought)
        return None
    seconds = pace.ripe_in(brought)
    if not seconds:
        step = _waiting()
        if counted.count([step])[0] <= step.most:
            _arrive(brought)
            return None
        seconds = counted.ends_in(step.key)
    return Verdict(Over.SLOW, seconds, _again(brought.bits, brought))


def _unspent(row: Row, brought: pace.Challenge, counted: Counters) -> bool:
    """Whether nothing else was sent with it: the same once more, after a lost answer, may be."""
    spent = f"spent/{brought.id}"
    if not row.keeps:  # of a password not even a digest is written down
        return counted.count([Step(spent, 2 * pace.GOOD_FOR, 0, last=False)]) == [1]
    steps = [
        Step(key, 2 * pace.GOOD_FOR, 0, last=False) for key in (spent, f"{spent}/{pace.typed()}")
    ]
    every, same = counted.count(steps)
    return every == same


def _again(bits: int, brought: pace.Challenge | None = None) -> pace.Challenge:
    """A challenge that remembers when these words first came: nobody is late for having waited."""
    typed, brought = pace.typed(), brought or pace.brought()
    if brought is not None and brought.typed == typed:
        return pace.challenge(bits, typed, datetime.fromtimestamp(brought.begun, UTC))
    return pace.challenge(bits, typed)


def _bits(heat: float) -> int:
    return pace.BITS + (heat > 4) + (heat > 16)


def _step(row: Row, bucket: Bucket) -> Step:
    # a password manager fills its form in at once
    slow = bucket.by is By.SESSION and row.keeps and pace.automatic()
    expiry, most = bucket.item.get_expiry(), bucket.item.amount
    # what one limit holds up does not fill a wider one: a program at one address must not make
    # its whole draft slow for everybody
    return Step(_key(row, bucket), expiry, most, last=True, amount=SLOW_LANE if slow else 1)


def _key(row: Row, bucket: Bucket) -> str:
    return bucket.item.key_for(row.act, limits_keys.key(bucket.by))


def _waiting() -> Step:
    key = WAITED.key_for("waited", limits_keys.key(By.ADDRESS))
    return Step(key, WAITED.get_expiry(), WAITED.amount, last=True)


def _arrive(brought: pace.Challenge | None) -> None:
    if brought is not None and brought.typed and brought.typed == pace.typed():
        g.arrived = datetime.fromtimestamp(brought.begun, UTC)


def arrived(now: datetime) -> datetime:
    """When these very words first came: `now`, or earlier where they were asked to wait."""
    return min(now, g.get("arrived", now))


def offered() -> pace.Challenge | None:
    """The challenge that a form shown now should carry, None while nothing is unusual.

    Who takes some seconds to fill the form in then notices nothing.
    """
    row, counted = BY_ENDPOINT.get(request.endpoint or ""), _counters()
    if row is None or counted is None:
        return None
    slow = [one for one in row.buckets if one.over is Over.SLOW and limits_keys.key(one.by)]
    try:
        heat = max((counted.seen(_key(row, one)) / one.item.amount for one in slow), default=0.0)
    except StoreDownError:
        return None
    if heat < 1:
        return None
    generate_csrf()  # the challenge is bound to the browser that the form is for
    return pace.challenge(_bits(heat))


def automatic() -> bool:
    """Whether the form that came looks filled in by a program: a hint for people, no verdict."""
    return _counters() is not None and pace.automatic()


def may_ask(email: str) -> bool:
    """Whether one more letter may ask that address today whether it wants letters; it counts."""
    counted = _counters()
    if counted is None:
        return True
    steps = [
        Step(item.key_for("letters", key), item.get_expiry(), item.amount, last=True)
        for item, key in zip(LETTERS, limits_keys.letterbox(email), strict=True)
    ]
    try:
        counts = counted.count(steps)
        return counts[-1] <= steps[len(counts) - 1].most
    except StoreDownError:
        counted.passed += 1
        return True


def slowed_lately() -> int:
    """How many forms were asked to wait in these ten minutes, because many came at once."""
    counted = _counters()
    try:
        return counted.told()["slowed"] if counted is not None else 0
    except StoreDownError:
        return 0


def how_long(seconds: int) -> str:
    """The sentence that says when to try again."""
    if seconds < 100:
        return ngettext(
            "Please wait %(num)d second and try again.",
            "Please wait %(num)d seconds and try again.",
            seconds,
        )
    return ngettext(
        "Please wait %(num)d minute and try again.",
        "Please wait %(num)d minutes and try again.",
        -(-seconds // 60),
    )


def _page(row: Row, verdict: Verdict) -> Response:
    """The answer to an act that is not done now; what was typed comes back."""
    heading, advice = str(errors.WORDS[429][0]), how_long(verdict.seconds)
    headers.private()
    if row.plain:
        response = Response(f"{heading}. {advice}\n", 429, mimetype="text/plain")
    elif verdict.challenge is None:
        return _told(429, verdict.seconds, heading, advice)
    elif not row.keeps:
        # the form, asked for again, brings along what it needs
        heading, again = _("One moment, please"), request.full_path.rstrip("?")
        return _told(429, verdict.seconds, heading, advice, again)
    else:
        if verdict.over is Over.SLOW:
            heading = _("One moment, please")
        words = {"heading": heading, "advice": advice, "verdict": verdict, "kept": _kept()}
        # what a browser sends of a field in which no file was chosen is none
        files = list(dict.fromkeys(n for n, f in request.files.items(multi=True) if f.filename))
        response = make_response(render_template("site/pause.html", **words, files=files), 429)
    response.headers["Retry-After"] = str(verdict.seconds)
    return response


def _told(code: int, seconds: int, heading: object, advice: object, again: str = "") -> Response:
    g.desk = False  # the page asks for no officer
    headers.private()
    words = {"code": code, "heading": heading, "advice": advice, "again": again}
    response = make_response(render_template("site/error.html", **words), code)
    response.headers["Retry-After"] = str(seconds)
    return response


def _kept() -> list[tuple[str, str, bool]]:
    """(name, value, whether it is long enough to be shown) of all that was typed."""
    own = (pace.FIELD, pace.WORK)
    return [
        (name, value, "\n" in value or (len(value) > 60 and name != "csrf_token"))
        for name, value in request.form.items(multi=True)
        if name not in own
    ]
