"""What the sample says in other languages than Vietnamese, as its data files tell it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.accounts.models import Role
from app.translations.models import Standing


class Section(StrEnum):
    """The parts of a dossier that its agency approves one by one."""

    TITLE = "title"
    BLOCKS = "blocks"
    TEXT = "text"
    PROVISIONS = "provisions"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Blocks:
    """The content blocks, named as in the data of the dossier; lists of short lines as there."""

    necessity: str = ""
    purpose: str = ""
    viewpoint: str = ""
    scope: str = ""
    subjects: str = ""
    main_content: tuple[str, ...] = ()
    changes_vs_current_law: str = ""
    other: str = ""
    affected_parties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Around:
    """What stands around the provisions of a draft."""

    title: str = ""
    preamble: str = ""
    closing: str = ""


@dataclass(frozen=True)
class Unit:
    """The provision at `anchor`; `rows` are the cells of its table, its head first."""

    anchor: str
    heading: str = ""
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Reply:
    """The explanation of the answer with that key."""

    key: str
    text: str


@dataclass(frozen=True)
class Translation:
    """A dossier in one language; what is empty stays Vietnamese there.

    `provisions` are those of the first text, `revised` what reads otherwise in the second. The
    sections in `approved` are official.
    """

    language: str
    title: str = ""
    approved: tuple[Section, ...] = ()
    blocks: Blocks = Blocks()
    text: Around = Around()
    provisions: tuple[Unit, ...] = ()
    revised: tuple[Unit, ...] = ()
    answers: tuple[Reply, ...] = ()


@dataclass(frozen=True)
class CommentTranslation:
    """A comment in another language; `by` is the role of who wrote it, or had it written."""

    language: str
    text: str
    by: Role
    standing: Standing = Standing.UNOFFICIAL
