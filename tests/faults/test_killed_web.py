"""A web process killed with SIGKILL in the middle of each deed of the cycle: nothing happened, again does it once."""

from collections.abc import Callable

import httpx

from tests.faults.cities import (
    BUYER,
    SELLER,
    City,
    answering,
    dispatching,
    found_city,
    paying,
    publishing,
    receiving,
    signing,
)
from tests.faults.processes import Nursery, Sent, Web, sending

Deed = Callable[[Web, City], Sent]
DEEDS: tuple[Deed, ...] = (publishing, answering, dispatching, receiving, signing(BUYER), signing(SELLER), paying)


def killed_in_the_middle(city: City, web: Web, request: Sent) -> None:
    """Let a request come as far as its entry in the audit trail, and its process no further."""
    before = city.entries()
    with city.look.holding(), sending(web, request) as came:
        city.look.wait_for_somebody()
        web.kill()
    assert isinstance(came[0], httpx.TransportError)
    city.look.wait_for_nobody()
    assert city.entries() == before


def done_once(city: City, web: Web, request: Sent) -> None:
    """Send it again, and again: the same answer and one effect."""
    first = web.send(request)
    assert first.is_success, first.text
    entries = city.entries()
    again = web.send(request)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert city.entries() == entries


async def test_every_deed_from_publishing_to_payment_outlives_the_kill_of_its_process(
    fresh_database: str, nursery: Nursery
) -> None:
    city = await found_city(fresh_database)
    web = nursery.web(fresh_database, city.units.clock())
    for deed in DEEDS:
        if deed is dispatching:
            await city.make_notes()
        request = deed(web, city)
        killed_in_the_middle(city, web, request)
        web = nursery.web(fresh_database, city.units.clock())
        done_once(city, web, request)
        assert await city.wrong() == [], request.path
    assert city.look.ask("SELECT status, paid_idr = total_idr FROM invoice") == ("paid", True)
    await city.engine.dispose()
