"""A person at a browser, and what every page they see is held to."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, Response, Route

from service.demo.people import DEMO_PASSWORD

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
SCRIPTS = re.compile(r"<script\b[^>]*>.*?</script>|</?noscript>", re.DOTALL)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there is taken. The one that cannot show windows takes a tenth less of the processor."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_FINDS = """rules => axe
    .run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'], preload: false})
    .then(found => found.violations)"""


@dataclass(frozen=True)
class Screen:
    """A device: its size in CSS pixels, and whether it is touched."""

    width: int
    height: int
    is_phone: bool


PHONE = Screen(360, 740, is_phone=True)
DESKTOP = Screen(1280, 900, is_phone=False)


@dataclass
class Seen:
    """What a browser did for a person so far."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    bytes_by_address: dict[str, int] = field(default_factory=dict)


def system_browser() -> dict[str, Any]:
    """Return which browser is launched and how: the system's, without a window, else Playwright's own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return {"executable_path": found, "args": ["--no-sandbox", "--disable-gpu"]}


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """Start a browser, and end it after the block."""
    browser = playwright.chromium.launch(**system_browser())
    try:
        yield browser
    finally:
        browser.close()


class Visitor:
    """A person with a browser of their own; every page is looked at: `see()`."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        screen: Screen | None = None,
        *,
        is_app: bool = False,
        **options: object,
    ) -> None:
        screen = screen or PHONE
        self.address = address
        self.seen = Seen()
        self.is_checked = options.get("java_script_enabled", True)  # axe is a script itself
        self.has_scripts = self.is_checked
        self.context = browser.new_context(
            base_url=address,
            viewport={"width": screen.width, "height": screen.height},
            is_mobile=screen.is_phone,
            has_touch=screen.is_phone,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            # The worker that keeps pages would answer for the server; only tests without signal want it.
            service_workers="allow" if is_app else "block",
            **options,
        )
        self.context.set_default_timeout(10_000)
        # Half a megabyte, given once; as an extension would, since the content policy lets no foreign script in.
        self.context.add_init_script(AXE)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self.seen.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.seen.errors.append(str(error)))
        self.page.on("response", self._note)

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()

    def log_in(self, login: str) -> None:
        """Enter through the login page."""
        self.page.goto("/login")
        self.page.get_by_label("Nama pengguna").fill(f"{login}@pasok.test")
        self.page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
        self.page.get_by_role("button", name="Masuk").click()
        self.page.wait_for_url(lambda address: not address.endswith("/login"))

    def open(self, path: str) -> Page:
        """Open a page, hold it to what every page must do, and return it."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status in {200, 202}, f"{path}: {answer.status}"
        waits = self.page.locator("#answer-waits")
        if self.has_scripts:
            waits.wait_for(state="detached")  # what is computed comes by itself
        while waits.count():
            self.page.reload()
        self.see()
        return self.page

    def see(self) -> None:
        """Hold the page on the screen to what every page must do."""
        self.page.wait_for_load_state()
        here = self.page.url.removeprefix(self.address)
        assert self.seen.errors == [], f"{here}: {self.seen.errors}"
        assert self.seen.foreign == [], f"{here} asks others: {self.seen.foreign}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{here} is {wide} px wider than the screen"
        violations = self.violations() if self.is_checked else []
        assert violations == [], f"{here}: {violations}"

    def violations(self) -> list[str]:
        """Return what axe finds wrong with the page."""
        found = self.page.evaluate(AXE_FINDS, RULES)
        return [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]

    def take_scripts_away(self) -> None:
        """Show pages from now on as a browser without scripts does, in one in which axe can run."""
        self.has_scripts = False
        self.page.route(lambda address: "/static/" not in address, _without_scripts)

    def weight(self) -> dict[str, int]:
        """Return what came over the line so far, gzipped bytes by address."""
        return dict(self.seen.bytes_by_address)

    def _note(self, response: Response) -> None:
        address = response.url
        if address.startswith(("data:", "blob:")):
            return
        if not address.startswith(self.address):
            self.seen.foreign.append(address)
            return
        if response.ok:
            try:
                body = response.body()
            except Error:  # the page was left before all of it had come
                return
            self.seen.bytes_by_address[address] = len(gzip.compress(body, 6))


def _without_scripts(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, body=SCRIPTS.sub("", answer.text()))
