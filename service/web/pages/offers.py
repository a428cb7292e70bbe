"""Offers of a cooperative: published, changed, withdrawn, taken from a file."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import After, allows
from service.api.routers.offers import list_offers, read_offer
from service.database.queries.entry_facts import read_items
from service.domain.items import Item
from service.domain.offers import LotEntry, OfferStatus
from service.domain.permissions import Action
from service.files.tables import Table
from service.web.filters import BLANK
from service.web.forms import Form, Typed
from service.web.page import Page
from service.web.routes import PageRoute
from service.web.supplies import choices, file_taken, item_named
from service.words import trade_words
from service.workflows.change_offer import ChangeOffer, change_offer
from service.workflows.file_steps import ImportReport, Take
from service.workflows.import_offers import ImportOffers, import_offers
from service.workflows.publish_offer import PublishOffer, publish_offer
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE = 20
LOT_ROWS = 3


@router.get("/offers", dependencies=[allows(Action.OFFERS_READ)])
async def show_offers(
    page: Page, after: After, status: Annotated[OfferStatus | None, BLANK, Query()] = None
) -> Response:
    """List offers, the newest first."""
    listed = await list_offers(
        work=page.work, caller=page.caller, after=after, limit=PER_PAGE, cooperative_id=None, week_start=None,
        item_code=None, status=status,
    )  # fmt: skip
    items = await read_items(page.work.session)
    return await page.show("offers/offers.html", listed=listed, items=items, chosen=status, words=trade_words)


@router.get("/offers/new", dependencies=[allows(Action.OFFERS_WRITE)])
async def show_new_offer(
    *, page: Page, item_code: str = "", from_date: str = "", to_date: str = "", price: str = "", qty: str = ""
) -> Response:
    """Ask what is offered; the address may name it already."""
    known = {"item_code": item_code, "from_date": from_date, "to_date": to_date, "price_idr": price, "offered_qty": qty}
    items = await read_items(page.work.session)
    return await page.show(
        "offers/offer.html", offer=None, known=known, choices=choices(items), lot_rows=range(LOT_ROWS)
    )


@router.post("/offers", dependencies=[allows(Action.OFFERS_WRITE)])
async def send_offer(page: Page, form: Form) -> Response:
    """Publish an offer."""
    item = await item_named(page, form)
    entry = _entry(form, item)
    form.require()
    await publish_offer(page.work, PublishOffer(page.caller.organisation_id, item.code, **entry))
    return page.leave("/offers", said="offered")


@router.post("/offers/import", dependencies=[allows(Action.OFFERS_WRITE)])
async def send_offer_file(page: Page, form: Form) -> Response:
    """Take offers from a file: all rows or, if there are bad ones, what is chosen; bad rows are told."""
    owner = page.caller.organisation_id

    async def take(table: Table, *, is_dry_run: bool, take: Take) -> ImportReport:
        return await import_offers(page.work, ImportOffers(owner, table, is_dry_run=is_dry_run, take=take))

    return await file_taken(page, form, take, back="/offers")


@router.get("/offers/{offer_id}", dependencies=[allows(Action.OFFERS_READ)])
async def show_offer(offer_id: UUID, page: Page) -> Response:
    """Show an offer; its cooperative can change it or take it back."""
    offer = await read_offer(offer_id, page.work, page.caller, Response())
    items = await read_items(page.work.session)
    return await page.show(
        "offers/offer.html",
        offer=offer,
        item=items[offer.item_code],
        known={},
        choices=choices(items),
        lot_rows=range(LOT_ROWS),
        words=trade_words,
    )


@router.post("/offers/{offer_id}", dependencies=[allows(Action.OFFERS_WRITE)])
async def send_offer_change(offer_id: UUID, page: Page, form: Form) -> Response:
    """Change an open offer; its lots stay unless they are named."""
    offer = await read_offer(offer_id, page.work, page.caller, Response())
    item = (await read_items(page.work.session))[offer.item_code]
    entry = {name: value for name, value in _entry(form, item).items() if name != "lots" or value}
    version = form.whole("version", least=1)
    form.require()
    await change_offer(page.work, ChangeOffer(offer_id, version or 0, entry))
    return page.leave(f"/offers/{offer_id}", said="saved")


@router.post("/offers/{offer_id}/withdrawal", dependencies=[allows(Action.OFFERS_WRITE)])
async def send_offer_back(offer_id: UUID, page: Page, form: Form) -> Response:
    """Take the unpromised rest off the market."""
    await read_offer(offer_id, page.work, page.caller, Response())
    version = form.whole("version", least=1)
    form.require()
    await withdraw_offer(page.work, WithdrawOffer(offer_id, version or 0))
    return page.leave("/offers", said="offer_withdrawn")


def _entry(form: Typed, item: Item) -> dict[str, Any]:
    lots = []
    for row in range(LOT_ROWS):
        if code := form.words(f"lot_code.{row}", longest=40):
            qty = form.amount(f"lot_qty.{row}", item.unit)
            lots.append(LotEntry(code, qty or 0, form.day(f"expires_date.{row}", needed=False)))
            for name in ("lot_code", "lot_qty", "expires_date"):
                form.renamed[f"lots.{len(lots) - 1}.{name}"] = f"{name}.{row}"
    form.renamed["lots"] = "lot_code.0"
    return {
        "offered_qty": form.amount("offered_qty", item.unit) or 0,
        "price_idr": form.rupiah("price_idr") or 0,
        "from_date": form.day("from_date"),
        "to_date": form.day("to_date"),
        "min_qty": form.amount("min_qty", item.unit, needed=False) or 0,
        "origin_producer": form.words("origin_producer", longest=120),
        "lots": tuple(lots),
    }
