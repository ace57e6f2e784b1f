"""How stable the team is, in words that say what is known and how little where it is little."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.company.queries import current_company
from onegoal.apps.organisation.stability import Stability
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.team_stability import Ramp, Turnover

_FEW: Final = 5


def turnover_sentence(found: Turnover) -> str:
    """Say how many left of how many, as a rate a year with its bounds."""
    if found.rate.estimate is None:
        return _("Nobody with a recorded first day was there in the last twelve months.")
    text = ngettext(
        "%(left)s person left in the last twelve months, of %(there)s on average: %(rate)s a year (%(low)s–%(high)s).",
        "%(left)s people left in the last twelve months, of %(there)s on average: %(rate)s a year (%(low)s–%(high)s).",
        found.left,
    )
    return text % {
        "left": found.left, "there": _number(found.headcount), "rate": _percent(found.rate.estimate),
        "low": _percent(found.rate.low), "high": _percent(found.rate.high),
    }  # fmt: skip


def few_sentence(found: Stability) -> str:
    """Warn where a handful of people carries every figure, and of those without a first day."""
    parts = []
    if found.people != found.undated and (found.people < _FEW or found.recent.left < _FEW):
        parts.append(_("With so few people and leavings one more or less changes everything: read the bounds first."))
    if found.undated:
        text = ngettext(
            "%(count)s person has no first day recorded and is left out.",
            "%(count)s people have no first day recorded and are left out.",
            found.undated,
        )
        parts.append(text % {"count": found.undated})
    return " ".join(parts)


def tenure_sentence(found: Stability) -> str:
    """Say after how long half have left, or that fewer than half have."""
    told, median = found.tenure, found.tenure.median
    counts = _("%(events)s of %(count)s have left") % {"events": told.events, "count": told.count}
    if median.estimate is None:
        return _("%(counts)s: fewer than half, so that nobody can say yet how long half of them stay.") % {
            "counts": counts
        }
    return _("%(counts)s. Half stay for %(months)s months (%(low)s to %(high)s).") % {
        "counts": counts, "months": _months(median.estimate), "low": _months(median.low), "high": _months(median.high),
    }  # fmt: skip


def ramp_sentence(ramp: Ramp) -> str:
    """Say when new people reach the normal level, or why that cannot be told."""
    if not ramp.newcomers:
        return _("Nobody has begun within the days that have records.")
    text = ngettext("%(count)s new person", "%(count)s new people", ramp.newcomers) % {"count": ramp.newcomers}
    if ramp.settled.rate.estimate is None:
        return _("%(new)s, and nobody who has been there for more than a year to hold them against.") % {"new": text}
    said = {"new": text, "rate": _number(ramp.settled.rate.estimate)}
    if not ramp.is_told:
        return _("%(new)s. Too few results yet to tell when they reach the normal %(rate)s a month.") % said
    if ramp.reached is None:
        return _("%(new)s. Within their first year they have not reached the normal %(rate)s a month.") % said
    return _("%(new)s. From month %(month)s on they bring the normal %(rate)s a month.") % {
        **said, "month": ramp.reached,
    }  # fmt: skip


def cost_sentence(found: Stability) -> str:
    """Say what the ramp cost in deals and money, or that nothing can be said."""
    missing = found.ramps["deals_won"].missing
    if missing.estimate is None or not found.ramps["deals_won"].newcomers:
        return ""
    said = {"deals": _number(missing.estimate), "low": _number(missing.low), "high": _number(missing.high)}
    if missing.low is None or missing.low <= 0:
        return (
            _("Against settled colleagues %(deals)s deals are missing (%(low)s to %(high)s): chance explains it.")
            % said
        )
    text = _("Against settled colleagues %(deals)s deals are missing (%(low)s to %(high)s).") % said
    if found.cost.estimate is None:
        return text
    money = {"money": _money(found.cost.estimate), "low": _money(found.cost.low), "high": _money(found.cost.high)}
    return f"{text} " + _("At the average price that is %(money)s not signed (%(low)s to %(high)s).") % money


def _number(value: float | None) -> str:
    return numbers.write_number(value, language(), digits=1)


def _percent(value: float | None) -> str:
    return numbers.write_percent(value, language(), digits=0)


def _months(days: float | None) -> str:
    return numbers.write_number(days / 30.4375 if days is not None else None, language(), digits=0)


def _money(minor: float | None) -> str:
    return numbers.write_money(
        None if minor is None else round(minor), current_company().currency, language(), style="whole"
    )
