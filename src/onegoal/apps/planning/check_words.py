"""What a check of a plan says in words: one sentence, how the gap can be closed, and when the missing leads were due."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from babel.dates import format_skeleton
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegoal.apps.marketing.words import channel_words
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import locale_of, write_money, write_number, write_percent
from onegoal.core.joint_plan.figures import AMBER, GREEN, RED, UNKNOWN, Check, Closing

TITLES: Final[dict[str, Any]] = {
    "leads_short": gettext_lazy("Leads for the deals"),
    "budget_short": gettext_lazy("Budget for the leads"),
    "conversion_unseen": gettext_lazy("Conversion"),
    "hours_short": gettext_lazy("Seller hours"),
    "stock_short": gettext_lazy("Units in stock"),
    "cash_late": gettext_lazy("Money on time"),
}
LEVELS: Final[dict[str, Any]] = {
    RED: gettext_lazy("out of reach"), AMBER: gettext_lazy("tight"), GREEN: gettext_lazy("holds"),
    UNKNOWN: gettext_lazy("cannot be told"),
}  # fmt: skip
STEPS: Final[dict[str, Any]] = {
    "visitor_to_lead": gettext_lazy("visitor to lead"),
    "lead_to_qualified": gettext_lazy("lead to qualified lead"),
    "lead_to_won": gettext_lazy("lead to signed deal"),
}
REASONS: Final[dict[str, Any]] = {
    "no_history": gettext_lazy("There is no history to check against yet."),
    "not_planned": gettext_lazy("Nothing is planned here to check."),
    "no_stock": gettext_lazy("No products are recorded, so units cannot be counted."),
    "over": gettext_lazy("All months of this plan are over."),
}
FIGURES: Final[dict[str, Any]] = {
    "visitors": gettext_lazy("visitors"), "leads": gettext_lazy("leads"), "qualified_leads": gettext_lazy("qualified leads"),
    "deals_won": gettext_lazy("signed deals"), "money_signed": gettext_lazy("money signed"),
    "money_received": gettext_lazy("money received"), "average_price": gettext_lazy("average price"),
    "product_mix": gettext_lazy("product mix"),
}  # fmt: skip


def check_title(check: Check) -> str:
    """Return what a check is about, with its conversion, channel, type, project and month."""
    step, _colon, channel = check.subject.partition(":")
    about = {
        "conversion_unseen": [str(STEPS.get(step, step)), channel and channel_words(channel)],
        "budget_short": [check.subject and channel_words(check.subject)],
    }.get(check.code, [check.project, check.subject])
    if check.month and check.code != "stock_short":
        about.append(month_words(check.month))
    return ", ".join(
        [str(TITLES[check.code]), *(capfirst(part) if not at else part for at, part in enumerate(about) if part)]
    )


def check_sentence(check: Check, currency: str) -> str:
    """Return what is planned, what is possible, and what is missing."""
    if check.level == UNKNOWN:
        return str(REASONS.get(check.reason, REASONS["no_history"]))
    if check.code == "conversion_unseen" and check.planned > 1:
        return _("The plan asks for a conversion above 100 %%; your own conversion is %(own)s.") % {
            "own": write_percent(check.possible.estimate, language())
        }
    said = _said(check, currency)
    if check.level == GREEN or check.missing <= 0:
        return said["holds"]
    return said["short"]


def closing_words(check: Check, currency: str) -> list[str]:
    """Return the ways to close the gap, each by itself."""
    return [words for one in check.closes if (words := _closing(one, currency))]


def missing_by_month(check: Check) -> list[tuple[str, str]]:
    """Return in which month how many of the missing leads would have to come."""
    return [(month_words(month), _count(leads)) for month, leads in check.by_month]


def too_late_words(check: Check) -> str:
    """Return how many of the missing leads would have had to come in months that are over; nothing where none."""
    late = round(check.too_late)
    if check.code != "leads_short" or late < 1:
        return ""
    return ngettext(
        "%(count)s of them would have had to come in months that are over.",
        "%(count)s of them would have had to come in months that are over.", late,
    ) % {"count": _count(late)}  # fmt: skip


def month_words(month: dt.date) -> str:
    """Return a month with its year."""
    return str(format_skeleton("yMMMM", month, locale=locale_of(language())))


def _said(check: Check, currency: str) -> dict[str, str]:
    told = {
        "planned": _figure(check.planned, check.unit, currency),
        "likely": _figure(check.possible.estimate or 0.0, check.unit, currency),
        "low": _figure(check.possible.low or 0.0, check.unit, currency),
        "high": _figure(check.possible.high or 0.0, check.unit, currency),
        "missing": _figure(check.missing, check.unit, currency),
        "month": month_words(check.month) if check.month else "",
    }
    words = {
        "leads_short": (
            _("%(planned)s deals are planned; the leads bring about %(likely)s (%(low)s to %(high)s)."),
            _("%(planned)s deals are planned, but the leads bring about %(likely)s (%(low)s to %(high)s): "
              "%(missing)s leads are missing."),
        ),
        "budget_short": (
            _("%(planned)s are planned; the leads cost about %(likely)s (%(low)s to %(high)s)."),
            _("%(planned)s are planned, but the leads cost about %(likely)s (%(low)s to %(high)s): %(missing)s are missing."),
        ),
        "conversion_unseen": (
            _("The plan takes %(planned)s; your own is %(likely)s, and no month gives reason for more than %(high)s."),
            _("The plan takes %(planned)s; your own is %(likely)s, and no month gives reason for more than %(high)s."),
        ),
        "hours_short": (
            _("The leads take about %(likely)s hours of the sellers' %(planned)s."),
            _("The leads take about %(likely)s hours (%(low)s to %(high)s) of the sellers' %(planned)s: "
              "%(missing)s are missing to answer in time."),
        ),
        "stock_short": (
            _("%(planned)s units are to be sold, %(likely)s are on sale."),
            _("%(planned)s units are to be sold, %(likely)s are on sale: %(missing)s are missing from %(month)s on.")
            if check.month
            else _("%(planned)s units are to be sold, %(likely)s are on sale: %(missing)s are missing."),
        ),
        "cash_late": (
            _("%(planned)s are planned; schedules and habit bring about %(likely)s (%(low)s to %(high)s)."),
            _("%(planned)s are planned, but schedules and habit bring about %(likely)s (%(low)s to %(high)s): "
              "%(missing)s come later."),
        ),
    }[check.code]  # fmt: skip
    return {"holds": words[0] % told, "short": words[1] % told}


def _closing(one: Closing, currency: str) -> str:
    amount = _figure(one.amount, one.unit, currency)
    words = {
        "leads": _("%(amount)s more leads"),
        "spend": _("%(amount)s more to spend, at your own cost of a lead"),
        "conversion": _("a conversion of %(amount)s"),
        "deals_down": _("%(amount)s deals fewer in the plan"),
        "leads_down_share": _("%(share)s of the leads fewer in the plan"),
        "leads_down": _("%(amount)s leads fewer in the plan"),
        "start_up": _("%(amount)s more to convert from"),
        "end_down": _("%(amount)s fewer to come of them"),
        "sellers": _("%(amount)s more sellers"),
        "hours": _("%(amount)s more seller hours"),
        "units": _("%(amount)s more units on sale"),
        "cash_earlier": _("%(amount)s to come earlier, by larger first payments or by collecting what is overdue"),
        "money_signed": _("%(amount)s more signed"),
    }[one.what]  # fmt: skip
    return words % {"amount": amount, "share": amount}


def _figure(value: float, unit: str, currency: str) -> str:
    if unit == "money":
        return write_money(round(value), currency, language(), style="whole")
    if unit == "share":
        return write_percent(value, language())
    return _count(value)


def _count(value: float) -> str:
    return write_number(float(value), language(), digits=0 if abs(value) >= 10 or value == round(value) else 1)
