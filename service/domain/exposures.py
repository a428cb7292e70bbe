"""What members' money is tied up in: a cooperative's capital, and what a kitchen owes and will owe.

The run's capital and what is shown are both made here, so that nobody sees another figure than the plan is made from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

from service.domain.orders import OrderLine, live_qty
from service.domain.units import BP, PRICED_PER, Unit, round_up_rupiah

OrderedLine = tuple[UUID, OrderLine, int | None]
"""The cooperative, its line, and the cash share of the goods if they are its own (basis points)."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """The parts of a cooperative's exposure, whole rupiah, none below 0.

    ``owed_idr`` is what kitchens still owe for goods of other weeks, ``under_way_idr`` what goods of other weeks cost
    that nobody is billed for yet, ``packs_idr`` the wholesalers' packs and ``own_goods_idr`` the cash share of own
    goods that the week's orders hold.
    """

    capital_idr: int
    owed_idr: int = 0
    under_way_idr: int = 0
    packs_idr: int = 0
    own_goods_idr: int = 0

    @property
    def exposed_idr(self) -> int:
        """What is tied up."""
        return self.owed_idr + self.under_way_idr + self.packs_idr + self.own_goods_idr

    @property
    def free_idr(self) -> int:
        """What the cooperative can still pay in advance; never below 0."""
        return max(0, self.capital_idr - self.exposed_idr)


@dataclass(frozen=True, slots=True)
class TiedUp:
    """What ties up the capital of a region's cooperatives in a week, each in rupiah by cooperative."""

    owed_idr: Mapping[UUID, int] = field(default_factory=dict)
    under_way_idr: Mapping[UUID, int] = field(default_factory=dict)
    packs_idr: Mapping[UUID, int] = field(default_factory=dict)
    own_goods_idr: Mapping[UUID, int] = field(default_factory=dict)

    def exposure_of(self, cooperative_id: UUID, *, capital_idr: int) -> Exposure:
        """Return a cooperative's exposure; of what is not known nothing is tied up."""
        return Exposure(
            capital_idr,
            self.owed_idr.get(cooperative_id, 0),
            self.under_way_idr.get(cooperative_id, 0),
            self.packs_idr.get(cooperative_id, 0),
            self.own_goods_idr.get(cooperative_id, 0),
        )


@dataclass(frozen=True, slots=True)
class KitchenExposure:
    """What a kitchen owes and will owe, whole rupiah, none below 0.

    ``owed_idr`` is unpaid for goods of other weeks, ``overdue_idr`` what of all its invoices is late, ``ordered_idr``
    the value of the week's live order lines, and ``refundable_idr`` what cooperatives owe it back.
    """

    owed_idr: int = 0
    overdue_idr: int = 0
    ordered_idr: int = 0
    refundable_idr: int = 0

    @property
    def exposed_idr(self) -> int:
        """What the kitchen has to pay in all, refunds that it waits for taken off; never below 0."""
        return max(0, self.owed_idr + self.ordered_idr - self.refundable_idr)


@dataclass(frozen=True, slots=True)
class OrderedGoods:
    """Goods that a member's live lines hold, at one price: base units, rupiah, and the cash share of own goods."""

    owner_id: UUID
    item_code: str
    qty: int
    price_idr: int
    cash_bp: int = 0


def own_goods_idr(
    lines: Iterable[OrderedLine], units: Mapping[str, Unit], *, qty_of: Callable[[OrderLine], int] = live_qty
) -> defaultdict[UUID, int]:
    """Return the cash share of own goods by cooperative, in rupiah.

    Parameters
    ----------
    units
        Base unit of each item.
    qty_of
        How much of a line counts, in base units.
    """
    own = (
        OrderedGoods(cooperative_id, line.item_code, qty_of(line), line.price_idr, cash_bp)
        for cooperative_id, line, cash_bp in lines
        if cash_bp is not None
    )
    return cash_share_idr(own, units)


def cash_share_idr(goods: Iterable[OrderedGoods], units: Mapping[str, Unit]) -> defaultdict[UUID, int]:
    """Return the cash share of goods by owner, in rupiah, rounded up once: a promise fits into it.

    Parameters
    ----------
    goods
        Of equal price, line by line or added up.
    units
        Base unit of each item.
    """
    cash_idr: defaultdict[UUID, Fraction] = defaultdict(Fraction)
    for one in goods:
        exact = Fraction(one.qty * one.price_idr, PRICED_PER[units[one.item_code]])
        cash_idr[one.owner_id] += exact * one.cash_bp / BP
    return defaultdict(int, {key: round_up_rupiah(amount) for key, amount in cash_idr.items()})
