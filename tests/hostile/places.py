"""Every place of a portal that a reader or an officer can come to: a few addresses of each door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import lxml.html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from app.web.locale import LANGUAGES
from tests.page_client import PageClient

ELSEWHERE = {language.prefix[1:] for language in LANGUAGES[1:]}


@dataclass(frozen=True)
class Place:
    """An answer of the portal: what door it came from, and how it would be opened."""

    endpoint: str
    path: str
    status: int
    media_type: str
    attached: bool


def places(
    client: PageClient, adapter: MapAdapter, starts: Iterable[str], each: int = 2
) -> Iterator[Place]:
    """What links lead to from there, at most so many addresses of each door."""
    queue, known, times = [*starts], set[str](), Counter[str]()
    while queue:
        path = queue.pop(0)
        endpoint = _endpoint(adapter, path)
        if path in known or not endpoint or times[endpoint] >= each:
            continue
        known.add(path)
        answer = client.get(path)
        if answer.status_code < 300:
            times[endpoint] += 1
        attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
        yield Place(endpoint, path, answer.status_code, answer.mimetype, attached)
        targets = [answer.headers.get("Location", "")]
        if answer.mimetype == "text/html" and answer.status_code == 200:
            page = lxml.html.fromstring(answer.get_data(as_text=True))
            targets = [link.get("href") for link in page.iter("a") if link.get("href")]
        answer.close()
        queue += [urljoin(path, target).split("#")[0] for target in targets if target]


def _endpoint(adapter: MapAdapter, path: str) -> str:
    try:
        parts = urlsplit(path)
    except ValueError:
        return ""  # an address that an author wrote
    if parts.scheme or parts.netloc or parts.path.split("/")[1:2] in [[x] for x in ELSEWHERE]:
        return ""
    try:
        return str(adapter.match(parts.path)[0])
    except HTTPException:
        return ""
