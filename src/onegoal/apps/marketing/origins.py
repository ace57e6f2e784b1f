"""Origins: one record for each distinct combination of marks, and the channel that the company's table gives it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from typing import Final, NamedTuple

from django.db import transaction

from onegoal.apps.audit.checks import check_text, check_texts, limits
from onegoal.apps.audit.models import Action
from onegoal.apps.audit.services import Change, mark_stale, record_changes
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.models import ChannelRule, Origin
from onegoal.core import channels
from onegoal.core.channel_defaults import DEFAULT_RULES

_TEXTS = limits(
    Origin, channel="channel", source="utm_source", medium="medium", campaign="campaign",
    creative="creative", keyword="keyword",
)  # fmt: skip
_PAGES: Final = ("landing_page", "referrer", "click_id")
_PAGE_LIMITS = tuple(
    limit for _, limit in limits(Origin, landing_page="landing_page", referrer="referrer_host", click_id="click_id")
)
_REMEMBERED: Final = 200_000
_CLICK_IDS: Final = frozenset(
    [
        "gclid",
        "gbraid",
        "wbraid",
        "yclid",
        "ymclid",
        "msclkid",
        "fbclid",
        "ttclid",
        "rb_clickid",
        "vkclid",
        "li_fat_id",
        "twclid",
        "sccid",
        "dclid",
        "igshid",
    ]
)


class _Marks(NamedTuple):
    """Marks as an origin keeps them: values stay as they came, apart from surrounding spaces.

    Case is kept and told apart, so that figures by source equal those of the file. A landing page loses its query, a
    referrer everything but its host, a click id everything but its kind: else every visit would be an origin of its own.
    """

    given_channel: str
    utm_source: str
    medium: str
    campaign: str
    creative: str
    keyword: str
    landing_page: str
    referrer_host: str
    click_id: str
    request_type: str

    def digest(self) -> str:
        return blake2b("\x1f".join(self).encode(), digest_size=16).hexdigest()


# Ids of origins that are committed, by their marks: millions of touches have a few thousand origins.
_known: dict[OriginMarks, int] = {}


def check_marks(marks: OriginMarks) -> None:
    """Check the texts of marks. Raises: RowRefused `too_long`, `unreadable_text`."""
    if marks in _known:
        return
    check_texts(marks, _TEXTS)
    kept = _kept(marks)
    for column, text, limit in zip(
        _PAGES, (kept.landing_page, kept.referrer_host, kept.click_id), _PAGE_LIMITS, strict=True
    ):
        check_text(column, text, limit)


def find_origins(marks: Sequence[OriginMarks]) -> list[int]:
    """Return the id of each mark's origin, in order, making those that are not there."""
    ids = {one: _known[one] for one in set(marks) if one in _known}
    missing = {one: _kept(one) for one in dict.fromkeys(marks) if one not in ids}
    if missing:
        by_kept = _stored_or_made(set(missing.values()))
        found = {one: by_kept[kept] for one, kept in missing.items()}
        ids |= found
        transaction.on_commit(partial(_remember, found))
    return [ids[one] for one in marks]


def forget_origins() -> None:
    """Forget remembered ids: after the database was replaced."""
    _known.clear()


def ensure_channel_rules() -> list[channels.ChannelRule]:
    """Return the rules in use, seeding the table with the defaults when it is empty.

    Whoever only reads them must not wait for those who write: the table is locked for the seeding alone.
    """
    if not ChannelRule.objects.exists():
        _seed_channel_rules()
    return [
        channels.ChannelRule.from_data({"position": row.position, "channel": row.channel, "conditions": row.conditions})
        for row in ChannelRule.objects.filter(is_active=True)
    ]


@transaction.atomic
def _seed_channel_rules() -> None:
    if not ChannelRule.objects.exists():
        ChannelRule.objects.bulk_create(
            ChannelRule(position=rule.position, channel=rule.channel, conditions=rule.to_data()["conditions"])
            for rule in DEFAULT_RULES
        )


@transaction.atomic
def regroup_channels(now: dt.datetime) -> int:
    """Give every origin the channel of the rules as they are now; return how many changed.

    A channel that the row itself named stays.
    """
    classify = channels.compile_rules(ensure_channel_rules())
    changes, origins = [], []
    for origin in Origin.objects.iterator(chunk_size=5000):
        channel = origin.given_channel or _channel_of(origin, classify)
        if channel != origin.channel:
            changes.append(Change(origin.pk, Action.UPDATE, {"channel": origin.channel}, {"channel": channel}))
            origin.channel = channel
            origins.append(origin)
    Origin.objects.bulk_update(origins, ["channel"], batch_size=400)
    if changes:
        record_changes(entity="origin", changes=changes, now=now)
    return len(changes)


def _kept(marks: OriginMarks) -> _Marks:
    return _Marks(
        given_channel=marks.channel.strip(),
        utm_source=marks.source.strip(),
        medium=marks.medium.strip(),
        campaign=marks.campaign.strip(),
        creative=marks.creative.strip(),
        keyword=marks.keyword.strip(),
        landing_page=marks.landing_page.split("?")[0].split("#")[0].strip(),
        referrer_host=_host(marks.referrer),
        click_id=_click_kind(marks.click_id),
        request_type=marks.request_type,
    )


def _host(referrer: str) -> str:
    text = referrer.strip()
    return text.split("://")[-1].split("/")[0].split("?")[0].split(":")[0].casefold()


def _click_kind(click_id: str) -> str:
    """`gclid` of `gclid`, `gclid=EAIaI…` or `gclid:EAIaI…`; an id whose kind is not said is `other`."""
    text = click_id.strip().replace(":", "=").split("=")[0].casefold()
    return text if not text or text in _CLICK_IDS else "other"


def _stored_or_made(wanted: set[_Marks]) -> dict[_Marks, int]:
    by_digest = {marks.digest(): marks for marks in wanted}
    found = dict(Origin.objects.filter(digest__in=by_digest).values_list("digest", "id"))
    missing = [digest for digest in by_digest if digest not in found]
    if missing:
        classify = channels.compile_rules(ensure_channel_rules())
        made = [Origin(digest=digest, **by_digest[digest]._asdict()) for digest in sorted(missing)]
        for origin in made:
            origin.channel = origin.given_channel or _channel_of(origin, classify)
        Origin.objects.bulk_create(made)
        mark_stale(entity="origin", ids=[origin.pk for origin in made])
        found |= {origin.digest: origin.pk for origin in made}
    return {marks: found[digest] for digest, marks in by_digest.items()}


def _channel_of(origin: Origin, classify: channels.Classifier) -> str:
    touch = channels.Touch(
        source=origin.utm_source,
        medium=origin.medium,
        campaign=origin.campaign,
        click_id=origin.click_id,
        referrer=origin.referrer_host,
        request_type=origin.request_type,
    )
    return classify(touch).channel


def _remember(found: dict[OriginMarks, int]) -> None:
    if len(_known) + len(found) > _REMEMBERED:
        _known.clear()
    _known.update(found)
