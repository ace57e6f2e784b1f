"""Whole processes as measured from outside and inside: wall time, processor time, peak memory; and environments of peers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.attribution_data import bench_home

ROOT = Path(__file__).resolve().parents[1]
PEERS: Mapping[str, Sequence[str]] = {
    # Its sdist is compiled here (needs g++) and does not declare that it imports matplotlib.
    "channelattribution": ("channelattribution==2.2.5", "matplotlib", "duckdb==2.0.0", "pyarrow"),
    "mam": ("marketing-attribution-models==2.1.1", "duckdb==2.0.0", "pyarrow"),
}
"""Packages of each peer's own environment: the newest releases with their known repairs."""


@dataclass(frozen=True)
class Run:
    """One finished child process: seconds of the whole process and of its work after imports, MiB at the peak."""

    wall: float
    cpu: float
    seconds: float
    peak: float
    answer: dict[str, Any] = field(default_factory=dict)


def run_child(module: str, *words: str, python: Path | None = None, minutes: float = 30) -> Run:
    """Run `python -m module words` and measure it; the child's last line of output is JSON made by `answer_with`.

    A child that fails or takes longer ends the measurement with its words.
    """
    command = [str(python or sys.executable), "-m", module, *words]
    began = time.monotonic()
    before = os.times()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=minutes * 60,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    wall, after = time.monotonic() - began, os.times()
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, answer.pop("seconds"), answer.pop("peak"), answer)


def answer_with(seconds: float, **more: Any) -> None:
    """Print what the child measured itself; its memory is its own peak, not what it inherited from the one who began it."""
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, **more}))


def peer_python(peer: str) -> Path:
    """Return the interpreter of a peer's own environment, made if it is not there."""
    folder = bench_home() / f"peer-{peer}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"Installing {', '.join(PEERS[peer])}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS[peer]],
            check=True, stdout=sys.stderr,
        )  # fmt: skip
        (folder / "ready").touch()
    return python


def read_once(folder: Path) -> None:
    """Bring the files into the page cache, so that the first measurement is no slower than the others."""
    for path in sorted(folder.glob("*.parquet")):
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass
