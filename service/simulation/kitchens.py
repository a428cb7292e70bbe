"""Kitchens of a simulation: they weigh and sign what came, refuse some of it, and pay in time or late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from service.database.queries.deliveries import DeliveryFilter, ShownDeliveryLine, list_deliveries, shown_lines
from service.database.queries.invoices import InvoiceFilter, list_invoices
from service.database.queries.recalls import open_recalls
from service.domain.deliveries import Delivery, DeliveryStatus
from service.domain.invoices import Invoice, InvoiceStatus, open_idr
from service.domain.loads import WARMEST_DC
from service.domain.recalls import Recall
from service.domain.receipts import RejectReason
from service.domain.weighings import Weighing
from service.simulation.city import City
from service.simulation.recalls import is_called_back
from service.workflows.pay_invoice import PayInvoice, pay_invoice
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.sign_receipt import SignReceipt, sign_receipt

MANY: Final = 100_000
ON_THE_ROAD: Final = timedelta(hours=1)


async def take_in(city: City) -> None:
    """Let every kitchen weigh what has arrived; both sides sign at once."""
    wanted = DeliveryFilter(status=DeliveryStatus.DISPATCHED)
    async with city.units.begin() as work:
        listed = await list_deliveries(
            work.session, region_code=city.region_code, wanted=wanted, after=None, limit=MANY
        )
        recalls = await open_recalls(work.session, region_code=city.region_code)
    for note in sorted((summary.delivery for summary in listed), key=lambda note: note.number):
        if note.dispatched_at is not None and note.dispatched_at + ON_THE_ROAD <= city.clock.now:
            head, giver = city.officer_of(note.kitchen_id), city.officer_of(note.cooperative_id)
            async with city.units.begin(actor=head) as work:
                shown = [each for each in await shown_lines(work.session, note.id) if each.line.shipped_qty]
                weighings = tuple(_weighing(city, note, each, recalls) for each in shown)
                receipt = await receive_delivery(work, ReceiveDelivery(note.id, weighings))
                await sign_receipt(work, SignReceipt(receipt.id))
            async with city.units.begin(actor=giver) as work:
                await sign_receipt(work, SignReceipt(receipt.id))


def _weighing(city: City, note: Delivery, shown: ShownDeliveryLine, recalls: Sequence[Recall]) -> Weighing:
    qty = shown.line.shipped_qty or 0
    temperature_dc = WARMEST_DC.get(shown.item.cold_chain)
    about = (note.number, shown.line.position)
    if any(is_called_back(recalls, lot, item_code=shown.item.code, needed_date=note.needed_date) for lot in shown.lots):
        return Weighing(shown.line.id, qty, qty, RejectReason.OTHER, "called back", temperature_dc=temperature_dc)
    if not city.habits.rejected.happens(city.draws, *about, factor=city.carelessness(note.cooperative_id)):
        return Weighing(shown.line.id, qty, temperature_dc=temperature_dc)
    refused = max(1, city.habits.rejected_share.part(city.draws, qty, 1, *about))
    return Weighing(shown.line.id, qty, refused, RejectReason.SPOILED, temperature_dc=temperature_dc)


async def pay(city: City) -> None:
    """Let every kitchen's accountant pay the invoices whose day has come."""
    today = city.today
    unpaid: list[Invoice] = []
    async with city.units.begin() as work:
        for status in (InvoiceStatus.ISSUED, InvoiceStatus.PARTLY_PAID):
            wanted = InvoiceFilter(status=status)
            listed = await list_invoices(
                work.session, region_code=city.region_code, wanted=wanted, after=None, limit=MANY
            )
            unpaid += [summary.invoice for summary in listed]
    for invoice in sorted(unpaid, key=lambda invoice: invoice.number):
        if today >= _pays_on(city, invoice):
            async with city.units.begin(actor=city.accountants[invoice.kitchen_id]) as work:
                await pay_invoice(work, PayInvoice(invoice.id, open_idr(invoice), today, f"TRX {invoice.number}"))


def _pays_on(city: City, invoice: Invoice) -> date:
    habits, draws = city.habits, city.draws
    if habits.slow_payer.happens(draws, invoice.number):
        return invoice.due_on + timedelta(days=round(habits.late_pay_days.drawn(draws, invoice.number)))
    return invoice.issued_on + timedelta(days=round(habits.pay_days.drawn(draws, invoice.number)))
