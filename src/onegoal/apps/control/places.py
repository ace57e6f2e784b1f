"""What the page a blocker is raised on tells: its lead, deal, campaign or project, and the likely link of the chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from django.urls import Resolver404, resolve

from onegoal.apps.accounts.models import User
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.control.models import Link
from onegoal.apps.control.services.blockers import About
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.sales.queries import visible_deals, visible_leads

_LINKS: Final = {
    "analysis:channels": Link.TOUCH,
    "analysis:creatives": Link.TOUCH,
    "analysis:cohorts": Link.PAYMENT,
    "planning:payments": Link.PAYMENT,
    "board:deal": Link.DEAL,
}
_LINKS_OF_APPS: Final = {
    "marketing": Link.LEAD, "desk": Link.QUALIFIED, "regulation": Link.QUALIFIED, "quality": Link.QUALIFIED,
    "board": Link.DEAL, "cards": Link.QUALIFIED, "attribution": Link.TOUCH, "scoring": Link.QUALIFIED,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What a blocker raised on a page is about, and the link of the chain to begin with."""

    about: About
    link: str


def place_of(page: str, user: User) -> Place:
    """Read the address of a page of this product; what the user may not see is left out, a strange address tells nothing."""
    parts = urlsplit(page.replace("\x00", ""))
    path = parts.path if parts.path.startswith("/") and not parts.netloc else ""
    try:
        match = resolve(path) if path else None
    except Resolver404:
        match = None
    if match is None:
        return Place(About(), Link.LEAD)
    named = {key: values[0] for key, values in parse_qs(parts.query).items()}
    pk = match.kwargs.get("pk", 0)
    is_lead, is_deal = match.view_name == "cards:lead", match.view_name == "board:deal"
    lead = visible_leads(user).select_related("project", "seller__team").filter(pk=pk).first() if is_lead else None
    deal = visible_deals(user).select_related("project", "seller__team").filter(pk=pk).first() if is_deal else None
    campaign = Campaign.objects.filter(name=named["campaign"]).first() if named.get("campaign") else None
    project = visible_projects(user).filter(name=named["project"]).first() if named.get("project") else None
    kept = f"{path}?{parts.query}" if parts.query else path
    about = About(kept[:500], lead, deal, None if lead or deal else campaign, project)
    link = _LINKS.get(match.view_name) or _LINKS_OF_APPS.get(match.app_name, Link.LEAD)
    return Place(about, link)
