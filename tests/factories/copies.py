"""A PostgreSQL of a test's own, and a streaming copy of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.database.embedded import PORT, SUPERUSER, EmbeddedServer


@contextmanager
def streaming_copy(of: EmbeddedServer, data_dir: Path) -> Iterator[str]:
    """Copy a running server, let the copy follow it, and yield the copy's address until the block ends."""
    data_dir.mkdir(mode=0o700)
    if of._user:
        os.chown(data_dir, of._user.pw_uid, of._user.pw_gid)
    where = ("--host", str(of.socket_dir), "--port", str(PORT), "--username", SUPERUSER)
    of._run("pg_basebackup", "--pgdata", str(data_dir), "--write-recovery-conf", "--checkpoint=fast", *where,
            data_dir=data_dir)  # fmt: skip
    copy = EmbeddedServer(data_dir)
    copy._user = of._user
    copy.socket_dir = copy._socket_dir()
    copy._clear_after_crash()  # the lock of the socket was copied too
    copy._start({})
    try:
        yield copy.url()
    finally:
        copy._run("pg_ctl", "stop", "-m", "fast", "-w")
