"""Forms of reviews: remarks at a second, colleagues asked to judge too, excuses, and answers as they come from the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.quality.models import Question, QuestionKind
from onegoal.apps.sales.models import Objection

_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5})")
_LONGEST_TEXT = 4_000


def write_seconds(seconds: int) -> str:
    """Write a place in a call as `m:ss`, or `h:mm:ss` from an hour on."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class SecondField(forms.CharField):
    """A place in a call: `83`, `1:23` or `1:01:23`; a whole number of seconds."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off", "size": 6, "placeholder": "0:00"}
        super().__init__(max_length=10, widget=forms.TextInput(attrs=attributes), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return write_seconds(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = _CLOCK.fullmatch(text.strip())
        if not found:
            raise forms.ValidationError(_("Write the place as minutes and seconds, like 1:23."))
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds


class RemarkForm(forms.Form):
    """A comment at a second of a call; with an end, an objection or a topic it is a snippet for others to hear."""

    second = SecondField(label=_("At second"))
    end_second = SecondField(label=_("Until"), required=False)
    text = forms.CharField(
        label=_("Comment"), required=False, max_length=_LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    objection = forms.ModelChoiceField(
        label=_("Objection"), queryset=Objection.objects.none(), required=False, empty_label=_("none")
    )
    topic = forms.CharField(label=_("Topic"), required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objection"].queryset = Objection.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (
            data.get("end_second") is not None
            and data.get("second") is not None
            and data["end_second"] <= data["second"]
        ):
            self.add_error("end_second", _("The end must come after the beginning."))
        if not (data.get("text", "").strip() or data.get("objection") or data.get("topic", "").strip()):
            self.add_error("text", _("Say something, or choose an objection or a topic."))
        return data


class AskReviewersForm(forms.Form):
    """Colleagues who are asked to judge the same call."""

    reviewers = forms.ModelMultipleChoiceField(
        label=_("Who else judges this call"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, able: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewers"].queryset = able  # type: ignore[attr-defined]


class ExcuseForm(forms.Form):
    """Why a drawn call is not reviewed; empty puts it back."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, strip=True)


@dataclass(frozen=True)
class Given:
    """What the page says of one question; `is_sound` is False for what no question allows."""

    value: int | None = None
    text: str = ""
    does_not_apply: bool = False
    is_sound: bool = True


def given_answer(data: QueryDict, question: Question) -> Given:
    """Read one question's answer from a posted form: `q<id>` holds a point, `-` for not applicable, or text."""
    said = data.get(f"q{question.pk}", "").replace("\x00", "")
    if question.kind == QuestionKind.TEXT:
        if data.get(f"q{question.pk}-none"):
            return Given(does_not_apply=True)
        return Given(text=said[:_LONGEST_TEXT])
    if said == "-":
        return Given(does_not_apply=True)
    if not said:
        return Given()
    return Given(value=int(said)) if re.fullmatch(r"[0-9]", said) else Given(is_sound=False)
