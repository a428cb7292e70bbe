"""A crash at any statement of what comes after publishing: nothing has happened, and the next try does it once."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.domain.answers import LineAnswer
from service.domain.credit_notes import LateReject
from service.domain.invoices import Payment, PaymentKind
from service.domain.orders import DeclineReason
from service.domain.payables import PurchasePayment
from service.domain.people import Role
from service.domain.policies import FallenLines
from service.domain.price_proposals import Proposal
from service.domain.receipts import Receipt, RejectReason
from service.domain.withdrawals import LineWithdrawal
from service.workflows import clear_recalled, clear_suspended
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.expire_purchases import expire_purchase
from service.workflows.move_fallen_lines import MoveFallenLines
from service.workflows.move_lines_by_hand import move_lines_by_hand
from service.workflows.pay_invoice import pay_invoice
from service.workflows.pay_purchase import ReversePurchasePayment, reverse_purchase_payment
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.propose_price import ProposePrice, propose_price
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.refund_invoice import RefundInvoice, refund_invoice
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.reverse_payment import ReversePayment, reverse_payment, reverse_refund
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.take_back_signature import TakeBackSignature, take_back_signature
from service.workflows.undo_answers import UndoAnswers, undo_answers
from tests.factories.delivered_weeks import add_delivered_week, lines_of, note_lines_of
from tests.factories.deliveries import all_of, taking_all
from tests.factories.orders import accepting, taking
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import LINE_QTY, new_policy
from tests.workflows.books import broken_rules
from tests.workflows.test_change_orders import IN_TIME, TUESDAY, entry
from tests.workflows.test_clear_recalled import OF_ITEM, opened, town_of
from tests.workflows.test_clear_suspended import published, suspend
from tests.workflows.test_orders_crash import (
    Crashed,
    crash_everywhere,
    crashing_at,
    lone_engine,
    lone_units,
)
from tests.workflows.test_pay_invoice import invoiced, paying
from tests.workflows.test_pay_purchase import owed
from tests.workflows.test_pay_purchase import paying as paying_for_packs
from tests.workflows.test_price_proposals import proposed, sent
from tests.workflows.test_purchases import bought, selling
from tests.workflows.test_reject_late import lines_of as receipt_lines_of
from tests.workflows.test_withdraw_lines import withdrawing

__all__ = ["lone_engine", "lone_units"]

FEWEST = 5
"""Statements of the shortest deed: it reads, holds, changes, and says so."""


@pytest.fixture
def everywhere(lone_engine, lone_units):
    """Crash a deed everywhere until it is done, and tell that there was something to crash."""

    async def crash(actor, deed):
        assert await crash_everywhere(lone_engine, lone_units, actor, deed) > FEWEST

    return crash


async def test_answers_are_taken_back_once_or_not_at_all(lone_units, everywhere):
    async with lone_units.begin() as work:
        week, order, lines = await sent(work)
        work.session.add(new_policy(number=2, values={**new_policy().values, "undo_minutes": 5}))
    answers = tuple(taking(line, 0) for line in lines)
    await everywhere(week.officer(), lambda work: answer_order(work, AnswerOrder(order.id, answers)))
    await everywhere(week.officer(), lambda work: undo_answers(work, UndoAnswers(order.id)))


@pytest.mark.parametrize("cut", [0, 1])
async def test_packs_are_sold_and_goods_noted_once_or_not_at_all(lone_units, everywhere, cut):
    async with lone_units.begin() as work:
        wholesaler, purchase, line = await bought(work)
    await everywhere(wholesaler, selling(purchase, line, line.ordered_packs - cut))
    await everywhere(None, lambda work: prepare_deliveries(work, PrepareDeliveries(purchase.order_id)))


async def test_silence_of_a_wholesaler_cuts_once_or_not_at_all(lone_units, everywhere, clock):
    async with lone_units.begin() as work:
        _, purchase, _ = await bought(work)
    clock.now = purchase.respond_by_at
    await everywhere(None, lambda work: expire_purchase(work, purchase.id))


async def test_goods_leave_are_weighed_and_signed_for_once_or_not_at_all(lone_units, everywhere):
    async with lone_units.begin() as work:
        delivered = await add_delivered_week(work)
        note = delivered.notes[0]
        loads = tuple(all_of(line) for line in await note_lines_of(work, note))
    dispatch = DispatchDelivery(note.id, loads, note.version)
    await everywhere(delivered.officer, lambda work: dispatch_delivery(work, dispatch))
    async with lone_units.begin() as work:
        receive = ReceiveDelivery(note.id, tuple(taking_all(line) for line in await note_lines_of(work, note)))
    head = delivered.head_of(note.kitchen_id)
    await everywhere(head, lambda work: receive_delivery(work, receive))
    async with lone_units.begin() as work:
        sign = SignReceipt((await work.session.scalars(sa.select(Receipt.id))).one())
    await everywhere(head, lambda work: sign_receipt(work, sign))
    await everywhere(head, lambda work: take_back_signature(work, TakeBackSignature(sign.receipt_id)))
    for side in (head, delivered.officer):
        await everywhere(side, lambda work: sign_receipt(work, sign))


async def test_goods_are_withdrawn_once_or_not_at_all(lone_units, everywhere):
    async with lone_units.begin() as work:
        delivered = await add_delivered_week(work)
        [order] = delivered.orders
        own = [line for line in await lines_of(work, order) if line.offer_id]
    await everywhere(delivered.officer, withdrawing(order, (own[0], 3_000), (own[1], own[1].accepted_qty)))


async def test_orders_follow_a_corrected_week_once_or_not_at_all(lone_units, everywhere, clock):
    clock.now = IN_TIME
    async with lone_units.begin() as work:
        week = await add_planned_week(work.session, kitchens=2, cooperatives=1, items=2, days=2)
        [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
        said = tuple(accepting(line) for line in await lines_of(work, order))
        await answer_order(replace(work, actor=week.officer()), AnswerOrder(order.id, said))
    wrong = week.forecasts[0]
    less = CorrectForecast(wrong.id, wrong.version, "a school closes", entry(tuesday=LINE_QTY - 10_000))
    assert TUESDAY in {line.needed_date for line in less.entry.lines}
    await everywhere(week.head(), lambda work: correct_forecast(work, less))


async def test_fallen_lines_are_moved_by_hand_once_or_not_at_all(lone_units, everywhere):
    async with lone_units.begin() as work:
        week, [order, *_] = await published(work)
        asking = {**new_policy().values, "fallen_lines": FallenLines.ASK_OPERATOR.value}
        work.session.add(new_policy(number=2, values=asking))
        [line, *_] = await lines_of(work, order)
        officer = week.officer([one.id for one in week.cooperatives].index(order.cooperative_id))
        declining = LineAnswer(line.id, 0, DeclineReason.CLOSED)
        await answer_order(replace(work, actor=officer), AnswerOrder(order.id, (declining,)))
    command = MoveFallenLines(order.id, (line.id,))
    await everywhere(week.operator, lambda work: move_lines_by_hand(work, command))


async def test_a_price_is_proposed_once_or_not_at_all(lone_units, everywhere):
    async with lone_units.begin() as work:
        week, order, [line, *_] = await sent(work)
    command = ProposePrice(order.id, (Proposal(line.id, line.price_idr + 500, "harvest"),))
    await everywhere(week.officer(), lambda work: propose_price(work, command))


@pytest.mark.parametrize("is_approved", [True, False])
async def test_a_price_is_decided_once_or_not_at_all(lone_units, everywhere, is_approved):
    async with lone_units.begin() as work:
        week, order, [line, *_] = await sent(work)
        row = await proposed(work, week, order, line)
    command = DecidePrice(row.id, row.version, is_approved=is_approved)
    await everywhere(week.head(), lambda work: decide_price(work, command))


async def test_money_for_goods_moves_once_or_not_at_all_each_way(lone_units, everywhere):
    async with lone_units.begin() as work:
        delivered, invoice = await invoiced(work)
        [line, *_] = await receipt_lines_of(work, invoice)
    accountant = delivered.people[Role.KITCHEN_ACCOUNTANT]
    pay = paying(invoice, invoice.total_idr)
    await everywhere(accountant, lambda work: pay_invoice(work, pay))
    first = await moved(lone_units, PaymentKind.PAYMENT)
    await everywhere(accountant, lambda work: reverse_payment(work, ReversePayment(first, "mistake")))
    await everywhere(accountant, lambda work: pay_invoice(work, pay))
    bad = LateReject(line.id, 2_000, RejectReason.SPOILED)
    await everywhere(delivered.head, lambda work: reject_late(work, RejectLate(invoice.receipt_id, (bad,))))
    refund = RefundInvoice(invoice.id, 1_000, invoice.issued_on, "TRX-2")
    await everywhere(delivered.officer, lambda work: refund_invoice(work, refund))
    given = await moved(lone_units, PaymentKind.REFUND)
    await everywhere(delivered.officer, lambda work: reverse_refund(work, ReversePayment(given, "mistake")))


async def moved(units, kind):
    async with units.begin() as work:
        return (await work.session.scalars(sa.select(Payment.id).where(Payment.kind == kind))).one()


async def test_money_for_packs_moves_once_or_not_at_all_each_way(lone_units, everywhere):
    async with lone_units.begin() as work:
        _, officer, purchase = await owed(work)
    await everywhere(officer, paying_for_packs(purchase, 1_000))
    async with lone_units.begin() as work:
        paid = (await work.session.scalars(sa.select(PurchasePayment.id))).one()
    await everywhere(officer, lambda work: reverse_purchase_payment(work, ReversePurchasePayment(paid, "mistake")))


async def test_a_suspended_cooperatives_lines_fall_once_or_not_at_all(lone_units, everywhere):
    async with lone_units.begin() as work:
        week, orders = await published(work)
        cooperative = week.cooperatives[0]
        await suspend(work, week, cooperative)
        order = next(one for one in orders if one.cooperative_id == cooperative.id)
    await everywhere(None, lambda work: clear_suspended.clear_order(work, order.id, cooperative.id))


async def test_recalled_goods_fall_once_or_not_at_all(lone_units, everywhere):
    async with lone_units.begin() as work:
        delivered = await town_of(work)
        await opened(work, delivered, OF_ITEM)
    [order] = delivered.orders
    await everywhere(None, lambda work: clear_recalled.clear_order(work, order.id))


async def test_a_job_that_dies_anywhere_between_two_orders_clears_each_once(lone_engine, lone_units):
    """A suspended kitchen has goods in both orders: whatever is cleared when the job dies stays, nothing is twice."""
    async with lone_units.begin() as work:
        week, orders = await published(work)
        kitchen = week.kitchens[0]
        await suspend(work, week, kitchen)
        mine = {
            line.id: line.ordered_qty
            for order in orders
            for line in await lines_of(work, order)
            if line.kitchen_id == kitchen.id
        }
    number, crashed = 0, 1
    while crashed:
        number += 1
        with crashing_at(lone_engine, number):
            try:
                await clear_suspended.clear_suspended(lone_units, kitchen.id)
            except* Crashed as failures:
                crashed = len(failures.exceptions)
            else:
                crashed = 0
    async with lone_units.begin() as work:
        taken_off = list(await work.session.scalars(sa.select(LineWithdrawal)))
        assert {row.order_line_id: row.withdrawn_qty for row in taken_off} == mine
        assert len(taken_off) == len(mine)
        assert await broken_rules(work.session) == []
    assert number > FEWEST
