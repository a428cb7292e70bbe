"""How the inner loops are compiled: once per machine, kept on disk, without the interpreter's lock.

Compiled functions read and write records of arrays that live as long as the search, so they do without reference
counting; they must not create arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

Compiled = TypeVar("Compiled", bound="Callable[..., object]")


def compiled(function: Compiled) -> Compiled:
    """Compile a function that knows only numbers and records; floats are exact IEEE, in the order as written."""
    options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
    return cast("Compiled", njit(**options)(function))
