"""A matching run reads its own region and week, all of it as of one instant, and nothing else."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries.fairness import accepted_value_idr
from service.database.queries.supply_snapshot import hold_one_instant, read_supply_snapshot
from service.database.unit_of_work import UnitsOfWork
from service.domain.declines import DeclinedGoods
from service.domain.forecasts import ForecastStatus
from service.domain.items import Substitution
from service.domain.offers import Offer, OfferLot, OfferStatus
from service.domain.orders import (
    Answer,
    DeclineReason,
    Order,
    OrderLine,
    OrderLineStatus,
    OrderStatus,
    PackReservation,
)
from service.domain.organisations import ClosedDay, DayCapacity, OrganisationKind
from service.domain.people import Role
from service.domain.plans import PlanStatus
from service.domain.stocks import StockStatus
from service.domain.units import Unit
from service.jobs.app import Jobs
from tests.factories.items import new_item
from tests.factories.organisations import CREATED_AT, completed, new_organisation
from tests.factories.places import OTHER_REGION, new_kecamatan, new_kelurahan, new_region
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import WEEK, new_forecast, new_forecast_line, new_offer, new_stock
from tests.factories.snapshots import a_cap, an_exception


async def read(session, week, *, today=WEEK):
    return await read_supply_snapshot(session, policy=week.policy, week_start=WEEK, today=today)


async def add_order(session, cooperative, **changes):
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "region_code": cooperative.region_code,
        "number": uuid.uuid4().hex[:20],
        "week_start": WEEK,
        "cooperative_id": cooperative.id,
        "status": OrderStatus.ANSWERED,
    }
    order = Order(**{**fields, **changes})
    session.add(order)
    await session.flush()
    return order


async def add_line(session, order, kitchen, item_code, **changes):
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "order_id": order.id,
        "position": 1,
        "kitchen_id": kitchen.id,
        "item_code": item_code,
        "needed_date": order.week_start,
        "ordered_qty": 10_000,
        "price_idr": 16_000,
        "status": OrderLineStatus.ACCEPTED,
        "accepted_qty": 10_000,
    }
    line = OrderLine(**{**fields, **changes})
    session.add(line)
    await session.flush()
    return line


async def test_a_week_is_read_whole_and_in_order(session):
    week = await add_planned_week(session, kitchens=3, cooperatives=4, items=2, days=2)
    found = await read(session, week)
    assert [organisation.code for organisation, _ in found.kitchens] == ["K000", "K001", "K002"]
    assert [organisation.code for organisation, _ in found.cooperatives] == ["C000", "C001", "C002", "C003"]
    assert [organisation.code for organisation, _ in found.wholesalers] == ["W000"]
    assert {line.id for _, line in found.demand} == {line.id for line in week.demand}
    assert [offer.id for offer in found.offers] == sorted(offer.id for offer in week.offers.values())
    assert [stock.id for stock in found.stocks] == [stock.id for stock in week.stocks.values()]
    assert set(found.documents) == {supplier.id for supplier in (*week.cooperatives, week.wholesaler)}
    assert found.days[0] == WEEK
    assert len(found.days) == 7


async def test_only_submitted_forecasts_of_the_week_count(session):
    week = await add_planned_week(session, kitchens=1)
    kitchen = week.kitchens[0]
    others = [
        new_forecast(kitchen, revision=2, status=ForecastStatus.SUPERSEDED),
        new_forecast(kitchen, revision=3, status=ForecastStatus.DRAFT),
        new_forecast(kitchen, week_start=WEEK + timedelta(days=7)),
    ]
    session.add_all(others)
    await session.flush()
    session.add_all([new_forecast_line(forecast, "ITEM-00") for forecast in others])
    await session.flush()
    assert {line.forecast_id for _, line in (await read(session, week)).demand} == {week.forecasts[0].id}


async def test_withdrawn_supply_and_supply_of_other_weeks_is_not_read(session):
    week = await add_planned_week(session, items=1, cooperatives=1)
    later = {"from_date": WEEK + timedelta(days=7), "to_date": WEEK + timedelta(days=8)}
    cooperative, wholesaler = week.cooperatives[0], week.wholesaler
    kept = new_offer(cooperative, "ITEM-00", from_date=WEEK - timedelta(days=3), to_date=WEEK)
    session.add_all(
        [
            kept,
            new_offer(cooperative, "ITEM-00", status=OfferStatus.WITHDRAWN),
            new_offer(cooperative, "ITEM-00", **later),
            new_stock(wholesaler, "ITEM-00", status=StockStatus.WITHDRAWN),
            new_stock(wholesaler, "ITEM-00", **later),
        ]
    )
    await session.flush()
    found = await read(session, week)
    assert [offer.id for offer in found.offers] == [kept.id]
    assert [stock.id for stock in found.stocks] == [week.stocks["ITEM-00"].id]


async def test_calendars_capacities_lots_and_caps_are_read(session):
    week = await add_planned_week(session, cooperatives=1)
    cooperative = week.cooperatives[0]
    offer = next(iter(week.offers.values()))
    officer = next(iter(week.users.values()))
    rows = [
        ClosedDay(organisation_id=cooperative.id, closed_date=WEEK, reason="holiday"),
        DayCapacity(cooperative_id=cooperative.id, capacity_date=WEEK, handling_g=5, cold_g=0),
        DayCapacity(cooperative_id=cooperative.id, capacity_date=WEEK + timedelta(days=7), handling_g=5, cold_g=0),
        OfferLot(
            id=uuid.uuid4(),
            offer_id=offer.id,
            cooperative_id=cooperative.id,
            item_code=offer.item_code,
            lot_code="A1",
            lot_qty=1000,
            expires_date=WEEK,
        ),
        a_cap("ITEM-00"),
        a_cap("ITEM-00", zone=2),
        a_cap("ITEM-00", valid_to=WEEK - timedelta(days=1)),
        an_exception("ITEM-00", granted_by=officer.id),
        an_exception("ITEM-00", granted_by=officer.id, revoked_at=CREATED_AT),
        Substitution(item_code="ITEM-00", substitute_code="ITEM-01", covers_bp=9000, penalty_idr=0),
        new_kecamatan(),
    ]
    session.add_all(rows)
    await session.flush()
    session.add(new_kelurahan())
    await session.flush()
    found = await read(session, week)
    assert found.closed_dates == {cooperative.id: frozenset({WEEK})}
    assert list(found.capacities) == [(cooperative.id, WEEK)]
    assert found.expiry_dates == {offer.id: [WEEK]}
    assert (len(found.caps), len(found.exceptions), len(found.substitutions)) == (1, 1, 1)
    assert found.kecamatan_of == {"32.71.01.1001": "32.71.01"}


async def test_another_regions_data_is_not_read(session):
    week = await add_planned_week(session)
    session.add(new_region(OTHER_REGION))
    await session.flush()
    foreign = new_organisation(OrganisationKind.COOPERATIVE, OTHER_REGION)
    session.add(foreign)
    await session.flush()
    session.add_all(completed(foreign)[1:])
    await session.flush()
    session.add(new_offer(foreign, "ITEM-00"))
    await session.flush()
    found = await read(session, week)
    assert foreign.id not in {organisation.id for organisation, _ in found.cooperatives}
    assert foreign.id not in {offer.cooperative_id for offer in found.offers}


async def test_live_order_lines_of_the_week_are_read_with_what_they_tie_up(session):
    week = await add_planned_week(session, cooperatives=1, kitchens=1)
    cooperative, kitchen, offer = week.cooperatives[0], week.kitchens[0], next(iter(week.offers.values()))
    order = await add_order(session, cooperative)
    live = await add_line(session, order, kitchen, offer.item_code, offer_id=offer.id)
    await add_line(session, order, kitchen, offer.item_code, status=OrderLineStatus.DECLINED, accepted_qty=0)
    session.add(PackReservation(order_id=order.id, stock_id=week.stocks["ITEM-00"].id, packs=3))
    past = await add_order(session, cooperative, week_start=WEEK - timedelta(days=7))
    await add_line(session, past, kitchen, offer.item_code)
    cancelled = await add_order(session, cooperative, status=OrderStatus.CANCELLED)
    await add_line(session, cancelled, kitchen, offer.item_code)
    found = await read(session, week)
    assert [(key, line.id, cash) for key, line, cash in found.ordered] == [(cooperative.id, live.id, offer.cash_bp)]
    assert found.pack_cost_idr == {cooperative.id: 900_000}
    assert found.past_value_idr == {cooperative.id: 160_000}


async def test_what_was_declined_is_read_with_its_reason_and_the_published_plan_with_its_deliveries(session):
    week = await add_planned_week(session, cooperatives=1, kitchens=1)
    cooperative, kitchen, offer = week.cooperatives[0], week.kitchens[0], next(iter(week.offers.values()))
    assert ((await read(session, week)).declined, (await read(session, week)).planned) == (set(), [])
    week.plan.status = PlanStatus.PUBLISHED
    order = await add_order(session, cooperative)
    await add_line(session, order, kitchen, offer.item_code)
    silent = await add_line(
        session, order, kitchen, offer.item_code, status=OrderLineStatus.DECLINED, accepted_qty=0, offer_id=offer.id,
        expired_at=order.created_at,
    )  # fmt: skip
    said = await add_line(
        session, order, kitchen, offer.item_code, status=OrderLineStatus.ACCEPTED_LESS, accepted_qty=1
    )
    session.add(
        Answer(
            id=uuid.uuid4(),
            created_at=order.created_at,
            order_line_id=said.id,
            accepted_qty=1,
            reason=DeclineReason.NO_TRANSPORT,
            answered_by=week.users[Role.COOP_OFFICER, cooperative.id].id,
        )
    )
    await session.flush()
    found = await read(session, week, today=WEEK - timedelta(days=1))
    assert found.declined == {
        DeclinedGoods(cooperative.id, line.offer_id, line.stock_id, line.needed_date, reason)
        for line, reason in ((silent, None), (said, DeclineReason.NO_TRANSPORT))
    }
    assert {(line, item, qty) for line, _, _, item, qty in found.planned} == {
        (line.id, line.item_code, line.demanded_qty) for line in week.demand
    }
    assert {line.needed_date for line in week.demand} == {WEEK}
    assert (await read(session, week, today=WEEK)).planned == []  # what is over no plan can change


async def test_the_ledger_adds_accepted_lines_of_the_weeks_that_are_remembered(session):
    """10 kg at 16,000 a kg four weeks ago, 7 pieces at 500 last week; not five weeks ago, not declined lines."""
    week = await add_planned_week(session, cooperatives=2, kitchens=1)
    session.add(new_item("PIECES", unit=Unit.PIECE, step_qty=1))
    await session.flush()
    first, second = week.cooperatives
    kitchen = week.kitchens[0]
    for weeks_back, cooperative, item_code, changes in (
        (4, first, "ITEM-00", {}),
        (5, first, "ITEM-00", {}),
        (1, first, "PIECES", {"ordered_qty": 9, "accepted_qty": 7, "price_idr": 500, "status": "accepted_less"}),
        (1, second, "ITEM-00", {"accepted_qty": 0, "status": "declined"}),
    ):
        order = await add_order(session, cooperative, week_start=WEEK - timedelta(weeks=weeks_back))
        await add_line(session, order, kitchen, item_code, **changes)
    found = await accepted_value_idr(session, region_code="32.71", week_start=WEEK, past_weeks=4)
    assert found == {first.id: 163_500}


# ---- one instant


@pytest.fixture
async def fresh_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


async def test_a_promise_made_while_the_week_is_read_is_not_seen_by_halves(fresh_engine, fresh_database):
    units = UnitsOfWork(create_sessions(fresh_engine), Jobs(conninfo(fresh_database)))
    async with units.begin() as work:
        week = await add_planned_week(work.session)
    offer_id = next(iter(week.offers.values())).id
    async with units.begin() as reader:
        await hold_one_instant(reader.session)
        await reader.session.scalar(sa.select(sa.func.count()).select_from(Offer))
        async with units.begin() as writer:
            (await writer.session.get_one(Offer, offer_id)).promised_qty = 1000
        found = await read(reader.session, week)
    assert {offer.promised_qty for offer in found.offers} == {0}
