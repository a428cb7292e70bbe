"""Notes that leave with less than was accepted, arrive and are signed for."""

import sqlalchemy as sa
from sqlmodel import col

from service.domain.deliveries import Delivery, DeliveryLine, RestFate
from service.domain.loads import LineLoad, Lot
from service.domain.orders import OrderLine
from service.domain.receipts import Receipt, RejectReason
from service.domain.weighings import Weighing
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from tests.factories.delivered_weeks import note_lines_of
from tests.factories.deliveries import all_of
from tests.factories.plans import WEEK

LOST_QTY = 10_500
"""Of goods that come in steps of 1,000."""


async def notes_with(units, source="offer_id") -> list[Delivery]:
    """Return the notes for Monday with own goods, or with packs."""
    on_notes = sa.select(col(DeliveryLine.delivery_id)).join(
        OrderLine, col(OrderLine.id) == col(DeliveryLine.order_line_id)
    )
    has = col(Delivery.id).in_(on_notes.where(col(getattr(OrderLine, source)).is_not(None)))
    query = sa.select(Delivery).where(col(Delivery.needed_date) == WEEK, has).order_by(col(Delivery.number))
    async with units.begin() as work:
        return list(await work.session.scalars(query))


async def line_on(work, note, source="offer_id") -> tuple[int, DeliveryLine]:
    """Return a line of a note that is of the cooperative's own offer, or of packs, and its place on the note."""
    for place, line in enumerate(await note_lines_of(work, note)):
        if getattr(await work.session.get_one(OrderLine, line.order_line_id), source):
            return place, line
    raise LookupError


async def leave(units, city, note, *, fate=RestFate.CLOSED, lost_qty=LOST_QTY, source="offer_id") -> OrderLine:
    """Let a note leave with less of such a line; return the line of the order."""
    place = [one.id for one in city.cooperatives].index(note.cooperative_id)
    async with units.begin(actor=city.officer(place)) as work:
        loads = [all_of(line) for line in await note_lines_of(work, note)]
        at, line = await line_on(work, note, source)
        if lost_qty:
            lot = Lot(line.planned_qty - lost_qty, "L-1", "Tani")
            loads[at] = LineLoad(line.id, (lot,), fate, "sack torn")
        await dispatch_delivery(work, DispatchDelivery(note.id, tuple(loads), expected_version=None))
        return await work.session.get_one(OrderLine, line.order_line_id)


async def arrive(units, city, note, *, missing_qty) -> Receipt:
    """Let the kitchen weigh a note that left whole, less of its own line; return the receipt."""
    place = [one.id for one in city.kitchens].index(note.kitchen_id)
    async with units.begin(actor=city.head(place)) as work:
        weighed = [Weighing(line.id, line.shipped_qty, 0, None) for line in await note_lines_of(work, note)]
        at, line = await line_on(work, note)
        if missing_qty:
            weighed[at] = Weighing(line.id, line.shipped_qty, missing_qty, RejectReason.SPOILED)
        return await receive_delivery(work, ReceiveDelivery(note.id, tuple(weighed)))


async def sign(units, city, note, receipt):
    kitchen = [one.id for one in city.kitchens].index(note.kitchen_id)
    cooperative = [one.id for one in city.cooperatives].index(note.cooperative_id)
    for actor in (city.head(kitchen), city.officer(cooperative)):
        async with units.begin(actor=actor) as work:
            await sign_receipt(work, SignReceipt(receipt.id))
