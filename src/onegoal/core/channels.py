"""Which channel a touch came through: an ordered table of rules that the company edits, where the first match wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from onegoal.core.problems import ValueProblem

FIELDS: Final = ("source", "medium", "campaign", "click_id", "referrer", "request_type")
OPERATORS: Final = ("is", "is_not", "contains", "starts_with", "matches_any", "is_empty", "is_set")
"""No regular expressions: one careless pattern of a user can stop the whole import."""

DIRECT: Final = "direct"
OTHER: Final = "other"
CHANNELS: Final = (
    "paid_search",
    "organic_search",
    "paid_social",
    "organic_social",
    "display",
    "video",
    "classifieds",
    "messengers",
    "email",
    "sms",
    "partners",
    "referral",
    "offline",
    "calls",
    "direct",
    "other",
)
"""The channels of the default table, as keys that screens put into words; a company may add its own."""

_NOTHING: Final = frozenset({"(none)", "(not set)", "(not provided)", "none", "null", "undefined", "-", "nan"})
_REMEMBERED: Final = 100_000


class Touch(NamedTuple):
    """What is known of one contact: UTM marks, kind of click id (gclid, yclid ...), referrer host, kind of request."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    click_id: str = ""
    referrer: str = ""
    request_type: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one field; `values` holds one word, or several of which any may fit.

    Case makes no difference, nor whether words are joined by a space, a hyphen or an underscore.

    A referrer fits a host when it is that host or one of its subdomains.
    Raises: ValueProblem `channel_field_unknown`, `channel_operator_unknown`, `channel_values_missing`.
    """

    field: str
    operator: str
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueProblem("channel_field_unknown", self.field)
        if self.operator not in OPERATORS:
            raise ValueProblem("channel_operator_unknown", self.operator)
        if self.operator not in ("is_empty", "is_set") and not any(self.values):
            raise ValueProblem("channel_values_missing", self.field)


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """A row of the table: the channel given to touches that meet all conditions; lower positions are asked first."""

    position: int
    channel: str
    conditions: tuple[Condition, ...]

    def to_data(self) -> dict[str, Any]:
        """The rule as plain data for a JSON column or the API."""
        conditions = [{"field": c.field, "operator": c.operator, "values": list(c.values)} for c in self.conditions]
        return {"position": self.position, "channel": self.channel, "conditions": conditions}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ChannelRule:
        """The rule that `to_data` wrote. Raises: ValueProblem as Condition does."""
        conditions = (Condition(c["field"], c["operator"], tuple(c.get("values", ()))) for c in data["conditions"])
        return cls(int(data["position"]), str(data["channel"]), tuple(conditions))


class Classified(NamedTuple):
    """The channel of a touch and the position of the rule that said so; None when no rule fitted."""

    channel: str
    rule_position: int | None


_Check = Callable[[Touch], bool]


class Classifier:
    """A table of rules made quick: each distinct combination of marks is judged once and remembered."""

    def __init__(self, rules: Iterable[ChannelRule]) -> None:
        ordered = sorted(rules, key=lambda rule: rule.position)
        self._rows = [(Classified(r.channel, r.position), [_check(c) for c in r.conditions]) for r in ordered]
        self._known: dict[tuple[str, ...], Classified] = {}

    def __call__(self, touch: Touch) -> Classified:
        """The channel of a touch: the first rule that fits.

        Without one it is `direct` when no mark but the kind of request is there, else `other`.
        """
        known = self._known.get(touch)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            plain = Touch._make(_plain(field, text) for field, text in zip(FIELDS, touch, strict=True))
            known = self._known[touch] = self._judge(plain)
        return known

    def _judge(self, touch: Touch) -> Classified:
        for result, checks in self._rows:
            if all(check(touch) for check in checks):
                return result
        return Classified(OTHER if any(touch[:-1]) else DIRECT, None)


def compile_rules(rules: Sequence[ChannelRule]) -> Classifier:
    """The table as a function from touch to channel, shared by all callers with the same table."""
    return _compiled(tuple(rules))


def classify(rules: Sequence[ChannelRule], touch: Touch) -> Classified:
    """The channel of one touch and the rule that gave it; for many touches keep `compile_rules(rules)`."""
    return compile_rules(rules)(touch)


@lru_cache(maxsize=16)
def _compiled(rules: tuple[ChannelRule, ...]) -> Classifier:
    return Classifier(rules)


def _plain(field: str, text: str) -> str:
    """A mark without case, edges and the words that programs write for "nothing"; Google Ads is google-ads."""
    word = text.strip().casefold()
    if word in _NOTHING:
        return ""
    if field == "referrer":
        return word.split("://")[-1].split("/")[0].split(":")[0].removeprefix("www.").removeprefix("m.")
    return re.sub(r"[\s_-]+", "_", word)


def _check(condition: Condition) -> _Check:
    at = FIELDS.index(condition.field)
    values = tuple(word for value in condition.values if (word := _plain(condition.field, value)))
    same = _same_host(values) if condition.field == "referrer" else frozenset(values).__contains__
    tests: dict[str, Callable[[str], bool]] = {
        "is": same,
        "matches_any": same,
        "is_not": lambda text: not same(text),
        "contains": lambda text: any(value in text for value in values),
        "starts_with": lambda text: text.startswith(values),
        "is_empty": lambda text: not text,
        "is_set": bool,
    }
    test = tests[condition.operator]
    return lambda touch: test(touch[at])


def _same_host(hosts: tuple[str, ...]) -> Callable[[str], bool]:
    exact, tails = frozenset(hosts), tuple(f".{host}" for host in hosts)
    return lambda text: text in exact or (bool(tails) and text.endswith(tails))
