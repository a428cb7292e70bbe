"""A run is begun, cancelled, ended or given back: every act from every status."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from service.domain.errors import IllegalTransition
from service.domain.runs import (
    FAILURE_DETAIL_LENGTH,
    FINISHED_RUNS,
    MAX_ATTEMPTS,
    RUN_TRANSITIONS,
    MatchingRun,
    RunFailure,
    RunStatus,
    begin_attempt,
    cancel,
    confirm_cancel,
    fail,
    give_back,
    holds,
    is_run_lost,
    succeed,
)

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
EVERY_STATUS = list(RunStatus)


def a_run(status: RunStatus, **changes: object) -> MatchingRun:
    fields = {
        "id": uuid4(),
        "created_at": NOW,
        "region_code": "32.71",
        "week_start": date(2026, 11, 30),
        "status": status,
        "policy_id": uuid4(),
        "time_limit_s": 60,
        "effort": 1.0,
        "attempt": 1,
        "heartbeat_at": NOW,
        "progress": [{"elapsed_s": 1}],
    }
    return MatchingRun(**{**fields, **changes})


def outcome(act, status: RunStatus) -> RunStatus | None:
    """The status after an act, or None if it is refused."""
    run = a_run(status)
    try:
        act(run)
    except IllegalTransition:
        assert run.status is status
        return None
    return run.status


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_only_a_queued_run_is_begun(status):
    after = outcome(lambda run: begin_attempt(run, LATER, heartbeat_at=NOW), status)
    assert after is (RunStatus.RUNNING if status is RunStatus.QUEUED else None)


def test_beginning_raises_the_attempt_and_forgets_the_progress_of_the_one_before():
    run = a_run(RunStatus.QUEUED)
    assert begin_attempt(run, LATER, heartbeat_at=NOW) == run.attempt == 2
    assert (run.started_at, run.heartbeat_at, run.progress) == (LATER, NOW, [])


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_cancel_ends_what_waits_and_asks_what_is_at_work(status):
    expected = {
        RunStatus.QUEUED: RunStatus.CANCELLED,
        RunStatus.RUNNING: RunStatus.CANCELLING,
        RunStatus.CANCELLING: RunStatus.CANCELLING,
    }
    assert outcome(lambda run: cancel(run, LATER), status) is expected.get(status)


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_a_plan_counts_unless_somebody_cancelled(status):
    expected = {RunStatus.RUNNING: RunStatus.SUCCEEDED, RunStatus.CANCELLING: RunStatus.CANCELLED}
    assert outcome(lambda run: succeed(run, LATER), status) is expected.get(status)


def test_success_tells_whether_the_plan_counts():
    assert succeed(a_run(RunStatus.RUNNING), LATER)
    assert not succeed(a_run(RunStatus.CANCELLING), LATER)


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_what_has_not_ended_can_fail(status):
    after = outcome(lambda run: fail(run, LATER, failure=RunFailure.NO_DEMAND, detail="x"), status)
    assert after is (None if status in FINISHED_RUNS else RunStatus.FAILED)


def test_a_failure_has_code_and_detail_that_fit_their_columns():
    run = a_run(RunStatus.RUNNING)
    fail(run, LATER, failure=RunFailure.INVALID_PROBLEM, detail="x" * 5000)
    assert (run.failure_code, len(run.failure_detail or ""), run.finished_at) == (
        "invalid_problem",
        FAILURE_DETAIL_LENGTH,
        LATER,
    )


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_a_cancel_is_confirmed_only_for_what_has_not_ended(status):
    after = outcome(lambda run: confirm_cancel(run, LATER), status)
    assert after is (None if status in FINISHED_RUNS else RunStatus.CANCELLED)


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_a_run_given_back_waits_again_or_is_cancelled_if_that_was_asked(status):
    expected = {RunStatus.RUNNING: RunStatus.QUEUED, RunStatus.CANCELLING: RunStatus.CANCELLED}
    assert outcome(lambda run: give_back(run, LATER, detail="x"), status) is expected.get(status)


def test_after_the_last_attempt_a_run_given_back_has_failed():
    for attempt in range(1, MAX_ATTEMPTS + 1):
        run = a_run(RunStatus.RUNNING, attempt=attempt)
        assert give_back(run, LATER, detail="died") == (attempt < MAX_ATTEMPTS)
    assert (run.status, run.failure_code, run.failure_detail) == (RunStatus.FAILED, "worker_lost", "died")


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_an_attempt_holds_its_run_until_it_ends_or_another_begins(status):
    at_work = status in {RunStatus.RUNNING, RunStatus.CANCELLING}
    assert holds(a_run(status), 1) == at_work
    assert not holds(a_run(status, attempt=2), 1)


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_only_a_run_at_work_can_be_lost_and_only_after_the_silence(status):
    silence = timedelta(seconds=15)
    at_work = status in {RunStatus.RUNNING, RunStatus.CANCELLING}
    assert not is_run_lost(a_run(status), NOW + silence, silence=silence)
    assert is_run_lost(a_run(status), NOW + silence * 2, silence=silence) == at_work
    assert is_run_lost(a_run(status, heartbeat_at=None), NOW, silence=silence) == at_work


def test_every_status_can_be_reached_and_the_finished_ones_are_final():
    reached = {RunStatus.QUEUED}.union(*RUN_TRANSITIONS.values())
    assert reached == set(RunStatus)
    assert {RunStatus.SUCCEEDED, RunStatus.CANCELLED, RunStatus.FAILED} == FINISHED_RUNS
