"""What a cooperative's money is tied up in: unpaid invoices, and what the orders of a week make it buy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exposure:
    """The parts of a cooperative's exposure, whole rupiah, none below 0.

    ``owed_idr`` is what kitchens still owe for goods of other weeks, ``packs_idr`` the wholesalers' packs and
    ``own_goods_idr`` the cash share of own goods that the week's orders hold.
    """

    capital_idr: int
    owed_idr: int = 0
    packs_idr: int = 0
    own_goods_idr: int = 0

    @property
    def exposed_idr(self) -> int:
        """What is tied up."""
        return self.owed_idr + self.packs_idr + self.own_goods_idr

    @property
    def free_idr(self) -> int:
        """What the cooperative can still pay in advance; never below 0."""
        return max(0, self.capital_idr - self.exposed_idr)
