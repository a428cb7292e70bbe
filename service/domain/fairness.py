"""What a cooperative's fair share of a week is worth, with the memory of past weeks.

fair value = capacity share x need that cooperatives should get, plus what past weeks owed it (less what it had too
much), never below nothing. Capacity, not tonnage won, is the measure: whoever is verified to carry more may get more.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from service.domain.units import BP

LEDGER_WEEKS = 4
"""How many past weeks are remembered."""


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
    need_idr
        Value of the week's whole need at price limits.
    capacity_g
        Weight that each cooperative can handle in the week; the shares are these over their sum.
    past_value_idr
        What each was given (accepted lines) over the last ``past_weeks`` weeks; missing means nothing.
    """
    total_capacity = sum(capacity_g.values())
    if not total_capacity:
        return dict.fromkeys(capacity_g, 0)
    target = need_idr * fair_need_share_bp // BP
    past_total = sum(past_value_idr.get(key, 0) for key in capacity_g)
    values = {}
    for key, capacity in capacity_g.items():
        owed = past_total * capacity // total_capacity - past_value_idr.get(key, 0)
        correction = owed // past_weeks if past_weeks else 0
        values[key] = max(0, target * capacity // total_capacity + correction)
    return values
