"""The `pasok` command. Imports stand inside the commands: each starts with what it needs and no more."""

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

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

for command in (serve, worker, migrate, demo, match, check, explain, openapi, sbom, doctor, backup, restore, stop):
    app.command()(command)
app.add_typer(audit, name="audit")
app.add_typer(jobs, name="jobs")
app.add_typer(simulate, name="simulate")
