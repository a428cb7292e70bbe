"""The bundled server bears what happens to programs: two at once, kill -9, crashes, odd folders."""

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from service.database import embedded
from service.database.embedded import DatabaseUnavailable, EmbeddedServer, database_address
from service.database.engine import conninfo
from service.database.postmaster import postmaster_of
from tests.conftest import FAST

HOLDER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from service.database.embedded import EmbeddedServer
    with EmbeddedServer(Path(sys.argv[1])).join({"fsync": "off"}) as server:
        print(server.url(), flush=True)
        sys.stdin.read()
""")


def quiet(_message: str) -> None: ...


class Holder:
    """Another process of ours that holds the server until it is told to end or killed."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def url(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that holds a database already; every test leaves it without a server."""
    data_dir = tmp_path_factory.mktemp("bundled") / "postgres"
    EmbeddedServer(data_dir, quiet).join(FAST).release()
    yield data_dir
    EmbeddedServer(data_dir, quiet).stop_if_unused()


def postmaster_pid(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().splitlines()[0])


def is_stopped(data_dir: Path, pid: int) -> bool:
    gone = not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return gone and not (data_dir / "postmaster.pid").exists()


def answers(url: str) -> bool:
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute("SELECT current_database()").fetchone() == ("pasok",)


def test_it_is_utf8_and_listens_on_no_network_address(initialised: Path) -> None:
    with (
        EmbeddedServer(initialised, quiet).join(FAST) as server,
        psycopg.connect(conninfo(server.url())) as connection,
    ):
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("server_encoding", "listen_addresses")]
    assert shown == [("UTF8",), ("",)]


def test_two_that_start_at_once_share_one_server_and_the_last_to_leave_stops_it(initialised: Path) -> None:
    first, second = Holder(initialised), Holder(initialised)
    assert first.url() == (address := second.url())
    pid = postmaster_pid(initialised)
    first.end()
    assert answers(address)
    second.end()
    assert is_stopped(initialised, pid)


def test_killing_the_one_that_started_it_takes_nothing_from_the_other(initialised: Path) -> None:
    starter = Holder(initialised)
    starter.url()
    joined = Holder(initialised)
    address = joined.url()
    pid = postmaster_pid(initialised)
    starter.kill()
    assert answers(address)
    joined.end()
    assert is_stopped(initialised, pid)


def test_a_server_left_by_a_killed_process_is_joined_and_stopped_by_the_next(initialised: Path) -> None:
    killed = Holder(initialised)
    killed.url()
    pid = postmaster_pid(initialised)
    killed.kill()
    with EmbeddedServer(initialised, quiet).join(FAST) as server:
        assert postmaster_pid(initialised) == pid
        assert answers(server.url())
    assert is_stopped(initialised, pid)


def test_a_server_left_running_is_stopped_only_if_nobody_holds_it(initialised: Path) -> None:
    holder = Holder(initialised)
    address = holder.url()
    assert not EmbeddedServer(initialised, quiet).stop_if_unused()
    assert answers(address)
    holder.kill()
    assert EmbeddedServer(initialised, quiet).stop_if_unused()
    assert not (initialised / "postmaster.pid").exists()


def test_after_the_server_itself_was_killed_it_starts_again_with_what_was_committed(initialised: Path) -> None:
    holder = Holder(initialised)
    with psycopg.connect(conninfo(holder.url())) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
    os.kill(postmaster_pid(initialised), signal.SIGKILL)
    holder.kill()
    with (
        EmbeddedServer(initialised, quiet).join(FAST) as server,
        psycopg.connect(conninfo(server.url())) as connection,
    ):
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_server_that_dies_while_it_is_joined_is_started_again(initialised: Path, monkeypatch) -> None:
    """A process that was killed is in the system's list for a moment more, and its file still says that it is ready."""
    dying = EmbeddedServer(initialised, quiet).join(FAST)
    seen = itertools.repeat(postmaster_of(initialised), 2)
    os.kill(postmaster_pid(initialised), signal.SIGKILL)
    monkeypatch.setattr(embedded, "postmaster_of", lambda folder: next(seen, None) or postmaster_of(folder))
    with EmbeddedServer(initialised, quiet).join(FAST) as server:
        assert answers(server.url())
    dying.release()


def test_a_pid_file_that_names_a_strangers_process_is_no_server(initialised: Path) -> None:
    as_after_a_crash = [str(os.getpid()), str(initialised), "1764000000", "5432", str(initialised), "", " 0 0", "ready"]
    (initialised / "postmaster.pid").write_text("\n".join(as_after_a_crash))
    with EmbeddedServer(initialised, quiet).join(FAST) as server:
        assert postmaster_pid(initialised) != os.getpid()
        assert answers(server.url())


def test_the_same_process_may_hold_it_twice(initialised: Path) -> None:
    with EmbeddedServer(initialised, quiet).join(FAST) as outer:
        with EmbeddedServer(initialised, quiet).join(FAST):
            pass
        assert answers(outer.url())


def test_ctrl_c_reaches_the_program_and_not_the_server(initialised: Path) -> None:
    """A terminal sends Ctrl-C to the whole process group; the server has left it."""
    holder = Holder(initialised)
    holder.url()
    assert os.getsid(postmaster_pid(initialised)) != os.getsid(holder.process.pid)
    holder.process.send_signal(signal.SIGINT)
    holder.process.communicate()
    deadline = time.monotonic() + 10
    while (initialised / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (initialised / "postmaster.pid").exists()


def test_a_deep_folder_with_odd_letters_works(tmp_path: Path) -> None:
    """A socket's path ends at about 103 letters, and pg_ctl passes words through a shell."""
    data_dir = tmp_path.joinpath(*["folder 'of' $HOME"] * 8) / "postgres"
    with EmbeddedServer(data_dir, quiet).join(FAST) as server:
        assert answers(server.url())
        assert len(str(server.socket_dir)) < 60
    assert not server.socket_dir.exists()


def test_data_of_another_major_version_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseUnavailable, match="holds data of PostgreSQL 16; the bundled one is 18"):
        EmbeddedServer(tmp_path / "postgres", quiet).join()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(initialised: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="shared_buffers"):
        EmbeddedServer(initialised, quiet).join({"shared_buffers": "nonsense"})


def test_a_configured_database_needs_no_server_of_ours(tmp_path: Path) -> None:
    with database_address("postgresql://elsewhere/pasok", tmp_path / "postgres") as address:
        assert address == "postgresql://elsewhere/pasok"
    assert list(tmp_path.iterdir()) == []
