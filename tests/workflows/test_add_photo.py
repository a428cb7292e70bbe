"""Photos of weighed lines: file first, then row; a crash between leaves a file that is taken away later."""

import asyncio
import hashlib
import os
import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.errors import InvalidField, NotFound, NotPermitted
from service.domain.receipt_photos import MOST_PER_LINE, ReceiptPhoto
from service.domain.receipts import ReceiptLine
from service.files.photos import PhotoShelf
from service.workflows.add_photo import AddPhoto, add_photo
from service.workflows.forget_photos import forget_photos
from tests.factories.delivered_weeks import add_delivered_week, send_out, sign_both, take_in
from tests.factories.deliveries import PICTURE


@pytest.fixture
def shelf(tmp_path):
    return PhotoShelf(tmp_path)


async def weighed(work):
    delivered = await add_delivered_week(work)
    await send_out(work, delivered, delivered.notes[0])
    receipt = await take_in(work, delivered, delivered.notes[0])
    lines = await work.session.scalars(sa.select(ReceiptLine).order_by(ReceiptLine.id))
    return delivered, receipt, list(lines)


async def adding(work, delivered, shelf, line, content=PICTURE):
    return await add_photo(replace(work, actor=delivered.head), shelf, AddPhoto(line.receipt_id, line.id, content))


async def test_the_same_picture_twice_is_one_photo(work, shelf):
    delivered, _, [line, *_] = await weighed(work)
    first = await adding(work, delivered, shelf, line)
    assert (await adding(work, delivered, shelf, line)).id == first.id
    assert shelf.get(first.sha256) == PICTURE


async def test_a_line_has_few_photos_and_only_for_some_days(work, shelf):
    delivered, receipt, [line, other] = await weighed(work)
    for number in range(MOST_PER_LINE):
        await adding(work, delivered, shelf, line, PICTURE + bytes([number]))
    with pytest.raises(InvalidField, match="at most"):
        await adding(work, delivered, shelf, line, PICTURE + b"more")
    await sign_both(work, delivered, receipt)
    await adding(work, delivered, shelf, other)
    late = replace(work, now=work.now + timedelta(days=3))
    with pytest.raises(InvalidField, match="until"):
        await adding(late, delivered, shelf, other, PICTURE + b"late")


async def test_only_the_kitchen_adds_and_only_to_its_own_lines(work, shelf):
    delivered, receipt, [line, *_] = await weighed(work)
    command = AddPhoto(receipt.id, line.id, PICTURE)
    with pytest.raises(NotPermitted):
        await add_photo(replace(work, actor=delivered.officer), shelf, command)
    stranger = replace(delivered.head, organisation_id=delivered.week.kitchens[1].id)
    with pytest.raises(NotFound):
        await add_photo(replace(work, actor=stranger), shelf, command)
    with pytest.raises(NotFound):
        await add_photo(replace(work, actor=delivered.head), shelf, replace(command, line_id=receipt.id))


async def crashing(units, delivered, shelf, line):
    """Die after the file was written and before the row was kept."""
    async with units.begin() as work:
        await adding(work, delivered, shelf, line, PICTURE + b"lost")
        raise asyncio.CancelledError


async def test_a_crash_between_file_and_row_leaves_a_file_that_is_taken_away_a_day_later(crowd, shelf, clock):
    async with crowd.begin() as work:
        delivered, _, [line, *_] = await weighed(work)
        kept = await adding(work, delivered, shelf, line)
    lost = hashlib.sha256(PICTURE + b"lost").hexdigest()
    with pytest.raises(asyncio.CancelledError):
        await crashing(crowd, delivered, shelf, line)
    assert await forget_photos(crowd, shelf) == []
    for digest in (kept.sha256, lost):
        old = (clock() - timedelta(days=2)).timestamp()
        os.utime(shelf.directory / digest[:2] / digest, (old, old))
    assert await forget_photos(crowd, shelf) == [lost]
    assert shelf.get(kept.sha256) == PICTURE
    async with crowd.begin() as work:
        assert [photo.sha256 for photo in await work.session.scalars(sa.select(ReceiptPhoto))] == [kept.sha256]


@dataclass(frozen=True)
class SlowShelf(PhotoShelf):
    """A shelf whose pictures are taken away slowly."""

    removing: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    def remove(self, digests):
        self.removing.set()
        assert self.may_go_on.wait(10)
        super().remove(digests)


async def old_file(units, shelf, clock):
    """Leave a file that no row names, two days old; return the week, the line it could be a photo of, its digest."""
    async with units.begin() as work:
        delivered, _, [line, *_] = await weighed(work)
    digest = shelf.put(PICTURE)
    old = (clock() - timedelta(days=2)).timestamp()
    os.utime(shelf.directory / digest[:2] / digest, (old, old))
    return delivered, line, digest


async def rows_and_file(units, shelf, digest):
    async with units.begin() as work:
        named = list(await work.session.scalars(sa.select(ReceiptPhoto.sha256)))
    return named, shelf.get(digest)


async def test_a_picture_that_is_being_added_is_not_taken_away(crowd, shelf, clock, monkeypatch):
    """The old file is found before it is added again: its row is not there yet, and it must stay."""
    delivered, line, digest = await old_file(crowd, shelf, clock)
    found_before = shelf.older_than(clock().timestamp())
    async with crowd.begin() as work:
        await adding(work, delivered, shelf, line)
        monkeypatch.setattr(PhotoShelf, "older_than", lambda _shelf, _before: found_before)
        assert await forget_photos(crowd, shelf) == []
    assert await rows_and_file(crowd, shelf, digest) == ([digest], PICTURE)


async def test_a_picture_that_is_being_taken_away_is_put_there_anew(crowd, tmp_path, clock):
    shelf = SlowShelf(tmp_path)
    delivered, line, digest = await old_file(crowd, shelf, clock)

    async def add():
        async with crowd.begin() as work:
            await adding(work, delivered, shelf, line)

    forgetting = asyncio.create_task(forget_photos(crowd, shelf))
    assert await asyncio.to_thread(shelf.removing.wait, 10)
    added = asyncio.create_task(add())
    await asyncio.sleep(0.3)
    shelf.may_go_on.set()
    assert await forgetting == [digest]
    await added
    assert await rows_and_file(crowd, shelf, digest) == ([digest], PICTURE)
