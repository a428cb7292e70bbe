"""Entries that the service must refuse, each with the code of its refusal: for tests and for showing the rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.demo.cooperatives import FIRST_TO_OPERATE
from service.domain.errors import ItemNotForKitchens, PriceAboveCap


class Entry(StrEnum):
    """What is being entered."""

    OFFER = "offer"
    STOCK = "stock"
    FORECAST_LINE = "forecast_line"


@dataclass(frozen=True, slots=True)
class RefusedAttempt:
    """An entry of an organisation; a stock's price and quantity are those of one pack, a forecast line has no price."""

    entry: Entry
    organisation_code: str
    item_code: str
    qty: int
    price_idr: int | None
    error_code: str
    reason: str


_SELLER = f"C-{FIRST_TO_OPERATE}"
_ABOVE = PriceAboveCap.code
_NEVER = ItemNotForKitchens.code

REFUSED_ATTEMPTS = (
    RefusedAttempt(Entry.OFFER, _SELLER, "RICE-P", 500_000, 14_920, _ABOVE, "Rp 20 above the HET of Rp 14,900"),
    RefusedAttempt(Entry.OFFER, _SELLER, "RICE-P", 500_000, 14_901, _ABOVE, "a rupiah above the HET"),
    RefusedAttempt(Entry.OFFER, _SELLER, "EGG", 300_000, 31_000, _ABOVE, "Rp 1,000 above the HAP, no exception"),
    RefusedAttempt(Entry.OFFER, _SELLER, "RICE-SPHP", 500_000, 12_500, _NEVER, "subsidised for households"),
    RefusedAttempt(Entry.STOCK, "W01", "RICE-P", 25_000, 373_000, _ABOVE, "Rp 14,920 per kilogram in the pack"),
    RefusedAttempt(Entry.STOCK, "W03", "OIL-MK", 12_000, 186_000, _NEVER, "off until the food office admits it"),
    RefusedAttempt(Entry.FORECAST_LINE, "K0001", "LPG-3", 20, None, _NEVER, "subsidised for households"),
    RefusedAttempt(Entry.FORECAST_LINE, "K0001", "RICE-SPHP", 400_000, None, _NEVER, "subsidised for households"),
)
