"""Published figures: publish, read them with was, now and why, look again, freeze, withdraw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.attribution.forms import Wanted, address_of, asked_words, read_wanted
from onegoal.apps.attribution.models import Comparison, FigureFrozen, Publication, Restatement
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.documents import BILLION, SPEND
from onegoal.apps.attribution.queries.publications import latest_comparison, visible_publications
from onegoal.apps.attribution.services import freeze_publication, publish_figures, restate, withdraw_publication
from onegoal.apps.attribution.views.common import page_context
from onegoal.apps.attribution.views.credit_columns import CreditColumn
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.words import PART_WORDS, SHOWN, group_name, model_name
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Filter, Table
from onegoal.apps.shell.toasts import say

LONGEST_NAME, LONGEST_PURPOSE = 200, 60


@dataclass(frozen=True)
class Changed:
    """One figure of a publication that is different now, in the page's measure."""

    model: str
    group: str
    was: float
    now: float
    why: str

    @property
    def difference(self) -> float:
        """Now less was."""
        return self.now - self.was


@dataclass(frozen=True)
class Told:
    """A group's credits as they were published, by model."""

    name: str
    credit: Mapping[str, float]
    is_unattributed: bool = False


def publish_context(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    """What the page of models needs to offer publishing; nothing to those who may not."""
    if not has_right(_user(request), Right.PUBLISH):
        return {}
    return {
        "publish_url": reverse("attribution:publish") + wanted.shared(),
        "publish_name": asked_words(wanted.asked, wanted.projects)[:LONGEST_NAME],
    }


@requires(Right.PUBLISH)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Keep the figures of the question in the address under a name."""
    wanted = read_wanted(request, now=timezone.now())
    name = _clean(request, "name", LONGEST_NAME) or asked_words(wanted.asked, wanted.projects)[:LONGEST_NAME]
    made = publish_figures(
        asked=wanted.asked, scope=wanted.scope, name=name, now=timezone.now(), user=_user(request),
        purpose=_clean(request, "purpose", LONGEST_PURPOSE),
    )  # fmt: skip
    say(request, _("Published. What changes later is listed here."))
    return redirect("attribution:figure", made.pk)


@requires(Right.SEE_FIGURES)
@require_GET
def published(request: HttpRequest) -> HttpResponseBase:
    """The figures that were told to others, and how many of each are different now."""
    wanted = read_wanted(request, now=timezone.now())
    table = Table(
        key="published",
        title=_("Published figures"),
        columns=[
            Column("name", _("Title"), link=lambda one: reverse("attribution:figure", args=[one.pk]) + wanted.shared()),
            Column("published_at", _("Published"), "moment"),
            Column("published_by", _("By"), value="published_by.name", order_by="published_by__name"),
            Column("purpose", _("Used for")),
            Column("is_frozen", _("Frozen"), "flag"),
            Column("state", _("Since then"), value=_state, sortable=False),
            Column("data_version", _("Data version"), visible=False),
        ],
        default_sort="-published_at",
        search=("name", "purpose"),
        stacks=True,
        empty_title=_("Nothing is published yet"),
        empty_text=_("Publish figures on the page of models: they keep their version of the data."),
    )
    bound = table.bind(request, visible_publications(_user(request)))
    context = page_context(request, wanted, heading=_("Published figures"), table=bound)
    return respond(request, "attribution/published.html", context, bound)


@requires(Right.SEE_FIGURES)
@require_GET
def figure(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One published figure: its question, its data, and every part that is different now with the reason."""
    wanted, user = read_wanted(request, now=timezone.now()), _user(request)
    one = get_object_or_404(visible_publications(user), pk=pk)
    asked, latest = Asked.from_json(one.asked), latest_comparison(one)
    told = _told_table(request, one, asked)
    table = _changes_table(request, one, asked, latest, sees_costs=has_right(user, Right.SEE_COSTS))
    context = page_context(
        request, wanted, heading=one.name, publication=one, words=asked_words(asked, wanted.projects),
        models_url=reverse("attribution:models") + address_of(asked, wanted.projects), latest=latest,
        state=_state(one), table=table, told=told, may_publish=has_right(user, Right.PUBLISH),
        may_freeze=has_right(user, Right.FREEZE),
    )  # fmt: skip
    return respond(request, "attribution/figure.html", context, told, table)


@requires(Right.PUBLISH)
@require_POST
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a publication with the data as it is now."""
    one = get_object_or_404(visible_publications(_user(request)), pk=pk)
    restate(publication=one, now=timezone.now())
    say(request, capfirst(_state(one)))
    return redirect("attribution:figure", pk)


@requires(Right.FREEZE)
@require_POST
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a publication unchangeable for good."""
    one = get_object_or_404(visible_publications(_user(request)), pk=pk)
    freeze_publication(publication=one, now=timezone.now())
    say(request, _("Frozen: these figures can no longer be changed or withdrawn."))
    return redirect("attribution:figure", pk)


@requires(Right.PUBLISH)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a publication that is not frozen."""
    one = get_object_or_404(visible_publications(_user(request)), pk=pk)
    try:
        withdraw_publication(publication=one, now=timezone.now())
    except FigureFrozen:
        say(request, _("These figures are frozen: somebody is paid by them. They stay."), level=messages.ERROR)
        return redirect("attribution:figure", pk)
    say(request, _("Withdrawn."))
    return redirect("attribution:published")


def _state(one: Publication) -> str:
    latest = latest_comparison(one)
    if latest is None:
        return _("not compared yet")
    if not latest.is_different:
        return _("unchanged")
    count = latest.restatements.count()
    return ngettext("%(count)s figure is different now", "%(count)s figures are different now", count) % {
        "count": count
    }


def _told_table(request: HttpRequest, one: Publication, asked: Asked) -> BoundTable:
    """The figures as they were published, a column for each model."""
    measure, document = Measure(asked, one.currency), json.loads(one.figures)
    what = "value" if measure.is_money else "conversions"
    by_model: dict[str, dict[str, float]] = {model: own[what] or {} for model, own in document["models"].items()}
    groups = sorted({group for own in by_model.values() for group, credit in own.items() if credit})
    lines = [
        Told(group_name(asked.dimension, group), {model: own.get(group, 0) for model, own in by_model.items()})
        for group in groups
    ]
    without = document["unattributed"][what] or 0
    rest = Told(_("Unattributed"), dict.fromkeys(by_model, without), is_unattributed=True)
    table = Table(
        key="told",
        title=_("As published"),
        columns=[
            Column("name", _("Group")),
            *(
                CreditColumn(
                    model, model_name(model), measure.kind, value=f"credit.{model}", currency=one.currency,
                    measure=measure, visible=model in SHOWN,
                )
                for model in by_model
            ),
        ],
        default_sort=f"-{next(iter(by_model), 'name')}",
        prefixed=True,
        keeps_views=False,
        page_size=200,
    )  # fmt: skip
    return table.bind(request, [*lines, rest], totals=dict.fromkeys(by_model, document[what] or 0))


def _changes_table(
    request: HttpRequest, one: Publication, asked: Asked, latest: Comparison | None, *, sees_costs: bool
) -> BoundTable:
    measure = Measure(asked, one.currency)
    rows = Restatement.objects.filter(comparison=latest) if latest else Restatement.objects.none()
    rows = rows if sees_costs else rows.exclude(model=SPEND)
    lines = [_changed(row, asked, measure) for row in rows]
    kind = "money" if measure.is_money else "number"
    money: dict[str, Any] = {"kind": kind, "currency": one.currency, "digits": None if measure.is_money else 1}
    models = list(dict.fromkeys(line.model for line in lines))
    table = Table(
        key="changes",
        title=_("Was, now and why"),
        columns=[
            Column("group", _("Group")),
            Column("model", _("Model")),
            Column("was", _("Was"), **money),
            Column("now", _("Now"), **money),
            Column("difference", _("Difference"), **money),
            Column("why", _("Why"), sortable=False),
        ],
        filters=(Filter("model", _("Model"), [(name, name) for name in models]),),
        search=("group",),
        prefixed=True,
        keeps_views=False,
        empty_title=_("Everything is as it was published") if latest else _("Not compared yet"),
        empty_text=_(
            "Late touches, merged people, changed grouping and refunds will stand here with what they changed."
        ),
    )
    return table.bind(request, lines)


def _changed(row: Restatement, asked: Asked, measure: Measure) -> Changed:
    is_money = measure.is_money or row.model == SPEND
    was, now = (
        (row.was_minor, row.now_minor) if is_money else (row.was_billionths / BILLION, row.now_billionths / BILLION)
    )
    parts = {why: cell[1] if is_money else cell[0] / BILLION for why, cell in row.parts.items()}
    said = [f"{PART_WORDS.get(why, why)} {measure.signed(part)}" for why, part in parts.items() if part]
    name = model_name(row.model) if row.model != SPEND else _("Spend")
    return Changed(name, group_name(asked.dimension, row.group), was, now, ", ".join(said))


def _clean(request: HttpRequest, key: str, longest: int) -> str:
    return request.POST.get(key, "").replace("\x00", "").strip()[:longest]


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
