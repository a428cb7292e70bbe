"""What the doctor calls fine, a warning, a fault."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.findings import (
    LEAST_FREE_BYTES,
    Finding,
    JobsSeen,
    Verdict,
    WrongBooks,
    database_size,
    is_sound,
    judge_books,
    judge_count,
    judge_disk,
    judge_jobs,
)

QUIET = JobsSeen(
    waiting=2, running=1, workers=3, stuck_waiting=(), stuck_running=(), orphaned=(), failed=(), unknown=()
)


def test_an_installation_is_sound_unless_something_is_a_fault():
    fine, warning, fault = (Finding("jobs", verdict, "") for verdict in Verdict)
    assert is_sound([fine, warning])
    assert not is_sound([fine, fault])


def test_a_quiet_queue_says_how_busy_it_is():
    [finding] = judge_jobs(QUIET)
    assert (finding.verdict, finding.found) == (Verdict.FINE, "2 wait, 1 run, 3 queues are served.")


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("stuck_waiting", Verdict.FAULT),
        ("stuck_running", Verdict.FAULT),
        ("orphaned", Verdict.FAULT),
        ("failed", Verdict.WARNING),
        ("unknown", Verdict.WARNING),
    ],
)
def test_jobs_in_trouble_are_counted_and_named_once(kind: str, verdict: Verdict):
    [finding] = judge_jobs(replace(QUIET, **{kind: ("tell", "move", "tell")}))
    assert finding.verdict is verdict
    assert finding.found.startswith("3 jobs (move, tell)")
    assert finding.advice


def test_a_queue_without_a_worker_is_a_fault():
    [finding] = judge_jobs(replace(QUIET, workers=0))
    assert (finding.check, finding.verdict) == ("workers", Verdict.FAULT)


def test_each_broken_rule_of_the_books_is_one_fault_that_names_the_first_thing():
    [finding] = judge_books([WrongBooks("invoice_paid", "Paid is paid.", 2, "I-1 has 3 instead of 4")], rules=12)
    assert finding.verdict is Verdict.FAULT
    assert finding.found == "2 rows break the rule: Paid is paid. The first: I-1 has 3 instead of 4."
    assert judge_books([], rules=12) == [Finding("books", Verdict.FINE, "All 12 rules hold.")]


@given(free=st.integers(0, 10**13), used=st.integers(0, 10**13))
def test_a_disk_is_fine_with_a_gigabyte_and_a_twentieth_free(free: int, used: int):
    finding = judge_disk("var", free_bytes=free, total_bytes=free + used)
    has_room = free >= LEAST_FREE_BYTES and 20 * free >= free + used
    assert finding.verdict is (Verdict.FINE if has_room else Verdict.FAULT)


def test_none_of_something_bad_is_fine():
    words = {"what": "are lost", "fine": "All are there.", "advice": "look"}
    assert judge_count("photos", 0, **words) == Finding("photos", Verdict.FINE, "All are there.")
    assert judge_count("photos", 2, **words) == Finding("photos", Verdict.FAULT, "2 are lost.", "look")


def test_sizes_are_told_in_the_unit_that_fits():
    assert database_size(12_300_000, version="18.1").found == "PostgreSQL 18.1, 12.3 MB."
    assert database_size(12_300_000_000, version="18.1").found == "PostgreSQL 18.1, 12.3 GB."
