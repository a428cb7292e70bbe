"""A cooperative answers lines of its order: all, less or nothing of each; what it gives back is short at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.copying import copy_rows
from service.database.queries.answers import answers_of, steps_of
from service.database.queries.late_answers import fates_of
from service.database.queries.locks import lock_order, lock_order_lines
from service.database.queries.runs import find_policy_in_force
from service.database.unit_of_work import UnitOfWork
from service.domain.answers import LineAnswer, require_valid, require_waiting
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.late_answers import require_in_time
from service.domain.orders import (
    Answer,
    Order,
    OrderLine,
    OrderLineStatus,
    OrderStatus,
    apply_answer,
    close_if_answered,
)
from service.domain.permissions import Action, Actor, require, require_actor, require_reach
from service.domain.plans import Shortage
from service.domain.policies import values_of
from service.domain.price_proposals import PriceProposalStatus
from service.domain.tables import require_version
from service.domain.undone_answers import undo_until
from service.workflows.end_proposals import end_proposals
from service.workflows.make_purchases import make_purchases
from service.workflows.release_lines import Released, release_lines

AnswerRow = dict[str, Any]
"""An answer as the row to be: an order has two hundred lines, and an object for each is a fifth of the time."""


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """Answers to some lines or all; ``expected_version`` if the caller wants to be refused on any change since."""

    order_id: UUID
    answers: tuple[LineAnswer, ...]
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class AnsweredOrder:
    """The order after the answers, until when they can be taken back (``None``: they stand), and what became short."""

    order: Order
    lines: Sequence[OrderLine]
    undo_until: datetime | None
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
        After the respond-by time, with that time and what became of each line.
    AlreadyAnswered
        With the current state of the lines that do not wait for an answer any more.
    InvalidField
        With every fault of every line.
    """
    actor = require_actor(work.actor)
    order = await held_order(work, command.order_id, command.expected_version)
    lines = await lock_order_lines(work.session, order.id)
    by_id = {line.id: line for line in lines}
    asked = [by_id[said.line_id] for said in command.answers if said.line_id in by_id]
    plan_id = require_in_time(order, work.now, await fates_of(work.session, order, asked, work.now))
    require_waiting(command.answers, by_id, await answers_of(work.session, by_id))
    require_valid(command.answers, by_id, await steps_of(work.session, {line.item_code for line in lines}))

    await end_proposals(work, [said.line_id for said in command.answers], PriceProposalStatus.WITHDRAWN)
    released = [
        Released(by_id[said.line_id], apply_answer(by_id[said.line_id], said.accepted_qty), said.reason)
        for said in command.answers
    ]
    until, was = await _undo_until(work, order), order.status
    close_if_answered(order, lines)
    flag_modified(order, "status")  # an answer to some lines changes the order too: its version, and so its ETag, rises
    await copy_rows(work.session, Answer, [_answer(work, actor, said, until) for said in command.answers])
    shortages = await release_lines(work, order, lines, released, plan_id=plan_id, move_after=until)
    await make_purchases(work, order, lines)
    _record(work, order, command.answers, by_id, was)
    await work.session.flush()
    return AnsweredOrder(order, lines, until, shortages)


async def held_order(work: UnitOfWork, order_id: UUID, expected_version: int | None) -> Order:
    """Return an order that the caller may answer for, held until the unit ends.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or the order is another cooperative's.
    StaleVersion
        If a version was expected and the order is at another.
    """
    await reached_order(work, order_id)
    order = await lock_order(work.session, order_id)
    if expected_version is not None:
        require_version(order, expected_version)
    return order


async def reached_order(work: UnitOfWork, order_id: UUID) -> Order:
    """Return an order that the caller may answer for, not held.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or the order is another cooperative's.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(Order, order_id)
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
    return seen


async def _undo_until(work: UnitOfWork, order: Order) -> datetime | None:
    policy = await find_policy_in_force(work.session, order.region_code)
    minutes = values_of(policy).undo_minutes if policy else 0
    return undo_until(work.now, undo_minutes=minutes, respond_by_at=order.respond_by_at)


def _answer(work: UnitOfWork, actor: Actor, said: LineAnswer, until: datetime | None) -> AnswerRow:
    return AnswerRow(
        id=work.new_id(),
        created_at=work.now,
        version=1,
        order_line_id=said.line_id,
        accepted_qty=said.accepted_qty,
        reason=said.reason,
        remark=said.remark,
        answered_by=actor.user_id,
        undo_until=until,
    )


def _record(
    work: UnitOfWork,
    order: Order,
    answers: Iterable[LineAnswer],
    lines: Mapping[UUID, OrderLine],
    was: OrderStatus,
) -> None:
    before = {
        "status": was.value,
        "lines": [{"line_id": str(said.line_id), "status": OrderLineStatus.AWAITING_ANSWER.value} for said in answers],
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
    work.announce(
        EventType.ORDER_ANSWERED,
        entity="order",
        entity_id=order.id,
        region_code=order.region_code,
        concerns=[order.cooperative_id, *(line.kitchen_id for line in lines.values())],
        facts={"number": order.number, "status": order.status.value, "count": len(after["lines"])},
    )
