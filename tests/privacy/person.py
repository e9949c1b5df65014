"""A person planted wherever the portal can know of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Role
from app.alerts import keeping
from app.alerts.models import Frequency, SavedSearch
from app.citizens.models import Citizen, CitizenReceipt
from app.comments import asking, attachments, contact
from app.comments.models import Comment
from app.comments.translated import translate
from app.extensions import db, sealer
from app.kit import clock, codes
from app.moderation import appeals
from app.moderation.masks import Asked
from app.people import consents
from app.people.models import Purpose
from app.privacy.models import RequestKind, RequestState, SubjectRequest
from app.search.asked import Asked as Wish
from app.translations.models import Standing
from app.web import locale
from tests.factories import World
from tests.web.test_strip import photograph

EMAIL = "planted.person@example.vn"
NAME = "Zebulon Quistgaard"
PHONE = "0987654321"
# whatever stands in a file or a row and holds one of these names the person
SIGNS = (EMAIL, NAME, PHONE, "planted.person", "Quistgaard")


@dataclass
class Planted:
    """Comments of the person: one published with all there can be, one withheld with an appeal."""

    said: Comment
    withheld: Comment
    other: Comment


def plant(world: World, now: datetime | None = None) -> Planted:
    """The person, and somebody else who says something beside them."""
    now = now or clock.now()
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator, colleague = (
        world.officer(agency, Role.MODERATOR),
        world.officer(agency, Role.MODERATOR),
    )
    words = f"Tôi là {NAME}, điện thoại {PHONE}, xin giữ nguyên."
    said = world.comment(
        consultation, words, display_name=NAME, email=EMAIL, proposed_wording=words
    )
    withheld = world.comment(consultation, f"{NAME} phản đối.", email=EMAIL)
    other = world.comment(consultation, "Ý kiến của người khác.", email="other@example.vn")
    attachments.add(
        said.id,
        consultation.id,
        [attachments.looked_at(photograph(), f"{NAME}.jpg")],
        now,
    )
    asking.reply(asking.ask(said, f"Ông {NAME} ở xã nào?", moderator, now), f"Xã của {NAME}.", now)
    translate(said, "en", f"I am {NAME}.", Standing.UNOFFICIAL, colleague, now)
    contact.confirm(said, now)
    start = words.index(PHONE)
    world.publish(said, moderator, now, [Asked("body", start, start + len(PHONE), "personal_data")])
    world.publish(other, moderator, now)
    world.withhold(withheld, moderator, sentence=f"Ông {NAME} xúc phạm người khác.", at=now)
    appeal = appeals.file(withheld, f"Tôi, {NAME}, không đồng ý.", now)
    appeals.decide(appeal, appeals.AppealOutcome.UPHELD, f"Thưa ông {NAME}.", colleague, now)
    keeping.ask(Wish(NAME), EMAIL, Frequency.DAILY, locale.called("vi"), now)
    search = db.session.scalars(select(SavedSearch)).one()
    keeping.confirm(search.key, locale.called("vi"), now)
    citizen = account(now)
    consents.give(Purpose.ACCOUNT, f"citizen:{citizen.id}", "vi", now)
    db.session.add(
        SubjectRequest(
            kind=RequestKind.DELETE.value,
            state=RequestState.OPEN.value,
            person=EMAIL,
            name=NAME,
            answer_to=PHONE,
            shown_at=now,
            words=f"Xin xóa dữ liệu của {NAME}.",
            asked_at=now,
            received_on=clock.vn_date(now),
        )
    )
    db.session.add(CitizenReceipt(citizen_id=citizen.id, comment_id=withheld.id, added_at=now))
    db.session.commit()
    return Planted(said, withheld, other)


def account(now: datetime) -> Citizen:
    """An account of the person, as its link leaves it."""
    made = Citizen(
        email=EMAIL,
        email_mark=sealer().mark(EMAIL),
        name=NAME,
        language="vi",
        session_key=codes.new_key(),
        created_at=now,
        last_seen_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made
