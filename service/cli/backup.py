"""Take a backup of the whole installation, and bring one back."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.process import REFUSED, process


def backup(file: Annotated[Path, typer.Argument(help="Where the backup goes; it holds personal data.")]) -> None:
    """Write the database and all pictures into one file, while everything runs on."""
    import asyncio

    from service.files.photos import PhotoShelf
    from service.worker import require_ready
    from service.workflows.back_up import back_up

    started = time.monotonic()
    with process(demo=True, log_level="ERROR") as (settings, database_url):
        asyncio.run(require_ready(database_url))
        try:
            manifest = back_up(database_url, PhotoShelf(settings.photos_dir), file, now=datetime.now(UTC))
        except OSError as error:
            typer.echo(f"Not backed up: {error}", err=True)
            raise typer.Exit(1) from error
    size_mb = file.stat().st_size / 1e6
    typer.echo(
        f"{file}: {manifest.row_count:,} rows of {len(manifest.tables)} tables and {len(manifest.photos):,} pictures, "
        f"{size_mb:,.1f} MB in {time.monotonic() - started:.1f} s. The audit trail ends at {manifest.audit_head or 0}"
    )
    if manifest.missing_photos:
        typer.echo(f"{len(manifest.missing_photos)} pictures have no file any more: see pasok doctor", err=True)


def restore(file: Annotated[Path, typer.Argument(help="A backup that `pasok backup` wrote.")]) -> None:
    """Fill an empty installation from a backup; one that holds anything is left as it is."""
    from service.database.dump import NotEmpty
    from service.files.backups import BackupRefused
    from service.files.photos import PhotoShelf
    from service.workflows.restore_backup import restore_backup

    started = time.monotonic()
    with process(demo=True, log_level="ERROR") as (settings, database_url):
        try:
            manifest = restore_backup(database_url, PhotoShelf(settings.photos_dir), file)
        except (BackupRefused, NotEmpty) as error:
            typer.echo(f"Not restored ({type(error).__name__}): {error}", err=True)
            raise typer.Exit(REFUSED) from error
    typer.echo(
        f"Restored the backup of {manifest.made_at}: {manifest.row_count:,} rows and {len(manifest.photos):,} pictures "
        f"in {time.monotonic() - started:.1f} s. Now: pasok doctor"
    )
