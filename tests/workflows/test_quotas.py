"""A wholesaler keeps packs for a branch in another region; what is not used there comes back."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.audits import AuditEntry
from service.domain.errors import DomainError, InvalidField, NotFound, OrganisationInactive, StaleVersion
from service.domain.events import Event
from service.domain.items import Item
from service.domain.orders import OrderStatus
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus, Wholesaler
from service.domain.people import Role
from service.domain.plans import PlanStatus
from service.domain.stocks import Stock, available_packs, promise
from service.workflows.admit_organisation import AdmitOrganisation, admit_organisation
from service.workflows.change_organisation import ChangeOrganisation, change_organisation
from service.workflows.return_quotas import return_quotas
from service.workflows.set_quota import SetQuota, set_branch_quota
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock
from tests.factories.entries import MONDAY
from tests.factories.markets import actor_of, open_market
from tests.factories.orders import new_order
from tests.factories.organisations import completed, new_organisation
from tests.factories.people import new_user
from tests.factories.places import OTHER_REGION, new_region
from tests.factories.plans import new_plan, new_policy, new_run, new_stock
from tests.factories.worlds import add_world
from tests.workflows.last_unit import the_last_unit

PACKS = 40


@pytest.fixture
async def market(session):
    return await open_market(session)


@pytest.fixture
async def other(session, market):
    """The region of the branch."""
    other = await add_world(session, OTHER_REGION)
    branch = await session.get_one(Wholesaler, other.wholesaler.id)
    branch.head_office_id = market.world.wholesaler.id
    await session.flush()
    return other


@pytest.fixture
async def stock(session, market):
    stock = new_stock(market.world.wholesaler, "RICE-P", packs=PACKS, price_idr=340_000, pack_qty=25_000)
    stock.from_date, stock.to_date = MONDAY, MONDAY + timedelta(days=4)
    session.add(stock)
    await session.flush()
    return stock


@pytest.fixture
def keep(units, session, market, other, stock):
    async def kept(packs: int, **changed) -> Stock:
        await session.refresh(stock)
        command = replace(SetQuota(stock.id, stock.version, other.wholesaler.id, packs), **changed)
        async with units.begin(actor=market.wholesaler) as work:
            await set_branch_quota(work, command)
        await session.refresh(stock)
        found = sa.select(Stock).where(Stock.pool_id == stock.id).order_by(Stock.created_at.desc(), Stock.id.desc())
        return await session.scalar(found.limit(1).execution_options(populate_existing=True))

    return kept


@pytest.fixture
def left(session):
    async def packs_left(*stocks: Stock) -> list[int]:
        for one in stocks:
            await session.refresh(one)
        return [available_packs(one) for one in stocks]

    return packs_left


@pytest.fixture
async def plan(session, other):
    """The week's plan in the branch's region, not yet published."""
    policy = new_policy(OTHER_REGION)
    session.add(policy)
    await session.flush()
    run = new_run(policy, MONDAY)
    session.add(run)
    await session.flush()
    plan = new_plan(run)
    session.add(plan)
    await session.flush()
    return plan


async def test_a_quota_is_a_stock_of_the_branch_in_its_region(keep, stock, other, session):
    quota = await keep(15)
    assert (quota.region_code, quota.wholesaler_id) == (OTHER_REGION, other.wholesaler.id)
    assert (available_packs(quota), available_packs(stock), quota.price_idr) == (15, PACKS - 15, stock.price_idr)
    told = await session.scalars(sa.select(AuditEntry.region_code).where(AuditEntry.action == "stock.quota_set"))
    assert set(told) == {stock.region_code, OTHER_REGION}
    events = sa.select(Event.type).where(Event.entity_id == str(quota.id)).order_by(Event.sequence)
    assert list(await session.scalars(events)) == ["stock.published", "stock.changed"]
    assert await violations(session) == []


async def test_a_quota_is_raised_lowered_and_taken_back(keep, stock):
    quota = await keep(15)
    for packs in (30, 5, 0, 8):
        assert (await keep(packs)).id == quota.id
        assert (available_packs(quota), available_packs(stock)) == (packs, PACKS - packs)
    with pytest.raises(StaleVersion):
        await keep(9, expected_version=1)


async def test_nothing_is_kept_for_nobody(keep, stock, units, session, other):
    assert await keep(0) is None
    with pytest.raises(InvalidField, match="None of your branches"):
        await keep(1, branch_id=other.cooperative.id)
    with pytest.raises(NotFound):
        async with units.begin(actor=actor_of(other.users[Role.WHOLESALER])) as work:
            await set_branch_quota(work, SetQuota(stock.id, stock.version, other.wholesaler.id, 1))
    other.wholesaler.status = OrganisationStatus.SUSPENDED
    await session.flush()
    with pytest.raises(OrganisationInactive):
        await keep(1)


async def test_goods_that_the_branch_could_not_sell_are_refused(keep, stock, session):
    stock.price_idr = 500_000
    await session.flush()
    with pytest.raises(DomainError):
        await keep(1)


async def test_a_branch_hears_of_everything_that_keeps_it_from_selling_the_goods(keep, stock, session):
    stock.price_idr = 500_000
    item = await session.get_one(Item, stock.item_code)
    item.is_for_kitchens, item.refusal_reason, item.refusal_source = False, "subsidised", "decree 1"
    await session.flush()
    with pytest.raises(InvalidField, match="Could not be sold in its region: ") as refusal:
        await keep(1)
    [fault] = refusal.value.faults
    assert fault.field == "branch_id"
    assert "may not be supplied to kitchens" in fault.message
    assert "Rp" in fault.message


@pytest.fixture
async def answered(session, plan, other, clock):
    """An answered order of a plan in force, an hour before its time to answer is over."""
    plan.status, plan.published_at = PlanStatus.PUBLISHED, clock.now
    terms = {"plan_id": plan.id, "cooperative_id": other.cooperative.id, "region_code": OTHER_REGION}
    order = new_order(**terms, status=OrderStatus.ANSWERED, respond_by_at=clock.now + timedelta(hours=1))
    order.week_start = MONDAY
    session.add(order)
    await session.flush()


async def test_what_no_plan_needs_yet_is_kept(keep, plan, units):
    await keep(15)
    assert await return_quotas(units) == {}


async def test_what_a_plan_did_not_need_comes_back_when_the_time_to_answer_is_over(answered, keep, left, units, clock):
    quota = await keep(15)
    async with units.begin() as work:
        promise(await work.session.get_one(Stock, quota.id), 4)
    assert await return_quotas(units) == {}
    clock.advance(minutes=76)
    assert await return_quotas(units) == {quota.id: 11}
    assert await left(quota) == [0]
    assert (await keep(4)).id == quota.id
    assert await return_quotas(units) == {}


async def test_a_withdrawn_quota_comes_back_at_once(keep, left, stock, units, other):
    quota = await keep(15)
    async with units.begin(actor=actor_of(other.users[Role.WHOLESALER])) as work:
        await withdraw_stock(work, WithdrawStock(quota.id, quota.version))
    assert await return_quotas(units) == {quota.id: 15}
    assert await left(stock) == [PACKS]
    assert (await keep(6)).id != quota.id


async def test_a_city_admits_a_branch_of_another_regions_wholesaler(units, session, market, other):
    command = AdmitOrganisation(
        OrganisationKind.WHOLESALER, "W9", "Cabang", None, -6.6, 106.8, 31,
        {"min_order_idr": 0, "lead_days": 1, "due_days": 7, "head_office_id": market.world.wholesaler.id},
    )  # fmt: skip
    administrator = actor_of(other.users[Role.ADMINISTRATOR])
    async with units.begin(actor=administrator) as work:
        branch = await admit_organisation(work, command)
    wrong = replace(command, code="W10", details={**command.details, "head_office_id": branch.id})
    with pytest.raises(InvalidField, match="no branch itself"):
        async with units.begin(actor=administrator) as work:
            await admit_organisation(work, wrong)


async def test_a_city_gives_a_wholesaler_another_head_office_if_that_may_be_one(units, session, market, other):
    another = new_organisation(OrganisationKind.WHOLESALER)
    session.add(another)
    await session.flush()
    session.add_all(completed(another)[1:])
    await session.flush()
    branch, operator = other.wholesaler, actor_of(other.users[Role.CITY_OPERATOR])

    async def change(head_office_id):
        async with units.begin(actor=operator) as work:
            changes = {"head_office_id": head_office_id}
            seen = (await work.session.get_one(Organisation, branch.id)).version
            await change_organisation(work, ChangeOrganisation(branch.id, branch.kind, seen, changes))

    await change(another.id)
    for wrong in (branch.id, market.world.cooperative.id):
        with pytest.raises(InvalidField) as refused:
            await change(wrong)
        assert [fault.field for fault in refused.value.faults] == ["head_office_id"]
    details = await session.get_one(Wholesaler, branch.id, populate_existing=True)
    assert details.head_office_id == another.id


async def test_a_region_publishes_while_its_quota_is_taken_back(crowd):
    """The last packs go once: to the region's orders, or back to the head office, who sells them elsewhere."""
    race = await the_last_unit(crowd, 1)
    async with crowd.begin() as work:
        work.session.add(new_region(OTHER_REGION))
        await work.session.flush()
        organisation = new_organisation(OrganisationKind.WHOLESALER, OTHER_REGION)
        work.session.add(organisation)
        await work.session.flush()
        user = new_user(organisation, Role.WHOLESALER)
        work.session.add_all([*completed(organisation)[1:], user])
        await work.session.flush()
        quota = await work.session.scalar(sa.select(Stock))
        branch = await work.session.get_one(Wholesaler, quota.wholesaler_id)
        branch.head_office_id = organisation.id
        pool = new_stock(organisation, quota.item_code, packs=quota.packs, elsewhere_packs=quota.packs)
        pool.pack_qty = quota.pack_qty
        work.session.add(pool)
        await work.session.flush()
        quota.pool_id = pool.id
    head_office = actor_of(user)

    async def set_to(packs: int, delay_s: float = 0) -> object:
        await asyncio.sleep(delay_s)
        async with crowd.begin(actor=head_office) as work:
            version = (await work.session.get_one(Stock, pool.id)).version
            return await set_branch_quota(work, SetQuota(pool.id, version, quota.wholesaler_id, packs))

    for seed in range(6):
        told = await asyncio.gather(race.race(seed), set_to(0, seed / 50), return_exceptions=True)
        [published], taken = told
        names = [type(one).__name__ for one in (published, taken)]
        assert names in (["PublishedPlan", "GoodsPromised"], ["SupplyExhausted", "Stock"]), told
        async with crowd.begin() as work:
            assert await violations(work.session) == []
        if names[1] == "Stock":
            await set_to(quota.packs)
        else:
            await race.again(published)
