"""How a share ran over the twelve months up to a page's last day, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import Asked, ask_each
from onegoal.apps.analysis.words import value_name
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.core.periods import Period, add_months, bucket_label, bucket_start
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.question import Answer, Differs, Row

MONTHS = 12


def monthly_chart(asked: Asked, metric: str) -> Chart | None:
    """One line with its band; the title says whether the months differ beyond chance. None without two months to compare."""
    year = _year(asked)
    if not year.may_ask(metric, ("month",)):
        return None
    question = year.question(metric, ("month",))
    answer = ask_each([question])[question]
    if not isinstance(answer, Answer) or not _has_two_months(answer):
        return None
    labels, rows = _labels(year.period), {row.by["month"]: row for row in answer.rows}
    series = [_series(year, metric, _(METRICS[metric].title), labels, rows, (), has_band=True)]
    return _chart(metric, answer.differs, labels, series)


def monthly_lines(asked: Asked, metric: str, dimension: str, names: Sequence[str | None]) -> Chart | None:
    """One line for each of these values of a dimension, at most six. None where there are not two months to compare."""
    year = _year(asked)
    if not names or not year.may_ask(metric, ("month", dimension)):
        return None
    question = year.question(metric, ("month", dimension))
    answer = ask_each([question, year.question(metric, ("month",))])
    cut, whole = answer[question], answer[year.question(metric, ("month",))]
    if not isinstance(cut, Answer) or not isinstance(whole, Answer) or not _has_two_months(whole):
        return None
    labels = _labels(year.period)
    series = []
    for name in names[:6]:
        rows = {row.by["month"]: row for row in cut.rows if row.by[dimension] == name}
        series.append(_series(year, metric, value_name(dimension, name), labels, rows, ((dimension, name),)))
    return _chart(metric, whole.differs, labels, series)


def _year(asked: Asked) -> Asked:
    first = add_months(bucket_start(asked.period.end, "month"), 1 - MONTHS)
    return replace(asked, period=Period(first, asked.period.end), compared=None)


def _has_two_months(answer: Answer) -> bool:
    return sum(1 for row in answer.rows if row.denominator) > 1


def _labels(period: Period) -> list[str]:
    return [bucket_label(month.start, "month") for month in period.buckets("month")]


def _series(
    asked: Asked, metric: str, name: str, labels: Sequence[str], rows: Mapping[str | None, Row],
    own: tuple[tuple[str, str | None], ...], *, has_band: bool = False,
) -> Series:  # fmt: skip
    found = [row if (row := rows.get(label)) and row.denominator else None for label in labels]
    return Series(
        name,
        [None if row is None else float(row.value or 0) for row in found],
        low=[None if row is None else float(row.low or 0) for row in found] if has_band else None,
        high=[None if row is None else float(row.high or 0) for row in found] if has_band else None,
        links=[behind_url(asked, metric, (("month", label), *own), part="denominator") for label in labels],
    )


def _chart(metric: str, differs: Differs | None, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    title = _(METRICS[metric].title)
    if differs and differs.beyond_chance:
        finding = _("%(metric)s: the months differ beyond chance") % {"metric": title}
    else:
        finding = _("%(metric)s: no change over the months that chance does not explain") % {"metric": title}
    return Chart(
        key=f"months-{metric}", kind="line", title=finding, labels=[f"{label}-01" for label in labels],
        label_kind="month", series=series, unit=Unit("percent"), size="small",
    )  # fmt: skip
