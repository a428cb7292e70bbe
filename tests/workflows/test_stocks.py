"""A wholesaler's stocks: published, changed, withdrawn."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.errors import (
    GoodsPromised,
    IllegalTransition,
    InvalidField,
    NotFound,
    NotPermitted,
    OrganisationInactive,
    PriceAboveCap,
    StaleVersion,
)
from service.domain.organisations import OrganisationStatus, Wholesaler
from service.domain.stocks import Stock, StockStatus, available_packs, promise
from service.workflows.change_stock import ChangeStock, change_stock
from service.workflows.publish_stock import PublishStock, publish_stock
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock
from tests.factories.entries import MONDAY, TODAY, WEEKDAYS
from tests.factories.markets import open_market


@pytest.fixture
async def market(session):
    return await open_market(session)


@pytest.fixture
def as_wholesaler(units, market):
    return lambda: units.begin(actor=market.wholesaler)


@pytest.fixture
def command(market):
    return PublishStock(
        wholesaler_id=market.world.wholesaler.id,
        item_code="RICE-P",
        packs=400,
        pack_qty=50_000,
        price_idr=700_000,
        from_date=MONDAY,
        to_date=WEEKDAYS[4],
    )


@pytest.fixture
def publish(as_wholesaler, command):
    async def published(**changes) -> Stock:
        async with as_wholesaler() as work:
            return await publish_stock(work, replace(command, **changes))

    return published


@pytest.fixture
def change(as_wholesaler):
    async def changed(stock: Stock, expected_version: int = 1, **changes) -> Stock:
        async with as_wholesaler() as work:
            return await change_stock(work, ChangeStock(stock.id, expected_version, changes))

    return changed


@pytest.fixture
def withdraw(as_wholesaler):
    async def withdrawn(stock: Stock, expected_version: int = 1) -> Stock:
        async with as_wholesaler() as work:
            return await withdraw_stock(work, WithdrawStock(stock.id, expected_version))

    return withdrawn


async def promised(units, stock: Stock, packs: int) -> None:
    async with units.begin() as work:
        promise(await work.session.get(Stock, stock.id), packs)


async def test_a_published_stock_is_open(publish):
    stock = await publish()
    assert (stock.status, stock.version, available_packs(stock)) == (StockStatus.OPEN, 1, 400)


async def test_goods_that_could_reach_no_kitchen_lawfully_are_refused(publish):
    with pytest.raises(PriceAboveCap, match="HET of Rp 14,900"):
        await publish(price_idr=745_001)


async def test_the_first_day_is_after_the_lead_time(publish):
    """The wholesaler of the tests needs two days."""
    await publish(from_date=TODAY + timedelta(days=2))
    with pytest.raises(InvalidField, match="2026-11-26 at the earliest"):
        await publish(from_date=TODAY + timedelta(days=1))


async def test_only_an_active_wholesaler_publishes(publish, session, market):
    market.world.wholesaler.status = OrganisationStatus.SUSPENDED
    await session.flush()
    with pytest.raises(OrganisationInactive):
        await publish()


async def test_who_is_no_wholesaler_has_no_stock(publish, session, market):
    await session.execute(sa.delete(Wholesaler).where(Wholesaler.organisation_id == market.world.wholesaler.id))
    with pytest.raises(NotFound, match="No such wholesaler"):
        await publish()


async def test_nobody_publishes_for_another(units, market, command):
    async with units.begin(actor=market.coop_officer) as work:
        with pytest.raises(NotPermitted):
            await publish_stock(work, command)


async def test_a_stock_changes_and_the_change_is_on_record(publish, change, session):
    changed = await change(await publish(), packs=500, price_idr=690_000, to_date=MONDAY + timedelta(days=5))
    assert (changed.packs, changed.price_idr) == (500, 690_000)
    await session.flush()
    audit = await session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "stock.changed"))
    assert audit.before == {"packs": 400, "price_idr": 700_000, "to_date": "2026-12-04"}


async def test_a_change_is_checked_like_a_new_stock(publish, change):
    stock = await publish()
    with pytest.raises(PriceAboveCap):
        await change(stock, price_idr=745_001)
    with pytest.raises(InvalidField):
        await change(stock, pack_qty=500)


async def test_what_cooperatives_are_promised_stands(publish, change, units):
    stock = await publish()
    await promised(units, stock, 100)
    with pytest.raises(GoodsPromised):
        await change(stock, 2, packs=99)
    assert (await change(stock, 2, packs=100)).packs == 100


async def test_a_withdrawn_stock_keeps_its_promises(publish, withdraw, change, units):
    stock = await publish()
    await promised(units, stock, 100)
    withdrawn = await withdraw(stock, 2)
    assert (withdrawn.status, withdrawn.promised_packs, available_packs(withdrawn)) == (StockStatus.WITHDRAWN, 100, 0)
    with pytest.raises(IllegalTransition):
        await change(stock, 3, packs=500)


async def test_an_older_version_is_refused(publish, change, withdraw):
    stock = await publish()
    await change(stock, packs=500)
    with pytest.raises(StaleVersion):
        await withdraw(stock, 1)


async def test_anothers_stock_looks_like_none(publish, units, market):
    stock = await publish()
    stranger = replace(market.wholesaler, organisation_id=uuid.uuid4())
    for stock_id, actor in ((uuid.uuid4(), market.wholesaler), (stock.id, stranger)):
        async with units.begin(actor=actor) as work:
            with pytest.raises(NotFound, match="No such stock"):
                await withdraw_stock(work, WithdrawStock(stock_id, 1))
