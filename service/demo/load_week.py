"""Load what the week is about: forecasts, offers and stocks, through the same doors that everybody uses."""

from __future__ import annotations

from datetime import datetime

from service.demo.desk import Desk
from service.demo.forecasts import DemoForecast
from service.demo.offers import DemoOffer
from service.demo.week import DemoWeek
from service.domain.forecast_entries import ForecastEntry, LineEntry, ServingEntry
from service.domain.forecasts import ForecastSource
from service.domain.offers import LotEntry
from service.workflows.copy_forecast import CopyForecast, copy_forecast
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.publish_offer import PublishOffer, publish_offer
from service.workflows.publish_stock import PublishStock, publish_stock
from service.workflows.submit_forecast import SubmitForecast, submit_forecast


async def load_forecasts(desk: Desk, week: DemoWeek) -> None:
    """Post every kitchen's forecast; what is copied was posted in its own week, before its cut-off."""
    for forecast in week.forecasts:
        earlier = forecast.submitted_at if forecast.week_start < week.week_start else None
        await _post(desk, forecast, now=earlier)


async def _post(desk: Desk, forecast: DemoForecast, *, now: datetime | None) -> None:
    work = desk.as_officer_of(forecast.kitchen_code, now=now)
    kitchen_id = desk.organisations[forecast.kitchen_code].id
    if forecast.source is ForecastSource.COPY:
        draft = (await copy_forecast(work, CopyForecast(kitchen_id, forecast.week_start))).forecast
    else:
        draft = await draft_forecast(work, DraftForecast(kitchen_id, forecast.week_start, _entry(forecast)))
    await submit_forecast(work, SubmitForecast(draft.id, draft.version))


def _entry(forecast: DemoForecast) -> ForecastEntry:
    return ForecastEntry(
        servings=tuple(
            ServingEntry(recipe_code, serving.serving_date, serving.portions_small, serving.portions_large)
            for serving in forecast.servings
            for recipe_code in serving.recipe_codes
        ),
        lines=tuple(LineEntry(line.item_code, line.needed_date, line.demanded_qty) for line in forecast.lines),
    )


async def load_supply(desk: Desk, week: DemoWeek) -> None:
    """Publish every offer and stock."""
    for offer in week.offers:
        await publish_offer(desk.as_officer_of(offer.cooperative_code), _offer(desk, offer))
    for stock in week.stocks:
        command = PublishStock(
            wholesaler_id=desk.organisations[stock.wholesaler_code].id,
            item_code=stock.item_code,
            packs=stock.packs,
            pack_qty=stock.pack_qty,
            price_idr=stock.price_idr,
            from_date=stock.from_date,
            to_date=stock.to_date,
        )
        await publish_stock(desk.as_officer_of(stock.wholesaler_code), command)


def _offer(desk: Desk, offer: DemoOffer) -> PublishOffer:
    return PublishOffer(
        cooperative_id=desk.organisations[offer.cooperative_code].id,
        item_code=offer.item_code,
        offered_qty=offer.offered_qty,
        price_idr=offer.price_idr,
        from_date=offer.from_date,
        to_date=offer.to_date,
        min_qty=offer.min_qty,
        cash_bp=offer.cash_bp,
        origin_producer=offer.origin_producer,
        lots=tuple(LotEntry(lot.lot_code, lot.lot_qty, lot.expires_date) for lot in offer.lots),
    )
