"""Pages of the settings: the company, its working hours, projects, stages, custom fields, exchange rates, days off."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.company import services_settings
from onegoal.apps.company.forms import CompanyForm, WeekForm
from onegoal.apps.company.models import (
    CustomEntity,
    CustomField,
    DayOff,
    ExchangeRate,
    Pipeline,
    Project,
    Stage,
)
from onegoal.apps.company.queries import current_company, public_holidays, week_of_company
from onegoal.apps.company.views.kinds import KINDS, Kind

_UNDO_SALT = "onegoal.company.undo"
_UNDO_SECONDS = 3600


@requires(Right.SET_COMPANY)
@require_http_methods(["GET", "POST"])
@kept_until_change()
def company(request: HttpRequest) -> HttpResponse:
    """Name, currency, time zone, country and language of the company."""
    form = CompanyForm(request.POST or None, instance=current_company())
    if request.method == "POST" and form.is_valid():
        services_settings.save_setting(record=form.instance, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("company:settings")
    return render(request, "company/settings.html", {"form": form})


@requires(Right.SET_COMPANY)
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """When the office works: every clock over a lead runs only then."""
    stored = current_company()
    form = WeekForm(request.POST or None, week=week_of_company(), keeps_public_holidays=stored.keeps_public_holidays)
    if request.method == "POST" and form.is_valid():
        services_settings.set_working_hours(
            week=form.week, keeps_public_holidays=form.cleaned_data["keeps_public_holidays"], now=timezone.now()
        )
        messages.success(request, _("Saved."))
        return redirect("company:hours")
    today = timezone.localdate()
    free = public_holidays(stored.country, [today.year, today.year + 1], get_language() or "")
    context = {"form": form, "company": stored, "free": [one for one in free if one[0] >= today][:12]}
    return render(request, "company/hours.html", context)


@requires(Right.SET_COMPANY)
@require_GET
@kept_until_change()
def lists(request: HttpRequest, kind: str) -> HttpResponse:
    """All projects, stages, fields or rates."""
    chosen = _kind(kind)
    return render(request, chosen.template, {"kind": chosen, "groups": _groups(chosen.model)})


@requires(Right.SET_COMPANY)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Make or change one of them."""
    chosen = _kind(kind)
    record = get_object_or_404(chosen.model, pk=pk) if pk is not None else None
    form = chosen.form(request.POST or None, instance=record, initial=_initial(request, chosen))
    if request.method == "POST" and form.is_valid():
        services_settings.save_setting(record=form.instance, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("company:list", kind=kind)
    return render(request, "company/edit.html", {"kind": chosen, "form": form, "record": record})


@requires(Right.SET_COMPANY)
@require_POST
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Delete one of them, with an undo; what is in use stays and says why."""
    chosen = _kind(kind)
    record = get_object_or_404(chosen.model, pk=pk)
    try:
        if chosen.is_used(record):
            raise ProtectedError("in use", set())
        held = services_settings.remove_setting(record=record, now=timezone.now())
    except ProtectedError:
        said = _("%(name)s is in use, so it stays. Rename it, or take it off the records first.")
        messages.error(request, said % {"name": str(record)})
        return redirect("company:list", kind=kind)
    undo = reverse("company:restore", args=[kind, signing.dumps(held, salt=_UNDO_SALT, compress=True)])
    messages.success(request, _("%(name)s is deleted.") % {"name": str(record)}, extra_tags=f"undo:{undo}")
    return redirect("company:list", kind=kind)


@requires(Right.SET_COMPANY)
@require_POST
def restore(request: HttpRequest, kind: str, held: str) -> HttpResponse:
    """Put back what was deleted within the last hour."""
    chosen = _kind(kind)
    try:
        values = signing.loads(held, salt=_UNDO_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    record = chosen.model(
        **{
            field.attname: field.to_python(values[field.attname])
            for field in chosen.model._meta.concrete_fields
            if field.attname in values
        }
    )
    try:
        with transaction.atomic():
            services_settings.save_setting(record=record, now=timezone.now())  # type: ignore[type-var]
    except IntegrityError:
        messages.error(request, _("Something else has this name by now, so it cannot be put back."))
    else:
        messages.success(request, _("%(name)s is back.") % {"name": str(record)})
    return redirect("company:list", kind=kind)


@requires(Right.SET_COMPANY)
@require_POST
def move(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Move a stage or a field one place up or down."""
    chosen = _kind(kind)
    if not chosen.is_ordered:
        raise Http404
    record = get_object_or_404(chosen.model, pk=pk)
    services_settings.move_setting(record=record, steps=-1 if "up" in request.POST else 1, now=timezone.now())  # type: ignore[arg-type]
    return redirect("company:list", kind=kind)


@requires(Right.SET_COMPANY)
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Take the order of a pipeline's stages after a drag."""
    pipeline = request.POST.get("pipeline", "")
    if pipeline not in Pipeline.values:
        raise Http404
    ids = [int(pk) for pk in request.POST.getlist("id") if pk.isdecimal() and len(pk) < 19]
    services_settings.order_stages(pipeline=pipeline, ids=ids, now=timezone.now())
    return HttpResponse(status=204)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _initial(request: HttpRequest, kind: Kind) -> dict[str, str]:
    return {
        name: request.GET[name]
        for name in ("pipeline", "entity")
        if name in request.GET and name in kind.form.base_fields
    }


def _groups(model: type[models.Model]) -> list[tuple[str, list[models.Model]]]:
    """Return the records in the groups the page shows them in."""
    if model is Stage:
        return [(str(label), list(Stage.objects.filter(pipeline=value))) for value, label in Pipeline.choices]
    if model is CustomField:
        return [(str(label), list(CustomField.objects.filter(entity=value))) for value, label in CustomEntity.choices]
    if model in (ExchangeRate, DayOff):
        return [("", list(model._default_manager.all()[:500]))]
    return [("", list(Project.objects.order_by("-is_active", "name")))]
