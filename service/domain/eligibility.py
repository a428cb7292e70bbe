"""May this supply serve kitchens on this day? Rules that hold for a source whatever the demand line.

What depends on the pair (distance, price limit, capacity) is decided in the optimiser from the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.domain.items import Item
from service.domain.organisations import (
    Document,
    DocumentKind,
    Organisation,
    OrganisationStatus,
    has_valid_document,
    serves_on,
)

SUPPLIER_DOCUMENTS = (DocumentKind.NIB,)
"""Papers that every supplier needs, whatever the item."""


class Ineligibility(StrEnum):
    """Stable reason codes for supply and lines that are kept out of a run."""

    ORGANISATION_INACTIVE = "organisation_inactive"
    NOT_FOR_KITCHENS = "not_for_kitchens"
    DOCUMENT_MISSING = "document_missing"
    CLOSED_ALL_DAYS = "closed_all_days"
    LEAD_TIME = "lead_time"
    NOTHING_LEFT = "nothing_left"
    CAP_EXCEEDED = "cap_exceeded"
    SHELF_LIFE = "shelf_life"
    OUTSIDE_DAYS = "outside_days"
    NO_DEMAND = "no_demand"
    ALREADY_ORDERED = "already_ordered"
    CLOSED_DAY = "closed_day"
    DAY_BEGUN = "day_begun"
    SPLIT_DAYS = "split_days"
    DECLINED = "declined"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a source may not serve on a day."""

    reason: Ineligibility
    detail: str


def missing_documents(item: Item, documents: Iterable[Document], day: date) -> list[DocumentKind]:
    """Return the papers that the supplier of an item lacks on a day, in the catalogue's order."""
    documents = list(documents)
    needed = (*SUPPLIER_DOCUMENTS, *(DocumentKind(name) for name in item.required_documents))
    return [kind for kind in needed if not has_valid_document(documents, kind, day)]


def refusal(organisation: Organisation, item: Item, documents: Iterable[Document], day: date) -> Refusal | None:
    """Return why an organisation may not supply an item on a day, or ``None`` if it may.

    Parameters
    ----------
    organisation
        The cooperative or wholesaler whose goods they are.
    day
        The cooking day that the goods are for.
    """
    if organisation.status is not OrganisationStatus.ACTIVE:
        return Refusal(Ineligibility.ORGANISATION_INACTIVE, organisation.status.value)
    if not item.is_for_kitchens:
        return Refusal(Ineligibility.NOT_FOR_KITCHENS, item.refusal_reason or item.code)
    missing = missing_documents(item, documents, day)
    if missing:
        return Refusal(Ineligibility.DOCUMENT_MISSING, ", ".join(kind.value for kind in missing))
    return None


def cap_refusal(price_idr: int, limit_idr: int | None) -> Refusal | None:
    """Return why goods at a price to the kitchen may not be sold under the cap of the day (``None``: no cap)."""
    if limit_idr is None or price_idr <= limit_idr:
        return None
    return Refusal(Ineligibility.CAP_EXCEEDED, f"Rp {price_idr} is above the cap of Rp {limit_idr}")


def shelf_life_refusal(expiry_dates: Iterable[date | None], day: date) -> Refusal | None:
    """Return why lots may not be cooked on a day: one of them is past its date (lots without a date do not count)."""
    first = min((expires for expires in expiry_dates if expires is not None), default=None)
    if first is None or first >= day:
        return None
    return Refusal(Ineligibility.SHELF_LIFE, f"a lot expires on {first.isoformat()}")


def first_cooking_day(
    wholesaler: Organisation, closed_dates: frozenset[date], *, ordered_date: date, lead_days: int
) -> date | None:
    """Return the first cooking day that a wholesaler's goods can serve, or ``None`` if it never opens.

    Goods are fetched on the first day that the wholesaler is open once its lead time has passed, and must be with the
    kitchen on the evening before cooking, so they serve the day after at the earliest.
    """
    fetched = ordered_date + timedelta(days=lead_days)
    for waited in range(_LONGEST_CLOSURE_DAYS):
        day = fetched + timedelta(days=waited)
        if serves_on(wholesaler, day, closed_dates):
            return day + timedelta(days=1)
    return None


_LONGEST_CLOSURE_DAYS = 31


@dataclass(frozen=True, slots=True)
class Assessment:
    """On which days a source may serve: one unbroken window of positions, or ``None``; and why not on others."""

    window: tuple[int, int] | None
    refused: tuple[tuple[Refusal, tuple[date, ...]], ...]


def assess(days: Sequence[date], refuse: Callable[[date], Refusal | None], *, open_days: frozenset[date]) -> Assessment:
    """Find the longest unbroken window of days on which a source may serve.

    A source has one quantity over all its days, so it cannot become two sources where a day in the middle is refused:
    the longer side is kept (the earlier of two equal ones). A day on which its organisation is closed breaks nothing,
    since nobody delivers then.

    Parameters
    ----------
    days
        The days in question, increasing.
    refuse
        Tells why the source may not serve on a day, or ``None``.
    open_days
        The days on which its organisation delivers; a window holds at least one.

    Returns
    -------
    Assessment
        Positions in ``days``; refusals in the order of their first day.
    """
    refusals = [refuse(day) if day in open_days else None for day in days]
    if days and not any(day in open_days for day in days):
        closed = Refusal(Ineligibility.CLOSED_ALL_DAYS, "closed on every day")
        return Assessment(None, ((closed, tuple(days)),))
    window = _longest_run([found is None for found in refusals], [day in open_days for day in days])
    told: dict[Refusal, list[date]] = {}
    for position, (day, found) in enumerate(zip(days, refusals, strict=True)):
        lost = found or (_SPLIT if day in open_days and not _is_within(position, window) else None)
        if lost is not None:
            told.setdefault(lost, []).append(day)
    return Assessment(window, tuple((found, tuple(when)) for found, when in told.items()))


_SPLIT = Refusal(Ineligibility.SPLIT_DAYS, "cut off from the longer part of its days")


def _is_within(position: int, window: tuple[int, int] | None) -> bool:
    return window is not None and window[0] <= position <= window[1]


def _longest_run(allowed: list[bool], counts: list[bool]) -> tuple[int, int] | None:
    """Return first and last position of the run of allowed days with the most that count."""
    best: tuple[int, tuple[int, int]] | None = None
    start = 0
    for position, is_allowed in enumerate([*allowed, False]):
        if is_allowed:
            continue
        days = sum(counts[start:position])
        if days and (best is None or days > best[0]):
            best = days, (start, position - 1)
        start = position + 1
    return best[1] if best else None
