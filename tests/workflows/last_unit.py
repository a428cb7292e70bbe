"""A race for the last goods of an offer and the last packs of a stock, seed after seed, by as many as are asked for.

Each client publishes the plan of a week of its own; all want the same goods, of which there are enough for one. The
winner's order is declined afterwards, so that there is one portion again, and a new plan takes the winner's place.
"""

import asyncio
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from service.database.unit_of_work import UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.offers import Offer
from service.domain.orders import DeclineReason, OrderLine
from service.domain.plans import Plan
from service.domain.stocks import Stock, packs_for
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.publish_plan import PublishedPlan, PublishPlan, publish_plan
from tests.factories.planned_weeks import PlannedWeek, add_plan, add_planned_week
from tests.factories.plans import LINE_QTY, PACK_QTY, WEEK
from tests.workflows.books import broken_rules


@dataclass
class LastUnit:
    """Goods for one, and the plans that want them."""

    units: UnitsOfWork
    week: PlannedWeek
    plans: list[Plan]
    weeks: int

    async def race(self, seed: int) -> list[Any]:
        """Let everybody publish at once; return what each was given or told."""
        chance = random.Random(seed)
        gate = asyncio.Barrier(len(self.plans))

        async def publish(plan: Plan, delay_s: float) -> PublishedPlan:
            async with self.units.begin(actor=self.week.operator) as work:
                await work.session.connection()
                await gate.wait()
                await asyncio.sleep(delay_s)
                return await publish_plan(work, PublishPlan(plan.id, 1))

        chance.shuffle(self.plans)
        delays = [chance.choice((0, 0, chance.random() / 100)) for _ in self.plans]
        return await asyncio.gather(*map(publish, self.plans, delays), return_exceptions=True)

    async def wrong(self) -> list[Any]:
        """Return where the books are not right, and how often the goods were promised if not once."""
        async with self.units.begin() as work:
            promised = [
                *await work.session.scalars(sa.select(Offer.promised_qty - LINE_QTY)),
                *await work.session.scalars(sa.select(Stock.promised_packs - Stock.packs)),
            ]
            return [*await broken_rules(work.session), *filter(None, promised)]

    async def again(self, won: PublishedPlan) -> None:
        """Give the goods back and put a new plan in the winner's place."""
        [order] = won.orders
        async with self.units.begin(actor=self.week.officer()) as work:
            lines = await work.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id))
            await answer_order(
                work, AnswerOrder(order.id, tuple(LineAnswer(line.id, 0, DeclineReason.CLOSED) for line in lines))
            )
        self.plans = [plan for plan in self.plans if plan.id != won.plan.id]
        await self.add_plan()

    async def add_plan(self) -> None:
        """Add the plan of a further week."""
        self.weeks += 1
        async with self.units.begin() as work:
            self.plans.append(await add_plan(work.session, self.week, WEEK + timedelta(weeks=self.weeks)))


async def the_last_unit(units: UnitsOfWork, clients: int) -> LastUnit:
    """Return a race of so many clients that has not begun."""
    async with units.begin() as work:
        week = await add_planned_week(work.session, kitchens=1, cooperatives=1, items=2)
        await work.session.execute(sa.update(Offer).values(offered_qty=LINE_QTY))
        await work.session.execute(sa.update(Stock).values(packs=packs_for(LINE_QTY, pack_qty=PACK_QTY)))
    race = LastUnit(units, week, [], 0)
    for _ in range(clients):
        await race.add_plan()
    return race
