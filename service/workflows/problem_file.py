"""The problem of a run as a file: the bytes that were solved, which anybody can solve again."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass

from service.matching.problem import Problem
from service.matching.writer import write_problem

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class ProblemFile:
    """The file's bytes (JSON in UTF-8) and their SHA-256 in hexadecimal."""

    content: bytes
    sha256: str


def problem_file(problem: Problem) -> ProblemFile:
    """Return the file of a problem, byte for byte the same for equal problems."""
    content = json.dumps(write_problem(problem), ensure_ascii=False, separators=(",", ":")).encode()
    return ProblemFile(content, hashlib.sha256(content).hexdigest())


def packed(content: bytes) -> bytes:
    """Return the bytes as they are stored; without a time stamp, so that equal files are stored equally."""
    return gzip.compress(content, _LEVEL, mtime=0)


def unpacked(content_gzip: bytes) -> bytes:
    """Return the bytes of a stored file."""
    return gzip.decompress(content_gzip)
