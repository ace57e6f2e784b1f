"""The pages of the settings that a reader may enter, as one row of tabs."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.rights import Right, has_right

register = template.Library()

# Pages of higher apps are named by their address only.
_PAGES: tuple[tuple[str, tuple[str, ...], Promise, Right], ...] = (
    ("company:settings", (), _("Company"), Right.SET_COMPANY),
    ("company:list", ("projects",), _("Projects"), Right.SET_COMPANY),
    ("company:list", ("stages",), _("Stages"), Right.SET_COMPANY),
    ("company:list", ("fields",), _("Own fields"), Right.SET_COMPANY),
    ("company:hours", (), _("Working hours"), Right.SET_COMPANY),
    ("company:list", ("days-off",), _("Days off"), Right.SET_COMPANY),
    ("desk:rules", (), _("Distribution of leads"), Right.SET_DESK),
    ("board:settings", (), _("Deals and agencies"), Right.SET_DESK),
    ("board:required", ("deals",), _("Required fields"), Right.SET_DESK),
    ("company:list", ("rates",), _("Exchange rates"), Right.SET_COMPANY),
    ("marketing:channels", (), _("Channels"), Right.SET_CHANNELS),
    ("wall:screens", (), _("Wall screens"), Right.SET_WALL),
    ("evening:settings", (), _("Evening report"), Right.SET_EVENING),
    ("accounts:users", (), _("Users"), Right.SET_USERS),
    ("company:trail", (), _("Changes"), Right.SEE_AUDIT),
)


@dataclass(frozen=True)
class Tab:
    """One page of the settings."""

    url: str
    label: Promise
    is_current: bool


@register.simple_tag(takes_context=True)
def settings_pages(context: Context) -> list[Tab]:
    """Return the tabs for this reader."""
    request = context["request"]
    tabs = []
    for name, args, label, right in _PAGES:
        if has_right(request.user, right) and (url := _url(name, args)):
            tabs.append(
                Tab(
                    url,
                    label,
                    request.path.startswith(url) and (url != reverse("company:settings") or request.path == url),
                )
            )
    return tabs


def _url(name: str, args: tuple[str, ...]) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
