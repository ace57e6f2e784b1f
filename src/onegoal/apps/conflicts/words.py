"""Levers, findings and numbers of the audit in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.company.queries import current_company
from onegoal.apps.goal.models import PartKind
from onegoal.apps.pay.queries.names import known_names
from onegoal.apps.planning.check_words import check_sentence, check_title
from onegoal.apps.planning.models import PlannedMetric
from onegoal.apps.regulation.models import Side
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.joint_plan.figures import RED, Check
from onegoal.core.statistics import Interval

LEVERS: Final[Mapping[str, tuple[Any, Any]]] = {
    "cheap_leads": (
        gettext_lazy("more cheap leads"),
        gettext_lazy("Half of the budget of the channels with dear leads goes to those with cheap leads."),
    ),
    "stricter": (
        gettext_lazy("stricter qualification"),
        gettext_lazy("A fifth of the qualified leads, those at the edge of the criteria, is turned away."),
    ),
    "looser": (
        gettext_lazy("looser qualification"),
        gettext_lazy("A fifth more leads is called qualified, from below the criteria."),
    ),
    "discount": (gettext_lazy("discount"), gettext_lazy("Every deal is signed 3 % cheaper.")),
    "easy_product": (
        gettext_lazy("effort goes to the product that sells best"),
        gettext_lazy("A fifth of the deals of all other products is given up for it."),
    ),
    "close_early": (
        gettext_lazy("deals pulled forward"),
        gettext_lazy("Three in ten deals of every second month are signed a month early, for a concession."),
    ),
    "fewer_calls": (gettext_lazy("fewer calls for each lead"), gettext_lazy("Every lead gets a fifth fewer calls.")),
    "late_cash": (
        gettext_lazy("money later"),
        gettext_lazy("A fifth of the money is allowed to come after the period, and somewhat more is signed."),
    ),
}
NUMBERS: Final[Mapping[str, tuple[Any, Any]]] = {
    "returns": (
        gettext_lazy("What added spend brings"),
        gettext_lazy(
            "leads for a unit of money added to a channel, beside those its spend brings on average (1: as many)"
        ),
    ),
    "added_quality": (
        gettext_lazy("How well added leads sell"),
        gettext_lazy("beside the channel's own leads (1: as well)"),
    ),
    "attention": (
        gettext_lazy("What attention is worth"),
        gettext_lazy("per cent of conversion for one per cent of the sellers' time a lead"),
    ),
    "turned_away": (
        gettext_lazy("How well leads at the edge sell"),
        gettext_lazy("qualified leads that stricter criteria turn away, beside the average qualified lead"),
    ),
    "let_in": (
        gettext_lazy("How well leads below the criteria sell"),
        gettext_lazy("those that looser criteria let in, beside the average qualified lead"),
    ),
    "discount_response": (
        gettext_lazy("What a discount brings"),
        gettext_lazy("per cent of deals more for one per cent of discount"),
    ),
    "easy_effort": (
        gettext_lazy("How much easier the easy product is"),
        gettext_lazy("its deals for the effort of one deal of the others"),
    ),
    "early_lost": (
        gettext_lazy("Deals lost by haste"),
        gettext_lazy("share of the deals pulled forward that is cancelled"),
    ),
    "early_price": (gettext_lazy("What haste costs"), gettext_lazy("share of the price conceded for signing early")),
    "easy_terms": (
        gettext_lazy("What easier terms bring"),
        gettext_lazy("per cent of deals more for one per cent of the money that comes later"),
    ),
}
VERDICTS: Final = {
    "conflict": gettext_lazy("conflict"),
    "chance": gettext_lazy("within chance"),
    "small": gettext_lazy("too small to matter"),
    "aligned": gettext_lazy("none"),
}


def lever_name(key: str) -> str:
    """Return what a lever is called."""
    return str(LEVERS[key][0]) if key in LEVERS else key


def side_name(side: str) -> str:
    """Return the department."""
    return str(Side(side).label) if side in Side.values else side


def money(minor: float | None) -> str:
    """Write an amount in whole units of the company's currency."""
    return numbers.write_money(
        None if minor is None else round(minor), current_company().currency, language(), style="whole"
    )


def signed_money(minor: float | None) -> str:
    """Write an amount with its sign."""
    return f"+{money(minor)}" if minor is not None and minor > 0 else money(minor)


def points(share: float | None) -> str:
    """Write a share of the KPI in points, one decimal."""
    return numbers.write_number(None if share is None else 100 * share, language(), digits=1)


def pay_sentence(one: Mapping[str, Any]) -> str:
    """Say what a conflict brings whom and what it costs the goal, both with their bounds."""
    estimate, low, high = one["kpi"]
    gain, gain_low, gain_high = one["pay"]
    return _(
        "%(scheme)s gets %(gain)s a month (%(gain_low)s to %(gain_high)s), the goal loses %(loss)s points (%(low)s–%(high)s)."
    ) % {
        "scheme": one["scheme"],
        "gain": signed_money(gain),
        "gain_low": money(gain_low),
        "gain_high": money(gain_high),
        "loss": points(-estimate),
        "low": points(max(0.0, -high)),
        "high": points(-low),
    }


def parts_sentence(one: Mapping[str, Any]) -> str:
    """Say which parts of the KPI move, in points."""
    moved = [
        _("%(part)s %(points)s") % {"part": PartKind(kind).label, "points": _signed(points(value), value)}
        for kind, value in one["parts"].items()
        if abs(value) >= 0.0005
    ]
    return ", ".join(moved)


def mend_sentence(one: Mapping[str, Any]) -> str:
    """Say what the change is and what the lever then brings."""
    mend = one["mend"]
    if mend is None:
        return _(
            "None of the changes tried here mends it by itself: the part would have to hang on the shared goal another way."
        )
    names = {known.key: known.title for known in known_names()} if mend["replaced"] else {}
    later = ", ".join(
        _("“%(was)s” becomes “%(now)s”") % {"was": names.get(was, was), "now": names.get(now, now)}
        for was, now in mend["replaced"]
    )
    said = {
        "later_link": _("Pay by a later link of the chain: %(later)s.") % {"later": later},
        "half_shared": _("Let half of this part hang on the shared goal."),
        "later_link_and_half_shared": _(
            "Pay by a later link of the chain (%(later)s), and let half of it hang on the shared goal."
        )
        % {"later": later},
        "all_shared": _("Let the whole part hang on the shared goal."),
    }[mend["code"]]
    return (
        said
        + " "
        + _(
            "Tried on the same months: it pays the same as now, but the lever then brings %(pay)s a month (%(low)s to %(high)s)."
        )
        % {"pay": signed_money(mend["pay"][0]), "low": money(mend["pay"][1]), "high": money(mend["pay"][2])}
    )


def title_of(one: Mapping[str, Any]) -> str:
    """Return the heading of any finding."""
    if one["kind"] == "conflict":
        return _("%(scheme)s: %(lever)s") % {"scheme": one["scheme"], "lever": lever_name(one["lever"])}
    if one["kind"] == "plan":
        return _("Plan that cannot meet: %(check)s") % {"check": check_title(_check(one))}
    return str(_TITLES[one["kind"]])


def sentence_of(one: Mapping[str, Any]) -> str:
    """Return a finding in one or two sentences with its numbers."""
    kind = one["kind"]
    if kind == "conflict":
        return pay_sentence(one)
    if kind == "plan":
        said = check_sentence(_check(one), current_company().currency)
        return said + (" " + _("The plan is in force by an override.") if one["is_overridden"] else "")
    said = {
        "wholly_fixed": _("%(scheme)s: nothing of the pay hangs on results."),
        "department_without_shared": _("%(side)s: nothing of the pay hangs on what the company reaches together."),
        "cap_before_target": _("%(scheme)s: “%(part)s” pays no more from %(reached)s of the target on (%(user)s)."),
        "owner_gone": _("%(owner)s owns the shared KPI and is no longer with the company."),
        "not_planned": _("Not planned this month: %(steps)s."),
        "nobodys": _("No department plans these or is paid by them: %(steps)s."),
    }[kind]
    reached = one.get("reached")
    return said % {
        "scheme": one.get("scheme", ""),
        "side": side_name(one.get("side", "")),
        "part": one.get("part", ""),
        "reached": numbers.write_percent(reached, language(), digits=0) if reached is not None else "",
        "user": one.get("user", ""),
        "owner": one.get("owner", ""),
        "steps": ", ".join(str(PlannedMetric(step).label) for step in one.get("steps", ())),
    }


def _check(one: Mapping[str, Any]) -> Check:
    month = dt.date.fromisoformat(one["month"]) if one["month"] else None
    return Check(
        one["code"],
        RED,
        one["planned"],
        Interval(*one["possible"]),
        one["missing"],
        one["unit"],
        month,
        one["subject"],
        one["project"],
        reason=one["reason"],
        too_late=one["too_late"],
    )


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text


_TITLES: Final = {
    "wholly_fixed": gettext_lazy("Wholly fixed pay"),
    "department_without_shared": gettext_lazy("A department without a shared part"),
    "cap_before_target": gettext_lazy("A cap before the target"),
    "owner_gone": gettext_lazy("The KPI has no owner"),
    "not_planned": gettext_lazy("Steps without a plan"),
    "nobodys": gettext_lazy("Steps without an owner"),
}
