"""Forms of the desk: giving leads to somebody, a task on several leads, rules, absences, a lead to try the rules on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.company.models import Project
from onegoal.apps.desk.models import Absence, DistributionRule
from onegoal.apps.desk.queries.absences import away_on, colleagues_away
from onegoal.apps.marketing.words import CHANNEL_WORDS
from onegoal.apps.sales.models import Outcome, RequestType, TaskKind


def channel_choices() -> list[tuple[str, Any]]:
    """Return every channel there is a word for, with an empty choice for any."""
    named = sorted(((key, capfirst(str(words))) for key, words in CHANNEL_WORDS.items()), key=lambda pair: pair[1])
    return [("", _("any")), *named]


class AssignForm(forms.Form):
    """To whom leads are given, and why; each colleague is named with what they have in work."""

    seller = forms.ModelChoiceField(label=_("To whom"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, today: dt.date, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
        self.fields["seller"].queryset = _able_to_sell()  # type: ignore[attr-defined]
        away = away_on(today)
        self.fields["seller"].label_from_instance = lambda user: _named(user, away)  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """A task for each of several leads."""

    title = forms.CharField(label=_("What is to be done"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), choices=TaskKind.choices, initial=TaskKind.CALL)
    due_at = forms.DateTimeField(
        label=_("Due"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )  # fmt: skip


class DistributionRuleForm(forms.ModelForm):
    """A rule: which leads, to whom and how, by when they are to be answered."""

    channel = forms.ChoiceField(label=_("Channel"), choices=channel_choices, required=False)

    class Meta:
        model = DistributionRule
        fields = [
            "name", "project", "request_type", "channel", "method", "gives_when", "team", "sellers", "most_open",
            "response_minutes", "next_step_hours", "is_active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].empty_label = _("any")  # type: ignore[attr-defined]
        self.fields["request_type"].choices = [("", _("any")), *RequestType.choices]  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("all teams")  # type: ignore[attr-defined]
        sellers = self.fields["sellers"]
        sellers.queryset = User.objects.filter(  # type: ignore[attr-defined]
            is_active=True, email__isnull=False, role__in=[Role.SELLER, Role.SUPERVISOR]
        ).order_by("name")
        sellers.widget = forms.CheckboxSelectMultiple(choices=sellers.choices)  # type: ignore[attr-defined]
        sellers.help_text = _("None chosen: everybody of the team who sells.")

    def clean_response_minutes(self) -> int:
        return self._at_least_one("response_minutes")

    def clean_next_step_hours(self) -> int:
        return self._at_least_one("next_step_hours")

    def _at_least_one(self, name: str) -> int:
        value: int = self.cleaned_data[name]
        if not 1 <= value <= 100_000:
            raise forms.ValidationError(_("Between 1 and 100,000."))
        return value


class TryLeadForm(forms.Form):
    """A lead as it could come, to see who would get it."""

    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.order_by("name"), required=False, empty_label=_("none")
    )
    request_type = forms.ChoiceField(label=_("Request"), choices=RequestType.choices, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=channel_choices, required=False)
    at = forms.DateTimeField(
        label=_("When"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: now."),
    )  # fmt: skip


class AbsenceForm(forms.ModelForm):
    """Days on which a colleague gets no new leads."""

    class Meta:
        model = Absence
        fields = ["user", "first_on", "last_on", "note"]
        widgets = {
            "first_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields["user"]
        own.queryset = colleagues_away(user)  # type: ignore[attr-defined]
        own.empty_label = None  # type: ignore[attr-defined]
        own.initial = user.pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first_on") and data.get("last_on") and data["last_on"] < data["first_on"]:
            self.add_error("last_on", _("The last day is before the first."))
        return data


def _able_to_sell() -> Any:
    sellers = User.objects.filter(is_active=True, role__in=[Role.SELLER, Role.SUPERVISOR])
    open_leads = Count("leads", filter=Q(leads__outcome=Outcome.OPEN))
    return (
        sellers.filter(Q(left_on=None) | Q(left_on__gt=timezone.localdate()))
        .annotate(in_work=open_leads)
        .order_by("name")
    )


def _named(user: Any, away: frozenset[int]) -> str:
    state = _("away") if user.pk in away else _("%(count)s in work") % {"count": user.in_work}
    return f"{user.name} · {state}"
