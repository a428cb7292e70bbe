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
    SELECT ordered.cooperative_id, CEIL(SUM(open.qty * cost.idr))::bigint AS idr
    FROM purchase_order AS ordered
    JOIN order_line AS line
      ON line.order_id = ordered.id AND line.status IN ('awaiting_answer', 'accepted', 'accepted_less')
    JOIN item ON item.code = line.item_code
    LEFT JOIN offer ON offer.id = line.offer_id
    LEFT JOIN stock ON stock.id = line.stock_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(SUM(
                   CASE WHEN receipt.status = 'signed' THEN noted.shipped_qty ELSE 0 END
                 + CASE WHEN noted.rest_fate = 'closed' THEN noted.planned_qty - noted.shipped_qty ELSE 0 END), 0)
                   AS qty
        FROM delivery_line AS noted LEFT JOIN receipt ON receipt.delivery_id = noted.delivery_id
        WHERE noted.order_line_id = line.id AND noted.shipped_qty IS NOT NULL) AS settled
    CROSS JOIN LATERAL (SELECT COALESCE(line.accepted_qty, line.ordered_qty) - settled.qty AS qty) AS open
    CROSS JOIN LATERAL (
        SELECT CASE WHEN stock.id IS NOT NULL THEN stock.price_idr::numeric / stock.pack_qty
                    ELSE line.price_idr::numeric * offer.cash_bp / 10000 / CASE item.unit WHEN 'pc' THEN 1 ELSE 1000 END
               END AS idr) AS cost
    WHERE ordered.cooperative_id = ANY(:cooperative_ids) AND ordered.region_code = :region_code
      AND ordered.status <> 'cancelled'
      AND ordered.week_start >= :since AND ordered.week_start <> :week_start
    GROUP BY ordered.cooperative_id HAVING SUM(open.qty * cost.idr) > 0""")


async def under_way_idr(
    session: AsyncSession, cooperative_ids: Collection[UUID], *, region_code: str, but_week: date
) -> dict[UUID, int]:
    """Return what cooperatives of a region have paid, or must pay, for goods that are not signed for yet (rupiah).

    Wholesalers' goods count with what they cost, own goods with their cash share; one week's goods are left aside.
    """
    weeks = {"week_start": but_week, "since": but_week - SETTLED_WITHIN}
    asked = {"cooperative_ids": list(cooperative_ids), "region_code": region_code, **weeks}
    return dict((await session.execute(_UNDER_WAY, asked)).all())
