"""A Spark cluster on this machine, of one master and some workers: to try work on before it runs on many machines.

`python -m onegoal.warehouse.cluster` starts it, prints its address and keeps it until Ctrl+C; a command given behind `--` is
run with the address in ONEGOAL_SPARK_MASTER, and the cluster stops when the command ends.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
LOOPBACK = "127.0.0.1"
_MASTER, _WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
_LONGEST_START, _LONGEST_STOP, _PAUSE = 90.0, 20.0, 0.1


class ClusterFailed(Exception):
    """The cluster cannot be started; says why."""


@contextmanager
def running_cluster(*, workers: int = 2, cores: int = 1, memory: str = "1g") -> Iterator[str]:
    """Start a master and workers on loopback, yield the master's address when all workers have joined, and stop them.

    `cores` and `memory` are of each worker. Everything is reachable from this machine only.

    Raises: ClusterFailed without Java or the extra `spark`, or when a process ends or does not answer.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onegoal-spark-")))
        log = folder / "master.log"
        address = ("--host", LOOPBACK, "--port", "0", "--webui-port", "0")
        master = stack.enter_context(_running(_MASTER, address, log))
        url = _wait(lambda: _found(r"Starting Spark master at (spark://\S+)", log), master, log)
        for number in range(workers):
            limits = ("--cores", str(cores), "--memory", memory, "--work-dir", str(folder / f"work{number}"))
            stack.enter_context(_running(_WORKER, (*address, *limits, url), folder / f"worker{number}.log"))
        _wait(lambda: log.read_text().count("Registering worker") >= workers or None, master, log)
        yield url


@contextmanager
def _running(kind: str, options: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_IP": LOOPBACK}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            [str(_home() / "bin" / "spark-class"), kind, *options],
            stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_LONGEST_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _home() -> Path:
    """Return the folder of Spark, which the package pyspark brings along."""
    try:
        import pyspark
    except ImportError as error:
        raise ClusterFailed("Spark is not installed: the extra `spark` is needed.") from error
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise ClusterFailed("Java is not installed: Spark needs 17 or newer.")
    return Path(pyspark.__file__).parent


def _found(pattern: str, log: Path) -> str | None:
    match = re.search(pattern, log.read_text())
    return match and match.group(1)


def _wait(look: Callable[[], T | None], process: subprocess.Popen[bytes], log: Path) -> T:
    """Return what `look` finds as soon as it finds something."""
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until:
        if (found := look()) is not None:
            return found
        if process.poll() is not None:
            break
        time.sleep(_PAUSE)
    raise ClusterFailed(f"The cluster did not start:\n{log.read_text()[-2_000:]}")


def main(arguments: Sequence[str]) -> int:
    """Start the cluster, run the command given or wait to be stopped; return the command's exit code."""
    parser = argparse.ArgumentParser(prog="python -m onegoal.warehouse.cluster", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1, help="of each worker")
    parser.add_argument("--memory", default="1g", help="of each worker")
    parser.add_argument("command", nargs="*", help="what to run on it, behind --")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    try:
        with running_cluster(workers=given.workers, cores=given.cores, memory=given.memory) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            if given.command:
                return _run(given.command, url, cores=given.workers * given.cores)
            signal.pause()
    except KeyboardInterrupt:
        return 0
    except ClusterFailed as failure:
        sys.stderr.write(f"{failure}\n")
    return 1


def _run(command: Sequence[str], url: str, *, cores: int) -> int:
    """Run a command with the settings of so small a cluster: Spark's 200 parts of everything would take longer than the work."""
    with tempfile.TemporaryDirectory(prefix="onegoal-spark-") as folder:
        settings = f"spark.sql.shuffle.partitions {cores}\nspark.ui.enabled false\n"
        (Path(folder) / "spark-defaults.conf").write_text(settings)
        told = {"ONEGOAL_SPARK_MASTER": url, "SPARK_LOCAL_IP": LOOPBACK, "SPARK_CONF_DIR": folder}
        return subprocess.run(command, env=os.environ | told, check=False).returncode  # noqa: S603


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
