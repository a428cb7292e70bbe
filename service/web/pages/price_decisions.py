"""Counter-prices that wait for the kitchen's word."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import After, allows
from service.api.routers.price_proposals import read_proposal, read_proposals
from service.domain.permissions import Action
from service.domain.price_proposals import PriceProposalStatus
from service.domain.units import value_idr
from service.web.filters import BLANK
from service.web.forms import Form
from service.web.page import Page
from service.web.routes import PageRoute
from service.words import trade_words
from service.workflows.decide_price import DecidePrice, decide_price

router = APIRouter(route_class=PageRoute, include_in_schema=False)

DECIDE = allows(Action.PRICE_PROPOSALS_DECIDE)
PER_PAGE = 30


@router.get("/price-proposals", dependencies=[DECIDE])
async def show_proposals(
    page: Page, after: After, status: Annotated[PriceProposalStatus | None, BLANK, Query()] = None
) -> Response:
    """List the prices that cooperatives propose, the open ones with what they cost more."""
    listed = await read_proposals(work=page.work, caller=page.caller, after=after, limit=PER_PAGE, status=status)
    more = {
        one.id: value_idr(qty=one.ordered_qty, price_idr=one.proposed_price_idr, unit=one.unit)
        - value_idr(qty=one.ordered_qty, price_idr=one.ordered_price_idr, unit=one.unit)
        for one in listed.items
    }
    return await page.show("prices/proposals.html", listed=listed, more_idr=more, chosen=status, words=trade_words)


@router.post("/price-proposals/{price_proposal_id}/decision", dependencies=[DECIDE])
async def send_decision(price_proposal_id: UUID, page: Page, form: Form) -> Response:
    """Take the price, or refuse it."""
    await read_proposal(price_proposal_id, page.work, page.caller, Response())
    version = form.whole("version", least=1)
    then = form.text("then")
    if then not in {"approve", "refuse"}:
        form.faults.add("then", "missing", "Choose one.")
    form.require()
    await decide_price(page.work, DecidePrice(price_proposal_id, version or 0, is_approved=then == "approve"))
    return page.leave("/price-proposals", said="price_approved" if then == "approve" else "price_refused")
