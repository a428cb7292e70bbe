"""What has a time by which it must happen, once that time is over: nothing is left open that nobody was told of."""

import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryStatus
from service.domain.events import Event, EventType
from service.domain.invoices import Invoice, open_idr, refundable_idr
from service.domain.notifications import notice_of
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus, live_qty
from service.domain.payables import open_idr as owed_idr
from service.domain.pending_decisions import PendingDecision
from service.domain.plans import Plan
from service.domain.price_proposals import PriceProposal, PriceProposalStatus
from service.domain.purchases import Purchase, PurchaseLine, PurchaseStatus
from service.domain.recalls import Recall, RecallPart, RecallStatus
from service.domain.receipts import Receipt, ReceiptStatus
from service.domain.reliability import due_at
from service.domain.repair_requests import RepairRequest
from service.domain.runs import MatchingRun, RunKind, RunStatus, is_failed_repair
from service.workflows.chase_decisions import chase_decisions
from service.workflows.chase_deliveries import chase_deliveries
from service.workflows.chase_overdue import chase_overdue
from service.workflows.chase_payables import chase_payables
from service.workflows.chase_recalls import chase_recalls
from service.workflows.chase_refunds import chase_refunds
from service.workflows.clear_recalled import CLEAR_RECALLED
from service.workflows.expire_answers import expire_answers
from service.workflows.expire_purchases import expire_purchases
from service.workflows.message_facts import facts_of, lines_of_events
from service.workflows.move_fallen_lines import MOVE_FALLEN_LINES
from service.workflows.prepare_deliveries import prepare_due_deliveries
from service.workflows.publish_repair import PUBLISH_REPAIR
from service.workflows.start_due_repairs import start_due_repairs
from service.workflows.start_run import RUN_MATCHING
from service.workflows.tell_missed import tell_missed

TIMERS = (
    expire_answers,
    expire_purchases,
    prepare_due_deliveries,
    chase_deliveries,
    chase_overdue,
    chase_refunds,
    chase_payables,
    chase_recalls,
    chase_decisions,
    tell_missed,
    start_due_repairs,
)
"""What the clock starts in every worker, in the order in which one makes work for the next."""
ZONE = "Asia/Jakarta"
WORDS_TO_OPERATOR = {EventType.DECISION_NEEDED, EventType.DECISION_REMINDED}


async def run_out(units):
    """Let every timer ring that rings by now."""
    for timer in TIMERS:
        await timer(units)


async def forgotten(session, now):
    """Return what is still open though nobody was told of it, and what waits for a job that nobody queued."""
    return [*await _untold(session, now), *await _jobless(session, now), *await unnoted(session, now)]


async def unnoted(session, now):
    """Return what was accepted, had to leave by now and stands on no note, though no wholesaler has time to answer."""
    orders = {one.id: one for one in await _all(session, Order) if one.status is OrderStatus.ANSWERED and one.plan_id}
    noted = {one.order_line_id for one in await _all(session, DeliveryLine)}
    open_orders = {one.id: one.order_id for one in await _all(session, Purchase) if now < one.respond_by_at}
    awaited = {
        (open_orders.get(one.purchase_id), one.stock_id)
        for one in await _all(session, PurchaseLine)
        if one.confirmed_packs is None
    }
    held = [one for one in await _all(session, OrderLine) if one.order_id in orders and live_qty(one)]
    waiting = {(one.order_id, one.needed_date) for one in held if (one.order_id, one.stock_id) in awaited}
    return [
        one
        for one in held
        if due_at(one.needed_date, timezone=ZONE) <= now
        and one.id not in noted
        and (one.order_id, one.needed_date) not in waiting
    ]


async def undecided(session):
    """Return the falls that wait for the operator's word, if nothing was said or will be said of them to the operator.

    They are over once the line is sent on, or once a repair is in force.
    """
    over = {plan.published_at for plan in await _all(session, Plan) if plan.published_at}
    moved = await session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "order.lines_moved"))
    over_of = {(line_id, entry.at) for entry in moved for line_id in _moved_ids(entry)}
    events = await _all(session, Event)
    said = {(one.entity_id, one.at) for one in events if one.type in WORDS_TO_OPERATOR}
    waiting = {str(one.subject_id) for one in await _all(session, PendingDecision) if one.reminded_at is None}

    def is_heard(fall):
        order_id = fall.facts["order_id"]
        since = {at for of, at in said | over_of if of in {order_id, fall.entity_id}} | over
        return order_id in waiting or any(at >= fall.at for at in since)

    falls = [one for one in events if one.type == EventType.LINE_LEFT_SHORT and one.facts["seeker"] == "operator"]
    return [fall for fall in falls if not is_heard(fall)]


def _moved_ids(entry):
    return {one["line_id"] for one in entry.after["moved"]} | set(entry.after["wait_for_repair"])


async def not_understood(session):
    """Return the events of which people are to hear and no message can be made; one of each form is looked at."""
    heard = [(one, notice) for one in await _all(session, Event) if (notice := notice_of(one)) is not None]
    of_each_form = {(one.type, *sorted(one.facts)): (one, notice.kind) for one, notice in heard}
    found = []
    lines = await lines_of_events(session, of_each_form.values())
    for event, kind in of_each_form.values():
        try:
            await facts_of(session, event, kind, ZONE, lines)
        except (KeyError, TypeError, ValueError):
            found.append(event)
    return found


async def _untold(session, now):
    receipts = {receipt.delivery_id: receipt for receipt in await session.scalars(sa.select(Receipt))}
    found = [line for line in await _all(session, OrderLine) if line.status is OrderLineStatus.AWAITING_ANSWER]
    found += [one for one in await _all(session, PriceProposal) if one.status is PriceProposalStatus.OPEN]
    found += [one for one in await _all(session, Purchase) if one.status is PurchaseStatus.SENT]
    found += [one for one in await _all(session, Purchase) if owed_idr(one) and not one.overdue_told_at]
    found += [one for one in await _all(session, Invoice) if open_idr(one) and not one.overdue_told_at]
    found += [one for one in await _all(session, Invoice) if refundable_idr(one) and not one.refund_told_at]
    for note in await _all(session, Delivery):
        receipt = receipts.get(note.id)
        if note.status is DeliveryStatus.PLANNED and not note.undispatched_told_at:
            found.append(note)
        if note.status is DeliveryStatus.DISPATCHED and receipt is None and not note.unweighed_told_at:
            found.append(note)
        if receipt is not None and receipt.status is ReceiptStatus.OPEN and not receipt.unsigned_told_at:
            found.append(receipt)
    opened = {recall.id for recall in await _all(session, Recall) if recall.status is RecallStatus.OPEN}
    found += [one for one in await _all(session, PendingDecision) if one.reminded_at is None and one.remind_at <= now]
    for part in await _all(session, RecallPart):
        if part.recall_id in opened and part.confirmed_at is None and part.escalated_at is None:
            found.append(part)
    return found


async def _jobless(session, now):
    queued = await session.execute(sa.text("SELECT task_name, args::text FROM procrastinate_jobs"))
    jobs = [f"{name} {args}" for name, args in queued]

    def is_queued(name, key):
        return any(job.startswith(f"{name} ") and str(key) in job for job in jobs)

    runs = {run.id: run for run in await _all(session, MatchingRun)}
    at_work = {run.week_start for run in runs.values() if run.status is RunStatus.QUEUED}
    found = [run for run in runs.values() if run.status is RunStatus.QUEUED and not is_queued(RUN_MATCHING, run.id)]
    requests = await _all(session, RepairRequest)
    found += [asked for asked in requests if asked.due_at <= now and asked.week_start not in at_work]
    found += await _given_up_silently(session, runs.values(), requests)
    for plan in await _all(session, Plan):
        is_by_itself = plan.run_kind is RunKind.REPAIR and runs[plan.run_id].requested_by is None
        if is_by_itself and not is_queued(PUBLISH_REPAIR, plan.id):
            found.append(plan)
    declined = [line for line in await _all(session, OrderLine) if line.status is OrderLineStatus.DECLINED]
    found += [line for line in declined if not is_queued(MOVE_FALLEN_LINES, line.id)]
    found += [one for one in await _all(session, Recall) if not is_queued(CLEAR_RECALLED, one.id)]
    return found


async def _given_up_silently(session, runs, requests):
    """Return the repairs that failed by themselves though nobody was told and nothing tries again."""
    told = set(await session.scalars(sa.select(Event.entity_id).where(Event.type == EventType.REPAIR_GIVEN_UP)))
    asked = {(one.region_code, one.week_start) for one in requests}
    last = {(run.region_code, run.week_start): run for run in sorted(runs, key=lambda run: (run.created_at, run.id))}
    return [
        run for week, run in last.items() if is_failed_repair(run) and week not in asked and str(run.id) not in told
    ]


async def _all(session, kind):
    return list(await session.scalars(sa.select(kind).execution_options(populate_existing=True)))
