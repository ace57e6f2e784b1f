"""What the pages of pay share: who asks, finding records the reader may see, and saying why something is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.pay.models import PayRun, Scheme, SchemeVersion
from onegoal.apps.pay.queries.statements import visible_runs, visible_schemes
from onegoal.apps.pay.services import PayRefused
from onegoal.apps.pay.words import refusal_words
from onegoal.apps.shell.toasts import say
from onegoal.apps.shell.undoing import undo_url

Made = TypeVar("Made")


def user_of(request: HttpRequest) -> User:
    """Return who asks; the views let only signed-in people in."""
    return cast(User, request.user)


def find_scheme(request: HttpRequest, pk: int) -> Scheme:
    """Return a scheme the reader may see, or answer 404."""
    return get_object_or_404(visible_schemes(user_of(request)), pk=pk)


def find_version(request: HttpRequest, pk: int) -> SchemeVersion:
    """Return a version of a scheme the reader may see, or answer 404."""
    versions = SchemeVersion.objects.select_related("scheme", "author", "approved_by")
    return get_object_or_404(versions.filter(scheme__in=visible_schemes(user_of(request))), pk=pk)


def find_run(request: HttpRequest, pk: int) -> PayRun:
    """Return a run the reader may see, or answer 404."""
    return get_object_or_404(visible_runs(user_of(request)), pk=pk)


def attempt(request: HttpRequest, act: Callable[[], Made], done: str, *, undo: str = "") -> Made | None:
    """Do something and say so, or say why it was refused; None for a refusal."""
    try:
        made = act()
    except PayRefused as refusal:
        say(request, refusal_words(refusal), level=messages.ERROR)
        return None
    if done:
        say(request, done, undo=undo)
    return made


def attempt_undoable(
    request: HttpRequest, purpose: str, act: Callable[[], Made], done: str, *, back: str = ""
) -> Made | None:
    """Do something that the toast offers to take back, or say why it was refused."""
    try:
        with in_one_batch(purpose) as batch:
            made = act()
    except PayRefused as refusal:
        say(request, refusal_words(refusal), level=messages.ERROR)
        return None
    say(request, done, undo=undo_url(user_id=user_of(request).pk, batch=batch, back=back))
    return made
