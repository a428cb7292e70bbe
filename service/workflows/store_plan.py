"""Store what a run found: the plan with its deliveries, purchases and explained shortages."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from service.database.copying import copy_rows
from service.database.queries.plans import find_published_plan, ids_by_code
from service.database.queries.shortages import insert_shortages, planned_short_qty
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.plans import Allocation, Plan, PlanPurchase, PlanStatus, ShortageCause
from service.domain.runs import MatchingRun, RunKind
from service.matching.held_stocks import held_source, is_held, merged, stock_id_of
from service.matching.index import ProblemIndex
from service.matching.plain import plain
from service.matching.plan import Plan as SolvedPlan
from service.matching.prices import price_to_kitchen
from service.matching.problem import Line, Problem
from service.matching.process import SolveResult
from service.matching.reader import checked_plan, checked_problem
from service.matching.repair_report import repair_report
from service.workflows.plan_figures import figures_of, proof_of, sha256_of
from service.workflows.plan_files import plan_file, read_solved_files


@dataclass(frozen=True, slots=True)
class StorePlan:
    """The run (held by the caller), the problem it solved and what came out."""

    run: MatchingRun
    problem: Problem
    result: SolveResult


async def store_plan(work: UnitOfWork, command: StorePlan) -> Plan:
    """Store a checked plan as a proposal.

    Parameters
    ----------
    work
        The unit of work; nothing is kept unless all is.
    command
        A result whose plan breaks no rule.

    Returns
    -------
    Plan
        Proposed.
    """
    run, solved = command.run, command.result.plan
    plan = proposal_of(work, command)
    ids = await ids_by_code(work.session, run.region_code)
    plan.repair = await _repair(work, command, ids)
    work.session.add_all([plan, plan_file(run.id, solved)])
    await work.session.flush()
    rows = _Rows(work, plan.id, command.problem, ids)
    await copy_rows(work.session, Allocation, rows.allocations(solved))
    await copy_rows(work.session, PlanPurchase, rows.purchases(solved))
    await insert_shortages(work.session, rows.shortages(command.result))
    work.record(
        "plan.propose",
        "plan",
        plan.id,
        region_code=run.region_code,
        after={"run_id": str(run.id), "objective_idr": plan.objective_idr, "bound_idr": plan.bound_idr},
    )
    work.announce(
        EventType.PLAN_PROPOSED,
        entity="plan",
        entity_id=plan.id,
        region_code=run.region_code,
        facts={"week_start": plan.week_start, "run_id": run.id},
    )
    return plan


def proposal_of(work: UnitOfWork, command: StorePlan) -> Plan:
    """Return the proposal itself, with its proof and figures: what is kept of a plan without its lines.

    Parameters
    ----------
    work
        Gives the plan its id and its instant; nothing is stored.
    command
        A result whose plan breaks no rule.
    """
    run, result = command.run, command.result
    return Plan(
        id=work.new_id(),
        created_at=work.now,
        region_code=run.region_code,
        week_start=run.week_start,
        run_id=run.id,
        run_kind=run.kind,
        policy_id=run.policy_id,
        status=PlanStatus.PROPOSED,
        **proof_of(result),
        figures=figures_of(result),
        sha256=sha256_of(result.plan),
    )


async def _repair(work: UnitOfWork, command: StorePlan, ids: dict[str, UUID]) -> dict[str, Any] | None:
    """Return what a repair does to the plan in force, or nothing where there is none."""
    run, problem = command.run, command.problem
    before = await find_published_plan(work.session, region_code=run.region_code, week_start=run.week_start)
    if before is None or (run.kind is RunKind.WEEK and not problem.previous):
        return None
    files = await read_solved_files(work, before.run_id)
    short_qty = _by_demand(problem, ids, await planned_short_qty(work.session, before.id))

    def reported() -> dict[str, Any]:
        made = checked_problem(files.problem), checked_plan(files.plan)
        report = repair_report(problem, command.result.plan, before=made, before_short_qty=short_qty)
        return {**asdict(report), "plan_id": str(before.id)}

    return await asyncio.to_thread(reported)


def _by_demand(problem: Problem, ids: dict[str, UUID], short_qty: dict[tuple[UUID, str, date], int]) -> dict[str, int]:
    """Return what was short before of each line that is needed now, base units."""
    days = [date.fromisoformat(day) for day in problem.days]
    return {one.id: short_qty.get((ids[one.kitchen], one.item, days[one.day]), 0) for one in problem.demands}


class _Rows:
    """Turns lines of the optimiser, which speaks of codes, into rows, which speak of ids."""

    def __init__(self, work: UnitOfWork, plan_id: UUID, problem: Problem, ids: dict[str, UUID]) -> None:
        self._new_id = work.new_id
        self._plan_id = plan_id
        self._index = ProblemIndex(problem)
        self._days = [date.fromisoformat(day) for day in problem.days]
        self._ids = ids

    def allocations(self, solved: SolvedPlan) -> list[dict[str, Any]]:
        """Return the deliveries; what is held and what is new of a stock is one."""
        return [self._allocation(line) for line in merged(solved.allocations)]

    def _allocation(self, line: Line) -> dict[str, Any]:
        demand = self._index.demands[line.demand]
        offer = self._index.offers.get(line.source)
        price_idr = offer.price_idr if offer is not None else self._stock_price_idr(line)
        return {
            "id": self._new_id(),
            "plan_id": self._plan_id,
            "forecast_line_id": UUID(demand.id),
            "kitchen_id": self._ids[demand.kitchen],
            "cooperative_id": self._ids[line.cooperative],
            "offer_id": UUID(line.source) if offer is not None else None,
            "stock_id": None if offer is not None else UUID(line.source),
            "item_code": line.item,
            "needed_date": self._days[demand.day],
            "allocated_qty": line.qty,
            "price_idr": price_idr,
        }

    def _stock_price_idr(self, line: Line) -> int:
        """Return what the kitchen pays; where the stock has no packs left, what it pays for those that are held."""
        stocks = self._index.stocks
        stock = stocks.get(line.source) or stocks[held_source(line.source, line.cooperative)]
        return price_to_kitchen(stock, self._index.items[line.item], self._index.cooperatives[line.cooperative])

    def purchases(self, solved: SolvedPlan) -> list[dict[str, Any]]:
        """Return the packs to be bought: orders have bought those that they hold."""
        return [
            {
                "plan_id": self._plan_id,
                "stock_id": UUID(bought.stock),
                "cooperative_id": self._ids[bought.cooperative],
                "packs": bought.packs,
            }
            for bought in solved.purchases
            if not is_held(bought.stock)
        ]

    def shortages(self, result: SolveResult) -> list[dict[str, Any]]:
        return [
            {
                "id": self._new_id(),
                "plan_id": self._plan_id,
                "forecast_line_id": UUID(short.demand),
                "kitchen_id": self._ids[short.kitchen],
                "order_line_id": None,
                "cause": ShortageCause.UNMATCHED,
                "item_code": short.item,
                "needed_date": self._days[self._index.demands[short.demand].day],
                "demanded_qty": short.qty,
                "short_qty": short.short_qty,
                "reasons": [{**plain(reason), "code": reason.code.value} for reason in short.reasons],
                "contested": [{**plain(holder), "source": stock_id_of(holder.source)} for holder in short.holders],
            }
            for short in result.shortages or ()
        ]
