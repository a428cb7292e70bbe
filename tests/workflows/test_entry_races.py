"""Twenty clients at once on a real PostgreSQL: one wins, the others get a refusal of the trade, nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa

from service.database.engine import PoolSize, conninfo, create_engine, create_sessions
from service.database.queries.locks import keep_forecasts
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.audits import AuditEntry
from service.domain.errors import DomainError, WeekPlanned
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.offers import LotEntry, Offer, OfferLot, OfferStatus, available_qty, promise
from service.domain.plans import Plan, PlanStatus
from service.domain.policies import Policy
from service.domain.stocks import Stock
from service.jobs.app import Jobs
from service.workflows.change_forecast import ChangeForecast, change_forecast
from service.workflows.change_offer import ChangeOffer, change_offer
from service.workflows.change_stock import ChangeStock, change_stock
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.publish_offer import PublishOffer, publish_offer
from service.workflows.publish_stock import PublishStock, publish_stock
from service.workflows.submit_forecast import SubmitForecast, submit_forecast
from service.workflows.withdraw_forecast import WithdrawForecast, withdraw_forecast
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock
from tests.factories.entries import MONDAY, WEEKDAYS
from tests.factories.markets import open_market
from tests.factories.plans import new_plan, new_run
from tests.workflows.interleavings import interleave, watch

CLIENTS = 20
FRIDAY = WEEKDAYS[4]
RICE = ForecastEntry(lines=(LineEntry("RICE-P", MONDAY, 25_000),))


@pytest.fixture
async def units(fresh_database, clock):
    """Units of work with connections of their own, so that they really run side by side."""
    engine = create_engine(fresh_database, PoolSize(kept=CLIENTS, extra=2))
    yield UnitsOfWork(create_sessions(engine), Jobs(conninfo(fresh_database)), clock=clock)
    await engine.dispose()


@pytest.fixture
async def market(units):
    async with units.begin() as work:
        return await open_market(work.session)


async def all_at_once(units, actor, act: Callable[[UnitOfWork, int], Awaitable[object]]) -> Counter[str]:
    """Let every client act in a unit of its own at the same moment; count what they are told."""
    start = asyncio.Barrier(CLIENTS)

    async def client(number: int) -> str:
        await start.wait()
        try:
            async with units.begin(actor=actor) as work:
                await act(work, number)
        except DomainError as refusal:
            return refusal.code
        return "done"

    return Counter(await asyncio.gather(*(client(number) for number in range(CLIENTS))))


async def count(units, query) -> int:
    async with units.begin() as work:
        return await work.session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))


def offer_of(market, **changes) -> PublishOffer:
    fields = {
        "cooperative_id": market.world.cooperative.id,
        "item_code": "CARROT",
        "offered_qty": 10_000,
        "price_idr": 14_000,
        "from_date": MONDAY,
        "to_date": FRIDAY,
    }
    return PublishOffer(**{**fields, **changes})


async def test_one_forecast_submitted_twenty_times_is_submitted_once(units, market):
    async with units.begin(actor=market.kitchen_head) as work:
        draft = await draft_forecast(work, DraftForecast(market.world.kitchen.id, MONDAY, RICE))
    told = await all_at_once(
        units, market.kitchen_head, lambda work, _: submit_forecast(work, SubmitForecast(draft.id, 1))
    )
    assert told == {"done": 1, "stale_version": CLIENTS - 1}
    assert await count(units, sa.select(AuditEntry.id).where(AuditEntry.action == "forecast.submitted")) == 1
    assert await count(units, sa.select(ForecastLine.id)) == 1


async def test_twenty_drafts_of_one_week_become_one(units, market):
    command = DraftForecast(market.world.kitchen.id, MONDAY, RICE)
    told = await all_at_once(units, market.kitchen_head, lambda work, _: draft_forecast(work, command))
    assert told == {"done": 1, "draft_exists": CLIENTS - 1}


async def test_a_week_has_one_revision_that_counts_whoever_comes_last(units, market):
    """Ten clients change the draft that the other ten submit: a version wins, no line of a loser is left."""
    async with units.begin(actor=market.kitchen_head) as work:
        draft = await draft_forecast(work, DraftForecast(market.world.kitchen.id, MONDAY, RICE))
    other = ForecastEntry(lines=(LineEntry("TEMPE", FRIDAY, 5000),))

    def act(work, number):
        if number % 2:
            return submit_forecast(work, SubmitForecast(draft.id, 1))
        return change_forecast(work, ChangeForecast(draft.id, 1, other))

    told = await all_at_once(units, market.kitchen_head, act)
    assert told == {"done": 1, "stale_version": CLIENTS - 1}
    async with units.begin() as work:
        forecast = await work.session.get(Forecast, draft.id)
        (item_code,) = (await work.session.scalars(sa.select(ForecastLine.item_code))).all()
    submitted = forecast.status is ForecastStatus.SUBMITTED
    assert (item_code, forecast.version) == (("RICE-P" if submitted else "TEMPE"), 2)


async def test_a_forecast_cannot_slip_away_while_its_plan_is_published(units, market):
    """The operator publishes: holds the forecast, marks the plan. The kitchen, at the same moment, takes it back."""
    async with units.begin(actor=market.kitchen_head) as work:
        draft = await draft_forecast(work, DraftForecast(market.world.kitchen.id, MONDAY, RICE))
        sent = await submit_forecast(work, SubmitForecast(draft.id, 1))
        policy = (await work.session.scalars(sa.select(Policy))).one()
        run = new_run(policy, MONDAY)
        work.session.add(run)
        await work.session.flush()
        plan = new_plan(run)
        work.session.add(plan)

    async def take_back():
        async with units.begin(actor=market.kitchen_head) as work:
            await withdraw_forecast(work, WithdrawForecast(sent.id, sent.version))

    async with units.begin() as work:
        assert [known.id for known in await keep_forecasts(work.session, [sent.id])] == [sent.id]
        kitchen = asyncio.create_task(take_back())
        await asyncio.sleep(0.3)
        assert not kitchen.done()
        (await work.session.get_one(Plan, plan.id)).status = PlanStatus.PUBLISHED
    with pytest.raises(WeekPlanned):
        await kitchen


async def test_the_same_lot_offered_twenty_times_stands_in_one_offer(units, market):
    command = offer_of(market, lots=(LotEntry("A", 10_000),))
    told = await all_at_once(units, market.coop_officer, lambda work, _: publish_offer(work, command))
    assert told == {"done": 1, "lot_already_offered": CLIENTS - 1}
    assert await count(units, sa.select(Offer.id)) == 1
    assert await count(units, sa.select(OfferLot.id)) == 1


async def test_a_lot_that_another_offer_takes_while_one_is_written_is_refused(market, crowd, crowd_engine):
    command = offer_of(market, lots=(LotEntry("A", 10_000),))
    deed = market.coop_officer, lambda work: publish_offer(work, command)
    watch(crowd_engine)
    assert await interleave(crowd_engine, crowd, deed, deed, stop=1) == ("done", "lot_already_offered")
    assert await count(crowd, sa.select(Offer.id)) == 1


async def test_lots_crossed_in_twenty_offers_are_never_shared(units, market):
    """Every offer holds its own lot and its neighbour's: whatever wins, no lot stands in two offers, nobody hangs."""

    def act(work, number):
        lots = tuple(LotEntry(f"L{(number + step) % CLIENTS}", 5000) for step in (0, 1))
        return publish_offer(work, offer_of(market, lots=lots[:: 1 if number % 2 else -1]))

    told = await all_at_once(units, market.coop_officer, act)
    assert set(told) <= {"done", "lot_already_offered"}
    assert told["done"] >= CLIENTS // 3
    async with units.begin() as work:
        codes = (await work.session.scalars(sa.select(OfferLot.lot_code))).all()
    assert len(codes) == len(set(codes)) == 2 * told["done"]


async def test_the_same_two_lots_in_either_order_do_not_lock_each_other_out(units, market):
    lots = (LotEntry("A", 5000), LotEntry("B", 5000))

    def act(work, number):
        return publish_offer(work, offer_of(market, lots=lots[:: 1 if number % 2 else -1]))

    told = await all_at_once(units, market.coop_officer, act)
    assert told == {"done": 1, "lot_already_offered": CLIENTS - 1}


async def test_of_changes_and_withdrawals_at_once_one_wins(units, market):
    async with units.begin(actor=market.coop_officer) as work:
        offer = await publish_offer(work, offer_of(market))

    def act(work, number):
        if number % 2:
            return withdraw_offer(work, WithdrawOffer(offer.id, 1))
        return change_offer(work, ChangeOffer(offer.id, 1, {"price_idr": 13_000 + number}))

    told = await all_at_once(units, market.coop_officer, act)
    assert told == {"done": 1, "stale_version": CLIENTS - 1}
    async with units.begin() as work:
        known = await work.session.get(Offer, offer.id)
    changed = known.price_idr != 14_000
    assert (known.version, changed) == (2, known.status is OfferStatus.OPEN)


async def test_withdrawal_and_promises_at_once_promise_no_more_than_there_is(units, market):
    """Nineteen orders want 1,000 each of 10,000 while the cooperative withdraws: what was promised before it stays."""
    async with units.begin(actor=market.coop_officer) as work:
        offer = await publish_offer(work, offer_of(market))

    async def act(work, number):
        known = await work.session.get(Offer, offer.id, with_for_update=True, populate_existing=True)
        if number == CLIENTS // 2:
            await withdraw_offer(work, WithdrawOffer(offer.id, known.version))
        else:
            promise(known, 1000)

    told = await all_at_once(units, market.coop_officer, act)
    assert set(told) <= {"done", "supply_exhausted"}
    async with units.begin() as work:
        known = await work.session.get(Offer, offer.id)
    assert known.status is OfferStatus.WITHDRAWN
    assert known.promised_qty == 1000 * (told["done"] - 1)
    assert known.promised_qty <= 10_000
    assert available_qty(known) == 0


async def test_of_changes_and_withdrawals_of_a_stock_one_wins(units, market):
    async with units.begin(actor=market.wholesaler) as work:
        command = PublishStock(market.world.wholesaler.id, "RICE-P", 400, 50_000, 700_000, MONDAY, FRIDAY)
        stock = await publish_stock(work, command)

    def act(work, number):
        if number % 2:
            return withdraw_stock(work, WithdrawStock(stock.id, 1))
        return change_stock(work, ChangeStock(stock.id, 1, {"packs": 500 + number}))

    told = await all_at_once(units, market.wholesaler, act)
    assert told == {"done": 1, "stale_version": CLIENTS - 1}
    async with units.begin() as work:
        assert (await work.session.get(Stock, stock.id)).version == 2
