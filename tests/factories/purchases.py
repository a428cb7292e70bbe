"""Purchases and their lines for tests, in memory."""

import uuid

import sqlalchemy as sa

from service.database.queries.purchases import purchases_of_order
from service.database.unit_of_work import UnitOfWork
from service.domain.orders import Order
from service.domain.payables import PurchasePayment
from service.domain.people import User
from service.domain.purchases import PackAnswer, Purchase, PurchaseLine, PurchaseLineStatus, PurchaseStatus
from service.domain.stocks import Stock
from service.workflows.answer_purchase import settle
from tests.factories.orders import RESPOND_BY_AT, SENT_AT


def new_purchase(order: Order, wholesaler_id: uuid.UUID, **changes: object) -> Purchase:
    fields = {
        "id": uuid.uuid4(),
        "created_at": SENT_AT,
        "region_code": order.region_code,
        "week_start": order.week_start,
        "number": f"{order.number}/W",
        "order_id": order.id,
        "cooperative_id": order.cooperative_id,
        "wholesaler_id": wholesaler_id,
        "status": PurchaseStatus.SENT,
        "respond_by_at": RESPOND_BY_AT,
    }
    return Purchase(**{**fields, **changes})


def new_purchase_line(purchase: Purchase, stock: Stock, **changes: object) -> PurchaseLine:
    fields = {
        "id": uuid.uuid4(),
        "created_at": SENT_AT,
        "purchase_id": purchase.id,
        "stock_id": stock.id,
        "item_code": stock.item_code,
        "pack_qty": stock.pack_qty,
        "price_idr": stock.price_idr,
        "ordered_packs": 2,
        "status": PurchaseLineStatus.AWAITING_ANSWER,
    }
    return PurchaseLine(**{**fields, **changes})


def new_purchase_payment(purchase: Purchase, officer: User, **changes: object) -> PurchasePayment:
    fields = {
        "id": uuid.uuid4(),
        "created_at": SENT_AT,
        "purchase_id": purchase.id,
        "region_code": purchase.region_code,
        "amount_idr": 100_000,
        "paid_on": SENT_AT.date(),
        "reference": "TRX-1",
        "recorded_by": officer.id,
    }
    return PurchasePayment(**{**fields, **changes})


async def confirm_purchases(work: UnitOfWork) -> None:
    """Let every wholesaler sell all that it is asked."""
    sent = sa.select(Purchase).where(Purchase.status == PurchaseStatus.SENT).order_by(Purchase.id)
    for purchase in list(await work.session.scalars(sent)):
        order = await work.session.get_one(Order, purchase.order_id)
        held = [line for one, line in await purchases_of_order(work.session, order.id) if one.id == purchase.id]
        await settle(work, order, purchase, held, [PackAnswer(line.id, line.ordered_packs) for line in held])
