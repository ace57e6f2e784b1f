"""Reads of the channel table: the rules, which of them fires, and what a changed table would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import reach_of
from onegoal.apps.marketing.models import ChannelRule, Origin, Spend
from onegoal.core import channels


@dataclass(frozen=True)
class Regrouping:
    """What a table of rules would change: how many origins, and records of each kind that came from them."""

    origins: int
    records: tuple[tuple[str, int], ...]
    moves: tuple[tuple[str, str, int], ...]


def visible_spend(user: User) -> QuerySet[Spend]:
    """Return the costs of the projects the user may see; who may see costs at all is a right."""
    return Spend.objects.filter(reach_of(user).projects())


def rules_in_use() -> list[ChannelRule]:
    """Return the rows of the table in their order."""
    return list(ChannelRule.objects.filter(is_active=True))


def as_core_rules(rules: Iterable[ChannelRule]) -> list[channels.ChannelRule]:
    """Return stored rules as the classifier reads them, numbered by their place."""
    return [
        channels.ChannelRule.from_data({"position": place, "channel": rule.channel, "conditions": rule.conditions})
        for place, rule in enumerate(rules)
    ]


def fired_rule(rules: Sequence[ChannelRule], touch: channels.Touch) -> tuple[str, ChannelRule | None]:
    """Return the channel of a touch and the rule that gave it, None where none fits."""
    channel, place = channels.classify(as_core_rules(rules), touch)
    return channel, None if place is None else rules[place]


def regrouping(rules: Sequence[ChannelRule]) -> Regrouping:
    """Count what would move to another channel if `rules` were the table; changes nothing."""
    classify = channels.compile_rules(as_core_rules(rules))
    changed: list[int] = []
    moves: dict[tuple[str, str], int] = {}
    for origin in Origin.objects.filter(given_channel="").iterator(chunk_size=2000):
        channel = classify(touch_of(origin)).channel
        if channel != origin.channel:
            changed.append(origin.pk)
            moves[origin.channel, channel] = moves.get((origin.channel, channel), 0) + 1
    largest = sorted(((old, new, count) for (old, new), count in moves.items()), key=lambda move: -move[2])
    return Regrouping(len(changed), tuple(_records_of(changed)), tuple(largest))


def touch_of(origin: Origin) -> channels.Touch:
    """Return an origin's marks as the classifier reads them."""
    return channels.Touch(
        source=origin.utm_source,
        medium=origin.medium,
        campaign=origin.campaign,
        click_id=origin.click_id,
        referrer=origin.referrer_host,
        request_type=origin.request_type,
    )


def _records_of(origin_ids: Sequence[int]) -> Iterable[tuple[str, int]]:
    """Count the records of higher apps that came from these origins, by what they are called."""
    for relation in Origin._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.field.name == "origin":  # type: ignore[union-attr]
            model = relation.related_model
            count = 0
            for start in range(0, len(origin_ids), 500):
                part = origin_ids[start : start + 500]
                count += model._default_manager.filter(origin_id__in=part).count()  # type: ignore[union-attr]
            if count:
                yield str(model._meta.verbose_name_plural), count  # type: ignore[union-attr]
