"""The words for kinds of goods and units, and for the states of what is offered, needed and sent out.

Only files say them, so they stand in Indonesian alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from service.domain.forecasts import ForecastStatus
from service.domain.items import BudgetLine, ColdChain, ItemCategory, NeedClass
from service.domain.receipts import ReceiptStatus
from service.domain.stocks import StockStatus
from service.domain.units import Unit

UNITS: Final[Mapping[StrEnum, str]] = {Unit.GRAM: "g", Unit.MILLILITRE: "ml", Unit.PIECE: "buah"}
CATEGORIES: Final[Mapping[StrEnum, str]] = {
    ItemCategory.SEMBAKO: "sembako",
    ItemCategory.PROTEIN: "lauk protein",
    ItemCategory.FRESH: "bahan segar",
    ItemCategory.SUPPLY: "perlengkapan",
}
NEED_CLASSES: Final[Mapping[StrEnum, str]] = {
    NeedClass.STAPLE: "bahan pokok",
    NeedClass.ANIMAL: "lauk hewani",
    NeedClass.PLANT: "lauk nabati",
    NeedClass.SPICE: "bumbu",
    NeedClass.VEGETABLE: "sayur",
    NeedClass.FRUIT: "buah-buahan",
    NeedClass.SUPPLY: "perlengkapan",
}
COLD_CHAINS: Final[Mapping[StrEnum, str]] = {
    ColdChain.NONE: "tidak perlu dingin",
    ColdChain.CHILLED: "dingin",
    ColdChain.FROZEN: "beku",
}
BUDGET_LINES: Final[Mapping[StrEnum, str]] = {
    BudgetLine.INGREDIENT: "bahan makanan",
    BudgetLine.OPERATIONS: "operasional",
}
FORECAST: Final[Mapping[StrEnum, str]] = {
    ForecastStatus.DRAFT: "masih konsep",
    ForecastStatus.SUBMITTED: "sudah dikirim",
    ForecastStatus.SUPERSEDED: "sudah diganti",
    ForecastStatus.WITHDRAWN: "sudah ditarik",
}
STOCK: Final[Mapping[StrEnum, str]] = {
    StockStatus.OPEN: "masih terbuka",
    StockStatus.WITHDRAWN: "sudah ditarik",
}
RECEIPT: Final[Mapping[StrEnum, str]] = {
    ReceiptStatus.OPEN: "belum ditandatangani",
    ReceiptStatus.SIGNED: "sudah ditandatangani",
}
