"""The part of a repair plan that becomes orders: what no order holds yet."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from uuid import UUID

from service.database.queries.locks import lock_orders_of_week
from service.database.queries.lost_goods import sought_of_week
from service.database.queries.plans import find_plan_problem
from service.database.queries.publishing import PlanParts, Supply
from service.database.queries.standby_moves import covers_of, open_demand
from service.database.queries.week_orders import live_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.orders import live_qty
from service.domain.plans import Plan, PlanPurchase
from service.domain.publishing import PlannedDelivery, require_current
from service.domain.repairs import DeliveryKey, covered_demand, lost_promises, new_deliveries
from service.domain.stocks import packs_for
from service.matching.held_stocks import stock_id_of
from service.workflows.problem_file import unpacked


async def repair_parts(work: UnitOfWork, plan: Plan, parts: PlanParts, supply: Supply) -> PlanParts:
    """Return what is new in a repair plan; hold the week's orders, so that none is answered meanwhile.

    Raises
    ------
    PlanOutdated
        If a promise that the plan keeps was declined or lost since, or somebody was asked for the same goods.
    """
    await lock_orders_of_week(work.session, region_code=plan.region_code, week_start=plan.week_start)
    promised = await _promised_qty(work, plan, supply)
    sought_qty = await sought_of_week(work.session, plan.region_code, plan.week_start)
    live: defaultdict[DeliveryKey, int] = defaultdict(int)
    for cooperative_id, line, _ in await live_lines(work.session, plan.region_code, plan.week_start):
        source_id = line.offer_id or line.stock_id
        if line.forecast_line_id and source_id:
            live[line.forecast_line_id, source_id, cooperative_id] += live_qty(line) - sought_qty.get(line.id, 0)
    fresh = new_deliveries(parts.allocations, promised)
    demand = await open_demand(work.session, {part.forecast_line_id for part in fresh})
    covers_bp = await covers_of(work.session, fresh)
    open_bp = {line_id: qty_bp for line_id, (_, qty_bp) in demand.items()}
    steps = {line_id: parts.items[line.item_code].step_qty for line_id, (line, _) in demand.items()}
    require_current(chain(lost_promises(promised, live), covered_demand(fresh, covers_bp, open_bp, steps)))
    return replace(parts, allocations=fresh, purchases=_purchases(plan, fresh, supply), planned=parts.allocations)


async def _promised_qty(work: UnitOfWork, plan: Plan, supply: Supply) -> dict[DeliveryKey, int]:
    """Return what orders held when the plan was made: the fixed lines of the problem that it solves."""
    stored = await find_plan_problem(work.session, plan)
    document = await asyncio.to_thread(lambda: json.loads(unpacked(stored.content_gzip)))
    ids = {organisation.code: key for key, (organisation, _) in supply.cooperatives.items()}
    qty: defaultdict[DeliveryKey, int] = defaultdict(int)
    for line in document.get("fixed", ()):
        source_id = UUID(stock_id_of(line["source"]))
        qty[UUID(line["demand"]), source_id, ids[line["cooperative"]]] += line["qty"]
    return dict(qty)


def _purchases(plan: Plan, fresh: Sequence[PlannedDelivery], supply: Supply) -> list[PlanPurchase]:
    """Return the packs that the new orders need: each order holds whole packs of its own."""
    qty: defaultdict[tuple[UUID, UUID], int] = defaultdict(int)
    for part in fresh:
        if part.stock_id:
            qty[part.stock_id, part.cooperative_id] += part.allocated_qty
    return [
        PlanPurchase(
            plan_id=plan.id,
            stock_id=stock_id,
            cooperative_id=cooperative_id,
            packs=packs_for(total, pack_qty=supply.stocks[stock_id].pack_qty),
        )
        for (stock_id, cooperative_id), total in qty.items()
    ]
