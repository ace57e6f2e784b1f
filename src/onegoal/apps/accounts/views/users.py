"""Pages where an administrator lets people in: users, their links, teams."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts import services_users
from onegoal.apps.accounts.forms import TeamForm, UserForm
from onegoal.apps.accounts.links import link_path
from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.queries import colleagues
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.accounts.services_users import LastManager
from onegoal.apps.audit.services import snapshot

_ON_A_PAGE = 100


@requires(Right.SET_USERS)
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """All colleagues with role, team and whether they may sign in."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    page = Paginator(colleagues(search=search), _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "accounts/users.html", {"page": page, "search": search, "teams": Team.objects.order_by("name")}
    )


@requires(Right.SET_USERS)
@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    """Invite a colleague: the next page shows their link once."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = services_users.create_user(
            email=data["email"], name=data["name"], role=data["role"], team=data["team"],
            projects=data["projects"], joined_on=data["joined_on"], now=timezone.now(),
        )  # fmt: skip
        return _show_link(request, user)
    return render(request, "accounts/user.html", {"form": form})


@requires(Right.SET_USERS)
@require_http_methods(["GET", "POST"])
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One colleague: role, team, projects, tokens."""
    user = get_object_or_404(User, pk=pk)
    before = snapshot(user)
    form = UserForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        try:
            services_users.change_user(
                user=form.instance, before=before, projects=form.cleaned_data["projects"], now=timezone.now()
            )
        except LastManager:
            form.add_error("role", _("Nobody else could let people in. Give another colleague that role first."))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:users")
    tokens = user.api_tokens.filter(revoked_at=None).order_by("-created_at")
    return render(request, "accounts/user.html", {"form": form, "edited": user, "tokens": tokens})


@requires(Right.SET_USERS)
@never_cache
@require_POST
def user_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for a colleague who is new or has lost the password; it is shown once."""
    return _show_link(request, get_object_or_404(User, pk=pk, is_active=True, email__isnull=False))


@requires(Right.SET_USERS)
@require_POST
def user_activation(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock a colleague out or let them in again."""
    user = get_object_or_404(User, pk=pk)
    try:
        services_users.set_activation(user=user, is_active=not user.is_active, now=timezone.now())
    except LastManager:
        messages.error(request, _("Nobody else could let people in. Give another colleague that role first."))
        return redirect("accounts:user_edit", pk=pk)
    said = _("%(name)s may sign in again.") if user.is_active else _("%(name)s is locked out.")
    undo = f"undo:{reverse('accounts:user_activation', args=[pk])}"
    messages.success(request, said % {"name": user.name}, extra_tags=undo)
    return redirect("accounts:users")


@requires(Right.SET_USERS)
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or rename a team and say who answers for it."""
    form = TeamForm(request.POST or None, instance=get_object_or_404(Team, pk=pk) if pk is not None else None)
    if request.method == "POST" and form.is_valid():
        services_users.save_team(team=form.instance, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:users")
    return render(request, "accounts/team.html", {"form": form})


def _show_link(request: HttpRequest, user: User) -> HttpResponse:
    services_users.prepare_link(user=user, now=timezone.now())
    response = render(
        request, "accounts/link.html", {"invited": user, "link": request.build_absolute_uri(link_path(user))}
    )
    response["Cache-Control"] = "no-store, private"
    return response
