"""Papers as PDF, in Indonesian: order, delivery note, handover, invoice, receipt of a payment, a kitchen's report."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import require_seen
from service.api.dependencies import Caller, Work, allows
from service.api.order_views import require_order, seen_by
from service.api.report_views import report_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.shapes import Day
from service.database.queries.deliveries import shown_lines
from service.database.queries.invoices import invoice_lines
from service.database.queries.letterheads import city_office_id, letterheads
from service.database.queries.orders import lines_of
from service.database.queries.organisations import find_with_details
from service.database.queries.purchases import lines_of_purchase
from service.database.queries.receipts import receipt_lines, signatures_of
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery
from service.domain.errors import NotFound
from service.domain.invoices import Invoice, Payment, PaymentKind
from service.domain.organisations import Kitchen
from service.domain.permissions import Action, require_reach
from service.domain.places import Region
from service.domain.purchases import Purchase
from service.domain.receipts import Receipt
from service.files.papers.goods import Issued, NotedGoods, OrderedGoods, delivery_paper, handover_paper, order_paper
from service.files.papers.money import invoice_paper, payment_paper
from service.files.papers.paper import Paper, Party
from service.files.papers.purchases import purchase_paper
from service.files.papers.reports import report_papers
from service.files.papers.sheet import printed

router = APIRouter(route_class=UnitOfWorkRoute, tags=["papers"])

PDF: Final = "application/pdf"
FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The paper",
        "content": {PDF: {"schema": {"type": "string", "format": "binary"}, "example": "(a PDF file)"}},
    }
}
READ_GOODS = allows(Action.DELIVERIES_READ)
READ_MONEY = allows(Action.INVOICES_READ)


@router.get(
    "/orders/{order_id}/paper", dependencies=[allows(Action.ORDERS_READ)], response_class=Response, responses=FILES
)
async def print_order(order_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the order as a paper (surat pesanan); a kitchen gets its own lines under its own name."""
    order = await require_order(work, caller, order_id)
    lines = await lines_of(work.session, order.id, kitchen_id=seen_by(caller).kitchen_id)
    goods = [OrderedGoods(shown.line, shown.item, shown.kitchen.name) for shown in lines]
    issuer_id = seen_by(caller).kitchen_id or await city_office_id(work.session, order.region_code)
    parties = await _parties(work, (issuer_id, order.cooperative_id))
    issued = await _issued(work, order.region_code, order.created_at)
    return await _sent(order_paper(order, goods, parties[issuer_id], parties[order.cooperative_id], issued))


@router.get(
    "/purchases/{purchase_id}/paper",
    dependencies=[allows(Action.PURCHASES_READ)],
    response_class=Response,
    responses=FILES,
)
async def print_purchase(purchase_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the purchase as a paper (surat pembelian), in packs; once answered, as it was confirmed."""
    purchase = await work.session.get(Purchase, purchase_id)
    if purchase is None:
        raise NotFound("No such purchase.")
    sides = (purchase.cooperative_id, purchase.wholesaler_id)
    require_reach(
        caller, Action.PURCHASES_READ, region_code=purchase.region_code, organisation_ids=sides, what="purchase"
    )
    lines = await lines_of_purchase(work.session, purchase.id)
    parties = await _parties(work, sides)
    issued = await _issued(work, purchase.region_code, purchase.created_at)
    cooperative, wholesaler = (parties[side] for side in sides)
    return await _sent(purchase_paper(purchase, lines, cooperative=cooperative, wholesaler=wholesaler, issued=issued))


@router.get("/deliveries/{delivery_id}/paper", dependencies=[READ_GOODS], response_class=Response, responses=FILES)
async def print_delivery(delivery_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the delivery note as a paper (surat jalan), with the lots once the drop has left."""
    delivery = await work.session.get(Delivery, delivery_id)
    require_seen(caller, Action.DELIVERIES_READ, delivery, what="delivery")
    if delivery is None:
        raise NotFound("No such delivery.")
    goods = [NotedGoods(shown.line, shown.item, shown.lots) for shown in await shown_lines(work.session, delivery.id)]
    parties = await _parties(work, (delivery.cooperative_id, delivery.kitchen_id))
    issued = await _issued(work, delivery.region_code, delivery.dispatched_at or delivery.created_at)
    cooperative, kitchen = parties[delivery.cooperative_id], parties[delivery.kitchen_id]
    return await _sent(delivery_paper(delivery, goods, cooperative, kitchen, issued))


@router.get(
    "/receipts/{receipt_id}/handover-paper", dependencies=[READ_GOODS], response_class=Response, responses=FILES
)
async def print_handover(receipt_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the handover minute as a paper (BAST): what came, was taken, was refused, and who signed."""
    receipt = await work.session.get(Receipt, receipt_id)
    require_seen(caller, Action.DELIVERIES_READ, receipt, what="receipt")
    if receipt is None:
        raise NotFound("No such receipt.")
    delivery = await work.session.get_one(Delivery, receipt.delivery_id)
    weighed = {line.delivery_line_id: line for line in await receipt_lines(work.session, receipt.id)}
    goods = [
        NotedGoods(shown.line, shown.item, shown.lots, weighed.get(shown.line.id))
        for shown in await shown_lines(work.session, delivery.id)
    ]
    parties = await _parties(work, (receipt.cooperative_id, receipt.kitchen_id))
    issued = await _issued(work, receipt.region_code, receipt.signed_at or receipt.created_at)
    cooperative, kitchen = parties[receipt.cooperative_id], parties[receipt.kitchen_id]
    signatures = await signatures_of(work.session, receipt.id)
    return await _sent(
        handover_paper(delivery, receipt, goods, signatures, cooperative=cooperative, kitchen=kitchen, issued=issued)
    )


@router.get("/invoices/{invoice_id}/paper", dependencies=[READ_MONEY], response_class=Response, responses=FILES)
async def print_invoice(invoice_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the invoice as a paper (faktur), its sum in words too."""
    invoice = await work.session.get(Invoice, invoice_id)
    require_seen(caller, Action.INVOICES_READ, invoice, what="invoice")
    if invoice is None:
        raise NotFound("No such invoice.")
    lines = await invoice_lines(work.session, invoice.id)
    parties = await _parties(work, (invoice.cooperative_id, invoice.kitchen_id))
    issued = await _issued(work, invoice.region_code, invoice.created_at)
    cooperative, kitchen = parties[invoice.cooperative_id], parties[invoice.kitchen_id]
    return await _sent(invoice_paper(invoice, lines, cooperative, kitchen, issued))


@router.get("/payments/{payment_id}/paper", dependencies=[READ_MONEY], response_class=Response, responses=FILES)
async def print_payment(payment_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the receipt of a payment (kuitansi), with its amount in words."""
    payment = await work.session.get(Payment, payment_id)
    invoice = await work.session.get(Invoice, payment.invoice_id) if payment else None
    require_seen(caller, Action.INVOICES_READ, invoice, what="payment")
    if payment is None or invoice is None or payment.kind is not PaymentKind.PAYMENT:
        raise NotFound("No such payment.")
    parties = await _parties(work, (invoice.cooperative_id, invoice.kitchen_id))
    issued = await _issued(work, invoice.region_code, payment.created_at)
    cooperative, kitchen = parties[invoice.cooperative_id], parties[invoice.kitchen_id]
    return await _sent(payment_paper(payment, invoice, cooperative, kitchen, issued))


@router.get("/kitchens/{kitchen_id}/report", dependencies=[READ_MONEY], response_class=Response, responses=FILES)
async def print_report(
    kitchen_id: UUID,
    work: Work,
    caller: Caller,
    from_date: Annotated[Day, Query(description="The first of fourteen days", examples=["2026-11-30"])],
) -> Response:
    """Give what a kitchen hands in for two weeks: suppliers, purchases against price caps, budget, invoices."""
    found = await find_with_details(work.session, kitchen_id, Kitchen)
    if found is None:
        raise NotFound("No such kitchen.")
    kitchen, details = found
    require_reach(
        caller, Action.INVOICES_READ, region_code=kitchen.region_code, organisation_ids=(kitchen.id,), what="kitchen"
    )
    office_id = await city_office_id(work.session, kitchen.region_code)
    parties = await _parties(work, (office_id, kitchen.id))
    region = await work.session.get_one(Region, kitchen.region_code)
    report = await report_of(
        work, region, kitchen, details, head=parties[kitchen.id], office=parties[office_id], first=from_date
    )
    issued = await _issued(work, kitchen.region_code, work.now)
    content = await asyncio.to_thread(printed, *report_papers(report, issued))
    named = f"Laporan-{_plain(kitchen.code)}-{from_date.isoformat()}.pdf"
    return Response(content, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{named}"'})


async def _parties(work: UnitOfWork, organisation_ids: Collection[UUID]) -> dict[UUID, Party]:
    heads = await letterheads(work.session, organisation_ids)
    return {key: Party(head.name, head.code, ", ".join(head.places)) for key, head in heads.items()}


async def _issued(work: UnitOfWork, region_code: str, at: datetime) -> Issued:
    """Say where and when a paper was made: of the thing that it shows, so that it is the same each time."""
    region = await work.session.get_one(Region, region_code)
    return Issued(region.name, at, at.astimezone(ZoneInfo(region.timezone)))


async def _sent(paper: Paper) -> Response:
    """Print in a thread: a long order takes part of a second."""
    content = await asyncio.to_thread(printed, paper)
    name = "-".join(f"{paper.title} {paper.number}".replace("/", "-").replace("·", " ").split())
    headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}.pdf"'}
    return Response(content, media_type=PDF, headers=headers)


def _plain(name: str) -> str:
    """Return a file name in letters, digits, dots and dashes only."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-") else "_" for letter in name)
