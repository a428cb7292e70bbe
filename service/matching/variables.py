"""Variables of the exact model, restricted to the arcs that are free; everything else of a plan stays as it is.

With all arcs free this is the whole problem. Each function adds one symbol of ``README.md`` and remembers which index
each of its columns stands for. What the other arcs use (``rest``) becomes constants of the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.linear_model import LinearModel
from service.matching.objective import supplier_counts
from service.matching.problem import BP
from service.matching.usage import Flow

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.parameters import Bools, Floats, Ints, Parameters
    from service.matching.usage import Usage


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of one symbol: ``keys`` (sorted) are the indices it stands for, ``columns`` the ids in the model."""

    keys: Ints
    columns: Ints

    def at(self, keys: Ints) -> Ints:
        """Return the columns of keys that are all in the block."""
        return self.columns[np.searchsorted(self.keys, keys)]

    def has(self, keys: Ints) -> Bools:
        """Say which keys are in the block."""
        return np.isin(keys, self.keys)


@dataclass(frozen=True, slots=True)
class Restriction:
    """A part of the problem as a linear model: sets and parameters, free arcs, the rest's usage, and the variables.

    Keys: drop = (kitchen x days + day) x cooperatives + cooperative; pool = source x cooperatives + cooperative;
    order = wholesaler x cooperatives + cooperative; supplier = kitchen x suppliers + supplier.
    """

    model: LinearModel
    p: Parameters
    chosen: Ints
    free: Arcs
    rest: Usage
    flow: Ints
    demands: Ints
    shortage: Ints
    drop: Block
    packs: Block
    left: Block
    order: Block
    minimum: Block
    lack: Block
    excess: Block
    supplier: Block
    supplier_gap: Block

    @property
    def drop_key(self) -> Ints:
        """Drop that each free arc would use."""
        return drop_keys(self.p, self.free)

    @property
    def pool_key(self) -> Ints:
        """Pool (source, cooperative) that each free arc draws on."""
        return self.free.source * self.p.cooperative_count + self.free.cooperative

    @property
    def supplier_key(self) -> Ints:
        """Supplier at a kitchen that each free arc counts for."""
        return self.free.kitchen * len(self.p.supplier_ids) + self.p.source_supplier[self.free.source]


def drop_keys(p: Parameters, arcs: Arcs) -> Ints:
    """Return the (kitchen, day, cooperative) of each arc as one number."""
    return (arcs.kitchen * p.day_count + arcs.day) * p.cooperative_count + arcs.cooperative


def restrict(p: Parameters, arcs: Arcs, chosen: Ints, rest: Usage, *, suppliers: bool = True) -> Restriction:
    """Free some arcs of a plan and create the variables of the model.

    Parameters
    ----------
    p, arcs
        The problem and all its arcs.
    chosen
        The free arcs, increasing.
    rest
        What the arcs that are not free use.
    suppliers
        Whether the number of suppliers counts.
    """
    free, model = arcs.subset(chosen), LinearModel()
    flow = model.add_columns(len(chosen), lower=free.lower, upper=free.upper, is_integer=True)
    demands = np.unique(free.demand)
    packs = _packs(model, p, free)
    counting = free if suppliers else free.subset(np.zeros(0, dtype=np.int64))
    return Restriction(
        model=model,
        p=p,
        chosen=chosen,
        free=free,
        rest=rest,
        flow=flow,
        demands=demands,
        shortage=_shortage(model, p, demands),
        drop=_drop(model, p, free, rest),
        packs=packs,
        left=_left(model, p, packs.keys),
        order=_order(model, p, packs.keys),
        minimum=_minimum(model, p, free, rest),
        lack=_lack(model, p, free, rest),
        excess=_excess(model, p, free, rest),
        supplier=_supplier(model, p, counting, rest),
        supplier_gap=_supplier_gap(model, p, counting),
    )


def _block(model: LinearModel, keys: Ints, *, upper: Floats | Ints | float, is_integer: bool) -> Block:
    return Block(keys, model.add_columns(len(keys), upper=upper, is_integer=is_integer))


def _shortage(model: LinearModel, p: Parameters, demands: Ints) -> Ints:
    """Quantity missing of each line in each shortage step, shape (lines, steps)."""
    width = p.shortage_width[demands]
    return model.add_columns(width.size, upper=width.ravel()).reshape(width.shape)


def _drop(model: LinearModel, p: Parameters, free: Arcs, rest: Usage) -> Block:
    """Whether a cooperative comes to a kitchen on a day; a drop that the rest makes anyway needs no variable."""
    keys = np.unique(drop_keys(p, free))
    return _block(model, keys[rest.drop_lines.ravel()[keys] == 0], upper=1.0, is_integer=True)


def _packs(model: LinearModel, p: Parameters, free: Arcs) -> Block:
    """Packs a cooperative buys of a stock, those for the rest included."""
    is_stock = free.source >= p.offer_count
    keys = np.unique(free.source[is_stock] * p.cooperative_count + free.cooperative[is_stock])
    return _block(model, keys, upper=p.source_packs[keys // max(p.cooperative_count, 1)], is_integer=True)


def _left(model: LinearModel, p: Parameters, pools: Ints) -> Block:
    """Goods in bought packs that no kitchen gets: less than a pack."""
    return _block(model, pools, upper=p.source_pack_qty[pools // max(p.cooperative_count, 1)] - 1, is_integer=False)


def _order(model: LinearModel, p: Parameters, pools: Ints) -> Block:
    """Whether a cooperative orders at a wholesaler who asks for a minimum."""
    coops = max(p.cooperative_count, 1)
    keys = np.unique(p.source_wholesaler[pools // coops] * coops + pools % coops)
    return _block(model, keys[p.min_order_idr[keys // coops] > 0], upper=1.0, is_integer=True)


def _minimum(model: LinearModel, p: Parameters, free: Arcs, rest: Usage) -> Block:
    """Whether an offer with a minimum is used; if the rest uses it, it is."""
    keys = np.unique(free.source[p.source_min_qty[free.source] > 0])
    return _block(model, keys[rest.pool_qty.sum(axis=1)[keys] == 0], upper=1.0, is_integer=True)


def _lack(model: LinearModel, p: Parameters, free: Arcs, rest: Usage) -> Block:
    """What a cooperative lacks to its fair value, in rupiah."""
    keys = np.unique(free.cooperative)
    gap = p.fair_value_idr[keys] - rest.coop_value_idr[keys]
    return _block(model, keys[gap > 0], upper=gap[gap > 0], is_integer=False)


def _excess(model: LinearModel, p: Parameters, free: Arcs, rest: Usage) -> Block:
    """Value of a cooperative at a kitchen above the kitchen's limit, in rupiah, where it could come to that."""
    pair = free.kitchen * p.cooperative_count + free.cooperative
    keys, position = np.unique(pair, return_inverse=True)
    # Several sources of a cooperative may share a line, but all together bring no more than all of it at the dearest.
    lines, at = np.unique(position * p.demand_count + free.demand, return_inverse=True)
    dearest = np.zeros(len(lines))
    np.maximum.at(dearest, at, free.value / (free.unit * free.covers_bp / BP))
    whole = dearest * p.demand_limit_qty[lines % max(p.demand_count, 1)]
    value = np.minimum(np.bincount(at, free.value * free.upper, len(lines)), whole)
    most = np.bincount(lines // max(p.demand_count, 1), value, len(keys))
    limit = p.share_limit_idr[keys // max(p.cooperative_count, 1)]
    could = rest.pair_value_idr.ravel()[keys] + most > limit
    return _block(model, keys[could], upper=np.inf, is_integer=False)


def _supplier(model: LinearModel, p: Parameters, free: Arcs, rest: Usage) -> Block:
    """Whether a supplier delivers enough to a kitchen to count; who does so by the rest needs no variable."""
    keys = np.unique(free.kitchen * len(p.supplier_ids) + p.source_supplier[free.source])
    counted = supplier_counts(p, rest.supplier_value_idr).ravel()[keys]
    return _block(model, keys[~counted], upper=1.0, is_integer=True)


def _supplier_gap(model: LinearModel, p: Parameters, free: Arcs) -> Block:
    """Suppliers that a kitchen lacks."""
    keys = np.unique(free.kitchen).astype(np.int64)
    return _block(model, keys, upper=p.min_suppliers[keys], is_integer=False)


def hint_of(r: Restriction, current: Flow) -> Floats:
    """Return the plan as values of all columns, to start the solver from.

    Parameters
    ----------
    r
        The restriction.
    current
        The plan that it was made from.
    """
    p, free = r.p, r.free
    values = np.zeros(r.model.column_count)
    inside = np.isin(current.arc, r.chosen)
    values[r.flow[np.searchsorted(r.chosen, current.arc[inside])]] = current.steps[inside]
    steps = values[r.flow]
    covered = r.rest.covered_bp / BP
    np.add.at(covered, free.demand, steps * free.unit * free.covers_bp / BP)
    missing = np.maximum(0.0, p.demand_qty - covered)[r.demands]
    width = p.shortage_width[r.demands]
    values[r.shortage] = np.clip(missing[:, None] - (np.cumsum(width, axis=1) - width), 0.0, width)
    values[r.drop.columns] = np.isin(r.drop.keys, r.drop_key[steps > 0])
    pool = r.rest.pool_qty.ravel().copy()
    np.add.at(pool, r.pool_key, (steps * free.unit).astype(np.int64))
    size = p.source_pack_qty[r.packs.keys // max(p.cooperative_count, 1)]
    packs = -(-pool[r.packs.keys] // size)
    values[r.packs.columns] = packs
    values[r.left.columns] = packs * size - pool[r.packs.keys]
    coops = max(p.cooperative_count, 1)
    ordered = p.source_wholesaler[r.packs.keys // coops] * coops + r.packs.keys % coops
    rest_orders = np.flatnonzero(r.rest.order_idr.ravel() > 0)
    values[r.order.columns] = np.isin(r.order.keys, ordered[packs > 0]) | np.isin(r.order.keys, rest_orders)
    values[r.minimum.columns] = np.isin(r.minimum.keys, free.source[steps > 0])
    return _hint_money(r, values, steps)


def _hint_money(r: Restriction, values: Floats, steps: Floats) -> Floats:
    p, free, worth = r.p, r.free, steps * r.free.value
    coop = r.rest.coop_value_idr + np.bincount(free.cooperative, worth, p.cooperative_count)
    values[r.lack.columns] = np.maximum(0.0, p.fair_value_idr - coop)[r.lack.keys]
    pair = r.rest.pair_value_idr.ravel().copy()
    np.add.at(pair, free.kitchen * p.cooperative_count + free.cooperative, worth)
    limit = p.share_limit_idr[r.excess.keys // max(p.cooperative_count, 1)]
    values[r.excess.columns] = np.maximum(0.0, pair[r.excess.keys] - limit)
    supplied = r.rest.supplier_value_idr.ravel().copy()
    np.add.at(supplied, r.supplier_key, worth)
    counted = supplier_counts(p, supplied.reshape(r.rest.supplier_value_idr.shape))
    values[r.supplier.columns] = counted.ravel()[r.supplier.keys]
    gap = np.maximum(0, p.min_suppliers - counted.sum(axis=1))
    values[r.supplier_gap.columns] = gap[r.supplier_gap.keys]
    return values
