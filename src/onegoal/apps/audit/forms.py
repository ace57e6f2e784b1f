"""What the reader of the trail may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

VIA_CHOICES = [
    ("", _("any way")), ("web", _("the pages")), ("api", _("the API")), ("import", _("an import")),
    ("command", _("the command line")), ("job", _("a job")), ("demo", _("the demo")),
]  # fmt: skip


class TrailForm(forms.Form):
    """Filters of the trail; a wrong one is shown and ignored."""

    actor: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Who"), queryset=None, required=False, empty_label=_("anybody")
    )
    entity = forms.ChoiceField(label=_("Record"), required=False)
    entity_id = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    via = forms.ChoiceField(label=_("Through"), required=False, choices=VIA_CHOICES)
    start = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    batch = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, entities: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = [("", _("any record")), *entities.items()]  # type: ignore[attr-defined]
        self.fields["actor"].queryset = get_user_model().objects.filter(email__isnull=False).order_by("name")  # type: ignore[attr-defined]
