"""What the application is given when it is built, and how a request finds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from fastapi import FastAPI, Request

from service.database.replica import Replica
from service.database.unit_of_work import UnitsOfWork
from service.domain.second_factors import USUAL_RULES, EntryRules
from service.files.photos import PhotoShelf
from service.matching.questions import Answering


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """Plain values from the settings."""

    secret_key: str
    session_length: timedelta
    is_secure: bool
    """Whether the service is reached over HTTPS only: cookies and browsers are told so."""
    entry_rules: EntryRules = USUAL_RULES
    public_url: str | None = None
    """Where people reach the service; without, links are told without their host."""
    webhooks_to_private: bool = False
    gateway_secret: str | None = None
    """What the message gateway signs with; without, nothing is taken from it."""
    metrics_token: str | None = None
    """Who sends it may read the figures; without, programs on this machine may."""
    photos_dir: Path = Path("var/photos")
    """Where pictures lie; of several web processes all have the same."""


def equip(app: FastAPI, options: ApiOptions) -> None:
    """Give an application its options; the units of work follow when the database is open."""
    app.state.options = options


def open_units(
    app: FastAPI, units: UnitsOfWork, replica: Replica | None = None, counting: UnitsOfWork | None = None
) -> None:
    """Give an application the opener of its units of work, and the copy that files are read from.

    ``counting`` opens the units in which attempts to get in are counted while a unit of the request is open; without,
    they are opened like any other.
    """
    app.state.units = units
    app.state.replica = replica
    app.state.counting = counting or units


def open_desk(app: FastAPI, answering: Answering) -> None:
    """Give an application what answers questions about plans."""
    app.state.answering = answering


def answering_of(request: Request) -> Answering:
    """Return what answers questions about plans for the application that serves a request."""
    return cast("Answering", request.app.state.answering)


def counting_of(request: Request) -> UnitsOfWork:
    """Return what opens the units in which the application that serves a request counts attempts."""
    return cast("UnitsOfWork", request.app.state.counting)


def options_of(request: Request) -> ApiOptions:
    """Return the options of the application that serves a request."""
    return cast("ApiOptions", request.app.state.options)


def photos_of(request: Request) -> PhotoShelf:
    """Return where the application that serves a request keeps pictures."""
    return PhotoShelf(options_of(request).photos_dir)


def replica_of(request: Request) -> Replica | None:
    """Return the copy of the database from which the application that serves a request reads files."""
    return cast("Replica | None", request.app.state.replica)


def units_of(request: Request) -> UnitsOfWork:
    """Return what opens the units of work of the application that serves a request."""
    return cast("UnitsOfWork", request.app.state.units)
