"""What other weeks' goods ask of cooperatives before anybody is billed for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

SETTLED_WITHIN = timedelta(days=28)
"""A week's goods are signed for and billed long before; what is not by then has failed in another way."""

_UNDER_WAY = sa.text("""
    WITH part AS (
        SELECT ordered.cooperative_id, line.id AS order_line_id,
               COALESCE(line.accepted_qty, line.ordered_qty) - taken.qty AS open_qty
        FROM purchase_order AS ordered
        JOIN order_line AS line ON line.order_id = ordered.id
        CROSS JOIN LATERAL (
            SELECT COALESCE(SUM(CASE WHEN noted.rest_fate = 'closed' THEN noted.planned_qty
                                     ELSE COALESCE(noted.shipped_qty, noted.planned_qty) END), 0) AS qty
            FROM delivery_line AS noted WHERE noted.order_line_id = line.id) AS taken
        WHERE ordered.cooperative_id = ANY(:cooperative_ids) AND ordered.region_code = :region_code
          AND ordered.status <> 'cancelled' AND ordered.noted_at IS NULL
          AND ordered.week_start >= :since AND ordered.week_start <> :week_start
        UNION ALL
        SELECT note.cooperative_id, noted.order_line_id, COALESCE(noted.shipped_qty, noted.planned_qty)
        FROM delivery AS note JOIN delivery_line AS noted ON noted.delivery_id = note.id
        WHERE note.cooperative_id = ANY(:cooperative_ids) AND note.region_code = :region_code
          AND note.status IN ('planned', 'dispatched')
          AND note.needed_date >= :since AND note.week_start <> :week_start
    ), goods AS (
        SELECT part.cooperative_id, line.offer_id, line.stock_id, line.item_code,
               SUM(part.open_qty::bigint) AS qty, SUM(part.open_qty::bigint * line.price_idr) AS priced
        FROM part
        JOIN order_line AS line
          ON line.id = part.order_line_id AND line.status IN ('awaiting_answer', 'accepted', 'accepted_less')
        GROUP BY part.cooperative_id, line.offer_id, line.stock_id, line.item_code
    )
    SELECT goods.cooperative_id, CEIL(SUM(cost.idr))::bigint AS idr
    FROM goods
    JOIN item ON item.code = goods.item_code
    LEFT JOIN offer ON offer.id = goods.offer_id
    LEFT JOIN stock ON stock.id = goods.stock_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN stock.id IS NOT NULL THEN goods.qty * stock.price_idr / stock.pack_qty
                    ELSE goods.priced * offer.cash_bp / 10000 / CASE item.unit WHEN 'pc' THEN 1 ELSE 1000 END
               END AS idr) AS cost
    GROUP BY goods.cooperative_id HAVING SUM(cost.idr) > 0""")
"""What an order has yet to put on notes, and what stands on notes that are not signed for.

What a noted order holds stands on its notes whole, so that lines of weeks gone by are read only where no signature
is under them yet.
"""


async def under_way_idr(
    session: AsyncSession, cooperative_ids: Collection[UUID], *, region_code: str, but_week: date
) -> dict[UUID, int]:
    """Return what cooperatives of a region have paid, or must pay, for goods that are not signed for yet (rupiah).

    Wholesalers' goods count with what they cost, own goods with their cash share; one week's goods are left aside.
    """
    weeks = {"week_start": but_week, "since": but_week - SETTLED_WITHIN}
    asked = {"cooperative_ids": list(cooperative_ids), "region_code": region_code, **weeks}
    return dict((await session.execute(_UNDER_WAY, asked)).all())
