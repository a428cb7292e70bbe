"""A disk without room, and machines whose clocks do not agree."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.factories.deliveries import PICTURE
from tests.faults.cities import BUYER, City, answering, dispatching, found_city, publishing, reading, receiving
from tests.faults.processes import Nursery, Sent


@pytest.fixture
async def city(fresh_database: str) -> AsyncIterator[City]:
    city = await found_city(fresh_database)
    yield city
    await city.engine.dispose()


async def test_the_week_goes_on_though_the_clocks_of_its_machines_jump(city: City, nursery: Nursery) -> None:
    """Each deed is done by another process: ten minutes behind, an hour ahead, back again."""
    jumps = (timedelta(), -timedelta(minutes=10), timedelta(hours=1), -timedelta(minutes=10))
    for deed, jump in zip((publishing, answering, dispatching, receiving), jumps, strict=True):
        web = nursery.web(city.url, city.units.clock() + jump)
        if deed is dispatching:
            await city.make_notes()
        request = deed(web, city)
        first, again = web.send(request), web.send(request)
        assert first.is_success, first.text
        assert again.json() == first.json()
        assert await city.wrong() == []
        web.kill()


async def test_a_picture_for_which_there_is_no_room_is_refused_by_name_and_leaves_nothing(
    city: City, nursery: Nursery
) -> None:
    web = nursery.web(city.url, city.units.clock(), largest_file_bytes=100_000)
    for deed in (publishing, answering, dispatching, receiving):
        if deed is dispatching:
            await city.make_notes()
        answer = web.send(deed(web, city))
        assert answer.is_success, answer.text
    [receipt] = reading(web, BUYER, "/receipts")["items"]
    line = reading(web, BUYER, f"/receipts/{receipt['id']}")["lines"][0]
    path = f"/receipts/{receipt['id']}/lines/{line['id']}/photos"
    jpeg = {"Content-Type": "image/jpeg"}
    request = Sent(BUYER, path, headers=jpeg, content=PICTURE + bytes(200_000))
    refused = web.send(request)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert files_in(nursery.folder / "photos") == []
    roomy = nursery.web(city.url, city.units.clock())
    assert roomy.send(request).status_code == 201
    assert len(files_in(nursery.folder / "photos")) == 1


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
