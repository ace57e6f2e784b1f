"""Whom a scheme pays, from when to when, with which values."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.pay.forms import MemberForm, member_initial, value_names
from onegoal.apps.pay.models import SchemeMember
from onegoal.apps.pay.queries.rules import people_without_scheme
from onegoal.apps.pay.queries.statements import visible_schemes
from onegoal.apps.pay.reading import dictionary_for
from onegoal.apps.pay.services import PayRefused, end_member, resume_member, set_member
from onegoal.apps.pay.views.common import attempt, find_scheme, user_of
from onegoal.apps.pay.words import refusal_words
from onegoal.apps.shell.toasts import say


@requires(Right.DRAFT_PAY)
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay a person by a scheme from a day on; `?like=` begins with the values somebody has."""
    scheme, today = find_scheme(request, pk), timezone.localdate()
    words = dictionary_for()
    like = scheme.members.filter(pk=int(text)).first() if (text := request.GET.get("like", "")).isdigit() else None
    initial = member_initial(like) if like else {"user": request.GET.get("user"), "starts_on": today.replace(day=1)}
    if like:
        initial |= {"starts_on": today.replace(day=1) if like.starts_on < today else like.starts_on, "ends_on": None}
    form = MemberForm(request.POST or None, initial=initial, names=value_names(scheme, words), dictionary=words)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            set_member(
                scheme=scheme, user=said["user"], starts_on=said["starts_on"], ends_on=said["ends_on"],
                values=form.values(), now=timezone.now(),
            )  # fmt: skip
        except PayRefused as refusal:
            form.add_error(None, refusal_words(refusal))
        else:
            told = {"person": said["user"].name, "scheme": scheme.name}
            say(request, _("%(person)s is paid by “%(scheme)s”.") % told)
            return redirect(reverse("pay:scheme", args=[pk]) + "#people")
    context = {"scheme": scheme, "form": form, "like": like, "without": people_without_scheme(today, today)}
    return render(request, "pay/member.html", context, status=422 if form.is_bound else 200)


@requires(Right.DRAFT_PAY)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay a person by a scheme up to today, or to a day; with an undo."""
    found = _find(request, pk)
    day = parsed if (parsed := _day(request.POST.get("ends_on", ""))) else timezone.localdate()
    done = _("%(person)s is paid by it up to that day.") % {"person": found.user.name}
    undo = reverse("pay:member_resume", args=[pk]) if found.ends_on is None else ""
    attempt(request, lambda: end_member(member=found, ends_on=day, now=timezone.now()), done, undo=undo)
    return redirect(reverse("pay:scheme", args=[found.scheme_id]) + "#people")


@requires(Right.DRAFT_PAY)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the end of a membership back."""
    found = _find(request, pk)
    done = _("%(person)s is paid by it until further notice.") % {"person": found.user.name}
    attempt(request, lambda: resume_member(member=found, now=timezone.now()), done)
    return redirect(reverse("pay:scheme", args=[found.scheme_id]) + "#people")


def _find(request: HttpRequest, pk: int) -> SchemeMember:
    members = SchemeMember.objects.filter(scheme__in=visible_schemes(user_of(request))).select_related("user")
    return get_object_or_404(members, pk=pk)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
