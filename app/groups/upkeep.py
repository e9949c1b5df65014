"""Groups are made anew when enough has come: in a process that takes its memory with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from app.comments.models import Tally
from app.comments.tally import TOTAL
from app.config import ROOT
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.groups.models import GroupScale

# so many comments more than last time, and such a part of them
ENOUGH = 20
PART = 10
AFTER_A_FAULT = timedelta(minutes=10)
COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "groups", "rebuild", "--consultation")

log = logging.getLogger(__name__)


class Upkeep:
    """One process at a time; after a fault nothing is tried for a while."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.resting_until: datetime | None = None

    def look(self, now: datetime) -> None:
        """A process groups the comments of a draft for which it is due, if there is any."""
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            self.process = None
            if status:
                log.error("grouping ended with %s; tried again in %s", status, AFTER_A_FAULT)
                self.resting_until = now + AFTER_A_FAULT
        if self.resting_until is not None and now < self.resting_until:
            return
        slug = due()
        if slug is not None:
            self.process = subprocess.Popen(
                [*COMMAND, slug], cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL
            )


def due() -> str | None:
    """The address of a draft whose comments have grown by a tenth since they were grouped last."""
    grouped = func.coalesce(GroupScale.comments, 0)
    more = Tally.received - Tally.withdrawn - grouped
    return db.session.scalar(
        select(Dossier.slug)
        .join(Consultation, Consultation.dossier_id == Dossier.id)
        .join(Tally, Tally.consultation_id == Consultation.id)
        .outerjoin(GroupScale, GroupScale.consultation_id == Consultation.id)
        .where(Tally.article_lineage_id == TOTAL, more >= ENOUGH, more * PART >= grouped)
        .order_by(more.desc())
        .limit(1)
    )


_upkeep = Upkeep()


def keep_up(now: datetime) -> None:
    """Whatever is due is being grouped; a test asks for that itself."""
    if not current_app.extensions["settings"].testing:
        _upkeep.look(now)


DUTIES = (keep_up,)
