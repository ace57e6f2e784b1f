"""`make bench` measures everything and writes docs/benchmarks.md; names of parts measure just these and print them."""

from __future__ import annotations

import datetime as dt
import sys

from bench import facts, pages, start, touches, weight
from bench.figures import write_page

PARTS = {
    "start": start.measure,
    "touches": touches.measure,
    "pages": pages.measure,
    "weight": weight.measure,
    "facts": facts.measure,
}


def main() -> None:
    """Measure the named parts, or all of them and write the page."""
    names = sys.argv[1:] or list(PARTS)
    sections = []
    for name in names:
        title, how, figures = PARTS[name]()
        sections.append((title, how, figures))
        print(f"{title}\n{how}")
        for figure in figures:
            print(f"  {figure.what}: {figure.value:,.4g} {figure.unit} (goal {figure.goal:,.4g}, x{figure.ratio:.2f})")
    if not sys.argv[1:]:
        write_page(sections, today=dt.date.today())


if __name__ == "__main__":
    main()
