"""A walk through what people do at the portal: real verbs, in any order, with words to look for.

Every text said has a word of its own that stands nowhere else, so that whoever meets the word
knows which text was shown.
"""

from __future__ import annotations

import random
import re
from datetime import timedelta
from functools import cached_property
from itertools import count

from sqlalchemy import select

from app.accounts.models import Officer, Role
from app.approvals import propose
from app.approvals.models import Category, Proposal
from app.comments import attachments, translated
from app.comments import publish as outcomes
from app.comments.models import Attachment, Comment, CommenterKind, CommentStatus
from app.comments.publish import PeriodOverError, StaleError
from app.consultations.lifecycle import (
    close_due,
    declare,
    extend,
    latest,
    open_consultation,
    post_revision,
)
from app.consultations.models import Consultation
from app.documents.comparison import Comparison, replace
from app.documents.dossiers import describe, retype
from app.documents.models import (
    ChangeKind,
    DocumentType,
    Dossier,
    DraftVersion,
    Provision,
    Stage,
)
from app.documents.takedown import NotAgainError
from app.extensions import db
from app.kit import clock
from app.moderation import appeals, decide, takedown
from app.moderation.masks import Asked, MaskError
from app.moderation.models import Appeal
from app.moderation.reasons import Reason
from app.outreach import correcting, suggesting
from app.outreach.models import Correction, ReformSuggestion
from app.responses import answering
from app.responses import takedown as answer_takedown
from app.responses.models import Answer, Disposition
from app.responses.selecting import NotAnswerableError, NothingChosenError
from app.translations import keep
from app.translations.models import Standing, Translation
from app.translations.pieces import (
    TITLE,
    Piece,
    of_answer,
    of_block,
    of_provision,
    of_version,
)
from tests.factories import DRAFT, World
from tests.word import docx

WORD = re.compile(r"zq\d+zq")
TONGUE = "ko"  # into which everything is translated
NAME = "zp{}zp"  # of a person: shown with the comment, and no key to it
# what the rules of the portal forbid in the state that chance has led to
REFUSED = (
    StaleError,
    PeriodOverError,
    MaskError,
    decide.UndoOverError,
    appeals.NotAppealableError,
    appeals.DecidedError,
    appeals.SamePersonError,
    NotAnswerableError,
    NothingChosenError,
    suggesting.NotPublicError,
    suggesting.SettledError,
    correcting.SettledError,
    propose.StaleProposalError,
    NotAgainError,
)
DAY = timedelta(days=1)
WHY = Category.UNLAWFUL, "Luật 1", "Trái luật."  # something is taken down


class Walk:
    """One draft open for comments, one that was, a proposal, and everybody who acts on them."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance, self.numbers = world, random.Random(seed), count(1)
        self.minted: list[str] = []
        self.agency = world.agency()
        compared = [self.compared()]
        ended = world.dossier(self.agency, title=f"Nghị quyết {self.word()}")
        world.consultation(
            ended, text=self.draft(), opened_at=clock.now() - 40 * DAY, compared=compared
        )
        close_due(clock.now())
        self.open = world.consultation(
            world.dossier(self.agency, title=f"Nghị quyết {self.word()}"),
            text=self.draft(),
            compared=compared,
        )
        self.proposal = world.dossier(self.agency, stage=Stage.PROPOSAL, title=self.word())
        self.ended = ended
        db.session.commit()

    def word(self) -> str:
        self.minted.append(f"zq{next(self.numbers)}zq")
        return self.minted[-1]

    def draft(self) -> str:
        extra = f"3. Mức {self.word()} do xã quyết định.\n"
        return DRAFT.replace("Chương I\n", f"Căn cứ luật {self.word()};\nChương I\n") + extra

    def compared(self) -> Comparison:
        words = f"Luật {self.word()}", f"Không có {self.word()}", f"Vì {self.word()}"
        return Comparison(ChangeKind.AMENDED, "dieu-3", *words)

    @cached_property
    def staff(self) -> dict[Role, Officer]:
        return {role: self.world.officer(self.agency, role) for role in Role}

    def moderator(self) -> Officer:
        return self.world.officer(self.agency, Role.MODERATOR)

    def pick(self, model: type, *conditions: object):
        """Any row of those there are, or none."""
        rows = db.session.scalars(select(model).where(*conditions).order_by(model.id)).all()
        return self.chance.choice(rows) if rows else None

    def go(self, name: str = "") -> str:
        """That act, or whichever comes to mind; its name, also where it was refused."""
        name = name or self.chance.choice(ACTS)
        try:
            getattr(self, name)()
        except REFUSED:
            db.session.rollback()
        db.session.commit()
        return name

    def a_comment(self, *status: CommentStatus) -> Comment | None:
        return self.pick(Comment, Comment.status.in_([one.value for one in status]))

    def says(self) -> None:
        kind = self.chance.choice([CommenterKind.INDIVIDUAL, CommenterKind.ORGANISATION])
        person = kind is CommenterKind.INDIVIDUAL
        name = NAME.format(next(self.numbers)) if person else f"Hội {self.word()}"
        comment = self.world.comment(
            self.open,
            f"Tôi {self.word()} đề nghị {self.word()}.",
            commenter_kind=kind,
            display_name=name,
            proposed_wording=self.chance.choice(["", f"Mức {self.word()} là đủ."]),
        )
        if self.chance.random() < 0.5:
            data = docx(f"Trong tệp có {self.word()}.")
            sent = [attachments.looked_at(data, f"tep-{next(self.numbers)}.docx")]
            attachments.add(comment.id, self.open.id, sent, clock.now())

    def publishes(self) -> None:
        if comment := self.a_comment(CommentStatus.WAITING):
            masks, words = [], WORD.search(comment.body)
            if words and self.chance.random() < 0.4:
                masks = [Asked("body", *words.span(), Reason.PERSONAL_DATA.value)]
            self.world.publish(comment, self.moderator(), masks=masks)

    def withholds(self) -> None:
        if comment := self.a_comment(CommentStatus.WAITING):
            self.world.withhold(comment, self.moderator())

    def takes_down(self) -> None:
        """What is public, whether it was answered or not, is so no more on the word of one."""
        if comment := self.a_comment(CommentStatus.PUBLISHED):
            subject = self.chance.choice(list(takedown.subjects(comment)))
            takedown.order(subject, comment, *WHY, self.staff[Role.HEAD], clock.now())

    def takes_an_answer_down(self) -> None:
        if answer := self.pick(Answer, answer_takedown.is_public()):
            answer_takedown.order(answer, *WHY, self.staff[Role.HEAD], clock.now())

    def a_second_officer_decides(self) -> None:
        if proposal := self.pick(Proposal, Proposal.outcome == ""):
            if self.chance.random() < 0.5:
                propose.agree(proposal, self.staff[Role.APPROVER], clock.now())
            else:
                propose.refuse(proposal, "Không.", self.staff[Role.APPROVER], clock.now())

    def takes_the_decision_back(self) -> None:
        if comment := self.a_comment(CommentStatus.PUBLISHED, CommentStatus.WITHHELD):
            decide.undo(comment, comment.row_version, self.moderator(), clock.now())

    def withdraws(self) -> None:
        if comment := self.a_comment(CommentStatus.PUBLISHED, CommentStatus.WAITING):
            outcomes.withdraw(comment, clock.now())

    def appeals(self) -> None:
        if comment := self.a_comment(CommentStatus.WITHHELD):
            appeals.file(comment, "Xin xem lại.", clock.now())

    def decides_on_an_appeal(self) -> None:
        if appeal := self.pick(Appeal):
            outcome = self.chance.choice(list(appeals.AppealOutcome))
            appeals.decide(appeal, outcome, "Đã xem lại.", self.moderator(), clock.now())

    def looks_at_files(self) -> None:
        attachments.clean_waiting(clock.now())
        db.session.commit()
        db.session.expire_all()
        ready = Attachment.clean_sha256 != "", Attachment.status == CommentStatus.WAITING.value
        if found := self.pick(Attachment, *ready):
            if self.chance.random() < 0.7:
                attachments.publish(found, self.staff[Role.MODERATOR], clock.now())
            else:
                attachments.withhold(
                    found, Reason.SPAM.value, self.staff[Role.MODERATOR], clock.now()
                )

    def answers(self) -> None:
        if comment := self.a_comment(CommentStatus.PUBLISHED):
            answer = answering.draft(
                comment.consultation,
                [comment.id],
                Disposition.ACCEPTED,
                f"Cơ quan {self.word()} tiếp thu.",
                self.staff[Role.DRAFTER],
                clock.now(),
                no_change_reason=f"Câu {self.word()} đã có.",
            )
            db.session.commit()
            if self.chance.random() < 0.7:
                answering.finish(answer, self.staff[Role.HEAD], clock.now())

    def corrects(self) -> None:
        correcting.write(
            self.open.dossier,
            f"Người ta nói {self.word()}.",
            f"Dự thảo viết {self.word()}.",
            "dieu-3",
            self.staff[Role.DRAFTER],
            clock.now(),
        )

    def publishes_a_correction(self) -> None:
        if one := self.pick(Correction):
            seen = correcting.digest(one)
            correcting.publish(one, seen, self.staff[Role.APPROVER], clock.now())

    def takes_a_correction_back(self) -> None:
        if one := self.pick(Correction):
            correcting.withdraw(one, "Nhầm.", self.staff[Role.APPROVER], clock.now())

    def registers(self) -> None:
        if comment := self.a_comment(CommentStatus.PUBLISHED):
            words = (f"{word} {self.word()}" for word in ("Luật", "Gửi", "Đề nghị"))
            suggesting.register(comment, *words, self.staff[Role.DRAFTER], clock.now())

    def settles(self) -> None:
        if one := self.pick(ReformSuggestion):
            comment = db.session.get_one(Comment, one.comment_id)
            outcome = suggesting.Settlement.DECLINED
            words = f"Không {self.word()}."
            suggesting.settle(one, comment, outcome, words, self.staff[Role.HEAD], clock.now())

    def extends(self) -> None:
        day = self.open.last_day + DAY
        extend(self.open, day, f"Vì {self.word()}.", self.staff[Role.APPROVER], clock.now())

    def describes_the_proposal(self) -> None:
        if self.proposal.taking_comments or self.proposal.stage != Stage.PROPOSAL:
            return
        words = {"purpose": f"Để {self.word()}.", "summary_en": self.word()}
        if self.chance.random() < 0.4:
            words["necessity"] = ""  # no longer whole: its page is gone until it is filled again
        else:
            words["necessity"] = f"Cần {self.word()}."
        describe(self.proposal, words, self.staff[Role.DRAFTER], clock.now())

    def opens_the_proposal(self) -> None:
        """People can speak to it for a while that is over at once, and then it is written on."""
        if latest(self.proposal.id) is None and not self.proposal.missing_content():
            at = clock.now() - 40 * DAY
            self._declare(self.proposal, None)
            consultation = open_consultation(self.proposal, None, 30, self.staff[Role.APPROVER], at)
            db.session.commit()
            self.world.comment(consultation, f"Nên {self.word()}.", "", at=at)
            close_due(clock.now())

    def types_the_proposal(self) -> None:
        if self.proposal.stage == Stage.PROPOSAL:
            kind = db.session.get_one(DocumentType, "provincial_council_resolution")
            retype(self.proposal, kind, self.staff[Role.DRAFTER], clock.now())

    def translates(self) -> None:
        """Some piece of a dossier, as it reads in any of its texts, public or not."""
        dossier = self.chance.choice([self.open.dossier, self.ended, self.proposal])
        pieces = self._pieces(dossier)
        written = [
            keep.Written(piece, f"번역 {self.word()} 입니다.")
            for piece in self.chance.sample(pieces, min(3, len(pieces)))
        ]
        standing = self.chance.choice([Standing.UNOFFICIAL, Standing.MACHINE])
        self._keeps(dossier, written, standing)

    def takes_a_translation_back(self) -> None:
        if row := self.pick(Translation, Translation.text != ""):
            dossier = db.session.get_one(Dossier, row.dossier_id)
            gone = [
                keep.Written(piece, "")
                for piece in self._pieces(dossier)
                if (piece.part, piece.digest) == (row.part, row.source_digest)
            ]
            self._keeps(dossier, gone, Standing.UNOFFICIAL)

    def _keeps(self, dossier: Dossier, written: list[keep.Written], standing: Standing) -> None:
        translator = self.staff[Role.TRANSLATOR]
        keep.keep(dossier.id, None, TONGUE, written, standing, translator, clock.now())

    def _pieces(self, dossier: Dossier) -> list[Piece]:
        said = [(TITLE, dossier.title), (of_block("purpose"), dossier.purpose)]
        for version in db.session.scalars(
            select(DraftVersion).where(DraftVersion.dossier_id == dossier.id)
        ):
            said.append((of_version("preamble"), version.preamble))
            for one in db.session.scalars(
                select(Provision).where(Provision.version_id == version.id)
            ):
                said += [(of_provision(one.lineage_id, "text"), one.text)]
        of_it = Consultation.dossier_id == dossier.id
        for one in db.session.scalars(select(Answer).join(Answer.consultation).where(of_it)):
            said.append((of_answer(one.id), one.explanation))
        return [Piece(part, "", words, "") for part, words in dict.fromkeys(said) if words]

    def translates_a_comment(self) -> None:
        if comment := self.pick(Comment):
            words = self.chance.choice(["", f"번역 {self.word()}", f"번역 {self.word()}"])
            officer = self.staff[Role.MODERATOR]
            translated.translate(comment, TONGUE, words, Standing.UNOFFICIAL, officer, clock.now())

    def adds_a_file(self) -> None:
        self.world.file(self.ended, f"Báo cáo {self.word()}")

    def revises(self) -> None:
        """A further text of the draft that is no longer commented on, seen or still unseen."""
        if self.chance.random() < 0.5:
            return
        version = self.world.version(self.ended, self.draft())
        replace(version, [self.compared()], self.staff[Role.DRAFTER], clock.now())
        if self.chance.random() < 0.5:
            self._declare(self.ended, version)
            post_revision(self.ended, version, self.staff[Role.APPROVER], clock.now())

    def _declare(self, dossier: Dossier, version) -> None:
        for role in (Role.DRAFTER, Role.APPROVER):
            declare(dossier, version, self.staff[role], clock.now())


ACTS = [
    *["says"] * 3,
    *["publishes"] * 5,
    *["looks_at_files"] * 3,
    *["answers", "registers", "corrects", "publishes_a_correction"] * 2,
    "withholds",
    *["takes_down", "takes_an_answer_down"],
    "a_second_officer_decides",
    "takes_the_decision_back",
    "withdraws",
    "appeals",
    "decides_on_an_appeal",
    "takes_a_correction_back",
    "settles",
    "extends",
    "describes_the_proposal",
    "opens_the_proposal",
    "types_the_proposal",
    "adds_a_file",
    "revises",
    *["translates", "translates_a_comment"] * 3,
    "takes_a_translation_back",
]


def rounds() -> list[tuple[str, int, int | None]]:
    """Address, number and posted text of every comment period."""
    rows = db.session.execute(
        select(Dossier.slug, Consultation.round, Consultation.version_id).join(
            Consultation, Consultation.dossier_id == Dossier.id
        )
    )
    return [(row.slug, row.round, row.version_id) for row in rows]


__all__ = ["WORD", "Answer", "Walk", "rounds"]
