"""A backup as one file: a tar of compressed tables and pictures, and a manifest at its end that names each by SHA-256.

Manifest and its hash are written last, so a backup that was cut off has none; the file gets its name when it is whole.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from pydantic import TypeAdapter

FORMAT: Final = "pasok-backup"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sha256"
"""The last thing in the file: who finds it has all of it."""
TABLES: Final = "tables/"
PHOTOS: Final = "photos/"
CHUNK_BYTES: Final = 1 << 20
SPOOLED_BYTES: Final = 1 << 23


class BackupRefused(RuntimeError):
    """A backup cannot be used; the message says why and what to do."""


class DamagedBackup(BackupRefused):
    """The file is no backup, was cut off, or its content is not what was written."""


class NewerBackup(BackupRefused):
    """The file was written by a later version of the program."""


@dataclass(frozen=True, slots=True)
class BackedUpTable:
    """A table's columns in the order of its file, and how many rows it holds."""

    name: str
    columns: list[str]
    rows: int


@dataclass(slots=True)
class Manifest:
    """What a backup holds and what it was made from."""

    made_at: str
    revision: str
    postgresql: str
    audit_head: str
    tables: list[BackedUpTable] = field(default_factory=list)
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)
    missing_photos: list[str] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    """Path within the file to the SHA-256 of what stands there."""

    @property
    def row_count(self) -> int:
        """How many rows all tables hold."""
        return sum(table.rows for table in self.tables)

    @property
    def photos(self) -> list[str]:
        """The SHA-256 of every picture."""
        return [path.removeprefix(PHOTOS) for path in self.members if path.startswith(PHOTOS)]


_MANIFESTS: Final = TypeAdapter(Manifest)


class BackupWriter:
    """Puts tables and pictures into a backup, one after the other."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def add_table(self, name: str, columns: list[str], chunks: Iterable[bytes]) -> None:
        """Put a table there, as lines of COPY."""
        rows = 0
        with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as spool:
            with gzip.GzipFile(fileobj=spool, mode="wb", compresslevel=5, mtime=0) as packed:
                for chunk in chunks:
                    rows += chunk.count(b"\n")
                    packed.write(chunk)
            self._add(_table_path(name), spool)
        self.manifest.tables.append(BackedUpTable(name, columns, rows))

    def add_photo(self, digest: str, content: bytes) -> None:
        """Put a picture there."""
        self._add(PHOTOS + digest, io.BytesIO(content))

    def close(self) -> None:
        """Write the manifest."""
        text = json.dumps({"format": FORMAT, "version": VERSION, **asdict(self.manifest)}, indent=1)
        self._put(MANIFEST, io.BytesIO(text.encode()))
        self._put(SEAL, io.BytesIO(hashlib.sha256(text.encode()).hexdigest().encode()))

    def _add(self, path: str, content: IO[bytes]) -> None:
        self.manifest.members[path] = _digest(content)
        self._put(path, content)

    def _put(self, path: str, content: IO[bytes]) -> None:
        content.seek(0, os.SEEK_END)
        member = tarfile.TarInfo(path)
        member.size = content.tell()
        member.mode = 0o600
        content.seek(0)
        self._tar.addfile(member, content)


@contextmanager
def writing_backup(path: Path, manifest: Manifest) -> Iterator[BackupWriter]:
    """Write a backup that only its owner may read; it gets its name at the end of the block, or not at all."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                writer = BackupWriter(tar, manifest)
                yield writer
                writer.close()
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)


class Backup:
    """A backup that was read once from end to end and holds what its manifest says."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def table(self, name: str) -> Iterator[bytes]:
        """Yield a table's lines of COPY, a piece at a time."""
        with gzip.GzipFile(fileobj=_member(self._tar, _table_path(name))) as lines:
            while chunk := lines.read(CHUNK_BYTES):
                yield chunk

    def photo(self, digest: str) -> bytes:
        """Return a picture."""
        return _member(self._tar, PHOTOS + digest).read()


@contextmanager
def reading_backup(path: Path) -> Iterator[Backup]:
    """Open a backup and compare everything in it with its manifest.

    Raises
    ------
    DamagedBackup
        If it is none, was cut off or changed.
    NewerBackup
        If it was written in a later format.
    """
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed below, where only reading counts as damage
    except (tarfile.TarError, OSError) as error:
        message = f"{path} cannot be read as a backup: {error}"
        raise DamagedBackup(message) from error
    with tar:
        try:
            manifest = _read_manifest(path, tar)
            _require_whole(path, tar, manifest)
        except (tarfile.TarError, OSError, EOFError) as error:
            message = f"{path} is damaged: {error}; take another backup"
            raise DamagedBackup(message) from error
        yield Backup(tar, manifest)


def _require_whole(path: Path, tar: tarfile.TarFile, manifest: Manifest) -> None:
    for member, sha256 in manifest.members.items():
        if _digest(_member(tar, member)) != sha256:
            message = f"{path} is damaged: {member} is not what was written; take another backup"
            raise DamagedBackup(message)
    for table in manifest.tables:
        _member(tar, _table_path(table.name))


def _read_manifest(path: Path, tar: tarfile.TarFile) -> Manifest:
    if not {MANIFEST, SEAL} <= set(tar.getnames()):
        message = f"{path} has no manifest: it is no backup, or was cut off; take another one"
        raise DamagedBackup(message)
    try:
        text = _member(tar, MANIFEST).read()
        if hashlib.sha256(text).hexdigest().encode() != _member(tar, SEAL).read():
            message = f"{path} is damaged: its manifest is not what was written; take another backup"
            raise DamagedBackup(message)
        told: dict[str, Any] = json.loads(text)
        kind, version = told.pop("format"), int(told.pop("version"))
        if kind == FORMAT and version > VERSION:
            message = f"{path} has the format {version}, this version of pasok reads up to {VERSION}: update it first"
            raise NewerBackup(message)
        needed = {name: told[name] for name in ("tables", "sequences")}  # said even where there is none
        return _MANIFESTS.validate_python(told | needed)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        message = f"{path} has a manifest that cannot be read: {error}"
        raise DamagedBackup(message) from error


def _table_path(name: str) -> str:
    return f"{TABLES}{name}.gz"


def _member(tar: tarfile.TarFile, path: str) -> IO[bytes]:
    try:
        file = tar.extractfile(path)
    except KeyError:
        file = None
    if file is None:
        message = f"the backup is damaged: {path} is missing; take another backup"
        raise DamagedBackup(message)
    return file


def _digest(content: IO[bytes]) -> str:
    """Return the SHA-256 of a file from its beginning, and leave it at its end."""
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
