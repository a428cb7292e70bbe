"""The step that every change of a stock shares: hold it."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.stocks import find_stock, lock_stock
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action, require_reach
from service.domain.stocks import Stock
from service.domain.tables import require_version
from service.workflows.acting import acting


async def hold_stock(work: UnitOfWork, stock_id: UUID, *, expected_version: int) -> Stock:
    """Return a stock for a change, held until the unit ends.

    Raises
    ------
    NotFound
        If there is none, or it is another's.
    StaleVersion
        If it is no longer the version that the caller saw.
    """
    _require_mine(work, await find_stock(work.session, stock_id))
    stock = _require_mine(work, await lock_stock(work.session, stock_id))
    require_version(stock, expected_version)
    return stock


def _require_mine(work: UnitOfWork, stock: Stock | None) -> Stock:
    if stock is None:
        raise NotFound("No such stock.")
    require_reach(
        acting(work),
        Action.STOCKS_WRITE,
        region_code=stock.region_code,
        organisation_ids=(stock.wholesaler_id,),
        what="stock",
    )
    return stock
