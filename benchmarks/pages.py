"""Server time and weight of every page that a role reaches by its links, at three sizes of the demo's published week.

Usage: python benchmarks/pages.py [KITCHENS ...]    (default 12 36 144)

Pages are asked of the application itself, without a line in between; each is asked once to warm up, then five times.
A page whose answer must be computed first says so: a second table has that page's time, and the answer's.
Each is told on stderr as it is measured; the tables of all sizes follow at the end.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import statistics
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.measuring.table import print_row
from service.api.options import open_desk
from service.database.embedded import database_address
from service.database.schema import migrate
from service.demo.act_out import answer, cast_of, match, orders_of, publish
from service.demo.facts import read_facts
from service.demo.load import load_demo
from service.demo.people import DEMO_PASSWORD
from service.main import create_app
from service.matching.questions import QuestionDesk
from service.settings import Settings
from service.web.asked import WAITS
from service.web.site import page_behind
from service.worker import running
from service.workflows.start_run import StartRun

SIZES = (12, 36, 144)
COOPERATIVES_PER_KITCHEN = 40 / 144
LOGINS = ("kepala.dapur", "pengurus.koperasi", "grosir", "operator.kota", "dinas.pangan", "auditor")
ASKED = 5
WAITS_STILL = 202
EFFORT = 0.1
LINK = re.compile(r'<a (?![^>]*download)[^>]*href="([^"]+)"')
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Waited:
    """How long the page that says so took, and how long after it the answer was there."""

    page_ms: float
    answer_ms: float

    def __str__(self) -> str:
        return f"{self.page_ms:.0f}, {self.answer_ms:.0f}"


@dataclass(frozen=True)
class Measured:
    """One page of one role."""

    login: str
    page: str
    median_ms: float
    kilobytes: float
    waited: Waited | None = None
    """If its answer had to be computed first."""


async def timed(
    browser: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None
) -> tuple[httpx.Response, float]:
    """Return a page and its milliseconds."""
    started = time.perf_counter()
    page = await browser.get(path, headers=headers, follow_redirects=True)
    return page, (time.perf_counter() - started) * 1000


async def measured(app: Any, login: str) -> list[Measured]:  # noqa: ANN401 - the application
    """Follow the links of a person from their start page, one page of each kind."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://pasok.test", headers=BROWSER
    ) as browser:
        await browser.post("/login", data={"username": f"{login}@pasok.test", "password": DEMO_PASSWORD, "next": "/"})
        waiting, known, found = deque(["/"]), {"/"}, []
        while waiting:
            path = waiting.popleft()
            page, first_ms = await timed(browser, path)
            waited = None
            if page.status_code == WAITS_STILL:
                page, answer_ms = await timed(browser, path, {WAITS: "yes"})
                waited = Waited(first_ms, answer_ms)
            median_ms = statistics.median([(await timed(browser, path))[1] for _ in range(ASKED)])
            kilobytes = len(gzip.compress(page.content, 6)) / 1000
            found.append(Measured(login, page_behind(path) or path, median_ms, kilobytes, waited))
            print(f"{login} {path}: {found[-1].median_ms:.0f} ms, {kilobytes:.1f} kB", file=sys.stderr, flush=True)
            for link in (one.replace("&amp;", "&") for one in LINK.findall(page.text)):
                kind = page_behind(link)
                if kind is not None and kind not in known:
                    known.add(kind)
                    waiting.append(link)
    return found


async def played(settings: Settings, database_url: str, kitchens: int) -> list[Measured]:
    """Live the week of so many kitchens, then look at it as each person."""
    facts = read_facts()
    async with running(settings, database_url, work=True) as runtime:
        units = runtime.units
        size = {"kitchens": kitchens, "cooperatives": max(3, round(kitchens * COOPERATIVES_PER_KITCHEN))}
        week_start = await load_demo(units, facts, seed=1, now=units.clock(), **size)
        cast = await cast_of(units, facts.region.code)
        plan = await match(units, cast, StartRun(week_start, seed=1, effort=EFFORT), lambda _run: None)
        await publish(units, cast, plan)
        await answer(units, cast, await orders_of(units, plan), seed=1)
        app = create_app(settings, database_url, units=units)
        desk = QuestionDesk()
        open_desk(app, desk)
        try:
            return [one for login in LOGINS for one in await measured(app, login)]
        finally:
            desk.close()


def main() -> None:
    """Print one row for each page and role: milliseconds at each size, and the weight at the largest."""
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    by_page: dict[tuple[str, str], dict[int, Measured]] = {}
    for kitchens in sizes:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(demo=True, database_url=None, var_dir=Path(folder))
            with database_address(None, settings.postgres_dir) as database_url:
                migrate(database_url)
                for one in asyncio.run(played(settings, database_url, kitchens)):
                    by_page.setdefault((one.login, one.page), {})[kitchens] = one
    widths = (20, 50, *(10 for _ in sizes), 8)
    print_row(["login", "page", *(f"ms at {size}" for size in sizes), "kB"], widths)
    for (login, page), found in by_page.items():
        times = [f"{found[size].median_ms:.0f}" if size in found else "-" for size in sizes]
        print_row([login, page, *times, f"{found[max(found)].kilobytes:.1f}"], widths)
    print_row(["login", "page", *(f"at {size}" for size in sizes)], widths[:-1])
    for (login, page), found in by_page.items():
        waited = [found[size].waited if size in found else None for size in sizes]
        if any(waited):
            print_row([login, page, *(str(one or "-") for one in waited)], widths[:-1])


if __name__ == "__main__":
    main()
