"""The figures: who may read them, that they count right, and that the page of alerts names no other."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from service.api.metrics import figure_lines
from service.api.options import equip
from service.api.request_figures import RequestFigures
from service.database.queries.figures import Figure
from service.domain.runs import RunKind, RunStatus
from tests.api.conftest import BASE_URL
from tests.architecture.source import ROOT
from tests.factories.organisations import CREATED_AT
from tests.factories.plans import new_policy, new_run

LINE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\S+)')


@pytest.fixture
def reader(app):
    def make(host: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, client=(host, 1))
        return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers)

    return make


def parsed(text: str) -> dict[tuple[str, str], float]:
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = LINE.fullmatch(line).groups()
            found[name, labels or ""] = float(value)
    return found


async def test_this_machine_reads_them_and_nobody_else_learns_that_they_exist(reader):
    async with (
        reader() as near,
        reader("10.0.0.7") as far,
        reader(**{"X-Forwarded-For": "10.0.0.7"}) as through_a_proxy,
    ):
        assert (await near.get("/metrics")).status_code == 200
        for other in (far, through_a_proxy):
            refused, missing = await other.get("/metrics"), await other.get("/nothing")
            assert (refused.status_code, refused.json()["code"]) == (404, missing.json()["code"])


@pytest.fixture
def _token(app):
    before = app.state.options
    equip(app, replace(before, metrics_token="right"))
    yield
    equip(app, before)


@pytest.mark.usefixtures("_token")
async def test_with_a_token_only_who_sends_it_reads_them(reader):
    async with reader("10.0.0.7", Authorization="Bearer right") as right, reader(Authorization="Bearer no") as wrong:
        assert (await right.get("/metrics")).status_code == 200
        assert (await wrong.get("/metrics")).status_code == 404


async def test_requests_are_counted_by_route_and_not_by_thing(reader):
    async with reader() as near:
        before = parsed((await near.get("/metrics")).text)
        for number in range(3):
            await near.get(f"/api/v1/orders/00000000-0000-0000-0000-00000000000{number}")
        await near.request("ODD", "/nothing")
        after = parsed((await near.get("/metrics")).text)
    of_orders = 'method="GET",route="/api/v1/orders/{order_id}"'
    counted = ("pasok_http_requests_total", f'{of_orders},status="401"')
    assert after[counted] - before.get(counted, 0) == 3
    assert (
        after["pasok_http_request_seconds_count", of_orders]
        == after["pasok_http_request_seconds_bucket", f'{of_orders},le="+Inf"']
    )
    assert ("pasok_http_requests_total", 'method="other",route="none",status="404"') in after


async def test_the_queue_and_the_trail_are_told(reader, session):
    jobs = "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('quick', 'move'), ('quick', 'move')"
    await session.execute(sa.text(jobs))
    async with reader() as near:
        found = parsed((await near.get("/metrics")).text)
    assert found["pasok_jobs_waiting", 'queue="quick"'] == 2
    assert found["pasok_job_oldest_seconds", 'queue="quick"'] >= 0
    assert found["pasok_jobs_waiting", 'queue="solve"'] == 0
    assert found["pasok_worker_queues", ""] == 0
    assert found["pasok_database_bytes", ""] > 1_000_000


async def test_what_ifs_are_no_runs_that_the_figures_tell(reader, session, world):
    policy = new_policy()
    session.add(policy)
    await session.flush()
    run = new_run(policy, status=RunStatus.FAILED, started_at=CREATED_AT, finished_at=CREATED_AT + timedelta(minutes=1))
    session.add(run)
    await session.flush()
    asked = {"kind": RunKind.WHAT_IF, "base_run_id": run.id, "scenario": {}}
    times = {"started_at": run.started_at, "finished_at": run.finished_at}
    session.add(new_run(policy, status=RunStatus.FAILED, **asked, **times))
    await session.flush()
    async with reader() as near:
        found = parsed((await near.get("/metrics")).text)
    assert found["pasok_runs", 'status="failed"'] == 1
    assert found["pasok_solver_seconds", 'status="failed"'] == 60


async def test_no_alert_takes_a_figure_that_may_fall_for_a_counter(reader):
    async with reader() as near:
        text = (await near.get("/metrics")).text
    gauges = set(re.findall(r"# TYPE (\w+) gauge", text))
    counted = re.findall(r"(?:increase|rate)\([^|]*?(pasok_\w+)", (ROOT / "service" / "ALERTS.md").read_text("utf-8"))
    assert counted
    assert gauges.isdisjoint(counted), "what is deleted lowers it, and Prometheus takes that for a counter begun anew"


async def test_every_alert_rests_on_figures_that_exist_and_every_figure_of_the_database_is_watched(reader):
    watched = set(re.findall(r"pasok_\w+", (ROOT / "service" / "ALERTS.md").read_text("utf-8")))
    async with reader() as near:
        await near.get("/healthz")
        text = (await near.get("/metrics")).text
    names = {name for name, _ in parsed(text)} | set(re.findall(r"# TYPE (\w+)", text))
    assert watched <= names
    assert set(re.findall(r"# HELP (\w+)", text)) <= watched


def test_buckets_add_up_to_all_requests():
    figures = RequestFigures()
    for seconds in (0.001, 0.01, 0.03, 11):
        figures.note("GET", "/", 200, seconds)
    found = parsed("\n".join(figures.lines()))
    labels = 'method="GET",route="/"'
    told = [
        found["pasok_http_request_seconds_bucket", f'{labels},le="{bound}"']
        for bound in ("0.01", "0.025", "0.05", "10.0", "+Inf")
    ]
    assert told == [2, 2, 3, 3, 4]
    assert found["pasok_http_request_seconds_sum", labels] == pytest.approx(11.041)


def test_odd_letters_in_a_label_stay_within_it():
    [*_, line] = figure_lines([Figure("pasok_runs", "m", 1, {"status": 'a"b\\c\nd'})])
    assert line == 'pasok_runs{status="a\\"b\\\\c\\nd"} 1'
