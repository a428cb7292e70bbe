"""Where the policy asks the operator: they hear once of each order that waits, and once more before it is too late."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.database.queries.pending_decisions import begun_decisions, lift_decisions, unreminded_decisions
from service.domain.events import EventType
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.notifications import Notification
from service.domain.orders import DeclineReason, OrderLine, OrderLineStatus
from service.domain.pending_decisions import TOLD_TOGETHER, PendingDecision
from service.domain.people import Role
from service.domain.policies import FallenLines
from service.domain.repair_requests import RepairRequest
from service.workflows.chase_decisions import chase_decision, chase_decisions
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.move_fallen_lines import MoveFallenLines, move_settled_lines
from service.workflows.move_lines_by_hand import move_lines_by_hand
from service.workflows.tell_events import tell_events
from service.workflows.tell_missed import tell_missed, tell_missed_of_order
from tests.factories.orders import taking
from tests.factories.plans import LINE_QTY, WEEK, new_policy
from tests.factories.runs import rows
from tests.workflows.test_expire_answers import lines_of, say, sent_week
from tests.workflows.test_move_fallen_lines import change, events, waiting_moves
from tests.workflows.timers import forgotten

SUNDAY_AT_SIX = datetime(2026, 11, 28, 23, tzinfo=UTC)
"""06:00 in Jakarta on the day before the first cooking day."""


@pytest.fixture
async def asking(units):
    """A published week of which the operator decides, and two lines of one order without standby."""
    week, (first, _) = await sent_week(units)
    async with units.begin() as work:
        values = {**new_policy().values, "fallen_lines": FallenLines.ASK_OPERATOR.value}
        work.session.add(new_policy(number=2, values=values))
    one, other, *_ = await lines_of(units, first)
    for line in (one, other):
        await change(units, OrderLine, line.id, standby_cooperative_id=None)
    return week, first, (one, other)


async def settle(units, order, line):
    """Do what the job does once the answer cannot be taken back any more."""
    async with units.begin() as work:
        return await move_settled_lines(work, MoveFallenLines(order.id, (line.id,)))


async def fall(units, week, order, line):
    """Let a line be declined for good."""
    await say(units, week, order, taking(line, 0))
    await settle(units, order, line)


async def need(units, week, qty, *, days=0):
    """Correct the first kitchen's forecast to a quantity of each item on the days that it has, from some day on."""
    kitchen_id, standing = week.kitchens[0].id, ForecastStatus.SUBMITTED
    [forecast] = await rows(units, Forecast, kitchen_id=kitchen_id, status=standing)
    old = await rows(units, ForecastLine, forecast_id=forecast.id)
    grown = WEEK + timedelta(days=days)
    lines = {(one.item_code, one.needed_date): one.demanded_qty for one in old}
    lines |= {(item.code, grown): qty for item in week.items}
    entry = ForecastEntry(lines=tuple(LineEntry(code, day, qty) for (code, day), qty in lines.items()))
    async with units.begin(actor=week.head()) as work:
        await correct_forecast(work, CorrectForecast(forecast.id, forecast.version, "more pupils", entry))


async def told(units, kind):
    await tell_events(units)
    return [(one.user_id, one.text) for one in await rows(units, Notification, kind=kind)]


async def test_each_kitchen_hears_of_its_line_and_the_operator_once_of_the_order(units, asking):
    week, order, lines = asking
    for line in lines:
        await say(units, week, order, taking(line, 0))
        assert (await settle(units, order, line)).lines == ()
        await settle(units, order, line)

    assert len(await waiting_moves(units)) == 2
    heard = await told(units, "shortage")
    assert [user_id for user_id, _ in heard] == [week.users[Role.KITCHEN_HEAD, line.kitchen_id].id for line in lines]
    assert all("Operator kota memutuskan penggantinya" in text for _, text in heard)
    [(user_id, text)] = await told(units, "lines_undecided")
    assert user_id == week.operator.user_id
    assert text.startswith(f"1 baris pesanan {order.number} dari {week.cooperatives[0].name} tidak ada pemasoknya lagi")
    assert await rows(units, RepairRequest) == []


async def test_an_operator_who_does_nothing_is_reminded_once_by_when_answers_must_be_in(units, asking, clock):
    week, order, (line, _) = asking
    await fall(units, week, order, line)
    clock.now = SUNDAY_AT_SIX - timedelta(seconds=1)
    assert await chase_decisions(units) == []
    clock.now = SUNDAY_AT_SIX
    async with units.begin() as work:
        assert order.id in {getattr(one, "subject_id", None) for one in await forgotten(work.session, work.now)}

    assert await chase_decisions(units) == [order.id]
    assert await chase_decisions(units) == []

    [(_, text)] = await told(units, "decision_reminder")
    assert text.startswith(f"{order.number} masih menunggu keputusan Anda, paling awal untuk masak Sen 30 Nov.")
    async with units.begin() as work:
        assert order.id not in {getattr(one, "subject_id", None) for one in await forgotten(work.session, work.now)}


@pytest.mark.parametrize("has_acted", [False, True])
async def test_an_operator_who_was_reminded_or_acted_since_the_look_hears_no_more(units, asking, clock, has_acted):
    week, order, (line, _) = asking
    await fall(units, week, order, line)
    clock.now = SUNDAY_AT_SIX
    async with units.begin() as work:
        [due] = await unreminded_decisions(work.session, work.now)
    if has_acted:
        async with units.begin(actor=week.operator) as work:
            await move_lines_by_hand(work, MoveFallenLines(order.id, (line.id,)))
    else:
        assert await chase_decisions(units) == [order.id]

    async with units.begin() as work:
        assert not await chase_decision(work, due)

    assert len(await told(units, "decision_reminder")) == (0 if has_acted else 1)


async def test_who_acts_is_not_reminded_and_hears_of_the_next_fall(units, asking, clock):
    week, order, (line, other) = asking
    await fall(units, week, order, line)
    async with units.begin(actor=week.operator) as work:
        moved = await move_lines_by_hand(work, MoveFallenLines(order.id, (line.id,)))
    assert moved.waits_for_repair
    assert await rows(units, PendingDecision) == []
    assert len(await events(units, EventType.LINE_LEFT_SHORT)) == 1, "the kitchen knows"

    await fall(units, week, order, other)
    assert len(await told(units, "lines_undecided")) == 2


async def test_falls_of_an_hour_are_told_together_and_later_ones_anew(units, asking, clock):
    week, order, (line, other) = asking
    await fall(units, week, order, line)
    clock.now += TOLD_TOGETHER
    await fall(units, week, order, other)

    assert len(await told(units, "lines_undecided")) == 2
    assert len(await rows(units, PendingDecision)) == 1


async def test_an_operator_who_was_reminded_hears_of_what_falls_later(units, asking, clock):
    week, order, (line, other) = asking
    await change(units, OrderLine, other.id, needed_date=date(2026, 12, 3))
    await fall(units, week, order, line)
    clock.now = SUNDAY_AT_SIX
    assert await chase_decisions(units) == [order.id]
    async with units.begin() as work:
        fallen = await work.session.get_one(OrderLine, other.id)
        fallen.status, fallen.accepted_qty = OrderLineStatus.DECLINED, 0
    await settle(units, order, other)

    assert len(await told(units, "lines_undecided")) == 2
    clock.now = datetime(2026, 12, 1, 23, tzinfo=UTC)
    async with units.begin() as work:
        assert order.id in {getattr(one, "subject_id", None) for one in await forgotten(work.session, work.now)}
    assert await chase_decisions(units) == [order.id]
    assert [text.partition(" masak ")[2][:10] for _, text in await told(units, "decision_reminder")] == [
        "Sen 30 Nov",
        "Kam 3 Des.",
    ]


async def test_a_day_that_begins_undecided_is_told_to_its_kitchen_once_and_later_days_wait_on(units, asking, clock):
    week, order, (line, other) = asking
    await change(units, OrderLine, other.id, needed_date=date(2026, 12, 3))
    for one in (line, other):
        await fall(units, week, order, one)
    clock.now = SUNDAY_AT_SIX
    assert await chase_decisions(units) == [order.id]
    assert await tell_missed(units) == []

    clock.now = SUNDAY_AT_SIX + timedelta(hours=18)
    assert await tell_missed(units) == [order.id]
    assert await tell_missed(units) == []
    [(user_id, text)] = await told(units, "supply_repaired")
    assert user_id == week.users[Role.KITCHEN_HEAD, line.kitchen_id].id
    assert "sudah terlambat untuk mencari pemasok lain" in text
    [pending] = await rows(units, PendingDecision)
    assert (pending.first_day, pending.reminded_at) == (date(2026, 12, 3), None)

    clock.now = datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert await chase_decisions(units) == [order.id]
    clock.now = datetime(2026, 12, 2, 17, tzinfo=UTC)
    assert await tell_missed(units) == [order.id]
    assert await rows(units, PendingDecision) == []


async def test_a_day_that_begins_before_anybody_was_reminded_is_told_once_and_then_forgotten(units, asking, clock):
    week, order, (line, _) = asking
    await fall(units, week, order, line)
    clock.now = SUNDAY_AT_SIX + timedelta(hours=18)

    assert await tell_missed(units) == [order.id]
    assert len(await rows(units, PendingDecision)) == 1, "the operator is still to be asked about what is ahead"
    assert await tell_missed(units) == [order.id]
    [(user_id, _)] = await told(units, "supply_repaired")
    assert user_id == week.users[Role.KITCHEN_HEAD, line.kitchen_id].id
    assert await chase_decisions(units) == []
    assert await rows(units, PendingDecision) == []


async def test_a_decision_that_was_made_while_the_day_began_is_not_told_as_missed(units, asking, clock):
    week, order, (line, _) = asking
    await fall(units, week, order, line)
    clock.now = SUNDAY_AT_SIX + timedelta(hours=18)
    async with units.begin() as work:
        [due] = await begun_decisions(work.session, work.now)
        await lift_decisions(work.session, region_code=order.region_code, week_start=order.week_start)
    async with units.begin() as work:
        assert not await tell_missed_of_order(work, due)
    assert await told(units, "supply_repaired") == []


async def test_a_kitchen_that_needs_still_more_is_told_anew_after_the_reminder(units, asking, clock):
    week, *_ = asking
    clock.now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    await need(units, week, 2 * LINE_QTY)
    clock.now = SUNDAY_AT_SIX
    assert await chase_decisions(units) == [week.kitchens[0].id]
    await need(units, week, 3 * LINE_QTY, days=3)

    assert len(await told(units, "need_undecided")) == 2


async def test_what_the_operator_did_not_send_on_still_waits(units, asking, clock):
    week, order, (line, other) = asking
    await change(units, OrderLine, line.id, standby_cooperative_id=line.standby_cooperative_id)
    for one in (line, other):
        await say(units, week, order, taking(one, 0, DeclineReason.NO_CASH))
        await settle(units, order, one)
    async with units.begin(actor=week.operator) as work:
        moved = await move_lines_by_hand(work, MoveFallenLines(order.id, (line.id,)))
    assert (len(moved.lines), moved.waits_for_repair) == (1, False)

    [pending] = await rows(units, PendingDecision)
    assert (pending.subject_id, pending.first_day) == (order.id, other.needed_date)
    clock.now = pending.remind_at
    assert await chase_decisions(units) == [order.id]


async def test_who_sent_on_what_they_were_told_of_hears_of_what_falls_meanwhile(units, asking):
    week, order, (line, other) = asking
    await change(units, OrderLine, line.id, standby_cooperative_id=line.standby_cooperative_id)
    await fall(units, week, order, line)
    await say(units, week, order, taking(other, 0))
    async with units.begin(actor=week.operator) as work:
        await move_lines_by_hand(work, MoveFallenLines(order.id, (line.id,)))
    await settle(units, order, other)

    assert len(await told(units, "lines_undecided")) == 2


async def test_what_waits_no_more_is_forgotten_without_a_word(units, asking, clock):
    week, order, (line, _) = asking
    await fall(units, week, order, line)
    clock.now = datetime(2026, 11, 30, 3, tzinfo=UTC)

    assert await chase_decisions(units) == []
    assert await rows(units, PendingDecision) == []


async def test_the_operator_hears_of_a_kitchen_that_needs_more(units, asking, clock):
    week, *_ = asking
    clock.now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    kitchen = week.kitchens[0]
    await need(units, week, 2 * LINE_QTY)

    assert await rows(units, RepairRequest) == []
    [(user_id, text)] = await told(units, "need_undecided")
    assert user_id == week.operator.user_id
    assert text.startswith(f"{kitchen.name} membutuhkan lebih banyak dari yang dipesan, paling awal untuk masak Sen")
    clock.now = SUNDAY_AT_SIX
    assert await chase_decisions(units) == [kitchen.id]
