"""What every command begins with: settings, logs, the database, and refusals in one sentence."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer
from pydantic import ValidationError

from service.database.embedded import DatabaseUnavailable, database_address
from service.settings import Settings
from service.telemetry import configure_logging, correlated

REFUSED: Final = 2


@contextmanager
def refusals() -> Iterator[None]:
    """Say what cannot work in one sentence, without a trace."""
    try:
        yield
    except DatabaseUnavailable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from error
    except ValidationError as error:
        for fault in error.errors():
            variable = "".join(f"PASOK_{str(part).upper()}: " for part in fault["loc"])
            typer.echo(variable + fault["msg"].removeprefix("Value error, "), err=True)
        raise typer.Exit(REFUSED) from error
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@contextmanager
def process(**given: Any) -> Iterator[tuple[Settings, str]]:  # noqa: ANN401 - pydantic checks them
    """Read the settings, send the logs on their way and hold the database until the block ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with refusals():
        settings = Settings(**given)
        configure_logging(settings.log_format, settings.log_level)
        with (
            correlated(),
            database_address(settings.configured_database_url, settings.postgres_dir) as database_url,
        ):
            yield settings, database_url
