"""What a head office's own region needs no more is offered to branches whose regions are short, by need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from service.database.queries.locks import lock_stocks
from service.database.queries.quotas import growing_quotas, pools_with_rest
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.quota_shares import RegionNeed, share_packs
from service.domain.quotas import quota_packs, set_quota, unused_packs
from service.domain.stocks import Stock, available_packs
from service.workflows.do_each import do_each
from service.workflows.move_fallen_lines import moves_by_itself
from service.workflows.quota_steps import ask_for_repairs, short_weeks
from service.workflows.return_quotas import return_quotas
from service.workflows.stock_steps import record_quota


async def settle_quotas(units: UnitsOfWork) -> None:
    """Give back what regions did not use, then offer what is left."""
    await return_quotas(units)
    await share_rests(units)


async def share_rests(units: UnitsOfWork) -> dict[UUID, int]:
    """Offer the rest of every stock that is divided between regions, each in a short transaction of its own.

    Returns
    -------
    dict of UUID and int
        The packs that went to branches, by stock.
    """
    async with units.begin() as work:
        pools = await pools_with_rest(work.session, work.now)
    done = await do_each(units, pools, share_rest, failure="rest_not_shared")
    return {pool_id: packs for pool_id, packs in done.items() if packs}


async def share_rest(work: UnitOfWork, pool_id: UUID) -> int:
    """Let the quotas of regions that are short grow by what is left, and ask for their repairs; tell how many packs.

    A quota that gave something back since it was set is left alone, so that no rest goes to and fro, and so is a region
    whose operator starts repairs by hand: it could not use a rest before that goes back.
    """
    seen = await growing_quotas(work.session, pool_id)
    held = await lock_stocks(work.session, {pool_id, *(quota.id for quota, *_ in seen)})
    pool = held[pool_id]
    if pool_id not in await pools_with_rest(work.session, work.now):
        return 0
    found = await _needs(work, await growing_quotas(work.session, pool_id))
    needs = [need for need, _ in found.values()]
    shares = share_packs(available_packs(pool), pack_qty=pool.pack_qty, needs=needs)
    for quota_id, packs in shares.items():
        need, weeks = found[quota_id]
        set_quota(pool, held[quota_id], quota_packs(held[quota_id]) + packs)
        _record(work, held[quota_id], packs)
        await ask_for_repairs(work, need.region_code, weeks)
    if shares:
        _record(work, pool, sum(shares.values()))
    await work.session.flush()
    return sum(shares.values())


async def _needs(
    work: UnitOfWork, quotas: Iterable[tuple[Stock, Organisation, Region, int]]
) -> dict[UUID, tuple[RegionNeed, list[date]]]:
    """Return what each region is short of beside its unused packs, and in which weeks, by its first quota."""
    found: dict[UUID, tuple[RegionNeed, list[date]]] = {}
    regions: set[str] = set()
    for quota, branch, region, lead_days in quotas:
        if region.code in regions or not await moves_by_itself(work, region.code):
            continue
        regions.add(region.code)
        weeks = await short_weeks(work, quota, branch, region, lead_days)
        short_qty = sum(short for _, _, short in weeks) - unused_packs(quota) * quota.pack_qty
        need = RegionNeed(region.code, quota.id, sum(wanted for _, wanted, _ in weeks), max(short_qty, 0))
        found[quota.id] = need, [week for week, _, short in weeks if short]
    return found


def _record(work: UnitOfWork, stock: Stock, packs: int) -> None:
    after = {"offered_packs": packs, "elsewhere_packs": stock.elsewhere_packs}
    record_quota(work, "stock.rest_offered", stock, after=after)
