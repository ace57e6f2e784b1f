"""People in the palette."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.people.queries import find_people, visible_people
from onegoal.apps.shell.search import Hit, Source


def find(user: Any, text: str, limit: int) -> Iterable[Hit]:
    """Return people whose name or contact holds the text, newest first."""
    if not has_right(user, Right.SEE_PEOPLE):
        return []
    found = find_people(visible_people(user), text).order_by("-created_at")[:limit]
    return [Hit(str(one), reverse("people:person", args=[one.pk]), icon="users", note=one.region) for one in found]


SOURCE = Source("people", _("People"), find)
