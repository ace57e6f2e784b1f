"""Forms of calls: one noted by hand, and what a call was about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.sales.models import Direction

_LATEST = dt.timedelta(minutes=5)


class LogCallForm(forms.Form):
    """A call that no telephone told of."""

    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, initial=Direction.OUT)
    minutes = forms.IntegerField(label=_("Minutes talked"), min_value=0, max_value=600, required=False)
    started_at = forms.DateTimeField(
        label=_("When"), required=False, help_text=_("Empty: just now."),
        input_formats=["%Y-%m-%dT%H:%M"], widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    topic = forms.CharField(label=_("Topic"), max_length=200, required=False, strip=True)

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_started_at(self) -> dt.datetime:
        at: dt.datetime = self.cleaned_data["started_at"] or self.now
        if at > self.now + _LATEST:
            raise forms.ValidationError(_("A call that has not been made cannot be noted."))
        return at


class TopicForm(forms.Form):
    """What a call was about."""

    topic = forms.CharField(label=_("Topic"), max_length=200, required=False, strip=True)
