"""The rules of distribution: their order, who a lead would go to, and what is changed about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.desk import services
from onegoal.apps.desk.forms import DistributionRuleForm, TryLeadForm
from onegoal.apps.desk.models import DistributionRule
from onegoal.apps.desk.queries.rules import Answer, give_answer
from onegoal.apps.marketing.models import Origin
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.sales.models import Lead
from onegoal.apps.shell.toasts import say

_UNDO_SALT = "onegoal.desk.rule"
_UNDO_SECONDS = 3600


@requires(Right.SET_DESK)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules in the order they are asked, and a lead to try them on."""
    form = TryLeadForm(request.GET if "request_type" in request.GET else None)
    answer = _answer(form.cleaned_data) if form.is_bound and form.is_valid() else None
    found = DistributionRule.objects.select_related("project", "team").prefetch_related("sellers")
    rows = [{"rule": rule, "leads": _leads_of(rule), "people": _people_of(rule)} for rule in found]
    return render(request, "desk/rules.html", {"rows": rows, "form": form, "answer": answer})


@requires(Right.SET_DESK)
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a rule."""
    stored = get_object_or_404(DistributionRule, pk=pk) if pk is not None else None
    form = DistributionRuleForm(request.POST or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        services.save_rule(rule=form.instance, sellers=form.cleaned_data["sellers"], now=timezone.now())
        say(request, _("Saved."))
        return redirect("desk:rules")
    return render(request, "desk/rule.html", {"form": form, "rule": stored})


@requires(Right.SET_DESK)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a rule one place up or down."""
    stored = get_object_or_404(DistributionRule, pk=pk)
    services.move_rule(rule=stored, steps=-1 if "up" in request.POST else 1, now=timezone.now())
    return redirect("desk:rules")


@requires(Right.SET_DESK)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule into use or out of it; the same again takes it back."""
    stored = get_object_or_404(DistributionRule, pk=pk)
    services.switch_rule(rule=stored, is_active=not stored.is_active, now=timezone.now())
    said = _("%(name)s gives leads out now.") if stored.is_active else _("%(name)s gives out no leads any more.")
    say(request, said % {"name": stored.name}, undo=reverse("desk:rule_switch", args=[pk]))
    return redirect("desk:rules")


@requires(Right.SET_DESK)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a rule, with an undo."""
    stored = get_object_or_404(DistributionRule, pk=pk)
    name, held = stored.name, services.remove_rule(rule=stored, now=timezone.now())
    undo = reverse("desk:rule_restore", args=[signing.dumps(held, salt=_UNDO_SALT, compress=True)])
    say(request, _("%(name)s is deleted.") % {"name": name}, undo=undo)
    return redirect("desk:rules")


@requires(Right.SET_DESK)
@require_POST
def restore(request: HttpRequest, held: str) -> HttpResponse:
    """Put back a rule that was deleted within the last hour."""
    try:
        values: dict[str, Any] = signing.loads(held, salt=_UNDO_SALT, max_age=_UNDO_SECONDS)
        with transaction.atomic():
            stored = services.restore_rule(held=values, now=timezone.now())
    except (signing.BadSignature, IntegrityError):
        raise Http404 from None
    say(request, _("%(name)s is back.") % {"name": stored.name})
    return redirect("desk:rules")


def _answer(said: dict[str, Any]) -> Answer:
    """To whom a lead as the form describes it would go."""
    lead = Lead(project=said["project"], request_type=said["request_type"], created_at=timezone.now())
    lead.origin = Origin(channel=said["channel"])
    at: dt.datetime = said["at"] or timezone.now()
    return give_answer(lead, at)


def _leads_of(rule: DistributionRule) -> str:
    """Which leads a rule is for, in words."""
    request_type = rule.get_request_type_display() if rule.request_type else ""
    parts = (
        str(rule.project) if rule.project else "",
        request_type,
        channel_words(rule.channel) if rule.channel else "",
    )
    return " · ".join(part for part in parts if part) or _("every lead")


def _people_of(rule: DistributionRule) -> str:
    """Whom a rule gives leads to, in words."""
    named = [one.name for one in rule.sellers.all()]
    if named:
        return ", ".join(named)
    return rule.team.name if rule.team else _("everybody who sells")
