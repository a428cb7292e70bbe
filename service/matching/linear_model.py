"""A linear model gathered as arrays, and one call that has it solved: the only place that speaks to ortools."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, parameters_pb2, result_pb2
from ortools.math_opt.core.python import solver as core

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.parameters import Bools, Floats, Ints

    Numbers = Ints | Floats | float

SCALE_IDR = 1e6
"""Rupiah in one unit of a model's objective, so that the solver sees numbers near one."""

POLL_S = 0.05

THREADS, SHARDS, LARGE = 2, 8, 20_000
"""Threads of PDLP for programmes of so many columns (smaller ones lose by them), and the parts in which it then adds
up; the parts alone decide how sums are rounded."""


class Stopped(Exception):
    """The solve was cancelled or ran out of time while a solver was at work."""


class Outcome(StrEnum):
    """What the solver said; a limit hit with a solution is ``FEASIBLE``."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """Values of the columns and, of a linear programme, the duals of the rows (rupiah per unit of the row)."""

    outcome: Outcome
    values: Floats
    duals: Floats


class LinearModel:
    """Columns, rows and entries in blocks; ids are positions."""

    def __init__(self) -> None:
        self._cost: list[Floats] = []
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self._integer: list[Bools] = []
        self._row_lower: list[Floats] = []
        self._row_upper: list[Floats] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self.column_count = 0
        self.row_count = 0

    def add_columns(
        self, count: int, *, lower: Numbers = 0.0, upper: Numbers = np.inf, is_integer: bool = False
    ) -> Ints:
        """Add columns without cost and return their ids."""
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), count))
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), count))
        self._integer.append(np.full(count, is_integer))
        self._cost.append(np.zeros(count))
        self.column_count += count
        return np.arange(self.column_count - count, self.column_count)

    def add_cost(self, columns: Ints, cost_idr: Numbers) -> None:
        """Add rupiah per unit to distinct columns."""
        if len(self._cost) > 1:
            self._cost = [np.concatenate(self._cost)]
        self._cost[0][columns] += np.asarray(cost_idr) / SCALE_IDR

    def add_rows(self, count: int, *, lower: Numbers = -np.inf, upper: Numbers = np.inf) -> Ints:
        """Add rows and return their ids."""
        self._row_lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), count))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), count))
        self.row_count += count
        return np.arange(self.row_count - count, self.row_count)

    def add_entries(self, rows: Ints, columns: Ints, values: Numbers) -> None:
        """Add entries of the matrix; a (row, column) may be given once."""
        self._entries.append((rows, columns, np.broadcast_to(np.asarray(values, dtype=np.float64), len(rows))))

    def to_proto(self) -> model_pb2.ModelProto:
        """Return the model in the solver's own form."""
        proto = model_pb2.ModelProto()
        columns, rows = proto.variables, proto.linear_constraints
        columns.ids.extend(range(self.column_count))
        columns.lower_bounds.extend(np.concatenate(self._lower).tolist())
        columns.upper_bounds.extend(np.concatenate(self._upper).tolist())
        columns.integers.extend(np.concatenate(self._integer).tolist())
        cost = np.concatenate(self._cost)
        paid = np.flatnonzero(cost)
        proto.objective.linear_coefficients.ids.extend(paid.tolist())
        proto.objective.linear_coefficients.values.extend(cost[paid].tolist())
        rows.ids.extend(range(self.row_count))
        rows.lower_bounds.extend(np.concatenate(self._row_lower).tolist())
        rows.upper_bounds.extend(np.concatenate(self._row_upper).tolist())
        at_row, at_column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        order = np.lexsort((at_column, at_row))
        order = order[value[order] != 0]
        matrix = proto.linear_constraint_matrix
        matrix.row_ids.extend(at_row[order].tolist())
        matrix.column_ids.extend(at_column[order].tolist())
        matrix.coefficients.extend(value[order].tolist())
        return proto


_OUTCOMES = {
    result_pb2.TERMINATION_REASON_OPTIMAL: Outcome.OPTIMAL,
    result_pb2.TERMINATION_REASON_FEASIBLE: Outcome.FEASIBLE,
    result_pb2.TERMINATION_REASON_INFEASIBLE: Outcome.INFEASIBLE,
    result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED: Outcome.INFEASIBLE,
}


@dataclass(frozen=True, slots=True)
class SolverLimits:
    """Limits of one solver call: ``nodes`` and gaps decide; ``seconds`` and ``is_stopped`` only save the run.

    ``is_small`` is for models of a few dozen columns: heuristics and most cuts cost more there than they save.
    ``threads`` is how many PDLP may use; they change no result.
    """

    seconds: float = 60.0
    nodes: int | None = None
    gap: float = 1e-4
    gap_idr: float = 0.0
    seed: int = 0
    is_stopped: Callable[[], bool] = field(default=lambda: False)
    is_small: bool = False
    threads: int = 1


def optimise(model: LinearModel, limits: SolverLimits, *, hint: Floats | None = None) -> Answer:
    """Minimise with SCIP on one thread; deterministic unless the seconds run out."""
    parameters = parameters_pb2.SolveParametersProto(relative_gap_tolerance=limits.gap)
    parameters.absolute_gap_tolerance = limits.gap_idr / SCALE_IDR
    parameters.random_seed = limits.seed
    parameters.time_limit.FromNanoseconds(max(1, int(limits.seconds * 1e9)))
    if limits.nodes is not None:
        parameters.node_limit = limits.nodes
    if limits.is_small:
        parameters.heuristics = parameters_pb2.EMPHASIS_OFF
        parameters.cuts = parameters.presolve = parameters_pb2.EMPHASIS_LOW
    start = model_parameters_pb2.ModelSolveParametersProto()
    if hint is not None:
        values = start.solution_hints.add().variable_values
        values.ids.extend(range(model.column_count))
        values.values.extend(hint.tolist())
    return _answer(_call(model, parameters_pb2.SOLVER_TYPE_GSCIP, parameters, start, limits), model)


def simplex(model: LinearModel, limits: SolverLimits) -> Answer:
    """Minimise a linear programme exactly with HiGHS: quickest where few of its columns are not fixed."""
    parameters = parameters_pb2.SolveParametersProto(random_seed=limits.seed)
    parameters.lp_algorithm = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
    parameters.time_limit.FromNanoseconds(max(1, int(limits.seconds * 1e9)))
    start = model_parameters_pb2.ModelSolveParametersProto()
    return _answer(_call(model, parameters_pb2.SOLVER_TYPE_HIGHS, parameters, start, limits), model)


def approximate(model: LinearModel, limits: SolverLimits, *, iterations: int, values: Floats, duals: Floats) -> Answer:
    """Minimise a linear programme roughly with PDLP, from given values and duals, by a number of iterations.

    The duals are good enough for a bound that is computed from them (``relaxation.py``); nothing here is proven.
    """
    parameters = parameters_pb2.SolveParametersProto()
    parameters.time_limit.FromNanoseconds(max(1, int(limits.seconds * 1e9)))
    is_large = model.column_count >= LARGE
    parameters.pdlp.num_threads = limits.threads if is_large else 1
    parameters.pdlp.num_shards = SHARDS
    criteria = parameters.pdlp.termination_criteria
    criteria.simple_optimality_criteria.eps_optimal_relative = limits.gap
    criteria.simple_optimality_criteria.eps_optimal_absolute = limits.gap
    criteria.iteration_limit = iterations
    start = model_parameters_pb2.ModelSolveParametersProto()
    hint = start.solution_hints.add()
    hint.variable_values.ids.extend(range(model.column_count))
    hint.variable_values.values.extend(values.tolist())
    hint.dual_values.ids.extend(range(model.row_count))
    hint.dual_values.values.extend((duals / SCALE_IDR).tolist())
    return _answer(_call(model, parameters_pb2.SOLVER_TYPE_PDLP, parameters, start, limits), model)


def _call(
    model: LinearModel,
    solver: parameters_pb2.SolverTypeProto.ValueType,
    parameters: parameters_pb2.SolveParametersProto,
    start: model_parameters_pb2.ModelSolveParametersProto,
    limits: SolverLimits,
) -> result_pb2.SolveResultProto:
    """Solve in a thread of its own; once stopped, the thread is left to end by its own limits. Small models need none.

    SCIP's interrupt is broken in ortools 9.15 (its event handler prints errors by the hundred).
    """
    setup, callback = parameters_pb2.SolverInitializerProto(), callback_pb2.CallbackRegistrationProto()
    call = partial(core.solve, model.to_proto(), solver, setup, parameters, start, None, callback, None, None)
    if limits.is_small:
        return call()
    thread = ThreadPoolExecutor(1)
    running = thread.submit(call)
    thread.shutdown(wait=False)
    while not running.done():
        wait([running], POLL_S)
        if limits.is_stopped():
            raise Stopped
    return running.result()


def _answer(result: result_pb2.SolveResultProto, model: LinearModel) -> Answer:
    outcome = _OUTCOMES.get(result.termination.reason, Outcome.NONE)
    values, duals = np.zeros(model.column_count), np.zeros(model.row_count)
    has_values = False
    for solution in result.solutions[:1]:
        if solution.HasField("primal_solution"):
            given = solution.primal_solution.variable_values
            values[np.array(given.ids, dtype=np.int64)] = np.array(given.values)
            has_values = True
        if solution.HasField("dual_solution"):
            given = solution.dual_solution.dual_values
            duals[np.array(given.ids, dtype=np.int64)] = np.array(given.values) * SCALE_IDR
    if not has_values and outcome is not Outcome.INFEASIBLE:
        outcome = Outcome.NONE
    return Answer(outcome, values, duals)
