"""What a new price cap, and a new exception from one, must be like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.calendars import delivery_days
from service.domain.errors import AlreadyExists, Conflict, InvalidField
from service.domain.memberships import require_period
from service.domain.price_caps import CapKind, PriceCap, PriceException, caps_on

LEAST_QUOTES = 3
LONGEST_EXCEPTION_DAYS = 31


@dataclass(frozen=True, slots=True)
class Quote:
    """What a provider asked for an item on a day, rupiah per kg, litre or piece."""

    provider: str
    price_idr: int
    quoted_date: date


def require_alone(new: PriceCap, known: Iterable[PriceCap]) -> None:
    """Refuse a cap on days on which another of its kind, item and zone is in force.

    Raises
    ------
    AlreadyExists
        With the other cap's days: end it first.
    """
    for other in known:
        same = (other.item_code, other.kind, other.zone) == (new.item_code, new.kind, new.zone)
        begins_in_time = new.valid_to is None or other.valid_from <= new.valid_to
        ends_late_enough = other.valid_to is None or other.valid_to >= new.valid_from
        if same and begins_in_time and ends_late_enough:
            end = other.valid_to.isoformat() if other.valid_to else "until further notice"
            raise AlreadyExists(
                f"A {other.kind.value} of Rp {other.price_idr:,} is in force {other.valid_from.isoformat()} to {end}; "
                "end it first.",
                price_cap_id=str(other.id),
            )


def require_quotes(quotes: Sequence[Quote], *, price_idr: int, today: date) -> None:
    """Refuse an exception without three quotes that bear it out.

    Parameters
    ----------
    price_idr
        What the exception would allow, rupiah per kg, litre or piece.

    Raises
    ------
    InvalidField
        If there are fewer than three providers, a quote from the future, or no quote as high as the price.
    """
    providers = {quote.provider.casefold() for quote in quotes}
    if len(providers) < LEAST_QUOTES:
        raise InvalidField.at("quotes", f"At least {LEAST_QUOTES} quotes of different providers.", code="too_few")
    for position, quote in enumerate(quotes):
        if quote.quoted_date > today:
            raise InvalidField.at(f"quotes.{position}.quoted_date", f"Must not be after today ({today.isoformat()}).")
    highest = max(quote.price_idr for quote in quotes)
    if price_idr > highest:
        raise InvalidField.at("price_idr", f"No quote is as high; at most {highest}.", code="above_quotes")


def require_exceptable(
    caps: Iterable[PriceCap], *, item_code: str, zone: int, price_idr: int, valid_from: date, valid_to: date
) -> None:
    """Refuse an exception where no HAP is in force, where it lifts nothing, or for too long a time.

    Raises
    ------
    InvalidField
        Saying which.
    """
    require_period(valid_from=valid_from, valid_to=valid_to)
    if (valid_to - valid_from).days >= LONGEST_EXCEPTION_DAYS:
        raise InvalidField.at("valid_to", f"An exception lasts at most {LONGEST_EXCEPTION_DAYS} days.")
    caps = list(caps)
    in_force = [
        cap
        for day in delivery_days(valid_from, valid_to)
        for cap in caps_on(caps, item_code=item_code, zone=zone, day=day)
        if cap.kind is CapKind.HAP
    ]
    if not in_force:
        raise InvalidField.at("item_code", "No HAP is in force for it on these days; a HET has no exception.")
    lowest = min(cap.price_idr for cap in in_force)
    if price_idr <= lowest:
        raise InvalidField.at("price_idr", f"Must be above the HAP of {lowest}.", code="lifts_nothing")


def revoke_exception(exception: PriceException, now: datetime) -> None:
    """End an exception.

    Raises
    ------
    Conflict
        If that was done before.
    """
    if exception.revoked_at is not None:
        raise Conflict("The exception is revoked already.", revoked_at=exception.revoked_at.isoformat())
    exception.revoked_at = now
