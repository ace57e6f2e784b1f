"""A million touches come in from a CSV file: time and memory."""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from bench.serving import ONEGOAL

ROWS = 1_000_000
SOURCES = (("google", "cpc"), ("google", "organic"), ("facebook", "paid_social"), ("", ""), ("newsletter", "email"))


def measure() -> tuple[str, str, list[Figure]]:
    """Write the file, import it through the command line, and say how long and how large."""
    with tempfile.TemporaryDirectory(prefix="onegoal-bench-") as folder:
        path = Path(folder) / "touches.csv"
        write_touches(path, rows=ROWS)
        began = time.monotonic()
        run(Path(folder) / "home", "import", str(path), "--kind", "touches", "--preset", "generic", "--json")
        seconds = time.monotonic() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        began = time.monotonic()
        run(Path(folder) / "home", "import", str(path), "--kind", "touches", "--preset", "generic", "--json")
        again = time.monotonic() - began
    return (
        "Import of a million touches",
        f"`onegoal import` of a CSV file with {ROWS:,} touches of 250,000 devices; memory is the largest process.",
        [
            Figure("first import", seconds, 90, "s"),
            Figure("peak memory", peak, 512, "MiB"),
            Figure("the same file again (all unchanged)", again, 90, "s"),
        ],
    )


def write_touches(path: Path, *, rows: int) -> None:
    """Write a believable file of touches, the same each time."""
    chance = random.Random(1)
    start = dt.datetime(2025, 6, 1)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "id",
                "at",
                "visitor",
                "source",
                "medium",
                "campaign",
                "creative",
                "keyword",
                "landing_page",
                "kind",
                "page",
            ]
        )
        for number in range(rows):
            source, medium = SOURCES[chance.randrange(5)]
            at = start + dt.timedelta(seconds=chance.randrange(540 * 86400))
            campaign = f"campaign-{chance.randrange(40)}" if source else ""
            out.writerow(
                [
                    f"t{number}", at.isoformat(" "), f"v{chance.randrange(rows // 4)}", source, medium, campaign,
                    f"creative-{chance.randrange(5)}" if source else "", "", f"/page-{chance.randrange(12)}/", "visit", "/",
                ]
            )  # fmt: skip


def run(home: Path, *words: str) -> None:
    """Run one command quietly; a failure ends the benchmark with its words."""
    done = subprocess.run(
        [str(ONEGOAL), *words],
        env={**os.environ, "ONEGOAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
