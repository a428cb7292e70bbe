"""What a region did not use of its quotas goes back to the head office's stock, which may offer it to others."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.entry_facts import read_lead_days, read_organisation
from service.database.queries.locks import lock_stocks
from service.database.queries.quotas import unused_quotas
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.quotas import give_back, unused_packs
from service.domain.stocks import Stock, StockStatus, available_packs
from service.workflows.do_each import do_each
from service.workflows.move_fallen_lines import moves_by_itself
from service.workflows.quota_steps import ask_for_repairs, short_weeks
from service.workflows.stock_steps import record_quota


async def return_quotas(units: UnitsOfWork) -> dict[UUID, int]:
    """Give back the rest of every quota that its region needs no more, each in a short transaction of its own.

    Returns
    -------
    dict of UUID and int
        The packs given back, by quota.
    """
    async with units.begin() as work:
        unused = await unused_quotas(work.session, work.now)
    done = await do_each(units, unused, return_quota, failure="quota_not_returned")
    return {quota_id: packs for (quota_id, _), packs in done.items() if packs}


async def return_quota(work: UnitOfWork, unused: tuple[UUID, UUID]) -> int:
    """Give back what no order holds of a quota to its pool and tell how many packs; none if that was done before."""
    quota_id, pool_id = unused
    held = await lock_stocks(work.session, {quota_id, pool_id})
    quota, pool = held[quota_id], held[pool_id]
    if unused not in await unused_quotas(work.session, work.now) or not unused_packs(quota):
        return 0
    was_sold_out = not available_packs(pool)
    packs = give_back(pool, quota)
    for stock in (pool, quota):
        after = {"returned_packs": packs, "elsewhere_packs": stock.elsewhere_packs}
        record_quota(work, "stock.quota_returned", stock, after=after)
    await work.session.flush()
    if was_sold_out:
        await _offer_at_home(work, pool)
    return packs


async def _offer_at_home(work: UnitOfWork, pool: Stock) -> None:
    """Let the head office's own region repair its weeks first, if it is short of goods that there were none of."""
    if pool.status is not StockStatus.OPEN or not await moves_by_itself(work, pool.region_code):
        return
    owner, region = await read_organisation(work.session, pool.wholesaler_id)
    weeks = await short_weeks(work, pool, owner, region, await read_lead_days(work.session, owner.id))
    await ask_for_repairs(work, region.code, [week for week, _, short_qty in weeks if short_qty])
