"""Goods that are called back: who got them, what became of them, and the kitchens that have not said so yet."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import After, allows
from service.api.routers.recalls import read_recall, read_recalls
from service.api.schemas.recalls import RecallDetailOut, TracedLotOut
from service.database.queries.catalogue import find_items
from service.domain.errors import FieldFault, InvalidField
from service.domain.items import Item
from service.domain.permissions import Action
from service.domain.recalls import RecallStatus, Wanted
from service.web.filters import BLANK, OptionalDay
from service.web.forms import Form
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.open_recall import OpenRecall, open_recall
from service.workflows.trace_goods import trace_goods

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LONGEST_REASON: Final = 400
LONGEST_LOT: Final = 60
LONGEST_PRODUCER: Final = 120
LONGEST_ITEM: Final = 16
LONGEST_NUMBER: Final = 80
Name = Annotated[str | None, BLANK, Query(max_length=LONGEST_PRODUCER)]


@router.get("/recalls", dependencies=[allows(Action.RECALLS_READ)])
async def show_recalls(
    page: Page, after: After, status: Annotated[RecallStatus | None, BLANK, Query()] = None
) -> Response:
    """List recalls, the latest first; a kitchen those that it has goods of."""
    listed = await read_recalls(work=page.work, caller=page.caller, after=after, status=status)
    items = await find_items(page.work.session, {one.item_code for one in listed.items if one.item_code})
    return await page.show("recalls/recalls.html", listed=listed, items=items, chosen=status)


@router.get("/recalls/new", dependencies=[allows(Action.RECALLS_WRITE)])
async def show_new_recall(
    *,
    page: Page,
    lot_code: Name = None,
    producer: Name = None,
    item_code: Name = None,
    from_date: OptionalDay = None,
    to_date: OptionalDay = None,
    delivery_number: Name = None,
) -> Response:
    """Look who got goods of a lot, a producer, an item or a delivery note, before they are called back."""
    wanted = Wanted(lot_code, producer, item_code, from_date, to_date, delivery_number)
    found: list[TracedLotOut] = []
    is_known = False
    faults: tuple[FieldFault, ...] = ()
    if wanted != Wanted():
        try:
            found, is_known = await _traced(page, wanted)
        except InvalidField as refusal:
            faults = refusal.faults
    return await page.show(
        "recalls/new.html",
        wanted=wanted,
        is_asked=wanted != Wanted() and not faults,
        faults=faults,
        found=found,
        is_known=is_known,
        items=await find_items(page.work.session, {row.item_code for row in found}),
        kitchens=len({row.kitchen_id for row in found}),
    )


@router.post("/recalls", dependencies=[allows(Action.RECALLS_WRITE)])
async def send_recall(page: Page, form: Form) -> Response:
    """Call goods back: they neither leave nor are taken in any more, and every kitchen with some is told."""
    wanted = Wanted(
        form.words("lot_code", longest=LONGEST_LOT),
        form.words("producer", longest=LONGEST_PRODUCER),
        form.words("item_code", longest=LONGEST_ITEM),
        form.day("from_date", needed=False),
        form.day("to_date", needed=False),
        form.words("delivery_number", longest=LONGEST_NUMBER),
    )
    reason = form.words("reason", longest=LONGEST_REASON, needed=True)
    form.require()
    recall = await open_recall(page.work, OpenRecall(wanted, reason or ""))
    return page.leave(f"/recalls/{recall.id}", said="recall_opened")


@router.get("/recalls/{recall_id}", dependencies=[allows(Action.RECALLS_READ)])
async def show_recall(recall_id: UUID, page: Page) -> Response:
    """Show a recall with what each kitchen has to account for."""
    recall = await _recall(page, recall_id)
    return await page.show("recalls/recall.html", recall=recall, items=await _items(page, recall))


@router.post("/recalls/{recall_id}/closing", dependencies=[allows(Action.RECALLS_WRITE)])
async def send_closing(recall_id: UUID, page: Page, form: Form) -> Response:
    """End a recall."""
    version = form.whole("version", least=1)
    form.require()
    await close_recall(page.work, CloseRecall(recall_id, version or 0))
    return page.leave(f"/recalls/{recall_id}", said="recall_closed")


async def _recall(page: PageView, recall_id: UUID) -> RecallDetailOut:
    return await read_recall(recall_id, page.work, page.caller, Response())


async def _items(page: PageView, recall: RecallDetailOut) -> dict[str, Item]:
    named = {recall.item_code} if recall.item_code else set()
    named |= {lot.item_code for lot in recall.lots or ()}
    return await find_items(page.work.session, named | {part.item_code for part in recall.parts})


async def _traced(page: PageView, wanted: Wanted) -> tuple[list[TracedLotOut], bool]:
    today = await page.today()
    traced = await trace_goods(page.work, wanted, region_code=page.caller.region_code)
    return [TracedLotOut.showing(row, today) for row in traced.left], traced.is_known
