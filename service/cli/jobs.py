"""Background jobs that were given up: list them, try them again."""

import asyncio
from typing import Annotated

import typer

from service.cli.process import process

jobs = typer.Typer(no_args_is_help=True, help="Background jobs that were given up.")


@jobs.command()
def failed() -> None:
    """List the jobs that were given up within two weeks; their log lines say why."""
    from service.database.engine import conninfo
    from service.jobs.failed import failed_jobs

    with process(demo=True, log_level="ERROR") as (_, database_url):
        found = asyncio.run(failed_jobs(conninfo(database_url)))
    for job in found:
        when = f"{job.failed_at:%Y-%m-%d %H:%M}" if job.failed_at else "-"
        typer.echo(f"{job.job_id}  {when}  {job.name}  {job.args}")
    if not found:
        typer.echo("No job was given up.")


@jobs.command()
def retry(job_ids: Annotated[list[int], typer.Argument(help="Of jobs that `pasok jobs failed` lists.")]) -> None:
    """Queue failed jobs again, once what made them fail is mended; a job may be done twice without harm."""
    from service.database.engine import conninfo
    from service.jobs.failed import try_again

    with process(demo=True, log_level="ERROR") as (_, database_url):
        queued = asyncio.run(try_again(conninfo(database_url), job_ids))
    typer.echo(f"Queued again: {', '.join(map(str, queued)) or 'none'}.")
    raise typer.Exit(0 if set(queued) == set(job_ids) else 1)
