"""How people behave: each habit is a named distribution, and each draw depends on the seed and on what it is about.

A draw does not depend on what was drawn before it, so a change of one habit leaves all others as they were.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chance:
    """Bernoulli: it happens with probability ``p``."""

    name: str
    p: float

    def happens(self, draws: Draws, *about: object, factor: float = 1) -> bool:
        """Tell whether it happens; ``factor`` is how much likelier it is for whom it is about."""
        return draws.of(self.name, *about).random() < self.p * factor


@dataclass(frozen=True, slots=True)
class Share:
    """Beta: a part of a whole, 0..1."""

    name: str
    alpha: float
    beta: float

    def part(self, draws: Draws, whole: int, step: int, *about: object) -> int:
        """Return a part of a whole in whole steps: at least nothing, and less than all of it."""
        share = draws.of(self.name, *about).betavariate(self.alpha, self.beta)
        return max(0, min(int(share * whole), whole - 1)) // step * step


@dataclass(frozen=True, slots=True)
class Wait:
    """Triangular: hours, days or per cent, as the name says."""

    name: str
    low: float
    mode: float
    high: float

    def drawn(self, draws: Draws, *about: object) -> float:
        """Return how long it takes, or how much it is."""
        return draws.of(self.name, *about).triangular(self.low, self.high, self.mode)


@dataclass(frozen=True, slots=True)
class Character:
    """Lognormal around 1: how much likelier a member's failings are than the usual."""

    name: str
    sigma: float

    def factor(self, draws: Draws, code: str) -> float:
        """Return the factor of a member; the same all month."""
        return draws.of(self.name, code).lognormvariate(0, self.sigma)


@dataclass(frozen=True, slots=True)
class Draws:
    """Where chances come from."""

    seed: int

    def of(self, name: str, *about: object) -> random.Random:
        """Return the random numbers of one habit about one thing."""
        words = "/".join(map(str, about))
        return random.Random(f"pasok-simulation/{self.seed}/{name}/{words}")  # noqa: S311 - repeatable on purpose


@dataclass(frozen=True, slots=True)
class Behaviours:
    """Everybody's habits. The numbers are our own guesses of an ordinary month, not measured."""

    carelessness: Character = field(default=Character("carelessness of a cooperative", 0.6))
    silence: Chance = field(default=Chance("an order is not answered", 0.03))
    answer_hours: Wait = field(default=Wait("hours until an order is answered", 0.5, 4, 22))
    decline: Chance = field(default=Chance("a line is declined", 0.03))
    less: Chance = field(default=Chance("less of a line is accepted", 0.04))
    less_share: Share = field(default=Share("share of a line that is accepted then", 4, 2))
    dearer: Chance = field(default=Chance("a higher price is asked for a line", 0.01))
    dearer_percent: Wait = field(default=Wait("per cent that it is higher", 1, 3, 8))
    price_silence: Chance = field(default=Chance("a kitchen does not decide about a price", 0.1))
    price_hours: Wait = field(default=Wait("hours until a kitchen decides about a price", 0.5, 2, 8))
    price_agreed: Chance = field(default=Chance("a kitchen agrees to a higher price", 0.6))
    give_back: Chance = field(default=Chance("goods of an accepted order are given back", 0.08))
    give_back_hours: Wait = field(default=Wait("hours from an order until goods are given back", 24, 48, 96))
    pack_silence: Chance = field(default=Chance("a purchase is not answered", 0.01))
    pack_hours: Wait = field(default=Wait("hours until a purchase is answered", 0.5, 2, 6))
    pack_cut: Chance = field(default=Chance("packs of a purchase line are cut", 0.02))
    pack_share: Share = field(default=Share("share of packs that are sold then", 2, 2))
    late: Chance = field(default=Chance("a drop leaves late", 0.05))
    late_hours: Wait = field(default=Wait("hours that it leaves late", 6, 8, 12))
    short: Chance = field(default=Chance("less of a line is loaded", 0.03))
    short_share: Share = field(default=Share("share of a line that is loaded then", 5, 2))
    rejected: Chance = field(default=Chance("part of a line is refused", 0.02))
    rejected_share: Share = field(default=Share("share of a line that is refused then", 1.2, 3))
    slow_payer: Chance = field(default=Chance("a kitchen pays late", 0.15))
    pay_days: Wait = field(default=Wait("days until an invoice is paid", 2, 9, 14))
    late_pay_days: Wait = field(default=Wait("days that a late payer pays after the due day", 1, 5, 20))
    slow_buyer: Chance = field(default=Chance("a cooperative pays a wholesaler late", 0.1))
    pay_packs_days: Wait = field(default=Wait("days until a wholesaler is paid", 0, 7, 14))
    late_pay_packs_days: Wait = field(default=Wait("days that packs are paid after the due day", 1, 4, 15))
    recall: Chance = field(default=Chance("goods of a cooking day are called back", 0.08))
    recall_hours: Wait = field(default=Wait("hours from the afternoon before until they are called back", 2, 16, 24))
    recall_wide: Chance = field(default=Chance("all goods of the producer are called back, not a lot", 0.3))
    recall_silence: Chance = field(default=Chance("a kitchen says nothing of called back goods until it is rung", 0.25))
    recall_answer_hours: Wait = field(default=Wait("hours until a kitchen says what became of them", 0.2, 1, 6))
    eaten_share: Share = field(default=Share("share of called back goods that was eaten", 3, 2))
