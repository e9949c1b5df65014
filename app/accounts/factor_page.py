"""The page that sets up a second factor: a new secret as a QR code and as signs to type."""

from __future__ import annotations

from flask import current_app, render_template, session
from flask_babel import gettext as _

from app.accounts import totp
from app.accounts.forms import FactorForm
from app.accounts.models import Officer
from app.extensions import sealer
from app.kit.codes import qr_svg
from app.kit.sealing import SealBrokenError

# the secret that waits for its first code; sealed, so that a copied cookie tells nothing
CANDIDATE = "factor"
# recovery codes just made wait here, sealed, for the one page that shows them
HANDOVER = "recovery"


def candidate() -> str:
    """The secret that this browser is being shown; the same until it is taken or a new begins."""
    try:
        return sealer().open(session[CANDIDATE])
    except (KeyError, SealBrokenError):
        secret = totp.new_secret()
        session[CANDIDATE] = sealer().seal(secret)
        return secret


def forget_candidate() -> None:
    """The secret is taken or given up: the next page shows another."""
    session.pop(CANDIDATE, None)


def set_up_page(form: FactorForm, officer: Officer) -> str:
    """The page with the secret, for who has signed in already and for who is about to."""
    secret = candidate()
    issuer = current_app.extensions["settings"].site_name or "Góp Ý"
    address = totp.address(secret, officer.email, issuer)
    return render_template(
        "accounts/set_up.html",
        form=form,
        email=officer.email,
        issuer=issuer,
        qr=qr_svg(address, _("QR code of your key")),
        groups=[secret[start : start + 4] for start in range(0, len(secret), 4)],
    )


def handed_over() -> list[str]:
    """The recovery codes just made, which this page shows and no other."""
    try:
        return sealer().open(session.pop(HANDOVER)).split()
    except (KeyError, SealBrokenError):
        return []
