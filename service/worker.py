"""The composition root: what a process is made of, and which workflow each job runs."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions, require_postgresql
from service.database.replica import Replica, reading_copy
from service.database.schema import require_current_schema
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.contacts import Channel
from service.domain.retention import Retention
from service.files.photos import PhotoShelf
from service.jobs.app import Jobs
from service.jobs.definitions import DELIVER, SEND, SOLVE, Job, JobCall
from service.matching.questions import QuestionDesk
from service.notifications.email import SmtpMail
from service.notifications.gateway import HttpGateway
from service.notifications.webhooks import HttpWebhookSender
from service.settings import Settings
from service.workflows.ask_at_length import ANSWER_AT_LENGTH, answer_at_length, give_up_at_length
from service.workflows.chase_decisions import chase_decisions
from service.workflows.chase_deliveries import chase_deliveries
from service.workflows.chase_overdue import chase_overdue
from service.workflows.chase_payables import chase_payables
from service.workflows.chase_recalls import chase_recalls
from service.workflows.chase_refunds import chase_refunds
from service.workflows.clear_recalled import CLEAR_RECALLED, clear_recalled
from service.workflows.clear_suspended import CLEAR_SUSPENDED, clear_suspended
from service.workflows.deliver_webhooks import Delivering, deliver_webhooks
from service.workflows.expire_answers import expire_answers
from service.workflows.expire_purchases import expire_purchases
from service.workflows.forget_actions import forget_actions
from service.workflows.forget_answers import forget_answers
from service.workflows.forget_attempts import forget_attempts
from service.workflows.forget_past import forget_past
from service.workflows.forget_photos import forget_photos
from service.workflows.forget_sent_files import forget_sent_files
from service.workflows.forget_what_ifs import forget_what_ifs
from service.workflows.move_fallen_lines import MOVE_FALLEN_LINES, MoveFallenLines, move_settled_lines
from service.workflows.prepare_deliveries import prepare_due_deliveries
from service.workflows.publish_repair import PUBLISH_REPAIR, PublishRepair, give_up_publishing, publish_repair
from service.workflows.recover_runs import AbandonRun, RecoverRuns, abandon_run, recover_runs
from service.workflows.remind_answers import remind_answers
from service.workflows.resume_supply import RESUME_SUPPLY, resume_supply
from service.workflows.run_matching import RunMatching, run_matching
from service.workflows.seal_audit import seal_audit
from service.workflows.send_notifications import Carrier, Sending, send_notifications
from service.workflows.share_rest import settle_quotas
from service.workflows.start_due_repairs import start_due_repairs
from service.workflows.start_run import RUN_MATCHING
from service.workflows.tell_events import tell_events
from service.workflows.tell_missed import tell_missed
from service.workflows.tell_people import Linking

EVERY_HALF_MINUTE: Final = "* * * * * */30"
"""Cron with seconds, which stand last."""

EVERY_FIVE_SECONDS: Final = "* * * * * */5"

EVERY_MINUTE: Final = "* * * * *"

LONGEST_ANSWER_S: Final = 1800.0
"""A question that is computed for longer than this is given up."""

FORGET_ANSWERS: Final = "forget_answers"


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the edges of one process (requests, jobs, commands) work with."""

    settings: Settings
    engine: AsyncEngine
    jobs: Jobs
    units: UnitsOfWork
    replica: Replica | None = None


def build_jobs(units: UnitsOfWork, settings: Settings) -> tuple[Job, ...]:
    """Name every job and hand its workflow what it needs."""

    async def run(call: JobCall) -> None:
        await run_matching(units, RunMatching(UUID(call.args["run_id"])))

    async def abandon(call: JobCall, reason: str) -> None:
        async with units.begin() as work:
            await abandon_run(work, AbandonRun(UUID(call.args["run_id"]), reason))

    async def recover(_call: JobCall) -> None:
        async with units.begin() as work:
            await recover_runs(work, RecoverRuns())

    async def seal(_call: JobCall) -> None:
        await seal_audit(units)

    async def answer(call: JobCall) -> None:
        desk = QuestionDesk(wait_s=LONGEST_ANSWER_S)
        try:
            await answer_at_length(units, UUID(call.args["answer_id"]), desk)
        finally:
            desk.close()

    async def give_up(call: JobCall, reason: str) -> None:
        await give_up_at_length(units, UUID(call.args["answer_id"]), reason)

    return (
        Job(name=RUN_MATCHING, run=run, on_given_up=abandon, queue=SOLVE),
        Job(name=ANSWER_AT_LENGTH, run=answer, on_given_up=give_up, queue=SOLVE),
        *_order_jobs(units),
        *_repair_jobs(units),
        *_chasing_jobs(units),
        *_message_jobs(units, settings),
        Job(name="seal_audit", run=seal, cron=EVERY_HALF_MINUTE),
        Job(name="recover_runs", run=recover, cron=EVERY_HALF_MINUTE),
        *_forgetting_jobs(units, settings),
    )


def _forgetting_jobs(units: UnitsOfWork, settings: Settings) -> tuple[Job, ...]:
    """Name the jobs that delete what is past its time, all day long: many machines are off at night."""
    retention = Retention(
        logins_days=settings.keep_logins_days,
        messages_days=settings.keep_messages_days,
        events_days=settings.keep_events_days,
    )

    def forgetting(*steps: Callable[[UnitOfWork], Awaitable[object]]) -> Callable[[JobCall], Awaitable[None]]:
        async def forget(_call: JobCall) -> None:
            async with units.begin() as work:
                for step in steps:
                    await step(work)

        return forget

    async def forget_what_is_over(_call: JobCall) -> None:
        await forget_past(units, retention)

    async def forget_files(_call: JobCall) -> None:
        await forget_photos(units, PhotoShelf(settings.photos_dir))

    return (
        Job(name=FORGET_ANSWERS, run=forgetting(forget_answers, forget_sent_files), cron="17 * * * *"),
        Job(name="forget_actions", run=forgetting(forget_actions), cron="29 * * * *"),
        Job(name="forget_attempts", run=forgetting(forget_attempts), cron="47 * * * *"),
        Job(name="forget_past", run=forget_what_is_over, cron="11 * * * *"),
        Job(name="forget_photos", run=forget_files, cron="23 */3 * * *"),
        Job(name="forget_what_ifs", run=forgetting(forget_what_ifs), cron="41 * * * *"),
    )


def _order_jobs(units: UnitsOfWork) -> tuple[Job, ...]:
    """Name the jobs that keep orders moving without a human."""

    async def move(call: JobCall) -> None:
        command = MoveFallenLines(
            UUID(call.args["order_id"]), tuple(UUID(line_id) for line_id in call.args["line_ids"])
        )
        async with units.begin() as work:
            await move_settled_lines(work, command)

    async def clear(call: JobCall) -> None:
        await clear_suspended(units, UUID(call.args["organisation_id"]))

    async def resume(call: JobCall) -> None:
        await resume_supply(units, UUID(call.args["organisation_id"]))

    async def clear_goods(call: JobCall) -> None:
        await clear_recalled(units, UUID(call.args["recall_id"]))

    def each_minute(name: str, look: Callable[[UnitsOfWork], Awaitable[object]]) -> Job:
        async def run(_call: JobCall) -> None:
            await look(units)

        return Job(name=name, run=run, cron=EVERY_MINUTE)

    return (
        Job(name=MOVE_FALLEN_LINES, run=move, max_attempts=8),
        Job(name=CLEAR_SUSPENDED, run=clear, max_attempts=8),
        Job(name=RESUME_SUPPLY, run=resume, max_attempts=8),
        Job(name=CLEAR_RECALLED, run=clear_goods, max_attempts=8),
        each_minute("expire_answers", expire_answers),
        each_minute("expire_purchases", expire_purchases),
        each_minute("remind_answers", remind_answers),
        each_minute("prepare_deliveries", prepare_due_deliveries),
    )


def _repair_jobs(units: UnitsOfWork) -> tuple[Job, ...]:
    """Name the jobs that start and publish repairs."""

    async def repair(_call: JobCall) -> None:
        await start_due_repairs(units)

    async def publish(call: JobCall) -> None:
        await publish_repair(units, PublishRepair(UUID(call.args["plan_id"])))

    async def hold_back(call: JobCall, reason: str) -> None:
        async with units.begin() as work:
            await give_up_publishing(work, PublishRepair(UUID(call.args["plan_id"])), reason)

    return (
        Job(name="start_due_repairs", run=repair, cron=EVERY_HALF_MINUTE),
        Job(name=PUBLISH_REPAIR, run=publish, on_given_up=hold_back),
    )


def _chasing_jobs(units: UnitsOfWork) -> tuple[Job, ...]:
    """Name the jobs that do not let goods, money, recalls and decisions rest."""

    async def chase_goods(_call: JobCall) -> None:
        await chase_deliveries(units)

    async def chase_money(_call: JobCall) -> None:
        await chase_overdue(units)
        await chase_refunds(units)
        await chase_payables(units)

    async def give_back(_call: JobCall) -> None:
        await settle_quotas(units)

    async def chase_silence(_call: JobCall) -> None:
        for chase in (chase_recalls, chase_decisions, tell_missed):
            await chase(units)

    return (
        Job(name="chase_deliveries", run=chase_goods, cron="*/10 * * * *"),
        Job(name="chase_overdue", run=chase_money, cron="*/10 * * * *"),
        Job(name="return_quotas", run=give_back, cron=EVERY_MINUTE),
        Job(name="chase_recalls", run=chase_silence, cron=EVERY_MINUTE),
    )


def _carriers(settings: Settings) -> dict[Channel, Carrier]:
    """Return who brings messages on each channel that is set up."""
    carriers: dict[Channel, Carrier] = {}
    if settings.smtp_url is not None:
        carriers[Channel.EMAIL] = SmtpMail(settings.smtp_url.get_secret_value(), settings.mail_from)
    if settings.gateway_url is not None and settings.gateway_secret is not None:
        carriers[Channel.PHONE] = HttpGateway(settings.gateway_url, settings.gateway_secret.get_secret_value())
    return carriers


def _message_jobs(units: UnitsOfWork, settings: Settings) -> tuple[Job, ...]:
    """Name the jobs that tell programs and people what happened."""
    secret = settings.secret_key.get_secret_value()
    sender = HttpWebhookSender(allows_private=settings.webhooks_to_private)
    delivering = Delivering(sender, secret, secrets.SystemRandom().random)
    linking = Linking(settings.public_url, secret) if settings.public_url else None
    sending = Sending(_carriers(settings), delivering.chance)

    async def tell(_call: JobCall) -> None:
        await tell_events(units, linking)

    async def send(_call: JobCall) -> None:
        while await send_notifications(units, sending):
            pass

    async def deliver(_call: JobCall) -> None:
        while await deliver_webhooks(units, delivering):
            pass

    return (
        Job(name="tell_events", run=tell, cron=EVERY_FIVE_SECONDS),
        Job(name="send_notifications", run=send, queue=SEND, cron=EVERY_FIVE_SECONDS),
        Job(name="deliver_webhooks", run=deliver, queue=DELIVER, cron=EVERY_FIVE_SECONDS),
    )


async def require_ready(database_url: str) -> None:
    """Refuse a database that does not fit this program, before anything is started on it."""
    engine = create_engine(database_url)
    try:
        await require_postgresql(engine)
        await require_current_schema(engine)
    finally:
        await engine.dispose()


@asynccontextmanager
async def running(settings: Settings, database_url: str, *, work: bool) -> AsyncIterator[Runtime]:
    """Connect, refuse a database that does not fit this program, and (with `work`) do jobs until the block ends."""
    engine = create_engine(database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        await require_postgresql(engine)
        await require_current_schema(engine)
        jobs = Jobs(conninfo(database_url))
        units = UnitsOfWork(create_sessions(engine), jobs)
        jobs.register(*build_jobs(units, settings))
        if work:
            await stack.enter_async_context(jobs.working(solves_at_once=settings.solves_at_once))
        replica = await stack.enter_async_context(reading_copy(units, settings.replica_url))
        yield Runtime(settings, engine, jobs, units, replica)
