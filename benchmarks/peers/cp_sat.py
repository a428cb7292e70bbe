"""Hands a model to CP-SAT of ortools, in whole numbers."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.answers import GAP, Answer
from benchmarks.peers.model import Model
from benchmarks.peers.whole_numbers import WholeModel, in_whole_numbers


def solve(model: Model, seconds: float, *, gap: float = GAP) -> Answer:
    """Solve with CP-SAT's own defaults, all cores, but for the limits."""
    whole = in_whole_numbers(model)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.relative_gap_limit = gap
    status = solver.solve(_program(model, whole))
    has_plan = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    x = np.array(solver.response_proto.solution, dtype=np.float64) * whole.unit if has_plan else None
    bound = None
    if status != cp_model.INFEASIBLE:
        bound = solver.best_objective_bound / whole.cost_scale - whole.rounding_idr + model.offset
    return Answer(solver.status_name(status).lower(), x, bound)


def _program(model: Model, whole: WholeModel) -> cp_model.CpModel:
    program = cp_model.CpModel()
    variables, constraints = program.proto.variables, program.proto.constraints
    for low, high in zip(whole.lower.tolist(), whole.upper.tolist(), strict=True):
        variables.add().domain.extend([low, high])
    columns, values, starts = model.columns.tolist(), whole.values.tolist(), model.starts.tolist()
    bounds = zip(whole.row_lower.tolist(), whole.row_upper.tolist(), strict=True)
    for row, (low, high) in enumerate(bounds):
        linear, part = constraints.add().linear, slice(starts[row], starts[row + 1])
        linear.vars.extend(columns[part])
        linear.coeffs.extend(values[part])
        linear.domain.extend([low, high])
    paid = np.flatnonzero(whole.cost)
    program.proto.objective.vars.extend(paid.tolist())
    program.proto.objective.coeffs.extend(whole.cost[paid].tolist())
    return program
