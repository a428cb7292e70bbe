"""Why a line is short, as codes: the rules that keep sources from it, how much each keeps away, who got the goods."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """What keeps a source from serving a line; in the order in which equal reasons are named."""

    NO_ELIGIBLE_SUPPLY = "no_eligible_supply"
    STOCK_USED_UP = "stock_used_up"
    CAPITAL_USED_UP = "capital_used_up"
    BUDGET_USED_UP = "budget_used_up"
    DROPS_USED_UP = "drops_used_up"
    NO_COLD_CAPACITY = "no_cold_capacity"
    NO_HANDLING_CAPACITY = "no_handling_capacity"
    MINIMUM_OR_PACK = "minimum_or_pack"
    PRICE_ABOVE_LIMIT = "price_above_limit"
    OUTSIDE_DAYS = "outside_days"
    OUT_OF_RADIUS = "out_of_radius"
    CHEAPER_LEFT_SHORT = "cheaper_left_short"


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that keeps sources from serving a line.

    ``sources`` counts the sources it blocks, ``alone`` those that it alone blocks. ``blocked_qty`` is how much of the
    shortage it keeps away, ``alone_qty`` how much would come if this rule alone did not hold; both in base units of the
    demanded item and at most the shortage.
    """

    code: ReasonCode
    sources: int
    alone: int
    blocked_qty: int
    alone_qty: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who got goods that could have served the line."""

    kitchen: str
    demand: str
    source: str
    cooperative: str
    qty: int


@dataclass(frozen=True, slots=True)
class ShortageReason:
    """Why one line is short: the binding reasons, the strongest first, and who got the contested goods."""

    demand: str
    kitchen: str
    item: str
    short_qty: int
    qty: int
    reasons: tuple[Reason, ...]
    holders: tuple[Holder, ...]

    @property
    def codes(self) -> tuple[ReasonCode, ...]:
        """The codes of the reasons, the strongest first."""
        return tuple(reason.code for reason in self.reasons)
