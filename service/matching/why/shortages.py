"""Says why a demand line is short, from what the plan leaves free of every source that could have served it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from service.matching.index import ProblemIndex
from service.matching.ledger import UNLIMITED, Arc, Ledger
from service.matching.problem import BP, Offer
from service.matching.why.reasons import Holder, Reason, ReasonCode, ShortageReason

if TYPE_CHECKING:
    from service.matching.plan import Plan
    from service.matching.problem import Cooperative, Demand, Problem, Stock

_TOP_HOLDERS = 5
_NEVER = frozenset({ReasonCode.PRICE_ABOVE_LIMIT, ReasonCode.OUTSIDE_DAYS, ReasonCode.OUT_OF_RADIUS})
"""Rules that no other plan could have got round."""


def explain_shortages(problem: Problem, plan: Plan) -> tuple[ShortageReason, ...]:
    """Explain every short line of a plan.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        An allowed plan of it.

    Returns
    -------
    tuple[ShortageReason, ...]
        One for each line that is short by a base unit or more, by kitchen, day and line.
    """
    desk = Desk(ProblemIndex(problem), plan)
    lines = sorted(problem.demands, key=lambda demand: (demand.kitchen, demand.day, demand.id))
    return tuple(desk.explain(demand) for demand in lines if desk.ledger.short_qty(demand) >= 1)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One source seen from one line: the rules that block it, and what it could bring if they did not.

    ``arc`` is through the cooperative through which the fewest rules block it; ``None`` if none may come there.
    ``qty`` is in base units of the demanded item.
    """

    source: Offer | Stock
    arc: Arc | None
    codes: frozenset[ReasonCode]
    qty: int
    need: int = 0
    """What the line still takes through any cooperative, in base units of the source's item."""


class Standing(NamedTuple):
    """What blocks a source through a cooperative on a day, whatever the line, and how much the rest lets through."""

    codes: frozenset[ReasonCode]
    open_qty: int

    def may_beat(self, best: Judgement, others: int) -> bool:
        """Whether a line that is blocked by these rules and by so many others at least could still be judged better."""
        count = len(self.codes) + others
        if best.arc is None or count != len(best.codes):
            return count < len(best.codes)
        return best.qty < min(self.open_qty, best.need) * best.arc.covers_bp // BP


class Desk:
    """Looks at one line after the other, with the sources and their takers looked up once.

    Parameters
    ----------
    index
        The problem.
    plan
        An allowed plan of it.
    """

    def __init__(self, index: ProblemIndex, plan: Plan) -> None:
        self.index = index
        self.ledger = _booked(index, plan)
        self.sources: defaultdict[str, list[Offer | Stock]] = defaultdict(list)
        for offer in index.problem.offers:
            self.sources[offer.item].append(offer)
        self.stands_for = _stand_ins(index.problem)
        for stock in index.problem.stocks:
            if self.stands_for.get(stock.id, stock.id) == stock.id:
                self.sources[stock.item].append(stock)
        self._reachable: dict[str, list[Cooperative]] = {}
        self._standings: dict[tuple[str, str, int], Standing] = {}
        self.takers: defaultdict[str, list[Holder]] = defaultdict(list)
        for (demand, source_id, cooperative), (arc, qty) in sorted(
            self.ledger.lines.items(), key=lambda entry: entry[0]
        ):
            self.takers[self.stands_for.get(source_id, source_id)].append(
                Holder(arc.demand.kitchen, demand, source_id, cooperative, qty)
            )

    def explain(self, demand: Demand) -> ShortageReason:
        """Say which rules bind on a short line, and who got the contested goods."""
        short_qty = int(self.ledger.short_qty(demand))
        judgements = self.judge(demand)
        return ShortageReason(
            demand=demand.id,
            kitchen=demand.kitchen,
            item=demand.item,
            short_qty=short_qty,
            qty=demand.qty,
            reasons=_ranked(judgements, short_qty),
            holders=self._holders(demand, judgements),
        )

    def judge(self, demand: Demand) -> list[Judgement]:
        """Judge every source of the line's item and of its substitutes."""
        items = demand.item, *(substitute.item for substitute in demand.substitutes)
        return [self._judge(demand, source) for item in items for source in self.sources[item]]

    def _judge(self, demand: Demand, source: Offer | Stock) -> Judgement:
        """Judge a source by the cooperative through which the fewest rules block it, and among those the most comes."""
        best: Judgement | None = None
        is_outside = not source.from_day <= demand.day <= source.to_day
        for cooperative in self._carriers(demand, source):
            known = self._standings.get((source.id, cooperative.id, demand.day))
            if best is not None and known is not None:
                others = is_outside + (not self.ledger.has_drop(demand, cooperative.id))
                if not known.may_beat(best, others):
                    continue
            arc = self.ledger.arc(demand, source, cooperative)
            if arc is None:
                break  # the line takes the source's item through nobody
            found = self._judge_arc(arc)
            if best is None or (len(found.codes), -found.qty) < (len(best.codes), -best.qty):
                best = found
                if not best.codes:
                    break
        return best or Judgement(source, None, frozenset({ReasonCode.OUT_OF_RADIUS}), 0)

    def _carriers(self, demand: Demand, source: Offer | Stock) -> list[Cooperative]:
        """The cooperatives through which a source may come to a line; of a stock those within their radius."""
        if isinstance(source, Offer):
            return [self.index.cooperatives[source.cooperative]]
        return self._near(demand.kitchen)

    def _near(self, kitchen: str) -> list[Cooperative]:
        """The cooperatives within whose radius a kitchen lies."""
        if kitchen not in self._reachable:
            place, cooperatives = self.index.kitchens[kitchen], self.index.problem.cooperatives
            self._reachable[kitchen] = [c for c in cooperatives if self.index.delivery_m(c, place) <= c.radius_m]
        return self._reachable[kitchen]

    def _judge_arc(self, arc: Arc) -> Judgement:
        """Name every rule that lets not even one step through, and what would come without them."""
        demand, source, step = arc.demand, arc.source, arc.item.step
        standing = self._standing(arc)
        need, budget, drops = self.ledger.limits_of_line(arc)
        codes = set(standing.codes)
        if not source.from_day <= demand.day <= source.to_day:
            codes.add(ReasonCode.OUTSIDE_DAYS)
        if arc.price_idr > arc.limit_idr:
            codes.add(ReasonCode.PRICE_ABOVE_LIMIT)
        if self.index.delivery_m(arc.cooperative, self.index.kitchens[demand.kitchen]) > arc.cooperative.radius_m:
            codes.add(ReasonCode.OUT_OF_RADIUS)
        open_qty = min(need, standing.open_qty)
        if budget < step:
            codes.add(ReasonCode.BUDGET_USED_UP)
        else:
            open_qty = min(open_qty, budget)
        if drops < step:
            codes.add(ReasonCode.DROPS_USED_UP)
        if need < step or not self._meets_minimum(arc, open_qty, is_used_up=ReasonCode.STOCK_USED_UP in codes):
            codes.add(ReasonCode.MINIMUM_OR_PACK)
        return Judgement(source, arc, frozenset(codes), open_qty * arc.covers_bp // BP, need)

    def _standing(self, arc: Arc) -> Standing:
        """Say what blocks an arc whatever line it serves on its day; found once, since nothing is delivered here."""
        key = arc.source.id, arc.cooperative.id, arc.demand.day
        if key not in self._standings:
            limits, step = self.ledger.limits(arc), arc.item.step
            by_rule = {
                ReasonCode.STOCK_USED_UP: limits.goods,
                ReasonCode.NO_HANDLING_CAPACITY: limits.handling,
                ReasonCode.NO_COLD_CAPACITY: limits.cold,
                ReasonCode.CAPITAL_USED_UP: limits.capital,
            }
            codes = frozenset(code for code, qty in by_rule.items() if qty < step)
            open_qty = min([UNLIMITED, *(qty for qty in by_rule.values() if qty >= step)])
            if ReasonCode.STOCK_USED_UP in codes:
                open_qty = min(open_qty, self._total_qty(arc.source))
            self._standings[key] = Standing(codes, open_qty)
        return self._standings[key]

    def _meets_minimum(self, arc: Arc, qty: int, *, is_used_up: bool) -> bool:
        """Whether this line alone could bring the offer or the order over its minimum; what is used up already did."""
        if is_used_up:
            return True
        if isinstance(arc.source, Offer):
            return self.ledger.offer_used(arc.source) + qty >= arc.source.min_qty
        least_idr = self.index.wholesalers[arc.source.wholesaler].min_order_idr
        return self.ledger.order_with(arc, qty) >= least_idr

    def _total_qty(self, source: Offer | Stock) -> int:
        return source.qty if isinstance(source, Offer) else source.packs * source.pack_qty

    def _holders(self, demand: Demand, judgements: list[Judgement]) -> tuple[Holder, ...]:
        """The largest takers of what is used up: of sources blocked by nothing else, or if there are none, by more."""
        used_up = [j for j in judgements if ReasonCode.STOCK_USED_UP in j.codes and j.codes.isdisjoint(_NEVER)]
        contested = [j for j in used_up if len(j.codes) == 1] or used_up
        takers = [taker for j in contested for taker in self.takers[j.source.id] if taker.demand != demand.id]
        takers.sort(key=lambda taker: (-taker.qty, taker.demand, taker.source, taker.cooperative))
        return tuple(takers[:_TOP_HOLDERS])


def _stand_ins(problem: Problem) -> dict[str, str]:
    """Return, for each stock that fixed lines use up, which stock is judged for it.

    A wholesaler's goods of an item that are promised may be many stocks, of which none can give anything: they are
    judged as the one that is still open or, if none is, as the largest of them.
    """
    promised = Counter[str]()
    for line in problem.fixed:
        promised[line.source] += line.qty
    size = {stock.id: stock.packs * stock.pack_qty for stock in problem.stocks}
    used_up = [stock for stock in problem.stocks if 0 < size[stock.id] <= promised[stock.id]]
    names = {stock.id for stock in used_up}
    chosen = {(stock.wholesaler, stock.item): stock.id for stock in sorted(used_up, key=lambda x: (size[x.id], x.id))}
    chosen |= {(stock.wholesaler, stock.item): stock.id for stock in problem.stocks if stock.id not in names}
    return {stock.id: chosen[stock.wholesaler, stock.item] for stock in used_up}


def _booked(index: ProblemIndex, plan: Plan) -> Ledger:
    """A ledger with the plan's lines; what they need of packs is what the plan buys, since no whole pack is unused."""
    ledger = Ledger(index)
    for line in plan.allocations:
        source = index.offers.get(line.source) or index.stocks[line.source]
        arc = ledger.arc(index.demands[line.demand], source, index.cooperatives[line.cooperative])
        if arc is not None:
            ledger.deliver(arc, line.qty)
    return ledger


def _ranked(judgements: list[Judgement], short_qty: int) -> tuple[Reason, ...]:
    """Count the judgements by rule; first what alone keeps most away, then what keeps most away."""
    sources: defaultdict[ReasonCode, int] = defaultdict(int)
    alone: defaultdict[ReasonCode, int] = defaultdict(int)
    blocked_qty: defaultdict[ReasonCode, int] = defaultdict(int)
    alone_qty: defaultdict[ReasonCode, int] = defaultdict(int)
    for judgement in judgements:
        codes = judgement.codes or {ReasonCode.CHEAPER_LEFT_SHORT}
        for code in codes:
            sources[code] += 1
            blocked_qty[code] += judgement.qty
            if len(codes) == 1:
                alone[code] += 1
                alone_qty[code] += judgement.qty
    reasons = [
        Reason(code, sources[code], alone[code], min(short_qty, blocked_qty[code]), min(short_qty, alone_qty[code]))
        for code in ReasonCode
        if code in sources
    ]
    if not any(judgement.codes.isdisjoint(_NEVER) for judgement in judgements):
        reasons.append(Reason(ReasonCode.NO_ELIGIBLE_SUPPLY, len(judgements), len(judgements), short_qty, short_qty))
    order = list(ReasonCode)
    return tuple(sorted(reasons, key=lambda r: (-r.alone_qty, -r.blocked_qty, order.index(r.code))))
