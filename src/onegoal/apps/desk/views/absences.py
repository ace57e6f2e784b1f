"""Who is away: everybody enters their own days, supervisors those of their teams."""

from __future__ import annotations

from django.core import signing
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.desk import services
from onegoal.apps.desk.forms import AbsenceForm
from onegoal.apps.desk.queries.absences import visible_absences
from onegoal.apps.shell.toasts import say

_UNDO_SALT = "onegoal.desk.absence"
_UNDO_SECONDS = 3600
_SHOWN = 200


@requires(Right.WRITE_SALES)
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The days on which colleagues are away, and a form for more."""
    user: User = request.user  # type: ignore[assignment]
    stored = get_object_or_404(visible_absences(user), pk=pk) if pk is not None else None
    form = AbsenceForm(request.POST or None, instance=stored, user=user)
    if request.method == "POST" and form.is_valid():
        services.save_absence(absence=form.instance, now=timezone.now())
        say(request, _("Saved."))
        return redirect("desk:absences")
    today = timezone.localdate()
    found = list(visible_absences(user)[:_SHOWN])
    context = {
        "form": form,
        "absence": stored,
        "coming": sorted((one for one in found if one.last_on >= today), key=lambda one: one.first_on),
        "past": [one for one in found if one.last_on < today],
        "today": today,
    }
    return render(request, "desk/absences.html", context)


@requires(Right.WRITE_SALES)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an absence, with an undo."""
    user: User = request.user  # type: ignore[assignment]
    stored = get_object_or_404(visible_absences(user), pk=pk)
    name, held = stored.user.name, services.remove_absence(absence=stored, now=timezone.now())
    undo = reverse("desk:absence_restore", args=[signing.dumps([user.pk, held], salt=_UNDO_SALT)])
    say(request, _("The absence of %(name)s is deleted.") % {"name": name}, undo=undo)
    return redirect("desk:absences")


@requires(Right.WRITE_SALES)
@require_POST
def restore(request: HttpRequest, held: str) -> HttpResponse:
    """Put back an absence the reader deleted within the last hour."""
    try:
        owner, values = signing.loads(held, salt=_UNDO_SALT, max_age=_UNDO_SECONDS)
        if owner != request.user.pk:
            raise Http404
        with transaction.atomic():
            services.restore_absence(held=values, now=timezone.now())
    except (signing.BadSignature, IntegrityError):
        raise Http404 from None
    say(request, _("The absence is back."))
    return redirect("desk:absences")
