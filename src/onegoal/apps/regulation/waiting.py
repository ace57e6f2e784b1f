"""What waits for somebody because of the regulation: leads that came back, drafts to be signed."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import has_right
from onegoal.apps.regulation.models import Regulation, State
from onegoal.apps.regulation.services.found import RETURN_SOURCE
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.apps.sales.models import Task
from onegoal.apps.shell.notices import Notice


def leads_that_came_back(user: User) -> Notice | None:
    """The warmed-up leads whose day has come and whose seller has not called yet."""
    tasks = Task.objects.filter(assignee=user, source=RETURN_SOURCE, done_at=None)
    found = list(tasks.order_by("due_at").values_list("lead_id", "due_at")[:1_000])
    if not found:
        return None
    said = ngettext("%(count)s warmed-up lead has come back", "%(count)s warmed-up leads have come back", len(found))
    lead_id, due_at = found[0]
    is_late = due_at is not None and due_at < timezone.now()
    return Notice(said % {"count": len(found)}, len(found), reverse("cards:lead", args=[lead_id]), is_late=is_late)


def drafts_to_sign(user: User) -> Notice | None:
    """Drafts that one department has signed and the user may sign for the other."""
    half = Regulation.objects.filter(state=State.DRAFT, signatures__isnull=False).exclude(signatures__user=user)
    for draft in half.prefetch_related("signatures").order_by("pk"):
        missing = set(RIGHT_OF_SIDE) - {signature.side for signature in draft.signatures.all()}
        if any(has_right(user, RIGHT_OF_SIDE[side]) for side in missing):
            said = _("Version %(number)s of the regulation waits for your signature") % {"number": draft.number}
            return Notice(said, 1, reverse("regulation:show", args=[draft.pk]))
    return None
