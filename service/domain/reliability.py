"""How far a cooperative's word can be built on: one formula over what was asked of it in the last weeks.

Values in rupiah at the prices of the orders make one unit of all goods. For cooperative ``c``, over the weeks that the
fairness ledger remembers::

    kept(c)    = (accepted - withdrawn) / ordered        what it said yes to and did not take back; silence is a no
    on_time(c) = on time / due                           what left by the evening before the cooking day, of what was to
    taken(c)   = (taken - rejected late) / weighed       what kitchens took of what the notes brought them, and kept
    own(c)     = kept(c) x on_time(c) x taken(c)
    reliability(c) = (n(c) x own(c) + PRIOR_LINES x own(city)) / (n(c) + PRIOR_LINES)

``own(city)`` is the same product over all cooperatives' values together, ``n(c)`` the lines that ``c`` answered or let
expire. So a new cooperative starts at the city's mean, and one bad week of a small one does not end it. A share of
which there is nothing to tell yet is the city's; the city's is whole. Goods that a wholesaler cut, a kitchen did not
need any more or the city stopped count as kept: they were no fault of the cooperative. What a kitchen rejects after
signing counts in the week of the goods, however late its credit note is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from operator import attrgetter
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from service.domain.units import BP

PRIOR_LINES = 20
"""How many lines of the city's mean stand beside a cooperative's own: about a week of a small one."""

TRIAL_WEEKS = 4
"""A cooperative that was asked for goods in fewer of the remembered weeks is new."""

WEIGHING_ENDS = time(20)
"""Goods are weighed between 14:00 and 20:00 of the day before cooking; what leaves later is late."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a cooperative was asked for and what became of it: rupiah at order prices, and a number of lines.

    ``received_idr`` is what it holds of its orders today, and thus was given; ``expired_idr`` of what was ordered fell
    by silence; ``due_idr`` stands on delivery notes whose cooking day has come.
    """

    lines: int = 0
    ordered_idr: int = 0
    accepted_idr: int = 0
    expired_idr: int = 0
    withdrawn_idr: int = 0
    received_idr: int = 0
    due_idr: int = 0
    shipped_idr: int = 0
    on_time_idr: int = 0
    weighed_idr: int = 0
    taken_idr: int = 0
    late_rejected_idr: int = 0
    """Of what was taken: rejected after signing, at the invoiced prices."""

    @property
    def rejected_idr(self) -> int:
        """What kitchens refused, at once or late, or missed, of what the notes brought."""
        return self.weighed_idr - self.taken_idr + self.late_rejected_idr

    def __add__(self, other: Record) -> Record:
        return total_of((self, other))


FIGURES: Final = tuple(field.name for field in fields(Record))
_of: Final = attrgetter(*FIGURES)
"""A record's figures in their order: a city's page adds up a thousand of them."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """The parts of the formula and its result, basis points of a whole; all rounded down."""

    lines: int
    kept_bp: int
    on_time_bp: int
    taken_bp: int
    own_bp: int
    city_bp: int
    reliability_bp: int


@dataclass(frozen=True, slots=True)
class _Shares:
    kept: Fraction
    on_time: Fraction
    taken: Fraction

    @property
    def product(self) -> Fraction:
        return self.kept * self.on_time * self.taken


_WHOLE = _Shares(Fraction(1), Fraction(1), Fraction(1))


def due_at(needed_date: date, *, timezone: str) -> datetime:
    """Return the instant (UTC) by which goods for a cooking day must have left: the evening before it."""
    evening = datetime.combine(needed_date - timedelta(days=1), WEIGHING_ENDS, ZoneInfo(timezone))
    return evening.astimezone(UTC)


def total_of(records: Iterable[Record]) -> Record:
    """Return several records as one."""
    columns = zip(*map(_of, records), strict=True)
    return Record(*map(sum, columns))


def is_new(weeks: Iterable[Record]) -> bool:
    """Tell whether a cooperative was asked too seldom to be known: in fewer than ``TRIAL_WEEKS`` remembered weeks."""
    return sum(1 for week in weeks if week.lines) < TRIAL_WEEKS


def reliabilities(records: Mapping[UUID, Record]) -> dict[UUID, Reliability]:
    """Return how reliable each cooperative is, with the formula's parts.

    Parameters
    ----------
    records
        Of every cooperative of the city, over all remembered weeks; an empty record where nothing was asked.

    Returns
    -------
    dict
        For the same cooperatives; ``reliability_bp`` is within 0..10,000 and between ``own_bp`` and ``city_bp``.
    """
    city = _shares(total_of(records.values()), instead=_WHOLE)
    return {key: _reliability(record, city) for key, record in records.items()}


def _reliability(record: Record, city: _Shares) -> Reliability:
    own = _shares(record, instead=city)
    weighted = (record.lines * own.product + PRIOR_LINES * city.product) / (record.lines + PRIOR_LINES)
    return Reliability(
        lines=record.lines,
        kept_bp=int(own.kept * BP),
        on_time_bp=int(own.on_time * BP),
        taken_bp=int(own.taken * BP),
        own_bp=int(own.product * BP),
        city_bp=int(city.product * BP),
        reliability_bp=int(weighted * BP),
    )


def _shares(record: Record, *, instead: _Shares) -> _Shares:
    return _Shares(
        kept=_share(record.accepted_idr - record.withdrawn_idr, record.ordered_idr, instead.kept),
        on_time=_share(record.on_time_idr, record.due_idr, instead.on_time),
        taken=_share(record.taken_idr - record.late_rejected_idr, record.weighed_idr, instead.taken),
    )


def _share(good: int, of: int, instead: Fraction) -> Fraction:
    """Return a share within 0..1, or another where there is nothing to take a share of."""
    return Fraction(min(max(0, good), of), of) if of else instead
