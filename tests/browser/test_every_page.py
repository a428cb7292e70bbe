"""Every page that a role can reach by its links, on a phone and on a desk: sound, light, and asking nobody else."""

from collections import deque

import pytest

from service.web.site import page_behind
from tests.browser.looking import DESKTOP, PHONE

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
ON_A_DESK = ("kepala.dapur", "pengurus.koperasi", "operator.kota")
MOST_PAGES = 60
MOST_FIRST_BYTES = 60_000
MOST_LATER_BYTES = 15_000
MOST_DRAWN_BYTES = 150_000
DRAWN = ("leaflet", "chart")
VISITS = [*((role, PHONE) for role in ROLES), *((role, DESKTOP) for role in ON_A_DESK)]


@pytest.mark.parametrize(("role", "screen"), VISITS, ids=lambda value: getattr(value, "width", value))
def test_every_page_within_reach_is_sound_and_light(visit, role, screen):
    visitor = visit(role, screen)
    waiting, known, heavy = deque(["/"]), {"/"}, []
    while waiting:
        path = waiting.popleft()
        before = set(visitor.seen.bytes_by_address)
        page = visitor.open(path)
        heavy += too_heavy(path, visitor.seen.bytes_by_address, before)
        for link in page.eval_on_selector_all(
            "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
        ):
            kind = page_behind(link)
            if kind is not None and kind not in known and len(known) < MOST_PAGES:
                known.add(kind)
                waiting.append(link)
    assert heavy == []


def too_heavy(path: str, weights: dict[str, int], before: set[str]) -> list[str]:
    """Return what is wrong with the weight of a page: its own, and all that came with it."""
    came = {address: size for address, size in weights.items() if address not in before}
    is_drawn = any(name in address for address in weights for name in DRAWN)
    own = max((size for address, size in came.items() if "/static/" not in address), default=0)
    total = sum(came.values())
    wrong = [f"{path}: {own} bytes of its own"] if own > MOST_LATER_BYTES else []
    return wrong + ([f"{path}: {total} bytes"] if total > (MOST_DRAWN_BYTES if is_drawn else MOST_FIRST_BYTES) else [])
