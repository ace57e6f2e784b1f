"""What attribution cannot tell, in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.attribution.forms import read_wanted
from onegoal.apps.attribution.views.common import page_context


@requires(Right.SEE_FIGURES)
@require_GET
def limits(request: HttpRequest) -> HttpResponseBase:
    """The reasons why credit is not effect, each with what helps."""
    wanted = read_wanted(request, now=timezone.now())
    context = page_context(request, wanted, heading=_("What attribution cannot tell"), reasons=_reasons())
    return render(request, "attribution/limits.html", context)


def _reasons() -> list[tuple[str, str]]:
    return [
        (
            _("Together is not because"),
            _(
                "A model sees who met an advertisement and who bought. It does not see who would have bought anyway."
                " Search and retargeting meet people who are already on their way and look better than they are; video"
                " and outdoor look worse. Only an experiment tells: switch a channel off in one region, or for some"
                " weeks, and compare."
            ),
        ),
        (
            _("What nobody recorded"),
            _(
                "A billboard, a friend's advice, a talk at the stand: without a promo code, a call number of its own or"
                " a question on the form they leave no touch. Their share goes to whatever came next, often to direct"
                " or search."
            ),
        ),
        (
            _("Other devices"),
            _(
                "Somebody who looked on the telephone and wrote from the office is two visitors until a form or a call"
                " joins them. Their early touches are then missing."
            ),
        ),
        (
            _("Direct is not a channel"),
            _(
                "A direct visit means that nothing is known of how the person came. Last non-direct leaves it aside;"
                " the other models count it as what it is recorded as."
            ),
        ),
        (
            _("Journeys that are not over"),
            _(
                "People whose window is still open may yet convert. They count as not converted so far, so the newest"
                " weeks look a little worse than they will be."
            ),
        ),
        (
            _("Leads without a visit"),
            _(
                "A lead by telephone, from a broker or from a file has no visit. What it says of its own origin then"
                " counts as a touch at the moment it came, unless the same origin touched the person the day before. Such"
                " groups seem to convert always: those who did not call are not counted anywhere."
            ),
        ),
        (
            _("Before the window"),
            _(
                "Touches older than the window are not counted. A flat is bought over months: look at the page of"
                " windows before trusting a short one."
            ),
        ),
        (
            _("Few conversions"),
            _(
                "With few deals a model moves a lot by chance. Look at the intervals: a grey difference says that"
                " nothing can be told."
            ),
        ),
    ]
