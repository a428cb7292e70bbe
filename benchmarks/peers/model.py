"""A mixed-integer program as plain arrays, for any solver: columns, rows, integrality, names; no solver in sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = Ints | Floats | float


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of one symbol, or rows of one rule: the first id, and what each of them stands for."""

    name: str
    first: int
    keys: tuple[Ints, ...]

    @property
    def ids(self) -> Ints:
        """Ids of all of them."""
        return np.arange(self.first, self.first + len(self.keys[0]))

    def label(self, number: int) -> str:
        """Name one of them by its key."""
        return f"{self.name}[{','.join(str(key[number - self.first]) for key in self.keys)}]"


@dataclass(frozen=True, slots=True)
class Model:
    """Minimise offset + cost x; row_lower <= A x <= row_upper, lower <= x <= upper; A is stored row by row."""

    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: Bools
    row_lower: Floats
    row_upper: Floats
    starts: Ints
    columns: Ints
    values: Floats
    offset: float
    symbols: tuple[Block, ...]
    rules: tuple[Block, ...]

    def rule(self, row: int) -> str:
        """Name a row by its rule and key."""
        return next(block.label(row) for block in reversed(self.rules) if block.first <= row)

    def total(self, x: Floats) -> float:
        """Return the objective of a vector."""
        return float(self.cost @ x) + self.offset

    @property
    def row_numbers(self) -> Ints:
        """Row of every entry."""
        return np.repeat(np.arange(len(self.row_lower)), np.diff(self.starts))

    def activity(self, x: Floats) -> Floats:
        """Return A x."""
        activity = np.bincount(self.row_numbers, self.values * x[self.columns], len(self.row_lower))
        return activity.astype(np.float64)

    def broken(self, x: Floats, *, tolerance: float = 1e-6) -> tuple[str, ...]:
        """Name the columns out of their bounds and the rows that a vector breaks by more than (relative) tolerance."""
        rows = self.activity(x)
        slack = tolerance * np.maximum(1.0, np.abs(np.where(np.isfinite(self.row_upper), self.row_upper, 0.0)))
        bad = np.flatnonzero((rows < self.row_lower - slack) | (rows > self.row_upper + slack))
        outside = np.flatnonzero((x < self.lower - tolerance) | (x > self.upper + tolerance))
        return tuple(f"column {n}" for n in outside) + tuple(self.rule(int(n)) for n in bad)


class ModelBuilder:
    """Gathers a model in blocks."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._symbols: list[Block] = []
        self._rules: list[Block] = []
        self._column_parts: list[tuple[Floats, Floats, Floats, Bools]] = []
        self._row_parts: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._costs: list[tuple[Ints, Floats]] = []
        self._sizes = [0, 0]

    def add_columns(
        self, name: str, *keys: Ints, cost: Numbers, upper: Numbers = np.inf, lower: Numbers = 0.0, is_integer: bool
    ) -> Ints:
        """Add a column for each key and return their ids."""
        size = len(keys[0])
        self._column_parts.append(
            (_full(cost, size), _full(lower, size), _full(upper, size), np.full(size, is_integer))
        )
        self._symbols.append(Block(name, self._sizes[0], keys))
        self._sizes[0] += size
        return self._symbols[-1].ids

    def add_rows(self, name: str, *keys: Ints, lower: Numbers = -np.inf, upper: Numbers = np.inf) -> Ints:
        """Add a row for each key and return their ids."""
        size = len(keys[0])
        self._row_parts.append((_full(lower, size), _full(upper, size)))
        self._rules.append(Block(name, self._sizes[1], keys))
        self._sizes[1] += size
        return self._rules[-1].ids

    def add(self, rows: Ints, columns: Ints, values: Numbers) -> None:
        """Add entries; a (row, column) is given once."""
        self._entries.append((rows, columns, _full(values, len(rows))))

    def add_cost(self, columns: Ints, cost: Numbers) -> None:
        """Add to the cost of distinct columns."""
        self._costs.append((columns, _full(cost, len(columns))))

    def build(self) -> Model:
        """Return the model, its matrix sorted by rows."""
        cost, lower, upper, is_integer = (np.concatenate(part) for part in zip(*self._column_parts, strict=True))
        for ids, more in self._costs:
            cost[ids] += more
        row_lower, row_upper = (np.concatenate(part) for part in zip(*self._row_parts, strict=True))
        rows, columns, values = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        kept = np.flatnonzero(values)
        order = kept[np.argsort(rows[kept], kind="stable")]
        return Model(
            cost=cost,
            lower=lower,
            upper=upper,
            is_integer=is_integer,
            row_lower=row_lower,
            row_upper=row_upper,
            starts=np.concatenate([[0], np.cumsum(np.bincount(rows[order], minlength=len(row_lower)))]).astype(
                np.int64
            ),
            columns=columns[order],
            values=values[order],
            offset=self.offset,
            symbols=tuple(self._symbols),
            rules=tuple(self._rules),
        )


def _full(values: Numbers, size: int) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (size,))
