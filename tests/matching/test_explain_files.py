"""``pasok explain`` on files: one question at a time, in either language, as sentences or as JSON."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.matching.greedy import greedy
from service.matching.writer import write_plan, write_problem
from tests.factories.problems import offer, policy, problem, stock

WEEK = problem(
    offers=(offer(qty=5_000),), stocks=(stock(price_idr=200_000),), policy=policy(drop_idr=10_000, fairness_bp=500)
)


@pytest.fixture
def week(tmp_path):
    """A week of which 15 of 20 kg stay short, and its plan."""
    (tmp_path / "problem.json").write_text(json.dumps(write_problem(WEEK)))
    (tmp_path / "plan.json").write_text(json.dumps(write_plan(greedy(WEEK))))
    return tmp_path


def explain(week, *words):
    done = CliRunner().invoke(app, ["explain", str(week / "problem.json"), str(week / "plan.json"), *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--line", "D1"), "K1 kekurangan 15 kg RICE dari 20 kg yang dibutuhkan untuk Senin, 30 November 2026."),
        (("--line", "D1", "--language", "en"), "K1 is 15 kg short of the 20 kg of RICE"),
        (("--allocation", "D1", "O1", "C1"), "C1 mengirim 5 kg RICE"),
        (("--source", "S1"), "S1: 100 kg RICE belum terpakai minggu ini."),
        (("--sources",), "S1:"),
        (("--worth", "--language", "en"), "Compared with planning by hand"),
        (("--rules", "--seconds", "1", "--language", "en"), "Sharing value fairly among cooperatives"),
    ],
)
def test_each_question_is_answered_in_sentences(week, words, said):
    code, out, err = explain(week, *words)
    assert (code, err) == (0, "")
    assert said in out


def test_what_changed_is_asked_against_another_problem_and_plan(week):
    earlier = week / "earlier.json"
    earlier.write_text(json.dumps(write_plan(replace(greedy(WEEK), allocations=(), objective_idr=2_000_000))))
    code, out, _ = explain(week, "--against", week / "problem.json", earlier, "--language", "en")
    assert code == 0
    assert "K1" in out
    assert "5 kg" in out


def test_a_fault_of_the_plan_compared_with_is_named(week):
    earlier = week / "earlier.json"
    earlier.write_text(json.dumps(write_plan(greedy(WEEK)) | {"purchases": [{"stock": "S1"}]}))
    code, _, err = explain(week, "--against", week / "problem.json", earlier)
    assert code == 2
    assert "/purchases/0/packs" in err


def test_numbers_and_codes_come_as_json(week):
    code, out, _ = explain(week, "--line", "D1", "--json")
    answer = json.loads(out)
    assert (code, answer["short_qty"]) == (0, 15_000)
    assert "stock_used_up" in {reason["code"] for reason in answer["reasons"]}


@pytest.mark.parametrize("words", [(), ("--worth", "--rules"), ("--line", "D1", "--source", "O1")])
def test_one_question_is_asked_at_a_time(week, words):
    code, out, err = explain(week, *words)
    assert (code, out) == (2, "")
    assert "Ask one question at a time" in err


@pytest.mark.parametrize(
    ("words", "name"),
    [(("--line", "D9"), "D9"), (("--source", "O9"), "O9"), (("--allocation", "D1", "S1", "C1"), "S1")],
)
def test_what_the_plan_does_not_have_is_named(week, words, name):
    code, _, err = explain(week, *words)
    assert code == 2
    assert name in err


def test_a_plan_that_breaks_a_rule_is_not_explained(week):
    broken = write_plan(greedy(WEEK))
    broken["allocations"][0]["qty"] = 6_000
    (week / "plan.json").write_text(json.dumps(broken))
    code, out, err = explain(week, "--worth")
    assert (code, out) == (2, "")
    assert "offer" in err


def test_a_file_that_is_not_there_is_named(week):
    (week / "plan.json").unlink()
    code, _, err = explain(week, "--worth")
    assert code == 2
    assert "plan.json" in err
