"""What may be done with a week, its goods and what kitchens want, whatever stage it is at."""

from dataclasses import dataclass, replace
from typing import Any

from service.database.unit_of_work import UnitOfWork
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.offers import Offer
from service.domain.orders import Order
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.plans import Plan
from service.domain.recalls import Wanted
from service.domain.stocks import Stock
from service.workflows.change_offer import ChangeOffer, change_offer
from service.workflows.change_stock import ChangeStock, change_stock
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.discard_plan import DiscardPlan, discard_plan
from service.workflows.open_recall import OpenRecall, open_recall
from service.workflows.publish_plan import PublishPlan, publish_plan, put_in_force
from service.workflows.withdraw_forecast import WithdrawForecast, withdraw_forecast
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock
from tests.factories.planned_weeks import PlannedWeek
from tests.factories.plans import WEEK, actor_of
from tests.workflows.interleavings import Deed


@dataclass
class WeekCase:
    """A week, a plan that repairs it and one of its orders if there are, and its people."""

    week: PlannedWeek
    order: Order | None = None
    repair: Plan | None = None
    offer: Offer | None = None
    stock: Stock | None = None

    @property
    def operator(self) -> Actor:
        return self.week.operator

    @property
    def officer(self) -> Actor:
        """Return the officer of the cooperative that has the order."""
        ids = [cooperative.id for cooperative in self.week.cooperatives]
        return self.week.officer(ids.index(self.order.cooperative_id) if self.order else 0)

    @property
    def head(self) -> Actor:
        return self.week.head()

    @property
    def accountant(self) -> Actor:
        return replace(self.head, role=Role.KITCHEN_ACCOUNTANT)

    @property
    def food_officer(self) -> Actor:
        return replace(self.operator, role=Role.FOOD_OFFICER)

    @property
    def seller(self) -> Actor:
        return actor_of(self.week.users[Role.WHOLESALER, self.week.wholesaler.id])

    def publish(self) -> Deed:
        plan = self.week.plan
        return self.operator, lambda work: publish_plan(work, PublishPlan(plan.id, plan.version))

    def discard(self) -> Deed:
        plan = self.repair or self.week.plan
        return self.operator, lambda work: discard_plan(work, DiscardPlan(plan.id, plan.version))

    def publish_repair(self) -> Deed:
        return None, lambda work: repair_in_force(work, self.repair.id)

    def withdraw_offer(self) -> Deed:
        return self.officer, lambda work: withdraw_offer(work, WithdrawOffer(self.offer.id, self.offer.version))

    def offer_less(self) -> Deed:
        """Let the cooperative have no more than what is promised, and a little."""
        less = {"offered_qty": self.offer.promised_qty + 1000}
        return self.officer, lambda work: change_offer(work, ChangeOffer(self.offer.id, self.offer.version, less))

    def withdraw_stock(self) -> Deed:
        return self.seller, lambda work: withdraw_stock(work, WithdrawStock(self.stock.id, self.stock.version))

    def stock_less(self) -> Deed:
        less = {"packs": self.stock.promised_packs + 1}
        return self.seller, lambda work: change_stock(work, ChangeStock(self.stock.id, self.stock.version, less))

    def correct(self) -> Deed:
        """Let the kitchen want less of its first item."""
        forecast = self.week.forecasts[0]
        lines = [line for line in self.week.demand if line.forecast_id == forecast.id]
        less = tuple(
            LineEntry(line.item_code, line.needed_date, line.demanded_qty // (2 if line is lines[0] else 1))
            for line in lines
        )
        command = CorrectForecast(forecast.id, forecast.version, "a school closes", ForecastEntry(lines=less))
        return self.head, lambda work: correct_forecast(work, command)

    def withdraw_demand(self) -> Deed:
        forecast = self.week.forecasts[0]
        command = WithdrawForecast(forecast.id, forecast.version, "the school is closed")
        return self.head, lambda work: withdraw_forecast(work, command)

    def call_back(self) -> Deed:
        wanted = Wanted(item_code=self.offer.item_code, from_date=WEEK, to_date=WEEK)
        return self.food_officer, lambda work: open_recall(work, OpenRecall(wanted, "Salmonella"))


async def repair_in_force(work: UnitOfWork, plan_id: Any) -> None:
    """Publish a repair's plan as the job does."""
    plan = await work.session.get_one(Plan, plan_id)
    await put_in_force(work, plan, expected_version=plan.version)
