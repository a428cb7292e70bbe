"""A region's week as the matching problem sees it: cooking days, price limits, and what rules keep out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from service.database.queries.supply_snapshot import SupplySnapshot
from service.domain.eligibility import Refusal
from service.domain.organisations import Organisation, serves_on
from service.domain.policies import PolicyValues, values_of
from service.domain.price_caps import cap_limit_idr


@dataclass(frozen=True)
class Week:
    """The snapshot with what every part of the problem asks of it.

    ``ordered_date`` is the region's local day on which the run was asked for: lead times count from it, so that a run
    that is tried again builds the same problem.
    """

    snapshot: SupplySnapshot
    ordered_date: date

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
