"""A region's week: its problem, drawn on the places that the database knows, and what is kept of its plan."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Sequence
from typing import Final

from service.database.queries.places import list_kelurahan
from service.database.unit_of_work import UnitOfWork
from service.domain.places import Kelurahan
from service.domain.runs import MatchingRun
from service.matching.problem import Problem
from service.matching.process import SolveResult
from service.matching.reader import read_problem
from service.simulation.drawing.draws import WHOLESALERS, Drawing, Place
from service.simulation.drawing.problems import draw_problem
from service.simulation.drawing.supply import usually_operating
from service.simulation.nation.regions import NationRegion, nation
from service.simulation.nation.villages import area_km2
from service.workflows.build_problem import BuiltProblem
from service.workflows.plan_files import plan_file
from service.workflows.run_attempt import Attempt
from service.workflows.store_plan import StorePlan, proposal_of

MOST_VILLAGES: Final = 2_000
FEWEST_WHOLESALERS: Final = 3
KITCHENS_PER_WHOLESALER: Final = 2
"""Up to the number that a city has."""
CITY_RADIUS_KM: Final = 7
"""How far cooperatives go in the city, on average."""
WITHIN_REACH: Final = 12
"""Cooperatives that a kitchen can choose from, about as in the city."""


async def draw_week(work: UnitOfWork, attempt: Attempt) -> BuiltProblem:
    """Draw the problem of a run's region; equal seed and places, equal problem."""
    villages = await list_kelurahan(
        work.session, region_code=attempt.region_code, kecamatan_code=None, after=None, limit=MOST_VILLAGES
    )
    region = next(one for one in nation() if one.fact.code == attempt.region_code)
    problem = await asyncio.to_thread(problem_of, region, villages, attempt.seed)
    return BuiltProblem(problem, [])


def problem_of(region: NationRegion, villages: Sequence[Kelurahan], seed: int) -> Problem:
    """Return a week of the region's kitchens, which stand where people live."""
    code = region.fact.code
    drawing = Drawing(
        region.kitchens,
        "normal",
        random.Random(f"pasok-nation/{seed}/{code}/week"),  # noqa: S311 - repeatable on purpose
        [Place(each.code, each.latitude, each.longitude, each.population) for each in villages],
        min(WHOLESALERS, max(FEWEST_WHOLESALERS, region.kitchens // KITCHENS_PER_WHOLESALER)),
        reach_of(region),
    )
    return read_problem(draw_problem(drawing, f"{code}-{seed}"))


def reach_of(region: NationRegion) -> float:
    """Return how much farther than in the city cooperatives go: so far that a kitchen has its choice of them."""
    cooperatives = min(region.fact.villages, usually_operating(region.kitchens))
    needed_km = math.sqrt(WITHIN_REACH * area_km2(region.fact) / (cooperatives * math.pi))
    return max(1.0, needed_km / CITY_RADIUS_KM)


async def store_summary(work: UnitOfWork, run: MatchingRun, problem: Problem, result: SolveResult) -> None:
    """Store the plan's row, proof and figures with its file; its lines stay in the file, as nobody answers them."""
    plan = proposal_of(work, StorePlan(run, problem, result))
    plan.figures = {**plan.figures, "peak_bytes": result.peak_bytes}
    work.session.add_all([plan, plan_file(run.id, result.plan)])
    await work.session.flush()
