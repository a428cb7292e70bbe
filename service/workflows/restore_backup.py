"""An empty installation becomes the one that was backed up."""

from __future__ import annotations

from pathlib import Path

from service.database.dump import DumpedTable, UnknownRevision, build_empty, load
from service.files.backups import Manifest, NewerBackup, reading_backup
from service.files.photos import PhotoShelf


def restore_backup(database_url: str, photos: PhotoShelf, path: Path) -> Manifest:
    """Fill an empty installation from a backup.

    The file is read to its end and compared with its manifest before anything is touched. Pictures come first: they are
    known by their content, so those of an attempt that failed do no harm. All rows come in one transaction. A backup of
    an earlier schema is filled into that schema, which is then brought up to date.

    Raises
    ------
    DamagedBackup, NewerBackup
        If the file cannot be used.
    NotEmpty
        If the database holds something.
    """
    with reading_backup(path) as backup:
        manifest = backup.manifest
        try:
            build_empty(database_url, manifest.revision)
        except UnknownRevision as error:
            raise NewerBackup(str(error)) from error
        for digest in manifest.photos:
            photos.put(backup.photo(digest))
        tables = (DumpedTable(each.name, each.columns, backup.table(each.name), each.rows) for each in manifest.tables)
        load(database_url, tables, manifest.sequences)
    return manifest
