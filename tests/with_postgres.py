"""Run a command against a temporary PostgreSQL that is made for it and removed after it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


def main() -> int:
    """Run the command of the arguments with ONEGOAL_DATABASE set; return its exit code."""
    with temporary_postgres() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "ONEGOAL_DATABASE": url}, check=False).returncode


@contextlib.contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a PostgreSQL server in a new directory and yield its address as a URL."""
    binaries = postgres_binaries()
    home = Path(tempfile.mkdtemp(prefix="onegoal-postgres-"))
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(home, user)
    port = free_port()
    data = home / "data"
    as_user(user, [binaries / "initdb", "-D", data, "-U", "onegoal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    as_user(user, [binaries / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start"])
    try:
        as_user(user, [binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "onegoal", "onegoal"])
        yield f"postgres://onegoal@127.0.0.1:{port}/onegoal"
    finally:
        as_user(user, [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(home, ignore_errors=True)


def as_user(user: str, command: list[str | Path]) -> None:
    """Run one step as the server's user, quietly unless it fails."""
    prefix = ["setpriv", f"--reuid={user}", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    words = [*prefix, *map(str, command)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd="/")
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout}")


def postgres_binaries() -> Path:
    """Return the folder of the newest PostgreSQL server on this machine."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if folders:
        return folders[-1]
    if found := shutil.which("initdb"):
        return Path(found).parent
    sys.exit("No PostgreSQL server found: install the Debian package postgresql.")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
