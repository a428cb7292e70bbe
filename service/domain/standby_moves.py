"""Whether a standby can still bring what another cooperative did not take, and from which source.

A standby was chosen when the plan was published and nothing was reserved for it; by now its goods may be gone, its
day full, its capital tied up, or it may have declined something itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from service.domain.declines import Blocked
from service.domain.eligibility import SUPPLIER_DOCUMENTS, refusal, shelf_life_refusal
from service.domain.exposures import OrderedGoods, cash_share_idr
from service.domain.items import ColdChain, Item
from service.domain.offers import Offer, available_qty
from service.domain.organisations import (
    Cooperative,
    Document,
    Organisation,
    OrganisationStatus,
    has_valid_document,
    serves_on,
)
from service.domain.recalled_supply import RecalledSupply
from service.domain.standbys import StandbyNeed, serves
from service.domain.stocks import Stock, available_packs, packs_for
from service.domain.units import pack_price_to_kitchen_idr, weight_g


@dataclass(frozen=True, slots=True)
class Standby:
    """A standby as it stands now; ``handling_g`` and ``cold_g`` are what it can still carry on the line's day."""

    organisation: Organisation
    cooperative: Cooperative
    closed_dates: frozenset[date]
    documents: tuple[Document, ...]
    handling_g: int
    cold_g: int
    free_idr: int
    """What it can still pay in advance."""
    is_one_drop_too_many: bool
    """Whether the kitchen takes no further cooperative's delivery that day."""


@dataclass(frozen=True, slots=True)
class Market:
    """The goods that are there now, rows held by the caller, and what declines block for the rest of the week."""

    offers: Iterable[Offer]
    stocks: Iterable[Stock]
    blocked: Mapping[Blocked, frozenset[object]]
    first_days: Mapping[UUID, date]
    """The first cooking day of each stock, if it is ordered now."""
    held_qty: Mapping[UUID, int]
    """What the order to be made takes of stocks already, base units: the rest of an opened pack is free."""
    sellers: Mapping[UUID, Organisation]
    """The wholesalers of the stocks."""
    documents: Mapping[UUID, Sequence[Document]]
    """The wholesalers' papers."""
    expiry_dates: Mapping[UUID, Sequence[date | None]] = field(default_factory=dict)
    """Of the lots that offers name, by offer."""
    recalled: RecalledSupply = field(default_factory=RecalledSupply)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the standby takes the goods from.

    ``price_idr`` is what they cost the kitchen (rupiah per kg, litre or piece), ``cash_idr`` what the standby pays for
    them in advance.
    """

    offer: Offer | None
    stock: Stock | None
    price_idr: int
    cash_idr: int


def qty_to_move(fallen_qty: int, *, open_bp: int, covers_bp: int, step_qty: int) -> int:
    """Return how much of what was given back is still needed, in whole steps of its item (base units).

    Parameters
    ----------
    open_bp
        What no order holds of the demand, base units of the demanded item times 10,000.
    covers_bp
        How much of the demand the goods cover; 10,000 unless they are a substitute.
    """
    steps = -(-open_bp // (covers_bp * step_qty))
    return min(fallen_qty, steps * step_qty)


def source_for(standby: Standby, need: StandbyNeed, item: Item, market: Market) -> Source | None:
    """Return where a standby can take a need's goods from, or ``None`` if it cannot bring them any more.

    Parameters
    ----------
    standby
        The cooperative as it stands now.
    need
        The goods; its ``cooperative_id`` is the one that did not take them.
    item
        The goods' item.
    market
        Own offers go before stocks, cheap stocks before dear ones.
    """
    if not _can_carry(standby, need, item, market.blocked):
        return None
    return _own_source(standby, need, item, market) or _bought_source(standby, need, item, market)


def _can_carry(standby: Standby, need: StandbyNeed, item: Item, blocked: Mapping[Blocked, frozenset[object]]) -> bool:
    organisation, day = standby.organisation, need.needed_date
    weight = weight_g(qty=need.qty, grams_per_unit=item.grams_per_unit)
    is_cold = item.cold_chain is not ColdChain.NONE
    place = (organisation.id, day)
    return (
        organisation.status is OrganisationStatus.ACTIVE
        and serves_on(organisation, day, standby.closed_dates)
        and all(has_valid_document(standby.documents, kind, day) for kind in SUPPLIER_DOCUMENTS)
        and not standby.is_one_drop_too_many
        and weight <= standby.handling_g
        and (weight <= standby.cold_g or not is_cold)
        and place not in blocked[Blocked.DAY]
        and not (is_cold and place in blocked[Blocked.COLD_DAY])
        and organisation.id not in blocked[Blocked.CASH]
    )


def _own_source(standby: Standby, need: StandbyNeed, item: Item, market: Market) -> Source | None:
    if refusal(standby.organisation, item, standby.documents, need.needed_date) is not None:
        return None
    fitting = [
        offer
        for offer in market.offers
        if (offer.cooperative_id, offer.item_code) == (standby.organisation.id, need.item_code)
        and offer.from_date <= need.needed_date <= offer.to_date
        and offer.price_idr <= need.max_price_idr
        and available_qty(offer) >= need.qty
        and offer.promised_qty + need.qty >= offer.min_qty
        and _cash_idr(offer, need, item) <= standby.free_idr
        and offer.id not in market.blocked[Blocked.GOODS]
        and shelf_life_refusal(market.expiry_dates.get(offer.id, ()), need.needed_date) is None
        and market.recalled.of_offer(offer, need.needed_date) is None
    ]
    best = min(fitting, key=lambda offer: (offer.price_idr, offer.id), default=None)
    return Source(best, None, best.price_idr, _cash_idr(best, need, item)) if best else None


def _bought_source(standby: Standby, need: StandbyNeed, item: Item, market: Market) -> Source | None:
    by_price = sorted(market.stocks, key=lambda stock: (Fraction(stock.price_idr, stock.pack_qty), stock.id))
    for stock in by_price:
        price_idr = pack_price_to_kitchen_idr(
            pack_price_idr=stock.price_idr,
            pack_qty=stock.pack_qty,
            unit=item.unit,
            markup_bp=standby.cooperative.markup_bp,
        )
        if (
            stock.item_code == need.item_code
            and serves(stock, need.needed_date, market.first_days)
            and price_idr <= need.max_price_idr
            and (packs := more_packs(stock, market.held_qty.get(stock.id, 0), need.qty)) <= available_packs(stock)
            and packs * stock.price_idr <= standby.free_idr
            and stock.id not in market.blocked[Blocked.GOODS]
            and _may_sell(market, stock, item, need.needed_date)
            and market.recalled.of_stock(stock, need.needed_date) is None
        ):
            return Source(None, stock, price_idr, packs * stock.price_idr)
    return None


def _may_sell(market: Market, stock: Stock, item: Item, day: date) -> bool:
    seller = market.sellers[stock.wholesaler_id]
    return refusal(seller, item, market.documents.get(seller.id, ()), day) is None


def _cash_idr(offer: Offer, need: StandbyNeed, item: Item) -> int:
    """Return what goods of its own ask of the standby in advance."""
    goods = OrderedGoods(offer.cooperative_id, item.code, need.qty, offer.price_idr, offer.cash_bp)
    return cash_share_idr([goods], {item.code: item.unit})[offer.cooperative_id]


def more_packs(stock: Stock, held_qty: int, qty: int) -> int:
    """Return the packs that an order needs more when it takes ``qty`` besides what it holds, base units."""
    pack_qty = stock.pack_qty
    return packs_for(held_qty + qty, pack_qty=pack_qty) - packs_for(held_qty, pack_qty=pack_qty)
