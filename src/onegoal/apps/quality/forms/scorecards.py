"""Forms of the scorecard builder and of the list of objections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.quality.models import Question, QuestionKind
from onegoal.apps.quality.services.scorecards import FIELDS
from onegoal.apps.sales.models import Objection


class ScorecardForm(forms.Form):
    """The name of a new scorecard."""

    name = forms.CharField(label=_("Name"), max_length=120, strip=True)


class QuestionForm(forms.ModelForm):
    """A question about one step of the script."""

    class Meta:
        model = Question
        fields = FIELDS
        help_texts = {
            "guide": _("What a good answer sounds like; reviewers read it under the question."),
            "weight": _("How much it counts in the score; 0 counts nothing."),
            "failed_below": _("Of 0 to 5: lower answers fail the step. A no always fails it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].widget.attrs.update(min=0, max=100)
        self.fields["failed_below"].widget.attrs.update(min=0, max=5)
        self.fields["step"].widget.attrs.update(list="steps-known", autocomplete="off")

    def clean_weight(self) -> int:
        weight: int = self.cleaned_data["weight"]
        if weight > 100:
            raise forms.ValidationError(_("At most 100."))
        return weight

    def clean_failed_below(self) -> int:
        below: int = self.cleaned_data["failed_below"]
        if below > 5:
            raise forms.ValidationError(_("At most 5."))
        return below

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == QuestionKind.TEXT:
            data["weight"] = 0  # words give no points
        return data


class ObjectionForm(forms.ModelForm):
    """One objection of the company's list."""

    class Meta:
        model = Objection
        fields = ["name"]
