"""Forms of wall screens, their boards, contests and traditions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.facts.queries import values_of
from onegoal.apps.wall.models import BoardKind, Contest, Prize, Tradition, WallBoard, WallScreen
from onegoal.apps.wall.queries.contests import is_about_costs, metrics_of, sellers
from onegoal.apps.wall.services.contests import Entry
from onegoal.core.contests import WHOLE_BP
from onegoal.core.currencies import minor_digits
from onegoal.metrics.catalogue import METRICS

FILTERS = ("project", "product_type", "channel")
PRIZES = 3
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ScreenForm(forms.ModelForm):
    """A wall screen."""

    class Meta:
        model = WallScreen
        fields = ("name", "project", "language", "is_dark")
        help_texts = {
            "name": gettext_lazy("Where it hangs: sales office, second floor."),
            "project": gettext_lazy("Leave empty for the whole company."),
            "language": gettext_lazy("Leave empty for the company's language."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = visible_projects(user).order_by("name")
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        if user.projects.exists():
            self.fields["project"].required = True
            self.fields["project"].help_text = ""


class BoardForm(forms.ModelForm):
    """A board of a screen."""

    seconds = forms.IntegerField(label=gettext_lazy("Shown for, seconds"), min_value=5, max_value=3600, initial=20)

    class Meta:
        model = WallBoard
        fields = ("kind", "seconds", "shows", "team", "contest")
        help_texts = {
            "shows": gettext_lazy("For teams and sales managers. A contest has its own."),
            "team": gettext_lazy("For sales managers of one team."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = [one.pk for one in Contest.objects.filter(cancelled_at=None) if not is_about_costs(one)]
        self.fields["contest"].queryset = Contest.objects.filter(pk__in=fitting)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == BoardKind.CONTEST and not data.get("contest"):
            self.add_error("contest", _("Choose the contest this board shows."))
        return data


class ContestForm(forms.ModelForm):
    """A contest: its figure, between whom, days, handicaps, minimum and prizes, on one page."""

    minimum = forms.CharField(
        label=gettext_lazy("Minimum to win"), required=False, max_length=30,
        help_text=gettext_lazy("In the unit of the figure: contracts, money, per cent. Who has less cannot win."),
    )  # fmt: skip

    class Meta:
        model = Contest
        fields = (
            "name",
            "metric",
            "starts_on",
            "ends_on",
            "is_between_teams",
            "per_person",
            "minimum",
            "shows",
            "note",
        )
        widgets = {"starts_on": _DAY, "ends_on": _DAY, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["metric"] = forms.ChoiceField(label=gettext_lazy("Figure"), choices=_metric_choices(user))
        self.fields["metric"].initial = "deals_won"
        self._add_filters(user)
        self._add_people()
        for place in range(1, PRIZES + 1):
            label = _("Prize of place %(place)s") % {"place": place}
            self.fields[f"prize_{place}"] = forms.CharField(label=label, max_length=200, required=False)
        if self.instance.pk:
            self._fill()

    @property
    def terms(self) -> list[forms.BoundField]:
        """Return the fields of what the contest is about."""
        return [self[name] for name in ("name", "metric", "starts_on", "ends_on", "shows", "minimum", "note")]

    @property
    def filters(self) -> list[forms.BoundField]:
        """Return the fields that narrow the figure."""
        return [self[name] for name in FILTERS]

    @property
    def people(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return who may take part, each with the handicap."""
        return [(self[f"user_{one.pk}"], self[f"times_user_{one.pk}"]) for one in self.candidates]

    @property
    def teams(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the teams that may take part, each with the handicap."""
        return [(self[f"team_{one.pk}"], self[f"times_team_{one.pk}"]) for one in self.team_candidates]

    @property
    def prizes(self) -> list[forms.BoundField]:
        """Return the fields of the prizes."""
        return [self[f"prize_{place}"] for place in range(1, PRIZES + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("It ends before it begins."))
        metric, between = str(data.get("metric", "")), bool(data.get("is_between_teams"))
        if metric and metric not in {one.name for one in metrics_of(between_teams=between)}:
            self.add_error(
                "metric",
                _("This figure is not known for teams.") if between else _("This figure is not known for people."),
            )
        if metric in METRICS:
            self._check_filters(data, METRICS[metric].dimensions)
        if len(self.entries()) < 2:
            self.add_error(None, _("A contest needs at least two who take part."))
        return data

    def clean_minimum(self) -> int | None:
        """Return the minimum as it is kept: minor units of money, hundredths of a per cent, whole numbers."""
        text = self.cleaned_data["minimum"].replace(" ", "").replace("\u00a0", "").replace("%", "").replace(",", ".")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value < 0 or value > 10**12:
            raise forms.ValidationError(_("Write a number, such as 5 or 2.5."))
        return round(value * _minor_units(str(self.data.get("metric", ""))))

    def entries(self) -> list[Entry]:
        """Return who was chosen to take part, with handicaps."""
        kind, listed = (
            ("team", self.team_candidates) if self.cleaned_data.get("is_between_teams") else ("user", self.candidates)
        )
        return [
            Entry(one, round((self.cleaned_data.get(f"times_{kind}_{one.pk}") or Decimal(1)) * WHOLE_BP))
            for one in listed
            if self.cleaned_data.get(f"{kind}_{one.pk}")
        ]

    def prize_texts(self) -> dict[int, str]:
        """Return the prize of each place that has one."""
        found = {place: self.cleaned_data.get(f"prize_{place}", "").strip() for place in range(1, PRIZES + 1)}
        return {place: text for place, text in found.items() if text}

    def where(self) -> list[list[str]]:
        """Return the filters as pairs."""
        return [[name, self.cleaned_data[name]] for name in FILTERS if self.cleaned_data.get(name)]

    def _add_filters(self, user: User) -> None:
        titles = {
            "project": _("Only this project"),
            "product_type": _("Only this product type"),
            "channel": _("Only this channel"),
        }
        known = {
            "project": list(visible_projects(user).order_by("name").values_list("name", flat=True)),
            "product_type": values_of("product_type"), "channel": values_of("channel"),
        }  # fmt: skip
        kept = dict(self.instance.where or [])
        for name in FILTERS:
            values = dict.fromkeys([*known[name], *([kept[name]] if kept.get(name) else [])])
            choices = [("", _("all")), *((value, value) for value in values)]
            self.fields[name] = forms.ChoiceField(
                label=titles[name], choices=choices, required=False, initial=kept.get(name, "")
            )

    def _add_people(self) -> None:
        inside: list[Any] = list(self.instance.entrants.select_related("user", "team")) if self.instance.pk else []
        # Who left or sells no more stays in a contest that began with them.
        self.candidates = list(dict.fromkeys([*sellers(), *(one.user for one in inside if one.user)]))
        self.team_candidates = list(Team.objects.order_by("name"))
        times = {("team" if one.team_id else "user", one.team_id or one.user_id): one.handicap_bp for one in inside}
        for kind, listed in (("user", self.candidates), ("team", self.team_candidates)):
            for one in listed:
                bp = times.get((kind, one.pk))
                self.fields[f"{kind}_{one.pk}"] = forms.BooleanField(
                    label=one.name, required=False, initial=bp is not None,
                    widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
                )  # fmt: skip
                self.fields[f"times_{kind}_{one.pk}"] = forms.DecimalField(
                    label=_("%(name)s counts times") % {"name": one.name}, required=False, min_value=Decimal("0.01"),
                    max_value=100, max_digits=7, decimal_places=4,
                    initial=Decimal(bp if bp is not None else WHOLE_BP).scaleb(-4).normalize(),
                )  # fmt: skip

    def _fill(self) -> None:
        for prize in Prize.objects.filter(contest=self.instance):
            if f"prize_{prize.place}" in self.fields:
                self.fields[f"prize_{prize.place}"].initial = prize.text
        if self.instance.minimum is not None:
            value = Fraction(self.instance.minimum) / _minor_units(self.instance.metric)
            self.initial["minimum"] = f"{float(value):g}" if value.denominator != 1 else str(value)

    def _check_filters(self, data: dict[str, Any], dimensions: tuple[str, ...]) -> None:
        for name in FILTERS:
            if data.get(name) and name not in dimensions:
                self.add_error(name, _("This figure cannot be narrowed so."))


class TraditionForm(forms.ModelForm):
    """A tradition."""

    class Meta:
        model = Tradition
        fields = ("name", "first_on", "repeats", "owner", "note")
        widgets = {"first_on": _DAY, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = _colleagues(self.instance)  # type: ignore[attr-defined]
        self.fields["repeats"].choices = [("", _("once")), *list(self.fields["repeats"].choices)[1:]]  # type: ignore[attr-defined]

    def clean_first_on(self) -> dt.date:
        """Return the day. Raises: ValidationError for one no calendar shows."""
        day: dt.date = self.cleaned_data["first_on"]
        if not 1900 <= day.year <= 2200:
            raise forms.ValidationError(_("Write a year between 1900 and 2200."))
        return day


def _colleagues(tradition: Tradition) -> QuerySet[User]:
    active = User.objects.filter(is_active=True, left_on=None)
    own = User.objects.filter(pk=tradition.owner_id or 0)
    return (active | own).order_by("name")


def _metric_choices(user: User) -> list[tuple[str, str]]:
    found = {one.name: one for between in (False, True) for one in metrics_of(between_teams=between)}
    sees_costs = has_right(user, Right.SEE_COSTS)
    return [(name, _(one.title)) for name, one in found.items() if sees_costs or not one.needs_costs]


def _minor_units(metric: str) -> int:
    """Return what one unit that people write is in the unit that is kept."""
    unit = METRICS[metric].unit if metric in METRICS else "count"
    if unit == "money":
        currency = current_company().currency
        return int(10 ** minor_digits(currency)) if len(currency) == 3 else 100
    return 100 if unit in ("share", "score") else 1
