"""A disk without room, and machines whose clocks do not agree."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.factories.deliveries import PICTURE
from tests.faults.cities import BUYER, City, answering, dispatching, found_city, publishing, reading, receiving
from tests.faults.processes import Nursery, Sent
from tests.faults.small_disks import are_possible

DISK_BYTES = 128 * 1024


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
    city: City, nursery: Nursery, tmp_path: Path
) -> None:
    """The disk is full, in a process with a small one of its own; or, where that cannot be, files may not grow."""
    cramped = {"disk_bytes": DISK_BYTES} if are_possible(tmp_path) else {"largest_file_bytes": DISK_BYTES}
    web = nursery.web(city.url, city.units.clock(), **cramped)
    for deed in (publishing, answering, dispatching, receiving):
        if deed is dispatching:
            await city.make_notes()
        answer = web.send(deed(web, city))
        assert answer.is_success, answer.text
    [receipt] = reading(web, BUYER, "/receipts")["items"]
    line = reading(web, BUYER, f"/receipts/{receipt['id']}")["lines"][0]
    photos = Path(f"/proc/{web.pid}/root{nursery.folder}/photos")
    jpeg = {"Content-Type": "image/jpeg"}

    def picture(size_bytes: int) -> Sent:
        path = f"/receipts/{receipt['id']}/lines/{line['id']}/photos"
        return Sent(BUYER, path, headers=jpeg, content=PICTURE + bytes(size_bytes))

    assert web.send(picture(DISK_BYTES // 2)).status_code == 201
    large = picture(DISK_BYTES * 2)
    refused = web.send(large)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert len(files_in(photos)) == 1
    assert web.send(picture(DISK_BYTES // 8)).status_code == 201
    roomy = nursery.web(city.url, city.units.clock())
    assert roomy.send(large).status_code == 201
    assert await city.wrong() == []


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
