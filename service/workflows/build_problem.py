"""Build the matching problem of a region's week from what kitchens need and suppliers have, as of one instant."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from service.database.queries.supply_snapshot import SupplySnapshot, read_supply_snapshot
from service.database.unit_of_work import UnitOfWork
from service.domain.policies import Policy, PolicyValues
from service.matching.canonical import canonical
from service.matching.problem import PricedPolicy, Problem, ShortageStep, TierPrices
from service.workflows.problem_demands import demands_of, open_needs
from service.workflows.problem_members import cooperatives_of, items_of, kitchens_of, wholesalers_of
from service.workflows.problem_promises import cannot_be_kept, may_be_kept, plan_in_force, promises
from service.workflows.problem_sources import offers_of, stocks_of
from service.workflows.problem_week import Week, as_rows, position_of


@dataclass(frozen=True, slots=True)
class BuildProblem:
    """Which week, priced by which policy, and the local day from which lead times count."""

    policy_id: UUID
    week_start: date
    ordered_date: date


@dataclass(frozen=True, slots=True)
class BuiltProblem:
    """The problem in canonical order, and what rules kept out of it."""

    problem: Problem
    excluded: list[dict[str, Any]]


async def build_problem(work: UnitOfWork, command: BuildProblem) -> BuiltProblem:
    """Read the week and build its problem.

    Parameters
    ----------
    work
        A unit that reads as of one instant (``hold_one_instant``), so that no order is seen by halves.
    command
        The week and the policy's version.

    Returns
    -------
    BuiltProblem
        Equal for equal data. Ids are organisations' and items' codes, and the ids of lines, offers and stocks.
    """
    policy = await work.session.get_one(Policy, command.policy_id)
    snapshot = await read_supply_snapshot(
        work.session, policy=policy, week_start=command.week_start, today=command.ordered_date
    )
    return await asyncio.to_thread(problem_of, snapshot, ordered_date=command.ordered_date)


def problem_of(snapshot: SupplySnapshot, *, ordered_date: date) -> BuiltProblem:
    """Build the problem of a snapshot.

    Parameters
    ----------
    snapshot
        The region's week.
    ordered_date
        The local day from which lead times count.

    Returns
    -------
    BuiltProblem
        What orders hold is in it as promises where they still fit. Without demand if nobody needs anything.
    """
    week = Week(snapshot, ordered_date)
    week = replace(week, kept_ids=may_be_kept(week))
    while True:
        built = _built(week)
        refused = cannot_be_kept(week, built.problem)
        if not refused:
            return built
        week = replace(week, kept_ids=week.kept_ids - refused)


def _built(week: Week) -> BuiltProblem:
    """Build the problem with the lines that are to be kept as promises, and the others' goods taken off."""
    snapshot = week.snapshot
    needs, kept_out = open_needs(week)
    days = tuple(sorted({need.line.needed_date for need in needs})) or snapshot.days
    demands = demands_of(week, needs, position_of(days))
    wanted = {demand.item for demand in demands} | {swap.item for demand in demands for swap in demand.substitutes}
    cooperatives, idle = cooperatives_of(week, needs, days)
    offers, unused_offers = offers_of(week, wanted, days)
    stocks, unused_stocks = stocks_of(week, wanted, days)
    serving = {cooperative.id for cooperative in cooperatives}
    promised = promises(week)
    previous = plan_in_force(week, promised)
    problem = Problem(
        name=f"{snapshot.region.code}-{snapshot.days[0].isoformat()}",
        days=tuple(day.isoformat() for day in days),
        policy=_priced(week.values),
        # What was planned is weighed against the new plan, also where nobody needs it any more.
        items=items_of(week, wanted | {line.item for line in previous}),
        kitchens=kitchens_of(week, needs),
        cooperatives=cooperatives,
        wholesalers=wholesalers_of(week, {stock.wholesaler for stock in stocks}),
        offers=tuple(offer for offer in offers if offer.cooperative in serving),
        stocks=stocks,
        demands=demands,
        fixed=promised,
        previous=previous,
    )
    return BuiltProblem(canonical(problem), as_rows([*kept_out, *idle, *unused_offers, *unused_stocks]))


def _priced(values: PolicyValues) -> PricedPolicy:
    return PricedPolicy(
        drop_idr=values.drop_idr,
        drop_idr_per_km=values.drop_idr_per_km,
        carry_idr_per_kg_km=values.carry_idr_per_kg_km,
        freight_idr_per_kg_km=values.freight_idr_per_kg_km,
        tier_idr_per_kg=TierPrices(
            kelurahan=values.tier_kelurahan_idr_per_kg,
            kecamatan=values.tier_kecamatan_idr_per_kg,
            city=values.tier_city_idr_per_kg,
        ),
        wholesale_idr_per_kg=values.wholesale_idr_per_kg,
        fairness_bp=values.fairness_bp,
        share_bp=values.share_bp,
        supplier_gap_idr=values.supplier_gap_idr,
        supplier_min_value_idr=values.supplier_min_value_idr,
        change_idr_per_kg=values.change_idr_per_kg,
        shortage_steps=tuple(ShortageStep(step.above_bp, step.factor_bp) for step in values.shortage_steps),
    )
