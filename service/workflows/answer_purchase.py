"""A wholesaler confirms, cuts or declines lines of a purchase; what it does not sell falls away and is repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.locks import lock_order, lock_order_lines, lock_stocks
from service.database.queries.purchases import lock_purchase, purchases_of_order
from service.database.unit_of_work import UnitOfWork
from service.domain import stocks
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.orders import Order, OrderLine
from service.domain.pack_cuts import falling_qty
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.purchases import (
    CutReason,
    PackAnswer,
    Purchase,
    PurchaseLine,
    close_if_answered,
    confirm,
    held_packs,
    require_open,
    require_valid,
)
from service.domain.stocks import StockStatus
from service.workflows.let_fall import let_fall
from service.workflows.owe_purchase import owe_purchase
from service.workflows.release_lines import Released

SOLD_OUT = frozenset({CutReason.OUT_OF_STOCK, CutReason.DAMAGED, CutReason.OTHER, CutReason.SILENCE})
"""Reasons after which nothing more of the stock is promised to anybody, until the wholesaler publishes it anew."""


@dataclass(frozen=True, slots=True)
class AnswerPurchase:
    """Answers to some lines of a purchase, or to all."""

    purchase_id: UUID
    answers: tuple[PackAnswer, ...]


async def answer_purchase(work: UnitOfWork, command: AnswerPurchase) -> Purchase:
    """Set each named line to the packs that the wholesaler sells.

    The order is held first, as everything that touches its lines does, so of two answers at once one comes first.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not answer, or the purchase is another wholesaler's.
    IllegalTransition
        If it, or one of the lines, was answered before, or its time is over.
    InvalidField
        With every fault of every line.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(Purchase, command.purchase_id)
    if seen is None:
        require(actor, Action.PURCHASES_ANSWER)
        raise NotFound("No such purchase.")
    require_reach(
        actor,
        Action.PURCHASES_ANSWER,
        region_code=seen.region_code,
        organisation_ids=(seen.wholesaler_id,),
        what="purchase",
    )
    order = await lock_order(work.session, seen.order_id)
    purchase = await lock_purchase(work.session, command.purchase_id)
    require_open(purchase, work.now)
    held = await _lines_of(work, purchase)
    require_valid(command.answers, held)
    await settle(work, order, purchase, held, command.answers)
    return purchase


async def settle(
    work: UnitOfWork,
    order: Order,
    purchase: Purchase,
    held: Sequence[PurchaseLine],
    answers: Sequence[PackAnswer],
) -> None:
    """Write the answers down and let fall what is not sold; order and purchase are held by the caller.

    Raises
    ------
    IllegalTransition
        If a line was answered before.
    """
    by_id = {line.id: line for line in held}
    for said in answers:
        confirm(by_id[said.line_id], said.confirmed_packs, said.reason)
    close_if_answered(purchase, held)
    await owe_purchase(work, purchase, held)
    flag_modified(purchase, "status")  # an answer to some lines changes the purchase too: its ETag rises
    await work.session.flush()
    answered = [by_id[said.line_id] for said in answers]
    lines = await lock_order_lines(work.session, order.id)
    lost = _lost(lines, answered)
    await _close_stocks(work, answered)
    await let_fall(work, order, lines, lost)
    _record(work, purchase, answered, [loss.line.id for loss in lost])
    await work.session.flush()


async def _lines_of(work: UnitOfWork, purchase: Purchase) -> list[PurchaseLine]:
    return [line for one, line in await purchases_of_order(work.session, purchase.order_id) if one.id == purchase.id]


def _lost(lines: Sequence[OrderLine], answered: Sequence[PurchaseLine]) -> list[Released]:
    """Return what the order's lines lose because their packs do not bring it."""
    lost = []
    for bought in answered:
        of_stock = {line.id: line for line in lines if line.stock_id == bought.stock_id}
        reason = f"wholesaler_{bought.reason.value}" if bought.reason else None
        falling = falling_qty(of_stock.values(), bought_qty=held_packs(bought) * bought.pack_qty)
        lost += [Released(of_stock[line_id], qty, reason) for line_id, qty in falling.items()]
    return lost


async def _close_stocks(work: UnitOfWork, answered: Sequence[PurchaseLine]) -> None:
    """Take off the market what the wholesaler has not: else a standby would be promised the same missing packs."""
    gone = {line.stock_id for line in answered if line.reason in SOLD_OUT}
    for stock in (await lock_stocks(work.session, gone)).values():
        if stock.status is StockStatus.OPEN:
            stocks.withdraw(stock)
    await work.session.flush()


def _record(work: UnitOfWork, purchase: Purchase, answered: Sequence[PurchaseLine], lost: Sequence[UUID]) -> None:
    facts = {
        "number": purchase.number,
        "status": purchase.status.value,
        "total_idr": purchase.total_idr,
        "lines": [
            {
                "line_id": str(line.id),
                "status": line.status.value,
                "confirmed_packs": line.confirmed_packs,
                "reason": line.reason.value if line.reason else None,
            }
            for line in answered
        ],
        "cut_lines": sum(line.reason is not None for line in answered),
        "fallen_line_ids": [str(line_id) for line_id in lost],
    }
    work.record("purchase.answered", "purchase", purchase.id, region_code=purchase.region_code, after=facts)
    work.announce(
        EventType.PURCHASE_ANSWERED,
        entity="purchase",
        entity_id=purchase.id,
        region_code=purchase.region_code,
        concerns=[purchase.cooperative_id, purchase.wholesaler_id],
        facts=facts,
    )
