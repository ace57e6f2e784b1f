"""Stakes in words: how much, within which bounds, and what it was estimated from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.company.queries import current_company
from onegoal.apps.control.words import percent
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.metrics.catalogue import METRICS

_FOR_A_MONTH = frozenset({"chain", "money", "named", "gain", "sag"})


def money(minor: int | None) -> str:
    """Write an amount in the company's currency without cents."""
    return numbers.write_money(minor, current_company().currency, language(), style="whole")


def stake_words(minor: int | None, basis: Mapping[str, Any]) -> str:
    """Say what is at stake: "12,000 EUR a month (8,000 to 17,000)"; nothing where it cannot be told."""
    if minor is None:
        return ""
    said = _("%(money)s a month") if basis.get("how") in _FOR_A_MONTH else _("%(money)s once")
    text = said % {"money": money(minor)}
    low, high = basis.get("low"), basis.get("high")
    if low is None or high is None or low == high:
        return text
    return _("%(stake)s (%(low)s to %(high)s)") % {"stake": text, "low": money(low), "high": money(high)}


def basis_words(basis: Mapping[str, Any]) -> str:
    """Say how a stake was estimated, with every figure that went in."""
    say = _SAYS.get(basis.get("how", ""))
    return say(basis) if say else ""


def _unknown(basis: Mapping[str, Any]) -> str:
    return _("Too little is recorded to estimate it. Name a sum if you know one.")


def _named(basis: Mapping[str, Any]) -> str:
    return _("Named by %(name)s.") % {"name": basis.get("by", "")}


def _chain(basis: Mapping[str, Any]) -> str:
    count = basis["count"]
    text = ngettext(
        "In %(days)s days: %(volume)s %(count)s%(where)s. %(rates)s. %(price)s. Assumed: %(share)s of it is lost.",
        "In %(days)s days: %(volume)s %(count)s%(where)s. %(rates)s. %(price)s. Assumed: %(share)s of it is lost.",
        count,
    )
    return text % {
        "days": basis["days"], "volume": str(METRICS[basis["volume"]].title).lower(), "where": _where(basis),
        "count": numbers.write_number(count, language()), "rates": _rates(basis), "price": _price(basis),
        "share": percent(basis["share_bp"] / 10_000),
    }  # fmt: skip


def _money(basis: Mapping[str, Any]) -> str:
    text = ngettext(
        "In %(days)s days %(money)s came in with %(count)s payment%(where)s. Assumed: %(share)s of it is lost.",
        "In %(days)s days %(money)s came in with %(count)s payments%(where)s. Assumed: %(share)s of it is lost.",
        basis["count"],
    )
    return text % {
        "days": basis["days"], "money": money(basis["received"]), "where": _where(basis),
        "count": numbers.write_number(basis["count"], language()), "share": percent(basis["share_bp"] / 10_000),
    }  # fmt: skip


def _record(basis: Mapping[str, Any]) -> str:
    return f"{_rates(basis)}{_where(basis)}. {_price(basis)}."


def _several(basis: Mapping[str, Any]) -> str:
    count = basis["count"]
    text = ngettext(
        "All that %(count)s lead is expected to bring. %(one)s",
        "All that %(count)s leads are expected to bring. %(one)s",
        count,
    )
    return text % {"count": numbers.write_number(count, language()), "one": _record(basis)}


def _owed(basis: Mapping[str, Any]) -> str:
    said = {"amount": money(basis["amount"]), "paid": money(basis["paid"])}
    return _("The contract is signed for %(amount)s, of which %(paid)s is paid.") % said


def _lost(basis: Mapping[str, Any]) -> str:
    return _("The deal is lost: nothing is left to lose.")


def _gain(basis: Mapping[str, Any]) -> str:
    return _("What the step would bring back at its normal value. %(price)s.") % {"price": _price(basis)}


def _sag(basis: Mapping[str, Any]) -> str:
    said = {"worth": _record(basis)} if basis.get("rates") else {"worth": f"{_price(basis)}."}
    return _("What is missing against the normal value, for a month. %(worth)s") % said


def _behind(basis: Mapping[str, Any]) -> str:
    if basis.get("price") is None:
        return _("What is missing tonight against the plan.")
    return _("What is missing tonight against the plan. %(price)s.") % {"price": _price(basis)}


def _rates(basis: Mapping[str, Any]) -> str:
    parts = []
    for metric, above, below, is_ripe in basis.get("rates", ()):
        share = percent(above / below, 1) if below else numbers.NOTHING
        counts = {"above": numbers.write_number(above, language()), "below": numbers.write_number(below, language())}
        said = {"step": _(METRICS[metric].title), "share": share, **counts}
        text = _("%(step)s %(share)s (%(above)s of %(below)s)") % said
        parts.append(text if is_ripe else _("%(step)s, young ones included") % {"step": text})
    return "; ".join(parts)


def _price(basis: Mapping[str, Any]) -> str:
    value = money(basis.get("price"))
    if basis.get("own_price"):
        return _("Its amount: %(price)s") % {"price": value}
    count = basis.get("priced", 0)
    text = ngettext(
        "Average price %(price)s (%(count)s contract)", "Average price %(price)s (%(count)s contracts)", count
    )
    return text % {"price": value, "count": numbers.write_number(count, language())}


def _where(basis: Mapping[str, Any]) -> str:
    names = ", ".join(basis[key] for key in ("project", "campaign") if basis.get(key))
    return f" ({names})" if names else ""


_SAYS = {
    "unknown": _unknown, "named": _named, "chain": _chain, "money": _money, "lead": _record, "deal": _record,
    "leads": _several, "owed": _owed, "lost": _lost, "gain": _gain, "sag": _sag, "behind": _behind,
}  # fmt: skip
