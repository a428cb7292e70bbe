"""Cooperatives of a simulation: they answer orders or stay silent, and their drops leave in time, late or short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from service.database.queries.deliveries import DeliveryFilter, NotedLine, lines_on_note, list_deliveries
from service.database.queries.orders import OrderFilter, ShownLine, lines_of, list_orders
from service.database.queries.recalls import open_recalls
from service.domain.answers import LineAnswer
from service.domain.deliveries import Delivery, DeliveryStatus, RestFate
from service.domain.loads import WARMEST_DC, LineLoad, Lot
from service.domain.orders import DeclineReason, Order, OrderLineStatus, OrderStatus
from service.domain.recalls import Recall
from service.domain.reliability import due_at
from service.domain.withdrawals import WithdrawalReason
from service.simulation.city import City
from service.simulation.prices import asks_more
from service.simulation.recalls import is_called_back
from service.simulation.withdrawals import withdraw_goods
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery

MANY: Final = 10_000
USUAL_TIME: Final = timedelta(hours=24)
"""To answer; where there is less of it, people are faster."""
LEAVES_BEFORE: Final = timedelta(hours=4)
"""A usual drop leaves at 16:00, four hours before the kitchen's scales are put away."""
COOLER_DC: Final = 10
"""Cold goods leave a degree colder than they must be."""


async def answer_orders(city: City) -> datetime | None:
    """Let every cooperative answer whose time to do so has come.

    Returns
    -------
    datetime or None
        From when none of these answers can be taken back any more (UTC); nothing if they stand already.
    """
    ends: list[datetime] = []
    wanted = OrderFilter(status=OrderStatus.SENT)
    async with city.units.begin() as work:
        listed = await list_orders(work.session, region_code=city.region_code, wanted=wanted, after=None, limit=MANY)
    for order in sorted((summary.order for summary in listed), key=lambda order: order.number):
        if _answers_now(city, order):
            async with city.units.begin() as work:
                shown = await lines_of(work.session, order.id, kitchen_id=None)
            waiting = [each for each in shown if each.line.status is OrderLineStatus.AWAITING_ANSWER]
            settled = [each for each in waiting if not await asks_more(city, order, each.line)]
            if settled:
                answers = tuple(_answer(city, order, each) for each in settled)
                async with city.units.begin(actor=city.officer_of(order.cooperative_id)) as work:
                    done = await answer_order(work, AnswerOrder(order.id, answers))
                if done.undo_until:
                    ends.append(done.undo_until)
    return max(ends, default=None)


def _answers_now(city: City, order: Order) -> bool:
    habits, now, until = city.habits, city.clock.now, order.respond_by_at
    careless = city.carelessness(order.cooperative_id)
    if until is None or now >= until or habits.silence.happens(city.draws, order.number, factor=careless):
        return False
    hours = habits.answer_hours.drawn(city.draws, order.number)
    return now >= order.created_at + timedelta(hours=hours) * ((until - order.created_at) / USUAL_TIME)


def _answer(city: City, order: Order, shown: ShownLine) -> LineAnswer:
    line, habits, draws = shown.line, city.habits, city.draws
    about = (order.number, line.position)
    careless = city.carelessness(order.cooperative_id)
    if habits.decline.happens(draws, *about, factor=careless):
        return LineAnswer(line.id, 0, DeclineReason.NO_TRANSPORT)
    if habits.less.happens(draws, *about, factor=careless):
        qty = habits.less_share.part(draws, line.ordered_qty, shown.item.step_qty, *about)
        return LineAnswer(line.id, qty, DeclineReason.NOT_ENOUGH_GOODS)
    return LineAnswer(line.id, line.ordered_qty)


async def send_drops(city: City) -> None:
    """Let every drop leave whose hour has come; one whose cooking day is over stays where it is."""
    wanted = DeliveryFilter(status=DeliveryStatus.PLANNED)
    async with city.units.begin() as work:
        listed = await list_deliveries(
            work.session, region_code=city.region_code, wanted=wanted, after=None, limit=MANY
        )
        recalls = await open_recalls(work.session, region_code=city.region_code)
    for note in sorted((summary.delivery for summary in listed), key=lambda note: note.number):
        if city.today <= note.needed_date and city.clock.now >= _leaves_at(city, note):
            async with city.units.begin(actor=city.officer_of(note.cooperative_id)) as work:
                shown = await lines_on_note(work.session, note.id)
                stopped = frozenset(each.line.id for each in shown if _is_recalled(city, note, each, recalls))
                if len(stopped) == len(shown):
                    await withdraw_goods(work, [each.line.order_line_id for each in shown], WithdrawalReason.SPOILED)
                    continue
                loads = tuple(_load(city, note, each, stopped) for each in shown)
                if not any(load.lots for load in loads):
                    loads = tuple(_whole(city, note, each, stopped) for each in shown)
                await dispatch_delivery(work, DispatchDelivery(note.id, loads, expected_version=None))


def _leaves_at(city: City, note: Delivery) -> datetime:
    usual = due_at(note.needed_date, timezone=city.timezone) - LEAVES_BEFORE
    if city.habits.late.happens(city.draws, note.number, factor=city.carelessness(note.cooperative_id)):
        return usual + timedelta(hours=city.habits.late_hours.drawn(city.draws, note.number))
    return usual


def _is_recalled(city: City, note: Delivery, shown: NotedLine, recalls: Sequence[Recall]) -> bool:
    lot, item_code = _lot(city, note, shown, shown.line.planned_qty), shown.item.code
    return is_called_back(recalls, lot, item_code=item_code, needed_date=note.needed_date)


def _load(city: City, note: Delivery, shown: NotedLine, stopped: frozenset[UUID]) -> LineLoad:
    about, habits = (note.number, shown.line.position), city.habits
    is_short = habits.short.happens(city.draws, *about, factor=city.carelessness(note.cooperative_id))
    if not is_short or shown.line.id in stopped:
        return _whole(city, note, shown, stopped)
    qty = habits.short_share.part(city.draws, shown.line.planned_qty, shown.item.step_qty, *about)
    return LineLoad(shown.line.id, (_lot(city, note, shown, qty),) if qty else (), RestFate.CLOSED, "sold out")


def _whole(city: City, note: Delivery, shown: NotedLine, stopped: frozenset[UUID]) -> LineLoad:
    if shown.line.id in stopped:
        return LineLoad(shown.line.id, (), RestFate.CLOSED, "called back")
    return LineLoad(shown.line.id, (_lot(city, note, shown, shown.line.planned_qty),))


def _lot(city: City, note: Delivery, shown: NotedLine, qty: int) -> Lot:
    code = city.codes[note.cooperative_id]
    warmest = WARMEST_DC.get(shown.item.cold_chain)
    return Lot(
        shipped_qty=qty,
        lot_code=f"{code}-{shown.item.code}-{note.needed_date:%m%d}",
        producer=f"Produsen {code}",
        temperature_dc=None if warmest is None else warmest - COOLER_DC,
    )
