"""Pages of API tokens: one's own, and revoking by those who manage users."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.forms import SCOPE_WORDS, TokenForm
from onegoal.apps.accounts.models import ApiToken, User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.accounts.services_tokens import TokenScope, make_token, revoke_token


@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a form for another; a new one's secret is shown on this answer only."""
    now = timezone.now()
    form, secret = TokenForm(request.POST or None, today=now.date()), ""
    if request.method == "POST" and form.is_valid():
        _token, secret = make_token(
            user=request.user, name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"],  # type: ignore[arg-type]
            expires_at=form.expires_at(), now=now,
        )  # fmt: skip
        form = TokenForm(today=now.date())
    own = ApiToken.objects.filter(user=request.user).order_by("revoked_at", "-created_at")  # type: ignore[misc]
    rows = [(token, [SCOPE_WORDS[TokenScope(scope)] for scope in token.scopes]) for token in own]
    response = render(request, "accounts/tokens.html", {"form": form, "secret": secret, "rows": rows, "now": now})
    response["Cache-Control"] = "no-store, private"
    return response


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one's own token, or a colleague's where one manages users."""
    token = get_object_or_404(_tokens_in_reach(request.user), pk=pk)  # type: ignore[arg-type]
    revoke_token(token=token, now=timezone.now())
    messages.success(request, _("The token is revoked. Programs that use it are refused from now on."))
    if token.user_id == request.user.pk:
        return redirect("accounts:tokens")
    return redirect("accounts:user_edit", pk=token.user_id)


def _tokens_in_reach(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.all() if has_right(user, Right.SET_USERS) else ApiToken.objects.filter(user=user)
