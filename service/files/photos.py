"""Pictures in a directory, each in a file named by its SHA-256: the same picture is kept once, and none is changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[0-9a-f]{64}")


def digest_of(content: bytes) -> str:
    """Return the SHA-256 by which a picture is known."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class PhotoShelf:
    """The directory; it is made with the first picture."""

    directory: Path

    def put(self, content: bytes) -> str:
        """Keep a picture and return its SHA-256; on return it is safe against a crash of the machine."""
        digest = digest_of(content)
        path = self._path(digest)
        if path.exists():
            os.utime(path)  # young again: nobody takes it away before its row is there
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                Path(file.name).unlink()  # a full disk is not filled further by what was begun
                raise
        Path(file.name).replace(path)
        _sync(path.parent)
        return digest

    def get(self, digest: str) -> bytes | None:
        """Return a picture; ``None`` if its file is gone."""
        path = self._path(digest)
        return path.read_bytes() if path.is_file() else None

    def missing(self, digests: Collection[str]) -> list[str]:
        """Return those of some pictures whose file is gone."""
        return sorted(digest for digest in digests if not self._path(digest).is_file())

    def older_than(self, instant_s: float) -> list[str]:
        """Return the pictures whose files were last put before an instant (seconds since 1970)."""
        if not self.directory.is_dir():
            return []
        files = (path for path in self.directory.glob("*/*") if _NAME.fullmatch(path.name))
        return sorted(path.name for path in files if path.stat().st_mtime < instant_s)

    def remove(self, digests: Collection[str]) -> None:
        """Take pictures away."""
        for digest in digests:
            self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        if not _NAME.fullmatch(digest):
            message = f"not a SHA-256: {digest!r}"
            raise ValueError(message)
        return self.directory / digest[:2] / digest


def _sync(directory: Path) -> None:
    """Let the new name in a directory survive a crash of the machine."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
