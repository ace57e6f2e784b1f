"""Who is never to be targeted: the list, lifting with an undo, and files for own use and for advertising platforms."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.regulation.exports import EXPORTS, rows_of
from onegoal.apps.regulation.models import Suppression
from onegoal.apps.regulation.queries import visible_suppressions
from onegoal.apps.regulation.services import lift_suppression, note_export, suppress_again
from onegoal.apps.regulation.views.common import user_of
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Table
from onegoal.apps.shell.toasts import say
from onegoal.connectors.tables.writer import write_csv

LIST = Table(
    key="suppressed",
    columns=[
        Column("person", lazy("person"), link=lambda one: reverse("people:person", args=[one.person_id]),
               order_by="person__name"),
        Column("created_at", lazy("since"), kind="moment"),
        Column("reason", lazy("reason")),
        Column("author", lazy("by"), order_by="author__name"),
        Column("lifted_at", lazy("lifted at"), kind="moment", visible=False),
    ],
    default_sort="-created_at",
    search=("person__search_text", "reason"),
    stacks=True,
    empty_title=lazy("Nobody is on the list"),
    empty_text=lazy("A rejection by a clause that says “never contact again” puts a person here."),
)  # fmt: skip


@requires(Right.SEE_SUPPRESSED)
@require_GET
def suppressed(request: HttpRequest) -> Any:
    """Everybody on the list now, and those who were taken off it."""
    entries = visible_suppressions(user_of(request)).select_related("person", "author")
    active, lifted = entries.filter(lifted_at=None), entries.exclude(lifted_at=None).order_by("-lifted_at")[:50]
    table = LIST.bind(request, active)
    context = {"table": table, "count": active.count(), "lifted": lifted, "exports": EXPORTS.values()}
    return respond(request, "regulation/suppressed.html", context, table)


@requires(Right.SEE_SUPPRESSED)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person off the list."""
    entry = _find(request, pk)
    lift_suppression(entry=entry, now=timezone.now())
    said = _("%(person)s may be contacted again.") % {"person": entry.person}
    say(request, said, undo=reverse("regulation:suppress_again", args=[pk]))
    return redirect("regulation:suppressed")


@requires(Right.SEE_SUPPRESSED)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a lifting."""
    suppress_again(entry=_find(request, pk), now=timezone.now())
    return redirect("regulation:suppressed")


@requires(Right.SEE_SUPPRESSED)
@require_POST
def export(request: HttpRequest, what: str) -> HttpResponse:
    """Give the list out as a file; the trail keeps who did it, when and in which form."""
    if what not in EXPORTS:
        raise Http404
    chosen, user = EXPORTS[what], user_of(request)
    rows = list(rows_of(what, visible_suppressions(user).filter(lifted_at=None)))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="never-contact-{what}.csv"'
    write_csv(response, list(chosen.header), rows)  # type: ignore[arg-type]
    note_export(author=user, what=what, rows=len(rows), now=timezone.now())
    return response


def _find(request: HttpRequest, pk: int) -> Suppression:
    return get_object_or_404(visible_suppressions(user_of(request)).select_related("person"), pk=pk)
