"""Forms of the joint plan: a new plan, the name of a scenario, a reason, a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.facts.queries import values_of
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.planning.models import Plan
from onegoal.core.periods import add_months


class _MonthField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        return day.replace(day=1) if day else day


class NewPlanForm(forms.ModelForm):
    """A plan of whole months; all that the company sells and advertises in is chosen until somebody says otherwise."""

    first_month = _MonthField(label=gettext_lazy("First month"))
    last_month = _MonthField(label=gettext_lazy("Last month"))
    projects = forms.MultipleChoiceField(
        label=gettext_lazy("Projects"), required=False, widget=forms.CheckboxSelectMultiple
    )
    product_types = forms.MultipleChoiceField(
        label=gettext_lazy("Product types"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Plan
        fields = ["name", "project", "first_month", "last_month", "projects", "product_types", "channels"]

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = visible_projects(user).order_by("name")
        whose: Any = self.fields["project"]
        whose.queryset, whose.empty_label = own, _("the whole company")
        if project_limit(user) is not None:
            whose.required, whose.empty_label = True, None
        chosen = {
            "projects": [(one.name, one.name) for one in own.filter(is_active=True)],
            "product_types": [(name, name) for name in values_of("product_type") if name],
            "channels": [(name, str(capfirst(channel_words(name)))) for name in values_of("channel") if name],
        }
        for name, choices in chosen.items():
            field: Any = self.fields[name]
            field.choices, field.initial = choices, [value for value, _label in choices]
        first = today.replace(day=1)
        self.fields["first_month"].initial, self.fields["last_month"].initial = first, add_months(first, 11)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("first_month"), data.get("last_month")
        if first and last and last < first:
            self.add_error("last_month", _("The last month comes before the first."))
        elif first and last and add_months(first, 36) <= last:
            self.add_error("last_month", _("A plan has at most 36 months. Make two."))
        if data.get("project"):
            data["projects"] = []  # a project's own plan is not divided by projects
        return data


class ScenarioForm(forms.Form):
    """The name of a scenario."""

    name = forms.CharField(label=gettext_lazy("Name of the scenario"), max_length=120, required=False)


class ReasonForm(forms.Form):
    """Why a red plan is let pass."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is let pass all the same"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept with your name and the failed checks, for everybody who sees the plan."),
    )  # fmt: skip
