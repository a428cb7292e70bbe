"""What the demo says of its data and of the plan, in one line or one table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from rich.table import Table

from service.database.queries.counts import answer_counts, week_counts
from service.database.unit_of_work import UnitsOfWork
from service.domain.plans import Plan
from service.domain.runs import MatchingRun

PERCENT_BP: Final = 100
MILLION: Final = 1_000_000

Value = Callable[[dict[str, Any]], float]
Shown = Callable[[float], str]


async def loaded_line(units: UnitsOfWork, region_code: str, week_start: date) -> str:
    """Return what is in the database for the week."""
    async with units.begin() as work:
        counts = await week_counts(work.session, region_code, week_start)
    return f"week of {week_start:%d %b %Y}: " + ", ".join(f"{number:,} {what}" for what, number in counts.items())


async def answered_line(units: UnitsOfWork, plan: Plan) -> str:
    """Return how the lines of the plan's orders stand."""
    async with units.begin() as work:
        counts = await answer_counts(work.session, plan.id)
    return ", ".join(f"{number:,} {status.value.replace('_', ' ')}" for status, number in counts.items())


def progress_line(run: MatchingRun) -> str:
    """Return how far a run is."""
    if not run.progress:
        return run.status.value
    point = run.progress[-1]
    parts = [str(point.get("phase", ""))]
    if point.get("objective_idr") is not None:
        parts.append(f"plan {_millions(point['objective_idr'])}")
    if point.get("bound_idr") is not None:
        parts.append(f"bound {_millions(point['bound_idr'])}")
    return ", ".join(part for part in parts if part)


def plan_line(plan: Plan) -> str:
    """Return what came of the run."""
    return (
        f"objective {_millions(plan.objective_idr)}, proven bound {_millions(plan.bound_idr)}, "
        f"gap {plan.gap_bp / PERCENT_BP:.2f} %, solved in {plan.solve_ms / 1000:.1f} s"
    )


def plan_table(plan: Plan, region_name: str) -> Table:
    """Return the plan beside the clerk's way: what it costs, what is short, who supplies."""
    own, clerk = plan.figures["plan"], plan.figures["greedy"]
    table = Table(title=f"{region_name}, week of {plan.week_start:%d %B %Y}", title_justify="left")
    for heading, justify in (("", "left"), ("plan", "right"), ("clerk's way", "right"), ("difference", "right")):
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for name, value, shown in _ROWS:
        mine, theirs = value(own), value(clerk)
        sign = "+" if mine > theirs else ""
        table.add_row(name, shown(mine), shown(theirs), sign + shown(mine - theirs))
    bound = f"{plan.gap_bp / PERCENT_BP:.2f} % above the proven bound of {_millions(plan.bound_idr)}"
    table.caption, table.caption_justify = bound, "left"
    return table


def _millions(amount: float) -> str:
    return f"Rp {amount / MILLION:,.1f} m"


def _whole_millions(amount: float) -> str:
    return f"Rp {amount / MILLION:,.0f} m"


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"


def _tonnes(kilograms: float) -> str:
    return f"{kilograms / 1000:,.2f} t"


def _count(number: float) -> str:
    return f"{number:,.0f}"


def _costs(*terms: str) -> Value:
    return lambda figures: sum(float(figures["cost_idr"].get(term, 0)) for term in terms)


def _rest(figures: dict[str, Any]) -> float:
    return float(figures["total_idr"]) - _costs(*_NAMED)(figures)


def _figure(name: str) -> Value:
    return lambda figures: float(figures[name])


_NAMED: Final = ("goods", "shortage", "drops", "carry", "freight")

_ROWS: Final[tuple[tuple[str, Value, Shown], ...]] = (
    ("total cost (objective)", _figure("total_idr"), _whole_millions),
    ("  goods", _costs("goods"), _whole_millions),
    ("  shortage, priced", _costs("shortage"), _whole_millions),
    ("  drops, carrying, freight", _costs("drops", "carry", "freight"), _whole_millions),
    ("  everything else", _rest, _whole_millions),
    ("fill rate, by weight", _figure("fill_share"), _percent),
    ("lowest fill rate of a kitchen", _figure("lowest_fill_share"), _percent),
    ("short", _figure("short_kg"), _tonnes),
    ("drops (deliveries)", _figure("drops"), _count),
    ("value from the same kelurahan", _figure("same_kelurahan_value_share"), _percent),
    ("value from the same kecamatan", _figure("same_kecamatan_value_share"), _percent),
    ("value bought at wholesalers", _figure("wholesale_value_share"), _percent),
    ("cooperatives below fair value", lambda f: float(f["fairness"]["below_fair"]), _count),
)
