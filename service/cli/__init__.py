"""The `pasok` command. Imports stand inside the commands: each starts with what it needs and no more."""

import gc
from typing import Final

import typer

from service.cli.audit import audit
from service.cli.backup import backup, restore
from service.cli.demo import demo
from service.cli.doctor import doctor
from service.cli.jobs import jobs
from service.cli.match import check, explain, match
from service.cli.migrate import migrate
from service.cli.sbom import sbom
from service.cli.serve import openapi, serve, stop, worker
from service.cli.simulate import simulate

LOOKS_FOR_GARBAGE_AFTER: Final = 50_000
"""So many objects more, and a process looks for garbage (`gc.set_threshold`). What a command loads at its start stays,
and the thousands of rows of an answer go by themselves when it is sent; looking after every 700, as Python does, took
an eighth of the time to start and a tenth of a web process's processor."""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

for command in (serve, worker, migrate, demo, match, check, explain, openapi, sbom, doctor, backup, restore, stop):
    app.command()(command)
app.add_typer(audit, name="audit")
app.add_typer(jobs, name="jobs")
app.add_typer(simulate, name="simulate")


@app.callback()
def begin() -> None:
    """Prepare the process before its command loads what it needs."""
    gc.set_threshold(LOOKS_FOR_GARBAGE_AFTER)
