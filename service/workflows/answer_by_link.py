"""An officer takes what an order asks for with one tap on a link; looking at it does nothing.

A link whose time is over tells what became of its lines instead, and who has them now only to those of the cooperative
who have logged in: messages are passed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.database.queries.late_answers import fates_of
from service.database.queries.notifications import lines_to_tell
from service.database.queries.people import user_with_organisation
from service.database.unit_of_work import UnitOfWork
from service.domain.answer_links import AnswerLink, is_over
from service.domain.answers import LineAnswer
from service.domain.errors import DomainError
from service.domain.items import Item
from service.domain.late_answers import LineFate
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.organisations import Organisation
from service.domain.people import may_log_in
from service.domain.permissions import Action, Actor, reach_of
from service.workflows.answer_order import AnswerOrder, answer_order


@dataclass(frozen=True, slots=True)
class LinkedOrder:
    """What a link is about: the order's number and the lines that a tap takes; too late, what became of each.

    ``names_takers`` says whether the reader may know which cooperatives have the goods now.
    """

    number: str
    lines: Sequence[tuple[OrderLine, Item, Organisation]]
    lost: Sequence[tuple[LineFate, Item]] = ()
    names_takers: bool = False


async def read_link(work: UnitOfWork, link: AnswerLink) -> LinkedOrder | None:
    """Return what a tap would take; nothing for somebody who may no longer enter, or of another cooperative.

    Parameters
    ----------
    work
        Its actor is whoever has logged in where the link was opened, if anybody has.
    """
    user, organisation = await user_with_organisation(work.session, link.user_id)
    order = await work.session.get(Order, link.order_id)
    if order is None or not may_log_in(user, organisation) or order.cooperative_id != user.organisation_id:
        return None
    told = await lines_to_tell(work.session, order_id=order.id)
    meant = [(line, item, kitchen) for line, item, kitchen, _ in told if link.line_id in {None, line.id}]
    if is_over(link, work.now):
        fates = await fates_of(work.session, order, [line for line, _, _ in meant], work.now)
        lost = [(fate, item) for fate, (_, item, _) in zip(fates, meant, strict=True)]
        return LinkedOrder(order.number, (), lost, names_takers=_is_of(work.actor, order))
    return LinkedOrder(order.number, [one for one in meant if one[0].status is OrderLineStatus.AWAITING_ANSWER])


def _is_of(actor: Actor | None, order: Order) -> bool:
    """Tell whether somebody is an officer of the cooperative that an order is for."""
    if actor is None or actor.organisation_id != order.cooperative_id:
        return False
    return reach_of(actor, Action.ORDERS_ANSWER) is not None


async def answer_by_link(work: UnitOfWork, link: AnswerLink) -> bool:
    """Take all that the link is about and still waits; tell whether anything was taken.

    A second tap finds nothing that waits; one beside the first waits for it and is refused.
    """
    linked = await read_link(work, link)
    if linked is None or not linked.lines:
        return False
    user, _ = await user_with_organisation(work.session, link.user_id)
    actor = Actor(user.id, user.organisation_id, user.region_code, user.role)
    answers = tuple(LineAnswer(line.id, line.ordered_qty) for line, _, _ in linked.lines)
    try:
        async with work.session.begin_nested():
            await answer_order(replace(work, actor=actor), AnswerOrder(link.order_id, answers))
    except DomainError:
        return False
    return True
