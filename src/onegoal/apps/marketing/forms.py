"""Forms of the channel table: a rule, its conditions, and a source to try."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.marketing.models import ChannelRule
from onegoal.apps.marketing.words import FIELD_WORDS, OPERATOR_WORDS
from onegoal.core.channels import Touch

_MOST_CONDITIONS = 10
_MOST_VALUES = 300


class RuleForm(forms.ModelForm):
    """The channel a rule gives."""

    channel = forms.CharField(
        label=_("Channel"), max_length=80, widget=forms.TextInput(attrs={"list": "channels", "autocomplete": "off"}),
        help_text=_("One of the list, or a name of your own."),
    )  # fmt: skip

    class Meta:
        model = ChannelRule
        fields = ["channel"]


class ConditionForm(forms.Form):
    """One condition; several values are written one on each line or with commas."""

    field = forms.ChoiceField(label=_("Mark"), choices=list(FIELD_WORDS.items()))
    operator = forms.ChoiceField(label=_("Test"), choices=list(OPERATOR_WORDS.items()))
    values = forms.CharField(
        label=_("Values"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Any of them may fit; parted by commas or new lines."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        needs_values = data.get("operator") not in ("is_set", "is_empty")
        words = [word.strip() for line in data.get("values", "").splitlines() for word in line.split(",")]
        data["words"] = list(dict.fromkeys(word for word in words if word)) if needs_values else []
        if needs_values and not data["words"]:
            self.add_error("values", _("Write at least one value."))
        if len(data["words"]) > _MOST_VALUES:
            self.add_error("values", _("This is too long a list for one rule."))
        return data

    def condition(self) -> dict[str, Any]:
        """Return the condition as a rule stores it."""
        data = self.cleaned_data
        return {"field": data["field"], "operator": data["operator"], "values": data["words"]}


class _Conditions(forms.BaseFormSet):
    def conditions(self) -> list[dict[str, Any]]:
        """Return the filled, not deleted conditions."""
        kept = [form for form in self.forms if form.has_changed() and form not in self.deleted_forms]
        return [form.condition() for form in kept]

    def clean(self) -> None:
        if not any(self.errors) and not self.conditions():
            raise forms.ValidationError(_("A rule needs at least one condition, or it would take everything."))


def conditions_formset(rule: ChannelRule | None, data: Any = None) -> _Conditions:
    """Return the conditions of a rule as forms, with room for two more."""
    initial = [
        {"field": one["field"], "operator": one["operator"], "values": ", ".join(one.get("values", ()))}
        for one in (rule.conditions if rule else [])
    ]
    made = forms.formset_factory(
        ConditionForm, formset=_Conditions, extra=2 if initial else 1, max_num=_MOST_CONDITIONS,
        absolute_max=_MOST_CONDITIONS + 2, validate_max=True, can_delete=True,
    )  # fmt: skip
    return made(data, initial=initial, prefix="conditions")  # type: ignore[return-value]


class TryForm(forms.Form):
    """Marks of one touch, to see which rule takes it."""

    source = forms.CharField(label=FIELD_WORDS["source"], required=False, max_length=200)
    medium = forms.CharField(label=FIELD_WORDS["medium"], required=False, max_length=200)
    campaign = forms.CharField(label=FIELD_WORDS["campaign"], required=False, max_length=300)
    click_id = forms.CharField(label=FIELD_WORDS["click_id"], required=False, max_length=50)
    referrer = forms.CharField(label=FIELD_WORDS["referrer"], required=False, max_length=300)
    request_type = forms.CharField(label=FIELD_WORDS["request_type"], required=False, max_length=20)

    def touch(self) -> Touch:
        """Return the marks as the classifier reads them."""
        return Touch(**self.cleaned_data)
