"""A wholesaler keeps packs of a stock for its branch in another region, or takes back what is not promised there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.entry_facts import read_lead_days, read_organisation
from service.database.queries.locks import lock_stocks
from service.database.queries.organisations import find_with_details
from service.database.queries.quotas import find_open_quota
from service.database.queries.stocks import find_stock
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import InvalidField
from service.domain.organisations import Organisation, Wholesaler, require_active
from service.domain.quotas import quota_entry, quota_packs, require_branch, require_pool, set_quota
from service.domain.stocks import Stock, require_valid
from service.domain.tables import require_version
from service.workflows.stock_steps import open_stock, record_quota, require_mine
from service.workflows.supply_steps import read_supply_facts


@dataclass(frozen=True, slots=True)
class SetQuota:
    """The stock as the head office saw it, and the packs that the branch may promise in all; 0: what it may keep."""

    stock_id: UUID
    expected_version: int
    branch_id: UUID
    packs: int


async def set_branch_quota(work: UnitOfWork, command: SetQuota) -> Stock:
    """Move packs between a stock and the quota of a branch, and return the stock.

    The first quota puts a stock on the branch's shelf at the head office's price, which the branch may change like that
    of any stock of its own.

    Raises
    ------
    NotFound
        If there is no such stock, or it is another's.
    StaleVersion
        If it is no longer the version that the caller saw.
    IllegalTransition
        If it was withdrawn, or is a quota itself.
    GoodsPromised
        If the branch's region has promised more than is to be its quota.
    SupplyExhausted
        If the stock has not so many packs left.
    OrganisationInactive
        If the branch takes no part.
    InvalidField, PriceAboveCap
        If it is no branch of the wholesaler, or could not sell these goods in its region.
    """
    seen = require_mine(work, await find_stock(work.session, command.stock_id))
    found = await find_with_details(work.session, command.branch_id, Wholesaler)
    branch = require_branch(seen, *(found or (None, None)))
    quota = await find_open_quota(work.session, pool_id=seen.id, branch_id=branch.id)
    held = await lock_stocks(work.session, {seen.id, *([quota.id] if quota else [])})
    pool = held[seen.id]
    require_version(pool, command.expected_version)
    require_pool(pool)
    if quota is None and not command.packs:
        return pool
    before = quota_packs(quota) if quota else 0
    if command.packs > before:
        require_active(branch)
    if quota is None:
        quota = await _first_quota(work, pool, branch, command.packs)
    set_quota(pool, quota, command.packs)
    if command.packs != before:
        _record(work, pool, quota, before)
    await work.session.flush()
    return pool


async def _first_quota(work: UnitOfWork, pool: Stock, branch: Organisation, packs: int) -> Stock:
    """Put a stock on the branch's shelf of which all packs are still elsewhere."""
    _, region = await read_organisation(work.session, branch.id)
    lead_days = await read_lead_days(work.session, branch.id)
    today = local_day(work.now, timezone=region.timezone)
    entry = quota_entry(pool, packs, today=today, lead_days=lead_days)
    facts = await read_supply_facts(work, region, from_date=entry.from_date, to_date=entry.to_date)
    try:
        require_valid(entry, facts, earliest_from=entry.from_date)
    except InvalidField as fault:
        why = " ".join(part.message for part in fault.faults)
        raise InvalidField.at("branch_id", f"Could not be sold in its region: {why}") from fault
    quota = open_stock(work, entry, wholesaler_id=branch.id, region_code=branch.region_code)
    quota.pool_id, quota.elsewhere_packs = pool.id, packs
    return quota


def _record(work: UnitOfWork, pool: Stock, quota: Stock, before: int) -> None:
    """Tell both regions, each about its own stock."""
    for stock in (pool, quota):
        after = {"quota_packs": quota_packs(quota), "branch_id": str(quota.wholesaler_id)}
        record_quota(work, "stock.quota_set", stock, before={"quota_packs": before}, after=after)
