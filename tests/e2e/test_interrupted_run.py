"""A run that is cancelled, or whose whole service is killed, while it solves."""

import time
from pathlib import Path

import psutil

from tests.e2e.books import wrong_books
from tests.e2e.people import CITY_OPERATOR, Json, Person, refused, until
from tests.e2e.servers import Server, serving
from tests.e2e.towns import Town

STARTS_WITHIN_S = 30
GOES_ON_WITHIN_S = 60
STOPS_WITHIN_S = 2.0
LIMITS = {"seed": 1, "time_limit_s": 120}


def start_run(city: Person, server: Server, town: Town, *, effort: float) -> tuple[str, psutil.Process]:
    """Start a run and return its path and the process that solves it."""
    run = city.done("/runs", {"week_start": str(town.open_week), "effort": effort, **LIMITS}, status=202)
    (solver,) = until(STARTS_WITHIN_S, server.solving)
    path = f"/runs/{run['id']}"
    assert city.read(path)["status"] == "running"
    return path, solver


def is_gone(process: psutil.Process) -> bool:
    """Tell whether a process has ended; who collects the orphans of a killed process may take its time."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def ended(city: Person, path: str) -> Json | None:
    run = city.read(path)
    return None if run["status"] in {"queued", "running", "cancelling"} else run


def test_a_cancel_ends_the_solve_within_two_seconds(town: Town, server: Server) -> None:
    with Person(server.address, CITY_OPERATOR) as city:
        path, solver = start_run(city, server, town, effort=10)
        asked = time.monotonic()
        assert city.done(f"{path}/cancel", status=202)["status"] == "cancelling"
        until(STOPS_WITHIN_S, lambda: is_gone(solver))
        run = until(STOPS_WITHIN_S, lambda: ended(city, path))
        assert time.monotonic() - asked < STOPS_WITHIN_S
        assert (run["status"], run["plan_id"]) == ("cancelled", None)
        refused(city.post(f"{path}/cancel"), 409, "illegal_transition")
        assert city.every("/plans") == []


def test_a_run_outlives_the_kill_of_the_whole_service(town: Town, log: Path) -> None:
    with serving(town.database_url, log) as server, Person(server.address, CITY_OPERATOR) as city:
        forecasts = city.every("/forecasts", status="submitted")
        path, solver = start_run(city, server, town, effort=1)  # long enough to be killed in the middle
        server.process.kill()
        server.process.wait()
        until(STOPS_WITHIN_S, lambda: is_gone(solver))
    restarted = time.monotonic()
    with serving(town.database_url, log) as server, Person(server.address, CITY_OPERATOR) as city:
        run = until(GOES_ON_WITHIN_S, lambda: ended(city, path))
        assert time.monotonic() - restarted < GOES_ON_WITHIN_S
        assert (run["status"], run["attempt"], run["failure_code"]) == ("succeeded", 2, None)
        assert [plan["id"] for plan in city.every("/plans")] == [run["plan_id"]]
        assert [each["id"] for each in city.every("/runs")] == [run["id"]]
        assert city.every("/forecasts", status="submitted") == forecasts
        allocations = city.every(f"/plans/{run['plan_id']}/allocations", limit=200)
        parts = ("forecast_line_id", "offer_id", "stock_id", "cooperative_id", "item_code")
        assert len({tuple(each[part] for part in parts) for each in allocations}) == len(allocations) > 0
    assert wrong_books(town.database_url) == []
