"""A counter-price: within the law, decided once, and without a decision the line goes to others."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.errors import (
    IllegalTransition,
    InvalidField,
    NotFound,
    NotPermitted,
    PriceAboveCap,
    RespondByPassed,
)
from service.domain.notifications import NoticeKind, Notification
from service.domain.orders import Answer, DeclineReason, OrderLine, OrderLineStatus
from service.domain.price_proposals import PriceProposal, PriceProposalStatus, Proposal
from service.notifications.texts import rupiah
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.propose_price import ProposePrice, propose_price
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.tell_events import tell_events
from tests.factories.catalogue import new_cap
from tests.factories.delivered_weeks import lines_of
from tests.factories.orders import accepting
from tests.factories.planned_weeks import add_planned_week
from tests.workflows.test_orders_at_once import at_once, kinds

OPEN = PriceProposalStatus.OPEN


async def sent(work):
    week = await add_planned_week(work.session, kitchens=1, cooperatives=2, items=2)
    [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
    return week, order, await lines_of(work, order)


async def proposed(work, week, order, line, price_idr=None):
    said = Proposal(line.id, price_idr or line.price_idr + 500, "harvest")
    [row] = await propose_price(replace(work, actor=week.officer()), ProposePrice(order.id, (said,)))
    return row


def deciding(week, row, *, is_approved):
    command = DecidePrice(row.id, row.version, is_approved=is_approved)
    return lambda work: decide_price(replace(work, actor=week.head()), command)


async def test_an_approved_price_is_the_lines_and_the_line_is_accepted(work):
    week, order, [line, *_] = await sent(work)
    row = await proposed(work, week, order, line)
    await deciding(week, row, is_approved=True)(work)
    assert (row.status, line.status) == (PriceProposalStatus.APPROVED, OrderLineStatus.ACCEPTED)
    assert line.price_idr == row.proposed_price_idr
    assert await violations(work.session) == []


async def test_the_kitchen_hears_what_is_asked_for_its_goods_and_the_cooperative_what_it_gets(work, units):
    week, order, [line, *_] = await sent(work)
    row = await proposed(work, week, order, line)
    await deciding(week, row, is_approved=True)(work)
    await tell_events(units)
    told = {one.kind: one for one in await work.session.scalars(sa.select(Notification))}
    asked, decided = told[NoticeKind.PRICE_PROPOSED], told[NoticeKind.PRICE_DECIDED]
    goods, price = "Beras medium 40 kg", f"Rp {rupiah(row.proposed_price_idr)} per kg"
    assert (asked.user_id, asked.subject) == (week.head().user_id, "Usulan harga: Beras medium")
    assert asked.text == (
        f"{week.cooperatives[0].name} sanggup mengirim {goods} untuk Sen 30 Nov dengan harga {price} "
        f"(harga pesanan Rp {rupiah(row.ordered_price_idr)}). Setujui atau tolak di Pasok sebelum Rab 25 Nov 10.00 "
        "WIB. Tanpa keputusan, barang dicarikan koperasi lain."
    )
    assert decided.user_id == week.officer().user_id
    assert decided.subject == "Usulan harga disetujui, silakan disiapkan: Beras medium"
    assert decided.text == f"Usulan harga {price} untuk {goods}, Sen 30 Nov: disetujui, silakan disiapkan."


async def test_a_refused_price_sends_the_line_to_others(work):
    week, order, [line, *_] = await sent(work)
    row = await proposed(work, week, order, line)
    price = line.price_idr
    await deciding(week, row, is_approved=False)(work)
    assert (line.status, line.price_idr) == (OrderLineStatus.DECLINED, price)
    answer = (await work.session.scalars(sa.select(Answer))).one()
    assert answer.reason is DeclineReason.PRICE_TOO_LOW
    jobs = await work.session.scalars(
        sa.text("SELECT args FROM procrastinate_jobs WHERE task_name = 'move_fallen_lines'")
    )
    assert [job["line_ids"] for job in jobs] == [[str(line.id)]]
    assert await violations(work.session) == []


async def test_a_kitchens_silence_refuses_and_the_cooperative_was_not_silent(work):
    week, order, [line, other] = await sent(work)
    row = await proposed(work, week, order, line)
    await expire_order(replace(work, now=order.respond_by_at), ExpireOrder(order.id))
    assert (row.status, line.expired_at) == (PriceProposalStatus.EXPIRED, None)
    assert other.expired_at is not None
    with pytest.raises(IllegalTransition):
        await deciding(week, row, is_approved=True)(work)
    assert await violations(work.session) == []


async def test_who_answers_the_line_takes_the_proposal_back(work):
    week, order, [line, *_] = await sent(work)
    row = await proposed(work, week, order, line)
    await answer_order(replace(work, actor=week.officer()), AnswerOrder(order.id, (accepting(line),)))
    assert (row.status, row.decided_by) == (PriceProposalStatus.WITHDRAWN, None)


async def test_a_later_proposal_takes_the_place_of_an_open_one(work):
    week, order, [line, *_] = await sent(work)
    first = await proposed(work, week, order, line)
    second = await proposed(work, week, order, line, line.price_idr + 200)
    assert (first.status, second.status) == (PriceProposalStatus.WITHDRAWN, OPEN)


async def test_a_price_above_the_law_or_below_the_order_is_refused(work):
    week, order, [line, *_] = await sent(work)
    work.session.add(new_cap(line.item_code, price_idr=line.price_idr + 100))
    await work.session.flush()
    for price, code in ((line.price_idr + 101, "price_above_cap"), (line.price_idr, "not_more")):
        with pytest.raises(InvalidField) as refused:
            await proposed(work, week, order, line, price)
        assert [(fault.field, fault.code) for fault in refused.value.faults] == [("proposals.0.price_idr", code)]


async def test_a_cap_that_fell_since_the_proposal_is_named_at_the_approval(work):
    week, order, [line, *_] = await sent(work)
    row = await proposed(work, week, order, line)
    work.session.add(new_cap(line.item_code, price_idr=row.proposed_price_idr - 1))
    await work.session.flush()
    with pytest.raises(PriceAboveCap) as refused:
        await deciding(week, row, is_approved=True)(work)
    assert refused.value.facts["limit_idr"] == row.proposed_price_idr - 1
    assert (row.status, line.status) == (OPEN, OrderLineStatus.AWAITING_ANSWER)
    assert line.price_idr == row.ordered_price_idr
    await deciding(week, row, is_approved=False)(work)
    assert row.status is PriceProposalStatus.REFUSED


async def test_only_the_lines_kitchen_decides_and_only_in_time(work):
    week, order, [line, *_] = await sent(work)
    row = await proposed(work, week, order, line)
    command = DecidePrice(row.id, row.version, is_approved=True)
    with pytest.raises(NotPermitted):
        await decide_price(replace(work, actor=week.officer()), command)
    stranger = replace(week.head(), organisation_id=week.cooperatives[0].id)
    with pytest.raises(NotFound):
        await decide_price(replace(work, actor=stranger), command)
    with pytest.raises(RespondByPassed):
        await decide_price(replace(work, actor=week.head(), now=order.respond_by_at), command)


@pytest.mark.parametrize("seed", [1, 2])
async def test_of_a_decision_and_an_answer_at_once_one_wins(crowd, seed):
    async with crowd.begin() as work:
        week, order, [line, *_] = await sent(work)
        row = await proposed(work, week, order, line)
    command = AnswerOrder(order.id, (accepting(line),))
    deeds = [
        (week.head(), deciding(week, row, is_approved=True)),
        (week.officer(), lambda work: answer_order(work, command)),
    ]
    results = kinds(await at_once(crowd, deeds, seed))
    assert sum(results[kind] for kind in ("PriceProposal", "AnsweredOrder")) == 1
    async with crowd.begin() as work:
        known = await work.session.get_one(PriceProposal, row.id)
        now = await work.session.get_one(OrderLine, line.id)
        assert (known.status is PriceProposalStatus.APPROVED) == (now.price_idr == known.proposed_price_idr)
        assert await violations(work.session) == []
