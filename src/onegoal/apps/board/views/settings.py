"""Settings of the board, and the fields that stages ask for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.board import services
from onegoal.apps.board.forms import BoardSettingsForm
from onegoal.apps.board.queries.settings import board_settings
from onegoal.apps.company.models import Stage
from onegoal.apps.sales.completeness import fields_of
from onegoal.apps.sales.models import Entity, RequiredField

_LISTS = {"leads": Entity.LEAD.value, "deals": Entity.DEAL.value}


@requires(Right.SET_DESK)
@require_http_methods(["GET", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """How long things are kept and how much a seller may take off alone."""
    form = BoardSettingsForm(request.POST or None, instance=board_settings())
    if request.method == "POST" and form.is_valid():
        services.save_board_settings(settings=form.instance, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("board:settings")
    return render(request, "board/settings.html", {"form": form}, status=422 if form.errors else 200)


@requires(Right.SET_DESK)
@require_http_methods(["GET", "POST"])
def required(request: HttpRequest, entity: str) -> HttpResponse:
    """Which fields a lead or a deal must hold before it enters a stage."""
    if entity not in _LISTS:
        raise Http404
    page, entity = entity, _LISTS[entity]
    stages = list(Stage.objects.filter(pipeline=entity).order_by("position", "pk"))
    labels = fields_of(entity)
    keys: list[int | None] = [None, *(stage.pk for stage in stages)]
    if request.method == "POST":
        asked = set(request.POST.getlist("required"))
        wanted = [(key, name) for name in labels for key in keys if f"{key or 0}:{name}" in asked]
        services.set_required_fields(entity=entity, wanted=wanted, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("board:required", entity=page)
    stored = set(RequiredField.objects.filter(entity=entity).values_list("stage_id", "field"))
    lines = [
        (str(label).capitalize(), [(f"{key or 0}:{name}", (key, name) in stored, column) for key, column in
                                   zip(keys, [_("from the start"), *stages], strict=True)])
        for name, label in labels.items()
    ]  # fmt: skip
    context = {
        "page": page,
        "entities": [(key, Entity(value).label) for key, value in _LISTS.items()],
        "stages": stages,
        "lines": lines,
    }
    return render(request, "board/required.html", context)
