"""Publish a plan: check that it still holds, promise its goods, send one order to each cooperative."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from service.database.copying import copy_rows
from service.database.queries.entry_facts import read_ceilings
from service.database.queries.locks import (
    keep_forecasts,
    keep_organisations,
    lock_offers,
    lock_plans_of_week,
    lock_stocks,
)
from service.database.queries.pending_decisions import lift_decisions
from service.database.queries.publishing import (
    PlanParts,
    Supply,
    left_out_kitchen_ids,
    read_plan_parts,
    read_supply,
)
from service.database.queries.recalls import recalled_supply
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import NotFound, WeekPlanned
from service.domain.events import EventType
from service.domain.orders import Order, OrderLine, PackReservation
from service.domain.permissions import Action, require_actor, require_reach
from service.domain.places import Region
from service.domain.plans import Plan, PlanStatus, repairs, supersede
from service.domain.policies import Policy, values_of
from service.domain.promises import OfferAsk, StockAsk, promise_all, require_left
from service.domain.publishing import (
    begun_days,
    capped_prices,
    changed_forecasts,
    changed_offers,
    changed_stocks,
    inactive_organisations,
    publish,
    require_current,
)
from service.domain.recalled_supply import recalled_parts
from service.domain.tables import require_version
from service.workflows.announce_supply import announce_supply
from service.workflows.plan_orders import LineRow, OrderTerms, announce_sent, make_orders
from service.workflows.repair_parts import repair_parts
from service.workflows.resume_supply import RESUME_SUPPLY


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """Which plan, and the version of it that the operator saw."""

    plan_id: UUID
    expected_version: int


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """The plan and what went out."""

    plan: Plan
    orders: Sequence[Order]
    line_count: int


async def publish_plan(work: UnitOfWork, command: PublishPlan) -> PublishedPlan:
    """Turn a proposed plan into orders, all of it or nothing.

    Everything is read, checked and written first; offers and stocks are locked last, checked again and promised, so
    that cooperatives can change their offers until the end. A repair takes the place of the plan in force: what orders
    hold stays as it is, and only what is new in it is ordered. Kitchens that came in after the week's first plan was
    made are looked after once it is out.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not publish, or there is no such plan in their region.
    StaleVersion
        If the plan changed since the caller saw it.
    WeekPlanned
        If another plan of the region's week is published, of which this is no repair.
    IllegalTransition
        If this one is published or discarded.
    PlanOutdated
        Naming every forecast, organisation, price, day and promise that is no longer as it was planned.
    SupplyExhausted
        Naming every source of which less is left than the plan needs.
    """
    actor = require_actor(work.actor)
    plan = await work.session.get(Plan, command.plan_id)
    if plan is None:
        raise NotFound("No such plan.")
    require_reach(actor, Action.PLANS_PUBLISH, region_code=plan.region_code, organisation_ids=(), what="plan")
    return await put_in_force(work, plan, expected_version=command.expected_version)


async def put_in_force(work: UnitOfWork, plan: Plan, *, expected_version: int) -> PublishedPlan:
    """Publish a plan in the name of whoever acts or, where a repair publishes itself, of nobody.

    Raises
    ------
    StaleVersion, WeekPlanned, IllegalTransition, PlanOutdated, SupplyExhausted
        As ``publish_plan``.
    """
    in_force = await _plan_in_force(work, plan, expected_version)
    parts = await read_plan_parts(work.session, plan)
    region = await work.session.get_one(Region, plan.region_code)
    today = local_day(work.now, timezone=region.timezone)
    supply = await read_supply(work.session, plan, parts, ordered_date=today)
    policy = values_of(await work.session.get_one(Policy, plan.policy_id))
    await _replace(work, plan, in_force)
    await _require_ground(work, plan, parts, supply, timezone=region.timezone)
    if in_force is not None:
        parts = await repair_parts(work, plan, parts, supply)
        await lift_decisions(work.session, region_code=plan.region_code, week_start=plan.week_start)
    _require_supply(parts, supply)
    await _require_lawful(work, region, parts, supply)
    terms = OrderTerms(
        policy.respond_within_minutes, policy.remind_before_minutes, region.timezone, work.now, work.new_id
    )
    orders, lines, reservations = make_orders(plan, parts, supply, terms)
    await _save(work, orders, lines, reservations)

    supply.offers.update(await lock_offers(work.session, {key for part in parts.allocations if (key := part.offer_id)}))
    supply.stocks.update(await lock_stocks(work.session, {purchase.stock_id for purchase in parts.purchases}))
    _require_supply(parts, supply)
    promise_all(*_asks(parts, supply))
    await work.session.flush()
    _record(work, plan, orders, lines)
    await announce_supply(work, plan, parts, is_repair=in_force is not None)
    if in_force is None:
        for kitchen_id in await left_out_kitchen_ids(work.session, plan, parts.forecast_ids):
            await work.defer(RESUME_SUPPLY, organisation_id=str(kitchen_id))
    return PublishedPlan(plan, orders, len(lines))


async def _plan_in_force(work: UnitOfWork, plan: Plan, expected_version: int) -> Plan | None:
    """Hold the week's plans and return the published one, if there is one and this plan repairs it."""
    of_week = await lock_plans_of_week(work.session, region_code=plan.region_code, week_start=plan.week_start)
    require_version(plan, expected_version)
    others = (other for other in of_week if other.id != plan.id and other.status is PlanStatus.PUBLISHED)
    in_force = next(others, None)
    if in_force is not None and not repairs(plan, in_force):
        raise WeekPlanned(
            f"Another plan of the week {plan.week_start} is published already.", published_plan_id=str(in_force.id)
        )
    return in_force


async def _replace(work: UnitOfWork, plan: Plan, in_force: Plan | None) -> None:
    """Let the plan take the place of the one in force; the database refuses two at any moment."""
    by = work.actor.user_id if work.actor else None
    if in_force is not None:
        supersede(in_force)
        await work.session.flush()
        after = {"status": in_force.status.value, "by_plan_id": str(plan.id)}
        work.record("plan.superseded", "plan", in_force.id, region_code=plan.region_code, after=after)
        work.announce(
            EventType.PLAN_SUPERSEDED, entity="plan", entity_id=in_force.id, region_code=plan.region_code, facts=after
        )
    publish(plan, by=by, now=work.now)


async def _require_ground(work: UnitOfWork, plan: Plan, parts: PlanParts, supply: Supply, *, timezone: str) -> None:
    """Hold the forecasts and organisations of the plan and refuse if they are not as they were."""
    members = {part.kitchen_id for part in parts.allocations} | {part.cooperative_id for part in parts.allocations}
    sellers = {supply.stocks[purchase.stock_id].wholesaler_id for purchase in parts.purchases}
    organisations = await keep_organisations(work.session, members | sellers)
    forecasts = await keep_forecasts(work.session, parts.forecast_ids)
    names = {kitchen_id: organisation.name for kitchen_id, (organisation, _) in supply.kitchens.items()}
    first_day = min((part.needed_date for part in parts.allocations), default=None)
    begun = begun_days(plan, first_day, now=work.now, timezone=timezone) if first_day else ()
    require_current(chain(begun, inactive_organisations(organisations), changed_forecasts(forecasts, names)))


async def _require_lawful(work: UnitOfWork, region: Region, parts: PlanParts, supply: Supply) -> None:
    """Refuse goods that were called back since, or whose price is above what the law allows by now."""
    if not parts.allocations:
        return
    days = [part.needed_date for part in parts.allocations]
    recalled = await recalled_supply(work.session, region_code=region.code, offer_ids=list(supply.offers))
    ceilings = await read_ceilings(work.session, region, from_date=min(days), to_date=max(days))
    called_back = recalled_parts(recalled, parts.allocations, supply.offers, supply.stocks)
    require_current(chain(called_back, capped_prices(ceilings, parts.allocations)))


def _require_supply(parts: PlanParts, supply: Supply) -> None:
    cooperatives = {key: details for key, (_, details) in supply.cooperatives.items()}
    units = {code: item.unit for code, item in parts.items.items()}
    require_left(*_asks(parts, supply))
    require_current(
        chain(
            changed_offers(supply.offers, parts.allocations),
            changed_stocks(supply.stocks, parts.allocations, cooperatives, units),
        )
    )


def _asks(parts: PlanParts, supply: Supply) -> tuple[list[OfferAsk], list[StockAsk]]:
    qty: defaultdict[UUID, int] = defaultdict(int)
    for part in parts.allocations:
        if part.offer_id:
            qty[part.offer_id] += part.allocated_qty
    packs: defaultdict[UUID, int] = defaultdict(int)
    for purchase in parts.purchases:
        packs[purchase.stock_id] += purchase.packs
    return [(supply.offers[key], qty[key]) for key in sorted(qty)], [
        (supply.stocks[key], packs[key]) for key in sorted(packs)
    ]


async def _save(
    work: UnitOfWork, orders: Sequence[Order], lines: Sequence[LineRow], reservations: Sequence[PackReservation]
) -> None:
    """Write the orders; their lines in one statement, since a city has ten thousand."""
    work.session.add_all(orders)
    await work.session.flush()
    if lines:
        await copy_rows(work.session, OrderLine, lines)
    work.session.add_all(reservations)
    await work.session.flush()


def _record(work: UnitOfWork, plan: Plan, orders: Sequence[Order], lines: Sequence[LineRow]) -> None:
    counts: defaultdict[UUID, int] = defaultdict(int)
    kitchens: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for line in lines:
        counts[line["order_id"]] += 1
        kitchens[line["order_id"]].add(line["kitchen_id"])
    work.record(
        "plan.published",
        "plan",
        plan.id,
        region_code=plan.region_code,
        before={"status": PlanStatus.PROPOSED.value},
        after={"status": plan.status.value, "orders": len(orders), "lines": len(lines)},
    )
    work.announce(
        EventType.PLAN_PUBLISHED,
        entity="plan",
        entity_id=plan.id,
        region_code=plan.region_code,
        facts={"week_start": plan.week_start, "orders": len(orders), "lines": len(lines)},
    )
    for order in orders:
        after = {"number": order.number, "status": order.status.value, "lines": counts[order.id]}
        work.record("order.sent", "order", order.id, region_code=plan.region_code, after=after)
        announce_sent(work, order, kitchens[order.id], lines=counts[order.id])
