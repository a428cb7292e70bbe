"""What a cooperative's fair share of a week is worth, with the memory of past weeks, and how unequal shares are.

For cooperative ``c`` with capacity ``k(c)``, reliability ``r(c)`` (``reliability.py``) and so weight
``w(c) = k(c) x r(c)`` of ``W`` in all, over the last ``n`` weeks in which it received ``v(c)`` of ``V`` in all::

    share(c) = S x need x w(c) / W             S: the policy's share of the need that cooperatives should get
    owed(c)  = V x w(c) / W - v(c)             what past weeks would have been, fairly shared, less what they were
    due(c)   = max(0, share(c) + owed(c) / n)
    fair(c)  = due(c) + trial(c)               trial(c): what lifts a new cooperative to its trial share

Capacity, not tonnage won, is the measure: whoever is verified to carry more may get more, as far as its word can be
built on. What is owed adds up to nothing over all cooperatives, so the memory moves value and makes none; it is paid
back over as many weeks as are remembered, so that one bad week does not turn the next one over.

A new cooperative with capacity is due at least the trial share of the mean of all ``due(c)``, so that it can show
what it can do. Those above that line give it, each in proportion to what it has above the line: nobody falls below it
by giving, and all of it together stays the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from service.domain.units import BP

LEDGER_WEEKS = 8
"""How many past weeks are remembered."""


@dataclass(frozen=True, slots=True)
class FairShare:
    """One cooperative's line in the ledger, whole rupiah.

    ``share_idr`` is its part of the coming week by capacity, ``past_value_idr`` what it received in the remembered
    weeks, ``owed_idr`` what it lacks to its part of them (below 0: had too much), ``trial_idr`` what it is lifted by as
    a new one (below 0: what it gives to lift others), ``fair_value_idr`` the result.
    """

    share_idr: int
    past_value_idr: int
    owed_idr: int
    fair_value_idr: int
    trial_idr: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """Who is new, and the share of the mean fair value (basis points) that each of them is due at least."""

    newcomers: Collection[UUID] = ()
    trial_share_bp: int = 0


NO_TRIAL = Trial()


def fair_shares(
    *,
    need_idr: int,
    fair_need_share_bp: int,
    capacity_g: Mapping[UUID, int],
    past_value_idr: Mapping[UUID, int],
    past_weeks: int,
    reliability_bp: Mapping[UUID, int] | None = None,
    trial: Trial = NO_TRIAL,
) -> dict[UUID, FairShare]:
    """Return the ledger for the coming week.

    Parameters
    ----------
    need_idr
        Value of the week's whole need at price limits.
    fair_need_share_bp
        Share of it that is meant to reach cooperatives, basis points.
    capacity_g
        Weight that each cooperative can handle in the week.
    past_value_idr
        What each was given (accepted lines) over the last ``past_weeks`` weeks; missing means nothing.
    reliability_bp
        How far each capacity counts, basis points; missing means wholly.
    trial
        Who is new, and what is guaranteed to them.

    Returns
    -------
    dict
        One entry for each cooperative of ``capacity_g``; amounts are rounded down, trials move whole rupiah.
    """
    known = reliability_bp or {}
    weights = {key: capacity * known.get(key, BP) for key, capacity in capacity_g.items()}
    shares = parts_idr(need_idr * fair_need_share_bp // BP, weights)
    past = {key: past_value_idr.get(key, 0) for key in capacity_g}
    owed = {key: part - past[key] for key, part in parts_idr(sum(past.values()), weights).items()}
    back = {key: owed[key] // past_weeks if past_weeks and any(weights.values()) else 0 for key in weights}
    due = {key: max(0, shares[key] + back[key]) for key in weights}
    able = {key for key in trial.newcomers if capacity_g.get(key)}
    moved = trial_moves_idr(due, newcomers=able, trial_share_bp=trial.trial_share_bp)
    return {key: FairShare(shares[key], past[key], owed[key], due[key] + moved[key], moved[key]) for key in weights}


def parts_idr(total_idr: int, weights: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return the parts of an amount by weight, each rounded down to the rupiah; nothing where nobody has weight."""
    total_weight = sum(weights.values())
    return {key: total_idr * weight // total_weight if total_weight else 0 for key, weight in weights.items()}


def trial_moves_idr(
    due_idr: Mapping[UUID, int], *, newcomers: Collection[UUID], trial_share_bp: int
) -> dict[UUID, int]:
    """Return what each gets (or, below 0, gives) so that no new cooperative is due less than its trial share.

    Parameters
    ----------
    due_idr
        What each cooperative is due without trials, rupiah.
    newcomers
        Those of them that are new.
    trial_share_bp
        Share of the mean that is guaranteed, at most 10,000 basis points.

    Returns
    -------
    dict
        Adds up to nothing; nobody who gives falls below the guarantee.
    """
    floor_idr = sum(due_idr.values()) * trial_share_bp // (len(due_idr) * BP) if due_idr else 0
    lacking = {key: floor_idr - value for key, value in due_idr.items() if key in newcomers and value < floor_idr}
    above = {key: value - floor_idr for key, value in due_idr.items() if value > floor_idr}
    needed, spare = sum(lacking.values()), sum(above.values())
    moves = dict.fromkeys(due_idr, 0) | lacking
    reached = given = 0
    for key, value in above.items():
        reached += value
        upto = reached * needed // spare
        moves[key] = given - upto
        given = upto
    return moves


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
