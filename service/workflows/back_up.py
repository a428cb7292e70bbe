"""All that an installation holds goes into one file: the database as of one instant, and the pictures it names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from service.database.dump import Snapshot, snapshot
from service.files.backups import Manifest, writing_backup
from service.files.photos import PhotoShelf

AUDIT_HEAD: Final = "SELECT sequence || ':' || sha256 FROM audit_head"
DIGESTS: Final = "SELECT coalesce(array_agg(DISTINCT sha256 ORDER BY sha256), '{}') FROM receipt_photo"


def back_up(database_url: str, photos: PhotoShelf, path: Path, *, now: datetime) -> Manifest:
    """Write a backup while everybody works on.

    Parameters
    ----------
    database_url
        The database; its schema must be that of this program.
    photos
        Where pictures lie. A picture is put there before its row and never changed, so those that the snapshot names
        are there; one that is lost is named in the manifest and nothing else is.
    path
        The file; it appears when it is whole.
    now
        The instant that the manifest tells.

    Returns
    -------
    Manifest
        What was backed up.
    """
    with snapshot(database_url) as taken, writing_backup(path, _manifest(taken, now)) as backup:
        for name, columns, lines in taken.tables():
            backup.add_table(name, columns, lines)
        backup.manifest.sequences = taken.sequences()
        for digest in taken.one(DIGESTS):
            content = photos.get(digest)
            if content is None:
                backup.manifest.missing_photos.append(digest)
            else:
                backup.add_photo(digest, content)
    return backup.manifest


def _manifest(taken: Snapshot, now: datetime) -> Manifest:
    return Manifest(
        made_at=now.isoformat(timespec="seconds"),
        revision=taken.one("SELECT version_num FROM alembic_version"),
        postgresql=taken.one("SHOW server_version"),
        audit_head=taken.one(AUDIT_HEAD) or "",
    )
