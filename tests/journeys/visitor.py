"""A person with a browser, who notices on every page what no page may have."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

WIDTHS = (360, 1280)
FORM = "main form[method=post]"
SENDS = "button:not([type=button])"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """async tags => {
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, rules: {'target-size': {enabled: true}},
    resultTypes: ['violations'],
  });
  return found.violations.map(v => [v.id, v.help, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))]);
}"""
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE = """() => [...document.querySelectorAll('body *')].filter(e => {
  const r = e.getBoundingClientRect();
  return r.width > 0 && r.right > document.documentElement.clientWidth + 1;
}).slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const r = e.getBoundingClientRect();
  const seen = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]].some(([a, b]) => {
    const t = document.elementFromPoint(r.left + r.width * a, r.top + r.height * b);
    return t && (t === e || e.contains(t) || t.contains(e));
  });
  const ring = x => {
    if (!x) return false;
    const s = getComputedStyle(x);
    return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  };
  return {tag: e.tagName, name: e.name || '', type: e.type || '', html: e.outerHTML.slice(0, 100),
          seen: seen || r.width < 2, ring: ring(e) || ring(e.labels && e.labels[0])};
}"""


@cache
def axe() -> str:
    """The source of axe-core, which comes in the package's wheel."""
    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8") + ";undefined"


class Visitor:
    """One person: own cookies, own width, with or without JavaScript.

    Every page they come to is looked over at 360 and 1280 px: no violation that axe finds, no
    sideways scroll, nothing in the console, no request to another host.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        *,
        width: int = 1280,
        js: bool = True,
        locale: str = "vi-VN",
        zone: str = "Asia/Ho_Chi_Minh",
    ) -> None:
        self.url, self.width, self.js = url, width, js
        self.faults: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            timezone_id=zone,
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.cdp = self.context.new_cdp_session(self.page)
        self._scripts(js)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._request)

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.context.close()

    def _scripts(self, on: bool) -> None:
        self.cdp.send("Emulation.setScriptExecutionDisabled", {"value": not on})

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        refused = message.text.startswith("Failed to load") and where == self.page.url
        # a form given back with status 422 is an answer, not a fault
        if message.type in ("error", "warning") and not refused:
            self.faults.append(f"console: {message.text} {where}".strip())

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.url).netloc:
            self.faults.append(f"another host: {request.url}")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def go(self, path: str, status: int = 200, *, look: bool = True) -> None:
        """The page at the address is loaded, and looked over where it was not before."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        words = self.page.locator("main").inner_text()[:600]
        assert answer.status == status, f"{path} answers {answer.status}:\n{words}"
        if look:
            self.look()

    def press(self, selector: str, *, look: bool = True) -> None:
        """A link or button is pressed, and the page behind it looked over."""
        target = self.page.locator(selector).first
        with self.page.expect_navigation(wait_until="load") as arrival:
            target.click()
        answer = arrival.value
        if answer is None:  # a script puts the next page in the place of this one
            self.page.locator("main[aria-busy=false]").wait_for()
        else:
            assert answer.status < 500, f"{selector} leads to {self.page.url}: an error of ours"
        if look:
            self.look()

    def send(self, form: str = FORM, **typed: Any) -> None:
        """The form is filled by the names of its controls and sent."""
        self.fill(form, **typed)
        self.press(f"{form} >> {SENDS}")

    def pass_on(self, form: str = FORM, **typed: Any) -> None:
        """The same, on the way to a page that is looked over elsewhere."""
        self.fill(form, **typed)
        self.press(f"{form} >> {SENDS}", look=False)

    def fill(self, form: str, **typed: Any) -> None:
        """The controls of the form hold what was typed; a value of a radio chooses it."""
        for name, value in typed.items():
            control = self.page.locator(form).first.locator(f"[name={name}]")
            kind = control.first.evaluate("e => e.type")
            if kind == "radio":
                control.and_(self.page.locator(f"[value={value}]")).check()
            elif kind == "checkbox":
                control.first.check()
            elif kind == "file":
                control.set_input_files(value)
            elif kind.startswith("select"):
                control.select_option(value)
            else:
                control.fill(value)

    def until(self, path: str, there: Callable[[Page], bool], seconds: float = 20) -> None:
        """The page shows what the worker brings a moment later; then it is looked over."""
        end = time.monotonic() + seconds
        while True:
            self.page.goto(self.url + path)
            if there(self.page):
                return self.look()
            assert time.monotonic() < end, f"{path} did not show it within {seconds} s"
            time.sleep(0.3)

    def focus(self) -> dict[str, Any]:
        """What the keyboard stands on; it can be seen."""
        found: dict[str, Any] = self.page.evaluate(FOCUS) or {}
        if found and not (found["seen"] and found["ring"]):
            self.faults.append(f"focus cannot be seen: {found['html']}")
        return found

    def look(self) -> None:
        """The page is right in both widths; raises with everything that is not."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            if self.page.evaluate(OVER) > 1:
                wide = self.page.evaluate(WIDE)
                self.faults.append(f"{width} px: sideways scroll {json.dumps(wide)}")
            self.faults += [f"{width} px: {fault}" for fault in self._axe()]
        self.page.set_viewport_size({"width": self.width, "height": 800})
        assert not self.faults, f"{self.page.url}\n" + "\n".join(self.faults)

    def _axe(self) -> list[str]:
        if not self.js:
            self._scripts(True)  # axe needs timers; the page itself has loaded without
        if self.page.evaluate("!window.axe"):  # half a megabyte, and both widths are of one page
            self.page.evaluate(axe())
        found = self.page.evaluate(AXE, TAGS)
        if not self.js:
            self._scripts(False)
        return [f"{rule}: {words} {nodes}" for rule, words, nodes in found]
