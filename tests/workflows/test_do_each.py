"""Each thing that is due is done in a unit of its own: one that fails leaves nothing and holds up nobody."""

import logging

import pytest
import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.errors import RunActive
from service.workflows.do_each import do_each

BAD = "second"
DUE = ["first", BAD, "third"]


def failing_with(error):
    async def step(work, one):
        work.record("tried", "thing", one)
        await work.session.flush()
        if one == BAD:
            raise error
        return len(one)

    return step


async def recorded(units):
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(AuditEntry.entity_id).order_by(AuditEntry.id)))


async def test_one_that_fails_is_logged_and_leaves_nothing_while_the_others_are_done(units, caplog):
    with caplog.at_level(logging.WARNING, logger="service.workflows.do_each"):
        done = await do_each(units, DUE, failing_with(ValueError("no such price")), failure="thing_not_done")
    assert done == {"first": 5, "third": 5}
    [entry] = caplog.records
    assert (entry.message, entry.due, entry.exc_info[0]) == ("thing_not_done", BAD, ValueError)
    assert await recorded(units) == ["first", "third"]


async def test_what_must_wait_is_not_a_failure(units, caplog):
    waiting = RunActive("another run of the week is at work")
    done = await do_each(units, DUE, failing_with(waiting), failure="thing_not_done", waits=(RunActive,))
    assert list(done) == ["first", "third"]
    assert not caplog.records
    assert await recorded(units) == ["first", "third"]


async def test_a_job_that_runs_once_is_told_of_failures_after_everything_was_tried(units):
    with pytest.raises(ExceptionGroup, match="thing_not_done") as raised:
        await do_each(units, DUE, failing_with(ValueError("no such price")), failure="thing_not_done", is_retried=True)
    assert [type(error) for error in raised.value.exceptions] == [ValueError]
    assert await recorded(units) == ["first", "third"]
