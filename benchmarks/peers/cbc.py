"""Hands a model to CBC, the program that PuLP brings, as a file."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pulp.apis.coin_api import pulp_cbc_path  # type: ignore[import-untyped]

from benchmarks.peers.answers import GAP, Answer
from benchmarks.peers.model import Model

_BOUND = re.compile(r"^Lower bound:\s+(\S+)", re.MULTILINE)


def solve(model: Model, seconds: float, *, gap: float = GAP) -> Answer:
    """Solve with CBC's own defaults but for the limits; seconds of wall time."""
    with tempfile.TemporaryDirectory() as folder:
        program, solution = Path(folder, "model.mps"), Path(folder, "solution")
        with program.open("w", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in _lines(model))
        limits = ["-sec", str(seconds), "-timeMode", "elapsed", "-ratio", str(gap), "-allow", "0"]
        command = [pulp_cbc_path, str(program), *limits, "-solve", "-printingOptions", "all"]
        log = subprocess.run(  # noqa: S603  (the program and its words are ours)
            [*command, "-solution", str(solution)], capture_output=True, text=True, check=True
        ).stdout
        return _answer(model, log, solution.read_text(encoding="ascii") if solution.exists() else "")


def _answer(model: Model, log: str, solution: str) -> Answer:
    """Read the solution's file (status and total, then a line for every row and column) and the bound in the log."""
    head, *rows = solution.splitlines() or ["no solution"]
    status = head.split(" - ")[0].split(" (")[0].lower()
    x = np.zeros(len(model.cost))
    for row in rows:
        name, value = row.removeprefix("**").split()[1:3]
        if name.startswith("C"):
            x[int(name[1:])] = float(value)
    is_plan = bool(rows) and "infeasible" not in head.lower() and not model.broken(x, tolerance=1e-4)
    found = _BOUND.search(log)
    bound = float(found.group(1)) + model.offset if found else None
    if bound is None and status == "optimal":
        bound = model.total(x)
    return Answer(status, x if is_plan else None, bound)


def _lines(model: Model) -> Iterator[str]:
    """Yield the model as MPS: rows R0.., columns C0.., numbers with 13 digits."""
    low, high = model.row_lower, model.row_upper
    kinds = np.select([low == high, np.isinf(low) & np.isinf(high), np.isinf(high)], ["E", "N", "G"], "L").tolist()
    yield from ("NAME week", "ROWS", " N COST")
    yield from (f" {kind} R{row}" for row, kind in enumerate(kinds))
    yield "COLUMNS"
    yield from _columns(model)
    yield "RHS"
    sides = np.where(np.isin(kinds, ["G", "E"]), low, high)
    yield from (f" RHS R{row} {sides[row]:.12e}" for row in np.flatnonzero(np.isfinite(sides)).tolist())
    yield "RANGES"
    both = np.flatnonzero(np.isfinite(low) & np.isfinite(high) & (low != high))
    yield from (f" RNG R{row} {high[row] - low[row]:.12e}" for row in both.tolist())
    yield "BOUNDS"
    yield from (f" LO BND C{n} {model.lower[n]:.12e}" for n in np.flatnonzero(model.lower).tolist())
    yield from (f" UP BND C{n} {model.upper[n]:.12e}" for n in np.flatnonzero(np.isfinite(model.upper)).tolist())
    yield "ENDATA"


def _columns(model: Model) -> Iterator[str]:
    """Yield the entries column by column, whole ones between markers."""
    order = np.argsort(model.columns, kind="stable")
    rows, values = model.row_numbers[order].tolist(), model.values[order].tolist()
    ends = np.cumsum(np.bincount(model.columns, minlength=len(model.cost))).tolist()
    is_whole, at = False, 0
    for column, (cost, whole) in enumerate(zip(model.cost.tolist(), model.is_integer.tolist(), strict=True)):
        if whole != is_whole:
            yield f" MARK 'MARKER' '{'INTORG' if whole else 'INTEND'}'"
            is_whole = whole
        yield f" C{column} COST {cost:.12e}"
        while at < ends[column]:
            yield f" C{column} R{rows[at]} {values[at]:.12e}"
            at += 1
    if is_whole:
        yield " MARK 'MARKER' 'INTEND'"
