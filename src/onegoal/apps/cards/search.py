"""Leads and deals in the palette."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.cards.addresses import card_url
from onegoal.apps.sales.queries import visible_deals, visible_leads
from onegoal.apps.sales.search import find_deals, find_leads
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_day
from onegoal.apps.shell.search import Hit, Source


def leads(user: Any, text: str, limit: int) -> Iterable[Hit]:
    """Return leads of people whose name or phone holds the text, or with this id, newest first."""
    if not has_right(user, Right.SEE_PEOPLE):
        return []
    found = find_leads(visible_leads(user), text).select_related("person", "project").order_by("-created_at", "-pk")
    return [
        Hit(str(one.person), reverse("cards:lead", args=[one.pk]), icon="inbox", note=_note(one.created_at.date(), one))
        for one in found[:limit]
    ]


def deals(user: Any, text: str, limit: int) -> Iterable[Hit]:
    """Return deals of people whose name or phone holds the text, with this contract, title or id, newest first."""
    if not has_right(user, Right.SEE_PEOPLE):
        return []
    found = find_deals(visible_deals(user), text).select_related("person", "project").order_by("-opened_at", "-pk")
    return [
        Hit(one.title or str(one.person), card_url(one), icon="briefcase", note=_note(one.opened_at.date(), one))
        for one in found[:limit]
    ]


def _note(day: Any, record: Any) -> str:
    about = [record.project, getattr(record, "contract_number", ""), write_day(day, language())]
    return " · ".join(str(part) for part in about if part)


SOURCES = (Source("leads", _("Leads"), leads), Source("deals", _("Deals"), deals))
