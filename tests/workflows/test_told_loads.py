"""A kitchen hears with the news that goods are on their way what of them is not."""

from dataclasses import replace

import sqlalchemy as sa

from service.domain.deliveries import RestFate
from service.domain.events import Event
from service.domain.loads import LineLoad, Lot
from service.domain.notifications import NoticeKind
from service.notifications.texts import text_of
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.message_facts import facts_of
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out
from tests.factories.plans import LINE_QTY


async def message(work):
    event = (await work.session.scalars(sa.select(Event).where(Event.type == "delivery.dispatched"))).one()
    facts = await facts_of(work.session, event, NoticeKind.DELIVERY_ON_ITS_WAY, "Asia/Jakarta", {})
    return text_of(NoticeKind.DELIVERY_ON_ITS_WAY, facts.words)[1]


async def test_what_stays_behind_is_named_with_what_becomes_of_it(work):
    delivered = await add_delivered_week(work)
    note = delivered.notes[0]
    first, second = await note_lines_of(work, note)
    loads = (
        LineLoad(first.id, (Lot(30_000, "L-1", "Tani"),), RestFate.CLOSED, "truk penuh"),
        LineLoad(second.id, (Lot(LINE_QTY - 5_000, "L-2", "Tani"),), RestFate.CARRIED, "belum dipanen"),
    )
    by = replace(work, actor=delivered.officer)
    await dispatch_delivery(by, DispatchDelivery(note.id, loads, expected_version=note.version))

    title, *lines = (await message(work)).splitlines()[1:]

    assert title == "Tidak ikut dikirim:"
    assert len(lines) == 2
    assert lines[0].endswith(" 10 kg, Sen 30 Nov: tidak jadi dikirim (truk penuh).")
    assert lines[1].endswith(" 5 kg, Sen 30 Nov: menyusul dengan pengantaran lain (belum dipanen).")


async def test_of_a_whole_load_nothing_is_named(work):
    delivered = await add_delivered_week(work)
    await send_out(work, delivered, delivered.notes[0])
    assert (await message(work)).endswith("petugas penerima.")
