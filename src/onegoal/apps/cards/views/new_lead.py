"""A lead written down by hand."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.cards.forms import NewLeadForm
from onegoal.apps.cards.services import write_lead
from onegoal.apps.cards.views.answers import reader_of
from onegoal.apps.people.likeness import known_by
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.toasts import say


@requires(Right.WRITE_SALES)
@require_http_methods(["GET", "POST"])
def lead_new(request: HttpRequest) -> HttpResponse:
    """Write down a lead; where the phone or address is known already, that person is offered first."""
    user = reader_of(request)
    form = NewLeadForm(request.POST or None, user=user)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    found, is_foreign = _known(user, form)
    if (found or is_foreign) and "anyway" not in request.POST:
        return _page(request, form, status=409)
    seller = user if reach_of(user).width in (Width.OWN, Width.TEAM) else None
    lead = write_lead(told=form.told(), seller=seller, source_id=uuid.uuid4().hex, now=timezone.now())
    say(request, _("The lead is written down."))
    return redirect("cards:lead", lead.pk)


@requires(Right.WRITE_SALES)
@require_GET
def lead_known(request: HttpRequest) -> HttpResponse:
    """Tell, while somebody types, whether the phone or address is known."""
    form = NewLeadForm(request.GET, user=reader_of(request))
    form.is_valid()
    return render(request, "cards/known_already.html", _told(reader_of(request), form))


def _page(request: HttpRequest, form: NewLeadForm, *, status: int) -> HttpResponse:
    told = _told(reader_of(request), form) if form.is_bound else {}
    return render(request, "cards/lead_new.html", {"form": form, **told}, status=status)


def _told(user: User, form: NewLeadForm) -> dict[str, object]:
    found, is_foreign = _known(user, form)
    return {"known": [(person, _latest_lead(user, person)) for person in found], "is_foreign": is_foreign}


def _known(user: User, form: NewLeadForm) -> tuple[list[Person], bool]:
    """The people known by these contacts whom the user may see, and whether somebody else is known by them."""
    marks = form.identifiers()
    found = known_by(user, marks)
    owners = {person.pk for person in found}
    others = [
        Identifier.objects.filter(kind=kind, value=value).exclude(person_id__in=owners).exists()
        for kind, value in marks
    ]
    return found, any(others)


def _latest_lead(user: User, person: Person) -> Lead | None:
    return visible_leads(user).filter(person=person).select_related("seller", "stage").order_by("-created_at").first()
