"""The job queue and its workers: procrastinate on the database that holds everything else."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job as StoredJob
from procrastinate.periodic import PeriodicRegistry
from psycopg import AsyncConnection

from service.jobs.definitions import DELIVER, QUICK, SEND, SOLVE, Job, JobCall, JobTimings
from service.jobs.forgetting import forget_old_jobs
from service.jobs.recovery import recover_stalled_jobs
from service.jobs.schedule import Clocks, defer_by_the_clock
from service.telemetry import correlated

logger = logging.getLogger(__name__)

QUICK_AT_ONCE: Final = 4
SEND_AT_ONCE: Final = 2
DELIVER_AT_ONCE: Final = 2
MOST_CONNECTIONS: Final = QUICK_AT_ONCE + SEND_AT_ONCE + DELIVER_AT_ONCE + 4
RESTART_WAIT_S: Final = 5
ASKED_AGAIN_AFTER_S: Final = 1
"""Beyond the time that running jobs get, when a worker is told to stop."""
FORGET_OLD_JOBS: Final = "forget_old_jobs"
ONCE_A_YEAR: Final = "0 0 1 1 *"
STRANGER: Final = "job_of_another_version"
LEFT_FOR_S: Final = 20
"""How soon a job of another version is looked at again."""
UNCOUNT: Final = "UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = %(id)s"
"""Putting back counts an attempt, and none was made."""


class UnknownJob(LookupError):
    """A job was deferred under a name that no worker knows."""


class Jobs:
    """The registered jobs of one process: defer them in a transaction, and work on them."""

    def __init__(self, conninfo: str, timings: JobTimings | None = None, clocks: Clocks | None = None) -> None:
        self._timings, self._clocks = timings or JobTimings(), clocks or Clocks()
        self._connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=MOST_CONNECTIONS)
        self._app = App(connector=self._connector)
        self._app.tasks = _Tasks(self._app.task(name=STRANGER, pass_context=True, retry=_LeftToOthers())(self._leave))
        self._jobs: dict[str, Job] = {}
        # Not the app's own: its workers would defer them, and end with all that they work on when a clock is set.
        self._periodic = PeriodicRegistry()  # type: ignore[no-untyped-call]
        self.register(Job(name=FORGET_OLD_JOBS, run=self._forget_old_jobs, cron="5 * * * *"))
        # But a worker that has nothing at all to defer watches no longer over its own heartbeat.
        self._app.periodic(cron=ONCE_A_YEAR)(self._app.tasks[FORGET_OLD_JOBS])

    def register(self, *jobs: Job) -> None:
        """Make kinds of jobs known, to those who defer them and to the workers of this process."""
        for job in jobs:
            self._jobs[job.name] = job
            task = self._app.task(name=job.name, queue=job.queue, pass_context=True, retry=_Retries(job))(_attempt(job))
            if job.cron:
                self._periodic.register_task(task=task, cron=job.cron, periodic_id="", configure_kwargs={})

    @property
    def names(self) -> frozenset[str]:
        """The jobs that this process knows."""
        return frozenset(self._jobs)

    async def defer(
        self,
        connection: AsyncConnection[Any],
        job_name: str,
        args: Mapping[str, Any],
        *,
        not_before: datetime | None = None,
        lock: str | None = None,
    ) -> int:
        """Insert a job on the caller's connection: it exists once that connection commits."""
        if job_name not in self._jobs:
            message = f"no job is named {job_name}; known: {', '.join(sorted(self._jobs))}"
            raise UnknownJob(message)
        options: dict[str, Any] = {"connection": connection, "schedule_at": not_before, "lock": lock}
        return await self._app.configure_task(job_name, **options).defer_async(**args)

    @asynccontextmanager
    async def working(self, *, solves_at_once: int = 1) -> AsyncIterator[None]:
        """Work on jobs in the background of the block; at its end let them finish, or put them back."""
        async with self._app.open_async():
            runs = (
                lambda: self._run_worker(QUICK, QUICK_AT_ONCE),
                lambda: self._run_worker(SEND, SEND_AT_ONCE),
                lambda: self._run_worker(DELIVER, DELIVER_AT_ONCE),
                lambda: self._run_worker(SOLVE, solves_at_once),
                self._recover,
                lambda: defer_by_the_clock(self._periodic, self._clocks),
            )
            tasks = {asyncio.create_task(self._keep(run), name="pasok-worker") for run in runs}
            try:
                yield
            finally:
                await self._stop(tasks)

    async def _stop(self, tasks: set[asyncio.Task[None]]) -> None:
        """Cancel until all have ended: a worker that is just starting lets a first word go unheard."""
        while tasks:
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=self._timings.stop_within_s + ASKED_AGAIN_AFTER_S)

    async def _keep(self, run: Callable[[], Awaitable[None]]) -> None:
        """Run for ever: a database that was away for a while must not leave a process without its worker."""
        while True:
            try:
                await run()
            except Exception:
                logger.exception("worker_stopped_unexpectedly")
            await asyncio.sleep(RESTART_WAIT_S)

    async def _run_worker(self, queue: str, concurrency: int) -> None:
        timings = self._timings
        await self._app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=concurrency,
            fetch_job_polling_interval=timings.poll_s,
            update_heartbeat_interval=timings.heartbeat_s,
            stalled_worker_timeout=timings.stalled_after_s,
            shutdown_graceful_timeout=timings.stop_within_s,
            install_signal_handlers=False,
        )

    async def _recover(self) -> None:
        # A loop of its own and not a periodic job: if it died as a job, nobody would be left to recover it.
        while True:
            await recover_stalled_jobs(self._connector.pool, self._jobs, self._timings.stalled_after_s)
            await asyncio.sleep(self._timings.recover_every_s)

    async def _leave(self, context: JobContext, /, **_args: Any) -> None:  # noqa: ANN401
        """Put a job that this version does not know back as it was: during a deploy another version's worker does."""
        fields = {"job": context.job.task_name, "job_id": context.job.id}
        logger.warning("job_of_another_version", extra=fields)
        await self._app.connector.execute_query_async(UNCOUNT, id=context.job.id)
        raise UnknownJob(context.job.task_name)

    async def _forget_old_jobs(self, _call: JobCall) -> None:
        await forget_old_jobs(self._connector.pool)


class _Tasks(dict[str, Any]):
    """The tasks by name; every other name is a stranger's."""

    def __init__(self, stranger: Any) -> None:  # noqa: ANN401 - procrastinate's own
        super().__init__()
        self._stranger = stranger

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        return super().get(name, default or self._stranger)


class _LeftToOthers(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: StoredJob) -> RetryDecision:  # noqa: ARG002
        return RetryDecision(retry_in={"seconds": LEFT_FOR_S})


class _Retries(BaseRetryStrategy):
    def __init__(self, job: Job) -> None:
        self._job = job

    def get_retry_decision(self, *, exception: BaseException, job: StoredJob) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})  # the worker was told to stop: another one goes on
        if job.attempts + 1 >= self._job.max_attempts:
            return None
        return RetryDecision(retry_in={"seconds": self._job.retry_wait_s * 2**job.attempts})


def _attempt(job: Job) -> Callable[..., Awaitable[None]]:
    async def attempt(context: JobContext, *, correlation_id: str | None = None, **args: Any) -> None:  # noqa: ANN401
        number = context.job.attempts + 1
        call = JobCall(context.job.id or 0, number, number >= job.max_attempts, args)
        fields = {"job": job.name, "job_id": call.job_id, "attempt": number}
        with correlated(correlation_id):
            logger.info("job_started", extra=fields)
            try:
                await job.run(call)
            except Exception as error:
                logger.exception("job_failed", extra=fields)
                if call.is_last_attempt and job.on_given_up:
                    await job.on_given_up(call, f"{type(error).__name__}: {error}")
                raise
            logger.info("job_succeeded", extra=fields)

    return attempt
