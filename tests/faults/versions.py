"""The program as it was before its newest migration, out of the repository's history, beside the present one."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory

from service.database.schema import MIGRATIONS_DIR
from tests.e2e.servers import environment
from tests.faults.processes import Nursery

ROOT = MIGRATIONS_DIR.parent
NEEDED = ("service", "tests", "migrations", "pyproject.toml")
FOUND_A_CITY = """
import asyncio, runpy, sys
from tests.faults.cities import found_city
asyncio.run(found_city(sys.argv[2]))
runpy.run_path("tests/faults/nursery.py", run_name="__main__")
"""


class NoHistory(Exception):
    """Why there is no older program to run."""


@dataclass(frozen=True)
class Newest:
    """The newest migration: its file's name without ending, its revision, and the one before."""

    name: str
    revision: str
    before: str


def newest_migration() -> Newest:
    scripts = ScriptDirectory(str(MIGRATIONS_DIR))
    head = scripts.get_revision("head")
    return Newest(Path(head.path).stem, head.revision, str(head.down_revision))


def _git(*words: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        message = "git is not installed"
        raise NoHistory(message)
    done = subprocess.run([git, "-C", str(ROOT), *words], capture_output=True, check=False)
    if done.returncode:
        raise NoHistory(done.stderr.decode().strip())
    return done.stdout


def commit_before(newest: Newest) -> str:
    """Return the commit that the newest migration was added to.

    Raises
    ------
    NoHistory
        If this copy of the repository does not reach back so far, or is none.
    """
    path = f"migrations/versions/{newest.name}.py"
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", path).decode().split()
    return _git("rev-parse", "--verify", f"{added[0]}^" if added else "HEAD").decode().strip()


def unpack(commit: str, folder: Path) -> Path:
    """Write the program of a commit into a folder."""
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit, "--", *NEEDED))) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.0 to 3.11.3 have none
        archive.extractall(folder)  # noqa: S202 - it is our own history
    return folder


def start(source: Path, folder: Path, database_url: str) -> Nursery:
    """Let the program in a folder fill an empty database, and then start processes when it is told to."""
    program = subprocess.Popen(
        [sys.executable, "-c", FOUND_A_CITY, str(folder), database_url],
        cwd=source,
        env=environment() | {"PYTHONPATH": str(source)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Nursery(program, folder)
