"""Goods of an open recall neither leave nor are taken in: a step of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from service.database.queries.locks import keep_region
from service.database.queries.recalls import open_recalls
from service.database.unit_of_work import UnitOfWork
from service.domain.faults import Faults
from service.domain.recalls import concerns


@dataclass(frozen=True, slots=True)
class Moved:
    """Goods of one lot that are about to move, and the field that says so."""

    field: str
    lot_code: str
    producer: str
    item_code: str


async def refuse_recalled(
    work: UnitOfWork, moved: Iterable[Moved], *, region_code: str, needed_date: date, at: datetime
) -> None:
    """Refuse goods that were called back before an instant, each named by its field.

    Nobody calls goods back until this unit ends: a recall finds all that has moved, or is found here.

    Raises
    ------
    InvalidField
        With the code ``recalled`` and the recall's reason.
    """
    await keep_region(work.session, region_code)
    faults = Faults()
    recalls = [one for one in await open_recalls(work.session, region_code=region_code) if one.created_at <= at]
    for goods in moved:
        for recall in recalls:
            if concerns(
                recall,
                lot_code=goods.lot_code,
                producer=goods.producer,
                item_code=goods.item_code,
                needed_date=needed_date,
            ):
                faults.add(goods.field, "recalled", f"Called back: {recall.reason}. Nobody may cook with it.")
    faults.raise_any()
