"""What orders still expect of a suspended or closed member: taken off, order by order, and repaired."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from service.database.queries.locks import keep_organisations, lock_order, lock_order_lines
from service.database.queries.purchases import purchases_of_order
from service.database.queries.withdrawals import open_order_ids, stock_ids_of
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus
from service.domain.places import Region
from service.domain.purchases import CutReason, PackAnswer, PurchaseLineStatus
from service.domain.withdrawals import WithdrawalReason, Withdrawer, free_qty
from service.workflows.answer_purchase import settle
from service.workflows.do_each import do_each
from service.workflows.hold_notes import hold_notes
from service.workflows.make_purchases import make_purchases
from service.workflows.spare_lines import Spared, spare_lines
from service.workflows.stop_lines import stop_lines

CLEAR_SUSPENDED = "clear_suspended"
"""Name of the job; its argument is ``organisation_id``."""


async def clear_suspended(units: UnitsOfWork, organisation_id: UUID) -> list[UUID]:
    """Clear every order of a member that is not active, each in a transaction of its own. May be repeated.

    Returns
    -------
    list of UUID
        The orders that expected something of it; none if it is active again.
    """
    async with units.begin() as work:
        organisation = await work.session.get_one(Organisation, organisation_id)
        if organisation.status is OrganisationStatus.ACTIVE:
            return []
        order_ids = await open_order_ids(work.session, organisation_id)
    step = partial(_clear_unless_active, organisation_id=organisation_id)
    return list(await do_each(units, order_ids, step, failure="suspended_not_cleared", is_retried=True))


async def _clear_unless_active(work: UnitOfWork, order_id: UUID, organisation_id: UUID) -> None:
    """Leave the order to a member that takes part again meanwhile: what it lacks by then is looked for."""
    [organisation] = await keep_organisations(work.session, [organisation_id])
    if organisation.status is not OrganisationStatus.ACTIVE:
        await clear_order(work, order_id, organisation_id)


async def clear_order(work: UnitOfWork, order_id: UUID, organisation_id: UUID) -> None:
    """Take off an order what it still expects of a member: a kitchen's goods are free, others' are asked of others.

    What has left stays, and so does what a wholesaler has confirmed; days that have begun are left as they are.
    """
    organisation = await work.session.get_one(Organisation, organisation_id)
    seen = await work.session.get_one(Order, order_id)
    region = await work.session.get_one(Region, seen.region_code)
    today = local_day(work.now, timezone=region.timezone)
    order = await lock_order(work.session, order_id)
    lines = await lock_order_lines(work.session, order_id)
    _, noted = await hold_notes(work, [line.id for line in lines])
    coming = [line for line in lines if line.needed_date > today and free_qty(line, noted.get(line.id, ()))]
    if organisation.kind is OrganisationKind.KITCHEN:
        mine = [line for line in coming if line.kitchen_id == organisation_id]
        spared = [Spared(line, free_qty(line, noted.get(line.id, ()))) for line in mine]
        await spare_lines(work, order, lines, spared, withdrawer=Withdrawer.CITY, reason=WithdrawalReason.SUSPENDED)
    elif order.cooperative_id == organisation_id:
        await stop_lines(work, order, lines, coming, noted, reason=WithdrawalReason.SUSPENDED)
    else:
        await _clear_packs(work, order, lines, coming, organisation_id)
    await make_purchases(work, order, lines)
    await work.session.flush()


async def _clear_packs(
    work: UnitOfWork, order: Order, lines: Sequence[OrderLine], coming: Sequence[OrderLine], wholesaler_id: UUID
) -> None:
    """Decline what the wholesaler has not confirmed, and let fall what would have been bought of it."""
    bought = await purchases_of_order(work.session, order.id)
    for purchase in {one.id: one for one, _ in bought if one.wholesaler_id == wholesaler_id}.values():
        held = [line for one, line in bought if one.id == purchase.id]
        waiting = [line for line in held if line.status is PurchaseLineStatus.AWAITING_ANSWER]
        if waiting:
            await settle(work, order, purchase, held, [PackAnswer(line.id, 0, CutReason.OTHER) for line in waiting])
    if not bought:
        of_packs = await stock_ids_of(work.session, wholesaler_id, {line.stock_id for line in coming if line.stock_id})
        mine = [line for line in coming if line.stock_id in of_packs]
        await stop_lines(work, order, lines, mine, {}, reason=WithdrawalReason.SUSPENDED)
