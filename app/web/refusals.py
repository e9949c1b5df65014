"""Why an upload is not taken."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why an upload is not taken; the desk has the words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNPACKED_TOO_LARGE = "unpacked_too_large"
    TOO_MANY_ENTRIES = "too_many_entries"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    OLD_WORD = "old_word"
    WRONG_TYPE = "wrong_type"
    MIXED = "mixed"
    EXTERNAL_ENTITIES = "external_entities"
    EMBEDDED_OBJECTS = "embedded_objects"
    ACTIVE_CONTENT = "active_content"
    TOO_HEAVY = "too_heavy"
    TOO_SLOW = "too_slow"
    BUSY = "busy"


class Refused(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """Raised for an upload that is not taken; `facts` are plain values for a message."""

    def __init__(self, code: RefusalCode, **facts: str | int) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts
