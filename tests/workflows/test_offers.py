"""A cooperative's offers: published, changed, withdrawn; the same goods are never offered twice."""

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
    LotAlreadyOffered,
    NotFound,
    NotPermitted,
    OrganisationInactive,
    PriceAboveCap,
    StaleVersion,
)
from service.domain.offers import LotEntry, Offer, OfferLot, OfferStatus, available_qty, promise
from service.domain.organisations import OrganisationStatus
from service.workflows.change_offer import ChangeOffer, change_offer
from service.workflows.offer_steps import write_lots
from service.workflows.publish_offer import PublishOffer, publish_offer
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer
from tests.factories.entries import MONDAY, TODAY, WEEKDAYS, an_exception
from tests.factories.markets import open_market

FRIDAY = WEEKDAYS[4]
LOTS = (LotEntry("A", 100_000, FRIDAY), LotEntry("B", 150_000))


@pytest.fixture
async def market(session):
    return await open_market(session)


@pytest.fixture
def as_cooperative(units, market):
    return lambda: units.begin(actor=market.coop_officer)


@pytest.fixture
def command(market):
    return PublishOffer(
        cooperative_id=market.world.cooperative.id,
        item_code="CARROT",
        offered_qty=250_000,
        price_idr=14_000,
        from_date=MONDAY,
        to_date=FRIDAY,
        min_qty=20_000,
        lots=LOTS,
    )


@pytest.fixture
def publish(as_cooperative, command):
    async def published(**changes) -> Offer:
        async with as_cooperative() as work:
            return await publish_offer(work, replace(command, **changes))

    return published


@pytest.fixture
def change(as_cooperative):
    async def changed(offer: Offer, expected_version: int = 1, **changes) -> Offer:
        async with as_cooperative() as work:
            return await change_offer(work, ChangeOffer(offer.id, expected_version, changes))

    return changed


@pytest.fixture
def withdraw(as_cooperative):
    async def withdrawn(offer: Offer, expected_version: int = 1) -> Offer:
        async with as_cooperative() as work:
            return await withdraw_offer(work, WithdrawOffer(offer.id, expected_version))

    return withdrawn


@pytest.fixture
def promised(units):
    """Let orders hold part of an offer."""

    async def hold(offer: Offer, qty: int) -> None:
        async with units.begin() as work:
            promise(await work.session.get(Offer, offer.id), qty)

    return hold


async def lots_on_record(session, offer) -> list[tuple[str, bool]]:
    query = sa.select(OfferLot.lot_code, OfferLot.is_live).where(OfferLot.offer_id == offer.id)
    return [tuple(row) for row in (await session.execute(query.order_by(OfferLot.lot_code))).all()]


async def test_a_published_offer_is_open_with_the_policys_cash_share(publish, session):
    offer = await publish()
    assert (offer.status, offer.promised_qty, offer.cash_bp) == (OfferStatus.OPEN, 0, 3000)
    assert await lots_on_record(session, offer) == [("A", True), ("B", True)]
    assert (await publish(cash_bp=500, lots=())).cash_bp == 500


async def test_a_price_above_the_cap_is_refused_and_nothing_is_kept(publish, session):
    with pytest.raises(PriceAboveCap, match="HET of Rp 14,900"):
        await publish(item_code="RICE-P", price_idr=14_901)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 0


async def test_an_exception_on_record_lifts_the_hap_in_its_region(publish, session, market):
    egg = {"item_code": "EGG", "price_idr": 31_500, "lots": ()}
    with pytest.raises(PriceAboveCap, match="HAP"):
        await publish(**egg)
    granted_by = market.kitchen_head.user_id
    session.add(an_exception("EGG", valid_to=FRIDAY, granted_by=granted_by))
    await session.flush()
    assert (await publish(**egg)).price_idr == 31_500


@pytest.mark.parametrize("status", [OrganisationStatus.REGISTERED, OrganisationStatus.SUSPENDED])
async def test_only_an_active_cooperative_publishes(publish, session, market, status):
    market.world.cooperative.status = status
    await session.flush()
    with pytest.raises(OrganisationInactive, match=status.value):
        await publish()


async def test_nobody_publishes_for_another(units, market, command):
    async with units.begin(actor=market.kitchen_head) as work:
        with pytest.raises(NotPermitted):
            await publish_offer(work, command)
    async with units.begin(actor=market.coop_officer) as work:
        with pytest.raises(NotFound):
            await publish_offer(work, replace(command, cooperative_id=market.world.kitchen.id))


async def test_a_lot_stands_in_one_open_offer_only(publish):
    first = await publish()
    with pytest.raises(LotAlreadyOffered) as refusal:
        await publish(offered_qty=150_000, lots=(LotEntry("B", 150_000),))
    assert refusal.value.facts["lots"] == [{"lot_code": "B", "offer_id": str(first.id)}]


async def test_the_same_code_of_another_item_is_another_lot(publish):
    await publish()
    await publish(item_code="POTATO", price_idr=15_000)


async def test_a_withdrawn_offer_frees_its_lots(publish, withdraw):
    offer = await withdraw(await publish())
    assert (offer.status, offer.version, available_qty(offer)) == (OfferStatus.WITHDRAWN, 2, 0)
    await publish()


async def test_what_orders_hold_outlives_the_withdrawal_with_its_lots(publish, promised, withdraw, session):
    offer = await publish()
    await promised(offer, 50_000)
    withdrawn = await withdraw(offer, 2)
    assert (withdrawn.offered_qty, withdrawn.promised_qty, available_qty(withdrawn)) == (250_000, 50_000, 0)
    assert await lots_on_record(session, offer) == [("A", True), ("B", True)]
    with pytest.raises(LotAlreadyOffered):
        await publish()
    audit = await session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "offer.withdrawn"))
    assert audit.after == {"withdrawn_qty": 200_000, "promised_qty": 50_000}


async def test_an_offer_changes_with_its_lots(publish, change, session):
    offer = await publish()
    lots = (LotEntry("B", 150_000, FRIDAY), LotEntry("C", 50_000))
    changed = await change(offer, offered_qty=200_000, price_idr=13_000, lots=lots)
    assert (changed.offered_qty, changed.price_idr, changed.version) == (200_000, 13_000, 2)
    assert await lots_on_record(session, offer) == [("B", True), ("C", True)]
    audit = await session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "offer.changed"))
    assert (audit.before["price_idr"], audit.after["price_idr"]) == (14_000, 13_000)
    assert audit.after["lots"][0] == {"lot_code": "B", "lot_qty": 150_000, "expires_date": FRIDAY.isoformat()}


async def test_a_changed_quantity_needs_lots_that_add_up(publish, change):
    with pytest.raises(InvalidField, match="lots hold 250000 together"):
        await change(await publish(), offered_qty=200_000)


async def test_a_change_is_checked_like_a_new_offer(publish, change):
    offer = await publish(item_code="RICE-P", lots=())
    with pytest.raises(PriceAboveCap):
        await change(offer, price_idr=14_901)
    with pytest.raises(InvalidField, match="earliest"):
        await change(offer, from_date=TODAY - timedelta(days=1))


async def test_an_offer_under_way_keeps_the_day_it_began_on(publish, change, clock):
    offer = await publish(lots=())
    clock.advance(days=8)
    changed = await change(offer, offered_qty=300_000)
    assert changed.from_date == MONDAY


async def test_a_change_may_not_take_a_lot_of_another_offer(publish, change):
    await publish()
    other = await publish(offered_qty=10_000, min_qty=0, lots=(LotEntry("C", 10_000),))
    with pytest.raises(LotAlreadyOffered):
        await change(other, lots=(LotEntry("A", 10_000),))


async def test_the_price_of_promised_goods_stands(publish, promised, change):
    offer = await publish(lots=())
    await promised(offer, 50_000)
    with pytest.raises(GoodsPromised):
        await change(offer, 2, price_idr=13_000)
    assert (await change(offer, 2, offered_qty=50_000)).offered_qty == 50_000


async def test_a_withdrawn_offer_is_not_changed(publish, withdraw, change):
    offer = await publish()
    await withdraw(offer)
    with pytest.raises(IllegalTransition):
        await change(offer, 2, price_idr=1)
    with pytest.raises(IllegalTransition):
        await withdraw(offer, 2)


async def test_an_older_version_is_refused_with_the_current_one(publish, change, withdraw):
    offer = await publish()
    await change(offer, price_idr=13_000)
    with pytest.raises(StaleVersion) as refusal:
        await withdraw(offer, 1)
    assert refusal.value.facts["current"] == 2


async def test_anothers_offer_looks_like_none(publish, units, market):
    offer = await publish()
    for offer_id, actor in (
        (uuid.uuid4(), market.coop_officer),
        (offer.id, replace(market.coop_officer, organisation_id=uuid.uuid4())),
    ):
        async with units.begin(actor=actor) as work:
            with pytest.raises(NotFound, match="No such offer"):
                await withdraw_offer(work, WithdrawOffer(offer_id, 1))


async def test_a_lot_that_the_database_refuses_otherwise_is_not_called_offered_already(publish, as_cooperative):
    offer = await publish(lots=())
    with pytest.raises(sa.exc.IntegrityError, match="qty_positive"):
        async with as_cooperative() as work:
            await write_lots(work, [(offer, LotEntry("A", 0))])
