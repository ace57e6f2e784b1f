"""Pace, forecast, bottleneck and sags in sentences."""

from __future__ import annotations

import datetime as dt

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.analysis.words import value_name
from onegoal.apps.company.queries import current_company
from onegoal.apps.control.models import Direction, Sag
from onegoal.apps.control.queries.bottleneck import NOW_DAYS, PRICE, Bottleneck, StepNow
from onegoal.apps.control.queries.losses import Loss
from onegoal.apps.control.queries.pace import Pace, PartPace
from onegoal.apps.goal.models import PartKind, SharedKpi
from onegoal.apps.regulation.models import Side
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.periods import add_months
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, MIX
from onegoal.core.statistics import Interval
from onegoal.metrics.catalogue import METRICS


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share in whole per cent."""
    return numbers.write_percent(share, language(), digits=digits)


def span(interval: Interval) -> str:
    """Write the range of a share in whole per cent: 86–101."""
    low, high = (
        numbers.write_number(100 * (bound or 0), language(), digits=0) for bound in (interval.low, interval.high)
    )
    return f"{low}–{high}"


def of_the_goal(kpi: SharedKpi) -> str:
    """Say whose per cent it is: "of the quarter's goal"."""
    words = {1: _("of the month's goal"), 3: _("of the quarter's goal"), 12: _("of the year's goal")}
    after, is_whole = kpi.ends_on + dt.timedelta(days=1), kpi.starts_on.day == 1
    known = (said for months, said in words.items() if is_whole and add_months(kpi.starts_on, months) == after)
    return next(known, _("of the goal “%(name)s”") % {"name": kpi.name})


def forecast_sentence(pace: Pace) -> str:
    """Say where the present pace leads: "At today's pace 94 % (86–101) by 31 Dec 2026."."""
    day = numbers.write_day(pace.kpi.ends_on, language())
    if pace.today >= pace.kpi.ends_on and not pace.days_left:
        return _("The period ends on %(day)s.") % {"day": day}
    said = {"end": percent(pace.forecast.estimate), "range": span(pace.forecast), "day": day}
    return _("At today's pace %(end)s (%(range)s) by %(day)s.") % said


def standing_of(pace: Pace) -> tuple[str, str]:
    """Return how the forecast stands against the goal, beyond chance or not, and the words for it."""
    if (pace.forecast.high or 0) < 1:
        return "behind", _("short of the goal even in a good run")
    if (pace.forecast.low or 0) > 1:
        return "ahead", _("beyond the goal even in a poor run")
    return "", _("the goal is within reach")


def amount(kind: str, value: float | None) -> str:
    """Write the fact or target of a part: deals, money, or a share for the mix."""
    if value is None:
        return numbers.NOTHING
    if kind == MIX:
        return percent(value)
    if kind == DEALS:
        return numbers.write_number(round(value), language())
    return numbers.write_money(round(value), current_company().currency, language(), style="whole")


def part_name(part: PartPace) -> str:
    """The name of a part, beginning with a capital."""
    return capfirst(str(PartKind(part.kind).label))


def needed_sentence(part: PartPace) -> str:
    """Say what today needs of one part; nothing for one that needs nothing of a day."""
    if part.needed_today is None:
        return ""
    if part.kind == AVERAGE_PRICE:
        return _("%(price)s on average for every deal still to come") % {"price": amount(part.kind, part.needed_today)}
    if not part.needed_today:
        return _("nothing: already where it is to be tonight") if part.expected else ""
    if part.kind == DEALS:
        text = ngettext("%(count)s signed deal", "%(count)s signed deals", part.needed_today)
        said = text % {"count": amount(DEALS, part.needed_today)}
    else:
        said = _("%(money)s received") % {"money": amount(CASH, part.needed_today)}
    if not part.missing_today:
        return _("%(needed)s: done") % {"needed": said}
    if part.missing_today < part.needed_today:
        missing = amount(part.kind, part.missing_today)
        said = _("%(needed)s, of which %(missing)s are still missing,") % {"needed": said, "missing": missing}
    if part.a_day is None:
        return _("%(needed)s to be on plan tonight") % {"needed": said}
    daily = numbers.write_number(part.a_day, language(), digits=1) if part.kind == DEALS else amount(CASH, part.a_day)
    return _("%(needed)s to be on plan tonight; %(daily)s a working day reach the target") % {
        "needed": said, "daily": daily,
    }  # fmt: skip


STEP_WORDS = {
    "visitors": ("visitors", ""),
    "leads": ("leads", "visitors"),
    "opportunities": ("qualified_leads", "leads"),
    "deals": ("deals", "qualified_leads"),
    "deals_won": ("deals_won", "deals"),
    PRICE: (PRICE, ""),
}
"""Each step by the catalogue's names of what comes out and what goes in."""


def step_name(step: StepNow) -> str:
    """The name of a step: "Leads per visitor" is told as "Visitors → Leads"."""
    out, into = STEP_WORDS[step.name]
    return f"{_(METRICS[into].title)} → {_(METRICS[out].title)}" if into else str(_(METRICS[out].title))


def step_value(step: StepNow, value: float | None) -> str:
    """Write the value of a step: visitors a day, a share, or an average price."""
    if value is None:
        return numbers.NOTHING
    if step.name == PRICE:
        return amount(AVERAGE_PRICE, value)
    if step.name == "visitors":
        return _("%(count)s a day") % {"count": numbers.write_number(value, language(), digits=0)}
    return percent(value, 1)


def bottleneck_sentence(found: Bottleneck) -> str:
    """Say which step is low, by how much, and what its return would bring in four weeks."""
    step = found.step
    gain = step.gain or Interval(0, 0, 0)
    said = {
        "step": step_name(step), "now": step_value(step, step.value), "normal": step_value(step, step.normal),
        "days": NOW_DAYS, "more": _amount_gained(step, gain.estimate), "low": _amount_gained(step, gain.low),
        "high": _amount_gained(step, gain.high),
    }  # fmt: skip
    text = _(
        "%(step)s stands at %(now)s instead of %(normal)s. Back at normal it would bring %(more)s (%(low)s to %(high)s) more "
        "in %(days)s days."
    )
    return text % said


def _amount_gained(step: StepNow, value: float | None) -> str:
    if step.name == PRICE:
        return amount(CASH, value)
    count = value or 0.0
    text = ngettext("%(count)s signed deal", "%(count)s signed deals", round(count))
    return text % {"count": numbers.write_number(count, language(), digits=1 if count < 10 else 0)}


def sag_name(sag: Sag) -> str:
    """What a finding is about: "Leads, paid search"."""
    about = [value_name(dimension, value) for dimension, value in sag.by.items()]
    title = _("Answered share of calls") if sag.base == "calls" else str(_(METRICS[sag.metric].title))
    return ", ".join([title, *about])


def sag_value(sag: Sag, value: float) -> str:
    """Write a finding's value: a share, or how many a day."""
    if sag.base:
        return percent(value, 1)
    return _("%(count)s a day") % {"count": numbers.write_number(value, language(), digits=1 if value < 100 else 0)}


def sag_sentence(sag: Sag) -> str:
    """Say since when a series is low or high, against what is normal, and what that is counted from."""
    said = {
        "what": sag_name(sag), "now": sag_value(sag, sag.value), "normal": sag_value(sag, sag.normal),
        "day": numbers.write_day(sag.since, language(), with_year=False),
        "count": numbers.write_number(round(sag.evidence.get("count", 0)), language()),
        "expected": numbers.write_number(round(sag.evidence.get("expected", 0)), language()),
    }  # fmt: skip
    if sag.direction == Direction.UP:
        return (
            _(
                "%(what)s: %(now)s since %(day)s, normally %(normal)s (%(count)s came, %(expected)s were to be expected)."
            )
            % said
        )
    return (
        _(
            "%(what)s: only %(now)s since %(day)s, normally %(normal)s (%(count)s came, %(expected)s were to be expected)."
        )
        % said
    )


def loss_sentence(loss: Loss) -> str:
    """Say what costs the goal."""
    if loss.bottleneck:
        return bottleneck_sentence(loss.bottleneck)
    if loss.sag:
        return sag_sentence(loss.sag)
    if loss.blocker:
        return loss.blocker.text
    part = loss.part
    if part is None:
        return ""
    said = {"part": part_name(part), "fact": amount(part.kind, part.fact), "plan": amount(part.kind, part.expected)}
    return _("%(part)s: %(fact)s, and %(plan)s were to be reached by tonight.") % said


def owner_words(loss: Loss) -> str:
    """Who answers for it."""
    return loss.owner.name if loss.owner else capfirst(str(Side(loss.side).label))
