"""One web process, or several behind one address."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from service.api.draining import ENDS_WITHIN_S, DrainingServer
from service.api.figure_shelf import FigureShelf
from service.api.patience import PatientProtocol
from service.cli.family import Family
from service.settings import Settings

KEPT_OPEN_S: Final = 75
"""Whoever reads a page for a minute and taps on needs no new connection: that is two or three ways over a slow line."""
AFTERWARDS_S: Final = 15
"""For what is closed after the last request, and for the jobs of the worker beside."""


def serve_alone(settings: Settings, app: FastAPI) -> None:
    """Serve in this process until it is told to stop."""
    DrainingServer(server_config(settings, app), app, drain_s=settings.drain_s).run()


def serve_together(settings: Settings, app: FastAPI, *, beside: Sequence[Callable[[], None]]) -> int:
    """Serve in several processes that take requests from one socket; return the number of the signal that ended it.

    One socket and not one for each: what waits at the door of a process that dies is taken by another. Only those that
    serve keep it open to the end, so that the last of them closes it for all.
    """
    config = server_config(settings, app)
    with open_door(config) as door, tempfile.TemporaryDirectory(prefix="pasok-figures-") as folder:
        webs = [partial(_serve, settings, app, door, Path(folder), place) for place in range(settings.processes)]
        others = [partial(_outside, door, run) for run in beside]
        within_s = settings.drain_s + ENDS_WITHIN_S + AFTERWARDS_S
        return Family([*webs, *others], ends_within_s=within_s, when_told=door.close).run()


def open_door(config: uvicorn.Config) -> socket.socket:
    """Return the socket that several processes take requests from.

    What is written on its connections leaves at once. asyncio sees to that only where a socket names its protocol,
    which uvicorn's does not: then the body of an answer waits until the reader's side has confirmed its head, a whole
    way over a slow line.
    """
    door = config.bind_socket()
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def _outside(door: socket.socket, run: Callable[[], None]) -> None:
    door.close()
    run()


def _serve(settings: Settings, app: FastAPI, door: socket.socket, folder: Path, place: int) -> None:
    shelf = FigureShelf(folder, place, app.state.request_figures)
    app.state.figure_shelf = shelf
    config = server_config(settings, app)
    DrainingServer(config, app, drain_s=settings.drain_s, each_second=shelf.put).run([door])


def server_config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """Return how each web process serves."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        http=PatientProtocol,
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=ENDS_WITHIN_S,
        timeout_keep_alive=KEPT_OPEN_S,
    )
