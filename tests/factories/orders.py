"""Orders and lines for tests, in memory, and the answers to them."""

import uuid
from datetime import UTC, date, datetime

from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.people import User
from service.domain.price_proposals import PriceProposal, PriceProposalStatus

SENT_AT = datetime(2026, 11, 26, 6, tzinfo=UTC)
RESPOND_BY_AT = datetime(2026, 11, 27, 6, tzinfo=UTC)
NEEDED_DATE = date(2026, 11, 30)


def new_order(**changes: object) -> Order:
    fields = {
        "id": uuid.uuid4(),
        "created_at": SENT_AT,
        "region_code": "32.71",
        "number": "PO-3271-2026W49-C000",
        "week_start": NEEDED_DATE,
        "plan_id": uuid.uuid4(),
        "cooperative_id": uuid.uuid4(),
        "status": OrderStatus.SENT,
        "respond_by_at": RESPOND_BY_AT,
    }
    return Order(**{**fields, **changes})


def new_order_line(order: Order, **changes: object) -> OrderLine:
    fields = {
        "id": uuid.uuid4(),
        "created_at": SENT_AT,
        "order_id": order.id,
        "position": 1,
        "kitchen_id": uuid.uuid4(),
        "item_code": "RICE-M",
        "needed_date": NEEDED_DATE,
        "ordered_qty": 40_000,
        "price_idr": 13_000,
        "status": OrderLineStatus.AWAITING_ANSWER,
    }
    return OrderLine(**{**fields, **changes})


def new_price_proposal(order: Order, line: OrderLine, officer: User, **changes: object) -> PriceProposal:
    fields = {
        "id": uuid.uuid4(),
        "created_at": SENT_AT,
        "region_code": order.region_code,
        "week_start": order.week_start,
        "order_id": order.id,
        "order_line_id": line.id,
        "cooperative_id": order.cooperative_id,
        "kitchen_id": line.kitchen_id,
        "ordered_price_idr": line.price_idr,
        "proposed_price_idr": line.price_idr + 500,
        "status": PriceProposalStatus.OPEN,
        "decide_by_at": order.respond_by_at,
        "proposed_by": officer.id,
    }
    return PriceProposal(**{**fields, **changes})


def accepting(line: OrderLine) -> LineAnswer:
    return LineAnswer(line.id, line.ordered_qty)


def taking(line: OrderLine, accepted_qty: int, reason: DeclineReason = DeclineReason.NOT_ENOUGH_GOODS) -> LineAnswer:
    return LineAnswer(line.id, accepted_qty, reason)
