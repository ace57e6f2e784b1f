"""What one measurement is, and the page that shows all of them."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class Table:
    """Measured values that have no goal, or that prove something; cells are text, the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """Return the table as Markdown."""
        marks = ["---", *["---:"] * (len(self.columns) - 1)]
        return [f"| {' | '.join(row)} |" for row in (self.columns, marks, *self.rows)]


Section = tuple[str, str, "Sequence[Figure] | Table"]
"""Title, how it was measured, and what was."""


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


def write_page(sections: Iterable[Section], *, today: dt.date) -> None:
    """Write docs/benchmarks.md anew from all sections."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {today}: {machine()}. Each table was measured in one run, load and product on the same",
        "machine. A ratio up to 1 reaches the goal.",
        "",
    ]
    PAGE.write_text("\n".join([*lines, *map(section_text, sections)]), encoding="utf-8")


def write_sections(sections: Iterable[Section], *, today: dt.date) -> None:
    """Put sections into docs/benchmarks.md in place of those with the same title, new ones at the end."""
    page = PAGE.read_text(encoding="utf-8").rstrip("\n") + "\n\n"
    for title, how, measured in sections:
        text = section_text((title, f"{how} Measured on {today}: {machine()}.", measured)) + "\n"
        old = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
        page = old.sub(lambda _found, text=text: text, page) if old.search(page) else page + text
    PAGE.write_text(page.rstrip("\n") + "\n", encoding="utf-8")


def section_text(section: Section) -> str:
    """Return one section as Markdown, an empty line at its end."""
    title, how, measured = section
    if isinstance(measured, Table):
        lines = measured.lines()
    else:
        lines = ["| what | measured | goal | ratio | |", "|---|---:|---:|---:|---|"]
        lines += [
            f"| {f.what} | {f.value:,.4g} {f.unit} | {f.goal:,.4g} {f.unit} | {f.ratio:.2f} | {f.note} |"
            for f in measured
        ]
    return "\n".join([f"## {title}", "", how, "", *lines, ""])
