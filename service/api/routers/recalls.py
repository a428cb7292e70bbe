"""Traces and recalls of goods."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, Limit, Work, allows
from service.api.etags import IfMatch, set_etag
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.recalls import (
    ConfirmationIn,
    RecallDetailOut,
    RecallIn,
    RecallOut,
    RecallPartOut,
    TracedLotOut,
    TraceOut,
)
from service.api.schemas.shapes import Day
from service.api.trouble_rows import RECALLS, TRACE, recall_row, trace_row
from service.database.cursors import Cursor
from service.database.queries.recalls import TracedLot, list_recall_parts, list_recalls, names_of, parts_of
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import NotFound
from service.domain.permissions import Action, Actor, own_only, require_reach
from service.domain.places import Region
from service.domain.recalls import Recall, RecallStatus, Wanted
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall
from service.workflows.open_recall import open_recall
from service.workflows.trace_goods import trace_goods

router = APIRouter(route_class=UnitOfWorkRoute, tags=["recalls"])

READ = allows(Action.RECALLS_READ)
LotCode = Annotated[str, Path(max_length=60, description="As on the delivery note", examples=["L-2611-07"])]
Status = Annotated[RecallStatus | None, Query(description="Only those in this status")]


async def goods_filter(
    *,
    producer: Annotated[str | None, Query(max_length=120, description="Only of this producer")] = None,
    item_code: Annotated[str | None, Query(max_length=16, description="Only this item")] = None,
    from_date: Annotated[Day | None, Query(description="First cooking day")] = None,
    to_date: Annotated[Day | None, Query(description="Last cooking day")] = None,
    delivery_number: Annotated[
        str | None,
        Query(max_length=80, description="Only lots that left with this delivery note; its id is taken, too"),
    ] = None,
) -> Wanted:
    """Return what a trace is asked for beside a lot."""
    return Wanted(None, producer, item_code, from_date, to_date, delivery_number)


Goods = Annotated[Wanted, Depends(goods_filter)]
AnyLot = Annotated[str | None, Query(max_length=60, description="Only this lot", examples=["L-2611-07"])]


@router.get("/trace", dependencies=[allows(Action.LOTS_READ)])
async def trace_any(work: Work, caller: Caller, goods: Goods, lot_code: AnyLot = None) -> TraceOut:
    """Tell who got goods of a lot, a producer, an item of some cooking days, or a delivery note.

    All that is named must fit. From a delivery note: who got the lots that stood on it, wherever else they went.
    """
    return await _shown(work, caller, await _traced(work, caller, replace(goods, lot_code=lot_code)))


@router.get("/trace/export", dependencies=[allows(Action.LOTS_READ)], response_class=Response, responses=FILES)
async def export_any(
    *, work: Work, caller: Caller, goods: Goods, lot_code: AnyLot = None, kind: Kind = FileKind.XLSX
) -> Response:
    """Give who got goods of a lot, a producer, an item or a delivery note as a file."""
    found = await _traced(work, caller, replace(goods, lot_code=lot_code))
    return await as_file(work, "telusur-barang", kind, TRACE, [trace_row(lot) for lot in found])


@router.get("/lots/{lot_code}/trace", dependencies=[allows(Action.LOTS_READ)])
async def trace_lot(lot_code: LotCode, work: Work, caller: Caller, goods: Goods) -> TraceOut:
    """Tell who got goods of a lot, when, how much was taken, and whether it is likely eaten by now."""
    return await _shown(work, caller, await _traced(work, caller, replace(goods, lot_code=lot_code)))


@router.get(
    "/lots/{lot_code}/trace/export",
    dependencies=[allows(Action.LOTS_READ)],
    response_class=Response,
    responses=FILES,
)
async def export_trace(
    lot_code: LotCode, work: Work, caller: Caller, goods: Goods, kind: Kind = FileKind.XLSX
) -> Response:
    """Give who got goods of a lot as a file."""
    found = await _traced(work, caller, replace(goods, lot_code=lot_code))
    return await as_file(work, "telusur-lot", kind, TRACE, [trace_row(lot) for lot in found])


@router.post("/recalls", status_code=201, dependencies=[allows(Action.RECALLS_WRITE)])
async def open_one(body: RecallIn, work: Work, caller: Caller, response: Response) -> RecallDetailOut:
    """Call goods back: they neither leave nor are taken in any more, and every kitchen with some is told."""
    recall = await open_recall(work, body.said())
    response.headers["Location"] = f"/api/v1/recalls/{recall.id}"
    set_etag(response, recall.version)
    return await _detailed(work, caller, recall)


@router.get("/recalls", dependencies=[READ])
async def read_recalls(
    *,
    work: Work,
    caller: Caller,
    after: After,
    limit: Limit = USUAL_PER_PAGE,
    status: Status = None,
) -> Page[RecallOut]:
    """List recalls, the latest first; a kitchen those that it has goods of."""
    own_id = own_only(caller, Action.RECALLS_READ)
    found = await list_recalls(
        work.session,
        region_code=caller.region_code,
        kitchen_id=own_id,
        status=status,
        after=after,
        limit=limit + 1,
    )
    return page_of(found, limit=limit, key=lambda recall: Cursor(recall.created_at, recall.id), show=RecallOut.showing)


@router.get("/recalls/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_recalls(work: Work, caller: Caller, kind: Kind = FileKind.XLSX, status: Status = None) -> Response:
    """Give the recalls that the list shows as a file: who got the goods, and what each kitchen says became of them."""
    own_id = own_only(caller, Action.RECALLS_READ)
    found = await list_recall_parts(
        work.session, region_code=caller.region_code, kitchen_id=own_id, status=status, limit=MOST_ROWS + 1
    )
    return await as_file(work, "penarikan", kind, RECALLS, [recall_row(one) for one in found])


@router.get("/recalls/{recall_id}", dependencies=[READ])
async def read_recall(recall_id: UUID, work: Work, caller: Caller, response: Response) -> RecallDetailOut:
    """Show a recall with what each kitchen has to account for, and what it said."""
    recall = await work.session.get(Recall, recall_id)
    if recall is None:
        raise NotFound("No such recall.")
    kitchens = tuple({part.kitchen_id for part in await parts_of(work.session, recall.id)})
    require_reach(caller, Action.RECALLS_READ, region_code=recall.region_code, organisation_ids=kitchens, what="recall")
    set_etag(response, recall.version)
    return await _detailed(work, caller, recall)


@router.post("/recalls/{recall_id}/confirmations", dependencies=[allows(Action.RECALLS_CONFIRM)])
async def confirm_one(recall_id: UUID, body: ConfirmationIn, work: Work, caller: Caller) -> RecallDetailOut:
    """Say what became of your kitchen's goods; say it again when it changes, the newest word counts."""
    recall = await confirm_recall(work, ConfirmRecall(recall_id, body.said()))
    return await _detailed(work, caller, recall)


@router.post("/recalls/{recall_id}/closing", dependencies=[allows(Action.RECALLS_WRITE)])
async def close_one(recall_id: UUID, work: Work, caller: Caller, expected_version: IfMatch) -> RecallDetailOut:
    """End a recall once every kitchen has said what became of its goods and stores none.

    From then on the same goods may leave again: what cooperatives still store is for the food office to make sure of.
    """
    recall = await close_recall(work, CloseRecall(recall_id, expected_version))
    return await _detailed(work, caller, recall)


async def _traced(work: UnitOfWork, caller: Actor, wanted: Wanted) -> list[TracedLot]:
    traced = await trace_goods(work, wanted, region_code=caller.region_code)
    if not traced.is_known:
        raise NotFound("No such lot.")
    return traced.left


async def _shown(work: UnitOfWork, caller: Actor, found: list[TracedLot]) -> TraceOut:
    region = await work.session.get_one(Region, caller.region_code)
    today = local_day(work.now, timezone=region.timezone)
    kitchens = len({lot.kitchen_id for lot in found})
    return TraceOut(items=[TracedLotOut.showing(lot, today) for lot in found], kitchen_count=kitchens)


async def _detailed(work: UnitOfWork, caller: Actor, recall: Recall) -> RecallDetailOut:
    own_id = own_only(caller, Action.RECALLS_READ)
    parts = await parts_of(work.session, recall.id, kitchen_id=own_id)
    names = await names_of(work.session, {part.kitchen_id for part in parts})
    shown = RecallOut.showing(recall)
    return RecallDetailOut(
        **shown.model_dump(),
        parts=[RecallPartOut.showing(part, names[part.kitchen_id]) for part in parts],
        unconfirmed_count=sum(part.confirmed_at is None for part in parts),
    )
