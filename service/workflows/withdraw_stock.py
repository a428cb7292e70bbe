"""A wholesaler takes the unpromised packs of a stock off the shelf."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.stocks import Stock, withdraw
from service.workflows.stock_steps import hold_stock


@dataclass(frozen=True, slots=True)
class WithdrawStock:
    """The stock as the wholesaler saw it."""

    stock_id: UUID
    expected_version: int


async def withdraw_stock(work: UnitOfWork, command: WithdrawStock) -> Stock:
    """Withdraw a stock; promised packs stay promised.

    Raises
    ------
    IllegalTransition
        If it was withdrawn before.
    StaleVersion
        If somebody changed it in the meantime.
    """
    stock = await hold_stock(work, command.stock_id, expected_version=command.expected_version)
    rest = withdraw(stock)
    work.record(
        "stock.withdrawn",
        "stock",
        stock.id,
        region_code=stock.region_code,
        after={"withdrawn_packs": rest, "promised_packs": stock.promised_packs},
    )
    work.announce(
        EventType.STOCK_WITHDRAWN,
        entity="stock",
        entity_id=stock.id,
        region_code=stock.region_code,
        concerns=[stock.wholesaler_id],
        facts={"item_code": stock.item_code, "withdrawn_packs": rest},
    )
    return stock
