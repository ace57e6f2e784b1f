"""The page of what the company agreed about control."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.company.queries import current_company
from onegoal.apps.quality.forms.settings import QualitySettingsForm
from onegoal.apps.quality.queries.checks import wanted_of
from onegoal.apps.quality.queries.settings import quality_settings
from onegoal.apps.quality.services.settings import save_quality_settings
from onegoal.apps.shell.toasts import say

_EXAMPLES = (20, 50, 100, 200, 400)


@requires(Right.SET_REVIEWS)
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How exactly wrong rejections are to be known, what control costs, how many calls are reviewed."""
    agreed = quality_settings()
    form = QualitySettingsForm(request.POST or None, company=current_company(), agreed=agreed)
    if request.method == "POST" and form.is_valid():
        save_quality_settings(changes=form.changes, now=timezone.now())
        say(request, _("Saved."))
        return redirect("quality:settings")
    examples = [(count, wanted_of(agreed, count)) for count in _EXAMPLES]
    status = 422 if form.errors else 200
    return render(request, "quality/settings.html", {"form": form, "examples": examples}, status=status)
