"""The week as a table of squares: of the leads that came in each hour, which share was good."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onegoal.apps.analysis.columns import is_too_few
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.hours import METRIC, Week
from onegoal.apps.analysis.words import hour_name, weekday_names
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.chain import HeatCell, HeatTable
from onegoal.metrics.question import Row

FIRST_WORKING_HOUR = 9


def heat_of_week(asked: Asked, found: Week) -> HeatTable | None:
    """The hours of the week as squares, each with a link to its leads; None where there were none."""
    if not found.rows:
        return None
    shares = [float(row.value or 0) for row in found.rows.values() if not is_too_few(row)]
    darkest = max(shares, default=0.0) or 1.0
    days = weekday_names()
    rows = [
        (days[day], [_square(asked, day * 24 + hour, found.rows.get(day * 24 + hour), darkest) for hour in range(24)])
        for day in range(7)
    ]
    return HeatTable(
        title=_("Share of leads qualified, by the hour they came"),
        header=["", *(f"{hour:02d}" for hour in range(24))],
        rows=rows,
        first_column=FIRST_WORKING_HOUR,
        note=_(
            "Per cent; the stronger the colour, the more. Grey squares had too few leads to tell: they show how many."
        ),
    )


def _square(asked: Asked, hour: int, row: Row | None, darkest: float) -> HeatCell | None:
    if row is None or not row.denominator:
        return None
    counts = _("%(part)s of %(whole)s") % {"part": row.numerator, "whole": row.denominator}
    url = behind_url(asked, METRIC, (("hour_of_week", str(hour)),), part="denominator")
    if is_too_few(row):
        title = _("%(hour)s: too few to tell, %(counts)s") % {"hour": hour_name(hour), "counts": counts}
        return HeatCell(f"{row.numerator}/{row.denominator}", 0.0, title, url)
    share = numbers.write_percent(row.value, figures.language())
    standing = {"above": _("above the rest"), "below": _("below the rest")}.get(row.stands_out, "")
    title = ", ".join(filter(None, [f"{hour_name(hour)}: {share}", counts, standing]))
    sign = {"above": "↑", "below": "↓"}.get(row.stands_out, "")
    whole = numbers.write_number(float(row.value or 0) * 100, figures.language(), digits=0)
    return HeatCell(f"{whole}{sign}", float(row.value or 0) / darkest, title, url)


def finding_of_week(found: Week) -> str:
    """What the squares say beyond chance, in one sentence."""
    if not found.rows:
        return ""
    above = [hour_name(hour) for hour, row in found.standing_out if row.stands_out == "above"]
    below = [hour_name(hour) for hour, row in found.standing_out if row.stands_out == "below"]
    if above and below:
        return _("Beyond chance, leads are better at %(above)s and worse at %(below)s.") % {
            "above": ", ".join(above),
            "below": ", ".join(below),
        }
    if above:
        return _("Beyond chance, leads are better at %(above)s.") % {"above": ", ".join(above)}
    if below:
        return _("Beyond chance, leads are worse at %(below)s.") % {"below": ", ".join(below)}
    if found.differs and found.differs.beyond_chance:
        return _("The hours differ beyond chance taken together, but no single hour can be named.")
    return _("No hour differs from the others beyond chance.")
