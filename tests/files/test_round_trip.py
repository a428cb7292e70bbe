"""What is given as a file and sent back says the same, whatever the texts in it look like, in both kinds of file."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.domain.offers import LotEntry, OfferEntry, OfferLot, entry_of
from service.domain.organisations import OrganisationKind
from service.domain.stocks import StockEntry
from service.domain.units import Unit
from service.files.entries import read_lines, read_offers, read_stocks
from service.files.listings import (
    LINE_HEADER,
    OFFER_HEADER,
    STOCK_HEADER,
    line_rows,
    offer_rows,
    stock_rows,
)
from service.files.reading import read_table
from service.files.rows import vocabulary_of
from service.files.tables import FileKind
from service.files.writing import write_table
from tests.factories.items import new_item
from tests.factories.organisations import new_organisation
from tests.factories.plans import new_forecast, new_forecast_line, new_offer, new_stock

ITEMS = {
    "RICE-M": new_item("RICE-M", name_id="Beras"),
    "OIL": new_item("OIL", name_id="Minyak", unit=Unit.MILLILITRE),
    "UHT": new_item("UHT", name_id="=Susu", unit=Unit.PIECE),
}
COOPERATIVE = new_organisation(OrganisationKind.COOPERATIVE)
WHOLESALER = new_organisation(OrganisationKind.WHOLESALER)
KITCHEN = new_organisation(OrganisationKind.KITCHEN, name="@SPPG")
codes = st.sampled_from(sorted(ITEMS))
qtys = st.integers(1, 10**9)
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
texts = st.builds(
    lambda mark, rest: f"{mark}{rest}".strip(),
    st.sampled_from(["", "=", "+", "-", "@", "'", "'=", "00", "1.250", "ya"]),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30),
)


def returned(kind, header, rows, read, **more):
    """Write rows, read them back, and return the entries; a fault in any of them fails the test."""
    table = read_table(write_table(kind, header, rows), kind)
    found = read(table, vocabulary_of(ITEMS, [], []), **more)
    assert [row.faults for row in found] == [() for _ in rows]
    return [row.entry for row in found]


@pytest.mark.parametrize("kind", FileKind)
@given(st.lists(st.tuples(codes, qtys, qtys, qtys, days), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_stocks(kind, drawn):
    entries = [StockEntry(code, packs, size, price, day, day) for code, packs, size, price, day in drawn]
    stocks = [
        new_stock(
            WHOLESALER,
            one.item_code,
            packs=one.packs,
            pack_qty=one.pack_qty,
            price_idr=one.price_idr,
            from_date=one.from_date,
            to_date=one.to_date,
        )
        for one in entries
    ]
    assert returned(kind, STOCK_HEADER, stock_rows(stocks, ITEMS), read_stocks) == entries


@pytest.mark.parametrize("kind", FileKind)
@given(codes, qtys, st.integers(0, 10**9), st.integers(0, 10_000), days, texts, st.none() | texts, st.booleans())
@example("RICE-M", 1_250, 1, 0, date(2026, 12, 1), "=1+1", "+62", True)
@settings(max_examples=40, deadline=None)
def test_offers(kind, code, qty, minimum, cash_bp, day, producer, lot_code, can_expire):  # noqa: PLR0917 (drawn by position)
    expires = day + timedelta(days=9) if can_expire else None
    lots = () if lot_code is None else (LotEntry(lot_code, qty, expires),)
    entry = OfferEntry(
        item_code=code,
        offered_qty=qty,
        price_idr=14_000,
        from_date=day,
        to_date=day,
        min_qty=min(minimum, qty),
        cash_bp=cash_bp,
        origin_producer=producer,
        lots=lots,
    )
    offer = new_offer(
        COOPERATIVE,
        code,
        offered_qty=qty,
        price_idr=14_000,
        from_date=day,
        to_date=day,
        min_qty=entry.min_qty,
        cash_bp=cash_bp,
        origin_producer=producer,
    )
    own = {"offer_id": offer.id, "cooperative_id": COOPERATIVE.id, "item_code": code}
    kept = [
        OfferLot(id=uuid.uuid4(), lot_code=lot.lot_code, lot_qty=qty, expires_date=expires, is_live=True, **own)
        for lot in lots
    ]
    rows = offer_rows([offer], {offer.id: kept}, ITEMS)
    assert returned(kind, OFFER_HEADER, rows, read_offers, usual_cash_bp=7_000) == [entry]


@pytest.mark.parametrize("kind", FileKind)
@given(codes, st.lists(qtys, min_size=2, max_size=5), st.integers(0, 10**9), st.data())
@settings(max_examples=25, deadline=None)
def test_offers_of_several_lots(kind, code, lot_qtys, minimum, data):
    """An offer of several lots between two of one lot comes back whole, in its first row."""
    day, total = date(2026, 12, 1), sum(lot_qtys)
    expiries = data.draw(st.lists(st.none() | days, min_size=len(lot_qtys), max_size=len(lot_qtys)))
    offer = new_offer(COOPERATIVE, code, offered_qty=total, min_qty=min(minimum, total), from_date=day, to_date=day)
    others = [new_offer(COOPERATIVE, code, offered_qty=5_000, from_date=day, to_date=day) for _ in range(2)]
    kept = [
        OfferLot(
            id=uuid.uuid4(),
            offer_id=offer.id,
            cooperative_id=COOPERATIVE.id,
            item_code=code,
            lot_code=f"=L-{number}",
            lot_qty=qty,
            expires_date=expires,
            is_live=True,
        )
        for number, (qty, expires) in enumerate(zip(lot_qtys, expiries, strict=True))
    ]
    rows = offer_rows([others[0], offer, others[1]], {offer.id: kept}, ITEMS)
    first, whole, *rest, last = returned(kind, OFFER_HEADER, rows, read_offers, usual_cash_bp=7_000)
    assert whole == entry_of(offer, kept)
    assert rest == [None] * (len(kept) - 1)
    assert (first, last) == tuple(entry_of(other, ()) for other in others)


@pytest.mark.parametrize("kind", FileKind)
@given(codes, qtys, days, st.none() | st.integers(1, 10**9), st.booleans())
@settings(max_examples=25, deadline=None)
def test_forecast_lines(kind, code, qty, day, own_max, can_substitute):  # noqa: PLR0917 (drawn by position)
    forecast = new_forecast(KITCHEN)
    line = new_forecast_line(
        forecast,
        code,
        demanded_qty=qty,
        needed_date=day,
        own_max_price_idr=own_max,
        can_substitute=can_substitute,
        menu_qty=0,
    )
    [entry] = returned(kind, LINE_HEADER, line_rows([(forecast, KITCHEN, line)], ITEMS), read_lines)
    assert (entry.item_code, entry.demanded_qty, entry.needed_date) == (code, qty, day)
    assert (entry.own_max_price_idr, entry.can_substitute) == (own_max, can_substitute)
