"""The food office allows a price above the HAP for an item and some days, on the strength of quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.database.queries.catalogue import find_item
from service.database.queries.places import read_region
from service.database.queries.price_caps import caps_of_item
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import InvalidField
from service.domain.events import EventType
from service.domain.permissions import Action, require
from service.domain.price_cap_entries import Quote, require_exceptable, require_quotes
from service.domain.price_caps import PriceException
from service.workflows.acting import acting
from service.workflows.changes import plain


@dataclass(frozen=True, slots=True)
class GrantPriceException:
    """The highest price allowed, rupiah per kg, litre or piece; the days; why; and who asks how much."""

    item_code: str
    price_idr: int
    valid_from: date
    valid_to: date
    reason: str
    quotes: tuple[Quote, ...]


async def grant_price_exception(work: UnitOfWork, command: GrantPriceException) -> PriceException:
    """Put an exception on record in the actor's region.

    Raises
    ------
    InvalidField
        If the item is unknown or has no HAP then, the days are too many, or the quotes do not bear the price out.
    """
    actor = acting(work)
    require(actor, Action.PRICE_EXCEPTIONS_WRITE)
    if await find_item(work.session, command.item_code) is None:
        raise InvalidField.at("item_code", "No such item; GET /items lists them.", code="unknown")
    region = await read_region(work.session, actor.region_code)
    require_exceptable(
        await caps_of_item(work.session, item_code=command.item_code, zone=region.price_zone),
        item_code=command.item_code,
        zone=region.price_zone,
        price_idr=command.price_idr,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
    )
    today = local_day(work.now, timezone=region.timezone)
    require_quotes(command.quotes, price_idr=command.price_idr, today=today)
    exception = PriceException(
        id=work.new_id(),
        created_at=work.now,
        region_code=actor.region_code,
        item_code=command.item_code,
        price_idr=command.price_idr,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        reason=command.reason,
        quotes=[
            {"provider": quote.provider, "price_idr": quote.price_idr, "quoted_date": quote.quoted_date.isoformat()}
            for quote in command.quotes
        ],
        granted_by=actor.user_id,
    )
    work.session.add(exception)
    await work.session.flush()
    work.record("price_exception.grant", "price_exception", exception.id, after=plain(exception))
    work.announce(
        EventType.PRICE_EXCEPTION_GRANTED,
        entity="price_exception",
        entity_id=exception.id,
        region_code=exception.region_code,
        facts={"item_code": exception.item_code, "price_idr": exception.price_idr},
    )
    return exception
