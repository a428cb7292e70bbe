"""Serve the pages and the API, work on jobs, stop what was left running."""

import asyncio
import json
import signal
import socket
from functools import partial
from typing import Annotated

import typer

from service.cli.process import REFUSED, process, refusals
from service.database.embedded import EmbeddedServer
from service.settings import Settings


def serve(
    processes: Annotated[
        int | None, typer.Option(help="Web processes behind one address; a worker beside them if there are several.")
    ] = None,
) -> None:
    """Serve the web pages and the API, with a worker in the same process unless PASOK_WORKER_IN_PROCESS=0."""
    given = {} if processes is None else {"processes": processes}
    with process(**given) as (settings, database_url):
        serve_web(settings, database_url)


def worker() -> None:
    """Work on background jobs until told to stop; any number of these may run, on any number of machines."""
    with process() as (settings, database_url):
        work_on_jobs(settings, database_url)


def work_on_jobs(settings: Settings, database_url: str) -> None:
    from service.worker import running

    async def work() -> None:
        async with running(settings, database_url, work=True):
            await _told_to_stop()

    asyncio.run(work())


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

    from service.cli.web_processes import serve_alone, serve_together
    from service.main import create_app
    from service.worker import require_ready

    asyncio.run(require_ready(database_url))
    is_alone = settings.processes == 1
    ours = settings if is_alone else settings.model_copy(update={"worker_in_process": False})
    app = create_app(ours, database_url)
    gc.freeze()  # what was loaded stays: to look through it for garbage would stop every request for a moment
    if is_alone:
        serve_alone(settings, app)
        return
    workers = [partial(work_on_jobs, settings, database_url)] if settings.worker_in_process else []
    raise typer.Exit(128 + serve_together(settings, app, beside=workers))


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


async def _told_to_stop() -> None:
    """Wait until somebody tells this process to stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
