"""What two years of a city leave in the tables, as expressions of a row's number ``n``."""

from __future__ import annotations

import json

from benchmarks.years.rows import (
    AUDITS,
    COOPERATIVES,
    CREDITS,
    DROPS,
    EVENTS,
    ITEMS,
    KITCHENS,
    LINES_PER_ORDER,
    LINES_PER_WEEK,
    NOTICES,
    OFFERS,
    OWN_ITEMS,
    PROPOSALS,
    PURCHASES,
    REGION,
    STOCKS,
    WHOLESALERS,
    Rows,
    key,
    monday,
    weekly,
)
from service.api.openapi import example_of
from service.api.schemas.plans import TotalsOut

TOTALS = TotalsOut.model_json_schema()
FIGURES = json.dumps(dict.fromkeys(("plan", "greedy"), example_of(TOTALS, TOTALS["$defs"])))


def spec(weeks: int, *, is_over: bool) -> dict[str, Rows]:
    """Return the rows of so many weeks by table, parents first; the last of them waits and is owed unless all is over.

    Lines are left out of weeks whose lines no list reads, unless all is over: then the tables have their full size.
    """
    last = weeks + 1 if is_over else weeks - 1
    return {
        **_runs(),
        **_orders(last),
        **_handovers(last),
        **_money(last),
        **_supply(last),
        **_changes(last),
        **_plan_lines(),
        **_told(last),
    }


def _open_or(per_week: int, last: int, waiting: str, done: str) -> str:
    """Return the status of every n-th row: what is of the last week still waits."""
    return f"CASE WHEN n / {per_week} = {last} THEN '{waiting}' ELSE '{done}' END"


def _runs() -> dict[str, Rows]:
    """Return what was matched and planned."""
    return {
        "matching_run": Rows(2, {**weekly(2), "status": "'succeeded'", "policy_id": key("policy", "0")}),
        "plan": Rows(
            1,
            {
                **weekly(1),
                "run_id": key("matching_run", "n * 2"),
                "policy_id": key("policy", "0"),
                "status": "'published'",
                "figures": f"'{FIGURES}'::jsonb",
            },
        ),
    }


def _orders(last: int) -> dict[str, Rows]:
    """Return what cooperatives were asked for, and said."""
    order_week = f"n / {LINES_PER_WEEK}"
    own, bought = f"n / 2 % {OWN_ITEMS}", f"n / 2 % {ITEMS - OWN_ITEMS}"
    offer = f"{order_week} * {OFFERS} + n / {LINES_PER_ORDER} % {COOPERATIVES} + {COOPERATIVES} * ({own})"
    stock = f"{order_week} * {STOCKS} + (n / {LINES_PER_ORDER} * 4 + {bought}) % {STOCKS}"
    return {
        "purchase_order": Rows(
            COOPERATIVES,
            {
                **weekly(COOPERATIVES),
                "plan_id": key("plan", f"n / {COOPERATIVES}"),
                "status": _open_or(COOPERATIVES, last, "sent", "answered"),
                "respond_by_at": f"{monday(f'n / {COOPERATIVES}')} - interval '2 days'",
                "noted_at": "now()",
            },
        ),
        "order_line": Rows(
            LINES_PER_WEEK,
            {
                "order_id": key("purchase_order", f"n / {LINES_PER_ORDER}"),
                "position": f"n % {LINES_PER_ORDER}",
                "kitchen_id": key("kitchen", f"(n / 7) % {KITCHENS}"),
                "item_code": f"'I' || CASE WHEN n % 2 = 0 THEN {own} ELSE {OWN_ITEMS} + {bought} END",
                "needed_date": f"{monday(order_week)} + (n % 5)::int",
                "status": _open_or(LINES_PER_WEEK, last, "awaiting_answer", "accepted"),
                "offer_id": f"CASE WHEN n % 2 = 0 THEN {key('offer', offer)} END",
                "stock_id": f"CASE WHEN n % 2 = 1 THEN {key('stock', stock)} END",
                "ordered_qty": "40000 + n % 97 * 1000",
                "accepted_qty": f"CASE WHEN {order_week} = {last} THEN NULL ELSE 40000 + n % 97 * 1000 END",
                "created_at": monday(order_week),
            },
        ),
    }


def _handovers(last: int) -> dict[str, Rows]:
    """Return what left and came; of the week before the last, what is needed from Wednesday on has yet to leave."""
    week = f"n / {DROPS}"
    is_planned = f"{week} = {last} OR {week} = {last - 1} AND n % 5 >= 2"
    line_week = f"(n / {LINES_PER_WEEK})"
    first_drop = f"({line_week} * {DROPS})"
    of_cooperative = f"((n / {LINES_PER_ORDER} - {first_drop}) % {COOPERATIVES} + {COOPERATIVES}) % {COOPERATIVES}"
    return {
        "delivery": Rows(
            DROPS,
            {
                **weekly(DROPS),
                "needed_date": f"{monday(week)} + (n % 5)::int",
                "status": f"CASE WHEN {is_planned} THEN 'planned' ELSE 'received' END",
                "drop_no": "n",
            },
        ),
        "delivery_line": Rows(
            LINES_PER_WEEK,
            {
                "delivery_id": key("delivery", f"{first_drop} + {of_cooperative} + {COOPERATIVES} * (n % 52)"),
                "order_line_id": key("order_line", "n"),
                "item_code": f"'I' || n % {ITEMS}",
                "planned_qty": "40000 + n % 97 * 1000",
            },
            last_weeks=2,
        ),
        "receipt": Rows(
            DROPS,
            {
                **weekly(DROPS),
                "delivery_id": key("delivery", "n"),
                "status": f"CASE WHEN {is_planned} THEN 'open' ELSE 'signed' END",
            },
        ),
    }


def _money(last: int) -> dict[str, Rows]:
    """Return what was invoiced, paid and booked."""
    a_kitchen, a_cooperative = key("kitchen", f"n % {KITCHENS}"), key("cooperative", f"n % {COOPERATIVES}")
    return {
        "invoice": Rows(
            DROPS,
            {
                **weekly(DROPS),
                "receipt_id": key("receipt", "n"),
                "issued_on": monday(f"n / {DROPS}"),
                "due_on": f"{monday(f'n / {DROPS}')} + 14",
                "status": f"CASE WHEN n / {DROPS} >= {last - 1} THEN 'issued' ELSE 'paid' END",
                "total_idr": "2000000",
                "paid_idr": f"CASE WHEN n / {DROPS} >= {last - 1} THEN 0 ELSE 2000000 END",
                "credited_idr": "0",
            },
        ),
        "payment": Rows(
            DROPS,
            {
                "invoice_id": key("invoice", "n"),
                "region_code": f"'{REGION}'",
                "paid_on": monday(f"n / {DROPS}"),
                "reference": "'T' || n",
            },
        ),
        "ledger_entry": Rows(
            4 * DROPS,
            {
                "region_code": f"'{REGION}'",
                "booked_on": monday(f"n / {4 * DROPS}"),
                "organisation_id": f"CASE n % 2 WHEN 0 THEN {a_kitchen} ELSE {a_cooperative} END",
                "counterparty_id": f"CASE n % 2 WHEN 0 THEN {a_cooperative} ELSE {a_kitchen} END",
                "account": "CASE WHEN n % 2 = 0 THEN 'payable' ELSE 'receivable' END",
                "amount_idr": "2000000",
                "movement_id": key("movement", "n / 2"),
            },
        ),
    }


def _supply(last: int) -> dict[str, Rows]:
    """Return what was demanded, offered, kept and bought."""
    return {
        "forecast": Rows(KITCHENS, {**weekly(KITCHENS), "status": "'submitted'", "budget": "'{}'"}),
        "offer": Rows(
            OFFERS,
            {
                **weekly(OFFERS),
                "from_date": monday(f"n / {OFFERS}"),
                "to_date": f"{monday(f'n / {OFFERS}')} + 4",
                "status": "'open'",
            },
        ),
        "stock": Rows(
            STOCKS,
            {
                **weekly(STOCKS),
                "wholesaler_id": key("wholesaler", f"n % {WHOLESALERS}"),
                "from_date": monday(f"n / {STOCKS}"),
                "to_date": f"{monday(f'n / {STOCKS}')} + 4",
                "status": "'open'",
            },
        ),
        "purchase": Rows(
            PURCHASES,
            {
                **weekly(PURCHASES),
                "wholesaler_id": key("wholesaler", f"n % {WHOLESALERS}"),
                "order_id": key("purchase_order", f"n / {PURCHASES} * {COOPERATIVES} + n % {COOPERATIVES}"),
                "status": _open_or(PURCHASES, last, "sent", "answered"),
            },
        ),
    }


def _changes(last: int) -> dict[str, Rows]:
    """Return what went otherwise than ordered."""
    return {
        "price_proposal": Rows(
            PROPOSALS,
            {
                **weekly(PROPOSALS),
                "order_line_id": key("order_line", "n * 11"),
                "status": _open_or(PROPOSALS, last, "open", "approved"),
            },
        ),
        "credit_note": Rows(
            CREDITS, {**weekly(CREDITS), "invoice_id": key("invoice", "n * 3"), "issued_on": monday(f"n / {CREDITS}")}
        ),
    }


def _plan_lines() -> dict[str, Rows]:
    """Return who was to bring what, and what was missing."""
    order_week = f"n / {LINES_PER_WEEK}"
    return {
        "allocation": Rows(
            LINES_PER_WEEK,
            {**weekly(LINES_PER_WEEK), "plan_id": key("plan", order_week), "needed_date": monday(order_week)},
            last_weeks=1,
        ),
        "shortage": Rows(
            1000,
            {
                **weekly(1000),
                "plan_id": key("plan", "n / 1000"),
                "reasons": "'[]'",
                "contested": "'[]'",
                "needed_date": monday("n / 1000"),
            },
        ),
    }


def _told(last: int) -> dict[str, Rows]:
    """Return what was announced, recorded and sent."""
    return {
        "event": Rows(
            EVENTS,
            {
                "region_code": f"'{REGION}'",
                "at": f"{monday(f'n / {EVENTS}')} + interval '1 second' * (n % {EVENTS})",
                "type": "'order.answered'",
                "concerns": f"ARRAY[{key('cooperative', f'n % {COOPERATIVES}')}, {key('kitchen', f'n % {KITCHENS}')}]",
                "facts": "'{}'",
                "sequence": "n",
            },
        ),
        "audit_entry": Rows(
            AUDITS,
            {
                "region_code": f"'{REGION}'",
                "at": f"{monday(f'n / {AUDITS}')} + interval '1 second' * (n % {AUDITS})",
                "action": "CASE n % 3 WHEN 0 THEN 'order.answer' WHEN 1 THEN 'forecast.submit' ELSE 'receipt.sign' END",
                "entity": "'order'",
            },
        ),
        "notification": Rows(
            NOTICES,
            {
                **weekly(NOTICES),
                "user_id": key("user", f"CASE WHEN n % 100 < 4 THEN n % 4 ELSE 4 + n % {KITCHENS + COOPERATIVES} END"),
                "status": _open_or(NOTICES, last, "waiting", "sent"),
            },
        ),
    }
