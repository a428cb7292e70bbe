"""Counter-prices: a cooperative says at which price it would bring what an order asks."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.order_views import detailed, require_order
from service.database.queries.price_proposals import proposals_of_order
from service.domain.answers import LONGEST_REMARK
from service.domain.orders import OrderLineStatus
from service.domain.permissions import Action
from service.domain.price_proposals import Proposal
from service.web.filters import OptionalDay
from service.web.forms import Form
from service.web.order_days import days_of
from service.web.page import Page
from service.web.routes import PageRoute
from service.words import trade_words
from service.workflows.propose_price import ProposePrice, propose_price

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/orders/{order_id}/price-proposals", dependencies=[allows(Action.ORDERS_ANSWER)])
async def show_prices_to_propose(order_id: UUID, page: Page, day: OptionalDay = None) -> Response:
    """Ask for the prices of lines that wait, and tell what was proposed so far."""
    order = await detailed(page.work, page.caller, await require_order(page.work, page.caller, order_id))
    waiting = [line for line in order.lines if line.status is OrderLineStatus.AWAITING_ANSWER]
    proposed = await proposals_of_order(page.work.session, order_id)
    return await page.show(
        "orders/price_proposals.html",
        order=order,
        days=days_of(waiting, day),
        proposed={one.order_line_id: one for one in proposed},
        lines={line.id: line for line in order.lines},
        longest_remark=LONGEST_REMARK,
        words=trade_words,
    )


@router.post("/orders/{order_id}/price-proposals", dependencies=[allows(Action.ORDERS_ANSWER)])
async def send_prices_to_propose(order_id: UUID, page: Page, form: Form) -> Response:
    """Propose the prices that were filled in."""
    order = await detailed(page.work, page.caller, await require_order(page.work, page.caller, order_id))
    said: list[Proposal] = []
    for line in order.lines:
        price_idr = form.rupiah(f"price_idr.{line.id}", needed=False)
        if price_idr is None:
            continue
        for name, field in {"price_idr": "price_idr", "line_id": "price_idr", "remark": "remark"}.items():
            form.renamed[f"proposals.{len(said)}.{name}"] = f"{field}.{line.id}"
        said.append(Proposal(line.id, price_idr, form.words(f"remark.{line.id}", longest=LONGEST_REMARK)))
    form.renamed["proposals"] = "prices"
    form.require()
    await propose_price(page.work, ProposePrice(order_id, tuple(said)))
    return page.leave(f"/orders/{order_id}", said="price_proposed")
