"""The file format's rules and cost terms as one plain mixed-integer program: for tiny problems, hopeless for real ones.

Written from the format alone and independent of the solver, so that the two can be held against each other. Variables
speak the format's language: steps of the item delivered for (demand, source, cooperative), packs for (stock,
cooperative), and one binary for every "nothing or at least".
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from ortools.linear_solver import pywraplp

from service.matching.plan import PackPurchase
from service.matching.problem import BP, Line, Offer

EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True)
class Exact:
    """The optimum, the proven bound that goes with it, and one best plan; ``None`` everywhere if nothing is allowed."""

    total_idr: float | None
    bound_idr: float | None
    allocations: tuple[Line, ...] = ()
    purchases: tuple[PackPurchase, ...] = ()


def solve_exactly(problem) -> Exact:
    """Solve a tiny problem to optimality."""
    return _Model(problem).solve()


def _metres(a, b) -> int:
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lon = math.radians(b.lon - a.lon) / 2
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(h)))


@dataclass(frozen=True)
class _Way:
    """One allowed delivery and its coefficients per base unit delivered."""

    demand: object
    source: object
    cooperative: object
    item: object
    covers: float
    value_idr: float
    cost_idr: float


class _Model:
    def __init__(self, problem) -> None:
        self.problem, self.policy = problem, problem.policy
        self.items = {x.id: x for x in problem.items}
        self.kitchens = {x.id: x for x in problem.kitchens}
        self.wholesalers = {x.id: x for x in problem.wholesalers}
        self.stocks = {x.id: x for x in problem.stocks}
        self.solver = pywraplp.Solver.CreateSolver("SCIP")
        self.cost = self.solver.Sum([])
        self.qty, self.ways = {}, {}
        self._deliveries()
        self.packs = {
            (s.id, c.id): self.solver.IntVar(0, s.packs, "") for s in problem.stocks for c in problem.cooperatives
        }
        self._hard_rules()
        self._soft_goals()

    def solve(self) -> Exact:
        self.solver.Minimize(self.cost)
        parameters = pywraplp.MPSolverParameters()
        parameters.SetDoubleParam(parameters.RELATIVE_MIP_GAP, 0.0)
        status = self.solver.Solve(parameters)
        if status == pywraplp.Solver.INFEASIBLE:
            return Exact(None, None)
        assert status == pywraplp.Solver.OPTIMAL
        qty = {key: round(x.solution_value()) * self.ways[key].item.step for key, x in self.steps.items()}
        lines = tuple(Line(*key, item=self.ways[key].item.id, qty=q) for key, q in sorted(qty.items()) if q)
        packs = {key: round(n.solution_value()) for key, n in self.packs.items()}
        bought = tuple(PackPurchase(*key, packs=n) for key, n in sorted(packs.items()) if n)
        objective = self.solver.Objective()
        return Exact(objective.Value(), objective.BestBound(), lines, bought)

    # --- what may be delivered -----------------------------------------------------------------------------------

    def _deliveries(self) -> None:
        """Rules 2, 3, 4 and 6 as far as they speak of one line: owner, days, price limit, radius."""
        self.steps = {}
        for demand in self.problem.demands:
            terms = {demand.item: (BP, demand.max_price_idr, 0)}
            terms |= {s.item: (s.covers_bp, s.max_price_idr, s.penalty_idr) for s in demand.substitutes}
            for source in (*self.problem.offers, *self.problem.stocks):
                for cooperative in self.problem.cooperatives:
                    if source.item in terms:
                        self._way(demand, source, cooperative, terms[source.item])

    def _way(self, demand, source, cooperative, terms) -> None:
        covers_bp, limit_idr, penalty_idr = terms
        item, kitchen, own = self.items[source.item], self.kitchens[demand.kitchen], isinstance(source, Offer)
        metres = _metres(cooperative, kitchen)
        price = source.price_idr
        if not own:
            price = -(-price * item.per * (BP + cooperative.markup_bp) // (source.pack_qty * BP))
        if (own and source.cooperative != cooperative.id) or price > limit_idr or metres > cooperative.radius_m:
            return
        if not source.from_day <= demand.day <= source.to_day:
            return
        tier = self.policy.tier_idr_per_kg.city
        if cooperative.kecamatan == kitchen.kecamatan:
            tier = self.policy.tier_idr_per_kg.kecamatan
        if cooperative.kelurahan == kitchen.kelurahan:
            tier = self.policy.tier_idr_per_kg.kelurahan
        per_kg = metres / 1000 * self.policy.carry_idr_per_kg_km + tier
        per_kg += 0 if own else self.policy.wholesale_idr_per_kg
        cost = (price + penalty_idr) / item.per + item.weight_g / 1000 * per_kg
        key = demand.id, source.id, cooperative.id
        self.ways[key] = _Way(demand, source, cooperative, item, covers_bp / BP, price / item.per, cost)
        most = math.ceil(BP * (demand.qty + self.items[demand.item].step) / (covers_bp * item.step))
        self.steps[key] = self.solver.IntVar(0, most, "")
        self.qty[key] = self.steps[key] * item.step
        self.cost += self.qty[key] * cost

    def _total(self, coefficient, **like):
        """Sum of coefficient x quantity over the ways whose demand, source, ... is the given one."""
        chosen = [
            (key, way)
            for key, way in self.ways.items()
            if all(getattr(way, name).id == wanted for name, wanted in like.items())
        ]
        return self.solver.Sum([self.qty[key] * coefficient(way) for key, way in chosen])

    # --- hard rules ----------------------------------------------------------------------------------------------

    def _hard_rules(self) -> None:
        add, binary = self.solver.Add, self.solver.BoolVar
        for demand in self.problem.demands:
            step = self.items[demand.item].step
            add(self._total(lambda w: w.covers, demand=demand.id) <= demand.qty + step - 1)
        for offer in self.problem.offers:
            used, total = binary(""), self._total(lambda _: 1, source=offer.id)
            add(total <= offer.qty * used)
            add(total >= offer.min_qty * used)
        self._packs_and_orders()
        for c in self.problem.cooperatives:
            self._cooperative_limits(c)
        for k in self.problem.kitchens:
            self._kitchen_limits(k)
        for f in self.problem.fixed:
            kept = self.qty.get((f.demand, f.source, f.cooperative), self.solver.Sum([]))
            add(kept >= f.qty)

    def _packs_and_orders(self) -> None:
        add, binary = self.solver.Add, self.solver.BoolVar
        for stock in self.problem.stocks:
            add(self.solver.Sum([self.packs[stock.id, c.id] for c in self.problem.cooperatives]) <= stock.packs)
            for c in self.problem.cooperatives:
                left = self.packs[stock.id, c.id] * stock.pack_qty
                left -= self._total(lambda _: 1, source=stock.id, cooperative=c.id)
                add(left >= 0)
                add(left <= stock.pack_qty - 1)
        for w in self.problem.wholesalers:
            shelf = [s for s in self.problem.stocks if s.wholesaler == w.id]
            for c in self.problem.cooperatives:
                ordered = binary("")
                for s in shelf:
                    add(self.packs[s.id, c.id] <= s.packs * ordered)
                order = self.solver.Sum([self.packs[s.id, c.id] * s.price_idr for s in shelf])
                add(order >= w.min_order_idr * ordered)

    def _cooperative_limits(self, c) -> None:
        for day in range(len(self.problem.days)):
            weight = self._total(lambda w, t=day: w.item.weight_g * (w.demand.day == t), cooperative=c.id)
            cold = self._total(lambda w, t=day: w.item.weight_g * (w.demand.day == t) * w.item.cold, cooperative=c.id)
            self.solver.Add(weight <= c.handling_g[day])
            self.solver.Add(cold <= c.cold_g[day])
        bought = self.solver.Sum([self.packs[s.id, c.id] * s.price_idr for s in self.problem.stocks])
        own = self._total(lambda w: w.value_idr * getattr(w.source, "cash_bp", 0) / BP, cooperative=c.id)
        self.solver.Add(bought + own <= c.capital_idr)

    def _kitchen_limits(self, k) -> None:
        for line, limit_idr in k.budget_idr.items():
            spent = self._total(lambda w, b=line: w.value_idr * (w.demand.kitchen == k.id and w.demand.budget == b))
            self.solver.Add(spent <= limit_idr)
        for day in range(len(self.problem.days)):
            drops = []
            for c in self.problem.cooperatives:
                drop = self.solver.BoolVar("")
                for key, way in self.ways.items():
                    if (way.demand.kitchen, way.demand.day, way.cooperative.id) == (k.id, day, c.id):
                        self.solver.Add(self.steps[key] <= self.steps[key].ub() * drop)
                self.cost += drop * (self.policy.drop_idr + _metres(c, k) / 1000 * self.policy.drop_idr_per_km)
                drops.append(drop)
            self.solver.Add(self.solver.Sum(drops) <= k.max_drops_per_day)

    # --- soft goals ----------------------------------------------------------------------------------------------

    def _soft_goals(self) -> None:
        for demand in self.problem.demands:
            self._shortage(demand)
        for stock in self.problem.stocks:
            for c in self.problem.cooperatives:
                self._freight_and_leftover(stock, c)
        for c in self.problem.cooperatives:
            lacking = self._at_least(c.fair_value_idr - self._total(lambda w: w.value_idr, cooperative=c.id))
            self.cost += lacking * (self.policy.fairness_bp / BP)
        for k in self.problem.kitchens:
            self._share(k)
            self._suppliers(k)
        if self.problem.previous:
            self._change()

    def _at_least(self, amount):
        """A variable of at least 0 and at least ``amount``."""
        above = self.solver.NumVar(0, self.solver.infinity(), "")
        self.solver.Add(above >= amount)
        return above

    def _shortage(self, demand) -> None:
        """Later steps are dearer, so a cheapest plan fills them in order by itself."""
        item, parts = self.items[demand.item], []
        edges = [step.above_bp / BP * demand.qty for step in self.policy.shortage_steps] + [demand.qty]
        for step, low, high in zip(self.policy.shortage_steps, edges, edges[1:], strict=False):
            part = self.solver.NumVar(0, max(0.0, high - low), "")
            self.cost += part * (step.factor_bp / BP * item.shortage_idr / item.per)
            parts.append(part)
        covered = self._total(lambda w: w.covers, demand=demand.id)
        self.solver.Add(self.solver.Sum(parts) >= demand.qty - covered)

    def _freight_and_leftover(self, stock, c) -> None:
        item, packs = self.items[stock.item], self.packs[stock.id, c.id]
        km = _metres(self.wholesalers[stock.wholesaler], c) / 1000
        self.cost += packs * (stock.pack_qty * item.weight_g / 1000 * km * self.policy.freight_idr_per_kg_km)
        left = packs * stock.pack_qty - self._total(lambda _: 1, source=stock.id, cooperative=c.id)
        self.cost += left * (stock.price_idr / stock.pack_qty * item.leftover_bp / BP)

    def _share(self, k) -> None:
        mine = [d for d in self.problem.demands if d.kitchen == k.id]
        need_idr = sum(d.qty * d.max_price_idr / self.items[d.item].per for d in mine)
        for c in self.problem.cooperatives:
            value = self._total(lambda w: w.value_idr * (w.demand.kitchen == k.id), cooperative=c.id)
            above = self._at_least(value - k.max_share_bp / BP * need_idr)
            self.cost += above * (self.policy.share_bp / BP)

    def _suppliers(self, k) -> None:
        counted = []
        for supplier in sorted({s.supplier for s in (*self.problem.offers, *self.problem.stocks)}):
            keys = [key for key, w in self.ways.items() if w.demand.kitchen == k.id and w.source.supplier == supplier]
            counts = self.solver.BoolVar("")
            value = self.solver.Sum([self.qty[key] * self.ways[key].value_idr for key in keys])
            self.solver.Add(value >= self.policy.supplier_min_value_idr * counts)
            self.solver.Add(self.solver.Sum([self.steps[key] for key in keys]) >= counts)
            counted.append(counts)
        missing = self._at_least(k.min_suppliers - self.solver.Sum(counted))
        self.cost += missing * self.policy.supplier_gap_idr

    def _change(self) -> None:
        before: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        weight = {key: way.item.weight_g for key, way in self.ways.items()}
        for line in self.problem.previous:
            key = line.demand, line.source, line.cooperative
            before[key] += line.qty
            weight[key] = self.items[line.item].weight_g
        for key, weight_g in weight.items():
            now = self.qty.get(key, self.solver.Sum([]))
            moved = self._at_least(now - before[key])
            self.solver.Add(moved >= before[key] - now)
            self.cost += moved * (weight_g / 1000 * self.policy.change_idr_per_kg)
