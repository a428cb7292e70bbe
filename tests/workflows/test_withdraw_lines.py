"""A cooperative withdraws after accepting: notes follow, the kitchen is short, a standby or a repair is asked."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.database.queries.week_orders import declined_goods
from service.domain.deliveries import DeliveryStatus
from service.domain.errors import InvalidField, NotFound, StaleVersion
from service.domain.orders import DeclineReason, OrderLine, OrderLineStatus
from service.domain.plans import Shortage
from service.domain.withdrawals import LineWithdrawal, Withdrawal, WithdrawalReason, Withdrawer
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from tests.factories.delivered_weeks import add_delivered_week, lines_of, note_lines_of, send_out
from tests.workflows.test_orders_at_once import at_once, kinds

FAILED = WithdrawalReason.CROP_FAILED


@pytest.fixture
async def delivered(work):
    return await add_delivered_week(work)


def withdrawing(order, *said):
    command = WithdrawLines(order.id, order.version, tuple(Withdrawal(line.id, qty, FAILED) for line, qty in said))
    return lambda work: withdraw_lines(work, command)


async def test_withdrawn_goods_leave_line_and_note_and_are_short(work, delivered):
    [order] = delivered.orders
    own = [line for line in await lines_of(work, order) if line.offer_id]
    [row] = await withdrawing(order, (own[0], 3_000))(replace(work, actor=delivered.officer))
    assert (own[0].status, own[0].accepted_qty) == (OrderLineStatus.ACCEPTED_LESS, own[0].ordered_qty - 3_000)
    assert (row.withdrawer, row.withdrawn_qty) == (Withdrawer.COOPERATIVE, 3_000)
    noted = [line for note in delivered.notes for line in await note_lines_of(work, note)]
    assert [line.planned_qty for line in noted if line.order_line_id == own[0].id] == [own[0].accepted_qty]
    shortage = (await work.session.scalars(sa.select(Shortage).where(Shortage.order_line_id == own[0].id))).one()
    assert (shortage.short_qty, shortage.reasons[0]["code"]) == (3_000, "crop_failed")
    assert await violations(work.session) == []


async def test_a_note_of_which_nothing_is_left_is_called_off(work, delivered):
    [order] = delivered.orders
    note = delivered.notes[0]
    mine = [line for line in await lines_of(work, order) if line.kitchen_id == note.kitchen_id]
    await withdrawing(order, *((line, line.accepted_qty) for line in mine))(replace(work, actor=delivered.officer))
    assert note.status is DeliveryStatus.CANCELLED
    assert {line.status for line in mine} == {OrderLineStatus.DECLINED}
    assert await violations(work.session) == []


async def test_a_repair_does_not_ask_again_for_what_was_withdrawn(work, delivered):
    [order] = delivered.orders
    line = next(line for line in await lines_of(work, order) if line.offer_id)
    said = Withdrawal(line.id, line.accepted_qty, WithdrawalReason.NO_TRANSPORT)
    await withdraw_lines(replace(work, actor=delivered.officer), WithdrawLines(order.id, order.version, (said,)))
    declined = await declined_goods(work.session, order.region_code, order.week_start)
    assert [(one.offer_id, one.reason) for one in declined] == [(line.offer_id, DeclineReason.NO_TRANSPORT)]


async def test_what_has_left_cannot_be_withdrawn(work, delivered):
    [order], note = delivered.orders, delivered.notes[0]
    await send_out(work, delivered, note)
    [line, *_] = [one for one in await lines_of(work, order) if one.kitchen_id == note.kitchen_id]
    with pytest.raises(InvalidField, match="withdrawals"):
        await withdrawing(order, (line, 1_000))(replace(work, actor=delivered.officer))


async def test_only_the_orders_cooperative_withdraws_and_at_the_version_it_saw(work, delivered):
    [order] = delivered.orders
    line = (await lines_of(work, order))[0]
    stale = WithdrawLines(order.id, order.version + 1, (Withdrawal(line.id, 1_000, FAILED),))
    with pytest.raises(StaleVersion):
        await withdraw_lines(replace(work, actor=delivered.officer), stale)
    stranger = replace(delivered.officer, organisation_id=delivered.week.kitchens[0].id)
    with pytest.raises(NotFound):
        await withdrawing(order, (line, 1_000))(replace(work, actor=stranger))


@pytest.mark.parametrize("seed", [1, 2])
async def test_of_two_who_withdraw_at_once_one_is_heard(crowd, seed):
    async with crowd.begin() as work:
        delivered = await add_delivered_week(work)
        [order] = delivered.orders
        line = next(line for line in await lines_of(work, order) if line.offer_id)
    deed = (delivered.officer, withdrawing(order, (line, line.accepted_qty)))
    results = await at_once(crowd, [deed, deed], seed)
    assert kinds(results) == {"list": 1, "StaleVersion": 1}
    async with crowd.begin() as work:
        assert len(list(await work.session.scalars(sa.select(LineWithdrawal)))) == 1
        known = await work.session.get_one(OrderLine, line.id)
        assert known.status is OrderLineStatus.DECLINED
        assert await violations(work.session) == []
