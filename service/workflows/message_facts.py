"""What a message says of an event: the order's lines, the goods, the time that is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.database.queries.notifications import ToldLine, lines_to_tell
from service.domain.calendars import day_begins_at, local_day
from service.domain.events import Event
from service.domain.items import Item
from service.domain.notifications import NoticeKind
from service.domain.orders import Order, OrderLineStatus
from service.domain.organisations import Organisation
from service.domain.price_proposals import PriceProposal
from service.domain.short_replies import code_of
from service.domain.units import Unit
from service.notifications.causes import CAUSES, cause_of_fall
from service.notifications.texts import OUTCOMES, PRICED_BY, amount, day, how_to_reply, listing, moment, rupiah
from service.words.plan_words import RUN_FAILURES
from service.workflows.supply_words import first_day, left_behind_words, supply_words

ORDER_KINDS = frozenset({NoticeKind.NEW_ORDER, NoticeKind.MOVED_TO_YOU, NoticeKind.REMINDER})
PRICE_KINDS = frozenset({NoticeKind.PRICE_PROPOSED, NoticeKind.PRICE_DECIDED})
RECALL_KINDS = frozenset({NoticeKind.RECALL, NoticeKind.RECALL_REMINDER, NoticeKind.RECALL_UNANSWERED})
LINE_KINDS = frozenset({NoticeKind.LINE_MOVED, NoticeKind.SHORTAGE})
SUPPLY_KINDS = frozenset({NoticeKind.SUPPLY_SHORT, NoticeKind.SUPPLY_REPAIRED, NoticeKind.DELIVERY_ON_ITS_WAY})
DAY_KINDS = frozenset(
    {
        NoticeKind.DELIVERY_NOT_LEFT,
        NoticeKind.DELIVERY_OVERDUE,
        NoticeKind.DELIVERY_UNWEIGHED,
        NoticeKind.ORDER_LOWERED,
        NoticeKind.LINES_UNDECIDED,
        NoticeKind.NEED_UNDECIDED,
        NoticeKind.DECISION_REMINDER,
    }
)
"""Told at night where they would come after their cooking day began."""
WEEK_KINDS = frozenset({NoticeKind.PLAN_HELD_BACK, NoticeKind.REPAIR_GIVEN_UP})
"""Of goods of a week: its next cooking day may be the one that lacks them."""
PAGES = {"fallen_lines": "/fallen-lines", "more_needed": "/runs"}
"""Where the operator decides, by what about."""
SEEKERS = {"repair": "Sistem sedang mencari", "operator": "Operator kota memutuskan"}
"""Who finds another supplier for what fell."""
NAMED_LOTS = 5
"""Of a delivery note that is called back, at most; its recall's page names them all."""
LONGEST_GOODS = 140
"""Of what is called back: it stands in the subject, too."""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """Words for a message's text, and until when its reader can do something about it."""

    words: Mapping[str, str] = field(default_factory=dict)
    useful_until: datetime | None = None
    order_id: UUID | None = None
    """The order that a link in the message may answer."""
    page: str | None = None
    """The page with all that the message speaks of."""


async def lines_of_events(session: AsyncSession, heard: Iterable[tuple[Event, NoticeKind]]) -> dict[UUID, ToldLine]:
    """Return the lines of which messages of some kinds tell, all read at once: a deadline lets thousands fall."""
    ids = {UUID(event.entity_id) for event, kind in heard if kind in LINE_KINDS}
    return {told[0].id: told for told in await lines_to_tell(session, line_ids=ids)} if ids else {}


async def facts_of(
    session: AsyncSession, event: Event, kind: NoticeKind, timezone: str, lines: Mapping[UUID, ToldLine]
) -> MessageFacts:
    """Return what a message of a kind says of an event; ``lines`` as ``lines_of_events`` read them."""
    if kind in ORDER_KINDS:
        return await _of_order(session, event, timezone)
    if kind in LINE_KINDS:
        return _of_line(event, timezone, lines)
    if kind in SUPPLY_KINDS:
        return await _of_supply(session, event, kind, timezone)
    if kind in PRICE_KINDS:
        return await _of_price(session, event, timezone)
    if kind in RECALL_KINDS:
        return MessageFacts(await _of_recall(session, event))
    until = _useful_until(event, kind, timezone)
    return MessageFacts(_plain_words(event, kind, timezone), until, page=PAGES.get(str(event.facts.get("about"))))


def _useful_until(event: Event, kind: NoticeKind, timezone: str) -> datetime | None:
    """Return when an answer is due, or the cooking day begins, of which an event speaks."""
    named = event.facts.get("needed_date")
    if kind is NoticeKind.NEW_PURCHASE and event.facts.get("respond_by_at"):
        return datetime.fromisoformat(event.facts["respond_by_at"])
    if kind in WEEK_KINDS:
        next_day = local_day(event.at, timezone=timezone) + timedelta(days=1)
        # Plans that were held back before their events named the week are told of, too.
        week = event.facts.get("week_start")
        first_day = max(next_day, date.fromisoformat(week)) if week else next_day
        return day_begins_at(first_day, timezone=timezone)
    return day_begins_at(date.fromisoformat(named), timezone=timezone) if kind in DAY_KINDS and named else None


def _plain_words(event: Event, kind: NoticeKind, timezone: str) -> dict[str, str]:
    """Return an event's own facts as people read them."""
    words = {name: str(value) for name, value in event.facts.items() if isinstance(value, str | int)}
    if kind is NoticeKind.ORDER_LOWERED:
        words["cause"] = CAUSES.get(words.get("reason", ""), "ada perubahan")
    if kind is NoticeKind.REPAIR_GIVEN_UP:
        words["cause"] = {code.value: said for code, said in RUN_FAILURES.items()}.get(words.get("code", ""), "")
    if "respond_by_at" in words:
        words["answer_by"] = moment(datetime.fromisoformat(words["respond_by_at"]), timezone)
    if "week_start" in words:
        words["week"] = day(date.fromisoformat(words["week_start"]))
    if "needed_date" in words:
        words["day"] = day(date.fromisoformat(words["needed_date"]))
    if "due_on" in words:
        words["day"] = day(date.fromisoformat(words["due_on"]))
    for name in ("total", "open"):
        if f"{name}_idr" in words:
            words[name] = rupiah(int(words[f"{name}_idr"]))
    return words


async def _of_order(session: AsyncSession, event: Event, timezone: str) -> MessageFacts:
    order_id = UUID(event.entity_id)
    lines = await lines_to_tell(session, order_id=order_id)
    waiting = [part for part in lines if part[0].status is OrderLineStatus.AWAITING_ANSWER]
    answer_by = datetime.fromisoformat(event.facts["respond_by_at"]) if event.facts.get("respond_by_at") else None
    week = event.facts.get("week_start")
    words = {
        "number": str(event.facts.get("number", "")),
        "week": day(date.fromisoformat(week)) if week else "",
        "count": str(len(waiting)),
        "listing": listing(
            [
                f"{line.position}. {item.name_id} {amount(line.ordered_qty, item.unit)}, {kitchen.name}, "
                f"{day(line.needed_date)}"
                for line, item, kitchen, _ in waiting
            ]
        ),
        "answer_by": moment(answer_by, timezone) if answer_by else "",
        "reply": await _how_to_reply(session, order_id),
    }
    return MessageFacts(words, answer_by, order_id if waiting else None)


async def _how_to_reply(session: AsyncSession, order_id: UUID) -> str:
    order = await session.get(Order, order_id)
    if order is None:
        return ""
    cooperative = await session.get_one(Organisation, order.cooperative_id)
    return how_to_reply(code_of(order, cooperative.code))


async def _of_price(session: AsyncSession, event: Event, timezone: str) -> MessageFacts:
    proposal = await session.get_one(PriceProposal, UUID(event.entity_id))
    [(line, item, _, cooperative)] = await lines_to_tell(session, line_ids=[proposal.order_line_id])
    words = {
        "item": item.name_id,
        "qty": amount(line.ordered_qty, Unit(item.unit)),
        "day": day(line.needed_date),
        "unit": PRICED_BY[Unit(item.unit)],
        "proposed": rupiah(proposal.proposed_price_idr),
        "ordered": rupiah(proposal.ordered_price_idr),
        "cooperative": cooperative.name,
        "answer_by": moment(proposal.decide_by_at, timezone),
        "outcome": OUTCOMES.get(str(event.facts.get("status", "")), ""),
    }
    return MessageFacts(words, proposal.decide_by_at)


async def _of_recall(session: AsyncSession, event: Event) -> dict[str, str]:
    facts = event.facts
    lots = facts.get("lots") or [facts]
    named = [shorten(await _lot_words(session, lot), LONGEST_GOODS, placeholder="…") for lot in lots[:NAMED_LOTS]]
    while len("; ".join(named)) > LONGEST_GOODS:
        named.pop()
    if len(lots) > len(named):
        named.append(f"dan {len(lots) - len(named)} lot lain")
    words = {name: str(facts.get(name, "")) for name in ("reason", "kitchen")}
    return {"goods": "; ".join(named), **words}


async def _lot_words(session: AsyncSession, named: Mapping[str, Any]) -> str:
    """Return goods as far as they are named; of a delivery note each of its lots, which went elsewhere, too."""
    item = await session.get(Item, named["item_code"]) if named.get("item_code") else None
    words = (
        item.name_id if item else "",
        f"lot {named['lot_code']}" if named.get("lot_code") else "",
        f"dari {named['producer']}" if named.get("producer") else "",
    )
    return ", ".join(word for word in words if word)


def _of_line(event: Event, timezone: str, lines: Mapping[UUID, ToldLine]) -> MessageFacts:
    line, item, _, cooperative = lines[UUID(event.entity_id)]
    qty = int(event.facts.get("qty", line.ordered_qty))
    words = {
        "item": item.name_id,
        "qty": amount(qty, Unit(item.unit)),
        "day": day(line.needed_date),
        "cooperative": cooperative.name,
        "cause": cause_of_fall(event.facts.get("cause")),
        "seeker": SEEKERS.get(str(event.facts.get("seeker")), SEEKERS["repair"]),
    }
    return MessageFacts(words, day_begins_at(line.needed_date, timezone=timezone))


async def _of_supply(session: AsyncSession, event: Event, kind: NoticeKind, timezone: str) -> MessageFacts:
    if kind is NoticeKind.DELIVERY_ON_ITS_WAY:
        left = [date.fromisoformat(row["needed_date"]) for row in event.facts.get("left_behind", [])]
        until = day_begins_at(min(left), timezone=timezone) if left else None
        return MessageFacts(await left_behind_words(session, event), until)
    page = f"/weeks/{event.facts['week_start']}/goods"
    until = day_begins_at(first_day(event), timezone=timezone)
    return MessageFacts(await supply_words(session, event), until, page=page)
