"""What was asked of cooperatives and what became of it, week by week: the figures behind their reliability."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.line_values import value_idr
from service.domain.calendars import DAYS_PER_WEEK, delivery_days
from service.domain.credit_notes import CreditNote
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryStatus, RestFate
from service.domain.fairness import LEDGER_WEEKS, parts_idr
from service.domain.items import Item
from service.domain.orders import HOLDING_STATUSES, Answer, Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.organisations import Cooperative, Organisation, OrganisationStatus
from service.domain.receipts import Receipt, ReceiptLine
from service.domain.reliability import Record, Reliability, due_at, is_new, reliabilities, total_of
from service.domain.tables import UTC_INSTANT
from service.domain.withdrawals import LineWithdrawal, Withdrawer

Records = dict[UUID, dict[date, Record]]
"""By cooperative and week."""

Key = tuple[UUID, date]
Kept = Order | LineWithdrawal | Delivery | Receipt | CreditNote
"""What carries region, week and cooperative."""
_ANSWERED = (*HOLDING_STATUSES, OrderLineStatus.DECLINED)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Of which weeks (before ``week_start``) a region's records are, and up to which day deliveries are due."""

    region_code: str
    week_start: date
    today: date
    timezone: str

    @property
    def weeks(self) -> tuple[date, ...]:
        """The remembered weeks, the oldest first."""
        return tuple(self.week_start - timedelta(weeks=back) for back in range(LEDGER_WEEKS, 0, -1))


@dataclass(frozen=True, slots=True)
class KnownCooperative:
    """A cooperative with its record of every remembered week, what the formula makes of it, and its fair shares."""

    cooperative: Organisation
    week_start: date
    weeks: dict[date, Record]
    reliability: Reliability
    is_new: bool
    fair_idr: dict[date, int]
    """By week: of what all cooperatives received, its part by the capacity that it has today, as far as reliable."""


async def list_known(session: AsyncSession, ledger: Ledger) -> list[KnownCooperative]:
    """Return what is known of every cooperative of a region, by code."""
    query = (
        sa.select(Organisation, col(Cooperative.handling_g_per_day))
        .join(Cooperative, col(Cooperative.organisation_id) == col(Organisation.id))
        .where(col(Organisation.region_code) == ledger.region_code)
        .order_by(col(Organisation.code))
    )
    members = [(one, int(capacity_g)) for one, capacity_g in await session.execute(query)]
    records = await read_records(session, ledger)
    known = ledger.weeks
    weeks = {one.id: {week: records.get(one.id, {}).get(week, Record()) for week in known} for one, _ in members}
    reliable = reliabilities({key: total_of(mine.values()) for key, mine in weeks.items()})
    weights = {
        one.id: capacity_g * reliable[one.id].reliability_bp if one.status is OrganisationStatus.ACTIVE else 0
        for one, capacity_g in members
    }
    fair = {week: parts_idr(sum(mine[week].received_idr for mine in weeks.values()), weights) for week in known}
    return [
        KnownCooperative(
            cooperative=one,
            week_start=ledger.week_start,
            weeks=weeks[one.id],
            reliability=reliable[one.id],
            is_new=is_new(weeks[one.id].values()),
            fair_idr={week: fair[week][one.id] for week in known},
        )
        for one, _ in members
    ]


async def read_records(session: AsyncSession, ledger: Ledger) -> Records:
    """Return the records of every cooperative of a region that was asked for anything, by week."""
    found: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    for query in (_answers(ledger), _withdrawals(ledger), _notes(ledger), _receipts(ledger), _late_rejects(ledger)):
        for row in (await session.execute(query)).mappings():
            figures = {name: int(value or 0) for name, value in row.items() if name not in {"cooperative_id", "week"}}
            found[row["cooperative_id"], row["week"]] |= figures
    return _by_cooperative(found)


def _by_cooperative(found: Mapping[Key, dict[str, int]]) -> Records:
    records: defaultdict[UUID, dict[date, Record]] = defaultdict(dict)
    for (cooperative_id, week), figures in sorted(found.items()):
        records[cooperative_id][week] = Record(**figures)
    return dict(records)


def _answers(ledger: Ledger) -> sa.Select[*tuple[Any, ...]]:
    line, said = col(OrderLine.ordered_qty), col(Answer.accepted_qty)
    accepted = sa.func.least(sa.func.coalesce(said, col(OrderLine.accepted_qty)), line)
    expired = sa.case((col(OrderLine.expired_at).is_not(None), line), else_=0)
    return (
        sa.select(
            *_key(Order),
            sa.func.count().label("lines"),
            _worth(line).label("ordered_idr"),
            _worth(accepted).label("accepted_idr"),
            _worth(expired).label("expired_idr"),
            _worth(col(OrderLine.accepted_qty)).label("received_idr"),
        )
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .outerjoin(Answer, col(Answer.order_line_id) == col(OrderLine.id))
        .where(
            *_within(ledger, Order), col(Order.status) != OrderStatus.CANCELLED, col(OrderLine.status).in_(_ANSWERED)
        )
        .group_by(*_key(Order))
    )


def _withdrawals(ledger: Ledger) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*_key(LineWithdrawal), _worth(col(LineWithdrawal.withdrawn_qty)).label("withdrawn_idr"))
        .join(OrderLine, col(OrderLine.id) == col(LineWithdrawal.order_line_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(*_within(ledger, LineWithdrawal), col(LineWithdrawal.withdrawer) == Withdrawer.COOPERATIVE)
        .group_by(*_key(LineWithdrawal))
    )


def _notes(ledger: Ledger) -> sa.Select[*tuple[Any, ...]]:
    """Of cooking days that have come: a rest that is carried is due on the next note, a closed one on its own."""
    shipped = sa.func.coalesce(col(DeliveryLine.shipped_qty), 0)
    is_carried = col(DeliveryLine.rest_fate) == RestFate.CARRIED
    due = sa.case((is_carried, shipped), else_=col(DeliveryLine.planned_qty))
    limits = _limits(ledger)
    on_time = sa.case((col(Delivery.dispatched_at) <= limits.c.due_at, shipped), else_=0)
    return (
        sa.select(
            *_key(Delivery),
            _worth(due).label("due_idr"),
            _worth(shipped).label("shipped_idr"),
            _worth(on_time).label("on_time_idr"),
        )
        .join(DeliveryLine, col(DeliveryLine.delivery_id) == col(Delivery.id))
        .join(OrderLine, col(OrderLine.id) == col(DeliveryLine.order_line_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(limits, limits.c.needed_date == col(Delivery.needed_date))
        .where(col(Delivery.region_code) == ledger.region_code, col(Delivery.status) != DeliveryStatus.CANCELLED)
        .group_by(*_key(Delivery))
    )


def _receipts(ledger: Ledger) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *_key(Receipt),
            _worth(col(ReceiptLine.shipped_qty)).label("weighed_idr"),
            _worth(col(ReceiptLine.accepted_qty)).label("taken_idr"),
        )
        .join(ReceiptLine, col(ReceiptLine.receipt_id) == col(Receipt.id))
        .join(OrderLine, col(OrderLine.id) == col(ReceiptLine.order_line_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(Delivery, col(Delivery.id) == col(Receipt.delivery_id))
        .where(*_within(ledger, Delivery))
        .group_by(*_key(Receipt))
    )


def _late_rejects(ledger: Ledger) -> sa.Select[*tuple[Any, ...]]:
    # Goods come the evening before their week at the earliest: said only so that the index by day serves.
    earliest = ledger.weeks[0] - timedelta(days=DAYS_PER_WEEK)
    return (
        sa.select(*_key(CreditNote), sa.func.sum(col(CreditNote.total_idr)).label("late_rejected_idr"))
        .where(*_within(ledger, CreditNote), col(CreditNote.issued_on) >= earliest)
        .group_by(*_key(CreditNote))
    )


def _limits(ledger: Ledger) -> sa.Values:
    """Return until when goods of each remembered cooking day that has come had to leave."""
    last = ledger.week_start - timedelta(days=1)
    days: Iterable[date] = delivery_days(last - timedelta(days=DAYS_PER_WEEK * LEDGER_WEEKS - 1), last)
    rows: list[tuple[date, datetime | None]] = [
        (day, due_at(day, timezone=ledger.timezone)) for day in days if day <= ledger.today
    ]
    columns = (sa.column("needed_date", sa.Date()), sa.column("due_at", UTC_INSTANT))
    return sa.values(*columns, name="limit_of_day").data(rows or [(date.max, None)])


def _key(table: type[Kept]) -> tuple[sa.SQLColumnExpression[UUID], sa.SQLColumnExpression[date]]:
    return col(table.cooperative_id), col(table.week_start).label("week")


def _within(ledger: Ledger, table: type[Kept]) -> tuple[sa.ColumnElement[bool], ...]:
    weeks = ledger.weeks
    return col(table.region_code) == ledger.region_code, col(table.week_start).between(weeks[0], weeks[-1])


def _worth(qty: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[Any]:
    """Return the sum of what base units of order lines are worth, each line rounded to the rupiah."""
    return sa.func.sum(value_idr(qty))
