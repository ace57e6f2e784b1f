"""What must be said beside the figures: money that could not be joined, groups that were folded, models that flatter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.costs import Costs
from onegoal.apps.attribution.queries.figures import Found, credits_of
from onegoal.apps.attribution.queries.paths import always_converting, known_from_leads
from onegoal.apps.attribution.words import group_name, model_name
from onegoal.apps.shell import figures, numbers
from onegoal.core.attribution.settings import MARKOV_ORDERS

FLATTERING = (*MARKOV_ORDERS, "shapley_rate")
"""Models that learn from who did not convert: a group of which nobody knows that looks better than it is."""
MOST_NAMES = 8


def worth_words(found: Found) -> str:
    """Which conversions count without their money, for its worth is not known."""
    if not found.elsewhere:
        return ""
    currencies = ", ".join(sorted({currency for currency, _minor in found.elsewhere}))
    said = _("No exchange rate is known for %(currencies)s: those conversions count, their money does not.")
    return said % {"currencies": currencies}


def spend_words(costs: Costs | None) -> str:
    """Which spend is in none of the figures, for its worth is not known."""
    if costs is None or not costs.elsewhere:
        return ""
    said = _("No exchange rate is known for %(currencies)s: spend in it is in none of these figures.")
    return said % {"currencies": ", ".join(costs.elsewhere)}


def folded_words(wanted: Wanted, found: Found) -> str:
    """Which groups stand together, for there are too many to show."""
    if not found.folded:
        return ""
    count = len(found.folded)
    said = ngettext(
        "%(count)s small group stands under Other: %(groups)s.",
        "%(count)s small groups stand together under Other: %(groups)s.",
        count,
    )
    return said % {
        "count": numbers.write_number(count, figures.language()),
        "groups": _names(wanted, sorted(found.folded)),
    }


def played_as_one_words(wanted: Wanted, models: Sequence[str]) -> str:
    """Which groups Shapley by rate takes as one player, for each more would double its work."""
    if "shapley_rate" not in models:
        return ""
    folded = credits_of(wanted.asked, wanted.scope, ("shapley_rate",))["shapley_rate"].folded
    if not folded:
        return ""
    said = _("%(model)s takes the smallest groups as one and shares what it gets out as Shapley does: %(groups)s.")
    return said % {"model": model_name("shapley_rate"), "groups": _names(wanted, folded)}


def flattered_words(wanted: Wanted, found: Found, models: Iterable[str], group: str = "") -> list[str]:
    """Which groups look better than they are by which of the models shown, and why; of one group only where given."""
    shown = set(models)
    # Markov is named once, however many steps of it are shown.
    flattering = list(
        dict.fromkeys(
            model_name("markov" if model in MARKOV_ORDERS else model) for model in FLATTERING if model in shown
        )
    )
    always = _(
        "Known only from people who converted: %(groups)s. Nobody counts those who did not, so by %(models)s this looks"
        " better than it is."
    )
    from_leads = _(
        "Known only from leads, not from visits: %(groups)s. Nobody counts those who did not become a lead, so by"
        " %(models)s this looks better than it is."
    )
    told = ((always, always_converting(found)), (from_leads, known_from_leads(found)))
    return [
        said % {"groups": _names(wanted, chosen), "models": ", ".join(flattering)}
        for said, groups in told
        if flattering and (chosen := [name for name in groups if group in ("", name)])
    ]


def _names(wanted: Wanted, groups: Sequence[str]) -> str:
    """Name groups, many of them by the first ones and the number of the rest."""
    shown = [group_name(wanted.asked.dimension, name) for name in groups[:MOST_NAMES]]
    if len(groups) > MOST_NAMES:
        rest = len(groups) - MOST_NAMES
        more = ngettext("%(count)s more", "%(count)s more", rest)
        shown.append(more % {"count": numbers.write_number(rest, figures.language())})
    return ", ".join(shown)
