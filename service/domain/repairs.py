"""What a published repair orders: only what no order holds yet, and nothing that somebody was asked for meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from service.domain.publishing import Change, PlannedDelivery
from service.domain.units import BP

DeliveryKey = tuple[UUID, UUID, UUID]
"""Demand line, offer or stock, cooperative."""


def key_of(part: PlannedDelivery) -> DeliveryKey:
    """Return what tells a delivery from others of its plan."""
    source_id = part.offer_id or part.stock_id
    if source_id is None:
        message = f"delivery {part.id} comes from nowhere"
        raise ValueError(message)
    return part.forecast_line_id, source_id, part.cooperative_id


def new_deliveries(
    planned: Sequence[PlannedDelivery], promised_qty: Mapping[DeliveryKey, int]
) -> list[PlannedDelivery]:
    """Return what is to be ordered: the planned deliveries without what was promised when the plan was made.

    Parameters
    ----------
    planned
        The whole week's deliveries.
    promised_qty
        What orders held of each then (base units), which the plan contains.
    """
    promised = dict(promised_qty)
    fresh = []
    for part in planned:
        held = min(promised.get(key_of(part), 0), part.allocated_qty)
        promised[key_of(part)] = promised.get(key_of(part), 0) - held
        if part.allocated_qty > held:
            fresh.append(replace(part, allocated_qty=part.allocated_qty - held))
    return fresh


def lost_promises(promised_qty: Mapping[DeliveryKey, int], live_qty: Mapping[DeliveryKey, int]) -> Iterator[Change]:
    """Yield the promises that the plan counts on and orders hold no longer: declined or lost since it was made."""
    for key, qty in promised_qty.items():
        if live_qty.get(key, 0) < qty:
            detail = f"Of a delivery that the plan keeps, {live_qty.get(key, 0)} of {qty} are still promised."
            yield Change("promise_lost", "forecast_line", str(key[0]), detail)


def covered_demand(
    fresh: Iterable[PlannedDelivery],
    covers_bp: Mapping[tuple[UUID, str], int],
    open_bp: Mapping[UUID, int],
    step_qty: Mapping[UUID, int],
) -> Iterator[Change]:
    """Yield the demand lines of which others were asked to bring so much meanwhile that the plan would order twice.

    Parameters
    ----------
    covers_bp
        How much of the demand a unit of an item covers.
    open_bp
        What no order holds of each demand line, base units x 10,000.
    step_qty
        The smallest amount of each demand line's item: so much less one may be ordered beyond the demand.
    """
    added: defaultdict[UUID, int] = defaultdict(int)
    for part in fresh:
        added[part.forecast_line_id] += part.allocated_qty * covers_bp[part.forecast_line_id, part.item_code]
    for line_id, qty_bp in added.items():
        if qty_bp > open_bp.get(line_id, 0) + (step_qty.get(line_id, 1) - 1) * BP:
            detail = f"Of this demand {max(0, open_bp.get(line_id, 0)) // BP} are open, the plan orders {qty_bp // BP}."
            yield Change("demand_covered", "forecast_line", str(line_id), detail)
