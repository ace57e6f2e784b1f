"""The table that names channels: ordered rules, a preview of what a change would move, and a source to try."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.marketing import services_channels
from onegoal.apps.marketing.forms import RuleForm, TryForm, conditions_formset
from onegoal.apps.marketing.models import ChannelRule
from onegoal.apps.marketing.origins import ensure_channel_rules
from onegoal.apps.marketing.queries import Regrouping, fired_rule, regrouping, rules_in_use
from onegoal.apps.marketing.words import CHANNEL_WORDS, channel_words, condition_words
from onegoal.apps.shell.toasts import say
from onegoal.core.channels import Condition

_UNDO_SALT = "onegoal.marketing.undo"
_UNDO_SECONDS = 3600


@requires(Right.SET_CHANNELS)
@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    """All rules in the order they are asked, and a box to try a source."""
    ensure_channel_rules()
    rules = rules_in_use()
    form = TryForm(request.GET or None)
    answer = None
    if form.is_bound and form.is_valid():
        channel, rule = fired_rule(rules, form.touch())
        answer = {"channel": channel_words(channel), "rule": _in_words(rule) if rule else None}
    context = {"rows": [_in_words(rule) for rule in rules], "form": form, "answer": answer}
    return render(request, "marketing/channels.html", context)


@requires(Right.SET_CHANNELS)
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a rule; "preview" shows what would move, "save" moves it."""
    stored = get_object_or_404(ChannelRule, pk=pk) if pk is not None else None
    data = request.POST or None
    form, conditions = RuleForm(data, instance=stored), conditions_formset(stored, data)
    preview: Regrouping | None = None
    if request.method == "POST" and form.is_valid() and conditions.is_valid():
        draft = _draft(form.instance, conditions.conditions())
        if "save" in request.POST:
            moved = services_channels.save_rule(rule=draft, now=timezone.now())
            say(request, _("Saved.") + " " + _moved(moved))
            return redirect("marketing:channels")
        preview = regrouping(_table_with(draft))
    context = {
        "form": form, "conditions": conditions, "rule": stored, "preview": preview, "channels": CHANNEL_WORDS,
        "moves": [(channel_words(old), channel_words(new), count) for old, new, count in preview.moves[:20]] if preview else [],
    }  # fmt: skip
    return render(request, "marketing/rule.html", context)


@requires(Right.SET_CHANNELS)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a rule, with an undo."""
    stored = get_object_or_404(ChannelRule, pk=pk)
    held, moved = services_channels.remove_rule(rule=stored, now=timezone.now())
    undo = reverse("marketing:restore", args=[signing.dumps(held, salt=_UNDO_SALT, compress=True)])
    say(request, _("The rule is deleted.") + " " + _moved(moved), undo=undo)
    return redirect("marketing:channels")


@requires(Right.SET_CHANNELS)
@require_POST
def restore(request: HttpRequest, held: str) -> HttpResponse:
    """Put back a rule that was deleted within the last hour."""
    try:
        values: dict[str, Any] = signing.loads(held, salt=_UNDO_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    moved = services_channels.save_rule(rule=ChannelRule(**values), now=timezone.now())
    say(request, _("The rule is back.") + " " + _moved(moved))
    return redirect("marketing:channels")


@requires(Right.SET_CHANNELS)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a rule up or down, or to the place it was dragged to; with an undo."""
    stored = get_object_or_404(ChannelRule, pk=pk)
    places = list(ChannelRule.objects.values_list("pk", flat=True))
    at = places.index(pk)
    wanted = request.POST.get("to", request.GET.get("to", ""))
    to = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else at + (-1 if "up" in request.POST else 1)
    moved = services_channels.move_rule(rule=stored, to=to, now=timezone.now())
    say(request, _("Moved.") + " " + _moved(moved), undo=f"{reverse('marketing:move', args=[pk])}?to={at}")
    return redirect("marketing:channels")


def _draft(rule: ChannelRule, conditions: list[dict[str, Any]]) -> ChannelRule:
    rule.conditions = conditions
    if rule.pk is None:
        # A new rule is asked first: what is written by hand should win over the general ones.
        rule.position = min(ChannelRule.objects.values_list("position", flat=True), default=1)
    return rule


def _table_with(draft: ChannelRule) -> list[ChannelRule]:
    rules = rules_in_use()
    return [draft if one.pk == draft.pk else one for one in rules] if draft.pk else [draft, *rules]


def _moved(count: int) -> str:
    said = ngettext("%(count)s source changed its channel.", "%(count)s sources changed their channel.", count)
    return said % {"count": count} if count else _("No source changed its channel.")


def _in_words(rule: ChannelRule) -> dict[str, Any]:
    conditions = [Condition(one["field"], one["operator"], tuple(one.get("values", ()))) for one in rule.conditions]
    return {
        "rule": rule,
        "channel": channel_words(rule.channel),
        "conditions": [condition_words(one) for one in conditions],
    }
