"""The `pasok` command. Imports stand inside the commands: each starts with what it needs and no more."""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from service.database.embedded import DatabaseUnavailable, EmbeddedServer, database_address
from service.matching.why.sentences.wording import Language
from service.settings import Settings
from service.telemetry import configure_logging, correlated

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

simulate = typer.Typer(no_args_is_help=True, help="Live through what could happen, on a database of its own.")
app.add_typer(simulate, name="simulate")

REFUSED = 2


@app.command()
def serve() -> None:
    """Serve the web pages and the API, with a worker in the same process unless PASOK_WORKER_IN_PROCESS=0."""
    with _process() as (settings, database_url):
        _serve(settings, database_url)


@app.command()
def worker() -> None:
    """Work on background jobs until told to stop; any number of these may run, on any number of machines."""
    from service.worker import running, told_to_stop

    async def work(settings: Settings, database_url: str) -> None:
        async with running(settings, database_url, work=True):
            await told_to_stop()

    with _process() as (settings, database_url):
        asyncio.run(work(settings, database_url))


@app.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only compare what the migrations build with the entities.")
    ] = False,
    new: Annotated[str, typer.Option(help="Write a migration of this name from what changed in the entities.")] = "",
) -> None:
    """Bring the database's schema up to date."""
    from service.database.schema import create_revision, differences, migrate, scratch_database

    # demo=True: a migration uses no secret, so none is asked for.
    with _process(demo=True) as (_, database_url):
        if not check and not new:
            applied = migrate(database_url)
            typer.echo(f"Applied: {', '.join(applied)}" if applied else "The schema is up to date.")
            return
        with scratch_database(database_url) as scratch:
            migrate(scratch)
            if new:
                create_revision(scratch, new)
            elif found := differences(scratch):
                typer.echo("The migrations do not build what the entities say:\n" + "\n".join(found), err=True)
                raise typer.Exit(1)


@app.command()
def demo(serve: Annotated[bool, typer.Option(help="Serve the demo when it is ready, until Ctrl-C.")] = True) -> None:
    """Load the real week of Kota Bogor, match it, publish, answer, print the plan's table and serve it."""
    from service.database.schema import migrate
    from service.demo.run import print_logins
    from service.demo.steps import step

    console = Console()
    with ExitStack() as stack:
        with step(console, "database") as ready:
            settings, database_url = stack.enter_context(_process(demo=True, log_level="WARNING"))
            ready.result = "ready"
        if serve:
            _require_free_port(settings)
        with step(console, "migrated") as current:
            applied = migrate(database_url)
            current.result = f"{len(applied)} migrations" if applied else "up to date"
        asyncio.run(_play_demo(settings, database_url, console))
        if serve:
            print_logins(console, f"http://{settings.host}:{settings.port}")
            _serve(settings, database_url)


@app.command()
def match(
    problem: Annotated[Path, typer.Argument(help="The week's problem, pasok-problem/1.")],
    out: Annotated[Path, typer.Option("--out", help="Where the plan goes, pasok-plan/1.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=1, help="Seconds that the optimiser may take.")
    ] = 120,
    seed: Annotated[int, typer.Option(min=0, help="Equal problem, seed and limit give the equal plan.")] = 0,
    effort: Annotated[float, typer.Option(min=0.01, max=10, help="How hard to try; 1 is usual.")] = 1,
) -> None:
    """Match a problem's file; Ctrl-C keeps the best plan so far."""
    from service.matching.files import match_file, match_lines

    with _matching():
        result = match_file(problem, out, time_limit_s=time_limit, seed=seed, effort=effort)
    typer.echo("\n".join(match_lines(result)))
    _refuse_broken(result.plan.broken)


@app.command()
def check(
    problem: Annotated[Path, typer.Argument(help="The week's problem, pasok-problem/1.")],
    plan: Annotated[Path, typer.Argument(help="A plan of it, pasok-plan/1, made by anybody.")],
) -> None:
    """Check a plan's file: the rules it breaks, what it costs."""
    from service.matching.files import check_file, check_lines

    with _matching():
        report = check_file(problem, plan)
    typer.echo("\n".join(check_lines(report)))
    _refuse_broken(report.broken)


@app.command()
def explain(
    problem: Annotated[Path, typer.Argument(help="The week's problem, pasok-problem/1.")],
    plan: Annotated[Path, typer.Argument(help="A plan of it, pasok-plan/1.")],
    *,
    line: Annotated[str, typer.Option(help="Why is this demand line short?", metavar="DEMAND")] = "",
    source: Annotated[str, typer.Option(help="What became of this offer or stock?", metavar="SOURCE")] = "",
    allocation: Annotated[
        tuple[str, str, str] | None,
        typer.Option(help="Why this way for this line?", metavar="DEMAND SOURCE COOPERATIVE"),
    ] = None,
    sources: Annotated[bool, typer.Option("--sources", help="What became of every offer and stock?")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="What does each rule of the policy cost?")] = False,
    against: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="What changed since this problem and plan?", metavar="PROBLEM PLAN"),
    ] = None,
    worth: Annotated[bool, typer.Option("--worth", help="Was it worth it? Beside the clerk's way.")] = False,
    seconds: Annotated[float, typer.Option(min=1, help="Of each solve of --rules.")] = 10,
    language: Annotated[Language, typer.Option(help="Of the sentences.")] = Language.INDONESIAN,
    as_json: Annotated[bool, typer.Option("--json", help="Print numbers and codes instead of sentences.")] = False,
) -> None:
    """Explain a plan's file: one question at a time, the answer computed and re-solved."""
    from service.matching.explain_files import explain_files, explanation_lines, question_of, read_files

    with _matching():
        question = question_of(
            read_files(problem, plan),
            line=line,
            source=source,
            allocation=allocation,
            against=read_files(*against) if against else None,
            flags={"sources": sources, "rule_costs": rules, "worth": worth},
            seconds=seconds,
        )
        found = explain_files(question)
    typer.echo("\n".join(explanation_lines(question, found, language, as_json=as_json)))


@simulate.command()
def month(
    kitchens: Annotated[int, typer.Option(min=1, max=1000, help="Of the city.")] = 144,
    cooperatives: Annotated[int, typer.Option(min=1, max=68, help="How many of the 68 operate.")] = 40,
    weeks: Annotated[int, typer.Option(min=1, max=12, help="From Monday 2026-11-30.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give the equal table.")] = 1,
    effort: Annotated[float, typer.Option(min=0.01, max=10, help="How hard to match; 1 is usual.")] = 1,
) -> None:
    """Live a month of the city: declines, silence, cuts, withdrawals, recalls, late and short drops, late payment."""
    from service.database.schema import migrate, scratch_database
    from service.simulation.month import Month
    from service.simulation.tables import play_month

    console = Console()
    with _process(demo=True, log_level="ERROR") as (_, database_url), scratch_database(database_url) as scratch:
        migrate(scratch)
        asyncio.run(play_month(scratch, console, Month(kitchens, cooperatives, weeks, seed, effort)))


@app.command()
def openapi() -> None:
    """Print the API's description."""
    from service.main import create_app

    application = create_app(Settings(demo=True), "postgresql://not-connected")
    typer.echo(json.dumps(application.openapi(), indent=2, ensure_ascii=False))


@app.command()
def stop() -> None:
    """Stop the bundled PostgreSQL that a killed process left running."""
    with _refusals():
        directory = Settings(demo=True).postgres_dir
        if directory.exists() and not EmbeddedServer(directory).stop_if_unused():
            typer.echo("Not stopped: another process works with it.", err=True)
            raise typer.Exit(1)


@contextmanager
def _refusals() -> Iterator[None]:
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
def _process(**given: Any) -> Iterator[tuple[Settings, str]]:  # noqa: ANN401 - pydantic checks them
    """Read the settings, send the logs on their way and hold the database until the block ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with _refusals():
        settings = Settings(**given)
        configure_logging(settings.log_format, settings.log_level)
        with (
            correlated(),
            database_address(settings.configured_database_url, settings.postgres_dir) as database_url,
        ):
            yield settings, database_url


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


@contextmanager
def _matching() -> Iterator[None]:
    """Say in words why files were not matched or checked."""
    from service.matching.errors import InvalidDocument, MatchingError, SolverFailed

    try:
        yield
    except InvalidDocument as error:
        typer.echo("\n".join(str(fault) for fault in error.faults), err=True)
        raise typer.Exit(REFUSED) from error
    except SolverFailed as error:
        typer.echo(f"{error.stderr_tail}{error}", err=True)
        raise typer.Exit(1) from error
    except MatchingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from error


def _refuse_broken(broken: Sequence[object]) -> None:
    """End with 1 if a plan breaks rules, naming each."""
    for fault in broken:
        typer.echo(f"BROKEN {fault}", err=True)
    if broken:
        raise typer.Exit(1)


def _serve(settings: Settings, database_url: str) -> None:
    import uvicorn

    from service.main import create_app
    from service.worker import require_ready

    asyncio.run(require_ready(database_url))
    uvicorn.run(create_app(settings, database_url), host=settings.host, port=settings.port, log_config=None)


def _require_free_port(settings: Settings) -> None:
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
