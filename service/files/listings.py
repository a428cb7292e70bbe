"""Stocks, offers and forecast lines as rows of a file, with the columns that an import reads and a few more.

Quantities stand in whole kilograms or litres where they are whole, else in base units: no fraction, so no mark that
could mean two things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from service.domain.forecasts import Forecast, ForecastLine
from service.domain.items import Item
from service.domain.local_units import as_typed
from service.domain.offers import Offer, OfferLot, available_qty
from service.domain.organisations import Organisation
from service.domain.stocks import Stock, available_packs
from service.domain.units import Unit
from service.files.bounds import Cell
from service.files.columns import FORECAST_COLUMNS, OFFER_COLUMNS, STOCK_COLUMNS, Column


def _titles(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(column.title for column in columns if column.name != "unit_factor")


STOCK_HEADER: Final = (*_titles(STOCK_COLUMNS), "nama", "status", "sisa_kemasan", "id")
OFFER_HEADER: Final = (*_titles(OFFER_COLUMNS), "nama", "status", "sisa", "id")
LINE_HEADER: Final = (*_titles(FORECAST_COLUMNS), "nama", "dapur", "minggu", "revisi", "status", "dari_menu")


def stock_rows(stocks: Iterable[Stock], items: Mapping[str, Item]) -> list[Sequence[Cell]]:
    """Return a row for each stock."""
    return [
        (
            stock.item_code,
            stock.packs,
            *as_typed(stock.pack_qty, items[stock.item_code].unit),
            stock.price_idr,
            stock.from_date,
            stock.to_date,
            items[stock.item_code].name_id,
            stock.status,
            available_packs(stock),
            str(stock.id),
        )
        for stock in stocks
    ]


def offer_rows(
    offers: Iterable[Offer], lots: Mapping[UUID, Sequence[OfferLot]], items: Mapping[str, Item]
) -> list[Sequence[Cell]]:
    """Return a row for each offer; one of several lots has a row for each lot, with the same number as its key."""
    rows: list[Sequence[Cell]] = []
    for offer in offers:
        own = lots.get(offer.id, ())
        key = str(len(rows) + 1) if len(own) > 1 else None
        rows += [_offer_row(offer, lot, items[offer.item_code], key) for lot in own or (None,)]
    return rows


def line_rows(
    lines: Iterable[tuple[Forecast, Organisation, ForecastLine]], items: Mapping[str, Item]
) -> list[Sequence[Cell]]:
    """Return a row for each line, with the part of it that a menu asks for."""
    return [
        (
            line.item_code,
            line.needed_date,
            *as_typed(line.demanded_qty, items[line.item_code].unit),
            line.own_max_price_idr,
            line.can_substitute,
            items[line.item_code].name_id,
            kitchen.name,
            forecast.week_start,
            forecast.revision,
            forecast.status,
            " ".join(map(str, as_typed(line.menu_qty, items[line.item_code].unit))),
        )
        for forecast, kitchen, line in lines
    ]


def _offer_row(offer: Offer, lot: OfferLot | None, item: Item, key: str | None) -> Sequence[Cell]:
    quantity, minimum, unit = _in_one_unit(lot.lot_qty if lot else offer.offered_qty, offer.min_qty, item.unit)
    return (
        offer.item_code,
        quantity,
        unit,
        offer.price_idr,
        offer.from_date,
        offer.to_date,
        minimum,
        offer.cash_bp,
        offer.origin_producer,
        lot.lot_code if lot else None,
        lot.expires_date if lot else None,
        key,
        item.name_id,
        offer.status,
        " ".join(map(str, as_typed(available_qty(offer), item.unit))),
        str(offer.id),
    )


def _in_one_unit(qty: int, min_qty: int, unit: Unit) -> tuple[int, int, str]:
    """Return two quantities in the same unit, since they share its column."""
    typed, name = as_typed(qty, unit)
    typed_min, name_of_min = as_typed(min_qty, unit)
    return (typed, typed_min, name) if name == name_of_min else (qty, min_qty, unit.value)
