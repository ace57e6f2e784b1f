"""The list of demo people on the sign-in page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context

from onegoal.apps.accounts.models import Role
from onegoal.apps.company.queries import current_company, demo_people

register = template.Library()
_MOST = 40


@register.inclusion_tag("company/demo_people.html", takes_context=True)
def demo_entrance(context: Context) -> dict[str, Any]:
    """Show the demo company's people by role with one button each; nothing on a real installation."""
    is_open = current_company().is_demo and settings.DEMO_SIGN_IN
    people = list(demo_people()[:_MOST]) if is_open else []
    by_role = ((role.label, [one for one in people if one.role == role]) for role in Role)
    return {"groups": [group for group in by_role if group[1]], "csrf_token": context.get("csrf_token")}
