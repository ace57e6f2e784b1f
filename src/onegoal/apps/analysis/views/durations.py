"""How long it takes from one moment of a customer's way to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.duration_columns import WithinColumn, figures_of, quartile_columns, within_words
from onegoal.apps.analysis.forms import Address, read_address, read_choice
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import known_dimensions
from onegoal.apps.analysis.queries.durations import (
    MONTH,
    MOST_CURVES,
    Durations,
    common_days,
    durations,
    horizons,
    read_curve,
    share_within,
)
from onegoal.apps.analysis.views.common import Choice, before_any_data, page_context
from onegoal.apps.analysis.words import dimension_title, refusal_words, value_name
from onegoal.apps.facts.queries import data_version, values_of
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.results import Survival

WAYS = (
    "time_lead_to_won", "time_lead_to_qualified", "time_lead_to_deal", "time_qualified_to_won", "time_deal_to_won",
    "time_first_touch_to_lead", "time_to_first_response", "time_between",
)  # fmt: skip
DIMENSIONS = ("channel", "segment", "product_type", "project", "seller", "team", "request_type", "region", "source")
STAGES = ("from_stage", "to_stage")


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def time_to_sale(request: HttpRequest) -> HttpResponseBase:
    """Curves and quartiles of one way, with those still on it counted as such."""
    address = read_address(request, now=timezone.now(), compare="none", covers_all=True)
    if address.recorded is None:
        text = _("Import leads and deals with their dates to see how long a sale takes.")
        return before_any_data(request, address, _("Time to sale"), text)
    metric, problems = read_choice(address.params, "way", WAYS)
    dimension, more = read_choice(address.params, "by", ("", *(d for d in DIMENSIONS if d in known_dimensions(metric))))
    between = _between(address) if metric == "time_between" else ()
    found = (
        Durations(address.asked.question(metric))
        if between is None
        else durations(address.asked, metric, dimension, between)
    )
    table = _table(request, address, found, metric, dimension, between or ())
    context = page_context(
        request,
        address,
        way=_(METRICS[metric].title),
        words=_(METRICS[metric].words),
        ways=_ways(address, metric),
        dimensions=_cuts(address, metric, dimension),
        dimension=dimension_title(dimension) if dimension else _("nothing"),
        stages=_stage_fields(address) if metric == "time_between" else [],
        kept=[(key, value) for key, value in _kept(address) if key not in STAGES],
        figures=figures_of(found.curves[0]) if found.curves and not dimension else [],
        chart=_chart(found, metric, dimension),
        finding=_difference(found),
        table=table,
    )
    refused = [refusal_words(found.refusal)] if found.refusal else []
    context["problems"] = (*address.problems, *problems, *more, *refused)
    return respond(request, "analysis/time_to_sale.html", context, table)


def _between(address: Address) -> tuple[tuple[str, str | None], ...] | None:
    """The two stages named in the address; None while one of them is still to be chosen."""
    named = [(key, address.params.get(key, "").replace("\x00", "").strip()[:200]) for key in STAGES]
    return tuple(named) if all(value for _key, value in named) else None


def _kept(address: Address) -> list[tuple[str, str]]:
    dropped = {"page", "export", "sort"}
    return [(key, value) for key, values in address.params.lists() if key not in dropped for value in values]


def _stage_fields(address: Address) -> list[dict[str, Any]]:
    names = values_of("stage")
    labels = {"from_stage": _("From stage"), "to_stage": _("To stage")}
    return [
        {"key": key, "label": labels[key], "values": names, "chosen": address.params.get(key, "")} for key in STAGES
    ]


def _ways(address: Address, chosen: str) -> list[Choice]:
    return [
        Choice(name, _(METRICS[name].title), address.changed(way=name, by=None, sort=None), name == chosen)
        for name in WAYS
    ]


def _cuts(address: Address, metric: str, chosen: str) -> list[Choice]:
    known = [dimension for dimension in DIMENSIONS if dimension in known_dimensions(metric)]
    own = [Choice(name, dimension_title(name), address.changed(by=name, sort=None), name == chosen) for name in known]
    return [Choice("", _("nothing"), address.changed(by=None, sort=None), not chosen), *own]


def _table(
    request: HttpRequest,
    address: Address,
    found: Durations,
    metric: str,
    dimension: str,
    between: tuple[tuple[str, str | None], ...],
) -> BoundTable:
    def behind(curve: Survival, part: str) -> str | None:
        if between:
            return None
        by = ((dimension, curve.by.get(dimension)),) if dimension else ()
        return behind_url(address.asked, metric, by, part=part)

    columns = [
        _name_column(metric, dimension),
        Column("records", _("Started"), "number", link=lambda curve: behind(curve, "denominator")),
        Column("events", _("Arrived"), "number", link=lambda curve: behind(curve, "numerator")),
        Column("open", _("Still on the way"), "number"),
        *(WithinColumn(f"within_{days}", within_words(days), days=days) for days in horizons(found.curves)),
        *quartile_columns(found.curves),
    ]
    table = Table(
        key="time-to-sale",
        title=_(METRICS[metric].title),
        columns=columns,
        default_sort="-records",
        search=("name",) if dimension else (),
        empty_title=_("Nobody started on this way in these days"),
        empty_text=_("Choose a longer period or take a filter off."),
    )
    return table.bind(request, found.curves)


def _name_column(metric: str, dimension: str) -> Column:
    if not dimension:
        return Column("name", _("Way"), value=lambda curve: _(METRICS[metric].title))
    return Column(
        "name", dimension_title(dimension), value=lambda curve: value_name(dimension, curve.by.get(dimension))
    )


def _chart(found: Durations, metric: str, dimension: str) -> Chart | None:
    drawn = [curve for curve in found.curves if curve.events][:MOST_CURVES]
    days = common_days(drawn)
    if len(days) < 2:
        return None
    return Chart(
        key=metric.replace("_", "-"),
        kind="survival",
        title=_title(found, drawn, metric, dimension),
        note=_("Share that has arrived by each day since the start. Those still on the way are counted as such."),
        labels=[numbers.write_number(day, figures.language(), digits=0) for day in days],
        label_title=_("Days"),
        label_every=_label_every(days),
        series=[_series(curve, days, dimension, alone=len(drawn) == 1) for curve in drawn],
        unit=Unit("percent"),
    )


def _label_every(days: Sequence[float]) -> int:
    """Write every thirtieth day on a long axis, as many as fit on a short one."""
    width = int(days[1] - days[0])
    return MONTH // width if days[-1] > 2 * MONTH and MONTH % width == 0 else 0


def _series(curve: Survival, days: Sequence[float], dimension: str, *, alone: bool) -> Series:
    step = read_curve(curve, days)
    name = value_name(dimension, curve.by.get(dimension)) if dimension else _("arrived")
    return Series(name, step.reached, low=step.low if alone else None, high=step.high if alone else None)


def _title(found: Durations, drawn: Sequence[Survival], metric: str, dimension: str) -> str:
    """The finding: who is quick and who is slow where that is beyond chance, else how long half of all take."""
    if not dimension:
        return _half(found.curves[0], _(METRICS[metric].title))
    known = sorted((curve for curve in drawn if curve.q25 is not None), key=lambda curve: curve.q25 or 0)
    if not (found.differs and found.differs.beyond_chance):
        return _half(found.curves[0], value_name(dimension, found.curves[0].by.get(dimension)))
    if len(known) < len(drawn) and len(drawn) > 1:
        return _most_and_fewest(drawn, dimension)
    if len(known) < 2:
        return _half(found.curves[0], value_name(dimension, found.curves[0].by.get(dimension)))
    quick, slow = known[0], known[-1]
    return _("A quarter have arrived within %(few)s for %(quick)s, within %(many)s for %(slow)s") % {
        "few": numbers.write_days(quick.q25, figures.language()),
        "quick": value_name(dimension, quick.by.get(dimension)),
        "many": numbers.write_days(slow.q25, figures.language()),
        "slow": value_name(dimension, slow.by.get(dimension)),
    }


def _most_and_fewest(drawn: Sequence[Survival], dimension: str) -> str:
    """Where not all lines reach a quarter: the largest and the smallest share at the last horizon all are known at."""
    names = [value_name(dimension, curve.by.get(dimension)) for curve in drawn]
    language = figures.language()
    for days in reversed(horizons(drawn)):
        known = {name: found for name, curve in zip(names, drawn, strict=True) if (found := share_within(curve, days))}
        if len(known) == len(drawn):
            fewest, *_others, most = sorted(known, key=lambda name: known[name].share)
            return _("Within %(days)s %(many)s have arrived for %(most)s, %(few)s for %(fewest)s") % {
                "days": numbers.write_days(days, language),
                "many": numbers.write_percent(known[most].share, language),
                "most": most,
                "few": numbers.write_percent(known[fewest].share, language),
                "fewest": fewest,
            }
    return _half(drawn[0], names[0])


def _half(curve: Survival, name: str) -> str:
    """Within how many days half of those who started have arrived; where fewer ever do, what share has by when."""
    language = figures.language()
    if curve.median is None:
        return _share(curve, name)
    parts = {"name": name, "days": numbers.write_days(curve.median, language)}
    if curve.median_low is None or curve.median_high is None:
        return _("%(name)s: half have arrived within %(days)s") % parts
    parts["low"] = numbers.write_number(curve.median_low, language, digits=0)
    parts["high"] = numbers.write_number(curve.median_high, language, digits=0)
    return _("%(name)s: half have arrived within %(days)s (%(low)s–%(high)s)") % parts


def _share(curve: Survival, name: str) -> str:
    known = [share for days in horizons([curve]) if (share := share_within(curve, days))]
    if not known:
        return _("%(name)s: nobody has been watched for long enough to tell") % {"name": name}
    language = figures.language()
    return _("%(name)s: %(share)s have arrived within %(days)s (%(bounds)s)") % {
        "name": name,
        "share": numbers.write_percent(known[-1].share, language),
        "days": numbers.write_days(known[-1].days, language),
        "bounds": numbers.write_interval(known[-1].low, known[-1].high, language),
    }


def _difference(found: Durations) -> str:
    """The log-rank test in words."""
    if found.differs is None:
        return ""
    if found.differs.beyond_chance:
        return _("The lines differ beyond chance: some really take longer than others.")
    return _("The lines do not differ beyond chance: read them as one.")
