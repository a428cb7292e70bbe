"""A disk of a few kilobytes that one process alone sees: a tmpfs in namespaces of its own, which needs no rights."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER = 0x0002_0000, 0x1000_0000
MS_NOSUID, MS_PRIVATE_ALL = 2, 0x4_4000
KILOBYTE = 1024


def are_possible(folder: Path) -> bool:
    """Tell whether this machine lets a process have a disk of its own; many containers do not."""
    return not subprocess.run([sys.executable, __file__, str(folder)], capture_output=True, check=False).returncode


def mount_at(folder: Path, size_bytes: int) -> None:
    """Put a disk of so many bytes in the place of a folder, for this process (of one thread) and its children.

    The administrator stays who it is: as that of a namespace it could not reach the database's socket any more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    _require(libc.unshare(CLONE_NEWNS if uid == 0 else CLONE_NEWUSER | CLONE_NEWNS))
    if uid:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _require(libc.mount(None, b"/", None, MS_PRIVATE_ALL, None))
    _require(libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", MS_NOSUID, f"size={size_bytes}".encode()))


def _require(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    mount_at(Path(sys.argv[1]), KILOBYTE)
