"""Every page within reach of a role, on a phone and a desk, with scripts and without: sound, light, self-contained."""

from collections import deque
from collections.abc import Iterator

import pytest

from service.web.site import page_behind
from tests.browser.looking import DESKTOP, PHONE, Visitor

ROLES = (
    "kepala.dapur",
    "akuntan.dapur",
    "aslap.dapur",
    "pengurus.koperasi",
    "grosir",
    "operator.kota",
    "dinas.pangan",
    "auditor",
    "admin",
)
WITHOUT_SCRIPTS = ("kepala.dapur", "pengurus.koperasi", "grosir", "operator.kota")
ON_A_DESK = ("kepala.dapur", "pengurus.koperasi", "operator.kota")
MOST_PAGES = 60
MOST_FIRST_BYTES = 60_000
MOST_LATER_BYTES = 15_000
MOST_DRAWN_BYTES = 150_000
DRAWN = "leaflet"
VISITS = [*((role, PHONE) for role in ROLES), *((role, DESKTOP) for role in ON_A_DESK)]


@pytest.mark.parametrize(("role", "screen"), VISITS, ids=lambda value: getattr(value, "width", value))
def test_every_page_within_reach_is_sound_and_light(visit, role, screen):
    visitor = visit(role, screen)
    weights, before, heavy = visitor.seen.bytes_by_address, set(visitor.seen.bytes_by_address), []
    for path in opened_within_reach(visitor):
        heavy += too_heavy(path, weights, before)
        before = set(weights)
    assert heavy == []


@pytest.mark.parametrize("role", WITHOUT_SCRIPTS)
def test_every_page_within_reach_is_sound_without_scripts(visit, role):
    visitor = visit(role, PHONE)
    visitor.take_scripts_away()
    assert len(list(opened_within_reach(visitor))) > 10
    assert visitor.page.locator("script").count() == 0


def opened_within_reach(visitor: Visitor) -> Iterator[str]:
    """Open the start page and one page of each kind that links lead to; yield the path of each."""
    waiting, known = deque(["/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        page = visitor.open(path)
        yield path
        for link in page.eval_on_selector_all(
            "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
        ):
            kind = page_behind(link)
            if kind is not None and kind not in known and len(known) < MOST_PAGES:
                known.add(kind)
                waiting.append(link)


def too_heavy(path: str, weights: dict[str, int], before: set[str]) -> list[str]:
    """Return what is wrong with the weight of a page: its own, and all that came with it."""
    came = {address: size for address, size in weights.items() if address not in before}
    is_drawn = any(DRAWN in address for address in weights)
    own = max((size for address, size in came.items() if "/static/" not in address), default=0)
    total = sum(came.values())
    wrong = [f"{path}: {own} bytes of its own"] if own > MOST_LATER_BYTES else []
    return wrong + ([f"{path}: {total} bytes"] if total > (MOST_DRAWN_BYTES if is_drawn else MOST_FIRST_BYTES) else [])
