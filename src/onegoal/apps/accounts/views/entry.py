"""The way in: sign-in, and the link that lets a person choose a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onegoal.apps.accounts import services_users
from onegoal.apps.accounts.forms import NewPasswordForm, SignInForm
from onegoal.apps.accounts.links import is_link_good
from onegoal.apps.accounts.queries import has_any_user, user_of_link
from onegoal.apps.audit.services import Author, acting

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(LoginView):
    """E-mail and password; on an installation without users it leads to the set-up page."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and not has_any_user():
            return redirect("company:set_up")
        return super().dispatch(request, *args, **kwargs)


class SignOut(LogoutView):
    """Signs out by a POST."""

    http_method_names = ["post", "options"]


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Let the holder of a good link choose a password and come in; a bad link says so and nothing else."""
    user = user_of_link(uid)
    if user is None or not is_link_good(user, token):
        return render(request, "accounts/link_over.html", status=410)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        with acting(Author(user_id=user.pk, via="web")):
            services_users.choose_password(user=user, password=form.cleaned_data["password"], now=timezone.now())
        login(request, user, backend=MODEL_BACKEND)
        return redirect("/")
    return render(request, "accounts/accept.html", {"form": form, "invited": user})
