"""Recalls of a simulation: the food office calls goods back, kitchens account for them or must be rung, it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from service.database.queries.recalls import list_recalls, parts_of, trace
from service.domain.deliveries import DeliveryLot
from service.domain.loads import Lot
from service.domain.people import Role
from service.domain.recalls import Recall, RecallPart, RecallStatus, Remains, Wanted, concerns
from service.simulation.city import City
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall
from service.workflows.open_recall import OpenRecall, open_recall

LEAVES: Final = time(16)
"""The hour of the day before cooking at which most goods leave."""
WIDE_DAYS: Final = timedelta(days=2)
"""A producer's goods are called back for so many more cooking days."""


async def call_back(city: City) -> None:
    """Let the food office call goods back whose hour for it has come: of today's cooking, or of tomorrow's."""
    for needed_date in (city.today, city.today + timedelta(days=1)):
        if city.habits.recall.happens(city.draws, needed_date) and city.clock.now >= _called_at(city, needed_date):
            wanted = await _goods(city, needed_date)
            if wanted is not None and city.is_first("recall", needed_date):
                async with city.units.begin(actor=city.desk.city[Role.FOOD_OFFICER]) as work:
                    await open_recall(work, OpenRecall(wanted, "anak-anak sakit perut"))


def _called_at(city: City, needed_date: date) -> datetime:
    afternoon = datetime.combine(needed_date - timedelta(days=1), LEAVES, ZoneInfo(city.timezone))
    return afternoon + timedelta(hours=city.habits.recall_hours.drawn(city.draws, needed_date))


async def _goods(city: City, needed_date: date) -> Wanted | None:
    """Return a lot of the cooking day that has left, or all its producer's goods of the item."""
    async with city.units.begin() as work:
        day = Wanted(from_date=needed_date, to_date=needed_date)
        left = await trace(work.session, region_code=city.region_code, wanted=day)
    lots = sorted({(lot.lot_code, lot.producer, lot.item_code) for lot in left})
    if not lots:
        return None
    lot_code, producer, item_code = city.draws.of("the lot that is called back", needed_date).choice(lots)
    if city.habits.recall_wide.happens(city.draws, needed_date):
        return Wanted(None, producer, item_code, needed_date, needed_date + WIDE_DAYS)
    return Wanted(lot_code=lot_code)


def is_called_back(recalls: Sequence[Recall], lot: Lot | DeliveryLot, *, item_code: str, needed_date: date) -> bool:
    """Tell whether one of the open recalls forbids a lot."""
    code, producer = lot.lot_code, lot.producer
    return any(
        concerns(recall, lot_code=code, producer=producer, item_code=item_code, needed_date=needed_date)
        for recall in recalls
    )


async def account_for_recalls(city: City) -> None:
    """Let kitchens say what became of their goods, and the food office end what is accounted for."""
    if not city.has_done("recall"):
        return
    async with city.units.begin() as work:
        recalls = await list_recalls(
            work.session, region_code=city.region_code, kitchen_id=None, status=RecallStatus.OPEN
        )
        parts = {recall.id: await parts_of(work.session, recall.id) for recall in recalls}
    for recall in sorted(recalls, key=lambda recall: recall.created_at):
        silent = [part for part in parts[recall.id] if part.confirmed_at is None]
        speaking = [part for part in silent if _speaks_now(city, recall, part)]
        for kitchen_id in sorted({part.kitchen_id for part in speaking}, key=city.codes.__getitem__):
            await _confirm(city, recall, [part for part in speaking if part.kitchen_id == kitchen_id])
        if len(speaking) == len(silent):
            await _end(city, recall.id)


def _speaks_now(city: City, recall: Recall, part: RecallPart) -> bool:
    about = (recall.created_at, city.codes[part.kitchen_id])
    if city.habits.recall_silence.happens(city.draws, *about):
        return part.escalated_at is not None
    hours = city.habits.recall_answer_hours.drawn(city.draws, *about)
    return city.clock.now >= recall.created_at + timedelta(hours=hours)


async def _confirm(city: City, recall: Recall, parts: Sequence[RecallPart]) -> None:
    """Say that what was cooked was eaten in part, and that the rest is thrown away."""
    said = []
    for part in parts:
        about = (recall.created_at, city.codes[part.kitchen_id], part.item_code)
        eaten = city.habits.eaten_share.part(city.draws, part.accepted_qty, 1, *about)
        said.append(Remains(part.item_code, eaten, 0, part.accepted_qty - eaten))
    async with city.units.begin(actor=city.officer_of(parts[0].kitchen_id)) as work:
        await confirm_recall(work, ConfirmRecall(recall.id, tuple(said)))


async def _end(city: City, recall_id: UUID) -> None:
    async with city.units.begin(actor=city.desk.city[Role.FOOD_OFFICER]) as work:
        recall = await work.session.get_one(Recall, recall_id)
        await close_recall(work, CloseRecall(recall.id, recall.version))
