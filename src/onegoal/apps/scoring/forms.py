"""Forms of the score: what it is to foretell, and a field somebody answers for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.scoring.fields import later_fields
from onegoal.apps.scoring.models import Target


class TrainForm(forms.Form):
    """What the next training is to foretell."""

    target = forms.ChoiceField(label=_("foretells that"), choices=Target.choices)


class DeclareForm(forms.Form):
    """A field whose imported values were known when the lead came."""

    field = forms.ChoiceField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["field"].choices = [(one.key, one.label) for one in later_fields()]  # type: ignore[attr-defined]
