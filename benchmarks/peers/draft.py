"""The statement while it is written: the problem's sets as numbers, its ways, and the columns made so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.peers.model import Bools, Floats, Ints, ModelBuilder, Numbers
from benchmarks.peers.ways import Ways, distances, positions
from service.matching.problem import BP, Line, Offer, Problem, Stock


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one symbol: ``keys``, increasing, and their ids."""

    keys: Ints
    ids: Ints

    def at(self, keys: Ints) -> Ints:
        """Return the ids of keys that all have one."""
        return self.ids[np.searchsorted(self.keys, keys)]

    def has(self, keys: Ints) -> Bools:
        """Say which keys have a column."""
        return np.isin(keys, self.keys)


@dataclass(slots=True)
class Draft:
    """What rules and goals are written into.

    Several indices are one number: pool (source, cooperative), visit (kitchen, day, cooperative), pair (kitchen,
    cooperative), account (kitchen, supplier), order (wholesaler, cooperative), load (cooperative, day).
    """

    problem: Problem
    ways: Ways
    builder: ModelBuilder = field(default_factory=ModelBuilder)
    columns: dict[str, Columns] = field(default_factory=dict)
    sources: tuple[Offer | Stock, ...] = ()
    suppliers: tuple[str, ...] = ()
    source_supplier: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    source_wholesaler: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    distance_m: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))

    def __post_init__(self) -> None:
        """Number the sources and their suppliers; the steps of every way are the first columns."""
        problem = self.problem
        self.sources = (*problem.offers, *problem.stocks)
        self.suppliers = tuple(sorted({source.supplier for source in self.sources}))
        numbers = {name: n for n, name in enumerate(self.suppliers)}
        self.source_supplier = whole(numbers[source.supplier] for source in self.sources)
        wholesalers = positions(problem.wholesalers)
        shelves = (wholesalers[source.wholesaler] if isinstance(source, Stock) else -1 for source in self.sources)
        self.source_wholesaler = whole(shelves)
        self.distance_m = distances(problem.cooperatives, problem.kitchens)
        self.add("steps", np.arange(len(self.ways)), cost=self.ways.cost_idr, upper=self.ways.most, is_integer=True)

    @property
    def cooperatives(self) -> int:
        """Number of cooperatives, at least 1 so that keys can be taken apart."""
        return max(1, len(self.problem.cooperatives))

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.problem.days)

    @property
    def steps(self) -> Ints:
        """Columns of the ways."""
        return self.columns["steps"].ids

    @property
    def pool(self) -> Ints:
        """Key (source, cooperative) of every way."""
        return self.ways.source * self.cooperatives + self.ways.cooperative

    @property
    def visit(self) -> Ints:
        """Key (kitchen, day, cooperative) of every way."""
        return (self.ways.kitchen * self.days + self.ways.day) * self.cooperatives + self.ways.cooperative

    @property
    def pair(self) -> Ints:
        """Key (kitchen, cooperative) of every way."""
        return self.ways.kitchen * self.cooperatives + self.ways.cooperative

    @property
    def account(self) -> Ints:
        """Key (kitchen, supplier) of every way."""
        return self.ways.kitchen * max(1, len(self.suppliers)) + self.source_supplier[self.ways.source]

    @property
    def is_own(self) -> Bools:
        """Whether a way delivers an own offer."""
        return self.ways.source < len(self.problem.offers)

    @property
    def share_limit_idr(self) -> Floats:
        """Rupiah of one cooperative at each kitchen that need no excess: its share of sum of qty x max_price."""
        per = {item.id: item.per for item in self.problem.items}
        need_idr, kitchens = np.zeros(len(self.problem.kitchens)), positions(self.problem.kitchens)
        for demand in self.problem.demands:
            need_idr[kitchens[demand.kitchen]] += demand.qty * demand.max_price_idr / per[demand.item]
        return need_idr * real(kitchen.max_share_bp for kitchen in self.problem.kitchens) / BP

    def add(
        self, name: str, keys: Ints, *, cost: Numbers = 0.0, upper: Numbers = np.inf, is_integer: bool = False
    ) -> Columns:
        """Add a symbol's columns, all at least 0."""
        ids = self.builder.add_columns(name, keys, cost=cost, upper=upper, is_integer=is_integer)
        self.columns[name] = Columns(keys, ids)
        return self.columns[name]

    def rows(
        self,
        name: str,
        key: Ints,
        value: Numbers,
        *,
        lower: Floats | None = None,
        upper: Floats | None = None,
        among: Bools | None = None,
    ) -> Columns:
        """Add a row for each value of a key: the sum of value x steps over its ways, within bounds given by key."""
        chosen = np.arange(len(self.ways)) if among is None else np.flatnonzero(among)
        keys, at = np.unique(key[chosen], return_inverse=True)
        low, high = -np.inf if lower is None else lower[keys], np.inf if upper is None else upper[keys]
        ids = self.builder.add_rows(name, keys, lower=low, upper=high)
        self.builder.add(ids[at], self.steps[chosen], np.broadcast_to(value, len(self.ways))[chosen])
        return Columns(keys, ids)

    def find(self, lines: Sequence[Line]) -> Ints:
        """Return the way of each line of a plan, -1 where there is none."""
        demands, cooperatives = positions(self.problem.demands), positions(self.problem.cooperatives)
        sources = {source.id: n for n, source in enumerate(self.sources)}
        count = len(self.sources)
        keys = (self.ways.demand * count + self.ways.source) * self.cooperatives + self.ways.cooperative
        order = np.argsort(keys)
        found = np.full(len(lines), -1, dtype=np.int64)
        for n, line in enumerate(lines):
            d, s, c = demands.get(line.demand), sources.get(line.source), cooperatives.get(line.cooperative)
            if d is not None and s is not None and c is not None:
                key = (d * count + s) * self.cooperatives + c
                at = int(np.searchsorted(keys, key, sorter=order))
                if at < len(keys) and keys[order[at]] == key:
                    found[n] = order[at]
        return found


def whole(values: Iterable[int]) -> Ints:
    """Return whole numbers as an array."""
    return np.array(list(values), dtype=np.int64)


def real(values: Iterable[float]) -> Floats:
    """Return numbers as an array."""
    return np.array(list(values), dtype=np.float64)
