"""The shelf of a wholesaler: one form for each row, a new row, and the list as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import After, allows
from service.api.routers.stocks import list_stocks, read_stock
from service.database.queries.entry_facts import read_items
from service.database.queries.quotas import has_branches
from service.domain.items import Item
from service.domain.permissions import Action
from service.domain.stocks import StockStatus
from service.files.tables import Table
from service.web.forms import Form, Typed
from service.web.page import Page
from service.web.routes import PageRoute
from service.web.supplies import choices, file_taken, item_named
from service.workflows.change_stock import ChangeStock, change_stock
from service.workflows.file_steps import ImportReport, Take
from service.workflows.import_stocks import ImportStocks, import_stocks
from service.workflows.publish_stock import PublishStock, publish_stock
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE = 50
FIELDS = ("packs", "pack_qty", "price_idr", "from_date", "to_date")


@router.get("/stocks", dependencies=[allows(Action.STOCKS_READ)])
async def show_stocks(page: Page, after: After) -> Response:
    """List what is on the shelf, the newest first."""
    listed = await list_stocks(
        work=page.work, caller=page.caller, after=after, limit=PER_PAGE, wholesaler_id=None, week_start=None,
        item_code=None, status=StockStatus.OPEN,
    )  # fmt: skip
    items = await read_items(page.work.session)
    is_own = page.may(Action.STOCKS_WRITE)
    return await page.show(
        "stocks/stocks.html",
        listed=listed,
        items=items,
        choices=choices(items),
        today=await page.today(),
        is_own=is_own,
        is_head_office=is_own and await has_branches(page.work.session, page.caller.organisation_id),
    )


@router.post("/stocks", dependencies=[allows(Action.STOCKS_WRITE)])
async def send_stock(page: Page, form: Form) -> Response:
    """Put packs on the shelf."""
    item = await item_named(page, form)
    entry = _entry(form, item, "")
    form.require()
    await publish_stock(page.work, PublishStock(page.caller.organisation_id, item.code, **entry))
    return page.leave("/stocks", said="saved")


@router.post("/stocks/import", dependencies=[allows(Action.STOCKS_WRITE)])
async def send_stock_file(page: Page, form: Form) -> Response:
    """Take a list from a file: all rows or, if there are bad ones, what is chosen; bad rows are told."""
    owner = page.caller.organisation_id

    async def take(table: Table, *, is_dry_run: bool, take: Take) -> ImportReport:
        return await import_stocks(page.work, ImportStocks(owner, table, is_dry_run=is_dry_run, take=take))

    return await file_taken(page, form, take, back="/stocks")


@router.post("/stocks/{stock_id}", dependencies=[allows(Action.STOCKS_WRITE)])
async def send_stock_change(stock_id: UUID, page: Page, form: Form) -> Response:
    """Change a row, or take it off the shelf."""
    stock = await read_stock(stock_id, page.work, page.caller, Response())
    version = form.whole("version", least=1)
    if form.text("deed") == "withdraw":
        form.require()
        await withdraw_stock(page.work, WithdrawStock(stock_id, version or 0))
        return page.leave("/stocks", said="stock_withdrawn")
    entry = _entry(form, (await read_items(page.work.session))[stock.item_code], f".{stock_id}")
    form.require()
    await change_stock(page.work, ChangeStock(stock_id, version or 0, entry))
    return page.leave("/stocks", said="saved")


def _entry(form: Typed, item: Item, suffix: str) -> dict[str, Any]:
    form.renamed |= {name: f"{name}{suffix}" for name in FIELDS}
    return {
        "packs": form.whole(f"packs{suffix}", least=1) or 0,
        "pack_qty": form.amount(f"pack_qty{suffix}", item.unit) or 0,
        "price_idr": form.rupiah(f"price_idr{suffix}") or 0,
        "from_date": form.day(f"from_date{suffix}"),
        "to_date": form.day(f"to_date{suffix}"),
    }
