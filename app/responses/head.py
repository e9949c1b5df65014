"""The head of a consultation's pages at the answering desk: its figures, and the ways through."""

from __future__ import annotations

from app.consultations.models import Consultation
from app.responses import lists, sheet
from app.responses.access import period
from app.responses.models import AnswerState
from app.responses.words import STATES

# what the address calls the lists of answers
SHOWN = {
    "drafts": AnswerState.DRAFT,
    "review": AnswerState.REVIEW,
    "signed": AnswerState.SIGNED,
    "published": AnswerState.PUBLISHED,
}


def frame(found: Consultation, tab: str) -> dict[str, object]:
    """What every page of a consultation at this desk shows above its content."""
    return {
        "consultation": found,
        "dossier": found.dossier,
        "period": period(),
        "tab": tab,
        "show": tab if tab in SHOWN else "",
        "figures": lists.figures([found.id])[found.id],
        "under_way": lists.states(found.id),
        "states": STATES,
        "kinds": sheet.kinds(),
    }
