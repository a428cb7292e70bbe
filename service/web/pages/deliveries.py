"""Delivery notes: what leaves today and tomorrow in the order of a short trip, and one note, loaded and dispatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import detailed, require_seen, shown_receipt
from service.api.dependencies import AfterCode, allows
from service.api.routers.deliveries import read_deliveries
from service.api.schemas.deliveries import DeliveryDetailOut
from service.database.queries.deliveries import DeliveryFilter, DeliverySummary, list_deliveries, shown_lines
from service.database.queries.sources import sources_of
from service.domain.deliveries import Delivery, DeliveryStatus
from service.domain.device_actions import ActionKind
from service.domain.errors import NotFound
from service.domain.items import ColdChain
from service.domain.organisations import Organisation
from service.domain.permissions import Action
from service.domain.places import short_trip
from service.domain.receipts import SIDE_OF, Receipt, Side
from service.web.filters import BLANK, OptionalDay
from service.web.forms import Form, Typed
from service.web.loads import LOT_ROWS, read_loads
from service.web.offline import taken_offline
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.words import trade_words
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE = 20
MOST_STOPS = 200


@dataclass(frozen=True, slots=True)
class Stop:
    """A note on a trip, with the metres from the stop before it."""

    summary: DeliverySummary
    distance_m: int


@router.get("/deliveries", dependencies=[allows(Action.DELIVERIES_READ)])
async def show_deliveries(
    page: Page,
    after: AfterCode,
    needed_date: OptionalDay = None,
    status: Annotated[DeliveryStatus | None, BLANK, Query()] = None,
) -> Response:
    """List delivery notes; whoever sends sees first what leaves today and tomorrow."""
    listed = await read_deliveries(
        work=page.work, caller=page.caller, after=after, limit=PER_PAGE, needed_date=needed_date, status=status,
        cooperative_id=None, kitchen_id=None,
    )  # fmt: skip
    today = await page.today()
    trips: list[tuple[date, list[Stop]]] = []
    if page.may(Action.DELIVERIES_DISPATCH):
        trips = [
            (today + timedelta(days=ahead), await trip_of(page, today + timedelta(days=ahead))) for ahead in (0, 1)
        ]
    return await page.show(
        "deliveries/deliveries.html",
        listed=listed,
        chosen=status,
        needed_date=needed_date,
        trips=trips,
        today=today,
        words=trade_words,
    )


async def trip_of(page: PageView, leaves_on: date) -> list[Stop]:
    """Return what leaves the reader's cooperative on a day, for the cooking of the next, the nearest kitchen first."""
    caller = page.caller
    wanted = DeliveryFilter((caller.organisation_id,), (), leaves_on + timedelta(days=1), None)
    found = await list_deliveries(
        page.work.session, region_code=caller.region_code, wanted=wanted, after=None, limit=MOST_STOPS
    )
    found = [one for one in found if one.delivery.status is not DeliveryStatus.CANCELLED]
    home = await page.work.session.get_one(Organisation, caller.organisation_id)
    places = [(one.kitchen.latitude, one.kitchen.longitude) for one in found]
    return [Stop(found[index], far) for index, far in short_trip((home.latitude, home.longitude), places)]


@router.get("/deliveries/{delivery_id}", dependencies=[allows(Action.DELIVERIES_READ)])
async def show_delivery(delivery_id: UUID, page: Page) -> Response:
    """Show a note with what is to be done about it: load and send it, or sign what was weighed."""
    require_seen(
        page.caller, Action.DELIVERIES_READ, await page.work.session.get(Delivery, delivery_id), what="delivery"
    )
    shown = await detailed(page.work, delivery_id)
    rows = await shown_lines(page.work.session, delivery_id)
    receipt = await page.work.session.get(Receipt, shown.receipt_id) if shown.receipt_id else None
    weighed = await shown_receipt(page.work, receipt) if receipt else None
    weighed_ids = {line.delivery_line_id for line in weighed.lines} if weighed else set()
    is_weighed = weighed_ids >= {line.id for line in shown.lines if line.shipped_qty}
    signed = {signature.side for signature in weighed.signatures} if weighed else set()
    own_side = SIDE_OF.get(page.caller.role) if page.may(Action.RECEIPTS_SIGN) else None
    return await page.show(
        "deliveries/delivery.html",
        delivery=shown,
        cold={row.line.id for row in rows if row.item.cold_chain is not ColdChain.NONE},
        sources=await sources_of(page.work.session, [line.order_line_id for line in shown.lines]),
        lot_rows=range(LOT_ROWS),
        receipt=weighed,
        weighed={line.delivery_line_id: line for line in weighed.lines} if weighed else {},
        is_loadable=shown.status is DeliveryStatus.PLANNED and page.may(Action.DELIVERIES_DISPATCH),
        is_weighed=is_weighed,
        is_signable=bool(weighed) and is_weighed and own_side is not None and own_side not in signed,
        is_own_signed=signed == {own_side},
        is_giver=own_side is Side.GIVER,
        fates=page.worded(trade_words.REST_FATES),
        words=trade_words,
    )


@router.post("/deliveries/{delivery_id}/dispatch", dependencies=[allows(Action.DELIVERIES_DISPATCH)])
async def send_load(delivery_id: UUID, page: Page, form: Form) -> Response:
    """Let a drop leave."""
    await dispatch_delivery(page.work, await _load(page, delivery_id, form))
    return page.leave(f"/deliveries/{delivery_id}", said="dispatched")


async def _load(page: PageView, delivery_id: UUID, form: Typed) -> DispatchDelivery:
    shown = await _seen(page, delivery_id)
    loads = read_loads(form, shown.lines)
    version = form.whole("version", least=1, needed=False)
    form.require()
    return DispatchDelivery(delivery_id, loads, version)


taken_offline(ActionKind.DISPATCH_DELIVERY, leads_to="/deliveries/{}", said="dispatched")(_load)


async def _seen(page: PageView, delivery_id: UUID) -> DeliveryDetailOut:
    found = await page.work.session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound("No such delivery.")
    require_seen(page.caller, Action.DELIVERIES_DISPATCH, found, what="delivery")
    return await detailed(page.work, delivery_id)
