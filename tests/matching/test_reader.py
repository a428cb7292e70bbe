"""A problem's document is read as it was written, or refused; nothing in between."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.errors import InvalidPlan, InvalidProblem
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.reader import checked_problem, parse_plan, parse_problem, read_problem
from service.matching.writer import write_problem
from tests.factories import problems as make
from tests.factories.documents import FULL, places, put
from tests.factories.random_problems import random_problem, with_history


def test_a_problem_comes_back_from_its_document():
    assert read_problem(write_problem(FULL)) == FULL
    content = json.dumps(write_problem(FULL)).encode()
    assert parse_problem(content) == checked_problem(content) == FULL


def test_a_document_has_exactly_the_formats_keys():
    document = write_problem(FULL)
    assert list(document) == [
        *("format", "name", "days", "policy", "items", "kitchens", "cooperatives", "wholesalers"),
        *("offers", "stocks", "demands", "fixed", "previous"),
    ]
    assert list(document["demands"][0]) == [
        *("id", "kitchen", "item", "day", "qty", "max_price_idr", "budget", "substitutes")
    ]
    assert document["format"] == "pasok-problem/1"


def test_the_order_of_lists_in_the_file_changes_nothing():
    r = random.Random(3)
    for seed in range(20):
        problem = with_history(random_problem(seed), greedy(random_problem(seed)), seed)
        document = write_problem(problem)
        for name in set(document) - {"format", "name", "days", "policy"}:
            r.shuffle(document[name])
        assert read_problem(json.loads(json.dumps(document))) == problem


def test_fixed_and_previous_lines_may_be_left_out():
    document = write_problem(FULL)
    del document["fixed"], document["previous"]
    assert read_problem(document) == replace(FULL, fixed=(), previous=())


@pytest.mark.parametrize("document", [None, [], "problem", 3])
def test_a_document_is_an_object(document):
    with pytest.raises(InvalidProblem) as refusal:
        read_problem(document)
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("", "wrong_type")]
    assert "(document): must be an object" in str(refusal.value)


def test_every_missing_list_is_named():
    with pytest.raises(InvalidProblem) as refusal:
        read_problem({"format": "pasok-problem/1"})
    assert [fault.pointer for fault in refusal.value.faults] == [
        *("/name", "/days", "/policy", "/items", "/kitchens", "/cooperatives", "/wholesalers"),
        *("/offers", "/stocks", "/demands"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no valid JSON"),
        (b"{", "no valid JSON"),
        (b"\xff", "no valid JSON"),
        (b'{"a": 1, "a": 2}', "'a' stands twice"),
    ],
)
def test_bytes_that_are_no_json_are_refused(content, words):
    with pytest.raises(InvalidProblem, match=words) as refusal:
        parse_problem(content)
    assert refusal.value.faults[0].code == "not_json"
    with pytest.raises(InvalidPlan, match=words):
        parse_plan(content)


ANYTHING = st.one_of(
    *(st.none(), st.booleans(), st.floats(), st.text(max_size=3)),
    *(
        st.integers(-5, 5),
        st.integers(10**9, 10**12),
        st.integers(),
        st.sampled_from(["RICE", "K1", "S1", "2026-12-01"]),
    ),
    *(st.just([]), st.just({}), st.lists(st.integers(0, 9), max_size=3)),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_document_it_is_read_or_refused_and_what_is_read_can_be_planned(data):
    document = write_problem(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        put(*data.draw(st.sampled_from(list(places(document)))), data.draw(ANYTHING))(document)
    try:
        problem = read_problem(document)
    except InvalidProblem:
        return
    assert read_problem(write_problem(problem)) == problem
    plan = greedy(problem)
    assert plan.status is PlanStatus.INFEASIBLE or check(problem, plan).is_allowed


def test_a_large_problem_is_read_whole():
    demands = tuple(make.demand(f"D{n:05d}", substitutes=(make.substitute(),)) for n in range(5_300))
    problem = replace(FULL, demands=demands, fixed=())
    assert read_problem(write_problem(problem)) == problem
