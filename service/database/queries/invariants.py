"""What must hold between orders, goods and money, whatever happened; used by tests and by `pasok doctor`.

Each rule is one query that finds the rows which break it; an empty answer means the books are right. What was taken off
a line before its answer made the order smaller and is no part of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.database.queries.lost_goods import lost_goods_sql

LIVE_QTY = """
    CASE WHEN line.status = 'awaiting_answer' THEN line.ordered_qty
         WHEN line.status IN ('accepted', 'accepted_less') THEN line.accepted_qty
         ELSE 0 END"""

RULES = {
    "held_within_demand": f"""
        SELECT demand.id AS thing_id, demand.demanded_qty AS expected,
               SUM(({LIVE_QTY} - lost.sought_qty) * covers.bp) / 10000 AS found
        FROM order_line AS line
        JOIN item ON item.code = line.item_code
        JOIN forecast_line AS demand ON demand.id = line.forecast_line_id
        JOIN forecast ON forecast.id = demand.forecast_id AND forecast.status = 'submitted'
        LEFT JOIN substitution ON substitution.item_code = demand.item_code
                              AND substitution.substitute_code = line.item_code
        LEFT JOIN (
            SELECT order_line_id, SUM(CASE rest_fate WHEN 'closed' THEN planned_qty ELSE shipped_qty END) AS qty
            FROM delivery_line WHERE shipped_qty IS NOT NULL GROUP BY order_line_id
        ) AS gone ON gone.order_line_id = line.id
        CROSS JOIN LATERAL ({lost_goods_sql("line")}) AS lost
        CROSS JOIN LATERAL (SELECT COALESCE(substitution.covers_bp, 10000)::numeric AS bp) AS covers
        GROUP BY demand.id
        HAVING SUM(({LIVE_QTY} - lost.sought_qty) * covers.bp) >= MAX(item.step_qty * covers.bp)
            + GREATEST(demand.demanded_qty * 10000::numeric,
                       SUM((COALESCE(gone.qty, 0) - lost.sought_qty) * covers.bp))""",  # noqa: S608 (constants only)
    "offer_promised": f"""
        SELECT offer.id AS thing_id, COALESCE(SUM({LIVE_QTY}), 0) AS expected, offer.promised_qty AS found
        FROM offer LEFT JOIN order_line AS line ON line.offer_id = offer.id
        GROUP BY offer.id HAVING offer.promised_qty <> COALESCE(SUM({LIVE_QTY}), 0)""",  # noqa: S608 (constants only)
    "stock_promised": """
        SELECT stock.id AS thing_id, COALESCE(SUM(reservation.packs), 0) AS expected, stock.promised_packs AS found
        FROM stock LEFT JOIN pack_reservation AS reservation ON reservation.stock_id = stock.id
        GROUP BY stock.id HAVING stock.promised_packs <> COALESCE(SUM(reservation.packs), 0)""",
    "quotas_divided": """
        SELECT pool.id AS thing_id, COALESCE(SUM(quota.packs - quota.elsewhere_packs), 0) AS expected,
               pool.elsewhere_packs AS found
        FROM stock AS pool LEFT JOIN stock AS quota ON quota.pool_id = pool.id
        WHERE pool.pool_id IS NULL
        GROUP BY pool.id HAVING pool.elsewhere_packs <> COALESCE(SUM(quota.packs - quota.elsewhere_packs), 0)""",
    "packs_needed": f"""
        SELECT needed.order_id AS thing_id, COALESCE(bought.packs, needed.packs) AS expected,
               COALESCE(reservation.packs, 0) AS found
        FROM (
            SELECT line.order_id, line.stock_id,
                   CEIL(SUM({LIVE_QTY})::numeric / MIN(stock.pack_qty))::bigint AS packs
            FROM order_line AS line JOIN stock ON stock.id = line.stock_id
            GROUP BY line.order_id, line.stock_id
        ) AS needed
        LEFT JOIN pack_reservation AS reservation USING (order_id, stock_id)
        LEFT JOIN (
            SELECT purchase.order_id, line.stock_id, COALESCE(line.confirmed_packs, line.ordered_packs) AS packs
            FROM purchase_line AS line JOIN purchase ON purchase.id = line.purchase_id
        ) AS bought USING (order_id, stock_id)
        WHERE COALESCE(reservation.packs, 0) <> COALESCE(bought.packs, needed.packs)""",  # noqa: S608 (constants only)
    "bought_covers": f"""
        SELECT line.id AS thing_id, SUM({LIVE_QTY.replace("line.", "needing.")})::bigint AS expected,
               line.confirmed_packs * line.pack_qty AS found
        FROM purchase_line AS line
        JOIN purchase ON purchase.id = line.purchase_id
        JOIN order_line AS needing ON needing.order_id = purchase.order_id AND needing.stock_id = line.stock_id
        WHERE line.confirmed_packs IS NOT NULL
        GROUP BY line.id
        HAVING SUM({LIVE_QTY.replace("line.", "needing.")}) > line.confirmed_packs * line.pack_qty""",  # noqa: S608 (constants only)
    "line_accounted": """
        SELECT line.id AS thing_id, COALESCE(line.accepted_qty, -1) AS expected,
               COALESCE(answer.accepted_qty, -1) AS found
        FROM order_line AS line
        JOIN purchase_order ON purchase_order.id = line.order_id AND purchase_order.plan_id IS NOT NULL
        LEFT JOIN answer ON answer.order_line_id = line.id
        LEFT JOIN (
            SELECT order_line_id, SUM(withdrawn_qty) AS qty FROM order_line_withdrawal
            WHERE NOT is_before_answer GROUP BY order_line_id) AS withdrawn ON withdrawn.order_line_id = line.id
        WHERE line.status IN ('accepted', 'accepted_less')
              AND (answer.id IS NULL OR answer.accepted_qty - COALESCE(withdrawn.qty, 0) <> line.accepted_qty)
              AND NOT EXISTS (
                  SELECT FROM purchase_line AS cut JOIN purchase ON purchase.id = cut.purchase_id
                  WHERE purchase.order_id = line.order_id AND cut.stock_id = line.stock_id AND cut.reason IS NOT NULL)
           OR line.status = 'awaiting_answer' AND answer.id IS NOT NULL""",
    "released_is_short": """
        SELECT line.id AS thing_id, line.ordered_qty - line.accepted_qty AS expected,
               COALESCE(shortage.short_qty, 0) AS found
        FROM order_line AS line
        JOIN purchase_order ON purchase_order.id = line.order_id AND purchase_order.plan_id IS NOT NULL
        JOIN forecast_line AS demand ON demand.id = line.forecast_line_id
        LEFT JOIN substitution ON substitution.item_code = demand.item_code
                              AND substitution.substitute_code = line.item_code
        LEFT JOIN shortage ON shortage.order_line_id = line.id
        WHERE line.status IN ('accepted', 'accepted_less', 'declined')
          AND COALESCE(shortage.short_qty, 0) <> CEIL(
              (line.ordered_qty - line.accepted_qty) * COALESCE(substitution.covers_bp, 10000)::numeric / 10000)
           OR line.status = 'awaiting_answer' AND shortage.id IS NOT NULL""",
    "noted_once": f"""
        SELECT line.id AS thing_id, {LIVE_QTY} AS expected, SUM(COALESCE(
                   noted.shipped_qty + CASE WHEN noted.rest_fate = 'closed' THEN noted.planned_qty - noted.shipped_qty
                                            ELSE 0 END, noted.planned_qty)) AS found
        FROM delivery_line AS noted
        JOIN delivery ON delivery.id = noted.delivery_id AND delivery.status <> 'cancelled'
        JOIN order_line AS line ON line.id = noted.order_line_id
        GROUP BY line.id
        HAVING SUM(COALESCE(
                   noted.shipped_qty + CASE WHEN noted.rest_fate = 'closed' THEN noted.planned_qty - noted.shipped_qty
                                            ELSE 0 END, noted.planned_qty)) <> {LIVE_QTY}""",  # noqa: S608 (constants only)
    "lots_are_what_left": """
        SELECT noted.id AS thing_id, noted.shipped_qty AS expected, COALESCE(SUM(lot.shipped_qty), 0) AS found
        FROM delivery_line AS noted LEFT JOIN delivery_lot AS lot ON lot.delivery_line_id = noted.id
        WHERE noted.shipped_qty IS NOT NULL
        GROUP BY noted.id HAVING noted.shipped_qty <> COALESCE(SUM(lot.shipped_qty), 0)""",
    "signed_is_invoiced": """
        SELECT line.id AS thing_id, line.accepted_qty AS expected, COALESCE(billed.qty, 0) AS found
        FROM receipt
        JOIN receipt_line AS line ON line.receipt_id = receipt.id
        LEFT JOIN invoice_line AS billed ON billed.receipt_line_id = line.id
        WHERE COALESCE(billed.qty, 0) <> CASE receipt.status WHEN 'signed' THEN line.accepted_qty ELSE 0 END""",
    "received_within_delivered": """
        SELECT line.id AS thing_id, COALESCE(noted.shipped_qty, 0) AS expected, line.counted_qty AS found
        FROM receipt_line AS line JOIN delivery_line AS noted ON noted.id = line.delivery_line_id
        WHERE line.counted_qty > COALESCE(noted.shipped_qty, 0)
           OR line.shipped_qty IS DISTINCT FROM noted.shipped_qty
           OR line.accepted_qty + line.rejected_qty <> line.counted_qty""",
    "ordered_is_accounted": """
        SELECT line.id AS thing_id, line.ordered_qty AS expected, line.accepted_qty + short.qty AS found
        FROM order_line AS line
        JOIN purchase_order ON purchase_order.id = line.order_id AND purchase_order.plan_id IS NOT NULL
        JOIN answer ON answer.order_line_id = line.id
        CROSS JOIN LATERAL (
            SELECT line.ordered_qty - answer.accepted_qty + COALESCE(SUM(withdrawn_qty), 0) AS qty
            FROM order_line_withdrawal WHERE order_line_id = line.id AND NOT is_before_answer) AS short
        WHERE line.status <> 'cancelled' AND line.accepted_qty + short.qty <> line.ordered_qty
          AND NOT EXISTS (
              SELECT FROM purchase_line AS cut JOIN purchase ON purchase.id = cut.purchase_id
              WHERE purchase.order_id = line.order_id AND cut.stock_id = line.stock_id AND cut.reason IS NOT NULL)""",
    "invoice_is_receipt_times_price": """
        SELECT billed.id AS thing_id, billed.value_idr AS found, right_value.idr AS expected
        FROM invoice_line AS billed
        JOIN receipt_line AS line ON line.id = billed.receipt_line_id
        JOIN delivery_line AS noted ON noted.id = line.delivery_line_id
        JOIN item ON item.code = line.item_code
        CROSS JOIN LATERAL (
            SELECT FLOOR(line.accepted_qty::numeric * noted.price_idr
                         / CASE item.unit WHEN 'pc' THEN 1 ELSE 1000 END + 0.5)::bigint AS idr) AS right_value
        WHERE billed.qty <> line.accepted_qty OR billed.price_idr <> noted.price_idr
           OR billed.value_idr <> right_value.idr""",
    "invoice_adds_up": """
        SELECT invoice.id AS thing_id, SUM(line.value_idr) AS expected, invoice.total_idr AS found
        FROM invoice JOIN invoice_line AS line ON line.invoice_id = invoice.id
        GROUP BY invoice.id HAVING SUM(line.value_idr) <> invoice.total_idr""",
    "invoice_paid": """
        SELECT invoice.id AS thing_id, COALESCE(SUM(payment.amount_idr), 0) AS expected, invoice.paid_idr AS found
        FROM invoice LEFT JOIN payment ON payment.invoice_id = invoice.id
        GROUP BY invoice.id HAVING COALESCE(SUM(payment.amount_idr), 0) <> invoice.paid_idr""",
    "books_show_what_is_owed": """
        SELECT invoice.id AS thing_id, invoice.total_idr - invoice.credited_idr - invoice.paid_idr AS expected,
               COALESCE(SUM(entry.amount_idr), 0) AS found
        FROM invoice LEFT JOIN ledger_entry AS entry
          ON entry.account = 'receivable' AND entry.organisation_id = invoice.cooperative_id
         AND entry.movement_id IN (SELECT invoice.id
                                   UNION SELECT payment.id FROM payment WHERE payment.invoice_id = invoice.id
                                   UNION SELECT note.id FROM credit_note AS note WHERE note.invoice_id = invoice.id)
        GROUP BY invoice.id
        HAVING COALESCE(SUM(entry.amount_idr), 0) <> invoice.total_idr - invoice.credited_idr - invoice.paid_idr""",
    "credits_add_up": """
        SELECT invoice.id AS thing_id, COALESCE(SUM(line.value_idr), 0) AS expected, invoice.credited_idr AS found
        FROM invoice
        LEFT JOIN credit_note AS note ON note.invoice_id = invoice.id
        LEFT JOIN credit_note_line AS line ON line.credit_note_id = note.id
        GROUP BY invoice.id HAVING COALESCE(SUM(line.value_idr), 0) <> invoice.credited_idr""",
    "credited_within_taken": """
        SELECT line.id AS thing_id, line.qty AS expected, SUM(credited.qty) AS found
        FROM invoice_line AS line JOIN credit_note_line AS credited ON credited.invoice_line_id = line.id
        GROUP BY line.id HAVING SUM(credited.qty) > line.qty OR SUM(credited.value_idr) > line.value_idr""",
    "purchase_owed": """
        SELECT purchase.id AS thing_id, purchase.total_idr AS found,
               CASE purchase.status WHEN 'answered' THEN COALESCE(SUM(line.confirmed_packs * line.price_idr), 0)
                                    ELSE 0 END AS expected
        FROM purchase LEFT JOIN purchase_line AS line ON line.purchase_id = purchase.id
        GROUP BY purchase.id
        HAVING purchase.total_idr <> CASE purchase.status
            WHEN 'answered' THEN COALESCE(SUM(line.confirmed_packs * line.price_idr), 0) ELSE 0 END""",
    "purchase_paid": """
        SELECT purchase.id AS thing_id, COALESCE(SUM(paid.amount_idr), 0) AS expected, purchase.paid_idr AS found
        FROM purchase LEFT JOIN purchase_payment AS paid ON paid.purchase_id = purchase.id
        GROUP BY purchase.id HAVING COALESCE(SUM(paid.amount_idr), 0) <> purchase.paid_idr""",
    "books_show_what_wholesalers_are_owed": """
        SELECT purchase.id AS thing_id, purchase.total_idr - purchase.paid_idr AS expected,
               COALESCE(SUM(entry.amount_idr), 0) AS found
        FROM purchase LEFT JOIN ledger_entry AS entry
          ON entry.account = 'receivable' AND entry.organisation_id = purchase.wholesaler_id
         AND entry.movement_id IN (SELECT purchase.id
                                   UNION SELECT paid.id FROM purchase_payment AS paid
                                   WHERE paid.purchase_id = purchase.id)
        GROUP BY purchase.id HAVING COALESCE(SUM(entry.amount_idr), 0) <> purchase.total_idr - purchase.paid_idr""",
    "order_status": """
        SELECT purchase_order.id AS thing_id, 0 AS expected,
               COUNT(*) FILTER (WHERE line.status = 'awaiting_answer') AS found
        FROM purchase_order JOIN order_line AS line ON line.order_id = purchase_order.id
        GROUP BY purchase_order.id, purchase_order.status
        HAVING (purchase_order.status = 'sent') <> (COUNT(*) FILTER (WHERE line.status = 'awaiting_answer') > 0)""",
}
"""Rule code to the query of what breaks it: the thing, what should be, what is."""

MEANINGS = {
    "held_within_demand": "Orders hold no more for a need than it is, or has left already, up to the next whole step; "
    "what will not come and others are asked for is not held.",
    "offer_promised": "What an offer has promised is what its open and accepted order lines take.",
    "stock_promised": "The packs that a stock has promised are those that orders reserved.",
    "quotas_divided": "The packs that a stock keeps for other regions are the quotas of its branches there.",
    "packs_needed": "An order reserves the packs that its lines need, or those it has bought.",
    "bought_covers": "The packs that a wholesaler confirmed cover what their order's lines need.",
    "line_accounted": "What a line accepts is what was answered, less what was withdrawn.",
    "released_is_short": "What a line lost stands as a shortage of its kitchen.",
    "noted_once": "What a line accepts stands on delivery notes exactly once.",
    "lots_are_what_left": "The lots of a delivered line add up to what left.",
    "signed_is_invoiced": "What a signed receipt accepts is invoiced, and nothing else is.",
    "received_within_delivered": "Received is no more than delivered, and is accepted or refused.",
    "ordered_is_accounted": "Ordered is accepted, refused or still open.",
    "invoice_is_receipt_times_price": "An invoice's line is what was accepted times the price of the delivery.",
    "invoice_adds_up": "An invoice's total is the sum of its lines.",
    "invoice_paid": "What an invoice counts as paid is the sum of its payments.",
    "books_show_what_is_owed": "The books show for each invoice what is still owed.",
    "credits_add_up": "What an invoice counts as credited is the sum of its credit notes.",
    "credited_within_taken": "No more is credited than was taken.",
    "purchase_owed": "A purchase's total is its confirmed packs times their prices.",
    "purchase_paid": "What a purchase counts as paid is the sum of its payments.",
    "books_show_what_wholesalers_are_owed": "The books show for each purchase what is still owed.",
    "order_status": "An order is open exactly as long as one of its lines awaits an answer.",
}
"""Rule code to what must hold, in plain words."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks a rule."""

    rule: str
    thing_id: str
    expected: int
    found: int


async def violations(session: AsyncSession) -> list[Violation]:
    """Return everything that breaks a rule; nothing, if the books are right."""
    found: list[Violation] = []
    for rule, query in RULES.items():
        rows = await session.execute(sa.text(query))
        found += [Violation(rule, str(row.thing_id), int(row.expected), int(row.found)) for row in rows]
    return found
