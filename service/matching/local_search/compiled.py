"""How the inner loops are compiled: once per machine, kept on disk, without the interpreter's lock.

Compiled functions read and write records of arrays that live as long as the search, so they do without reference
counting; they must not create arrays. The compiler looks for changes only in a function's own file, so the folder of
what it keeps is named after the text of all files here: code that changed anywhere is compiled anew.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import config, njit

if TYPE_CHECKING:
    from collections.abc import Callable

Compiled = TypeVar("Compiled", bound="Callable[..., object]")
HERE = Path(__file__).parent


def _fingerprint() -> str:
    """Return a hash of all files of this package."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(HERE.glob("*.py")))).hexdigest()[:16]


config.CACHE_DIR = str(Path(config.CACHE_DIR or HERE / "__pycache__") / _fingerprint())  # type: ignore[attr-defined]  # set at run time


def compiled(function: Compiled) -> Compiled:
    """Compile a function that knows only numbers and records; floats are exact IEEE, in the order as written."""
    options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
    return cast("Compiled", njit(**options)(function))
