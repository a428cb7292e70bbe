"""Look a running installation over and say in plain words what is wrong with it."""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.cli.process import process

if TYPE_CHECKING:
    from service.domain.findings import Finding

COLOURS = {"fine": "green", "warning": "yellow", "fault": "bold red"}


def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print the findings for a program.")] = False
) -> None:
    """Examine the installation: schema, books, jobs, messages, pictures, disk. Ends with 1 if something is wrong."""
    from service.cli.upkeep import examine
    from service.domain.findings import is_sound

    # demo=True: nothing is signed or sent, so no secret is asked for.
    with process(demo=True, log_level="ERROR") as (settings, database_url):
        findings = asyncio.run(examine(settings, database_url))
    if as_json:
        typer.echo(_as_json(findings, is_sound=is_sound(findings)))
    else:
        Console().print(_table(findings))
    raise typer.Exit(0 if is_sound(findings) else 1)


def _as_json(findings: Sequence["Finding"], *, is_sound: bool) -> str:
    rows = [
        {"check": each.check, "verdict": each.verdict, "found": each.found, "advice": each.advice} for each in findings
    ]
    return json.dumps({"is_sound": is_sound, "findings": rows}, indent=2)


def _table(findings: Sequence["Finding"]) -> Table:
    table = Table(show_lines=False)
    for heading in ("looked at", "verdict", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for each in findings:
        colour = COLOURS[each.verdict]
        table.add_row(each.check, f"[{colour}]{each.verdict}[/]", each.found, each.advice)
    return table
