"""The real week of Kota Bogor."""

import asyncio
from contextlib import ExitStack
from typing import Annotated

import typer
from rich.console import Console

from service.cli.process import process
from service.cli.serve import require_free_port, serve_web
from service.settings import Settings


def demo(serve: Annotated[bool, typer.Option(help="Serve the demo when it is ready, until Ctrl-C.")] = True) -> None:
    """Load the real week of Kota Bogor, match it, publish, answer, print the plan's table and serve it."""
    from service.database.schema import migrate
    from service.demo.run import print_logins
    from service.demo.steps import step

    console = Console()
    with ExitStack() as stack:
        with step(console, "database") as ready:
            settings, database_url = stack.enter_context(process(demo=True, log_level="WARNING"))
            ready.result = "ready"
        if serve:
            require_free_port(settings)
        with step(console, "migrated") as current:
            applied = migrate(database_url)
            current.result = f"{len(applied)} migrations" if applied else "up to date"
        asyncio.run(_play_demo(settings, database_url, console))
        if serve:
            print_logins(console, f"http://{settings.host}:{settings.port}")
            serve_web(settings, database_url)


async def _play_demo(settings: Settings, database_url: str, console: Console) -> None:
    from service.demo.act_out import DemoFailed
    from service.demo.run import run_demo
    from service.worker import running

    try:
        async with running(settings, database_url, work=True) as runtime:
            await run_demo(runtime.units, console, cooperatives=settings.demo_cooperatives)
    except DemoFailed as error:
        typer.echo(f"The matching run ended without a plan: {error}", err=True)
        raise typer.Exit(1) from error
