"""A page of results as a reader sees it: its count, its boxes, its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import lxml.html
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

STEP = re.compile(r"(>\s*)?([a-z0-9]*)((?:[.#][\w-]+|\[[^]]+\])*)\s*")
SIGN = re.compile(r"([.#])([\w-]+)|\[([\w-]+)(?:=([^]]+))?\]")


def pick(element: HtmlElement, css: str) -> list[HtmlElement]:
    """What a selector of tags, classes, ids and attributes chooses below the element."""
    found: list[HtmlElement] = element.xpath(_xpath(css))
    return found


@cache
def _xpath(css: str) -> str:
    path = "."
    for child, tag, signs in STEP.findall(css):
        if not (tag or signs):
            continue
        path += f"{'/' if child else '//'}{tag or '*'}"
        for sign, name, attribute, value in SIGN.findall(signs):
            if sign == ".":
                path += f"[contains(concat(' ', @class, ' '), ' {name} ')]"
            elif sign == "#":
                path += f"[@id='{name}']"
            else:
                path += f"[@{attribute}='{value}']" if value else f"[@{attribute}]"
    return path


@dataclass(frozen=True)
class Seen:
    """A page of results, or one that stands in its place."""

    status: int
    text: str
    html: HtmlElement

    @classmethod
    def of(cls, answer: TestResponse) -> Seen:
        text = answer.get_data(as_text=True)
        return cls(answer.status_code, text, lxml.html.fromstring(text))

    def some(self, css: str) -> list[HtmlElement]:
        return pick(self.html, css)

    def all(self, css: str) -> list[str]:
        return [" ".join(e.text_content().split()) for e in self.some(css)]

    def links(self, css: str) -> list[str]:
        return [e.get("href") for e in self.some(css)]

    @property
    def count(self) -> int:
        """How many results it says there are."""
        said = re.match(r"\d+", self.all("#found")[0])
        assert said, self.all("#found")
        return int(said[0])

    @property
    def boxes(self) -> list[tuple[str, str, int, bool]]:
        """Name, value, count and state of each box to tick."""
        found = []
        for label in self.some("details.facets label"):
            (box,) = pick(label, "input")
            number = re.search(r"\((\d+)\)$", label.text_content().strip())
            assert number, label.text_content()
            state = box.get("checked") is not None
            found.append((box.get("name"), box.get("value"), int(number[1]), state))
        return found
