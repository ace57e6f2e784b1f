"""`make bench` measures everything and writes docs/benchmarks.md; names of parts measure just these and print them.

`python -m bench --write PART...` also puts the parts into the page in place of what was there.
"""

from __future__ import annotations

import datetime as dt
import sys

from bench import attribution, attribution_peers, desk, facts, goal, pages, pay, plan, start, touches, truth, weight
from bench.figures import Table, write_page, write_sections

PARTS = {
    "start": start.measure,
    "touches": touches.measure,
    "pages": pages.measure,
    "desk": desk.measure,
    "plan": plan.measure,
    "pay": pay.measure,
    "goal": goal.measure,
    "weight": weight.measure,
    "facts": facts.measure,
    "attribution": attribution.measure,
    "attribution-rest": attribution.measure_rest,
    "attribution-processes": attribution.processes,
    "attribution-peers": attribution_peers.measure,
    "truth": truth.measure,
    "truth-channels": truth.measure_channels,
}


def main() -> None:
    """Measure the named parts, or all of them and write the page."""
    words = sys.argv[1:]
    names = [word for word in words if word != "--write"]
    sections = []
    for name in names or list(PARTS):
        title, how, measured = PARTS[name]()
        sections.append((title, how, measured))
        print(f"{title}\n{how}")
        if isinstance(measured, Table):
            print("\n".join(measured.lines()))
        else:
            for f in measured:
                print(f"  {f.what}: {f.value:,.4g} {f.unit} (goal {f.goal:,.4g}, x{f.ratio:.2f}) {f.note}", flush=True)
    if not names:
        write_page(sections, today=dt.date.today())
    elif "--write" in words:
        write_sections(sections, today=dt.date.today())


if __name__ == "__main__":
    main()
