"""Writes of blockers: raising, changing, remarks, resolving, reopening, taking over, estimating again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import changing
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.control.models import Blocker, BlockerRemark
from onegoal.apps.control.queries.blockers import suggested_owner
from onegoal.apps.control.queries.stakes import ASSUMED_SHARE_BP, Stake, named_stake, stake_of
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.sales.models import Deal, Lead

_WORKING_DAYS: Final = 3


class BlockerRefused(Exception):
    """A blocker cannot be written so: `no_text`, `no_words` (of the resolution or remark), `resolved` or `open` already."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class About:
    """What a blocker is about, as far as the page it is raised on tells: at most one of lead, deal and campaign."""

    page: str = ""
    lead: Lead | None = None
    deal: Deal | None = None
    campaign: Campaign | None = None
    project: Project | None = None


@transaction.atomic
def raise_blocker(*, text: str, link: str, about: About, author: User, now: dt.datetime, today: dt.date) -> Blocker:
    """Store what hinders, with the owner its link suggests, three working days to mend it and its stake.

    Raises: BlockerRefused.
    """
    if not text.strip():
        raise BlockerRefused("no_text")
    worked = about.lead or about.deal
    project = about.project or (worked.project if worked else None)
    blocker = Blocker(raised_by=author, raised_at=now)
    with changing(blocker, now=now):
        blocker.text, blocker.link, blocker.page = text.strip(), link, about.page[:500]
        blocker.lead, blocker.deal, blocker.campaign, blocker.project = about.lead, about.deal, about.campaign, project
        blocker.owner = suggested_owner(link, seller=worked.seller if worked else None, project=project)
        blocker.due_on = due_after(today, _WORKING_DAYS)
        _set_stake(blocker, stake_of(blocker, today=today))
    return blocker


@transaction.atomic
def change_blocker(
    *, blocker: Blocker, values: Mapping[str, Any], author: User, now: dt.datetime, today: dt.date
) -> Blocker:
    """Set text, link, owner, due day, a sum named by the author (`named_minor`) or the share taken to be lost (`share_bp`).

    An estimated stake is estimated anew when the link or the share changes. Raises: BlockerRefused.
    """
    stored = _open(blocker)
    if not values["text"].strip():
        raise BlockerRefused("no_text")
    with changing(stored, now=now):
        moved = stored.link != values["link"]
        stored.text, stored.link = values["text"].strip(), values["link"]
        stored.owner, stored.due_on = values["owner"], values["due_on"]
        named, share = values.get("named_minor"), values.get("share_bp") or ASSUMED_SHARE_BP
        was_named = stored.stake_basis.get("how") == "named"
        if named is not None:
            if not was_named or named != stored.stake_minor:
                _set_stake(stored, named_stake(named, name=author.name))
        elif moved or was_named or share != stored.stake_basis.get("share_bp", ASSUMED_SHARE_BP):
            stored.stake_basis = {"share_bp": share}
            _set_stake(stored, stake_of(stored, today=today))
    return stored


@transaction.atomic
def estimate_again(*, blocker: Blocker, now: dt.datetime, today: dt.date) -> Blocker:
    """Estimate the stake from the chain as it is today; a sum somebody named gives way. Raises: BlockerRefused."""
    stored = _open(blocker)
    with changing(stored, now=now):
        _set_stake(stored, stake_of(stored, today=today))
    return stored


@transaction.atomic
def take_over(*, blocker: Blocker, user: User, now: dt.datetime) -> Blocker:
    """Make the user the one who mends it. Raises: BlockerRefused."""
    stored = _open(blocker)
    with changing(stored, now=now):
        stored.owner = user
    return stored


@transaction.atomic
def add_remark(*, blocker: Blocker, author: User, text: str, now: dt.datetime) -> BlockerRemark:
    """Store what somebody said about a blocker. Raises: BlockerRefused."""
    if not text.strip():
        raise BlockerRefused("no_words")
    remark = BlockerRemark(blocker=blocker, author=author, at=now)
    with changing(remark, now=now):
        remark.text = text.strip()
    return remark


@transaction.atomic
def resolve_blocker(*, blocker: Blocker, user: User, words: str, now: dt.datetime) -> Blocker:
    """Close a blocker with how it was resolved. Raises: BlockerRefused."""
    stored = _open(blocker)
    if not words.strip():
        raise BlockerRefused("no_words")
    with changing(stored, now=now):
        stored.resolved_at, stored.resolved_by, stored.resolution = now, user, words.strip()
    return stored


@transaction.atomic
def reopen_blocker(*, blocker: Blocker, now: dt.datetime) -> Blocker:
    """Open a resolved blocker again; how it was resolved stays in the trail. Raises: BlockerRefused."""
    stored = Blocker.objects.select_for_update().get(pk=blocker.pk)
    if stored.resolved_at is None:
        raise BlockerRefused("open")
    with changing(stored, now=now):
        stored.resolved_at, stored.resolved_by, stored.resolution = None, None, ""
    return stored


def due_after(today: dt.date, working_days: int) -> dt.date:
    """Return the last of so many working days after today; the same days on where the calendar opens on none."""
    calendar, found = calendar_of_company(), 0
    for ahead in range(1, 61):
        day = today + dt.timedelta(days=ahead)
        found += calendar.window(day) is not None
        if found == working_days:
            return day
    return today + dt.timedelta(days=working_days)


def _open(blocker: Blocker) -> Blocker:
    stored = Blocker.objects.select_for_update().get(pk=blocker.pk)
    if stored.resolved_at is not None:
        raise BlockerRefused("resolved")
    return stored


def _set_stake(blocker: Blocker, stake: Stake) -> None:
    share = {"share_bp": blocker.stake_basis["share_bp"]} if "share_bp" in blocker.stake_basis else {}
    blocker.stake_minor = stake.minor
    blocker.stake_basis = share | {**stake.basis, "low": stake.low, "high": stake.high}
