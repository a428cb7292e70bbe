"""The start page of a wholesaler: the one thing to do next, then what is on the shelf and what is owed."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.api.routers.purchases import read_purchases_made
from service.api.routers.stocks import list_stocks
from service.domain.stocks import StockStatus
from service.web.page import PageView
from service.web.pages.purchases import open_purchases
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_ROWS = 200


async def show_wholesaler_home(page: PageView) -> Response:
    """Show what the wholesaler does next."""
    today = await page.today()
    bought = await read_purchases_made(
        work=page.work, caller=page.caller, after=None, limit=MOST_ROWS, week_start=None, status=None,
        cooperative_id=None, wholesaler_id=None,
    )  # fmt: skip
    shelf = await list_stocks(
        work=page.work, caller=page.caller, after=None, limit=MOST_ROWS, wholesaler_id=None, week_start=None,
        item_code=None, status=StockStatus.OPEN,
    )  # fmt: skip
    owed = [one for one in bought.items if one.open_idr]
    return await page.show(
        "homes/wholesaler.html",
        to_answer=await open_purchases(page),
        owed_idr=sum(one.open_idr for one in owed),
        late_idr=sum(one.open_idr for one in owed if one.due_on is not None and one.due_on < today),
        shelf=[one for one in shelf.items if one.to_date >= today],
        today=today,
        has_more=bool(bought.next_cursor),
    )
