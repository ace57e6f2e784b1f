"""What waits for somebody because of the plan: versions to be signed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import has_right
from onegoal.apps.planning.models import VersionState
from onegoal.apps.planning.queries.versions import visible_versions
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.apps.shell.notices import Notice


def plans_to_sign(user: User) -> Notice | None:
    """The first proposed version that the user may sign for a department nobody has signed for."""
    if not any(has_right(user, right) for right in RIGHT_OF_SIDE.values()):
        return None
    waiting = visible_versions(user).filter(state=VersionState.PROPOSED).exclude(signatures__user=user)
    for version in waiting.prefetch_related("signatures").order_by("pk"):
        missing = set(RIGHT_OF_SIDE) - {signature.side for signature in version.signatures.all()}
        if any(has_right(user, RIGHT_OF_SIDE[side]) for side in missing):
            said = _("The plan “%(plan)s” waits for your signature") % {"plan": version.plan}
            return Notice(said, 1, reverse("planning:version", args=[version.pk]))
    return None
