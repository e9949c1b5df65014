"""A real Chromium that opens what the portal answers, and tells whatever came of an input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Route
from werkzeug.test import TestResponse

HOST = "https://gopy.example.vn"
SHOWN = "/shown"  # the address of what is given instead of asked for
WATCH = """(() => {
  window.__told = [];
  document.addEventListener('securitypolicyviolation', event => window.__told.push(
    'policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
})()"""
# Whatever an input would have made: its mark, what runs, what loads, what leads to a script.
LOOK = """() => {
  const told = [...(window.__told || [])], says = e => e.outerHTML.slice(0, 160);
  const page = document.contentType === 'text/html';
  for (const e of document.querySelectorAll('*')) {
    if (e.hasAttribute('hit')) told.push('made: ' + says(e));
    if (!page) continue;
    if (['iframe', 'frame', 'object', 'embed', 'base', 'style', 'video', 'marquee', 'math', 'x-hit',
         'animate', 'set', 'foreignObject', 'frameset', 'applet', 'portal'].includes(e.localName))
      told.push('element: ' + says(e));
    if (e.localName === 'meta' && e.httpEquiv) told.push('meta: ' + says(e));
    if (e.localName === 'script' && !(e.getAttribute('src') || '').startsWith('/static/'))
      told.push('script: ' + says(e));
    for (const a of e.attributes) {
      if (/^on|^style$|^srcdoc$/i.test(a.name)) told.push('attribute: ' + says(e));
      if (!/^(href|src|action|formaction|xlink:href|data|poster|background)$/i.test(a.name)) continue;
      let there = null;
      try { there = new URL(a.value, location.href); } catch (error) { told.push('address: ' + says(e)); }
      if (there && !['http:', 'https:', 'mailto:'].includes(there.protocol)) told.push('leads: ' + says(e));
      if (there && a.name !== 'href' && there.host !== location.host) told.push('loads: ' + says(e));
    }
  }
  return told;
}"""
MADE = (
    "() => [...document.querySelectorAll('[hit]')].map(e => 'made: ' + e.outerHTML.slice(0, 160))"
)
# In which element or attribute the browser has which of the numbers that were put behind inputs.
PLACES = """() => {
  const found = {};
  const put = (kind, text) => {
    for (const [, n] of text.matchAll(/§(\\d+)§/g)) (found[kind] ||= new Set()).add(+n);
  };
  const of = e => e.localName + '.' + (e.closest('[class]')?.classList[0] || '');
  for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) put(`${e.localName}@${a.name}`, a.value);
    for (const t of e.childNodes) if (t.nodeType !== 1) put(of(e), t.nodeValue);
  }
  return Object.fromEntries(Object.entries(found).map(([kind, all]) => [kind, [...all]]));
}"""
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

HAPPENED = re.compile(": (?:ran|dialog|asks another host): ")
Answer = Callable[[str], TestResponse]


class Watched:
    """One window on the portal; `told` is all that any oracle noticed, with its address.

    The answers come from `ask`, headers and all; nothing else is reached. Six oracles: the
    function that every input calls, dialogs, the console, reports of the content security policy,
    requests to other hosts, and the document itself.
    """

    def __init__(self, browser: Browser, ask: Answer, *, width: int = 1280) -> None:
        self.ask, self.told, self.pages = ask, list[str](), 0
        self._given: tuple[bytes, Mapping[str, str]] = (b"", {})
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="vi-VN", reduced_motion="reduce"
        )
        self.context.expose_binding("hit", lambda _source, *_said: self._tell("ran: hit"))
        self.context.add_init_script(WATCH)
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.set_default_timeout(180_000)  # a drill gives a page hundreds of inputs
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._tell(f"script: {error}"))

    def __enter__(self) -> Watched:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.context.close()

    def _tell(self, what: str) -> None:
        self.told.append(f"{urlsplit(self.page.url).path}: {what}")

    def _dialog(self, dialog: Dialog) -> None:
        self._tell(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        # that a page answers 404 or 422 is told as if something had failed to load
        if message.type in ("error", "warning") and "Failed to load" not in message.text:
            self._tell(f"console: {message.text}")

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" != HOST:
            self._tell(f"asks another host: {route.request.url[:200]}")
            return route.abort()
        if parts.path == SHOWN:
            body, given = self._given
            return route.fulfill(status=200, headers=dict(given), body=body)
        answer = self.ask(parts._replace(scheme="", netloc="").geturl())
        # a second value of one header is none of ours that a browser needs here
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        route.fulfill(status=answer.status_code, headers=headers, body=answer.get_data())
        answer.close()

    def open(self, path: str) -> None:
        """The page is loaded, and every oracle was asked."""
        before = len(self.told)
        try:
            self.page.goto(HOST + path, wait_until="load")
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return  # a file to be kept: the browser shows nothing of it
        self.pages += 1
        if self.page.evaluate("document.contentType") != "text/html":
            # how the browser itself shows a feed is refused as well, and told in the console
            own = [what for what in self.told[before:] if ": console: " not in what]
            self.told[before:] = [what for what in own if ": policy: " not in what]
        found: list[Any] = self.page.evaluate(LOOK)
        for what in found:
            self._tell(str(what))

    def show(
        self, name: str, body: bytes, headers: Mapping[str, str], *, raw: bool = False
    ) -> bool:
        """Whether the browser shows these bytes under these headers; what ran, what asked another
        host and, unless they are `raw`, what was made of an input is told."""
        before, self._given = len(self.told), (body, headers)
        try:
            self.page.goto(HOST + SHOWN, wait_until="load")
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return False
        self.pages += 1
        own = [what for what in self.told[before:] if HAPPENED.search(what)]
        made: list[str] = [] if raw else self.page.evaluate(MADE)
        self.told[before:] = [f"{name}: {what}" for what in (*own, *made)]
        return True

    def evaluate(self, script: str) -> Any:
        """What a function says of the page that is open."""
        return self.page.evaluate(script)

    def over(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate(OVER))
