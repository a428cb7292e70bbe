"""The schema: bring it up to date, compare it, write a migration."""

from typing import Annotated

import typer

from service.cli.process import REFUSED, process


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only compare what the migrations build with the entities.")
    ] = False,
    new: Annotated[str, typer.Option(help="Write a migration of this name from what changed in the entities.")] = "",
    grant: Annotated[
        str, typer.Option(help="Then give this user of PostgreSQL what web processes and workers need, and no more.")
    ] = "",
) -> None:
    """Bring the database's schema up to date."""
    from service.database.schema import create_revision, differences, migrate, scratch_database

    # demo=True: a migration uses no secret, so none is asked for.
    with process(demo=True) as (_, database_url):
        if not check and not new:
            applied = migrate(database_url)
            typer.echo(f"Applied: {', '.join(applied)}" if applied else "The schema is up to date.")
            if grant:
                _grant(database_url, grant)
            return
        with scratch_database(database_url) as scratch:
            migrate(scratch)
            if new:
                create_revision(scratch, new)
            elif found := differences(scratch):
                typer.echo("The migrations do not build what the entities say:\n" + "\n".join(found), err=True)
                raise typer.Exit(1)


def _grant(database_url: str, role: str) -> None:
    from service.database.rights import UnknownRole, grant_service

    try:
        grant_service(database_url, role)
    except UnknownRole as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from error
    typer.echo(f"{role} may work with every table and edit nothing that is only appended.")
