"""What standbys can still carry, and kitchens still take, day by day, while lines are moved to them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.items import ColdChain, Item
from service.domain.organisations import Cooperative, Document, Organisation
from service.domain.standby_moves import Standby
from service.domain.units import weight_g


@dataclass(frozen=True, slots=True)
class Carrying:
    """What a cooperative can carry on a day, and keep cold (grams)."""

    handling_g: int
    cold_g: int

    def with_less(self, qty: int, item: Item) -> Carrying:
        """Return what is left once so much of an item is carried too (base units)."""
        weight = weight_g(qty=qty, grams_per_unit=item.grams_per_unit)
        return Carrying(
            self.handling_g - weight, self.cold_g - (weight if item.cold_chain is not ColdChain.NONE else 0)
        )


@dataclass(frozen=True)
class StandbyDays:
    """The cooperatives that may be asked and the days of the lines, read once; what a move promises is counted here."""

    members: Mapping[UUID, tuple[Organisation, Cooperative]]
    closed_dates: Mapping[UUID, frozenset[date]]
    documents: Mapping[UUID, tuple[Document, ...]]
    left: dict[tuple[UUID, date], Carrying]
    """What each cooperative can carry besides its orders."""
    free_idr: dict[UUID, int]
    """What each can still pay in advance."""
    most_drops: Mapping[UUID, int]
    """How many cooperatives may come to each kitchen in a day."""
    coming: dict[tuple[UUID, date], AbstractSet[UUID]]
    """Which do come."""

    def standby_on(self, cooperative_id: UUID, *, kitchen_id: UUID, day: date) -> Standby:
        """Return a cooperative as it stands on a day: papers, what it still can carry, whether the kitchen takes it."""
        organisation, cooperative = self.members[cooperative_id]
        left = self.left[cooperative_id, day]
        coming = self.coming.get((kitchen_id, day), frozenset())
        return Standby(
            organisation=organisation,
            cooperative=cooperative,
            closed_dates=self.closed_dates.get(cooperative_id, frozenset()),
            documents=self.documents.get(cooperative_id, ()),
            handling_g=left.handling_g,
            cold_g=left.cold_g,
            free_idr=self.free_idr[cooperative_id],
            is_one_drop_too_many=cooperative_id not in coming and len(coming) >= self.most_drops[kitchen_id],
        )

    def promise(
        self, cooperative_id: UUID, *, kitchen_id: UUID, day: date, item: Item, qty: int, cash_idr: int
    ) -> None:
        """Count goods that a cooperative is asked for: what it carries, pays, and that it comes."""
        self.left[cooperative_id, day] = self.left[cooperative_id, day].with_less(qty, item)
        self.free_idr[cooperative_id] -= cash_idr
        self.coming[kitchen_id, day] = {*self.coming.get((kitchen_id, day), ()), cooperative_id}
