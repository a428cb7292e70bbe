"""Scarcity rents: what the relaxation's duals say that scarce goods, hands, cold rooms, budgets and capital are worth.

They are no cost of a plan. They tell a search that serves one line after the other what others would pay for what a
line takes, so that the first line does not spend capital that a later one needs more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from service.matching.relaxation import ROWS

if TYPE_CHECKING:
    from service.matching.parameters import Floats, Ints
    from service.matching.relaxation import Relaxation

_BY_STEP: Final = tuple(ROWS.index(name) for name in ("source", "handling", "cold", "budget"))


class Rents:
    """The rents that some duals of a relaxation mean.

    Parameters
    ----------
    relaxation
        Its rows are only read.
    duals
        One per row, of any sign.

    Attributes
    ----------
    capital
        Rupiah per rupiah of each cooperative's capital; capital is spent in whole packs, so it is not by step.
    """

    def __init__(self, relaxation: Relaxation, duals: Floats) -> None:
        self._r, self._duals = relaxation, relaxation.signed(duals)
        first, p = relaxation.first["capital"], relaxation.p
        self.capital: Floats = -self._duals[first : first + p.cooperative_count] / np.maximum(p.capital_idr, 1)

    def of_steps(self, chosen: Ints) -> Floats:
        """Return rupiah per step of each chosen arc, for all that is scarce but capital."""
        rent = np.zeros(len(chosen))
        for row in _BY_STEP:
            rent -= self._duals[self._r.rows[row][chosen]] * self._r.entries[row][chosen]
        return rent / self._r.whole_steps[chosen]
