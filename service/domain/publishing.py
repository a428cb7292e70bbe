"""A plan becomes orders: what must still be as it was planned, until when to answer, how orders are numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from service.domain.calendars import day_begins_at, local_day
from service.domain.errors import PlanOutdated
from service.domain.forecasts import Forecast, ForecastStatus
from service.domain.offers import Offer
from service.domain.organisations import Cooperative, Organisation, OrganisationStatus
from service.domain.plans import PLAN_TRANSITIONS, Plan, PlanStatus
from service.domain.price_caps import Ceilings
from service.domain.status import transition
from service.domain.stocks import Stock
from service.domain.units import Unit, pack_price_to_kitchen_idr

ANSWERED_BEFORE_COOKING_DAY = timedelta(hours=18)
"""Answers are in by 06:00 of the day before cooking: goods arrive from 14:00, so a standby has eight hours."""
SHORTEST_TIME_TO_ANSWER = timedelta(hours=1)
"""However late a plan is published, nobody is asked to answer faster than this (or the policy's time, if shorter)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is not as it was planned: a stable code, the thing, and a sentence."""

    code: str
    entity: str
    entity_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """An allocation of a plan as plain values: a city has ten thousand, read many times on the way to orders."""

    id: UUID
    forecast_line_id: UUID
    kitchen_id: UUID
    cooperative_id: UUID
    offer_id: UUID | None
    stock_id: UUID | None
    item_code: str
    needed_date: date
    allocated_qty: int
    price_idr: int


def publish(plan: Plan, *, by: UUID | None, now: datetime) -> None:
    """Make a proposed plan the one that counts; ``by`` is nobody where a repair publishes itself.

    Raises
    ------
    IllegalTransition
        If the plan is published or discarded already.
    """
    plan.status = transition(PLAN_TRANSITIONS, plan.status, PlanStatus.PUBLISHED, what="plan")
    plan.published_at, plan.published_by = now, by


def require_current(changes: Iterable[Change]) -> None:
    """Refuse to publish a plan whose ground has changed.

    Raises
    ------
    PlanOutdated
        Naming everything that changed.
    """
    found = [asdict(change) for change in changes]
    if found:
        raise PlanOutdated(
            f"{len(found)} things changed since the plan was made, first: {found[0]['detail']} Run the matching again.",
            changes=found,
        )


def changed_forecasts(forecasts: Iterable[Forecast], names: Mapping[UUID, str]) -> Iterator[Change]:
    """Yield the forecasts that are no longer what the kitchen asks for; ``names`` are the kitchens'."""
    for forecast in forecasts:
        if forecast.status is not ForecastStatus.SUBMITTED:
            detail = (
                f"{names[forecast.kitchen_id]}'s forecast, revision {forecast.revision}, is {forecast.status.value}."
            )
            yield Change("forecast_changed", "forecast", str(forecast.id), detail)


def inactive_organisations(organisations: Iterable[Organisation]) -> Iterator[Change]:
    """Yield the kitchens, cooperatives and wholesalers that do not take part any more."""
    for organisation in organisations:
        if organisation.status is not OrganisationStatus.ACTIVE:
            detail = f"{organisation.name} is {organisation.status.value}."
            yield Change("organisation_inactive", organisation.kind.value, str(organisation.id), detail)


def changed_offers(offers: Mapping[UUID, Offer], allocations: Iterable[PlannedDelivery]) -> Iterator[Change]:
    """Yield the offers whose price or days are not those that the plan counted on."""
    for part in _first_of_each_day(allocations):
        offer = offers.get(part.offer_id) if part.offer_id else None
        if offer is None:
            continue
        if offer.price_idr != part.price_idr:
            detail = f"The offer's price is Rp {offer.price_idr:,}, the plan counts on Rp {part.price_idr:,}."
            yield Change("price_changed", "offer", str(offer.id), detail)
        if not offer.from_date <= part.needed_date <= offer.to_date:
            detail = f"The offer is for {offer.from_date} to {offer.to_date}, the plan needs it on {part.needed_date}."
            yield Change("days_changed", "offer", str(offer.id), detail)


def changed_stocks(
    stocks: Mapping[UUID, Stock],
    allocations: Iterable[PlannedDelivery],
    cooperatives: Mapping[UUID, Cooperative],
    units: Mapping[str, Unit],
) -> Iterator[Change]:
    """Yield the stocks whose price to the kitchen (mark-up included) or days are not those of the plan."""
    for part in _first_of_each_day(allocations):
        stock = stocks.get(part.stock_id) if part.stock_id else None
        if stock is None:
            continue
        price_idr = pack_price_to_kitchen_idr(
            pack_price_idr=stock.price_idr,
            pack_qty=stock.pack_qty,
            unit=units[stock.item_code],
            markup_bp=cooperatives[part.cooperative_id].markup_bp,
        )
        if price_idr != part.price_idr:
            detail = f"The stock costs the kitchen Rp {price_idr:,}, the plan counts on Rp {part.price_idr:,}."
            yield Change("price_changed", "stock", str(stock.id), detail)
        if not stock.from_date <= part.needed_date <= stock.to_date:
            detail = f"The stock is for {stock.from_date} to {stock.to_date}, the plan needs it on {part.needed_date}."
            yield Change("days_changed", "stock", str(stock.id), detail)


def capped_prices(ceilings: Ceilings, allocations: Iterable[PlannedDelivery]) -> Iterator[Change]:
    """Yield the goods that a plan has at a price which a cap, or the end of an exception, forbids by now."""
    for part in _first_of_each_day(allocations):
        limit_idr = ceilings.limit_idr(part.item_code, part.needed_date)
        if limit_idr is not None and part.price_idr > limit_idr:
            detail = f"The cap is Rp {limit_idr:,} on {part.needed_date}, the plan pays Rp {part.price_idr:,}."
            source_id = str(part.offer_id or part.stock_id)
            yield Change("cap_exceeded", "offer" if part.offer_id else "stock", source_id, detail)


def begun_days(plan: Plan, first_needed_date: date, *, now: datetime, timezone: str) -> Iterator[Change]:
    """Yield a change if the plan's first cooking day has begun: its goods should have come the evening before."""
    if first_needed_date <= local_day(now, timezone=timezone):
        yield Change(
            "day_begun", "plan", str(plan.id), f"The plan's first cooking day, {first_needed_date}, has begun."
        )


def respond_by_at(now: datetime, *, respond_within_minutes: int, first_needed_date: date, timezone: str) -> datetime:
    """Return the instant (UTC) until which a cooperative can answer.

    The policy's time, but so that a standby can still bring what is declined (``ANSWERED_BEFORE_COOKING_DAY``), and
    never too short to be read (``SHORTEST_TIME_TO_ANSWER``).
    """
    within = timedelta(minutes=respond_within_minutes)
    latest = day_begins_at(first_needed_date, timezone=timezone) - ANSWERED_BEFORE_COOKING_DAY
    return max(min(now + within, latest), now + min(within, SHORTEST_TIME_TO_ANSWER))


def remind_at(sent_at: datetime, *, respond_by_at: datetime, remind_before_minutes: int) -> datetime:
    """Return the instant at which whoever is silent is reminded: the policy's time before, half of a short time."""
    return respond_by_at - min(timedelta(minutes=remind_before_minutes), (respond_by_at - sent_at) / 2)


def order_number(*, region_code: str, week_start: date, cooperative_code: str) -> str:
    """Return an order's readable number: region, ISO week, cooperative, as in ``PO-3271-2026W49-C3271041009``."""
    year, week, _ = week_start.isocalendar()
    return f"PO-{region_code}-{year}W{week:02}-{cooperative_code}".replace(".", "")


def _first_of_each_day(allocations: Iterable[PlannedDelivery]) -> list[PlannedDelivery]:
    """Return one allocation for each source, cooperative, day and price, so that a change is told once."""
    kept: dict[tuple[object, ...], PlannedDelivery] = {}
    for part in allocations:
        source_id = part.offer_id or part.stock_id
        kept.setdefault((source_id, part.cooperative_id, part.needed_date, part.price_idr), part)
    return list(kept.values())
