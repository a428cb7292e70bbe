"""Processes to kill, and a week of a small city in a database of its own for them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.servers import environment
from tests.faults.processes import Nursery

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="package")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    folder = tmp_path_factory.mktemp("faults")
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("nursery.py")), str(folder)],
        env=environment() | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    nursery = Nursery(program, folder)
    yield nursery
    nursery.end()
    program.kill()
    program.communicate()


@pytest.fixture(autouse=True)
def _nobody_is_left(nursery: Nursery) -> Iterator[None]:
    yield
    nursery.end()
    nursery.pids.clear()
