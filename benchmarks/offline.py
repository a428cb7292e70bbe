"""Phones on a bad line, as the tests live a few of them, for as many seeds as are asked for.

Usage: python benchmarks/offline.py [--seeds N] [--first N] [--processes N]    (default: 200 seeds from 1000 on)

Every life is a real browser with our own scripts and a drawn line: requests lost there and back, errors, portals, dead
batteries, tabs, log-outs. Prints how many lives that is a minute and which seeds lost or doubled what; ends with 1 if
any did.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

from tests.browser.looking import launched
from tests.phones.lives import Life

SAY_EVERY_S = 60
LIVES_A_BROWSER = 100
"""After so many a browser is started anew: what one keeps of its closed contexts makes it slow."""


def lived(seeds: range) -> list[tuple[int, list[str]]]:
    """Live some seeds in one browser; return what was wrong with each."""
    with sync_playwright() as playwright, launched(playwright) as browser:
        return [(seed, Life(browser, seed).live()) for seed in seeds]


def parts(first: int, count: int) -> Iterator[range]:
    """Yield the seeds in parts, one for each browser."""
    for start in range(first, first + count, LIVES_A_BROWSER):
        yield range(start, min(start + LIVES_A_BROWSER, first + count))


def main() -> None:
    """Print what was found, and every minute how far it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1000, help="the first seed; the tests have those below 100")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    done, wrong = 0, 0
    began = said = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(args.processes, maxtasksperchild=1) as pool:
        for told in pool.imap_unordered(lived, parts(args.first, args.seeds)):
            done += len(told)
            for seed, lines in told:
                wrong += bool(lines)
                for line in lines:
                    print(f"seed {seed}: {line}", flush=True)
            if time.monotonic() - said > SAY_EVERY_S or done == args.seeds:
                said = time.monotonic()
                print(f"{done} lives, {60 * done / (said - began):.1f} a minute, {wrong} wrong", flush=True)
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
