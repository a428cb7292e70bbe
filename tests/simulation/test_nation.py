"""Weeks of many regions: how they are drawn, and a worker killed in mid-solve whose region another one solves."""

import asyncio
from io import StringIO

from rich.console import Console

from service.domain.runs import RunStatus
from service.matching.writer import write_problem
from service.simulation.nation.regions import KITCHENS, nation, sample
from service.simulation.nation.run import NationWeek, run_nation, working
from service.simulation.nation.table import at, size_table, speed_table
from service.simulation.nation.villages import villages_of
from service.simulation.nation.weeks import problem_of
from service.simulation.nation.worker import Assignment
from tests.simulation.nations import CLERK, HURRIED, SILENCE_S, SLEEP, asleep, smallest

# ---- how the nation is drawn


def test_all_kitchens_are_spread_over_all_regions_by_population():
    everyone = nation()
    assert (len(everyone), sum(region.kitchens for region in everyone)) == (514, KITCHENS)
    assert max(everyone, key=lambda region: region.kitchens).fact.name == "Kabupaten Bogor"
    assert min(region.kitchens for region in everyone) >= 1


def test_a_sample_takes_large_and_small_regions_alike():
    chosen = sample(50, seed=3)
    assert len({region.fact.code for region in chosen}) == 50
    assert chosen == sample(50, seed=3) != sample(50, seed=4)
    whole = sum(region.kitchens for region in chosen) * 514 / 50
    assert 0.9 * KITCHENS < whole < 1.1 * KITCHENS
    assert sample(600, seed=3) == sample(None, seed=3) == nation()


def test_every_village_of_a_region_has_a_place_and_together_they_have_its_residents():
    for region in (*smallest(2), max(nation(), key=lambda one: one.fact.villages)):
        districts, villages = villages_of(region.fact, 1)
        assert len({village.code for village in villages}) == region.fact.villages
        assert {village.kecamatan_code for village in villages} <= {district.code for district in districts}
        assert sum(village.population for village in villages) == region.fact.population


def test_kota_bogor_keeps_its_real_places():
    bogor = next(region for region in nation() if region.fact.code == "32.71")
    _, villages = villages_of(bogor.fact, 1)
    assert (len(villages), villages[0].name, villages[0].latitude) == (68, "Batu Tulis", -6.621608)


def test_a_week_is_the_same_for_equal_seeds_and_another_for_another():
    region = smallest(1)[0]
    _, villages = villages_of(region.fact, 1)
    first, again, other = (write_problem(problem_of(region, villages, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first["kitchens"]) == region.kitchens
    assert {kitchen["kelurahan"] for kitchen in first["kitchens"]} <= {village.code for village in villages}


def test_a_share_of_the_values_does_not_exceed_what_is_shown():
    assert [at([4, 1, 3, 2], share) for share in (0.25, 0.5, 0.9, 1)] == [1, 2, 4, 4]
    assert at([], 0.5) == 0


# ---- workers


async def test_a_region_whose_worker_is_killed_in_mid_solve_is_solved_once_by_another(
    fresh_database, monkeypatch, tmp_path
):
    monkeypatch.setattr("service.simulation.nation.run.sample", lambda count, _seed: tuple(smallest(count)))
    go = tmp_path / "go"  # the other one waits for it, so that a region is left however late the doomed one comes
    doomed_does, other_does = (
        Assignment(fresh_database, does, SILENCE_S, HURRIED) for does in (SLEEP, (*CLERK, str(go)))
    )
    week = NationWeek(regions=3, workers=1)
    with working(doomed_does, 1) as (doomed,):
        running = asyncio.create_task(run_nation(other_does, week))
        hit = await asleep(fresh_database)
        doomed.kill()
        go.touch()
        result = await running
    assert {(one.run.region_code, one.run.status, one.run.attempt) for one in result.runs} == {
        (one.fact.code, RunStatus.SUCCEEDED, 2 if one.fact.code == hit else 1) for one in result.regions
    }
    assert len(result.runs) == 3, "a region with two plans would stand here twice"
    assert all(1_000 <= one.plan.gap_bp <= 1_001 and one.plan.figures["greedy"]["total_idr"] for one in result.runs)
    shown = rows_of(speed_table(result, week)) + rows_of(size_table(result))
    assert "taken over from a dead worker 1" in shown
    assert any(row.startswith("1 to 12 3 10.01 10.01 10.01") for row in shown)


def rows_of(table):
    told = StringIO()
    Console(file=told, width=120).print(table)
    return [" ".join(line.split()) for line in told.getvalue().splitlines()]
