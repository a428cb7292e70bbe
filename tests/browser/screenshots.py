"""Pictures of every page that each role of the demo reaches by its links: phone and desk, light and dark.

Usage: python -m tests.browser.screenshots [ADDRESS] [FOLDER]    (make screenshots: the demo's, into var/screenshots)
"""

from __future__ import annotations

import sys
from collections import deque
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from service.demo.people import DEMO_PASSWORD
from service.web.site import page_behind
from tests.browser.looking import DESKTOP, PHONE, Screen, launched

ADDRESS = "http://127.0.0.1:8000"
FOLDER = Path("var/screenshots")
LOGINS = ("kepala.dapur", "pengurus.koperasi", "grosir", "operator.kota", "dinas.pangan", "auditor", "admin")
LOOKS = {
    "phone": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
    "desk": (DESKTOP, "light"),
    "desk-dark": (DESKTOP, "dark"),
}


def main() -> None:
    """Take the pictures and say where they are."""
    address = sys.argv[1] if len(sys.argv) > 1 else ADDRESS
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    with sync_playwright() as playwright, launched(playwright) as browser:
        for login in LOGINS:
            state = entered(browser, address, login)
            for name, (screen, scheme) in LOOKS.items():
                context = looking(browser, address, state, screen=screen, scheme=scheme)
                count = pictured(context.new_page(), folder / login / name)
                context.close()
                sys.stdout.write(f"{login}, {name}: {count} pages in {folder / login / name}\n")


def entered(browser: Browser, address: str, login: str) -> dict:
    """Log in once for all pictures of a person."""
    context = browser.new_context(base_url=address, service_workers="block")
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Nama pengguna").fill(f"{login}@pasok.test")
    page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(lambda url: not url.endswith("/login"))
    state = context.storage_state()
    context.close()
    return state


def looking(browser: Browser, address: str, state: dict, *, screen: Screen, scheme: str) -> BrowserContext:
    """Return a person's browser on a screen, light or dark."""
    return browser.new_context(
        base_url=address,
        storage_state=state,
        viewport={"width": screen.width, "height": screen.height},
        is_mobile=screen.is_phone,
        color_scheme=scheme,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        service_workers="block",
    )


def pictured(page: Page, folder: Path) -> int:
    """Follow the links from the start page, one page of each kind, and keep a picture of each."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting, known = deque(["/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        page.goto(path)
        kind = (page_behind(path) or path).translate(str.maketrans("/", ".", "{}")).strip(".")
        page.screenshot(path=folder / f"{kind or 'home'}.png")
        for link in links_of(page):
            kind = page_behind(link)
            if kind is not None and kind not in known:
                known.add(kind)
                waiting.append(link)
    return len(known)


def links_of(page: Page) -> list[str]:
    """Return where the links of a page lead."""
    return page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))")


if __name__ == "__main__":
    main()
