"""An officer answers a line of an order with a short message from a phone.

The message names the order by its code. Without one it is taken only where it can mean one order alone, of those that
wait, are answered, or fell due of late; else nothing is answered and the reply lists the orders with their codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.database.queries.late_answers import fates_of
from service.database.queries.notifications import lines_to_tell
from service.database.queries.short_replies import (
    orders_in_mind,
    orders_of_week_number,
    person_of_phone,
    take_message,
    waiting_counts,
)
from service.database.unit_of_work import UnitOfWork
from service.domain.contacts import plain_phone
from service.domain.errors import DomainError, RespondByPassed, RuleBroken
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.organisations import Organisation
from service.domain.people import Role, User, may_log_in
from service.domain.permissions import Actor
from service.domain.places import Region
from service.domain.short_replies import (
    LONGEST_TEXT,
    MAY_MEAN_PAST,
    ReplyKind,
    ShortReply,
    answer_of,
    code_of,
    is_waiting,
    named_order,
    taken_qty,
    understood,
    week_of_code,
)
from service.notifications import replies
from service.notifications.texts import amount
from service.workflows.answer_order import AnswerOrder, answer_order


@dataclass(frozen=True, slots=True)
class ReplyFromPhone:
    """A message as the gateway brings it; its id is the gateway's and tells a repeated one."""

    message_id: str
    phone: str
    text: str


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a reply is about: an order with its code, and one line of it."""

    order: Order
    code: str
    line: OrderLine
    item: Item


async def reply_from_phone(work: UnitOfWork, command: ReplyFromPhone) -> str | None:
    """Do what a short message says and return what happened, in Indonesian.

    Returns
    -------
    str or None
        The reply; the same one for a repeated message, and none for a phone that nobody is known by.
    """
    message, is_first = await take_message(work.session, command.message_id, work.now)
    if not is_first:
        return message.reply
    found = await person_of_phone(work.session, plain_phone(command.phone))
    if found is None or not may_log_in(*found):
        return None
    user, organisation = found
    reply = await _answered(work, user, organisation, understood(command.text[:LONGEST_TEXT]))
    message.user_id = user.id
    message.text, message.reply = command.text.replace("\x00", "")[:LONGEST_TEXT], reply[:LONGEST_TEXT]
    await work.session.flush()
    return message.reply


async def _answered(work: UnitOfWork, user: User, cooperative: Organisation, said: ShortReply) -> str:
    if user.role is not Role.COOP_OFFICER:
        return replies.HELP if said.kind is ReplyKind.HELP else replies.NOT_FOR_YOU
    in_mind = await orders_in_mind(work.session, cooperative.id, work.now, MAY_MEAN_PAST)
    if said.kind is ReplyKind.HELP:
        waiting = [order for order in in_mind if is_waiting(order, work.now)]
        return f"{replies.HELP}\n{await _listed(work, cooperative, waiting)}"
    if said.code is not None:
        order = await _named(work, cooperative, said.code)
        if order is None:
            listed = await _listed(work, cooperative, in_mind)
            return replies.UNKNOWN_CODE.format(code=said.code, orders=listed)
    elif len(in_mind) == 1:
        [order] = in_mind
    else:
        return await _which(work, cooperative, said, in_mind)
    told = await lines_to_tell(work.session, order_id=order.id)
    lines = {line.position: (line, item) for line, item, _, _ in told}
    if said.position not in lines:
        waiting_lines = ", ".join(str(line.position) for line in _waiting([line for line, _ in lines.values()]))
        return replies.NO_SUCH_LINE.format(position=said.position, number=order.number, waiting=waiting_lines or "-")
    return await _answer(work, user, said, _Meant(order, code_of(order, cooperative.code), *lines[said.position]))


async def _named(work: UnitOfWork, cooperative: Organisation, code: str) -> Order | None:
    orders = await orders_of_week_number(work.session, cooperative.id, week_of_code(code))
    return named_order(orders, code, cooperative.code)


async def _which(work: UnitOfWork, cooperative: Organisation, said: ShortReply, orders: Sequence[Order]) -> str:
    """Return the question which order is meant; a guess could take goods for another week."""
    if not orders:
        return replies.NO_OPEN_ORDER
    asked = next((order for order in orders if is_waiting(order, work.now)), orders[0])
    letter = "X" if said.kind is ReplyKind.DECLINE else "T"
    example = f"{letter} {code_of(asked, cooperative.code)} {said.position}"
    return replies.WHICH_ORDER.format(example=example, orders=await _listed(work, cooperative, orders))


async def _listed(work: UnitOfWork, cooperative: Organisation, orders: Sequence[Order]) -> str:
    counts = await waiting_counts(work.session, [order.id for order in orders])
    region = await work.session.get_one(Region, cooperative.region_code)
    named = [
        replies.NamedOrder(order.number, code_of(order, cooperative.code), counts.get(order.id, 0), until)
        for order in sorted(orders, key=lambda order: not is_waiting(order, work.now))
        if (until := order.respond_by_at) is not None
    ]
    return replies.named_orders(named, work.now, region.timezone)


async def _answer(work: UnitOfWork, user: User, said: ShortReply, meant: _Meant) -> str:
    order, line, item = meant.order, meant.line, meant.item
    goods = f"{item.name_id} {amount(line.ordered_qty, item.unit)}"
    words = {"number": order.number, "code": meant.code, "position": str(said.position), "goods": goods}
    qty = taken_qty(said, line, item.unit)
    if qty is None:
        return replies.BAD_QUANTITY.format_map(words)
    actor = Actor(user.id, user.organisation_id, user.region_code, user.role)
    command = AnswerOrder(order.id, (answer_of(said, line, qty),))
    less = amount(qty, item.unit)
    ordered_qty = line.ordered_qty
    try:
        # What is refused must leave nothing behind but the message and its reply.
        async with work.session.begin_nested():
            answered = await answer_order(replace(work, actor=actor), command)
    except RespondByPassed:
        return await _too_late(work, order, line, item)
    except DomainError as refusal:
        hint = replies.STEP_HINT.format_map(words) if isinstance(refusal, RuleBroken) else ""
        return replies.REFUSED.get(refusal.code, replies.REFUSED_OTHERWISE).format_map(words | {"hint": hint}).strip()
    left = len(_waiting(answered.lines))
    words |= {"qty": less, "rest": replies.SOME_LEFT.format(count=left) if left else replies.NONE_LEFT}
    if qty == 0:
        return replies.DECLINED.format_map(words)
    return (replies.TAKEN if qty == ordered_qty else replies.TAKEN_LESS).format_map(words)


async def _too_late(work: UnitOfWork, order: Order, line: OrderLine, item: Item) -> str:
    [fate] = await fates_of(work.session, order, [line], work.now)
    return replies.TOO_LATE.format(number=order.number, became=replies.became(fate, item))


def _waiting(lines: Sequence[OrderLine]) -> list[OrderLine]:
    return [line for line in lines if line.status is OrderLineStatus.AWAITING_ANSWER]
