"""Recalls: goods that nobody may cook with, who got them, and what each kitchen says has become of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import InvalidField
from service.domain.faults import Faults
from service.domain.lot_names import LotName, one_spelling
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of

MOST_LOTS: Final = 5_000
"""That one trace reads."""


class RecallStatus(StrEnum):
    """``open`` while its goods may not leave or be taken in; ``closed`` once nothing of them is left."""

    OPEN = "open"
    CLOSED = "closed"


ANSWERED_WITHIN = timedelta(hours=2)
"""A kitchen that says nothing for so long is reminded; for as long again, and the city is asked to call it."""


class Chase(StrEnum):
    """What is done about a kitchen's silence, in this order, each once."""

    REMIND = "remind"
    ESCALATE = "escalate"


RECALL_TRANSITIONS: Transitions[RecallStatus] = {
    RecallStatus.OPEN: frozenset({RecallStatus.CLOSED}),
    RecallStatus.CLOSED: frozenset(),
}


class Recall(Entity, table=True):
    """What is called back: a lot, a producer's goods, an item of some days, or what stood on a note; all must fit."""

    __table_args__ = (
        sa.ForeignKeyConstraint(["region_code", "delivery_number"], ["delivery.region_code", "delivery.number"]),
        sa.CheckConstraint("num_nonnulls(lot_code, producer, item_code, delivery_number) > 0", name="names_goods"),
        sa.CheckConstraint("(delivery_number IS NULL) = (lots IS NULL)", name="note_has_lots"),
        sa.CheckConstraint("from_date <= to_date", name="date_order"),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"),
        sa.Index("ix_recall_region_created", "region_code", "created_at", "id"),
        sa.Index("ix_recall_open", "region_code", postgresql_where=sa.text("status = 'open'")),
    )
    region_code: str = Field(foreign_key="region.code")
    status: RecallStatus = Field(sa_type=one_of(RecallStatus))
    reason: str = Field(max_length=400)
    lot_code: str | None = Field(default=None, max_length=60)
    producer: str | None = Field(default=None, max_length=120)
    item_code: str | None = Field(default=None, foreign_key="item.code")
    from_date: date | None = None
    to_date: date | None = None
    """Cooking days, both included."""
    delivery_number: str | None = Field(default=None, max_length=80)
    lots: list[dict[str, str]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """What stood on that note, each by ``item_code``, ``lot_code`` and ``producer``: bad wherever else it went."""
    opened_by: UUID = Field(foreign_key="app_user.id")
    closed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


class RecallPart(Row, table=True):
    """One kitchen's goods of one item in a recall, and what it says has become of them; base units."""

    __table_args__ = (
        sa.CheckConstraint("accepted_qty >= 0", name="accepted_not_negative"),
        sa.CheckConstraint("num_nonnulls(confirmed_at, eaten_qty, stored_qty, discarded_qty) IN (0, 4)", name="whole"),
        sa.CheckConstraint(
            "eaten_qty >= 0 AND stored_qty >= 0 AND discarded_qty >= 0"
            " AND eaten_qty + stored_qty + discarded_qty = accepted_qty",
            name="accounts_for_all",
        ),
        sa.CheckConstraint("escalated_at IS NULL OR reminded_at IS NOT NULL", name="reminded_first"),
        sa.Index("ix_recall_part_kitchen", "kitchen_id", "recall_id"),
        sa.Index(
            "ix_recall_part_silent",
            "recall_id",
            "kitchen_id",
            postgresql_where=sa.text("confirmed_at IS NULL AND escalated_at IS NULL"),
        ),
    )
    recall_id: UUID = Field(primary_key=True, foreign_key="recall.id")
    kitchen_id: UUID = Field(primary_key=True, foreign_key="kitchen.organisation_id")
    item_code: str = Field(primary_key=True, foreign_key="item.code")
    accepted_qty: int = Field(sa_type=sa.BigInteger)
    eaten_qty: int | None = Field(default=None, sa_type=sa.BigInteger)
    stored_qty: int | None = Field(default=None, sa_type=sa.BigInteger)
    discarded_qty: int | None = Field(default=None, sa_type=sa.BigInteger)
    confirmed_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    confirmed_by: UUID | None = Field(default=None, foreign_key="app_user.id")
    asked_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When the kitchen was asked about so much; empty: when the recall was opened."""
    reminded_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When the kitchen was told a second time."""
    escalated_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When the city was asked to call the kitchen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The goods that a trace or recall is about; ``None``: any. All that is named must fit."""

    lot_code: str | None = None
    producer: str | None = None
    item_code: str | None = None
    from_date: date | None = None
    to_date: date | None = None
    delivery_number: str | None = None
    """Of a delivery note, or its id."""
    lots: frozenset[LotName] | None = None
    """What stood on the note, once it was looked up."""


@dataclass(frozen=True, slots=True)
class Remains:
    """What a kitchen says of its goods of one item, in base units."""

    item_code: str
    eaten_qty: int
    stored_qty: int
    discarded_qty: int


def wanted_of(recall: Recall) -> Wanted:
    """Return the goods that a recall is about."""
    return Wanted(
        lot_code=recall.lot_code,
        producer=recall.producer,
        item_code=recall.item_code,
        from_date=recall.from_date,
        to_date=recall.to_date,
        delivery_number=recall.delivery_number,
        lots=lots_of(recall),
    )


def lots_of(recall: Recall) -> frozenset[LotName] | None:
    """Return the lots of the delivery note that a recall is about; ``None``: of no note."""
    return None if recall.lots is None else frozenset(LotName(**lot) for lot in recall.lots)


def written(lots: Iterable[LotName] | None) -> list[dict[str, str]] | None:
    """Return lots as a recall keeps them."""
    return None if lots is None else [lot._asdict() for lot in sorted(lots)]


def facts_of(recall: Recall) -> dict[str, Any]:
    """Return what events tell of a recall: which goods, and why."""
    names = ("lot_code", "producer", "item_code", "delivery_number", "lots", "reason")
    return {name: getattr(recall, name) for name in names}


def is_item_alone(wanted: Wanted) -> bool:
    """Tell whether goods are told by their item only, whoever grew or made them."""
    return bool(wanted.item_code) and not (wanted.lot_code or wanted.producer or wanted.delivery_number)


def require_named(wanted: Wanted) -> None:
    """Refuse a recall of everything, or of days in the wrong order.

    Raises
    ------
    InvalidField
        Naming what would be valid.
    """
    if not (wanted.lot_code or wanted.producer or wanted.item_code or wanted.delivery_number):
        raise InvalidField.at("lot_code", "Name a lot, a producer, an item or a delivery note.", code="missing")
    if is_item_alone(wanted) and not (wanted.from_date and wanted.to_date):
        raise InvalidField.at("from_date", "An item alone needs its first and last cooking day.", code="missing")
    if wanted.from_date and wanted.to_date and wanted.from_date > wanted.to_date:
        raise InvalidField.at("to_date", f"{wanted.from_date} or later.", code="out_of_range")


def require_whole(lot_count: int) -> None:
    """Refuse goods of more lots than are read at once: a recall that left kitchens out would be worse than none.

    Raises
    ------
    InvalidField
        Asking for cooking days.
    """
    if lot_count > MOST_LOTS:
        message = f"More than {MOST_LOTS:,} lots have left: name cooking days, and call back a part after the other."
        raise InvalidField.at("from_date", message, code="too_many_lots")


def concerns(recall: Recall, *, lot_code: str, producer: str, item_code: str, needed_date: date) -> bool:
    """Tell whether an open recall forbids goods, however their lot and producer are spelled."""
    lot = LotName(item_code, lot_code, producer)
    return recall.status is RecallStatus.OPEN and is_wanted(wanted_of(recall), lot, needed_date)


def is_wanted(wanted: Wanted, lot: LotName, needed_date: date) -> bool:
    """Tell whether goods for a cooking day are among those that are asked for."""
    return (
        is_named(wanted.lot_code, lot.lot_code)
        and is_named(wanted.producer, lot.producer)
        and wanted.item_code in {None, lot.item_code}
        and (wanted.lots is None or lot.in_one_spelling in {one.in_one_spelling for one in wanted.lots})
        and (wanted.from_date is None or wanted.from_date <= needed_date)
        and (wanted.to_date is None or needed_date <= wanted.to_date)
    )


def is_named(wanted: str | None, name: str) -> bool:
    """Tell whether a lot's code or producer is the one that is asked for; ``None``: any is."""
    return wanted is None or one_spelling(wanted) == one_spelling(name)


def confirm(parts: Iterable[RecallPart], said: Iterable[Remains], *, by: UUID, now: datetime) -> None:
    """Write down what has become of a kitchen's goods; said again, the newest word counts.

    Raises
    ------
    InvalidField
        For items that it did not get, and where the parts do not add up to what it took in.
    """
    faults = Faults()
    by_item = {part.item_code: part for part in parts}
    for number, remains in enumerate(said):
        part = by_item.get(remains.item_code)
        total = remains.eaten_qty + remains.stored_qty + remains.discarded_qty
        if part is None:
            faults.add(f"items.{number}.item_code", "unknown", f"Yours in this recall: {', '.join(sorted(by_item))}.")
        elif total != part.accepted_qty:
            faults.add(f"items.{number}.eaten_qty", "sum", f"All three add up to {part.accepted_qty}, not {total}.")
        else:
            part.eaten_qty, part.stored_qty = remains.eaten_qty, remains.stored_qty
            part.discarded_qty, part.confirmed_at, part.confirmed_by = remains.discarded_qty, now, by
    faults.raise_any()


def recount(part: RecallPart, qty: int, *, by: UUID, now: datetime) -> None:
    """Set what a kitchen has to account for (base units); of another quantity than before it is asked anew.

    What it refused at the door is not with it: where nothing is left there is nothing to ask.
    """
    if qty == part.accepted_qty and (qty or part.confirmed_at):
        return
    part.accepted_qty = qty
    part.asked_at, part.reminded_at, part.escalated_at = now if qty else None, None, None
    part.eaten_qty = part.stored_qty = part.discarded_qty = None if qty else 0
    part.confirmed_at, part.confirmed_by = (None, None) if qty else (now, by)


def chase_due(recall: Recall, parts: Iterable[RecallPart], now: datetime) -> Chase | None:
    """Return what is due about the silence of one kitchen, whose parts these are; ``None``: nothing (any more)."""
    silent = [part for part in parts if part.confirmed_at is None]
    if recall.status is not RecallStatus.OPEN or not silent:
        return None
    reminded_at = max((part.reminded_at for part in silent if part.reminded_at), default=None)
    if reminded_at is None:
        asked_at = min(part.asked_at or recall.created_at for part in silent)
        return Chase.REMIND if asked_at + ANSWERED_WITHIN <= now else None
    if any(part.escalated_at for part in silent):
        return None
    return Chase.ESCALATE if reminded_at + ANSWERED_WITHIN <= now else None


def chase(parts: Iterable[RecallPart], step: Chase, now: datetime) -> None:
    """Note a step on the parts that a kitchen has not accounted for."""
    for part in parts:
        if part.confirmed_at is None and step is Chase.REMIND:
            part.reminded_at = now
        elif part.confirmed_at is None:
            part.reminded_at, part.escalated_at = part.reminded_at or now, now


def close(recall: Recall, parts: Iterable[RecallPart], now: datetime) -> None:
    """End a recall of which nothing is left in any store.

    Raises
    ------
    InvalidField
        If a kitchen has not said what became of its goods, or still stores some.
    IllegalTransition
        If it was closed before.
    """
    left = sum(1 for part in parts if part.confirmed_at is None or part.stored_qty)
    if left:
        words = f"{left} parts are not confirmed, or still in store; wait until every kitchen has discarded its goods."
        raise InvalidField.at("status", words, code="not_finished")
    recall.status = transition(RECALL_TRANSITIONS, recall.status, RecallStatus.CLOSED, what="recall")
    recall.closed_at = now
