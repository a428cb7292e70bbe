"""Processes that one other started: all end when it ends, however that comes; one that dies is started anew."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.e2e.servers import environment
from tests.faults.processes import until

PROGRAM = """
import signal, sys, time
from service.cli.family import Family

def sleep():
    time.sleep(60)

def hear_nothing():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)

parts = {"two": [sleep, sleep], "deaf": [sleep, hear_nothing]}[sys.argv[1]]
sys.exit(128 + Family(parts, ends_within_s=1, when_told=lambda: print("told", flush=True)).run())
"""


@pytest.fixture(params=["two", "deaf"])
def family(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, request.param]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as program:
        until(lambda: len(children(program)) == 2)
        yield program
        program.kill()


def children(program: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(program.pid).children()


def test_one_that_dies_is_started_anew_and_all_end_when_told_even_who_does_not_hear(
    family: subprocess.Popen[str],
) -> None:
    first, other = children(family)
    first.kill()
    until(lambda: other in children(family) and first not in children(family) and len(children(family)) == 2)
    everybody = children(family)
    family.send_signal(signal.SIGTERM)
    assert family.wait(30) == 128 + signal.SIGTERM
    assert not any(one.is_running() for one in everybody)
    assert family.stdout
    assert family.stdout.read() == "told\n"


@pytest.mark.parametrize("family", ["two"], indirect=True)
def test_nobody_is_left_when_the_one_that_started_them_is_killed(family: subprocess.Popen[str]) -> None:
    everybody = children(family)
    family.kill()
    until(lambda: not any(one.is_running() for one in everybody))
