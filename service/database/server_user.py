"""The Linux user of the bundled PostgreSQL, which refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

SERVER_USER: Final = "pasok-postgres"

_TRAVERSE: Final = stat.S_IXOTH
_READ: Final = stat.S_IROTH


def server_user(data_dir: Path, say: Callable[[str], None]) -> pwd.struct_passwd | None:
    """Return the user to run the server as; None when that is whoever runs us.

    Only root has to step down: to the owner of the data where there are some, else to a user of our own.
    """
    if os.geteuid() != 0:
        return None
    if (data_dir / "PG_VERSION").exists():
        return pwd.getpwuid(data_dir.stat().st_uid)
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        _create_server_user()
        say(f"PostgreSQL does not run as root: created the Linux user {SERVER_USER} for it.")
        return pwd.getpwnam(SERVER_USER)


def open_folders(paths: list[Path], say: Callable[[str], None]) -> None:
    """Let the server's user pass through the folders above its programs and data; it cannot list them."""
    above = sorted({folder for path in paths for folder in path.parents})
    shut = [folder for folder in above if not folder.stat().st_mode & _TRAVERSE]
    for folder in shut:
        folder.chmod(folder.stat().st_mode | _TRAVERSE)
    if shut:
        names = ", ".join(str(folder) for folder in shut)
        say(f"Opened for passing through (chmod o+x), so that PostgreSQL's user reaches its files: {names}")


def open_programs(install_dir: Path) -> None:
    """Make the bundled programs readable for the server's user, also when they were installed with a strict umask."""
    if (install_dir / "bin" / "postgres").stat().st_mode & (_READ | _TRAVERSE) == _READ | _TRAVERSE:
        return
    libraries = install_dir.parent.with_name(install_dir.parent.name + ".libs")
    for top in (install_dir, libraries):
        for path in (top, *top.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | _READ | (_TRAVERSE if path.is_dir() or mode & stat.S_IXUSR else 0))


def _create_server_user() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        message = (
            "PostgreSQL does not run as root, and there is no useradd here to make a user for it: "
            "run as an ordinary user, or set PASOK_DATABASE_URL"
        )
        raise RuntimeError(message)
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    subprocess.run([*command, SERVER_USER], check=True, capture_output=True)  # noqa: S603 - fixed words only
