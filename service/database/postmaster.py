"""What PostgreSQL's own file in its data folder and the kernel say of the server that works there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Postmaster:
    """The first process of a server, where it listens, and whether it says that it is ready."""

    pid: int
    socket_dir: Path
    is_ready: bool


def postmaster_of(data_dir: Path) -> Postmaster | None:
    """Return the living server of a data folder; one that was killed this very moment still looks alive."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().splitlines()
        process = psutil.Process(int(lines[0]))
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"  # noqa: PLR2004 - the eighth line is the state
    return Postmaster(int(lines[0]), Path(lines[4]) if ready else data_dir, ready)


def server_processes(data_dir: Path) -> list[int]:
    """Return the processes of PostgreSQL, old or new, that work in a data folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name() == "postgres" and process.cwd() == str(data_dir):
                found.append(process.pid)
    return found
