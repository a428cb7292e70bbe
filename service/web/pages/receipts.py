"""Receiving at the kitchen's door: what comes today, weighing line by line, signing the handover minute."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.delivery_views import detailed, require_seen
from service.api.dependencies import allows
from service.database.queries.deliveries import DeliveryFilter, list_deliveries
from service.database.queries.recalls import list_recalls
from service.database.queries.runs import find_policy_in_force
from service.domain.deliveries import Delivery, DeliveryStatus
from service.domain.device_actions import ActionKind
from service.domain.errors import InvalidField, NotFound
from service.domain.permissions import Action
from service.domain.policies import values_of
from service.domain.recalls import RecallStatus
from service.domain.receipts import Receipt
from service.web import kitchen_words
from service.web.forms import Form, Typed
from service.web.kitchen_weeks import own_kitchen
from service.web.offline import taken_offline
from service.web.page import Page, PageView
from service.web.receiving import door_of, lead_faults, weighings_of
from service.web.routes import PageRoute
from service.workflows.do_action import SignDelivery
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.take_back_signature import TakeBackSignature, take_back_signature

router = APIRouter(route_class=PageRoute, include_in_schema=False)

READ = allows(Action.DELIVERIES_READ)
MOST_DROPS = 100


@router.get("/receipts", dependencies=[READ])
async def show_receipts(page: Page) -> Response:
    """Show a kitchen what comes: today's drops first, then the others on their way, then what was received."""
    kitchen_id = own_kitchen(page, Action.DELIVERIES_READ)
    if kitchen_id is None or not page.may(Action.RECALLS_READ):
        return page.leave("/")
    drops = await list_deliveries(
        page.work.session,
        region_code=page.caller.region_code,
        wanted=DeliveryFilter(kitchen_ids=(kitchen_id,)),
        after=None,
        limit=MOST_DROPS,
    )
    drops = [one for one in reversed(drops) if one.delivery.status is not DeliveryStatus.CANCELLED]
    tomorrow = await page.today() + timedelta(days=1)
    recalls = await list_recalls(
        page.work.session, region_code=page.caller.region_code, kitchen_id=kitchen_id, status=RecallStatus.OPEN
    )
    open_ones = [one for one in drops if one.delivery.status is not DeliveryStatus.RECEIVED]
    return await page.show(
        "receipts/receipts.html",
        due=[one for one in open_ones if _is_due(one.delivery, tomorrow)],
        later=[one for one in open_ones if not _is_due(one.delivery, tomorrow)],
        received=[one for one in reversed(drops) if one.delivery.status is DeliveryStatus.RECEIVED],
        recalls=recalls,
        words=kitchen_words,
    )


@router.get("/deliveries/{delivery_id}/receipt", dependencies=[READ])
async def show_receipt(delivery_id: UUID, page: Page) -> Response:
    """Show a drop at the kitchen's door: its lines to weigh, then who signs."""
    region_code = (await _require_delivery(page, delivery_id)).region_code
    delivery = await detailed(page.work, delivery_id)
    door = await door_of(page, delivery_id)
    policy = await find_policy_in_force(page.work.session, region_code)
    may_receive = page.may(Action.DELIVERIES_RECEIVE)
    return await page.show(
        "receipts/receipt.html",
        delivery=delivery,
        door=door,
        is_weighable=may_receive and delivery.status is DeliveryStatus.DISPATCHED and not door.signatures,
        is_signable=may_receive and door.is_weighed and not door.has_receiver,
        is_own_signed=may_receive and door.has_receiver,
        is_signed=door.is_signed,
        takes_photos=may_receive,
        photo_days=values_of(policy).late_reject_days if policy else None,
        reasons=page.worded(kitchen_words.REJECT_REASONS),
        words=kitchen_words,
    )


@router.post("/deliveries/{delivery_id}/receipt", dependencies=[allows(Action.DELIVERIES_RECEIVE)])
async def send_weighings(delivery_id: UUID, page: Page, form: Form) -> Response:
    """Write down what the scales say of some lines or all."""
    await receive_delivery(page.work, await _read_weighings(page, delivery_id, form))
    door = await door_of(page, delivery_id)
    said = "all_weighed" if door.is_weighed else "weighed"
    return page.leave(f"/deliveries/{delivery_id}/receipt", said=said)


async def _read_weighings(page: PageView, delivery_id: UUID, form: Typed) -> ReceiveDelivery:
    await _require_delivery(page, delivery_id)
    door = await door_of(page, delivery_id)
    weighings = weighings_of(form, door)
    form.require()
    if not weighings:
        raise InvalidField.at("nothing", "Choose for one line at least.", code="nothing_chosen")
    lead_faults(form, weighings)
    return ReceiveDelivery(delivery_id, weighings)


taken_offline(ActionKind.WEIGH_DELIVERY, leads_to="/deliveries/{}/receipt", said="weighed")(_read_weighings)


@router.get("/receipts/{receipt_id}", dependencies=[READ])
async def lead_to_delivery(receipt_id: UUID, page: Page) -> Response:
    """Lead to the drop that a receipt is of."""
    receipt = await _require_receipt(page, receipt_id)
    return page.leave(f"/deliveries/{receipt.delivery_id}/receipt")


@router.post("/receipts/{receipt_id}/signatures", dependencies=[allows(Action.RECEIPTS_SIGN)])
async def send_signature(receipt_id: UUID, page: Page, form: Form) -> Response:
    """Put the reader's name under the handover minute; refused if a line was weighed anew since they saw it."""
    await _require_receipt(page, receipt_id)
    version = form.whole("version", least=1)
    form.require()
    receipt = await sign_receipt(page.work, SignReceipt(receipt_id, expected_version=version))
    said = await _signature_says(page, receipt.delivery_id)
    return page.leave(f"/deliveries/{receipt.delivery_id}/receipt", said=said)


async def _signature_says(page: PageView, delivery_id: UUID) -> str:
    """Return what is told after a signature: it may have been the last, or come long after it was made."""
    return "handover_closed" if (await door_of(page, delivery_id)).is_signed else "handover_signed"


@router.post("/receipts/{receipt_id}/signatures/take-back", dependencies=[allows(Action.RECEIPTS_SIGN)])
async def send_taken_back(receipt_id: UUID, page: Page) -> Response:
    """Take the name of the reader's side off a minute that the other side has not signed."""
    await _require_receipt(page, receipt_id)
    receipt = await take_back_signature(page.work, TakeBackSignature(receipt_id))
    return page.leave(f"/deliveries/{receipt.delivery_id}/receipt", said="signature_taken_back")


async def _read_signature(page: PageView, delivery_id: UUID, form: Typed) -> SignDelivery:
    await _require_delivery(page, delivery_id)
    version = form.whole("version", least=1, needed=False)
    form.require()
    return SignDelivery(delivery_id, version)


taken_offline(ActionKind.SIGN_RECEIPT, leads_to="/deliveries/{}/receipt", said=_signature_says)(_read_signature)


def _is_due(delivery: Delivery, tomorrow: date) -> bool:
    """Tell whether goods are on their way, or expected today: they come the evening before the cooking day."""
    return delivery.status is DeliveryStatus.DISPATCHED or delivery.needed_date <= tomorrow


async def _require_delivery(page: PageView, delivery_id: UUID) -> Delivery:
    delivery = await page.work.session.get(Delivery, delivery_id)
    require_seen(page.caller, Action.DELIVERIES_READ, delivery, what="delivery")
    if delivery is None:
        raise NotFound("No such delivery.")
    return delivery


async def _require_receipt(page: PageView, receipt_id: UUID) -> Receipt:
    receipt = await page.work.session.get(Receipt, receipt_id)
    require_seen(page.caller, Action.DELIVERIES_READ, receipt, what="receipt")
    if receipt is None:
        raise NotFound("No such receipt.")
    return receipt
