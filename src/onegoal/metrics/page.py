"""The page docs/metrics.md, written from the catalogue: `python -m onegoal.metrics.page`."""

from __future__ import annotations

from pathlib import Path

from onegoal.metrics.attributed import ATTRIBUTED, AttributedMetric
from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.dimensions import DIMENSIONS
from onegoal.metrics.measures import MEASURES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "metrics.md"
_HEAD = """# Figures

Written from the catalogue by `python -m onegoal.metrics.page`. Days are those of the company's time zone. A count named by an
event is dated by it; a conversion follows the records that came in the period, "so far". Costs and money are in minor units.
How intervals and comparisons are computed: [intervals](algorithms/intervals.md), [cohorts](algorithms/cohorts.md),
[conversions](algorithms/conversions.md), [time](algorithms/time-to-sale.md),
[attribution](algorithms/attribution.md).
"""


def page() -> str:
    """Return the page."""
    parts = [_HEAD, "## Dimensions\n", "| name | title |\n|---|---|"]
    parts += [f"| `{found.name}` | {found.title} |" for found in DIMENSIONS.values()]
    parts += ["\n## Metrics\n", *(_section(metric) for metric in METRICS.values())]
    parts += ["## Attributed figures\n", "Of one group by one model.\n", *map(_attributed, ATTRIBUTED.values())]
    return "\n".join(parts)


def _section(metric: Metric) -> str:
    lines = [f"### {metric.title} (`{metric.name}`)\n", metric.words + "\n", f"- unit: {metric.unit}"]
    if metric.denominator:
        names = (MEASURES[metric.numerator].title, MEASURES[metric.denominator].title)
        lines.append(f"- {names[0]} / {names[1]}")
    if metric.way:
        lines.append(f"- from `{metric.way.start}` to `{metric.way.end}` of each {metric.grain}")
    if metric.interval:
        lines.append(f"- interval: {metric.interval.replace('_', ' ')}")
    if metric.needs_costs:
        lines.append("- only for those who may see costs")
    lines.append(f"- by: {', '.join(metric.dimensions)}\n")
    return "\n".join(lines)


def _attributed(metric: AttributedMetric) -> str:
    lines = [f"### {metric.title} (`{metric.name}`)\n", metric.words + "\n", f"- unit: {metric.unit}"]
    lines += ["- only for those who may see costs"] if metric.needs_costs else []
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
