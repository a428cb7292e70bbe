"""What several web processes behind one address counted, added up: whichever is asked answers for all."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from service.api.request_figures import RequestFigures


class FigureShelf:
    """A file for each process, in a folder that they share.

    A process writes its own every second, and goes on with it when it is started anew: a sum that fell would look to
    a monitoring system as if everything had begun anew.
    """

    def __init__(self, folder: Path, place: int, own: RequestFigures) -> None:
        self._folder, self._place, self._own = folder, place, own
        self._written = 0
        if self._path(place).exists():
            own.add(_read(self._path(place)))

    def put(self) -> None:
        """Let the others see what this process counted by now."""
        counted = self._own.counts.total()
        if counted == self._written:
            return
        path = self._path(self._place)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps([_rows(one) for one in self._own.parts()]))
        fresh.replace(path)
        self._written = counted

    def total(self) -> RequestFigures:
        """Return what all counted: this process until now, the others until a second ago."""
        total = RequestFigures()
        total.add(self._own)
        for path in self._folder.glob("*.json"):
            if path != self._path(self._place):
                total.add(_read(path))
        return total

    def _path(self, place: int) -> Path:
        return self._folder / f"{place}.json"


def figures_of(app: FastAPI) -> RequestFigures:
    """Return the figures of the process, or of all where there are several."""
    shelf: FigureShelf | None = getattr(app.state, "figure_shelf", None)
    own: RequestFigures = app.state.request_figures
    return own if shelf is None else shelf.total()


def _rows(counter: Counter[Any]) -> list[list[Any]]:
    return [[list(key), value] for key, value in counter.items()]


def _read(path: Path) -> RequestFigures:
    found = RequestFigures()
    for own, rows in zip(found.parts(), json.loads(path.read_text()), strict=True):
        own.update({tuple(key): value for key, value in rows})
    return found
