"""Serve the pages and the API, work on jobs, stop what was left running."""

import asyncio
import json
import socket

import typer

from service.cli.process import REFUSED, process, refusals
from service.database.embedded import EmbeddedServer
from service.settings import Settings


def serve() -> None:
    """Serve the web pages and the API, with a worker in the same process unless PASOK_WORKER_IN_PROCESS=0."""
    with process() as (settings, database_url):
        serve_web(settings, database_url)


def worker() -> None:
    """Work on background jobs until told to stop; any number of these may run, on any number of machines."""
    from service.worker import running, told_to_stop

    async def work(settings: Settings, database_url: str) -> None:
        async with running(settings, database_url, work=True):
            await told_to_stop()

    with process() as (settings, database_url):
        asyncio.run(work(settings, database_url))


def openapi() -> None:
    """Print the API's description."""
    from service.main import create_app

    application = create_app(Settings(demo=True), "postgresql://not-connected")
    typer.echo(json.dumps(application.openapi(), indent=2, ensure_ascii=False))


def stop() -> None:
    """Stop the bundled PostgreSQL that a killed process left running."""
    with refusals():
        directory = Settings(demo=True).postgres_dir
        if directory.exists() and not EmbeddedServer(directory).stop_if_unused():
            typer.echo("Not stopped: another process works with it.", err=True)
            raise typer.Exit(1)


def serve_web(settings: Settings, database_url: str) -> None:
    import gc

    import uvicorn

    from service.api.draining import ENDS_WITHIN_S, DrainingServer
    from service.main import create_app
    from service.worker import require_ready

    asyncio.run(require_ready(database_url))
    app = create_app(settings, database_url)
    gc.freeze()  # what was loaded stays: to look through it for garbage would stop every request for a moment
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, timeout_graceful_shutdown=ENDS_WITHIN_S
    )
    DrainingServer(config, app, drain_s=settings.drain_s).run()


def require_free_port(settings: Settings) -> None:
    """Find out before the long part that the address cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            message = (
                f"{settings.host}:{settings.port} is taken ({error.strerror}): PASOK_PORT=8001 chooses another port"
            )
            typer.echo(message, err=True)
            raise typer.Exit(REFUSED) from error
