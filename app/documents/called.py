"""What a provision is called in the language of the page, where its words are translated too."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.documents.citation import WORDS, citation

# by the word of the anchor; what stands in an article is cited by its number in brackets
LABELS: dict[str, LazyString] = {
    "phan": _l("Part %(number)s"),
    "chuong": _l("Chapter %(number)s"),
    "muc": _l("Section %(number)s"),
    "tieu-muc": _l("Subsection %(number)s"),
    "dieu": _l("Article %(number)s"),
    "phu-luc": _l("Annex %(number)s"),
    "mau": _l("Form %(number)s"),
    "bang": _l("Table %(number)s"),
}
INSIDE = ("khoan", "diem")


def called(anchor: str, number: str | None = None) -> str:
    """The last unit of the anchor: "Article 5", "Annex"; "" for clauses, points and the unknown.

    The number is the one given, or else that of the anchor.
    """
    last = anchor.rpartition(".")[2]
    if number is None:
        number = _number(last)
    for word in sorted(LABELS, key=len, reverse=True):
        if last == word or last.startswith(word + "-"):
            return (str(LABELS[word]) % {"number": number}).strip()
    return ""


def cited(anchor: str) -> str:
    """The anchor as lawyers of many countries cite it: "Article 6(2)(đ)", "Annex I, Table 2"."""
    told: list[str] = []
    for part in anchor.split(".") if anchor else ():
        if part.startswith(INSIDE):
            told = [*told[:-1], f"{told[-1] if told else ''}({_number(part)})"]
        else:
            told.append(called(part) or citation(part))
    return ", ".join(told)


def _number(part: str) -> str:
    return "" if part in WORDS else citation(part).rpartition(" ")[2]
