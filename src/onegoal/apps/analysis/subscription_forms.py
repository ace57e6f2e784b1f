"""The form by which a person begins to get the sales report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.analysis.models import Rhythm
from onegoal.apps.analysis.queries.subscriptions import possible_recipients

_HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
_USUAL_HOUR = 8


class SubscriptionForm(forms.Form):
    """Who gets the report, how often and when."""

    recipient: forms.ModelChoiceField[User] = forms.ModelChoiceField(User.objects.none(), label=_("To whom"))
    rhythm = forms.ChoiceField(choices=Rhythm.choices, initial=Rhythm.WEEKLY, label=_("How often"))
    hour = forms.TypedChoiceField(
        choices=_HOURS, coerce=int, initial=_USUAL_HOUR, label=_("Hour"), help_text=_("On the company's clock.")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["recipient"].queryset = possible_recipients()  # type: ignore[attr-defined]
