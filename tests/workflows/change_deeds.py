"""What changes after the orders are out, in a week lived at random: prices, needs, fallen lines, a suspended member."""

import sqlalchemy as sa

from service.database.queries.forecasts import lines_of as demand_of
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import Forecast, ForecastStatus
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.people import Role
from service.domain.price_proposals import PriceProposal, PriceProposalStatus, Proposal
from service.workflows.chase_decisions import chase_decisions
from service.workflows.clear_suspended import clear_order
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.move_fallen_lines import MoveFallenLines, move_settled_lines
from service.workflows.move_lines_by_hand import move_lines_by_hand
from service.workflows.propose_price import ProposePrice, propose_price
from tests.workflows.repair_deeds import UnitsWithin

SOME = 0.4


class ChangeDeeds:
    """Deeds of a town: each returns who does it and what, or nothing if there is nothing to do it with."""

    async def propose(self):
        """Let a cooperative ask for another price."""
        order = await self.one_of(Order)
        lines = await self.lines_of(OrderLine, "order_id", order)
        waiting = [line for line in lines if line.status is OrderLineStatus.AWAITING_ANSWER]
        line = self.chance.choice(waiting or lines)
        price_idr = line.price_idr + self.chance.choice((300, 300, 0, 90_000))
        said = (Proposal(line.id, price_idr, "harvest"),)
        command = ProposePrice(order.id, said)
        return self.actor(Role.COOP_OFFICER, order.cooperative_id), lambda work: propose_price(work, command)

    async def decide(self):
        """Let a kitchen agree to a price, or not."""
        asked = sa.select(PriceProposal).order_by(PriceProposal.status != PriceProposalStatus.OPEN, PriceProposal.id)
        proposal = await self.work.session.scalar(asked.limit(1))
        if proposal is None:
            return None
        line = await self.work.session.get_one(OrderLine, proposal.order_line_id)
        command = DecidePrice(proposal.id, proposal.version, self.chance.random() < SOME)
        return self.actor(Role.KITCHEN_HEAD, line.kitchen_id), lambda work: decide_price(work, command)

    async def correct(self):
        """Let a kitchen want less, more or nothing of some goods."""
        query = sa.select(Forecast).where(Forecast.status == ForecastStatus.SUBMITTED).order_by(Forecast.id)
        forecast = self.chance.choice(list(await self.work.session.scalars(query)))
        said = [
            LineEntry(line.item_code, line.needed_date, line.demanded_qty + self.chance.choice((0, 0, -5000, 3000)))
            for line in await demand_of(self.work.session, forecast.id)
            if self.chance.random() < 1 - SOME / 2
        ]
        entry = ForecastEntry(lines=tuple(line for line in said if line.demanded_qty > 0))
        command = CorrectForecast(forecast.id, forecast.version, "a school closes", entry)
        return self.actor(Role.KITCHEN_HEAD, forecast.kitchen_id), lambda work: correct_forecast(work, command)

    async def move(self):
        """Let the job ask others for what fell away or tell the operator of it, or the operator send some of it on."""
        order = await self.one_of(Order)
        lines = await self.lines_of(OrderLine, "order_id", order)
        fallen = tuple(line.id for line in lines if line.status is OrderLineStatus.DECLINED)
        every = MoveFallenLines(order.id, fallen)
        if self.chance.random() < 1 - SOME:
            return None, lambda work: move_settled_lines(work, every)
        some = MoveFallenLines(order.id, fallen[: self.chance.randint(1, len(lines))])
        return self.operator, lambda work: move_lines_by_hand(work, some)

    async def remind(self):
        """Let the clock remind the operator of what they have not decided."""
        return None, lambda work: chase_decisions(UnitsWithin(work))

    async def suspend(self):
        """Let the job take off an order what a suspended cooperative or kitchen still expects."""
        order = await self.one_of(Order)
        lines = await self.lines_of(OrderLine, "order_id", order)
        order_id, member_id = order.id, self.chance.choice([order.cooperative_id, *(line.kitchen_id for line in lines)])
        self.of_suspended |= {line.id for line in lines if line.kitchen_id == member_id}
        return None, lambda work: clear_order(work, order_id, member_id)
