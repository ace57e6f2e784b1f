"""What sales reports to marketing about the leads of some days, part by part; a page, a workbook and a message show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from onegoal.apps.analysis.columns import plain_figure
from onegoal.apps.analysis.findings import joined, names_in_words, standing_or_chance
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.breakdown import Breakdown, breakdown
from onegoal.apps.analysis.queries.crosstab import Crosstab, crosstab
from onegoal.apps.analysis.queries.hours import METRIC, week
from onegoal.apps.analysis.sections import Section, cross_section, figure_section
from onegoal.apps.analysis.week_squares import finding_of_week, heat_of_week
from onegoal.apps.analysis.words import dimension_title, value_name
from onegoal.apps.shell import figures, numbers
from onegoal.core.statistics import wilson
from onegoal.metrics.catalogue import METRICS

ORIGINS = ("channel", "campaign", "creative")
"""What reasons and objections are told by; the reader chooses."""

_LEADS = ("leads", "lead_to_qualified", "rejection_rate")
_CONTROL = (
    "rejections", "rejections_checked", "wrong_rejection_rate", "rejections_wrong", "leads_returned", "returned_won",
    "money_returned",
)  # fmt: skip


def sales_report(asked: Asked, by: str = "channel") -> list[Section]:
    """The parts of the report, in the order they are read; reasons and objections are cut by `by`."""
    asked = replace(asked, compared=None)
    makers: tuple[Callable[[Asked, str], Section], ...] = (
        _leads, _reasons, _control, _weekdays, _hours, _requests, _objections,
    )  # fmt: skip
    return [make(asked, by) for make in makers]


def _leads(asked: Asked, by: str) -> Section:
    found = breakdown(asked, _LEADS, by)
    nobody = _("None of the lines differs from the others beyond chance in how many of its leads qualify.")
    finding = joined([_in_all(found), standing_or_chance(found, METRIC, nobody)])
    return figure_section(asked, found, "leads", _("Leads and how many qualify"), finding=finding)


def _in_all(found: Breakdown) -> str:
    leads, rate = found.total.cells.get("leads"), found.total.cells.get(METRIC)
    if not leads or not rate or not rate.row or not rate.row.denominator:
        return ""
    said = {"leads": plain_figure(leads), "qualified": rate.row.numerator, "share": plain_figure(rate)}
    return _("%(leads)s leads came, %(qualified)s of them qualified so far (%(share)s).") % said


def _reasons(asked: Asked, by: str) -> Section:
    found = crosstab(asked, "rejection_mix", by)
    return cross_section(
        asked, found, "reasons", _("Why leads were rejected"), finding=finding_of_shares(found),
        note=_("How many rejections of the column gave this reason, and which share of the column that is."),
    )  # fmt: skip


def _control(asked: Asked, by: str) -> Section:
    found = breakdown(asked, _CONTROL, by)
    return figure_section(
        asked, found, "control", _("Rejections that were wrong, and leads that came back"),
        finding=control_sentence(found),
        note=_("The rate counts only rejections drawn at random and decided; what was picked out for a reason is not in it."),
    )  # fmt: skip


def control_sentence(found: Breakdown) -> str:
    """What the random sample says of the sellers' rejections, and how many leads went back to work."""
    cell, returned = found.total.cells.get("wrong_rejection_rate"), found.total.cells.get("leads_returned")
    row = cell.row if cell else None
    back = plain_figure(returned) if returned else numbers.NOTHING
    if row is None or not row.denominator:
        text = _("No rejection of these days was drawn and decided yet; %(back)s leads went back to work.")
        return text % {"back": back}
    bounds = wilson(int(row.numerator or 0), int(row.denominator))
    said = {
        "wrong": row.numerator,
        "decided": row.denominator,
        "interval": numbers.write_interval(bounds.low or 0.0, bounds.high or 0.0, figures.language()),
        "back": back,
    }
    return (
        _(
            "Of %(decided)s rejections drawn at random and decided, %(wrong)s were wrong (%(interval)s %%); "
            "%(back)s leads went back to work."
        )
        % said
    )


def _weekdays(asked: Asked, _by: str) -> Section:
    found = breakdown(asked, _LEADS[:2], "weekday")
    nobody = _("No day of the week differs from the others beyond chance.")
    finding = standing_or_chance(found, METRIC, nobody)
    return figure_section(asked, found, "weekdays", _("Days of the week that bring good leads"), finding=finding)


def _hours(asked: Asked, _by: str) -> Section:
    found, squares = breakdown(asked, _LEADS[:2], "hour_of_day"), week(asked)
    nobody = _("No hour of the day differs from the others beyond chance.")
    of_week = finding_of_week(squares) if squares.standing_out else ""
    finding = joined([standing_or_chance(found, METRIC, nobody), of_week])
    heat = heat_of_week(asked, squares)
    return figure_section(asked, found, "hours", _("Hours that bring good leads"), finding=finding, heat=heat)


def _requests(asked: Asked, _by: str) -> Section:
    found = breakdown(asked, _LEADS, "request_type")
    nobody = _("No kind of request differs from the others beyond chance.")
    finding = standing_or_chance(found, METRIC, nobody)
    return figure_section(asked, found, "requests", _("Kinds of request"), finding=finding)


def _objections(asked: Asked, by: str) -> Section:
    found = crosstab(asked, "objection_mix", by)
    return cross_section(asked, found, "objections", _("What buyers object to"), finding=finding_of_shares(found))


def finding_of_shares(found: Crosstab) -> str:
    """Which values have a share in some column that chance does not explain, in one sentence."""
    if not found.compared or not found.lines:
        return ""
    mixed = METRICS[found.metric].mixed
    told = [
        _("%(value)s more often in %(columns)s") % {"value": value_name(mixed, line.name), "columns": ", ".join(names)}
        for line in found.lines
        if (names := [value_name(found.by, name) for name, row in line.cells.items() if row.stands_out == "above"])
    ]
    if told:
        return _("Beyond chance: %(told)s.") % {"told": "; ".join(names_in_words(told))}
    return _("The shares do not differ between the columns beyond chance (cut by: %(dimension)s).") % {
        "dimension": dimension_title(found.by).lower()
    }
