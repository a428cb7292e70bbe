"""The solvers that the optimiser is compared with: all find the same optimum of tiny weeks, and are measured alike."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.peers import cbc, cp_sat, highs, scip
from benchmarks.peers.__main__ import growth, row
from benchmarks.peers.exact import optimum_of
from benchmarks.peers.runs import Run, run
from benchmarks.peers.statement import state
from benchmarks.peers.vectors import plan_of, vector_of
from benchmarks.peers.whole_numbers import in_whole_numbers
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.reader import parse_problem
from service.matching.writer import write_problem
from tests.factories import problems as make
from tests.factories.mixed_problems import SWITCHES, mixed_problem

PATIENCE_S = 20.0


@pytest.mark.parametrize("peer", [highs, scip, cp_sat, cbc])
@pytest.mark.parametrize("seed", range(3))
def test_every_solver_finds_the_optimum_of_a_tiny_week_and_proves_no_more(peer, seed):
    problem = mixed_problem(seed, frozenset(SWITCHES))
    best, statement = optimum_of(problem), state(problem)
    answer = peer.solve(statement.model, PATIENCE_S, gap=0.0)
    plan = plan_of(statement, answer.x)
    assert check(problem, plan).broken == ()
    assert plan.objective_idr == pytest.approx(best.objective_idr, rel=1e-5, abs=2)
    assert best.objective_idr * 0.95 <= answer.bound <= best.objective_idr * (1 + 1e-6) + 1


@pytest.mark.parametrize("peer", [highs, scip, cp_sat, cbc])
def test_every_solver_says_that_broken_promises_leave_nothing(peer):
    problem = make.problem(offers=(make.offer(qty=10_000),), fixed=(make.line(),))
    answer = peer.solve(state(problem).model, PATIENCE_S)
    assert answer.x is None
    assert "infeasible" in answer.status


@pytest.mark.parametrize("seed", range(20))
def test_in_whole_numbers_every_row_still_holds_and_the_cost_is_none_below_what_the_bound_gives_back(seed):
    problem = mixed_problem(seed, frozenset(SWITCHES))
    statement = state(problem)
    model, whole, x = statement.model, in_whole_numbers(statement.model), vector_of(statement, greedy(problem))
    counts = np.ceil(x / whole.unit - 1e-6).astype(np.int64)
    rows = np.bincount(model.row_numbers, (whole.values * counts[model.columns]).astype(float), len(model.row_lower))
    assert ((rows >= whole.row_lower) & (rows <= whole.row_upper)).all()
    assert ((counts >= whole.lower) & (counts <= whole.upper)).all()
    bound = float(whole.cost @ counts) / whole.cost_scale - whole.rounding_idr + model.offset
    assert bound <= model.total(x)
    assert bound == pytest.approx(model.total(x), rel=0.05)


def test_a_run_is_measured_and_its_plan_checked(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(write_problem(make.problem(offers=(make.offer(),), stocks=(make.stock(),)))))
    problem = parse_problem(path.read_bytes())
    found = run("highs", problem, path, 10.0)
    assert (found.status, found.broken, found.plan_idr) == ("optimal", (), 180_000)
    assert found.gap == pytest.approx(0, abs=1e-6)
    assert 0 < found.seconds < 10
    assert found.peak_bytes > 10**7
    assert not found.is_limited


def test_a_solver_that_fails_is_told_and_one_that_hangs_is_ended(tmp_path, monkeypatch):
    path = tmp_path / "problem.json"
    path.write_text("{}")
    failed = run("greedy", make.problem(), path, 10.0)
    assert failed.status == "failed"
    assert "InvalidProblem" in failed.broken[0]
    monkeypatch.setattr("benchmarks.peers.runs.GRACE_S", 0.0)
    silent = tmp_path / "silent.json"
    os.mkfifo(silent)  # whoever reads it waits for a writer who never comes
    hung = run("greedy", make.problem(), silent, 0.02)
    assert (hung.status, hung.plan_idr) == ("hung", None)
    assert replace(hung, status="optimal", seconds=0.0).is_limited is False


def test_the_tables_set_plans_beside_ours_and_show_how_each_solver_grows():
    """A plan of 1,200 million is 20 % dearer than ours of 1,000; its bound of 900 leaves 25 %."""
    small = Run("scip", 60.0, "feasible", 1.2e9, 0.9e9, 60.4, 300_000_000, ())
    large = replace(small, plan_idr=None, bound_idr=None, status="hung")
    words = row((12, "normal", 1), small, 1e9).split()
    assert words == [
        "12",
        "normal",
        "1",
        "scip",
        "60",
        "1200.0",
        "900.0",
        "25.00",
        "20.00",
        "60.4",
        "300",
        "ok",
        "feasible",
    ]
    assert "BROKEN" in row((12, "normal", 1), replace(small, broken=("capital C1",)), 1e9)
    assert row((12, "normal", 1), large, None).split()[5:9] == ["-"] * 4
    lines = list(growth({(12, "normal", 1): [small], (36, "normal", 1): [large]}))
    assert lines[1].split() == ["scip", "60", "25.00%", "60s", "300MB", "-", "60s", "300MB"]
