"""A wholesaler's packs kept for its branches in other regions, and given back when those do not need them.

A quota is a stock of the branch, in the branch's region, that came out of a stock of the head office (its pool). Packs
are always in exactly one of the two, so whatever regions promise at the same moment, no more is promised than there is.
"""

from __future__ import annotations

from datetime import date, timedelta

from service.domain.errors import FieldFault, GoodsPromised, IllegalTransition, InvalidField, SupplyExhausted
from service.domain.organisations import Organisation, OrganisationKind, Wholesaler
from service.domain.stocks import Stock, StockEntry, available_packs, entry_of, first_day, require_open

KEPT_FOR = timedelta(minutes=15)
"""A region keeps what it has left for so long after its orders changed last: fallen lines are moved meanwhile."""


def quota_packs(quota: Stock) -> int:
    """Return the packs that a region may promise, those that it has promised included."""
    return quota.packs - quota.elsewhere_packs


def unused_packs(quota: Stock) -> int:
    """Return the packs of a quota that no order holds, whether it is still open or withdrawn."""
    return quota_packs(quota) - quota.promised_packs


def require_pool(stock: Stock) -> None:
    """Refuse to divide what is no open stock of a head office.

    Raises
    ------
    IllegalTransition
        If the stock is withdrawn, or a quota itself: those are not divided further.
    """
    require_open(stock)
    if stock.pool_id is not None:
        raise IllegalTransition(
            "The stock is a quota of its head office's stock and is not divided further.", current="quota", allowed=[]
        )


def require_branch(pool: Stock, branch: Organisation | None, details: Wholesaler | None) -> Organisation:
    """Return the branch that a quota is for.

    Raises
    ------
    InvalidField
        If it is no branch of the wholesaler whose stock it is; nothing tells whether there is such a member.
    """
    if branch is None or details is None or details.head_office_id != pool.wholesaler_id:
        raise InvalidField.at("branch_id", "None of your branches; GET /stocks/{stock_id}/quotas lists them.")
    return branch


def require_head_office(region_code: str, head_office: Organisation | None, details: Wholesaler | None) -> None:
    """Refuse as head office whoever is no wholesaler of another region, or a branch itself.

    Raises
    ------
    InvalidField
        With what would be valid.
    """
    is_wholesaler = head_office is not None and head_office.kind is OrganisationKind.WHOLESALER
    if head_office is None or details is None or not is_wholesaler or details.head_office_id is not None:
        raise InvalidField.at("head_office_id", "The id of a wholesaler of another region that is no branch itself.")
    if head_office.region_code == region_code:
        raise InvalidField.at("head_office_id", "Must be a member of another region than its branch.")


def quota_entry(pool: Stock, packs: int, *, today: date, lead_days: int) -> StockEntry:
    """Return a new quota as it would be typed in by the branch: from the first day that it can deliver.

    Raises
    ------
    InvalidField
        If the stock ends before the branch could deliver.
    """
    earliest = max(pool.from_date, first_day(today, lead_days=lead_days))
    if earliest > pool.to_date:
        raise InvalidField.at(
            "branch_id", f"The stock ends on {pool.to_date.isoformat()}, before this branch can deliver."
        )
    entry = entry_of(pool)
    return StockEntry(entry.item_code, packs, entry.pack_qty, entry.price_idr, earliest, entry.to_date)


def set_quota(pool: Stock, quota: Stock, packs: int) -> None:
    """Let a region have so many packs in all, those that it has promised included (both rows are locked).

    A new quota begins with all its packs elsewhere, that is with none.

    Raises
    ------
    GoodsPromised
        If the region has promised more already.
    SupplyExhausted
        If the pool has not so many left.
    """
    more, left = packs - quota_packs(quota), available_packs(pool)
    most = quota_packs(quota) + left
    fault = FieldFault("packs", "out_of_range", f"Between {quota.promised_packs} and {most} packs.")
    if packs < quota.promised_packs:
        raise GoodsPromised(
            f"The region has promised {quota.promised_packs} packs of its quota; it keeps at least these.",
            faults=(fault,),
            stock_id=str(quota.id),
            promised_packs=quota.promised_packs,
        )
    if more > left:
        raise SupplyExhausted(
            f"Stock {pool.id} has {left} packs left, {more} more are needed for the quota.",
            faults=(fault,),
            stock_id=str(pool.id),
            left_packs=left,
            asked_packs=more,
        )
    pool.elsewhere_packs += more
    quota.packs, quota.elsewhere_packs = (packs, 0) if packs else (quota.packs, quota.packs)


def give_back(pool: Stock, quota: Stock) -> int:
    """Return to the pool what a region did not use, and tell how many packs (both rows are locked)."""
    rest = unused_packs(quota)
    quota.elsewhere_packs += rest
    pool.elsewhere_packs -= rest
    return rest
