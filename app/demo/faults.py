"""What contradicts itself in the data of the sample province, one sentence for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.accounts.models import Role
from app.accounts.policy import RULES, Act
from app.comments.clerk import BODIES
from app.comments.models import ABROAD, Channel, CommentStatus
from app.demo.rendered import Translation
from app.demo.told import HOURS, Answer, Comment, Dossier, Officer, Province
from app.documents.models import Stage
from app.moderation.reasons import MASKABLE
from app.responses.models import CHANGING, AnswerState
from app.translations.models import Standing
from app.web.locale import DEFAULT, LANGUAGES

# what a dossier or a comment can be translated into; a comment into Vietnamese too
READ = {language.code for language in LANGUAGES}


def faults(province: Province) -> Iterator[str]:
    """Every contradiction, in the order of the files."""
    agencies = {agency.slug for agency in province.agencies}
    places: set[str] = set()
    for place in province.territories:
        if place.parent and place.parent not in places:
            yield f"territory {place.code}: {place.parent!r} does not stand before it"
        places.add(place.code)
    for agency in province.agencies:
        if agency.territory not in places:
            yield f"agency {agency.slug}: unknown territory {agency.territory!r}"
        if agency.parent and agency.parent not in agencies - {agency.slug}:
            yield f"agency {agency.slug}: unknown parent {agency.parent!r}"
    for officer in province.officers:
        if officer.agency not in agencies:
            yield f"officer {officer.email}: unknown agency {officer.agency!r}"
        if officer.scope and officer.scope not in agencies:
            yield f"officer {officer.email}: unknown scope {officer.scope!r}"
    names = [
        *(place.code for place in province.territories),
        *(agency.slug for agency in province.agencies),
        *(officer.email for officer in province.officers),
        *(dossier.slug for dossier in province.dossiers),
        *(comment.key for dossier in province.dossiers for comment in dossier.comments),
        *(answer.key for dossier in province.dossiers for answer in dossier.answers),
    ]
    yield from (f"{name!r} is used twice" for name, times in Counter(names).items() if times > 1)
    for dossier in province.dossiers:
        staff = _staff(dossier, province.officers)
        yield from _of_dossier(dossier, agencies, staff)
        for comment in dossier.comments:
            yield from _of_comment(comment, dossier)
            yield from _of_review(comment)
            yield from _of_source(comment)
            yield from _of_languages(comment)
        yield from _of_answers(dossier, staff)
        for translation in dossier.translations:
            yield from _of_translation(translation, dossier)


def _staff(dossier: Dossier, officers: tuple[Officer, ...]) -> set[tuple[str, Role]]:
    """Who does what for the agency that leads."""
    own = (officer for officer in officers if officer.agency == dossier.lead_agency)
    return {(officer.email, role) for officer in own for role in officer.roles}


def _of_dossier(
    dossier: Dossier, agencies: set[str], staff: set[tuple[str, Role]]
) -> Iterator[str]:
    where = f"dossier {dossier.slug}"
    for slug in (dossier.lead_agency, *dossier.coordinating_agencies):
        if slug not in agencies:
            yield f"{where}: unknown agency {slug!r}"
    if dossier.lead_agency in dossier.coordinating_agencies:
        yield f"{where}: the lead agency cannot coordinate with itself"
    if (dossier.stage is Stage.PROPOSAL) == bool(dossier.draft):
        yield f"{where}: a proposal has no draft, every other stage has one"
    if (dossier.stage is Stage.ADOPTED) != (dossier.outcome is not None):
        yield f"{where}: an outcome belongs to an adopted dossier and to no other"
    for assignment in dossier.assignments:
        if (assignment.officer, Role.DRAFTER) not in staff:
            yield f"{where}: {assignment.officer!r} does not draft for the lead agency"


def _of_comment(comment: Comment, dossier: Dossier) -> Iterator[str]:
    where = f"comment {comment.key}"
    late = comment.hours_ago < dossier.closed_hours_ago
    if comment.hours_ago > dossier.opened_days_ago * HOURS:
        yield f"{where}: written before the consultation opened"
    if late != (comment.outcome is CommentStatus.LATE):
        yield f"{where}: late is what comes after the end, and nothing else"
    withheld = comment.outcome is CommentStatus.WITHHELD
    if withheld != (comment.reason is not None) or withheld != bool(comment.note):
        yield f"{where}: a reason and a note belong to a withheld comment and to no other"


def _of_review(comment: Comment) -> Iterator[str]:
    where = f"comment {comment.key}"
    public = comment.outcome is CommentStatus.PUBLISHED
    if (comment.masked or comment.question or comment.suggestion) and not public:
        yield f"{where}: what is covered, asked about or passed on is public"
    for masked in comment.masked:
        if masked.passage not in comment.body or masked.reason not in MASKABLE:
            yield f"{where}: {masked.passage!r} cannot be covered"
    if comment.appeal is not None:
        if comment.outcome is not CommentStatus.WITHHELD:
            yield f"{where}: an appeal belongs to a withheld comment"
        decided = comment.appeal.outcome is not None
        if decided != bool(comment.appeal.reply):
            yield f"{where}: a decided appeal has its reply, and no other has one"


def _of_source(comment: Comment) -> Iterator[str]:
    where, source = f"comment {comment.key}", comment.source
    if source is None:
        return
    if source.channel is Channel.PORTAL:
        yield f"{where}: what came by the portal has no source"
    if source.criticism is not None and comment.kind not in BODIES:
        yield f"{where}: a social criticism is given by a body of the Front"


def _of_languages(comment: Comment) -> Iterator[str]:
    where = f"comment {comment.key}"
    if comment.country and comment.kind not in ABROAD:
        yield f"{where}: a country is told of those who live abroad or come from abroad"
    for one in comment.translations:
        if one.language not in READ or one.language == comment.language:
            yield f"{where}: cannot be translated into {one.language!r}"
        if one.standing is Standing.OFFICIAL:
            yield f"{where}: nobody vouches for what staff make of a comment"
        if one.by not in RULES[Act.TRANSLATE_COMMENT]:
            yield f"{where}: a {one.by} does not translate comments"


def _of_translation(translation: Translation, dossier: Dossier) -> Iterator[str]:
    where = f"translation {dossier.slug}.{translation.language}"
    if translation.language not in READ - {DEFAULT.code}:
        yield f"{where}: no language of the portal, or the one it is written in"
    public = {one.key for one in dossier.answers if one.state is AnswerState.PUBLISHED}
    for reply in translation.answers:
        if reply.key not in public:
            yield f"{where}: unknown answer {reply.key!r}"
    if translation.revised and not dossier.revised_text:
        yield f"{where}: there is no revised text"
    for units in (translation.provisions, translation.revised):
        times = Counter(unit.anchor for unit in units)
        yield from (f"{where}: {anchor!r} stands twice" for anchor, n in times.items() if n > 1)


def _of_answers(dossier: Dossier, staff: set[tuple[str, Role]]) -> Iterator[str]:
    comments = {comment.key: comment for comment in dossier.comments}
    answered: Counter[str] = Counter()
    for answer in dossier.answers:
        yield from _of_answer(answer, comments, staff)
        for key in answer.comments:
            answered[key] += answer.state is AnswerState.PUBLISHED
    every = Counter(key for answer in dossier.answers for key in answer.comments)
    yield from (f"comment {key}: answered twice" for key, times in every.items() if times > 1)
    if dossier.stage is Stage.ADOPTED:
        for comment in dossier.comments:
            if comment.outcome is CommentStatus.PUBLISHED and not answered[comment.key]:
                yield f"comment {comment.key}: adopted without an answer to it"


def _of_answer(
    answer: Answer, comments: dict[str, Comment], staff: set[tuple[str, Role]]
) -> Iterator[str]:
    where = f"answer {answer.key}"
    published = answer.state is AnswerState.PUBLISHED
    if (answer.drafter, Role.DRAFTER) not in staff:
        yield f"{where}: {answer.drafter!r} does not draft for the lead agency"
    if published and (answer.approver, Role.APPROVER) not in staff:
        yield f"{where}: {answer.approver!r} does not approve for the lead agency"
    if published != bool(answer.approver):
        yield f"{where}: an approver belongs to a published answer and to no other"
    settled = answer.changed or answer.no_change_reason or answer.disposition not in CHANGING
    if answer.state is not AnswerState.DRAFT and not settled:
        yield f"{where}: accepted without a change, and without saying why"
    for key in answer.comments:
        if key not in comments:
            yield f"{where}: unknown comment {key!r}"
        elif comments[key].outcome is not CommentStatus.PUBLISHED:
            yield f"{where}: comment {key!r} is not published"
    if not answer.comments:
        yield f"{where}: answers nobody"
