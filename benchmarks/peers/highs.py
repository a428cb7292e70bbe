"""Hands a model to HiGHS."""

from __future__ import annotations

import highspy
import numpy as np

from benchmarks.peers.answers import GAP, Answer
from benchmarks.peers.model import Model


def solve(model: Model, seconds: float, *, gap: float = GAP) -> Answer:
    """Solve with HiGHS's own defaults but for the limits."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    highs.setOptionValue("time_limit", seconds)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.passModel(_program(model))
    highs.run()
    info = highs.getInfo()
    status = highs.modelStatusToString(highs.getModelStatus()).lower()
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(highs.getSolution().col_value) if has_plan else None
    bound = info.mip_dual_bound if model.is_integer.any() else info.objective_function_value
    return Answer(status, x, bound if np.isfinite(bound) and "infeasible" not in status else None)


def _program(model: Model) -> highspy.HighsLp:
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(model.cost), len(model.row_lower)
    program.col_cost_, program.col_lower_, program.col_upper_ = model.cost, model.lower, model.upper
    program.row_lower_, program.row_upper_ = model.row_lower, model.row_upper
    program.offset_ = model.offset
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = model.starts, model.columns
    program.a_matrix_.value_ = model.values
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    program.integrality_ = [kinds[whole] for whole in model.is_integer.tolist()]
    return program
