"""An officer's own account: its page, and what opens only to who has just shown who they are."""

from __future__ import annotations

from functools import wraps
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import factors, officer_sessions, passkeys
from app.accounts.forms import NewPasskeyForm
from app.accounts.session import own_session, signed_in
from app.kit import clock
from app.web.guard import View

PAGE = "/desk/account"


def proved(view: View) -> View:
    """The view opens to who showed a password or a factor within five minutes (ASVS 7.5.1)."""

    @wraps(view)
    def first(*args: Any, **words: Any) -> ResponseReturnValue:
        if officer_sessions.is_proved(own_session(), clock.now()):
            answer: ResponseReturnValue = view(*args, **words)
            return answer
        wanted = request.path if request.method == "GET" else url_for("accounts.account")
        return redirect(url_for("accounts.prove", next=wanted), 303)

    return first  # type: ignore[return-value]


def account_page(form: NewPasskeyForm) -> str:
    """The page of the officer's account, with the form for one passkey more."""
    officer, now = signed_in(), clock.now()
    is_proved = officer_sessions.is_proved(own_session(), now)
    return render_template(
        "accounts/account.html",
        form=form,
        telephone=factors.telephone(officer),
        left=factors.recovery_codes_left(officer),
        resets=factors.resets(officer),
        passkeys=passkeys.of(officer),
        sessions=officer_sessions.running(officer, now),
        own=own_session().id,
        proved=is_proved,
        named=bool(passkeys.site()),
        **(passkeys.offer_new(officer) if is_proved else {"passkey": ""}),
    )
