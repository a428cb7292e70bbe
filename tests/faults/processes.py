"""What a fault test works with: processes to kill and pause, requests to them, and a look at what came of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg

from service.database.engine import conninfo

CLIENT = httpx.Client(verify=False, timeout=60)  # noqa: S501 - no request of these leaves the machine or is encrypted
T = TypeVar("T")
STARTS_WITHIN_S = 60
SETTLES_WITHIN_S = 60
"""Whatever happened, nothing may be stuck for longer."""
POLL_S = 0.05


def until(look: Callable[[], T], within_s: float = SETTLES_WITHIN_S) -> T:
    """Wait until a look finds something, and return it."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing after {within_s} s"
        time.sleep(POLL_S)
    return found


@dataclass
class Nursery:
    """Starts processes on one database."""

    program: subprocess.Popen[str]
    folder: Path
    pids: list[int] = field(default_factory=list)

    def start(self, kind: str, database_url: str, now: datetime, **more: Any) -> int:
        order = {
            "kind": kind,
            "database_url": database_url,
            "now": now.isoformat(),
            "log": str(self.folder / "said.log"),
            **more,
        }
        assert self.program.stdin
        assert self.program.stdout
        self.program.stdin.write(json.dumps(order) + "\n")
        self.program.stdin.flush()
        self.pids.append(int(self.program.stdout.readline()))
        return self.pids[-1]

    def web(self, database_url: str, now: datetime, **more: Any) -> Web:
        """Start a web process and wait until it serves."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        web = Web(self.start("web", database_url, now, port=port, **more), f"http://127.0.0.1:{port}")
        until(web.is_up, STARTS_WITHIN_S)
        return web

    def end(self) -> None:
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class Web:
    """A web process."""

    pid: int
    address: str

    def is_up(self) -> bool:
        """Tell whether it still lets somebody in: a connection that is kept may be served after the door closed."""
        with suppress(httpx.HTTPError):
            return CLIENT.get(f"{self.address}/healthz", headers={"Connection": "close"}).is_success
        return False

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def send(self, request: Sent) -> httpx.Response:
        headers = {"Authorization": f"Bearer {request.token}", "Idempotency-Key": request.key, **request.headers}
        address = f"{self.address}/api/v1{request.path}"
        body = {"content": request.content} if request.content else {"json": request.body}
        return CLIENT.request(request.method, address, headers=headers, **body)


@dataclass(frozen=True)
class Sent:
    """A request that may be sent again, with the key that makes it have one effect."""

    token: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    content: bytes | None = None
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Onlooker:
    """A connection of the test's own."""

    database_url: str

    def ask(self, query: str, *values: Any) -> Any:
        with psycopg.connect(conninfo(self.database_url)) as connection:
            row = connection.execute(query, values or None).fetchone()
        return row[0] if row and len(row) == 1 else row

    @contextmanager
    def holding(self, table: str = "audit_entry") -> Iterator[psycopg.Connection[Any]]:
        """Keep everybody from writing into a table, in the middle of what they do, until the block ends."""
        with psycopg.connect(conninfo(self.database_url)) as connection:
            connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield connection
            connection.rollback()

    def wait_for_somebody(self) -> None:
        """Wait until a process stands before the table that is held."""
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        until(lambda: self.ask(waiting))

    def wait_for_nobody(self) -> None:
        """Wait until no transaction but this one is open: what a dead process began is taken back."""
        open_ones = """
            SELECT count(*) = 0 FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"""
        until(lambda: self.ask(open_ones))


@contextmanager
def sending(web: Web, request: Sent) -> Iterator[list[Any]]:
    """Send a request meanwhile; its answer, or the error, stands in the list after the block."""
    came: list[Any] = []

    def send() -> None:
        try:
            came.append(web.send(request))
        except httpx.HTTPError as error:
            came.append(error)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield came
    finally:
        thread.join(60)
