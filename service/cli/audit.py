"""Prove that the audit trail is whole."""

import asyncio
from typing import Annotated

import typer

from service.cli.process import REFUSED, process

audit = typer.Typer(no_args_is_help=True, help="The audit trail, sealed by a chain of hashes.")


@audit.callback()
def _only_verify() -> None:
    """The audit trail, sealed by a chain of hashes."""


@audit.command()
def verify(
    head: Annotated[
        str, typer.Option(help="A link written down earlier, as this command or a backup's manifest says it.")
    ] = "",
) -> None:
    """Check every entry against its seal, and name the first that was changed, removed, slipped in or moved."""
    from service.cli.upkeep import verify_trail
    from service.domain.audit_chain import link_from
    from service.domain.errors import InvalidField
    from service.domain.findings import Verdict
    from service.workflows.verify_audit import judge_chain

    try:
        anchor = link_from(head) if head else None
    except InvalidField as error:
        typer.echo(f"--head: {error}", err=True)
        raise typer.Exit(REFUSED) from error
    with process(demo=True, log_level="ERROR") as (_, database_url):
        report = asyncio.run(verify_trail(database_url, anchor))
    for finding in judge_chain(report):
        typer.echo(f"{finding.verdict}: {finding.found} {finding.advice}".strip())
    raise typer.Exit(1 if any(each.verdict is Verdict.FAULT for each in judge_chain(report)) else 0)
