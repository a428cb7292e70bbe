"""What a cooperative's fair share of a week is worth, with the memory of past weeks, and how unequal shares are.

For cooperative ``c`` with capacity ``k(c)`` of ``K`` in all, over the last ``n`` weeks in which it received ``v(c)`` of
``V`` in all::

    share(c) = S x need x k(c) / K             S: the policy's share of the need that cooperatives should get
    owed(c)  = V x k(c) / K - v(c)             what past weeks would have been, fairly shared, less what they were
    fair(c)  = max(0, share(c) + owed(c) / n)

Capacity, not tonnage won, is the measure: whoever is verified to carry more may get more. What is owed adds up to
nothing over all cooperatives, so the memory moves value and makes none; it is paid back over as many weeks as are
remembered, so that one bad week does not turn the next one over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from service.domain.units import BP

LEDGER_WEEKS = 8
"""How many past weeks are remembered."""


@dataclass(frozen=True, slots=True)
class FairShare:
    """One cooperative's line in the ledger, whole rupiah.

    ``share_idr`` is its part of the coming week by capacity, ``past_value_idr`` what it received in the remembered
    weeks, ``owed_idr`` what it lacks to its part of them (below 0: had too much), ``fair_value_idr`` the result.
    """

    share_idr: int
    past_value_idr: int
    owed_idr: int
    fair_value_idr: int


def fair_shares(
    *,
    need_idr: int,
    fair_need_share_bp: int,
    capacity_g: Mapping[UUID, int],
    past_value_idr: Mapping[UUID, int],
    past_weeks: int,
) -> dict[UUID, FairShare]:
    """Return the ledger for the coming week.

    Parameters
    ----------
    need_idr
        Value of the week's whole need at price limits.
    fair_need_share_bp
        Share of it that is meant to reach cooperatives, basis points.
    capacity_g
        Weight that each cooperative can handle in the week; the shares are these over their sum.
    past_value_idr
        What each was given (accepted lines) over the last ``past_weeks`` weeks; missing means nothing.

    Returns
    -------
    dict
        One entry for each cooperative of ``capacity_g``; amounts are rounded down.
    """
    total_capacity = sum(capacity_g.values())
    target_idr = need_idr * fair_need_share_bp // BP
    past_total_idr = sum(past_value_idr.get(key, 0) for key in capacity_g)
    ledger = {}
    for key, capacity in capacity_g.items():
        share_idr = target_idr * capacity // total_capacity if total_capacity else 0
        past_idr = past_value_idr.get(key, 0)
        owed_idr = past_total_idr * capacity // total_capacity - past_idr if total_capacity else 0
        correction_idr = owed_idr // past_weeks if past_weeks else 0
        ledger[key] = FairShare(share_idr, past_idr, owed_idr, max(0, share_idr + correction_idr))
    return ledger


def fair_values_idr(
    *,
    need_idr: int,
    fair_need_share_bp: int,
    capacity_g: Mapping[UUID, int],
    past_value_idr: Mapping[UUID, int],
    past_weeks: int,
) -> dict[UUID, int]:
    """Return each cooperative's fair value for the coming week, whole rupiah.

    Parameters
    ----------
    need_idr, fair_need_share_bp, capacity_g, past_value_idr, past_weeks
        As ``fair_shares`` takes them.
    """
    ledger = fair_shares(
        need_idr=need_idr,
        fair_need_share_bp=fair_need_share_bp,
        capacity_g=capacity_g,
        past_value_idr=past_value_idr,
        past_weeks=past_weeks,
    )
    return {key: entry.fair_value_idr for key, entry in ledger.items()}


def gini(values: Iterable[float]) -> float | None:
    """Return the Gini coefficient of shares: 0 if all are equal, towards 1 the more one has it all.

    Parameters
    ----------
    values
        Not below 0; of cooperatives, value received over fair value.

    Returns
    -------
    float or None
        Half the mean difference of two values over their mean; ``None`` without values or where all are 0.

    References
    ----------
    C. Gini, "Variabilità e mutabilità", 1912.
    """
    ordered = sorted(values)
    total = sum(ordered)
    if not total:
        return None
    count = len(ordered)
    weighted = sum((2 * place - count + 1) * value for place, value in enumerate(ordered))
    return weighted / (count * total)
