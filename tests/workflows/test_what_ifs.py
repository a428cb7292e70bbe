"""What-ifs: asked beside a plan, solved on its changed problem, kept where nothing can be published from."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from service.domain.errors import InvalidField, NoPlanFile, NotFound, NotPermitted, TooManyWhatIfs
from service.domain.items import NeedClass
from service.domain.plans import Plan
from service.domain.policies import Policy
from service.domain.runs import MatchingRun, RunKind, RunPlan, RunProblem, RunStatus
from service.domain.what_ifs import MOST_ACTIVE_WHAT_IFS, WHAT_IFS_KEPT, WhatIfPlan
from service.matching.reader import read_problem
from service.workflows.ask_what_if import AskWhatIf, ask_what_if
from service.workflows.cancel_run import CancelRun, cancel_run
from service.workflows.forget_what_ifs import forget_what_ifs
from service.workflows.problem_file import unpacked
from service.workflows.scenario_changes import HypotheticalOffer, HypotheticalStock, OtherDemand, WhatIfChanges
from tests.factories.plans import WEEK, new_plan
from tests.factories.runs import plans_of, queued_jobs, rows, start, stored, work_on
from tests.factories.snapshots import full_policy

VALUES = full_policy(shortage_factor_bp={need.value: 80_000 for need in NeedClass}).values


@pytest.fixture
async def base(real_units, city) -> Plan:
    """A plan of the city made the clerk's way."""
    async with real_units.begin() as work:
        await work.session.execute(sa.update(Policy).where(col(Policy.id) == city.policy.id).values(values=VALUES))
    run = await start(real_units, city)
    await work_on(real_units, run)
    return (await plans_of(real_units, run))[0]


async def ask(units, city, plan, **changes) -> MatchingRun:
    async with units.begin(actor=city.operator) as work:
        return await ask_what_if(work, AskWhatIf(plan.id, WhatIfChanges(**changes), asked={"said": "so"}))


async def solved(units, city, plan, **changes) -> WhatIfPlan:
    run = await ask(units, city, plan, **changes)
    await work_on(units, run)
    assert (await stored(units, run)).failure_detail is None
    (found,) = await rows(units, WhatIfPlan, run_id=run.id)
    return found


async def problem_of(units, run_id):
    (file,) = await rows(units, RunProblem, run_id=run_id)
    return read_problem(json.loads(unpacked(file.content_gzip)))


def refused(error) -> dict[str, str]:
    return {fault.field: fault.code for fault in error.value.faults}


async def test_a_what_if_is_queued_as_a_run_of_its_own_kind_beside_others(real_units, city, base, fresh_engine):
    ordinary = await start(real_units, city)
    run = await ask(real_units, city, base, suspended=("C001",))
    assert (run.kind, run.base_run_id, run.status, run.policy_id) == (
        RunKind.WHAT_IF,
        base.run_id,
        RunStatus.QUEUED,
        base.policy_id,
    )
    assert run.scenario == {"asked": {"said": "so"}, "changes": {"suspended": ["C001"]}}
    assert (await queued_jobs(fresh_engine))[-2:] == [str(ordinary.id), str(run.id)]


async def test_its_plan_stands_beside_the_base_which_stays_as_it_was(real_units, city, base):
    before = base.model_dump()
    found = await solved(real_units, city, base, suspended=("C001",))
    (after,) = await rows(real_units, Plan, id=base.id)
    assert after.model_dump() == before
    assert len(await rows(real_units, Plan)) == 2  # the base's, and the one that the city came with
    assert [row["cooperative"] for row in found.figures["plan"]["cooperatives"]] == ["C000", "C002", "C003"]
    assert found.difference["lines"]["moved_kg"] >= 0
    assert len(await rows(real_units, RunPlan, run_id=found.run_id)) == 1


async def test_demand_that_goes_is_told_in_lines_and_kilograms(real_units, city, base):
    """A kitchen of three goes: a third of 3 kitchens x 2 days x 4 items x 40 kg."""
    found = await solved(real_units, city, base, demand=(OtherDemand(0, "K002", None),))
    lines = found.difference["lines"]
    assert found.figures["plan"]["need_kg"] == pytest.approx(640)
    assert lines["moved_kg"] >= 320
    assert lines["removed"] >= 8
    assert found.difference["shortages"] == []


async def test_supply_that_goes_shows_what_becomes_short(real_units, city, base):
    gone = tuple(str(offer.id) for offer in city.offers.values() if offer.item_code == "ITEM-01")
    found = await solved(real_units, city, base, without_sources=gone)
    assert {row["item"] for row in found.difference["shortages"]} == {"ITEM-01"}
    assert sum(row["short_qty"] - row["before_qty"] for row in found.difference["shortages"]) == 6 * 40_000
    assert found.figures["plan"]["fill_share"] == pytest.approx(0.75)


async def test_hypothetical_supply_is_used_and_kept_nowhere_else(real_units, city, base):
    days = {"from_date": WEEK, "to_date": WEEK + timedelta(days=6)}
    offer = HypotheticalOffer("C002", "ITEM-01", 400_000, 1_000, min_qty=0, cash_bp=None, **days)
    stock = HypotheticalStock("W000", "ITEM-00", 50, 10_000, 20_000, **days)
    run = await ask(real_units, city, base, offers=(offer,), stocks=(stock,))
    await work_on(real_units, run)
    problem = await problem_of(real_units, run.id)
    (added,) = [x for x in problem.offers if x.id == "hypothetical-offer-1"]
    assert (added.supplier, added.from_day, added.to_day, added.cash_bp) == (
        "C002",
        0,
        1,
        VALUES["cash_bp"],
    )
    assert "hypothetical-stock-1" in {x.id for x in problem.stocks}
    (file,) = await rows(real_units, RunPlan, run_id=run.id)
    used = {line["source"] for line in json.loads(unpacked(file.content_gzip))["allocations"]}
    assert used >= {"hypothetical-offer-1", "hypothetical-stock-1"}


async def test_every_kind_of_policy_value_reaches_the_problem(real_units, city, base):
    was = await problem_of(real_units, base.run_id)
    policy = {
        "drop_idr": VALUES["drop_idr"] + 1,
        "tier_city_idr_per_kg": 999,
        "shortage_factor_bp": {"staple": VALUES["shortage_factor_bp"]["staple"] * 2},
        "ingredient_idr_per_small_portion": VALUES["ingredient_idr_per_small_portion"] * 2,
        "ingredient_idr_per_large_portion": VALUES["ingredient_idr_per_large_portion"] * 2,
        "fair_need_share_bp": 0,
    }
    run = await ask(real_units, city, base, policy=policy)
    await work_on(real_units, run)
    now = await problem_of(real_units, run.id)
    assert (now.policy.drop_idr, now.policy.tier_idr_per_kg.city) == (was.policy.drop_idr + 1, 999)
    assert [x.shortage_idr for x in now.items] == [2 * x.shortage_idr for x in was.items]
    assert [x.budget_idr["ingredient"] for x in now.kitchens] == [2 * x.budget_idr["ingredient"] for x in was.kitchens]
    assert [x.budget_idr["operations"] for x in now.kitchens] == [x.budget_idr["operations"] for x in was.kitchens]
    assert all(x.fair_value_idr <= 1 for x in now.cooperatives)  # a rupiah of rounding may stay


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, {"policy": "no_change"}),
        ({"policy": {"odd": 1}}, {"policy.odd": "extra_forbidden"}),
        ({"policy": {"drop_idr": -1}}, {"policy.drop_idr": "greater_than_equal"}),
        ({"policy": {"cut_off_weekday": 1}}, {"policy.cut_off_weekday": "no_effect"}),
        ({"policy": {"shortage_factor_bp": {"odd": 1}}}, {"policy.shortage_factor_bp": "invalid"}),
        ({"without_sources": ("nothing",)}, {"without_sources.0": "unknown_reference"}),
        ({"suspended": ("C009",)}, {"suspended.0": "unknown_reference"}),
        (
            {"demand": (OtherDemand(1, "K9", "ODD"),)},
            {"demand.0.kitchen": "unknown_reference", "demand.0.item_code": "unknown_reference"},
        ),
        (
            {"offers": (HypotheticalOffer("C009", "ITEM-01", 1000, 1, WEEK, WEEK, 0, 0),)},
            {"offers.cooperative": "unknown_reference"},
        ),
        (
            {"stocks": (HypotheticalStock("W000", "ITEM-01", 1, 1000, 1, WEEK.replace(day=1), WEEK.replace(day=2)),)},
            {"stocks.0.from_date": "outside_days"},
        ),
    ],
)
async def test_what_does_not_fit_is_named_before_anything_is_queued(real_units, city, base, changes, fields):
    with pytest.raises(InvalidField) as error:
        await ask(real_units, city, base, **changes)
    assert refused(error) == fields
    assert await rows(real_units, MatchingRun, kind=RunKind.WHAT_IF) == []


async def test_a_week_without_any_demand_left_fails_with_its_code(real_units, city, base):
    run = await ask(real_units, city, base, demand=(OtherDemand(0, None, None),))
    await work_on(real_units, run)
    assert (await stored(real_units, run)).failure_code == "no_demand"
    assert await rows(real_units, WhatIfPlan) == []


async def test_only_the_citys_operator_asks(real_units, city, base):
    async with real_units.begin(actor=city.officer()) as work:
        with pytest.raises(NotPermitted):
            await ask_what_if(work, AskWhatIf(base.id, WhatIfChanges(suspended=("C001",))))
    async with real_units.begin(actor=city.operator) as work:
        with pytest.raises(NotFound):
            await ask_what_if(work, AskWhatIf(work.new_id(), WhatIfChanges(suspended=("C001",))))


async def test_a_plan_without_a_stored_problem_cannot_be_changed(real_units, city, base):
    with pytest.raises(NoPlanFile):
        await ask(real_units, city, city.plan, suspended=("C001",))


async def test_only_so_many_wait_at_a_time(real_units, city, base):
    runs = [await ask(real_units, city, base, suspended=("C001",)) for _ in range(MOST_ACTIVE_WHAT_IFS)]
    with pytest.raises(TooManyWhatIfs):
        await ask(real_units, city, base, suspended=("C001",))
    await work_on(real_units, runs[0])
    assert (await ask(real_units, city, base, suspended=("C001",))).status is RunStatus.QUEUED


async def test_the_database_itself_keeps_a_what_if_from_becoming_a_plan(real_units, city, base):
    run = await ask(real_units, city, base, suspended=("C001",))
    for kind, constraint in (
        (RunKind.WHAT_IF, "ck_plan_no_what_if"),
        (RunKind.WEEK, "fk_plan_run_kind_matching_run"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            async with real_units.begin() as work:
                work.session.add(new_plan(run, run_kind=kind))
    with pytest.raises(IntegrityError, match="ck_matching_run_what_if_has_"):
        async with real_units.begin() as work:
            await work.session.execute(sa.update(MatchingRun).values(kind=RunKind.WEEK))


async def test_old_what_ifs_are_deleted_with_their_files_and_nothing_else(real_units, city, base, clock):
    found = await solved(real_units, city, base, suspended=("C001",))
    clock.advance(seconds=WHAT_IFS_KEPT.total_seconds() + 1)
    waiting = await ask(real_units, city, base, suspended=("C002",))
    async with real_units.begin() as work:
        assert await forget_what_ifs(work) == 1
    assert [run.id for run in await rows(real_units, MatchingRun, kind=RunKind.WHAT_IF)] == [waiting.id]
    for table in (WhatIfPlan, RunPlan, RunProblem):
        assert await rows(real_units, table, run_id=found.run_id) == []
    assert len(await rows(real_units, RunPlan, run_id=base.run_id)) == 1


async def test_a_base_that_kept_no_plan_file_is_nothing_to_compare_with(real_units, city, base):
    async with real_units.begin() as work:
        await work.session.execute(sa.delete(RunPlan).where(col(RunPlan.run_id) == base.run_id))
    found = await solved(real_units, city, base, suspended=("C001",))
    assert found.difference == {"lines": None, "shortages": []}
    assert [row["cooperative"] for row in found.figures["plan"]["cooperatives"]] == ["C000", "C002", "C003"]


async def test_the_job_of_a_what_if_that_was_cancelled_and_forgotten_does_nothing(real_units, city, base, clock):
    run = await ask(real_units, city, base, suspended=("C001",))
    async with real_units.begin(actor=city.operator) as work:
        await cancel_run(work, CancelRun(run.id))
    clock.advance(seconds=WHAT_IFS_KEPT.total_seconds() + 1)
    async with real_units.begin() as work:
        assert await forget_what_ifs(work) == 1
    await work_on(real_units, run)
    assert await rows(real_units, MatchingRun, kind=RunKind.WHAT_IF) == []
    assert await rows(real_units, WhatIfPlan) == []
