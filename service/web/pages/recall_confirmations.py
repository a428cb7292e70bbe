"""A kitchen's word on recalled goods: eaten, still in store, thrown away."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.database.queries.catalogue import find_items
from service.database.queries.recalls import parts_of
from service.domain.errors import NotFound
from service.domain.items import Item
from service.domain.permissions import Action
from service.domain.recalls import Recall, RecallPart, RecallStatus, Remains
from service.web.forms import Form
from service.web.kitchen_weeks import own_kitchen
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall

router = APIRouter(route_class=PageRoute, include_in_schema=False)

CONFIRM = allows(Action.RECALLS_CONFIRM)
WHEREABOUTS = ("eaten_qty", "stored_qty", "discarded_qty")


@router.get("/recalls/{recall_id}/confirmation", dependencies=[CONFIRM])
async def show_confirmation(recall_id: UUID, page: Page) -> Response:
    """Ask what became of the kitchen's goods."""
    recall, parts, items = await _own(page, recall_id)
    is_open = recall.status is RecallStatus.OPEN
    return await page.show("recalls/confirmation.html", recall=recall, parts=parts, items=items, is_open=is_open)


@router.post("/recalls/{recall_id}/confirmation", dependencies=[CONFIRM])
async def send_confirmation(recall_id: UUID, page: Page, form: Form) -> Response:
    """Write down what became of the goods."""
    _recall, parts, items = await _own(page, recall_id)
    said = []
    for number, part in enumerate(parts):
        amounts = [form.amount(f"{name}.{part.item_code}", items[part.item_code].unit) for name in WHEREABOUTS]
        for name in (*WHEREABOUTS, "item_code"):
            form.renamed[f"items.{number}.{name}"] = f"{WHEREABOUTS[0]}.{part.item_code}"
        said.append(Remains(part.item_code, *(amount or 0 for amount in amounts)))
    form.require()
    await confirm_recall(page.work, ConfirmRecall(recall_id, tuple(said)))
    return page.leave(f"/recalls/{recall_id}/confirmation", said="recall_confirmed")


async def _own(page: PageView, recall_id: UUID) -> tuple[Recall, list[RecallPart], dict[str, Item]]:
    kitchen_id = own_kitchen(page, Action.RECALLS_CONFIRM)
    recall = await page.work.session.get(Recall, recall_id)
    parts = await parts_of(page.work.session, recall_id, kitchen_id=kitchen_id)
    if recall is None or not parts:
        raise NotFound("No such recall.")
    return recall, parts, await find_items(page.work.session, [part.item_code for part in parts])
