"""How many small faults in the code of rights and locks the tests notice: `make mutants`.

Each faulty module is tried in a process of its own, by the tests that are named for it; one that no test notices
survives and is printed. Fails if less than 95 of 100 are noticed.
"""

import argparse
import importlib.machinery
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from tests.mutants.changes import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
TRIED_BY: dict[str, tuple[str, ...]] = {
    "service.domain.permissions": ("--noconftest", "tests/domain/test_permissions.py"),
    "service.database.queries.locks": ("--noconftest", "tests/database/test_lock_statements.py"),
}
ENOUGH = 95
QUIET = ("-q", "-x", "-n0", "--no-header", "--no-summary", "--assert=plain", "-p", "no:cacheprovider")
AHEAD = ("sqlmodel", "sqlalchemy.ext.asyncio", "sqlalchemy.dialects.postgresql")
"""Packages of others that are loaded once for all mutants."""


class Changed(importlib.machinery.SourceFileLoader):
    """Loads a module from a faulty text in the place of its file."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, _fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec")


class Finder:
    """Finds the faulty module before the right one."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(self, name: str, _path: Any = None, _target: ModuleType | None = None) -> Any:
        if name != self.name:
            return None
        where = str(file_of(name))
        loader = Changed(name, where, self.source)
        return importlib.machinery.ModuleSpec(name, loader, origin=where)


def file_of(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")


def is_noticed(task: tuple[str, str]) -> bool:
    """Run the tests of a module upon a faulty text of it; tell whether one fails."""
    module, source = task
    sys.meta_path.insert(0, Finder(module, source))
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    return pytest.main([*QUIET, *TRIED_BY[module]]) != pytest.ExitCode.OK


def survivors(module: str, found: Sequence[Mutant], processes: int) -> list[Mutant]:
    fork = multiprocessing.get_context("fork")
    with fork.Pool(processes, maxtasksperchild=1) as pool:
        noticed = pool.map(is_noticed, [(module, one.source) for one in found], chunksize=1)
    return [one for one, is_known in zip(found, noticed, strict=True) if not is_known]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--modules", nargs="+", choices=TRIED_BY, default=list(TRIED_BY))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    os.chdir(ROOT)
    for name in AHEAD:
        importlib.import_module(name)
    few = False
    for module in args.modules:
        source, began = file_of(module).read_text(), time.monotonic()
        if survivors(module, [Mutant(0, "none", source)], 1) == []:
            sys.exit(f"{module}: its tests fail without any fault")
        found = list(mutants(source))
        left = survivors(module, found, args.processes)
        killed = 100 * (len(found) - len(left)) / len(found)
        print(f"{module}: {len(found)} faults, {killed:.1f} % noticed, {time.monotonic() - began:.0f} s")
        for one in left:
            print(f"    line {one.line}: {one.fault}")
        few = few or killed < ENOUGH
    sys.exit(1 if few else 0)


if __name__ == "__main__":
    main()
