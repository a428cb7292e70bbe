"""A cooperative answers lines of its order: all, less or nothing of each; what it gives back is short at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.answers import answers_of, demand_of, reservations_of, steps_of
from service.database.queries.locks import lock_offers, lock_order, lock_order_lines, lock_stocks
from service.database.unit_of_work import UnitOfWork
from service.domain import offers, stocks
from service.domain.answers import CAUSES, LineAnswer, missing_qty, require_valid, require_waiting
from service.domain.errors import NotFound
from service.domain.orders import (
    Answer,
    Order,
    OrderLine,
    OrderLineStatus,
    apply_answer,
    close_if_answered,
    live_qty,
    require_in_time,
)
from service.domain.permissions import Action, Actor, require, require_actor, require_reach
from service.domain.plans import Shortage
from service.domain.tables import require_version


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """Answers to some lines or all; ``expected_version`` if the caller wants to be refused on any change since."""

    order_id: UUID
    answers: tuple[LineAnswer, ...]
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class AnsweredOrder:
    """The order after the answers, with what was said and what became short."""

    order: Order
    lines: Sequence[OrderLine]
    answers: Sequence[Answer]
    shortages: Sequence[Shortage]


async def answer_order(work: UnitOfWork, command: AnswerOrder) -> AnsweredOrder:
    """Set each named line to what the cooperative takes; give the rest back and tell the kitchen.

    The order is held first, so of two answers at the same time one waits and then finds the line answered.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not answer, or the order is another cooperative's.
    StaleVersion
        If a version was expected and the order is at another.
    RespondByPassed
        After the respond-by time, with that time.
    AlreadyAnswered
        With the current state of the lines that do not wait for an answer any more.
    InvalidField
        With every fault of every line.
    """
    actor = require_actor(work.actor)
    order, lines = await _held_order(work, actor, command)
    by_id = {line.id: line for line in lines}
    plan_id = require_in_time(order, work.now)
    require_waiting(command.answers, by_id, await answers_of(work.session, by_id))
    require_valid(command.answers, by_id, await steps_of(work.session, {line.item_code for line in lines}))

    given_back = [
        (by_id[said.line_id], apply_answer(by_id[said.line_id], said.accepted_qty)) for said in command.answers
    ]
    answers = [_answer(work, actor, said) for said in command.answers]
    shortages = await _shortages(work, plan_id, given_back, {said.line_id: said for said in command.answers})
    await _give_back_goods(work, given_back)
    await _give_back_packs(work, order, lines)
    close_if_answered(order, lines)
    flag_modified(order, "status")  # an answer to some lines changes the order too: its version, and so its ETag, rises
    work.session.add_all([*answers, *shortages])
    _record(work, order, command.answers, by_id)
    await work.session.flush()
    return AnsweredOrder(order, lines, answers, shortages)


async def _held_order(work: UnitOfWork, actor: Actor, command: AnswerOrder) -> tuple[Order, list[OrderLine]]:
    seen = await work.session.get(Order, command.order_id)
    if seen is None:
        require(actor, Action.ORDERS_ANSWER)
        raise NotFound("No such order.")
    require_reach(
        actor,
        Action.ORDERS_ANSWER,
        region_code=seen.region_code,
        organisation_ids=(seen.cooperative_id,),
        what="order",
    )
    order = await lock_order(work.session, command.order_id)
    if command.expected_version is not None:
        require_version(order, command.expected_version)
    return order, await lock_order_lines(work.session, command.order_id)


def _answer(work: UnitOfWork, actor: Actor, said: LineAnswer) -> Answer:
    return Answer(
        id=work.new_id(),
        created_at=work.now,
        order_line_id=said.line_id,
        accepted_qty=said.accepted_qty,
        reason=said.reason,
        remark=said.remark,
        answered_by=actor.user_id,
    )


async def _shortages(
    work: UnitOfWork, plan_id: UUID, given_back: Sequence[tuple[OrderLine, int]], said: Mapping[UUID, LineAnswer]
) -> list[Shortage]:
    """Return what the kitchens now lack, told in the item that they asked for."""
    short = [(line, qty) for line, qty in given_back if qty]
    demand = await demand_of(work.session, [line.id for line, _ in short])
    shortages = []
    for line, released_qty in short:
        wanted, covers_bp = demand[line.id]
        short_qty = missing_qty(released_qty, covers_bp=covers_bp)
        reason = said[line.id].reason
        shortages.append(
            Shortage(
                id=work.new_id(),
                plan_id=plan_id,
                forecast_line_id=wanted.id,
                kitchen_id=line.kitchen_id,
                order_line_id=line.id,
                cause=CAUSES[line.status],
                item_code=wanted.item_code,
                needed_date=wanted.needed_date,
                demanded_qty=wanted.demanded_qty,
                short_qty=short_qty,
                reasons=[{"code": reason, "blocked_qty": short_qty, "sources": [str(line.offer_id or line.stock_id)]}],
                contested=[],
            )
        )
    return shortages


async def _give_back_goods(work: UnitOfWork, given_back: Sequence[tuple[OrderLine, int]]) -> None:
    qty: defaultdict[UUID, int] = defaultdict(int)
    for line, released_qty in given_back:
        if line.offer_id and released_qty:
            qty[line.offer_id] += released_qty
    for offer in (await lock_offers(work.session, qty)).values():
        offers.release(offer, qty[offer.id])


async def _give_back_packs(work: UnitOfWork, order: Order, lines: Iterable[OrderLine]) -> None:
    """Free the packs that the lines which are left do not need; whole packs only."""
    needed: defaultdict[UUID, int] = defaultdict(int)
    for line in lines:
        if line.stock_id:
            needed[line.stock_id] += live_qty(line)
    reserved = await reservations_of(work.session, order.id)
    held = await lock_stocks(work.session, {reservation.stock_id for reservation in reserved})
    for reservation in reserved:
        stock = held[reservation.stock_id]
        kept = stocks.packs_for(needed[stock.id], pack_qty=stock.pack_qty)
        stocks.release(stock, reservation.packs - kept)
        reservation.packs = kept


def _record(work: UnitOfWork, order: Order, answers: Iterable[LineAnswer], lines: Mapping[UUID, OrderLine]) -> None:
    before = {
        "lines": [{"line_id": str(said.line_id), "status": OrderLineStatus.AWAITING_ANSWER.value} for said in answers]
    }
    after = {
        "status": order.status.value,
        "lines": [
            {
                "line_id": str(said.line_id),
                "status": lines[said.line_id].status.value,
                "accepted_qty": said.accepted_qty,
                "reason": said.reason.value if said.reason else None,
            }
            for said in answers
        ],
    }
    work.record("order.answered", "order", order.id, region_code=order.region_code, before=before, after=after)
