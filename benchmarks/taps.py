"""An officer answers an order on a cheap phone over a weak line: how long that takes, and how long each page.

Usage: python benchmarks/taps.py [--kitchens 12] [--lines 10 40] [--network 3g edge] [--tap 0.8]

Chromium plays the phone: 360 pixels, a processor four times slower than this machine's, a line of 3G or of one bar of
signal. Every tap and every key takes as long as is said; reading takes nothing. The app's own worker keeps nothing:
what a page needs comes over the line or from the browser's cache. Needs Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.loading import city
from benchmarks.measuring.table import print_row
from service.database.embedded import database_address
from service.database.engine import conninfo
from service.database.schema import migrate
from service.demo.people import DEMO_PASSWORD
from service.settings import Settings
from tests.browser.looking import launched

NETWORKS: Final = {
    "3g": {"latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_000},
    "edge": {"latency": 840.0, "downloadThroughput": 30_000, "uploadThroughput": 25_000},
}
"""Milliseconds and bytes a second, as Chromium's tools call "3G", and a line of 240 kbit/s."""
SLOWER: Final = 4
LESS_EVERY: Final = 5
"""Of so many lines one is taken in part, with a reason; the others are taken whole."""
KEYS_TO_CHOOSE: Final = 2
ORDER_BAR_S, PAGE_BAR_S = 60, 3
WIDTHS: Final = (8, 44, 8, 9, 9, 8)
OFFICERS_LOG_IN: Final = """
    UPDATE app_user SET password_hash = known.password_hash
    FROM app_user AS known
    WHERE known.username = 'pengurus.koperasi@pasok.test' AND app_user.role = 'coop_officer'
"""
ORDERS: Final = """
    SELECT ours.id, app_user.username, count(*)
    FROM purchase_order AS ours JOIN order_line ON order_line.order_id = ours.id
    JOIN app_user ON app_user.organisation_id = ours.cooperative_id AND app_user.role = 'coop_officer'
    WHERE ours.status = 'sent'
    GROUP BY ours.id, app_user.username
    ORDER BY count(*) DESC
"""
CUT: Final = """
    DELETE FROM order_line WHERE order_id = %s AND id NOT IN (
        SELECT id FROM order_line WHERE order_id = %s ORDER BY position LIMIT %s
    )
"""
"""The demo's orders are longer: so many of their lines are left that the page shows them as those of a short order."""


@dataclass
class Thumb:
    """An officer at a page: taps take their time, and every new page is waited for."""

    page: Page
    tap_s: float
    taps: int = 0
    waits: dict[str, list[float]] = field(default_factory=dict)

    def tap(self, what: Locator) -> None:
        """Touch something on the page."""
        time.sleep(self.tap_s)
        what.tap()
        self.taps += 1

    def type(self, what: Locator, words: str) -> None:
        """Touch a field and type into it."""
        self.tap(what)
        what.press_sequentially(words, delay=1000 * self.tap_s)
        self.taps += len(words)

    def choose(self, what: Locator, value: str) -> None:
        """Open a list and touch one of its words."""
        time.sleep(KEYS_TO_CHOOSE * self.tap_s)
        what.select_option(value)
        self.taps += KEYS_TO_CHOOSE

    def go(self, what: Locator, way: str) -> None:
        """Touch what leads to another page, and note how long it takes until that can be used."""
        time.sleep(self.tap_s)
        started = time.perf_counter()
        with self.page.expect_navigation(wait_until="load"):
            what.tap()
        self.page.locator("main h1").wait_for()
        self.waits.setdefault(way, []).append(time.perf_counter() - started)
        self.taps += 1


@contextmanager
def phone(browser: Browser, address: str, network: str, username: str) -> Iterator[Page]:
    """Give the phone of a person who is logged in; the slow line begins after that."""
    context = browser.new_context(
        base_url=address, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True,
        locale="id-ID", timezone_id="Asia/Jakarta", service_workers="block",
    )  # fmt: skip
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Masuk").click()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", {"offline": False, **NETWORKS[network]})
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield page
    context.close()


def answered(thumb: Thumb, order_id: str) -> float:
    """Open an order from the start page, answer every line of it, and return the seconds that took."""
    page = thumb.page
    started = time.perf_counter()
    thumb.go(page.locator(f"main a[href='/orders/{order_id}']").first, "start to the order")
    while page.locator("fieldset[data-line]").count():
        for number, line in enumerate(page.locator("fieldset[data-line]").all(), 1):
            half = "" if number % LESS_EVERY else half_of(line)
            if not half:
                thumb.tap(line.locator("label", has=page.locator("[value=all]")))
                continue
            thumb.tap(line.locator("label", has=page.locator("[value=less]")))
            thumb.type(line.locator("[name^='accepted_qty.']"), half)
            thumb.choose(line.locator("select"), "not_enough_goods")
        thumb.tap(page.get_by_role("button", name="Periksa lalu kirim"))
        thumb.go(page.get_by_role("button", name="Ya, kirim jawaban"), "answers sent to the order again")
        if "said=" not in page.url:
            raise RuntimeError(page.locator("main").inner_text())
    return time.perf_counter() - started


def half_of(line: Locator) -> str:
    """Return about half of what is ordered, as an officer types it; nothing if there is no half."""
    step, unit = line.locator("small[id$='-hint']").inner_text().split()[-2:]
    base = 1000 if unit in {"kg", "liter"} else 1
    step_qty = round(float(step.replace(".", "").replace(",", ".")) * base)
    qty = int(line.get_attribute("data-qty") or 0) // 2 // step_qty * step_qty
    whole = 1 if line.get_attribute("data-unit") == "pc" else 1000
    return f"{qty / whole:.3f}".rstrip("0").rstrip(".").replace(".", ",") if qty else ""


def looked(thumb: Thumb) -> None:
    """Go from the start page to what an officer looks at, by its links."""
    for path in ("/offers", "/demand-near-me", "/deliveries", "/purchases", "/money", "/fair-share"):
        thumb.page.goto("/")
        thumb.page.get_by_text("Menu", exact=True).first.tap()
        thumb.go(thumb.page.locator(f"a[href='{path}']").first, f"start to {path}")


def cut(database_url: str, lines: list[int]) -> list[tuple[str, str, int]]:
    """Leave so many lines in each of some orders and return them with their officers, whose password is the demo's."""
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute(OFFICERS_LOG_IN)
        found = connection.execute(ORDERS).fetchall()
        chosen = []
        for (order_id, username, count), wanted in zip(found, lines, strict=False):
            connection.execute(CUT, (order_id, order_id, wanted))
            chosen.append((str(order_id), username, min(count, wanted)))
    return chosen


def measured(address: str, orders: list[tuple[str, str, int]], network: str, tap_s: float) -> None:
    """Print a row for every order, and one for every way from page to page."""
    waits: dict[str, list[float]] = {}
    with sync_playwright() as playwright, launched(playwright) as browser:
        for order_id, username, count in orders:
            with phone(browser, address, network, username) as page:
                thumb = Thumb(page, tap_s)
                seconds = answered(thumb, order_id)
                said = f"an order of {count} lines answered"
                print_row([network, said, str(thumb.taps), f"{seconds:.1f}", "", str(ORDER_BAR_S)], WIDTHS)
                looked(thumb)
                for way, times in thumb.waits.items():
                    waits.setdefault(way, []).extend(times)
    for way, times in waits.items():
        middle, worst = f"{statistics.median(times):.1f}", f"{max(times):.1f}"
        print_row([network, way, "1", middle, worst, str(PAGE_BAR_S)], WIDTHS)


def main() -> None:
    """Serve a published week and answer orders of it on the phone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kitchens", type=int, default=12)
    parser.add_argument("--lines", nargs="*", type=int, default=[10, 40])
    parser.add_argument("--network", nargs="*", choices=NETWORKS, default=["3g"])
    parser.add_argument("--tap", type=float, default=0.8)
    asked = parser.parse_args()
    os.environ["PASOK_DEMO"] = "true"  # a browser keeps the session's cookie over HTTPS only otherwise
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(demo=True, database_url=None, var_dir=Path(folder))
        with database_address(None, settings.postgres_dir) as database_url:
            migrate(database_url)
            asyncio.run(city.ready_city(settings, database_url, asked.kitchens))
            orders = cut(database_url, asked.lines * len(asked.network))
            with city.served(database_url, Path(folder), 1) as web:
                print_row(["line", "what", "taps", "seconds", "worst", "bar"], WIDTHS)
                for place, network in enumerate(asked.network):
                    part = orders[place * len(asked.lines) : (place + 1) * len(asked.lines)]
                    measured(web.address.removesuffix("/api/v1"), part, network, asked.tap)


if __name__ == "__main__":
    main()
