"""Forms of coaching: what to practise until when, and what came of it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CoachingForm(forms.Form):
    """What a seller is to practise, and when it is looked at again."""

    step = forms.CharField(label=_("Step of the script"), max_length=120, required=False, strip=True)
    text = forms.CharField(
        label=_("What to practise"), max_length=2_000, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )
    follow_up_on = forms.DateField(label=_("Look again on"), widget=forms.DateInput(attrs={"type": "date"}))


class CoachingResultForm(forms.Form):
    """What came of a coaching."""

    result = forms.CharField(label=_("What came of it"), max_length=300, strip=True)
