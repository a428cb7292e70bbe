"""Rows of stocks, offers and forecast lines as the entries that people would type in one by one."""

from __future__ import annotations

from typing import Final

from service.domain.forecast_entries import LineEntry
from service.domain.offers import LotEntry, OfferEntry
from service.domain.stocks import StockEntry
from service.domain.units import BP
from service.files.columns import FORECAST_COLUMNS, OFFER_COLUMNS, STOCK_COLUMNS, places_of
from service.files.lots_together import joined
from service.files.rows import ReadRow, RowCells, Vocabulary, read_rows
from service.files.tables import Table

MOST_PACKS: Final = 10**9
MOST_PACK_QTY: Final = 10**9
MOST_PACK_PRICE_IDR: Final = 10**12
MOST_PRICE_IDR: Final = 10**9
LONGEST_KEY: Final = 40


def read_stocks(table: Table, vocabulary: Vocabulary) -> list[ReadRow[StockEntry]]:
    """Return a wholesaler's list, row by row; a pack without a size is one of its unit (karung)."""
    return read_rows(table, places_of(table, STOCK_COLUMNS), vocabulary, _stock)


def read_offers(table: Table, vocabulary: Vocabulary, *, usual_cash_bp: int) -> list[ReadRow[OfferEntry]]:
    """Return a cooperative's offers, row by row; a lot named in a row is all of the row's goods.

    Rows with the same ``offer_key`` are lots of one offer: the first of them holds it with all its goods and lots.
    """
    rows = read_rows(
        table, places_of(table, OFFER_COLUMNS), vocabulary, lambda row: _offer(row, usual_cash_bp=usual_cash_bp)
    )
    return joined(rows)


def read_lines(table: Table, vocabulary: Vocabulary) -> list[ReadRow[LineEntry]]:
    """Return a kitchen's plain lines, row by row."""
    return read_rows(table, places_of(table, FORECAST_COLUMNS), vocabulary, _line)


def _stock(row: RowCells) -> StockEntry | None:
    item = row.item()
    packs = row.whole("packs", least=1, most=MOST_PACKS)
    price_idr = row.rupiah("price_idr", most=MOST_PACK_PRICE_IDR)
    from_date, to_date = row.day("from_date"), row.day("to_date")
    pack_qty = None if item is None else row.quantity("pack_qty", item, most=MOST_PACK_QTY, one_if_empty=True)
    if item is None or packs is None or price_idr is None or from_date is None or to_date is None or pack_qty is None:
        return None
    return StockEntry(item.code, packs, pack_qty, price_idr, from_date, to_date)


def _offer(row: RowCells, *, usual_cash_bp: int) -> OfferEntry | None:
    row.group = row.text("offer_key", longest=LONGEST_KEY)
    item = row.item()
    price_idr = row.rupiah("price_idr", most=MOST_PRICE_IDR)
    from_date, to_date = row.day("from_date"), row.day("to_date")
    offered_qty = None if item is None else row.quantity("offered_qty", item)
    min_qty = row.quantity("min_qty", item) if item is not None and row.is_given("min_qty") else 0
    cash_bp = row.optional_whole("cash_bp", least=0, most=BP)
    producer = row.text("origin_producer", longest=120)
    lot_code = row.text("lot_code", longest=40)
    expires_date = row.optional_day("expires_date")
    if expires_date is not None and lot_code is None:
        row.faults.add("lot_code", "missing", "A day of expiry belongs to a lot; name it.")
    if item is None or price_idr is None or from_date is None or to_date is None:
        return None
    if offered_qty is None or min_qty is None:
        return None
    return OfferEntry(
        item_code=item.code,
        offered_qty=offered_qty,
        price_idr=price_idr,
        from_date=from_date,
        to_date=to_date,
        min_qty=min_qty,
        cash_bp=usual_cash_bp if cash_bp is None else cash_bp,
        origin_producer=producer,
        lots=() if lot_code is None else (LotEntry(lot_code, offered_qty, expires_date),),
    )


def _line(row: RowCells) -> LineEntry | None:
    item = row.item()
    needed_date = row.day("needed_date")
    demanded_qty = None if item is None else row.quantity("demanded_qty", item)
    own_max_price_idr = row.optional_rupiah("own_max_price_idr", most=MOST_PRICE_IDR)
    can_substitute = row.yes("can_substitute", usual=True)
    if item is None or needed_date is None or demanded_qty is None:
        return None
    return LineEntry(item.code, needed_date, demanded_qty, own_max_price_idr, can_substitute)
