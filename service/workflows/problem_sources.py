"""Offers and stocks of the problem: what is unpromised, on the days on which rules let it serve."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from service.domain.declines import Blocked
from service.domain.eligibility import (
    Assessment,
    Ineligibility,
    Refusal,
    assess,
    cap_refusal,
    first_cooking_day,
    refusal,
    shelf_life_refusal,
)
from service.domain.offers import Offer as PublishedOffer
from service.domain.offers import available_qty
from service.domain.organisations import Organisation
from service.domain.recalls import Recall
from service.domain.stocks import Stock as PublishedStock
from service.domain.stocks import available_packs
from service.domain.units import PRICED_PER
from service.matching.held_stocks import held_source
from service.matching.problem import Offer, Stock
from service.workflows.held_packs import held_value_idr
from service.workflows.problem_week import Excluded, Week

Refuse = Callable[[date], Refusal | None]


def offers_of(week: Week, wanted: Collection[str], days: Sequence[date]) -> tuple[tuple[Offer, ...], list[Excluded]]:
    """Return the open offers of wanted items with what is left of them, and what rules keep out."""
    owners = {organisation.id: organisation for organisation, _ in week.snapshot.cooperatives}
    offers: list[Offer] = []
    excluded: list[Excluded] = []
    for published in week.snapshot.offers:
        owner = owners[published.cooperative_id]
        found, kept_out = _assess_offer(week, published, owner, wanted, days)
        excluded.extend(Excluded("offer", str(published.id), *entry) for entry in kept_out)
        if found is not None:
            offers.append(_offer(week, published, owner, found))
    return tuple(offers), excluded


def stocks_of(week: Week, wanted: Collection[str], days: Sequence[date]) -> tuple[tuple[Stock, ...], list[Excluded]]:
    """Return the open stocks of wanted items, and what rules keep out.

    Of a stock there are the packs that nobody holds, and beside them, each a source of its own, what kept lines hold.
    """
    owners = {organisation.id: (organisation, details.lead_days) for organisation, details in week.snapshot.wholesalers}
    stocks: list[Stock] = []
    excluded: list[Excluded] = []
    for published in week.snapshot.stocks:
        owner, lead_days = owners[published.wholesaler_id]
        if week.held_qty[published.id]:  # ordered already: they come, however near their days are by now
            held, _ = _assess_stock(week, published, owner, wanted, days, first_day=date.min)
            stocks.extend(_held_stocks(week, published, owner, held) if held else ())
        first_day = first_cooking_day(
            owner, week.closed_dates(owner.id), ordered_date=week.ordered_date, lead_days=lead_days
        )
        found, kept_out = _assess_stock(week, published, owner, wanted, days, first_day=first_day)
        excluded.extend(Excluded("stock", str(published.id), *entry) for entry in kept_out)
        if found is not None:
            gone = _without_packs(week, published)
            if gone is None:
                stocks.append(_stock(week, published, owner, found))
            else:
                excluded.append(Excluded("stock", str(published.id), gone))
    return tuple(stocks), excluded


Found = tuple[tuple[int, int] | None, Sequence[tuple[Refusal, tuple[date, ...]]]]


def _assess_offer(
    week: Week, offer: PublishedOffer, owner: Organisation, wanted: Collection[str], days: Sequence[date]
) -> Found:
    item = week.snapshot.items[offer.item_code]
    documents = week.snapshot.documents.get(owner.id, [])
    expiry_dates = week.snapshot.expiry_dates.get(offer.id, [])

    def refuse(day: date) -> Refusal | None:
        return (
            refusal(owner, item, documents, day)
            or cap_refusal(offer.price_idr, week.limits_idr[item.code, day])
            or shelf_life_refusal(expiry_dates, day)
            or _recall_refusal(week.snapshot.recalled.of_offer(offer, day))
        )

    left, least = _left(week, offer)
    is_declined = offer.id in week.blocked[Blocked.GOODS]
    refused = _without_days(offer.item_code, wanted, has_goods=0 < left >= least, is_declined=is_declined)
    if refused is not None:
        return None, [(refused, ())]
    open_days = frozenset(day for day in days if week.is_open(owner, day))
    return _within(days, offer.from_date, offer.to_date, refuse, open_days)


def _assess_stock(
    week: Week,
    stock: PublishedStock,
    owner: Organisation,
    wanted: Collection[str],
    days: Sequence[date],
    *,
    first_day: date | None,
) -> Found:
    item = week.snapshot.items[stock.item_code]
    documents = week.snapshot.documents.get(owner.id, [])
    bare_price_idr = int(Fraction(stock.price_idr * PRICED_PER[item.unit], stock.pack_qty))

    def refuse(day: date) -> Refusal | None:
        first = first_day.isoformat() if first_day else "no day"
        late = Refusal(Ineligibility.LEAD_TIME, f"goods come for {first} at first")
        return (
            refusal(owner, item, documents, day)
            or (late if first_day is None or day < first_day else None)
            or cap_refusal(bare_price_idr, week.limits_idr[item.code, day])
            or _recall_refusal(week.snapshot.recalled.of_stock(stock, day))
        )

    has_goods = _packs(week, stock) > 0 or bool(week.held_qty[stock.id])
    is_declined = stock.id in week.blocked[Blocked.GOODS]
    refused = _without_days(stock.item_code, wanted, has_goods=has_goods, is_declined=is_declined)
    if refused is not None:
        return None, [(refused, ())]
    return _within(days, stock.from_date, stock.to_date, refuse, frozenset(days))


def _recall_refusal(recall: Recall | None) -> Refusal | None:
    return None if recall is None else Refusal(Ineligibility.RECALLED, recall.reason)


def _without_days(item_code: str, wanted: Collection[str], *, has_goods: bool, is_declined: bool) -> Refusal | None:
    """Return why a source is out whatever the day."""
    if item_code not in wanted:
        return Refusal(Ineligibility.NO_DEMAND, item_code)
    return None if has_goods else _gone(is_declined=is_declined)


def _without_packs(week: Week, stock: PublishedStock) -> Refusal | None:
    """Return why a stock has nothing beside what kept lines hold."""
    return None if _packs(week, stock) > 0 else _gone(is_declined=stock.id in week.blocked[Blocked.GOODS])


def _gone(*, is_declined: bool) -> Refusal:
    if is_declined:
        return Refusal(Ineligibility.DECLINED, "a cooperative said that there is no more of it")
    return Refusal(Ineligibility.NOTHING_LEFT, "all of it is promised")


def _within(days: Sequence[date], from_date: date, to_date: date, refuse: Refuse, open_days: frozenset[date]) -> Found:
    """Assess the days of a source that the problem has; positions count in the problem's days."""
    inside = [day for day in days if from_date <= day <= to_date]
    if not inside:
        return None, [(Refusal(Ineligibility.OUTSIDE_DAYS, f"{from_date.isoformat()}..{to_date.isoformat()}"), ())]
    found: Assessment = assess(inside, refuse, open_days=open_days)
    if found.window is None:
        return None, found.refused
    start = days.index(inside[0])
    return (start + found.window[0], start + found.window[1]), found.refused


def _left(week: Week, offer: PublishedOffer) -> tuple[int, int]:
    """Return what the problem may take in whole steps, kept lines included, and the least that it may take.

    Goods that orders hold count towards the offer's minimum; where lines are kept it has been agreed to already.
    """
    step_qty = week.snapshot.items[offer.item_code].step_qty
    kept = week.kept_qty.get(offer.id, 0)
    more = 0 if offer.id in week.blocked[Blocked.GOODS] else available_qty(offer)
    least = 0 if kept else max(0, offer.min_qty - offer.promised_qty)
    return (more + kept) // step_qty * step_qty, -(-least // step_qty) * step_qty


def _packs(week: Week, stock: PublishedStock) -> int:
    """Return the packs that the problem may take: those that nobody holds."""
    return 0 if stock.id in week.blocked[Blocked.GOODS] else available_packs(stock)


def _offer(week: Week, offer: PublishedOffer, owner: Organisation, window: tuple[int, int]) -> Offer:
    left, least = _left(week, offer)
    return Offer(
        id=str(offer.id),
        cooperative=owner.code,
        item=offer.item_code,
        qty=left,
        price_idr=offer.price_idr,
        from_day=window[0],
        to_day=window[1],
        min_qty=least,
        cash_bp=offer.cash_bp,
        supplier=f"{owner.code}/{offer.origin_producer}" if offer.origin_producer else owner.code,
    )


def _held_stocks(week: Week, stock: PublishedStock, owner: Organisation, window: tuple[int, int]) -> Iterator[Stock]:
    """Yield what kept lines hold of a stock, by cooperative: one pack of just that, so nothing else comes of it."""
    plain = _stock(week, stock, owner, window)
    for cooperative_id, qty in week.held_qty[stock.id].items():
        yield replace(
            plain,
            id=held_source(stock.id, week.codes[cooperative_id]),
            packs=1,
            pack_qty=qty,
            price_idr=held_value_idr(stock, qty),
        )


def _stock(week: Week, stock: PublishedStock, owner: Organisation, window: tuple[int, int]) -> Stock:
    return Stock(
        id=str(stock.id),
        wholesaler=owner.code,
        item=stock.item_code,
        packs=_packs(week, stock),
        pack_qty=stock.pack_qty,
        price_idr=stock.price_idr,
        from_day=window[0],
        to_day=window[1],
        supplier=owner.code,
    )
