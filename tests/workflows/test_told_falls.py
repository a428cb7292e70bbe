"""Each fall of a line is told to its kitchen once, with the cause that it had."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from service.domain.events import Event, EventType
from service.domain.forecasts import ForecastLine
from service.domain.notifications import Notification
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows.expire_answers import expire_answers
from service.workflows.tell_events import tell_events
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from tests.factories.orders import accepting, taking
from tests.workflows.test_expire_answers import lines_of, say, sent_week
from tests.workflows.test_move_fallen_lines import change, events, move, requests


async def withdraw(units, week, order, line, qty):
    async with units.begin(actor=week.officer()) as work:
        version = (await work.session.get_one(Order, order.id)).version
        lost = Withdrawal(line.id, qty, WithdrawalReason.CROP_FAILED)
        await withdraw_lines(work, WithdrawLines(order.id, version, (lost,)))


async def texts_of(units, kind):
    await tell_events(units)
    async with units.begin() as work:
        query = sa.select(Notification).join(Event, col(Event.id) == col(Notification.event_id))
        query = query.where(col(Notification.kind) == kind).order_by(col(Event.sequence))
        return [one.text for one in await work.session.scalars(query)]


async def test_each_fall_of_a_line_is_told_once_with_its_own_cause(units):
    """A part is declined and nobody else has it; then the rest fails in the field."""
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    await change(units, OrderLine, own.id, standby_cooperative_id=None)
    await say(units, week, first, taking(own, 30_000, DeclineReason.NO_CASH))
    await move(units, first, [own])
    await withdraw(units, week, first, own, 20_000)

    await move(units, first, [own])
    await move(units, first, [own])

    told = [event.facts for event in await events(units, EventType.LINE_LEFT_SHORT)]
    assert [(facts["qty"], facts["cause"]) for facts in told] == [(10_000, "no_cash"), (20_000, "crop_failed")]
    text, _ = await texts_of(units, "shortage")
    assert text == (
        f"{week.items[1].name_id} 10 kg untuk Sen 30 Nov belum ada pemasoknya, karena modal koperasi semula tidak "
        "cukup. Sistem sedang mencari penggantinya; Anda diberi tahu hasilnya."
    )


async def test_what_falls_of_a_line_after_its_standby_took_a_part_is_told_and_repaired(units, clock):
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    await say(units, week, first, taking(own, 30_000))
    moved = await move(units, first, [own])
    assert [line.ordered_qty for line in moved.lines] == [10_000]
    await withdraw(units, week, first, own, 30_000)
    assert await requests(units) == []

    again = await move(units, first, [own])

    assert (again.orders, again.waits_for_repair) == ((), True)
    assert await requests(units) == [("32.71", clock.now + timedelta(minutes=1))]
    [event] = await events(units, EventType.LINE_LEFT_SHORT)
    assert (event.facts["qty"], event.facts["cause"]) == (30_000, "crop_failed")
    assert not (await move(units, first, [own])).waits_for_repair, "nothing fell since"
    [text] = await texts_of(units, "line_moved")
    assert text.endswith(f"diminta dari {week.cooperatives[1].name}, karena barang koperasi semula tidak cukup.")


async def test_a_line_that_fell_by_silence_says_so(units, clock):
    week, (first, second) = await sent_week(units)
    lines = await lines_of(units, first)
    await say(units, week, second, *map(accepting, await lines_of(units, second)), place=1)
    clock.now = first.respond_by_at
    await expire_answers(units)
    await move(units, first, lines)

    assert all("karena koperasi semula tidak menjawab." in text for text in await texts_of(units, "line_moved"))


async def test_a_kitchen_that_needs_less_by_now_hears_of_what_it_lacks(units):
    """40 kg fall, of which 15 are still needed: the whole fall is told of, and what is missing is 15 kg."""
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    await change(units, OrderLine, own.id, standby_cooperative_id=None)
    await say(units, week, first, taking(own, 0))
    await change(units, ForecastLine, own.forecast_line_id, demanded_qty=15_000)

    await move(units, first, [own])
    await move(units, first, [own])

    [event] = await events(units, EventType.LINE_LEFT_SHORT)
    assert event.facts["qty"] == 15_000
    async with units.begin() as work:
        assert (await work.session.get_one(OrderLine, own.id)).told_fallen_qty == own.ordered_qty
