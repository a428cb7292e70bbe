"""What order lines are worth, worked out where they lie."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from service.domain.items import Item
from service.domain.orders import OrderLine
from service.domain.units import PRICED_PER

Numbers = sa.SQLColumnExpression[Any]

_PRICE_IDR, _UNIT = col(OrderLine.price_idr), col(Item.unit)


def value_idr(qty: Numbers, price_idr: Numbers = _PRICE_IDR, unit: Numbers = _UNIT) -> sa.ColumnElement[int]:
    """Return the value in whole rupiah of ``qty`` base units, rounded as ``units.value_idr`` rounds.

    Of an order line unless price and unit are told; then the query joins ``Item``. Each line is rounded by itself, so
    values are added up and not quantities. In whole numbers, which take a fraction of the time of NUMERIC.
    """
    per = sa.case(*((unit == known, count) for known, count in PRICED_PER.items()), else_=1)
    return (2 * sa.cast(qty, sa.BigInteger) * price_idr + per) // (2 * per)
