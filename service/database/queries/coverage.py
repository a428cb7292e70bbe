"""How far a kitchen's week is covered: demanded, ordered, accepted, awaiting, lost, short, by line and by day.

Demand is that of the submitted forecast. Orders are matched to it by item and day, not by the line they were made
from, so that a corrected forecast still counts what is under way; goods that stand in for another item count for that
item, as far as they cover it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.catalogue import substitutes_of
from service.database.queries.lost_goods import lost_goods
from service.domain.calendars import days_of
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item, Substitution
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.plans import Plan, PlanStatus, Shortage
from service.domain.units import BP, Unit, weight_g

_ITEM_DAY = ("item_code", "needed_date")


@dataclass(frozen=True, slots=True)
class Substitute:
    """What may stand in for goods that are short: so much of it, in its base unit and whole steps, covers them."""

    item_code: str
    item_name: str
    unit: Unit
    qty: int


@dataclass(frozen=True, slots=True)
class LineCoverage:
    """One item on one cooking day, in the item's base unit.

    ``lost_qty`` is what was accepted and did not come to use: left behind when the goods left, missing or rejected at
    the scales, or found bad before the cooking day began; others are asked for ``sought_qty`` of it (``lost_goods``).
    ``substitutes`` are named of what is short, where the kitchen takes any.
    """

    item_code: str
    item_name: str
    unit: Unit
    grams_per_unit: int
    needed_date: date
    demanded_qty: int
    ordered_qty: int
    accepted_qty: int
    awaiting_qty: int
    lost_qty: int
    sought_qty: int = 0
    substitutes: tuple[Substitute, ...] = ()

    @property
    def short_qty(self) -> int:
        """What is demanded and nobody has brought, promised or been asked for."""
        return max(0, self.demanded_qty - self.accepted_qty + self.lost_qty - self.awaiting_qty)


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """A cooking day: how many lines, how many of them short, and the weights (grams)."""

    needed_date: date
    lines: int
    short_lines: int
    demanded_g: int
    accepted_g: int
    awaiting_g: int
    short_g: int


async def coverage_of(session: AsyncSession, *, kitchen_id: UUID, week_start: date) -> list[LineCoverage]:
    """Return the coverage of a kitchen's week by day and item; goods ordered without demand have demand nothing."""
    demand, supply = _demand(kitchen_id, week_start), _supply(kitchen_id, week_start)
    item_code = sa.func.coalesce(demand.c.item_code, supply.c.item_code)
    needed_date = sa.func.coalesce(demand.c.needed_date, supply.c.needed_date)
    names = ("demanded_qty", "ordered_qty", "accepted_qty", "awaiting_qty", "lost_qty", "sought_qty")
    sides = (demand, *(supply for _ in names[1:]))
    amounts = [sa.func.coalesce(side.c[name], 0).label(name) for side, name in zip(sides, names, strict=True)]
    both = demand.join(supply, sa.and_(*(demand.c[key] == supply.c[key] for key in _ITEM_DAY)), full=True)
    query = (
        sa.select(Item, demand.c.can_substitute, needed_date.label("needed_date"), *amounts)
        .select_from(both.join(Item, col(Item.code) == item_code))
        .order_by(sa.text("needed_date"), col(Item.code))
    )
    found = [(_line(item, *amounts), is_free) for item, is_free, *amounts in await session.execute(query)]
    open_codes = {line.item_code for line, is_free in found if is_free and line.short_qty}
    swaps = await _swaps(session, open_codes) if open_codes else {}
    return [
        replace(line, substitutes=_substitutes(line, swaps.get(line.item_code, ()))) if is_free else line
        for line, is_free in found
    ]


def _line(item: Item, day: date, *amounts: int) -> LineCoverage:
    about = (item.code, item.name_id, item.unit, item.grams_per_unit)
    demanded, ordered, accepted, awaiting, lost, sought = map(int, amounts)
    return LineCoverage(*about, day, demanded, ordered, accepted, awaiting, lost, sought)


async def _swaps(session: AsyncSession, item_codes: Collection[str]) -> dict[str, list[tuple[Item, int]]]:
    """Return what may stand in for items, with how much of them it covers (basis points): the nearest first."""
    found = await substitutes_of(session, item_codes)
    codes = {swap.substitute_code for swaps in found.values() for swap in swaps}
    items = {item.code: item for item in await session.scalars(sa.select(Item).where(col(Item.code).in_(codes)))}
    return {
        code: [
            (items[swap.substitute_code], swap.covers_bp)
            for swap in sorted(swaps, key=lambda swap: (swap.penalty_idr, swap.substitute_code))
            if items[swap.substitute_code].is_for_kitchens
        ]
        for code, swaps in found.items()
    }


def _substitutes(line: LineCoverage, swaps: Iterable[tuple[Item, int]]) -> tuple[Substitute, ...]:
    if not line.short_qty:
        return ()
    steps = ((item, -(-line.short_qty * BP // (covers_bp * item.step_qty))) for item, covers_bp in swaps)
    return tuple(Substitute(item.code, item.name_id, item.unit, count * item.step_qty) for item, count in steps)


def by_day(lines: Iterable[LineCoverage]) -> list[DayCoverage]:
    """Return the totals of each cooking day, in order."""
    days: defaultdict[date, list[LineCoverage]] = defaultdict(list)
    for line in lines:
        days[line.needed_date].append(line)
    return [_day(day, days[day]) for day in sorted(days)]


def _day(day: date, lines: list[LineCoverage]) -> DayCoverage:
    def total_g(name: str) -> int:
        return sum(weight_g(qty=getattr(line, name), grams_per_unit=line.grams_per_unit) for line in lines)

    return DayCoverage(
        needed_date=day,
        lines=len(lines),
        short_lines=sum(line.short_qty > 0 for line in lines),
        demanded_g=total_g("demanded_qty"),
        accepted_g=total_g("accepted_qty"),
        awaiting_g=total_g("awaiting_qty"),
        short_g=total_g("short_qty"),
    )


async def shortages_of_week(session: AsyncSession, *, kitchen_id: UUID, week_start: date) -> list[Shortage]:
    """Return what the published plan left short for a kitchen, and what cooperatives gave back since.

    What another cooperative was asked for instead is short again only if that one gives it back too.
    """
    replacement = aliased(OrderLine)
    is_replaced = sa.exists().where(col(replacement.replaces_line_id) == col(Shortage.order_line_id))
    query = (
        sa.select(Shortage)
        .join(Plan, col(Plan.id) == col(Shortage.plan_id))
        .where(
            col(Shortage.kitchen_id) == kitchen_id,
            col(Plan.week_start) == week_start,
            col(Plan.status) == PlanStatus.PUBLISHED,
            ~is_replaced,
        )
        .order_by(col(Shortage.needed_date), col(Shortage.item_code), col(Shortage.id))
    )
    return list(await session.scalars(query))


def still_short(shortages: Iterable[Shortage], lines: Iterable[LineCoverage]) -> list[Shortage]:
    """Return the shortages of goods that are short now: a kitchen may have come to need less of the others since."""
    lacking = {(line.item_code, line.needed_date) for line in lines if line.short_qty}
    return [shortage for shortage in shortages if (shortage.item_code, shortage.needed_date) in lacking]


def _demand(kitchen_id: UUID, week_start: date) -> sa.Subquery:
    return (
        sa.select(
            col(ForecastLine.item_code),
            col(ForecastLine.needed_date),
            col(ForecastLine.demanded_qty),
            col(ForecastLine.can_substitute),
        )
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .where(
            col(Forecast.kitchen_id) == kitchen_id,
            col(Forecast.week_start) == week_start,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
        )
        .subquery("demand")
    )


def _supply(kitchen_id: UUID, week_start: date) -> sa.Subquery:
    """Sum the lines of the week's orders for a kitchen, told in the item and day that was asked for."""
    item_code = sa.func.coalesce(col(ForecastLine.item_code), col(OrderLine.item_code)).label("item_code")
    needed_date = sa.func.coalesce(col(ForecastLine.needed_date), col(OrderLine.needed_date)).label("needed_date")
    covers = sa.func.coalesce(col(Substitution.covers_bp), BP)
    lost = lost_goods().lateral("lost")
    is_waiting = col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER

    def covered(qty: sa.SQLColumnExpression[int], name: str) -> sa.Label[int]:
        return sa.func.div(sa.func.coalesce(sa.func.sum(sa.cast(qty, sa.Numeric) * covers), 0), BP).label(name)

    return (
        sa.select(
            item_code,
            needed_date,
            covered(col(OrderLine.ordered_qty), "ordered_qty"),
            covered(sa.case((is_waiting, 0), else_=col(OrderLine.accepted_qty)), "accepted_qty"),
            covered(sa.case((is_waiting, col(OrderLine.ordered_qty)), else_=0), "awaiting_qty"),
            covered(lost.c.qty, "lost_qty"),
            covered(lost.c.sought_qty, "sought_qty"),
        )
        .select_from(OrderLine)
        .join(lost, sa.true())
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .outerjoin(ForecastLine, col(ForecastLine.id) == col(OrderLine.forecast_line_id))
        .outerjoin(
            Substitution,
            sa.and_(
                col(Substitution.item_code) == col(ForecastLine.item_code),
                col(Substitution.substitute_code) == col(OrderLine.item_code),
            ),
        )
        .where(
            col(OrderLine.kitchen_id) == kitchen_id,
            col(OrderLine.needed_date).in_(days_of(week_start)),
            col(Order.week_start) == week_start,
            col(Order.status) != OrderStatus.CANCELLED,
            col(OrderLine.status) != OrderLineStatus.CANCELLED,
        )
        .group_by(item_code, needed_date)
        .subquery("supply")
    )
