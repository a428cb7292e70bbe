"""Papers of goods as PDF, in Indonesian: order, purchase, delivery note, handover, a kitchen's report."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import require_seen
from service.api.dependencies import Caller, Work, allows
from service.api.order_views import require_order, seen_by
from service.api.paper_views import PAPERS, PDF, issued_at, parties_of, plain_name, sent_as_file
from service.api.report_views import report_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.shapes import Day
from service.database.queries.deliveries import shown_lines
from service.database.queries.letterheads import city_office_id
from service.database.queries.orders import lines_of
from service.database.queries.organisations import find_with_details
from service.database.queries.purchases import lines_of_purchase
from service.database.queries.receipts import receipt_lines, signatures_of
from service.domain.deliveries import Delivery
from service.domain.errors import NotFound
from service.domain.organisations import Kitchen
from service.domain.permissions import Action, require_reach
from service.domain.places import Region
from service.domain.purchases import Purchase
from service.domain.receipts import Receipt, handed_over_at
from service.files.papers.goods import NotedGoods, OrderedGoods, delivery_paper, handover_paper, order_paper
from service.files.papers.purchases import purchase_paper
from service.files.papers.reports import report_papers
from service.files.papers.sheet import printed

router = APIRouter(route_class=UnitOfWorkRoute, tags=["papers"])

READ_GOODS = allows(Action.DELIVERIES_READ)
READ_MONEY = allows(Action.INVOICES_READ)


@router.get(
    "/orders/{order_id}/paper", dependencies=[allows(Action.ORDERS_READ)], response_class=Response, responses=PAPERS
)
async def print_order(order_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the order as a paper (surat pesanan); a kitchen gets its own lines under its own name."""
    order = await require_order(work, caller, order_id)
    lines = await lines_of(work.session, order.id, kitchen_id=seen_by(caller).kitchen_id)
    goods = [OrderedGoods(shown.line, shown.item, shown.kitchen.name) for shown in lines]
    issuer_id = seen_by(caller).kitchen_id or await city_office_id(work.session, order.region_code)
    parties = await parties_of(work, (issuer_id, order.cooperative_id))
    issued = await issued_at(work, order.region_code, order.created_at)
    return await sent_as_file(order_paper(order, goods, parties[issuer_id], parties[order.cooperative_id], issued))


@router.get(
    "/purchases/{purchase_id}/paper",
    dependencies=[allows(Action.PURCHASES_READ)],
    response_class=Response,
    responses=PAPERS,
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
    parties = await parties_of(work, sides)
    issued = await issued_at(work, purchase.region_code, purchase.created_at)
    cooperative, wholesaler = (parties[side] for side in sides)
    return await sent_as_file(
        purchase_paper(purchase, lines, cooperative=cooperative, wholesaler=wholesaler, issued=issued)
    )


@router.get("/deliveries/{delivery_id}/paper", dependencies=[READ_GOODS], response_class=Response, responses=PAPERS)
async def print_delivery(delivery_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the delivery note as a paper (surat jalan), with the lots once the drop has left."""
    delivery = await work.session.get(Delivery, delivery_id)
    require_seen(caller, Action.DELIVERIES_READ, delivery, what="delivery")
    if delivery is None:
        raise NotFound("No such delivery.")
    goods = [NotedGoods(shown.line, shown.item, shown.lots) for shown in await shown_lines(work.session, delivery.id)]
    parties = await parties_of(work, (delivery.cooperative_id, delivery.kitchen_id))
    issued = await issued_at(work, delivery.region_code, delivery.dispatched_at or delivery.created_at)
    cooperative, kitchen = parties[delivery.cooperative_id], parties[delivery.kitchen_id]
    return await sent_as_file(delivery_paper(delivery, goods, cooperative, kitchen, issued))


@router.get(
    "/receipts/{receipt_id}/handover-paper", dependencies=[READ_GOODS], response_class=Response, responses=PAPERS
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
    parties = await parties_of(work, (receipt.cooperative_id, receipt.kitchen_id))
    signatures = await signatures_of(work.session, receipt.id)
    issued = await issued_at(work, receipt.region_code, handed_over_at(receipt, signatures))
    cooperative, kitchen = parties[receipt.cooperative_id], parties[receipt.kitchen_id]
    return await sent_as_file(
        handover_paper(delivery, receipt, goods, signatures, cooperative=cooperative, kitchen=kitchen, issued=issued)
    )


@router.get("/kitchens/{kitchen_id}/report", dependencies=[READ_MONEY], response_class=Response, responses=PAPERS)
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
    parties = await parties_of(work, (office_id, kitchen.id))
    region = await work.session.get_one(Region, kitchen.region_code)
    report = await report_of(
        work, region, kitchen, details, head=parties[kitchen.id], office=parties[office_id], first=from_date
    )
    issued = await issued_at(work, kitchen.region_code, work.now)
    content = await asyncio.to_thread(printed, *report_papers(report, issued))
    named = f"Laporan-{plain_name(kitchen.code)}-{from_date.isoformat()}.pdf"
    return Response(content, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{named}"'})
