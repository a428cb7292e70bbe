"""Hosts of their own on this machine: network namespaces with an address each, and a door to the database."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import make_url

_IP: Final = shutil.which("ip") or ""
_numbers: Final = itertools.count()


def can_be_made() -> bool:
    """Whether this user may make network namespaces."""
    if not _IP or os.geteuid():
        return False
    name = f"pasok-try-{os.getpid()}"
    made = subprocess.run([_IP, "netns", "add", name], capture_output=True, check=False).returncode == 0
    if made:
        _ip("netns", "del", name)
    return made


@dataclass(frozen=True)
class FarHost:
    """A namespace whose only way out is a cable to this host."""

    name: str
    cable: str
    our_address: str

    def command(self, *words: str) -> list[str]:
        """Return what runs a program there."""
        return [_IP, "netns", "exec", self.name, *words]

    def cut(self) -> None:
        """Pull the cable: neither side hears anything any more, and nobody is told."""
        _ip("link", "set", self.cable, "down")

    def mend(self) -> None:
        """Plug it in again."""
        _ip("link", "set", self.cable, "up")


@contextmanager
def far_host() -> Iterator[FarHost]:
    """Make a host for as long as the block lasts."""
    number = next(_numbers)
    name, cable = f"pasok-{os.getpid()}-{number}", f"pk{os.getpid() % 100_000}x{number}"
    network = f"10.{200 + number}.{os.getpid() % 250}"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("addr", "add", f"{network}.1/24", "dev", cable)
        _ip("link", "set", cable, "up")
        for words in (["addr", "add", f"{network}.2/24", "dev", "eth0"], ["link", "set", "eth0", "up"]):
            _ip("-n", name, *words)
        yield FarHost(name, cable, f"{network}.1")
    finally:
        _ip("netns", "del", name)


@asynccontextmanager
async def door_to(database_url: str, address: str) -> AsyncIterator[str]:
    """Let the database be reached at an address of this host; yield its address as far hosts write it."""
    url = make_url(database_url)
    folder, port = str(url.query["host"]), str(url.query.get("port", url.port or 5432))

    carriers: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            carriers.add(task)
        inner_reader, inner_writer = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        try:
            await asyncio.gather(_pour(reader, inner_writer), _pour(inner_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # a pulled cable, or the door is closed: either way both ends go, below
        finally:
            await _hang_up(inner_writer, writer)

    server = await asyncio.start_server(carry, address, 0)
    try:
        outside = {"host": address, "port": server.sockets[0].getsockname()[1]}
        yield url.set(query={}, **outside).render_as_string(hide_password=False)
    finally:
        server.close()
        for carrier in carriers:
            carrier.cancel()
        await asyncio.gather(*carriers, return_exceptions=True)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65_536):
        writer.write(part)
        await writer.drain()
    writer.close()


async def _hang_up(*writers: asyncio.StreamWriter) -> None:
    for writer in writers:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


def _ip(*words: str) -> None:
    subprocess.run([_IP, *words], check=True, capture_output=True)
