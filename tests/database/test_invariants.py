"""The rules of the books hold after a week from order to payment, and each finds what breaks it."""

import sqlalchemy as sa

from service.database.queries.invariants import violations
from tests.workflows.books import IS_ANY_BROKEN_AGAIN, broken_rules, learn_rules
from tests.workflows.test_pay_invoice import invoiced, pay

BREAKS = {
    "invoice_is_receipt_times_price": "UPDATE invoice_line SET value_idr = value_idr + 1",
    "received_within_delivered": "UPDATE delivery_line SET shipped_qty = 0, rest_fate = 'closed' WHERE shipped_qty > 0",
    "ordered_is_accounted": "UPDATE answer SET accepted_qty = accepted_qty - 1",
    "invoice_paid": "UPDATE invoice SET paid_idr = paid_idr - 1",
    "offer_promised": "UPDATE offer SET promised_qty = promised_qty - 1 WHERE promised_qty > 0",
    "signed_is_invoiced": "UPDATE receipt_line SET accepted_qty = 0, rejected_qty = counted_qty, reason = 'spoiled'",
    "books_show_what_is_owed": "UPDATE invoice SET credited_idr = credited_idr + 1",
    "lots_are_what_left": "UPDATE delivery_lot SET shipped_qty = shipped_qty + 1",
    "held_within_demand": "UPDATE forecast_line SET demanded_qty = demanded_qty / 2",
    "noted_once": "UPDATE delivery_line SET planned_qty = planned_qty + 1 WHERE shipped_qty IS NULL",
}


async def test_a_paid_week_keeps_every_rule_and_each_finds_what_is_changed_by_hand(work):
    delivered, invoice = await invoiced(work)
    await pay(work, delivered, invoice, 1_000)
    await work.session.flush()
    await learn_rules(work.session)
    assert await violations(work.session) == []
    assert await broken_rules(work.session, IS_ANY_BROKEN_AGAIN) == []
    for rule, change in BREAKS.items():
        async with work.session.begin_nested() as savepoint:
            await work.session.execute(sa.text(change))
            found = await broken_rules(work.session)
            assert rule in {each.rule for each in found}
            assert await broken_rules(work.session, IS_ANY_BROKEN_AGAIN) == found
            await savepoint.rollback()
