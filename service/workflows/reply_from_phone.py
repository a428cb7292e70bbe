"""An officer answers a line of the newest open order with a short message from a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.database.queries.late_answers import fates_of
from service.database.queries.notifications import lines_to_tell
from service.database.queries.short_replies import last_due_order, newest_open_order, person_of_phone, take_message
from service.database.unit_of_work import UnitOfWork
from service.domain.contacts import plain_phone
from service.domain.errors import DomainError, RespondByPassed, RuleBroken
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.people import Role, User, may_log_in
from service.domain.permissions import Actor
from service.domain.short_replies import (
    LONGEST_TEXT,
    MAY_MEAN_PAST,
    ReplyKind,
    ShortReply,
    answer_of,
    taken_qty,
    understood,
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
    user = found[0]
    reply = await _answered(work, user, understood(command.text[:LONGEST_TEXT]))
    message.user_id = user.id
    message.text, message.reply = command.text.replace("\x00", "")[:LONGEST_TEXT], reply[:LONGEST_TEXT]
    await work.session.flush()
    return message.reply


async def _answered(work: UnitOfWork, user: User, said: ShortReply) -> str:
    if said.kind is ReplyKind.HELP:
        return replies.HELP
    if user.role is not Role.COOP_OFFICER:
        return replies.NOT_FOR_YOU
    order = await newest_open_order(work.session, user.organisation_id)
    if order is None:
        order = await last_due_order(work.session, user.organisation_id, work.now, MAY_MEAN_PAST)
    if order is None:
        return replies.NO_OPEN_ORDER
    told = await lines_to_tell(work.session, order_id=order.id)
    lines = {line.position: (line, item) for line, item, _, _ in told}
    if said.position not in lines:
        waiting = ", ".join(str(line.position) for line in _waiting([line for line, _ in lines.values()]))
        return replies.NO_SUCH_LINE.format(position=said.position, number=order.number, waiting=waiting)
    return await _answer(work, user, said, order, lines[said.position])


async def _answer(work: UnitOfWork, user: User, said: ShortReply, order: Order, told: tuple[OrderLine, Item]) -> str:
    line, item = told
    goods = f"{item.name_id} {amount(line.ordered_qty, item.unit)}"
    words = {"number": order.number, "position": str(said.position), "goods": goods}
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
