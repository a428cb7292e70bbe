"""A region's week as the matching problem sees it: cooking days, price limits, and what rules keep out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from service.database.queries.supply_snapshot import SupplySnapshot
from service.domain.declines import Blocked, blocked_keys
from service.domain.eligibility import Refusal
from service.domain.items import Substitution
from service.domain.orders import OrderLine, live_qty
from service.domain.organisations import Organisation, serves_on
from service.domain.policies import PolicyValues, values_of
from service.domain.price_caps import cap_limit_idr

Ordered = tuple[UUID, OrderLine, int | None]
"""Cooperative, line, and the cash share (bp) of its offer."""


@dataclass(frozen=True)
class Week:
    """The snapshot with what every part of the problem asks of it.

    ``ordered_date`` is the region's local day on which the run was asked for: lead times count from it, so that a run
    that is tried again builds the same problem.
    """

    snapshot: SupplySnapshot
    ordered_date: date
    kept_ids: frozenset[UUID] = frozenset()
    """Order lines that the problem holds as promised; what other orders hold is taken off what is left."""

    @cached_property
    def kept(self) -> list[Ordered]:
        """What orders hold and the problem keeps where it is."""
        return [entry for entry in self.snapshot.ordered if entry[1].id in self.kept_ids]

    @cached_property
    def taken_off(self) -> list[Ordered]:
        """What orders hold outside of the problem: of lines that were corrected, days that began, goods that went."""
        return [entry for entry in self.snapshot.ordered if entry[1].id not in self.kept_ids]

    def coming_qty(self, line: OrderLine) -> int:
        """Return what an order line still brings, in base units: without what others are asked for instead."""
        return live_qty(line) - self.snapshot.sought_qty.get(line.id, 0)

    def idle_qty(self, line: OrderLine) -> int:
        """Return what an order line holds outside of the problem, base units: of a kept one what will not come."""
        return live_qty(line) - (self.coming_qty(line) if line.id in self.kept_ids else 0)

    @cached_property
    def ordered_on(self) -> dict[tuple[UUID, date], list[OrderLine]]:
        """What orders hold, by cooperative and day."""
        found: defaultdict[tuple[UUID, date], list[OrderLine]] = defaultdict(list)
        for cooperative_id, line, _ in self.snapshot.ordered:
            found[cooperative_id, line.needed_date].append(line)
        return dict(found)

    @cached_property
    def kept_qty(self) -> dict[UUID, int]:
        """What kept lines hold of each offer, base units."""
        qty: defaultdict[UUID, int] = defaultdict(int)
        for _, line, _ in self.kept:
            if line.offer_id:
                qty[line.offer_id] += self.coming_qty(line)
        return dict(qty)

    @cached_property
    def held_qty(self) -> dict[UUID, dict[UUID, int]]:
        """What kept lines hold of each open stock, base units, by cooperative."""
        qty: dict[UUID, defaultdict[UUID, int]] = {stock.id: defaultdict(int) for stock in self.snapshot.stocks}
        for cooperative_id, line, _ in self.kept:
            if line.stock_id in qty:
                qty[line.stock_id][cooperative_id] += self.coming_qty(line)
        return {stock_id: dict(held) for stock_id, held in qty.items()}

    @cached_property
    def swaps(self) -> dict[str, list[Substitution]]:
        """What may take the place of each item, if kitchens may get it."""
        found: defaultdict[str, list[Substitution]] = defaultdict(list)
        for swap in self.snapshot.substitutions:
            if self.snapshot.items[swap.substitute_code].is_for_kitchens:
                found[swap.item_code].append(swap)
        return found

    @cached_property
    def codes(self) -> dict[UUID, str]:
        """The cooperatives' codes."""
        return {organisation.id: organisation.code for organisation, _ in self.snapshot.cooperatives}

    @cached_property
    def blocked(self) -> Mapping[Blocked, frozenset[object]]:
        """What declined lines keep from being asked for again: sources, (cooperative, day), cooperatives."""
        return blocked_keys(self.snapshot.declined)

    @cached_property
    def values(self) -> PolicyValues:
        """The policy's typed values."""
        return values_of(self.snapshot.policy)

    @cached_property
    def limits_idr(self) -> dict[tuple[str, date], int | None]:
        """The highest lawful price of each item on each day of the week; ``None`` where no cap is in force."""
        snapshot = self.snapshot
        return {
            (code, day): cap_limit_idr(
                snapshot.caps, snapshot.exceptions, item_code=code, zone=snapshot.region.price_zone, day=day
            )
            for code in snapshot.items
            for day in snapshot.days
        }

    def is_open(self, organisation: Organisation, day: date) -> bool:
        """Tell whether an organisation works on a day."""
        return serves_on(organisation, day, self.closed_dates(organisation.id))

    def closed_dates(self, organisation_id: UUID) -> frozenset[date]:
        """Return the days on which an organisation is closed whatever its weekdays say."""
        return self.snapshot.closed_dates.get(organisation_id, frozenset())


@dataclass(frozen=True, slots=True)
class Excluded:
    """Something that a rule kept out of the problem, wholly or on some days."""

    kind: str
    source: str
    refusal: Refusal
    dates: tuple[date, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return it as stored with the run."""
        return {
            "kind": self.kind,
            "source": self.source,
            "reason": self.refusal.reason.value,
            "detail": self.refusal.detail,
            "dates": [day.isoformat() for day in self.dates],
        }


def position_of(days: Sequence[date]) -> dict[date, int]:
    """Return the index of each day, as the problem counts days."""
    return {day: position for position, day in enumerate(days)}


def as_rows(excluded: Iterable[Excluded]) -> list[dict[str, Any]]:
    """Return what is excluded in one order, as stored with the run."""
    return sorted((entry.as_row() for entry in excluded), key=lambda row: (row["kind"], row["source"], row["reason"]))
