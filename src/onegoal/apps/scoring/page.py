"""Plots and tables of the score's page, from the report of a training."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from onegoal.apps.scoring.models import KnownAtArrival, Training
from onegoal.apps.scoring.words import REMEDIES, WHY_OFF, WHY_REFUSED, Vocabulary, points_text
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.lead_score import Model, points_of_values

MOST_VALUES = 200


@dataclass(frozen=True)
class Tenth:
    """A tenth of the judged leads, those with the highest chances first."""

    order: int
    count: int
    foretold: float
    found: Rate
    lift: float | None
    so_far: float | None


@dataclass(frozen=True)
class ValueLine:
    """What one value of one field does to the chance of an otherwise average lead."""

    field: str
    value: str
    points: float

    @property
    def shown(self) -> str:
        """The points with their sign."""
        return points_text(self.points)


@dataclass(frozen=True)
class Refusal:
    """A field that was refused: why, in how many leads, an example and what helps."""

    key: str
    field: str
    why: str
    leads: str
    example_id: int
    example_url: str
    remedy: str
    may_declare: bool


def calibration_chart(judged: Mapping[str, Any]) -> Chart:
    """The found share of ten groups against the foretold one, each with its interval."""
    bins = judged["bins"]
    inside = sum(one["found"]["low"] <= one["foretold"] <= one["found"]["high"] for one in bins)
    title = _("%(inside)s of %(all)s groups came out as foretold, within chance") % {"inside": inside, "all": len(bins)}
    note = _("Leads the score had not seen, in groups from the lowest chance to the highest; %(count)s leads in each.")
    return Chart(
        key="calibration",
        kind="line",
        title=title,
        note=note % {"count": _counts(bins)},
        labels=[_percent(one["foretold"]) for one in bins],
        label_title=_("Foretold"),
        unit=Unit("percent"),
        series=(
            Series(
                _("Share found"),
                [one["positives"] / one["count"] for one in bins],
                low=[one["found"]["low"] for one in bins],
                high=[one["found"]["high"] for one in bins],
            ),
            Series(_("As foretold"), [one["foretold"] for one in bins], role="plan"),
        ),
    )


def lift_table(request: HttpRequest, judged: Mapping[str, Any]) -> BoundTable:
    """How many good leads there are among the tenth with the highest chances, the next one and so on."""
    columns = [
        Column("order", _("Tenth"), "number", hint=_("1 has the highest chances")),
        Column("count", _("Leads"), "number"),
        Column("foretold", _("Foretold"), "percent"),
        Column("found", _("Share found"), "rate"),
        Column("lift", _("Lift"), "multiple", hint=_("Found share against that of all leads")),
        Column(
            "so_far", _("Good leads so far"), "percent", hint=_("Share of all good leads in this tenth and those above")
        ),
    ]
    table = Table(key="lift", title=_("Lift"), columns=columns, default_sort="order", prefixed=True, keeps_views=False)
    return table.bind(request, _tenths(judged))


def value_table(request: HttpRequest, training: Training, words: Vocabulary) -> BoundTable:
    """What the model looks at: points of each value."""
    lines = [
        ValueLine(words.field(one.key), words.value(one.key, one.value), one.points)
        for one in points_of_values(Model.from_data(training.model))[:MOST_VALUES]
    ]
    columns = [
        Column("field", _("Field")),
        Column("value", _("Value")),
        PointsColumn(
            "points", _("Points"), "number", hint=_("What it adds to the chance of an otherwise average lead")
        ),
    ]
    table = Table(
        key="values", title=_("What it looks at"), columns=columns, search=("field", "value"), page_size=15,
        prefixed=True, keeps_views=False,
    )  # fmt: skip
    return table.bind(request, lines)


class PointsColumn(Column):
    """Points with their sign."""

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return the points in words."""
        return points_text(value)


def refusals(training: Training, declared: Sequence[KnownAtArrival], words: Vocabulary) -> list[Refusal]:
    """The fields the latest training refused and nobody has declared since."""
    answered = {one.field for one in declared}
    return [
        Refusal(
            key=one["field"],
            field=words.field(one["field"]),
            why=str(WHY_REFUSED[one["why"]]),
            leads=_("%(part)s of %(whole)s") % {"part": _number(one["count"]), "whole": _number(one["filled"])},
            example_id=one["example"],
            example_url=_card(one["example"]),
            remedy=str(REMEDIES[one["why"]]),
            may_declare=one["why"] == "unknown" and one["field"] not in answered,
        )
        for one in training.report.get("refused", ())
    ]


def history_table(request: HttpRequest, trainings: Any) -> BoundTable:
    """All trainings, newest first."""
    saved = _("How much of the base rate's log-loss it saves on leads it had not seen")
    ranked = _("How often a good lead stands above a bad one; half is chance")
    columns = [
        Column("started_at", _("Trained at"), "moment"),
        Column("target", _("Foretells"), value=lambda one: one.get_target_display()),
        Column("author", _("By"), value=lambda one: str(one.author or _("by itself")), sortable=False),
        Column("leads", _("Leads"), "number", value="report.leads", sortable=False),
        Column("gain", _("Better by"), "percent", value=gain_of, sortable=False, hint=saved),
        Column("area", _("Ranks rightly"), "percent", value="report.judgement.area", sortable=False, hint=ranked),
        Column("result", _("Result"), value=_result, sortable=False),
    ]
    table = Table(
        key="trainings", title=_("Trainings"), columns=columns, default_sort="-started_at", page_size=10, prefixed=True,
        keeps_views=False,
    )  # fmt: skip
    return table.bind(request, trainings)


def gain_of(training: Training) -> float | None:
    """Return which share of the base rate's log-loss the model saved on leads it had not seen."""
    judged = _judged(training)
    return judged["log_gain"]["estimate"] / judged["base_log_loss"] if judged else None


def gain_interval(training: Training) -> str:
    """Return the bounds of that share in per cent."""
    judged = _judged(training)
    if not judged:
        return ""
    low, high = (judged["log_gain"][end] / judged["base_log_loss"] for end in ("low", "high"))
    return f"({numbers.write_interval(low, high, figures.language())})"


def moment_of(text: str | None) -> dt.datetime | None:
    """Read a moment of a report."""
    return dt.datetime.fromisoformat(text) if text else None


def _tenths(judged: Mapping[str, Any]) -> list[Tenth]:
    whole = judged["positives"] / judged["count"] if judged["count"] else 0
    found, good = [], 0
    for order, one in enumerate(reversed(judged["bins"]), start=1):
        good += one["positives"]
        rate = Rate(one["positives"], one["count"], one["found"]["low"], one["found"]["high"])
        lift = rate.value / whole if whole and rate.value is not None else None
        share = good / judged["positives"] if judged["positives"] else None
        found.append(Tenth(order, one["count"], one["foretold"], rate, lift, share))
    return found


def _judged(training: Training) -> Mapping[str, Any]:
    return training.report.get("judgement") or {}


def _result(training: Training) -> str:
    if training.is_used:
        return _("in use")
    return str(WHY_OFF.get(training.why_off, training.why_off)) if training.why_off else _("good, since replaced")


def _counts(bins: Sequence[Mapping[str, Any]]) -> str:
    low, high = min(one["count"] for one in bins), max(one["count"] for one in bins)
    return _number(low) if low == high else f"{_number(low)}–{_number(high)}"


def _card(lead_id: int) -> str:
    try:
        return reverse("cards:lead", args=[lead_id])
    except NoReverseMatch:
        return ""


def _number(value: int) -> str:
    return numbers.write_number(value, figures.language())


def _percent(share: float) -> str:
    return numbers.write_percent(share, figures.language())
