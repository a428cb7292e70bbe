"""What lists as files take of the database and of the web process, without and with a streaming copy to read from.

Usage: python benchmarks/replica.py [KITCHENS ...]    (default 12 36 144)

A published week is asked for as five files, each several times: processor milliseconds a file of the database's own
server, of the copy's and of the web process, and how long a file takes. The copy follows on the same machine.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

from benchmarks.loading import city
from benchmarks.measuring.table import print_row
from service.database.embedded import EmbeddedServer
from service.database.schema import migrate
from service.settings import Settings
from tests.factories.copies import streaming_copy

SIZES = (12, 36, 144)
FILES = ("/orders/lines/export", "/orders/export", "/forecasts/export", "/offers/export", "/audit/export")
TIMES = 6
WIDTHS = (8, 14, 14, 11, 11, 11)


def processor_ms(folder: Path) -> float:
    """Return what the processes of a server have taken so far."""
    taken = 0.0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name() == "postgres" and process.cwd() == str(folder.resolve()):
                times = process.cpu_times()
                taken += times.user + times.system
    return taken * 1000


def asked(web: city.Served, key: str, folder: Path) -> list[float]:
    """Ask for every file several times; return milliseconds a file of both servers, of the web process and waited."""
    servers = [folder / name for name in ("postgres", "copy")]
    with httpx.Client(base_url=web.address, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        for path in FILES:
            client.get(path).raise_for_status()
        before = [*map(processor_ms, servers), web.processor_s * 1000, time.perf_counter() * 1000]
        for path in FILES * TIMES:
            client.get(path).raise_for_status()
        after = [*map(processor_ms, servers), web.processor_s * 1000, time.perf_counter() * 1000]
    return [(late - early) / (len(FILES) * TIMES) for early, late in zip(before, after, strict=True)]


def measured(kitchens: int) -> None:
    """Print a row without and one with the copy."""
    with tempfile.TemporaryDirectory() as name, EmbeddedServer(Path(name) / "postgres") as server:
        folder, url = Path(name), server.url()
        migrate(url)
        settings = Settings(demo=True, database_url=url, var_dir=folder)
        ready = asyncio.run(city.ready_city(settings, url, kitchens))
        with streaming_copy(server, folder / "copy") as copy:
            ways: Mapping[str, Mapping[str, str]] = {"the database": {}, "a copy": {"replica_url": copy}}
            for read, given in ways.items():
                with city.served(url, folder, 1, **given) as web:
                    print_row(
                        [str(kitchens), read, *(f"{ms:.0f}" for ms in asked(web, ready.operator, folder))], WIDTHS
                    )


def main() -> None:
    """Print the table."""
    print_row(["kitchens", "read from", "database ms", "copy ms", "web ms", "a file ms"], WIDTHS)
    for kitchens in [int(word) for word in sys.argv[1:]] or SIZES:
        measured(kitchens)


if __name__ == "__main__":
    main()
