"""How long the product takes from nothing, and the second time."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from bench.serving import free_port, wait_until_it_answers

ROOT = Path(__file__).resolve().parents[1]


def measure() -> tuple[str, str, list[Figure]]:
    """Clone the project into a new folder and time `make run`, twice."""
    with tempfile.TemporaryDirectory(prefix="onegoal-bench-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        nothing = {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1", "npm_config_cache": str(Path(folder) / "npm")}
        first = seconds_until_up(clone, nothing)
        second = seconds_until_up(clone, {})
    return (
        "Start",
        "`make run` in a clean clone with the caches of pip, uv and npm empty: virtual environment, packages, bundle, demo "
        "company, until the sign-in page answers; then the same again.",
        [Figure("first time", first, 180, "s"), Figure("second time", second, 5, "s")],
    )


def seconds_until_up(clone: Path, more: dict[str, str]) -> float:
    """Return the seconds from `make run` to the first page."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=clone, env={**os.environ, **more, "ONEGOAL_HOME": str(clone / "var")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_until_it_answers(port, seconds=600)
        return time.monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
