"""A town asks about its plan over real HTTP: single answers at once, long ones and what-ifs by the worker."""

import json
from pathlib import Path

from tests.e2e.people import Cast, Json, everybody, until
from tests.e2e.servers import Server, pasok
from tests.e2e.test_week import ended
from tests.e2e.towns import Town

LIMITS = {"seed": 7, "time_limit_s": 10}
WITHIN_S = 90


def test_a_town_asks_about_its_plan(town: Town, server: Server, tmp_path: Path) -> None:
    with everybody(server.address) as cast:
        started = cast.city.done("/runs", {"week_start": str(town.open_week), **LIMITS}, status=202)
        run = until(WITHIN_S, lambda: ended(cast.city, f"/runs/{started['id']}"))
        plan = cast.city.read(f"/plans/{run['plan_id']}")
        long = cast.city.done(f"/plans/{plan['id']}/source-answers", status=202)
        assert long["status"] == "waiting"
        hear_single_answers(cast, plan)
        suppose_a_cooperative_is_gone(cast, plan)
        hear_about_every_source(cast, plan)
        explain_the_files(cast, plan, tmp_path)


def hear_single_answers(cast: Cast, plan: Json) -> None:
    path = f"/plans/{plan['id']}"
    worth = cast.city.read(f"{path}/worth", language="en")
    assert round(worth["plan"]["total_idr"]) == plan["objective_idr"]
    assert "This plan covers" in worth["sentences"][0]
    delivery = cast.city.every(f"{path}/allocations")[0]
    chosen = cast.city.read(f"{path}/lines/{delivery['id']}/why")
    assert chosen["qty"] == delivery["allocated_qty"]
    assert delivery["cooperative_name"] in chosen["sentences"][0]
    changes = cast.city.read(f"{path}/changes", **{"from": plan["id"]})
    assert (changes["lines"], changes["difference_idr"]) == ([], 0)
    for short in cast.city.every(f"{path}/shortages")[:1]:
        why = cast.city.read(f"{path}/shortages/{short['forecast_line_id']}/why")
        assert (why["kitchen"], round(why["short_qty"])) == (short["kitchen_code"], short["short_qty"])


def suppose_a_cooperative_is_gone(cast: Cast, plan: Json) -> None:
    largest = max(plan["cooperatives"], key=lambda row: row["value_idr"])["cooperative"]
    asked = cast.city.done(f"/plans/{plan['id']}/what-ifs", {"suspended": [largest], **LIMITS}, status=202)
    what_if = until(WITHIN_S, lambda: ended(cast.city, f"/what-ifs/{asked['id']}"))
    result = what_if["result"]
    assert result["total_difference_idr"] > 0
    assert result["lines"]["removed"] > 0
    used = cast.city.get(f"/what-ifs/{asked['id']}/file").json()["allocations"]
    assert used
    assert largest not in {line["cooperative"] for line in used}
    assert cast.city.read(f"/plans/{plan['id']}")["version"] == plan["version"]


def hear_about_every_source(cast: Cast, plan: Json) -> None:
    path = f"/plans/{plan['id']}/source-answers"

    def answered() -> Json | None:
        asked = cast.city.read(path)
        return None if asked["status"] == "waiting" else asked

    assert until(WITHIN_S, answered)["status"] == "answered"
    answers = cast.city.every(path, limit=200)
    problem = cast.city.get(f"/plans/{plan['id']}/problem").json()
    assert {each["source"] for each in answers} == {x["id"] for x in [*problem["offers"], *problem["stocks"]]}
    assert all(each["reason"] for each in answers if each["outcome"] == "lost")


def explain_the_files(cast: Cast, plan: Json, folder: Path) -> None:
    problem, solved = folder / "problem.json", folder / "plan.json"
    problem.write_bytes(cast.city.get(f"/plans/{plan['id']}/problem").content)
    solved.write_bytes(cast.city.get(f"/plans/{plan['id']}/file").content)
    assert pasok("check", problem, solved).returncode == 0
    explained = pasok("explain", problem, solved, "--worth", "--json")
    assert explained.returncode == 0, explained.stderr
    worth = cast.city.read(f"/plans/{plan['id']}/worth")
    assert json.loads(explained.stdout)["plan"] == worth["plan"]
