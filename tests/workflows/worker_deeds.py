"""What a worker does in a week lived at random: the clock's timers ring, and the jobs that are due are done."""

import sqlalchemy as sa

from service.domain.errors import DomainError
from service.jobs.definitions import JobCall
from service.settings import Settings
from service.worker import build_jobs
from service.workflows.start_run import RUN_MATCHING
from tests.workflows.repair_deeds import UnitsWithin, match
from tests.workflows.timers import run_out

DUE = sa.text("""
    SELECT id, task_name, args FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= :now) ORDER BY id LIMIT 1""")
DONE = sa.text("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = :id")


class WorkerDeeds:
    """Deeds of a town: each returns who does it and what."""

    async def ring(self):
        """Let every timer ring."""
        return None, lambda work: run_out(UnitsWithin(work))

    async def do_jobs(self):
        """Let a worker do what is due."""
        return None, lambda work: work_off(UnitsWithin(work))


async def work_off(units) -> None:
    """Do each job that is due, one after the other, and those that they queue."""
    jobs = {job.name: job for job in build_jobs(units, Settings(demo=True))}
    while (due := await _take_job(units)) is not None:
        if due.task_name == RUN_MATCHING:
            async with units.begin() as work:
                await match(work, due.args["run_id"])
            continue
        job, call = jobs[due.task_name], JobCall(due.id, 1, is_last_attempt=True, args=due.args)
        try:
            await job.run(call)
        except DomainError as refusal:
            if job.on_given_up is None:
                raise
            await job.on_given_up(call, refusal.code)


async def _take_job(units):
    async with units.begin() as work:
        due = (await work.session.execute(DUE, {"now": work.now})).one_or_none()
        if due is not None:
            await work.session.execute(DONE, {"id": due.id})
        return due
