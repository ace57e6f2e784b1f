"""Models, conversions and groups in the words of marketers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegoal.apps.attribution.queries.asked import AGENCY, CALL, NOT_SET, VISIT, Asked
from onegoal.apps.attribution.queries.streams import OTHER
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.shell import figures, numbers

Text = str | Promise

MODEL_WORDS: Mapping[str, tuple[Text, Text]] = {
    "first": (gettext_lazy("First touch"), gettext_lazy("All credit to the touch that began the journey.")),
    "last": (gettext_lazy("Last touch"), gettext_lazy("All credit to the touch before the conversion.")),
    "last_non_direct": (
        gettext_lazy("Last non-direct"),
        gettext_lazy(
            "All credit to the last touch that was not a direct visit; direct keeps it where nothing else was."
        ),
    ),
    "linear": (gettext_lazy("Linear"), gettext_lazy("Equal credit to every touch.")),
    "linear_distinct": (
        gettext_lazy("Linear by group"),
        gettext_lazy("Equal credit to every group in the journey, however often it was touched."),
    ),
    "time_decay": (
        gettext_lazy("Time decay"),
        gettext_lazy("The closer to the conversion, the more: a touch %(days)s older counts half."),
    ),
    "position": (
        gettext_lazy("Position"),
        gettext_lazy("Two fifths to the first touch, two fifths to the last, the rest to those between."),
    ),
    "w_shaped": (
        gettext_lazy("W-shaped"),
        gettext_lazy(
            "Three tenths each to the first touch, the last before the lead and the last before the conversion."
        ),
    ),
    "markov": (
        gettext_lazy("Markov"),
        gettext_lazy(
            "By how many conversions would be lost if the group were taken out of all journeys, also lost ones."
        ),
    ),
    "markov_2": (gettext_lazy("Markov, 2 steps"), gettext_lazy("As Markov, remembering the last two touches.")),
    "markov_3": (gettext_lazy("Markov, 3 steps"), gettext_lazy("As Markov, remembering the last three touches.")),
    "shapley": (
        gettext_lazy("Shapley"),
        gettext_lazy("What each group adds to those it stands with, over all orders in which they could join."),
    ),
    "shapley_rate": (
        gettext_lazy("Shapley by rate"),
        gettext_lazy("As Shapley, for the share that converts: a group that many see in vain may fall below nought."),
    ),
}
SHOWN = ("first", "last", "last_non_direct", "linear", "time_decay", "position", "markov", "shapley")
"""Models that have a column or a bar until the reader chooses others."""
CONVERSION_WORDS: Mapping[str, Text] = {
    "lead": gettext_lazy("Leads"),
    "qualified": gettext_lazy("Qualified leads"),
    "deal": gettext_lazy("Signed deals"),
    "money": gettext_lazy("Money received"),
}
VALUE_WORDS: Mapping[str, Text] = {
    "count": gettext_lazy("Number"),
    "amount": gettext_lazy("Amount"),
    "margin": gettext_lazy("Gross margin"),
}
DIMENSION_WORDS: Mapping[str, Text] = {
    "channel": gettext_lazy("Channel"),
    "source_medium": gettext_lazy("Source / medium"),
    "campaign": gettext_lazy("Campaign"),
    "creative": gettext_lazy("Creative"),
}
SHARE_WORDS: Mapping[str, Text] = {
    "global": gettext_lazy("over all journeys"),
    "per_journey": gettext_lazy("within each journey"),
}
COST_WORDS: Mapping[str, Text] = {
    "lead": gettext_lazy("Cost per lead"),
    "qualified": gettext_lazy("Cost per opportunity"),
    "deal": gettext_lazy("CAC"),
    "money": gettext_lazy("Cost per paying deal"),
}
PART_WORDS: Mapping[str, Text] = {
    "grouping": gettext_lazy("changed grouping"),
    "persons": gettext_lazy("merged people"),
    "conversions": gettext_lazy("conversions, refunds"),
    "touches": gettext_lazy("late touches"),
    "spend": gettext_lazy("spend"),
}
"""Which change of the data a difference comes from."""
_STEP_WORDS: Mapping[str, Text] = {
    CALL: gettext_lazy("call"),
    VISIT: gettext_lazy("visit to the office"),
    AGENCY: gettext_lazy("agency"),
    NOT_SET: gettext_lazy("not set"),
    OTHER: gettext_lazy("other"),
}


def model_name(model: str) -> str:
    """A model's name; an unknown one keeps its own."""
    return str(MODEL_WORDS[model][0]) if model in MODEL_WORDS else model


def model_words(model: str, asked: Asked) -> str:
    """How a model shares credit out, in one sentence."""
    said = str(MODEL_WORDS[model][1])
    return said % {"days": window_text(asked.half_life_days)} if model == "time_decay" else said


def group_name(dimension: str, name: str) -> str:
    """A group as people read it, with a capital: channels in words, others as the company wrote them."""
    if name in _STEP_WORDS:
        return capfirst(str(_STEP_WORDS[name]))
    return capfirst(channel_words(name)) if dimension == "channel" else name


def path_name(dimension: str, groups: Iterable[str]) -> str:
    """A path as names joined by arrows, equal neighbours counted: Display → Paid search ×2."""
    runs: list[tuple[str, int]] = []
    for name in groups:
        times = runs.pop()[1] if runs and runs[-1][0] == name else 0
        runs.append((name, times + 1))
    written = [group_name(dimension, name) + (f"\u00a0×{times}" if times > 1 else "") for name, times in runs]
    return " → ".join(written) or _("No touch in the window")


def conversions_text(asked: Asked, count: float, *, digits: int | None = None) -> str:
    """A number of conversions with its noun in the right plural: 12 deals."""
    shown = numbers.write_number(count, figures.language(), digits=digits)
    whole = round(count) if float(count).is_integer() else 2  # a broken number takes the plural
    if asked.conversion == "lead":
        return ngettext("%(count)s lead", "%(count)s leads", whole) % {"count": shown}
    if asked.conversion == "qualified":
        return ngettext("%(count)s qualified lead", "%(count)s qualified leads", whole) % {"count": shown}
    if asked.conversion == "money":
        return ngettext("%(count)s paying deal", "%(count)s paying deals", whole) % {"count": shown}
    return ngettext("%(count)s deal", "%(count)s deals", whole) % {"count": shown}


def window_text(days: int) -> str:
    """A window as a length of time: 30 days."""
    return numbers.write_days(days, figures.language())
