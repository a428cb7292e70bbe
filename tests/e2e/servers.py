"""`pasok serve` as a person runs it: a process of its own, found by its address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

COMMAND = (sys.executable, "-c", "from service.cli import app; app()")
SECRET_KEY = "a-secret-of-the-end-to-end-tests-only"
STARTS_WITHIN_S = 90
POLL_S = 0.05


@dataclass(frozen=True)
class Server:
    """A serving process."""

    process: subprocess.Popen[str]
    address: str

    def solving(self) -> list[psutil.Process]:
        """Return the processes that solve for it."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if "service.matching" in child.cmdline()]


def environment(**settings: object) -> dict[str, str]:
    """Return the environment of a process with these settings and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PASOK_")}
    return inherited | {f"PASOK_{name.upper()}": str(value) for name, value in settings.items()}


def pasok(*words: str | Path, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command of `pasok` to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def serving(database_url: str, log: Path, **settings: object) -> Iterator[Server]:
    """Serve a database until the block ends; what the process says goes into ``log``."""
    port = _free_port()
    given = {"secret_key": SECRET_KEY, "database_url": database_url, "port": port, **settings}
    with log.open("a") as out:
        process = subprocess.Popen((*COMMAND, "serve"), env=environment(**given), stdout=out, stderr=out, text=True)
    server = Server(process, f"http://127.0.0.1:{port}")
    try:
        _wait_until_served(server, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_served(server: Server, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            httpx.get(f"{server.address}/healthz").raise_for_status()
        except httpx.HTTPError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"not served; it said:\n{log.read_text()}") from None
            time.sleep(POLL_S)
        else:
            return
