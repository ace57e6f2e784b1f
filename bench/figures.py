"""What one measurement is, and the page that shows all of them."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Figure:
    """One measured value beside its goal, in the same unit; less is better."""

    what: str
    value: float
    goal: float
    unit: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """Value over goal: up to 1 the goal is reached."""
        return self.value / self.goal


def machine() -> str:
    """Name the machine by what decides its speed."""
    processor = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{processor}, {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def write_page(sections: Iterable[tuple[str, str, list[Figure]]], *, today: dt.date) -> None:
    """Write docs/benchmarks.md: a table for each section of (title, how it was measured, figures)."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {today}: {machine()}. Each table was measured in one run, load and product on the same",
        "machine. A ratio up to 1 reaches the goal.",
        "",
    ]
    for title, how, figures in sections:
        lines += [f"## {title}", "", how, "", "| what | measured | goal | ratio | |", "|---|---:|---:|---:|---|"]
        lines += [
            f"| {f.what} | {f.value:,.4g} {f.unit} | {f.goal:,.4g} {f.unit} | {f.ratio:.2f} | {f.note} |"
            for f in figures
        ]
        lines.append("")
    PAGE.write_text("\n".join(lines), encoding="utf-8")
