"""Made-up figures that show each component on the page of components."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from onegoal.apps.shell.chain import Arrow, ChainLink, HeatCell, HeatTable
from onegoal.apps.shell.charts import Cell, Chart, Flow, Mark, Series, Stop, Unit
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.tables import Column, Filter, Table

_NAMES: Final = ("Paid search", "Organic search", "Social", "E-mail", "Brokers", "Outdoor", "Direct", "Classifieds")

CHANNELS: Final = Table(
    key="sample-channels",
    title=_("Channels"),
    columns=(
        Column("channel", _("Channel"), link=lambda row: "#main"),
        Column("kind", _("Kind")),
        Column("spend", _("Spend"), "money", currency="EUR", hint=_("What was paid for advertising.")),
        Column("leads", _("Leads"), "number", link=lambda row: "#main"),
        Column("won", _("Lead to deal"), "rate", is_too_few=lambda row: row["leads"] < 40),
        Column("days", _("Days to deal"), "days"),
        Column("first", _("First touch"), "date"),
        Column("last", _("Last lead"), "moment", visible=False),
    ),
    default_sort="-spend",
    search=("channel",),
    filters=(Filter("kind", _("Kind"), (("paid", _("paid")), ("free", _("free")))),),
    page_size=12,
)


def channel_rows() -> list[dict[str, Any]]:
    """Return thirty rows of channels."""
    return [_channel(number) for number in range(30)]


def channel_totals() -> dict[str, Any]:
    """Return the line below the rows."""
    rows = channel_rows()
    return {"spend": sum(row["spend"] for row in rows), "leads": sum(row["leads"] for row in rows)}


def _channel(number: int) -> dict[str, Any]:
    leads = 20 + number * 61 % 1400
    deals = leads * (3 + number % 9) // 100
    half = 1.96 * math.sqrt(deals / leads * (1 - deals / leads) / leads)
    share = deals / leads
    return {
        "pk": number,
        "channel": f"{_NAMES[number % 8]} {number // 8 + 1}",
        "kind": "free" if number % 8 in (1, 6) else "paid",
        "spend": 0 if number % 8 in (1, 6) else (number * 7_919_331) % 9_000_000,
        "leads": leads,
        "won": Rate(deals, leads, max(0.0, share - half), share + half),
        "days": None if number == 4 else 20 + number * 7 % 60,
        "first": dt.date(2025, 1 + number % 12, 1 + number % 28),
        "last": dt.datetime(2026, 11, 1 + number % 20, 9, 30, tzinfo=dt.UTC),
    }


def context() -> dict[str, Any]:
    """Return everything the page of components shows beside its table."""
    return {
        "links": _links(),
        "goal": _goal(),
        "bars": _bars(),
        "stacked": _stacked(),
        "hours": _hours(),
        "survival": _survival(),
        "flow": _flow(),
        "cohorts": _cohorts(),
        "interval": Rate(195, 1586, 0.108, 0.140),
        "moment": dt.datetime(2026, 11, 21, 12, 5, tzinfo=dt.UTC),
        "today": dt.date(2026, 11, 21),
    }


def _links() -> list[ChainLink]:
    before = _("on the quarter before")
    return [
        ChainLink(
            _("Visits"),
            48_210,
            "#main",
            before=41_000,
            against=before,
            arrow=Arrow(Rate(3_104, 48_210, 0.0622, 0.0666), "#main"),
        ),
        ChainLink(
            _("Leads"),
            3_104,
            "#main",
            before=3_050,
            against=before,
            arrow=Arrow(Rate(921, 3_104, 0.281, 0.313), "#main"),
        ),
        ChainLink(
            _("Qualified"),
            921,
            "#main",
            before=1_010,
            against=before,
            arrow=Arrow(Rate(118, 921, 0.108, 0.151), "#main"),
        ),
        ChainLink(
            _("Deals"), 118, "#main", before=104, against=before, arrow=Arrow(Rate(97, 118, 0.74, 0.88), "#main")
        ),
        ChainLink(_("Money signed"), 1_294_300_000, "#main", currency="EUR", before=1_100_000_000, against=before),
    ]


def _goal() -> Chart:
    days = [(dt.date(2026, 10, 1) + dt.timedelta(days=day)).isoformat() for day in range(92)]
    fact: list[int | None] = [round(90 * day**1.02) * 1000 for day in range(52)]
    last = fact[-1] or 0
    middle = [None] * 51 + [last + 9_700_00 * step // 10 for step in range(41)]
    return Chart(
        key="goal",
        kind="line",
        title=_("At today's pace 94 % of the plan by 31 December"),
        labels=days,
        label_kind="day",
        note=_("Money received, per day since the quarter began"),
        unit=Unit("money", "EUR"),
        series=(
            Series(_("Plan"), [round(9_400_000 * day / 91) for day in range(92)], "plan"),
            Series(_("Fact"), fact + [None] * 40),
            Series(
                _("Forecast"),
                middle,
                "forecast",
                low=[
                    None if value is None else round(value - 40_000 * max(0, at - 51))
                    for at, value in enumerate(middle)
                ],
                high=[
                    None if value is None else round(value + 40_000 * max(0, at - 51))
                    for at, value in enumerate(middle)
                ],
            ),
        ),
        marks=(Mark("2026-10-20", _("New phase on sale")),),
    )


def _bars() -> Chart:
    return Chart(
        key="cost",
        kind="bars",
        title=_("A qualified lead costs most in outdoor advertising"),
        labels=_NAMES[:6],
        label_title=_("Channel"),
        unit=Unit("money", "EUR"),
        is_horizontal=True,
        series=(Series(_("Cost per qualified lead"), [14_200, 3_100, 9_800, 2_050, 11_300, 38_000]),),
    )


def _stacked() -> Chart:
    months = [f"2026-{month:02d}-01" for month in range(1, 12)]
    return Chart(
        key="mix",
        kind="stacked",
        title=_("Two-room flats carry the growth"),
        labels=months,
        label_kind="month",
        series=tuple(
            Series(name, [5 + (month * step) % 9 + month * (step == 2) for month in range(11)])
            for name, step in ((_("1 room"), 1), (_("2 rooms"), 2), (_("3 rooms"), 3))
        ),
    )


def _hours() -> Chart:
    cells = [
        Cell(
            hour,
            day,
            round(max(0.0, 0.32 - abs(hour - 12) * 0.025 - day * 0.015), 3),
            _("%(part)s of %(whole)s") % {"part": 12, "whole": 40},
        )
        for day in range(7)
        for hour in range(24)
    ]
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return Chart(
        key="hours",
        kind="heat",
        title=_("Good leads come around noon on weekdays"),
        labels=[f"{hour:02d}" for hour in range(24)],
        rows=days,
        cells=cells,
        unit=Unit("percent"),
        series=(Series(_("Qualified"), ()),),
        label_title=_("Day"),
    )


def _survival() -> Chart:
    days = list(range(0, 121, 5))
    share = [round(1 - math.exp(-day / 60), 3) for day in days]
    return Chart(
        key="time",
        kind="survival",
        title=_("Half of the buyers sign within 45 days"),
        labels=[str(day) for day in days],
        label_title=_("Days"),
        unit=Unit("percent"),
        series=(
            Series(
                _("Signed"),
                share,
                low=[max(0.0, value - 0.05) for value in share],
                high=[min(1.0, value + 0.05) for value in share],
            ),
        ),
    )


def _flow() -> Chart:
    stops = (Stop("0 display", _("Display"), 0, "display"), Stop("0 search", _("Paid search"), 0, "search"))
    later = (Stop("1 search", _("Paid search"), 1, "search"), Stop("end", _("Deal"), 2))
    return Chart(
        key="paths",
        kind="flow",
        title=_("Display begins what paid search ends"),
        labels=(_("Journeys"),),
        stops=(*stops, *later),
        flows=(
            Flow("0 display", "1 search", 42),
            Flow("0 search", "1 search", 18),
            Flow("0 search", "end", 25),
            Flow("1 search", "end", 60),
        ),
        size="small",
    )


def _cohorts() -> HeatTable:
    rows = []
    for month in range(6):
        shares = [0.05 + 0.11 * step - 0.01 * month for step in range(6 - month)]
        rows.append((f"2026-{month + 1:02d}", [HeatCell(f"{share:.0%}", share) for share in shares] + [None] * month))
    return HeatTable(_("Later cohorts pay back more slowly"), (_("Month"), "0", "1", "2", "3", "4", "5"), rows)
