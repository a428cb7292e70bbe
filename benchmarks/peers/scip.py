"""Hands a model to SCIP, as ortools brings it."""

from __future__ import annotations

import numpy as np
from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, parameters_pb2, result_pb2
from ortools.math_opt.core.python import solver as core

from benchmarks.peers.answers import GAP, Answer
from benchmarks.peers.model import Model


def solve(model: Model, seconds: float, *, gap: float = GAP) -> Answer:
    """Solve with SCIP's own defaults but for the limits."""
    parameters = parameters_pb2.SolveParametersProto(relative_gap_tolerance=gap, absolute_gap_tolerance=0.0)
    parameters.time_limit.FromNanoseconds(int(seconds * 1e9))
    result = core.solve(
        _program(model),
        parameters_pb2.SOLVER_TYPE_GSCIP,
        parameters_pb2.SolverInitializerProto(),
        parameters,
        model_parameters_pb2.ModelSolveParametersProto(),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )
    status = result_pb2.TerminationReasonProto.Name(result.termination.reason)
    status = status.removeprefix("TERMINATION_REASON_").replace("_", " ").lower()
    x = None
    if result.solutions:
        given = result.solutions[0].primal_solution.variable_values
        x = np.zeros(len(model.cost))
        x[np.array(given.ids, dtype=np.int64)] = np.array(given.values)
    bound = result.termination.objective_bounds.dual_bound
    return Answer(status, x, bound if np.isfinite(bound) else None)


def _program(model: Model) -> model_pb2.ModelProto:
    program = model_pb2.ModelProto()
    columns, rows = program.variables, program.linear_constraints
    columns.ids.extend(range(len(model.cost)))
    columns.lower_bounds.extend(model.lower.tolist())
    columns.upper_bounds.extend(model.upper.tolist())
    columns.integers.extend(model.is_integer.tolist())
    program.objective.offset = model.offset
    program.objective.linear_coefficients.ids.extend(range(len(model.cost)))
    program.objective.linear_coefficients.values.extend(model.cost.tolist())
    rows.ids.extend(range(len(model.row_lower)))
    rows.lower_bounds.extend(model.row_lower.tolist())
    rows.upper_bounds.extend(model.row_upper.tolist())
    matrix = program.linear_constraint_matrix
    order = np.lexsort((model.columns, model.row_numbers))
    matrix.row_ids.extend(model.row_numbers[order].tolist())
    matrix.column_ids.extend(model.columns[order].tolist())
    matrix.coefficients.extend(model.values[order].tolist())
    return program
