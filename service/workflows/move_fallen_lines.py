"""What a cooperative did not take goes to the line's standby, if it can still bring it, or waits for a repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.database.queries.due_orders import ask_for_repair
from service.database.queries.locks import lock_order, lock_organisations, lock_plans_of_week
from service.database.queries.runs import find_policy_in_force
from service.database.queries.standby_moves import concerned_member_ids
from service.database.unit_of_work import Json, UnitOfWork
from service.domain.orders import Order, OrderLine
from service.domain.plans import PlanStatus
from service.domain.policies import FallenLines, values_of
from service.domain.repair_requests import COLLECTED_FOR
from service.workflows.ask_operator import hold_fallen_lines
from service.workflows.ask_standbys import begin_move, give_to_standby, save_orders
from service.workflows.open_fallen import open_fallen, open_settled
from service.workflows.record_moves import record_moves

MOVE_FALLEN_LINES = "move_fallen_lines"
"""Name of the job; its arguments are ``order_id`` and ``line_ids``."""


@dataclass(frozen=True, slots=True)
class MoveFallenLines:
    """An order, and those of its lines that an answer or silence gave back."""

    order_id: UUID
    line_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class MovedLines:
    """The orders that went to standbys, their lines, and whether the rest waits for a repair."""

    orders: Sequence[Order] = ()
    lines: Sequence[OrderLine] = ()
    waits_for_repair: bool = False


async def defer_move(
    work: UnitOfWork, order: Order, line_ids: Sequence[UUID], *, not_before: datetime | None = None
) -> None:
    """Let lines that were given back be moved once this unit commits, or the city's operator be asked."""
    if line_ids:
        named: list[Json] = [str(line_id) for line_id in line_ids]
        await work.defer(MOVE_FALLEN_LINES, not_before=not_before, order_id=str(order.id), line_ids=named)


async def moves_by_itself(work: UnitOfWork, region_code: str) -> bool:
    """Tell whether the city lets fallen lines move without asking its operator."""
    policy = await find_policy_in_force(work.session, region_code)
    return policy is not None and values_of(policy).fallen_lines is FallenLines.AUTOMATIC


async def move_settled_lines(work: UnitOfWork, command: MoveFallenLines) -> MovedLines:
    """Move those lines whose answer stands, as ``move_fallen_lines`` does, or ask the operator if the policy says so.

    What was taken back and declined anew meanwhile waits for the job of its newer answer.
    """
    order = await work.session.get_one(Order, command.order_id)
    if await moves_by_itself(work, order.region_code):
        return await move_fallen_lines(work, command, only_settled=True)
    await hold_fallen_lines(work, command.order_id, command.line_ids)
    return MovedLines()


async def move_fallen_lines(work: UnitOfWork, command: MoveFallenLines, *, only_settled: bool = False) -> MovedLines:
    """Ask the standby of each line; what has none goes into the week's next repair. May be repeated.

    A line moves only as far as its demand is still open, so that what a repair has covered meanwhile is not ordered
    twice. The week's plans are held first, so that no repair is published meanwhile, then the kitchens and who may be
    asked: a member that is suspended meanwhile would get or bring goods after its orders were cleared, and one that
    another week's move or publication asks meanwhile would spend the same money twice.

    Parameters
    ----------
    only_settled
        Whether lines stay whose answer can still be taken back.

    Returns
    -------
    MovedLines
        Nothing, if everything was moved before or is needed no more.
    """
    seen = await work.session.get_one(Order, command.order_id)
    plans = await lock_plans_of_week(work.session, region_code=seen.region_code, week_start=seen.week_start)
    in_force = next((plan for plan in plans if plan.status is PlanStatus.PUBLISHED), None)
    policy = await find_policy_in_force(work.session, seen.region_code)
    if in_force is None or policy is None:
        return MovedLines()
    concerned = await concerned_member_ids(work.session, region_code=seen.region_code, line_ids=command.line_ids)
    await lock_organisations(work.session, concerned)
    order = await lock_order(work.session, command.order_id)
    fallen = await (open_settled if only_settled else open_fallen)(work, order, command.line_ids)
    if not fallen:
        return MovedLines()
    move = await begin_move(work, order, in_force, values_of(policy), [one.line for one in fallen])
    left = [one for one in fallen if not (one.may_move and give_to_standby(move, order, one))]
    await save_orders(move)
    asks = bool(left) and await ask_for_repair(
        work.session, region_code=order.region_code, week_start=order.week_start, due_at=work.now + COLLECTED_FOR
    )
    sent = tuple(move.orders.values())
    of_line = {one.line.id: one.line for one in fallen}
    await record_moves(work, order, fallen=of_line, sent=sent, lines=move.lines, left=left, asks_for_repair=asks)
    return MovedLines(sent, tuple(move.lines), bool(left))
