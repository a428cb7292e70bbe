"""A city whose orders wait for their answers, with a key for everybody, and the served process before it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import psutil

from service.database.queries.people import active_members
from service.database.unit_of_work import UnitsOfWork
from service.demo.act_out import cast_of, match, publish
from service.demo.facts import read_facts
from service.demo.load import load_demo
from service.domain.organisations import OrganisationKind
from service.domain.people import Role
from service.domain.permissions import Action, Actor, reach_of
from service.settings import Settings
from service.worker import running
from service.workflows.create_api_key import CreateApiKey, create_api_key
from service.workflows.start_run import StartRun

COOPERATIVES_PER_KITCHEN = 68 / 144
PLAN_EFFORT = 0.05
SECRET = "benchmark-secret-that-is-long-enough-for-settings"  # noqa: S105 - of a city that is gone after the run
START_WITHIN_S = 90


@dataclass(frozen=True)
class Served:
    """What is served: one process, or one that started several."""

    address: str
    process: psutil.Process
    count: int = 1

    @property
    def processor_s(self) -> float:
        """Processor time that the processes themselves took so far, solvers left aside."""
        started = self.process.children() if self.count > 1 else []
        times = [one.cpu_times() for one in (self.process, *started)]
        return float(sum(one.user + one.system for one in times))


@dataclass(frozen=True)
class ReadyCity:
    """The published week and who does what in it, by their keys."""

    next_week: date
    plan_id: UUID
    kitchens: Mapping[str, str]
    cooperatives: Mapping[str, str]
    operator: str
    kelurahan: str


async def ready_city(settings: Settings, database_url: str, kitchens: int) -> ReadyCity:
    """Load so many kitchens' week, match and publish it, and make a key for everybody."""
    facts = read_facts()
    async with running(settings, database_url, work=True) as runtime:
        units = runtime.units
        size = {"kitchens": kitchens, "cooperatives": min(68, max(4, round(kitchens * COOPERATIVES_PER_KITCHEN)))}
        week_start = await load_demo(units, facts, seed=1, now=units.clock(), **size)
        cast = await cast_of(units, facts.region.code)
        plan = await match(units, cast, StartRun(week_start, seed=1, effort=PLAN_EFFORT), lambda _run: None)
        await publish(units, cast, plan)
        async with units.begin() as work:
            members = await active_members(work.session, facts.region.code)
        keys: dict[OrganisationKind, dict[str, str]] = {kind: {} for kind in OrganisationKind}
        writes = {Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT, Role.COOP_OFFICER}
        for user, organisation in members:
            if user.role in writes and organisation.code not in keys[organisation.kind]:
                actor = Actor(user.id, organisation.id, user.region_code, user.role)
                keys[organisation.kind][organisation.code] = await _key(units, actor)
        return ReadyCity(
            week_start + timedelta(weeks=1),
            plan.id,
            keys[OrganisationKind.KITCHEN],
            keys[OrganisationKind.COOPERATIVE],
            await _key(units, cast.operator),
            facts.kelurahan[0].code,
        )


async def _key(units: UnitsOfWork, actor: Actor) -> str:
    async with units.begin(actor=actor) as work:
        scopes = tuple(one for one in Action if one is not Action.CREDENTIALS and reach_of(actor, one) is not None)
        return (await create_api_key(work, CreateApiKey("benchmark", scopes, None))).text


@contextmanager
def served(database_url: str, var_dir: Path, count: int, **settings: str) -> Iterator[Served]:
    """Serve the city by our own command, in one process with the worker within or in several and one for the worker."""
    port = _free_port()
    given = {
        "PASOK_DATABASE_URL": database_url,
        "PASOK_SECRET_KEY": SECRET,
        "PASOK_PORT": str(port),
        "PASOK_VAR_DIR": str(var_dir),
        "PASOK_LOG_LEVEL": "WARNING",
        "PASOK_SOLVES_AT_ONCE": "1",
        "PASOK_PROCESSES": str(count),
        **{f"PASOK_{name.upper()}": value for name, value in settings.items()},
    }
    command = [sys.executable, "-c", "from service.cli import app; app()", "serve"]
    with _process(command, f"http://127.0.0.1:{port}/api/v1", "/readyz", given) as web:
        yield replace(web, count=count)


@contextmanager
def bare(database_url: str) -> Iterator[str]:
    """Serve the least that the framework can do, on the same database."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.loading.bare", database_url, str(port)]
    with _process(command, f"http://127.0.0.1:{port}", "/openapi.json", {}) as process:
        yield process.address


@contextmanager
def _process(command: list[str], address: str, ready: str, given: Mapping[str, str]) -> Iterator[Served]:
    process = subprocess.Popen(command, env={**os.environ, **given})  # noqa: S603 - our own programs
    try:
        _wait_for(process, address.removesuffix("/api/v1") + ready)
        yield Served(address, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(address).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    message = f"{address} does not answer"
    raise TimeoutError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
