"""Tables of the audit, for the page and as files: findings, all that was tested, channels, reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onegoal.apps.company.queries import current_company
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.reports import conflicts_of
from onegoal.apps.conflicts.words import VERDICTS, lever_name, mend_sentence, sentence_of, side_name, title_of
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.statistics import wilson


def findings_table(request: HttpRequest, report: ConflictReport) -> BoundTable:
    """Every finding as a line, for a file."""
    currency = current_company().currency
    rows = [_finding(at, one) for at, one in enumerate(report.findings)]
    columns = [
        Column("title", _("Finding")),
        Column("sentence", _("In words")),
        Column("part", _("Line of the scheme")),
        Column("formula", _("Formula")),
        Column("pay", _("Pay a month"), "money", currency=currency),
        Column("kpi", _("Goal"), "percent"),
        Column("kpi_low", _("Goal, at worst"), "percent", visible=False),
        Column("kpi_high", _("Goal, at best"), "percent", visible=False),
        Column("mend", _("What mends it")),
    ]
    table = Table(
        "findings", columns, title=_("All findings as a table"), prefixed=True, keeps_views=False, stacks=True
    )
    return table.bind(request, rows)


def tested_table(request: HttpRequest, report: ConflictReport) -> BoundTable:
    """Every lever tried against every scheme whose people hold it."""
    currency = current_company().currency
    rows = [
        {
            "pk": at,
            "scheme": one["scheme"],
            "side": side_name(one["side"]),
            "lever": lever_name(one["lever"]),
            "pay": one["pay"][0],
            "kpi": one["kpi"][0],
            "kpi_low": one["kpi"][1],
            "kpi_high": one["kpi"][2],
            "p": one["p"],
            "verdict": str(VERDICTS[one["verdict"]]),
        }
        for at, one in enumerate(report.basis.get("tested", ()))
    ]
    columns = [
        Column("scheme", _("Scheme")),
        Column("lever", _("Lever")),
        Column(
            "pay",
            _("Pay a month"),
            "money",
            currency=currency,
            hint=_("Of all its people together, with the lever less without"),
        ),
        Column("kpi", _("Goal"), "percent", hint=_("Points of the shared KPI, with the lever less without")),
        Column("kpi_low", _("Goal, at worst"), "percent"),
        Column("kpi_high", _("Goal, at best"), "percent"),
        Column("verdict", _("Conflict")),
        Column(
            "p",
            _("Chance"),
            "number",
            digits=3,
            visible=False,
            hint=_("The probability of so clear a conflict by chance, corrected for all that was tried"),
        ),
    ]
    table = Table(
        "tested",
        columns,
        title=_("All levers that were tried"),
        prefixed=True,
        keeps_views=False,
        page_size=30,
        stacks=True,
    )
    return table.bind(request, rows)


def channels_table(request: HttpRequest, channels: Iterable[Any]) -> BoundTable:
    """What each channel's leads cost and how many are signed, as the levers take them."""
    currency = current_company().currency
    rows = [
        {
            "pk": one.name,
            "name": capfirst(channel_words(one.name)),
            "spend": one.spend,
            "leads": one.leads,
            "cost": one.spend / one.leads if one.leads and one.spend else None,
            "rate": _rate(one.won, one.watched),
        }
        for one in channels
    ]
    columns = [
        Column("name", _("Channel")),
        Column("leads", _("Leads"), "number"),
        Column("spend", _("Spend"), "money", currency=currency),
        Column("cost", _("CPL"), "money", currency=currency),
        Column("rate", _("Lead to signed deal"), "rate"),
    ]
    table = Table(
        "channels", columns, default_sort="-leads", title=_("Channels"), prefixed=True, keeps_views=False, stacks=True
    )
    return table.bind(request, rows)


def reports_table(request: HttpRequest, reports: Iterable[ConflictReport]) -> BoundTable:
    """The audits so far."""
    rows = [
        {
            "pk": report.pk,
            "made_at": report.made_at,
            "author": report.author.name if report.author else _("by itself"),
            "conflicts": len(conflicts_of(report)),
            "others": len(report.findings) - len(conflicts_of(report)),
            "loss": sum(-one["kpi"][0] for one in conflicts_of(report)),
        }
        for report in reports
    ]
    columns = [
        Column("made_at", _("Made at"), "moment", link=lambda row: reverse("conflicts:report", args=[row["pk"]])),
        Column("author", _("Asked for by")),
        Column("conflicts", _("Conflicts"), "number"),
        Column("loss", _("Would cost the goal"), "percent"),
        Column("others", _("Other findings"), "number"),
    ]
    table = Table(
        "reports", columns, default_sort="-made_at", title=_("Reports"), prefixed=True, keeps_views=False, stacks=True
    )
    return table.bind(request, rows)


def _finding(at: int, one: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"pk": at, "title": title_of(one), "sentence": sentence_of(one)}
    if one["kind"] == "conflict":
        row |= {
            "part": one["part"]["name"],
            "formula": one["part"]["formula"],
            "pay": round(one["pay"][0]),
            "kpi": one["kpi"][0],
            "kpi_low": one["kpi"][1],
            "kpi_high": one["kpi"][2],
            "mend": mend_sentence(one),
        }
    return row


def _rate(won: float, watched: float) -> Rate | None:
    if not watched:
        return None
    interval = wilson(round(won), round(watched))
    return Rate(round(won), round(watched), interval.low, interval.high)
