"""What everybody may see and change of themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from onegoal.apps.accounts import services_users
from onegoal.apps.accounts.forms import ChangePasswordForm, ProfileForm
from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import snapshot


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, language and theme."""
    # Not request.user itself: a refused form must not rename the person on this page.
    user = User.objects.get(pk=request.user.pk)  # type: ignore[misc]
    before = snapshot(user)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services_users.change_profile(user=form.instance, before=before, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Choose the language of the pages: kept in a cookie, and with the person who has signed in."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        user = User.objects.get(pk=request.user.pk)
        before = snapshot(user)
        user.language = chosen
        services_users.change_profile(user=user, before=before, now=timezone.now())
    return set_language(request)


@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the person end."""
    user = request.user
    form = ChangePasswordForm(request.POST or None, user=user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        services_users.choose_password(user=user, password=form.cleaned_data["password"], now=timezone.now())  # type: ignore[arg-type]
        update_session_auth_hash(request, user)  # type: ignore[arg-type]
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("accounts:profile")
    return render(request, "accounts/password.html", {"form": form})
