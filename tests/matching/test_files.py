"""``pasok match`` and ``pasok check`` on files: tables, exit codes, and words for everything that is wrong."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.matching.errors import InvalidProblem, UnreadableFile, UnwritableFile
from service.matching.files import check_file, check_lines, match_file, match_lines
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.reader import parse_plan
from service.matching.writer import write_plan, write_problem
from tests.factories import problems as make

PROBLEM = make.problem(offers=(make.offer(),))
FAKE_CHILD = (sys.executable, str(Path(__file__).parent / "fake_child.py"))


@pytest.fixture
def week(tmp_path):
    """A problem's file and the clerk's plan of it."""
    (tmp_path / "problem.json").write_text(json.dumps(write_problem(PROBLEM)))
    (tmp_path / "plan.json").write_text(json.dumps(write_plan(greedy(PROBLEM))))
    return tmp_path


def pasok(*arguments):
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return outcome.exit_code, outcome.stdout, outcome.stderr


def test_a_matched_file_is_written_and_says_what_it_came_to(week):
    heard = []
    result = match_file(
        week / "problem.json",
        week / "out.json",
        time_limit_s=5,
        command=(*FAKE_CHILD, "quick"),
        on_progress=heard.append,
    )
    assert parse_plan((week / "out.json").read_bytes()) == result.plan == greedy(PROBLEM)
    assert [progress.phase for progress in heard] == ["lp", "mip"]
    table = dict(line.split(maxsplit=1) for line in match_lines(result))
    assert table["objective"] == "Rp 200,000"
    assert table["bound"] == "none"
    assert table["filled"] == "100.00% by weight, the worst kitchen 100.00%"
    assert any("the plan is 0.0% cheaper" in line for line in match_lines(result))


def test_a_gap_is_a_percentage(week):
    result = match_file(week / "problem.json", week / "out.json", time_limit_s=5, command=(*FAKE_CHILD, "quick"))
    bounded = replace(result, plan=replace(result.plan, bound_idr=190_000.0))
    assert "gap             5.00%" in match_lines(bounded)


def test_ctrl_c_keeps_the_best_plan_so_far(week):
    def interrupt(_):
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    result = match_file(
        week / "problem.json", week / "out.json", command=(*FAKE_CHILD, "polite"), on_progress=interrupt
    )
    assert result.plan.status is PlanStatus.STOPPED
    assert parse_plan((week / "out.json").read_bytes()).status is PlanStatus.STOPPED


@pytest.mark.parametrize("out", ["missing/plan.json", "."])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_solved(week, out):
    with pytest.raises(UnwritableFile, match="cannot be written"):
        match_file(week / "problem.json", week / out, command=("/no/such/program",))


def test_a_plan_that_cannot_be_written_after_all_leaves_nothing_half(week):
    def block(_):
        """Nothing stands at the place when the solve begins; a folder does when it ends."""
        (week / "late.json").mkdir(exist_ok=True)

    with pytest.raises(UnwritableFile, match=r"late\.json cannot be written"):
        match_file(
            week / "problem.json", week / "late.json", time_limit_s=5, command=(*FAKE_CHILD, "quick"), on_progress=block
        )
    assert not list(week.glob(".late*"))


def test_an_invalid_problem_is_refused_with_all_its_faults(week):
    (week / "problem.json").write_text('{"format": "pasok-problem/1"}')
    with pytest.raises(InvalidProblem) as refusal:
        match_file(week / "problem.json", week / "out.json")
    assert len(refusal.value.faults) == 10


def test_a_missing_file_is_named(week):
    with pytest.raises(UnreadableFile, match=r"gone\.json cannot be read: No such file or directory"):
        check_file(week / "gone.json", week / "plan.json")


def test_a_checked_plan_shows_its_terms_the_largest_first(week):
    (week / "plan.json").write_text(json.dumps(write_plan(replace(greedy(PROBLEM), allocations=()))))
    lines = check_lines(check_file(week / "problem.json", week / "plan.json"))
    assert lines == [
        "total           Rp 2,000,000",
        "  shortage      Rp 2,000,000",
        "filled          0.00% by weight, 20 kg short",
        "drops           0",
    ]


def test_pasok_check_accepts_an_allowed_plan(week):
    code, out, err = pasok("check", week / "problem.json", week / "plan.json")
    assert (code, err) == (0, "")
    assert out.startswith("total           Rp 200,000\n  goods         Rp 200,000\n")


def test_pasok_check_names_every_broken_rule_and_ends_with_1(week):
    plan = replace(greedy(PROBLEM), allocations=(make.line(qty=21_000),))
    (week / "plan.json").write_text(json.dumps(write_plan(plan)))
    code, _, err = pasok("check", week / "problem.json", week / "plan.json")
    assert code == 1
    assert err == (
        "BROKEN coverage D1: covered 21000 of 20000\nBROKEN objective objective_idr: stated 200000.0, is 210000.00\n"
    )


def test_pasok_check_names_every_fault_by_its_pointer_and_ends_with_2(week):
    document = write_problem(PROBLEM)
    document["demands"][0] |= {"qty": 1_500, "kitchen": "K9"}
    (week / "problem.json").write_text(json.dumps(document))
    code, _, err = pasok("check", week / "problem.json", week / "plan.json")
    assert code == 2
    assert err == (
        "/demands/0/kitchen: 'K9' is not in kitchens\n/demands/0/qty: 1500 is not a multiple of the step 1000 of RICE\n"
    )


@pytest.mark.parametrize(
    ("content", "words"), [("{", "is no valid JSON"), ('{"allocations": 1}', "/allocations: must be")]
)
def test_pasok_check_refuses_what_is_no_plan_with_2(week, content, words):
    (week / "plan.json").write_text(content)
    code, _, err = pasok("check", week / "problem.json", week / "plan.json")
    assert code == 2
    assert words in err


@pytest.mark.parametrize("command", [("check", "gone.json", "plan.json"), ("match", "gone.json", "--out", "plan.json")])
def test_pasok_says_which_file_it_cannot_read_and_ends_with_2(command):
    code, _, err = pasok(*command)
    assert code == 2
    assert err == "gone.json cannot be read: No such file or directory\n"


def test_matching_and_checking_load_no_solver_into_this_process():
    """The web process imports these; ortools takes seconds and much memory."""
    modules = (f"service.matching.{name}" for name in ("files", "process", "check", "why.shortages", "greedy", "child"))
    code = f"import sys, {', '.join(modules)}; print('ortools' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_pasok_match_writes_a_plan_that_pasok_check_accepts(week):
    code, out, err = pasok("match", week / "problem.json", "--out", week / "out.json", "--time-limit", 20, "--seed", 3)
    assert (code, err) == (0, "")
    assert out.splitlines()[1] == "objective       Rp 200,000"
    assert pasok("check", week / "problem.json", week / "out.json")[0] == 0


def test_pasok_match_names_the_rule_that_promises_break_and_ends_with_1(week):
    problem = make.problem(offers=(make.offer(qty=10_000),), fixed=(make.line(),))
    (week / "problem.json").write_text(json.dumps(write_problem(problem)))
    code, out, err = pasok("match", week / "problem.json", "--out", week / "out.json", "--time-limit", 20)
    assert code == 1
    assert out.startswith("status          infeasible\n")
    assert err.startswith("BROKEN ")
    assert parse_plan((week / "out.json").read_bytes()).broken
