"""Forms of the regulation: a draft, its clauses as sentences, signatures, and decisions on a lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.regulation.fields import Asked
from onegoal.apps.regulation.models import Clause, ClauseKind, Regulation
from onegoal.apps.regulation.words import operator_words
from onegoal.core.criteria import LISTS, OPERATORS, PRESENCE, Kind, Operator, value_of

_MOST_POINTS: Final = 1_000
_LINES: Final = 100


class DraftForm(forms.ModelForm):
    """What a version says of itself."""

    class Meta:
        model = Regulation
        fields = ["title", "threshold", "attempts_needed", "attempts_days", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (("threshold", 10_000), ("attempts_needed", 50), ("attempts_days", 60)):
            self.fields[name].widget.attrs |= {"min": 0, "max": most}
            self.fields[name].max_value = most  # type: ignore[attr-defined]
            self.fields[name].validators.append(MaxValueValidator(most))


class NewDraftForm(forms.Form):
    """The title of a new version."""

    title = forms.CharField(label=_("Title"), max_length=200)


class CriterionForm(forms.Form):
    """One criterion as a sentence; which operators and values it offers depends on the field and the operator chosen."""

    number = forms.CharField(label=_("Number"), max_length=12)
    field = forms.ChoiceField(label=_("Field"))
    operator = forms.ChoiceField(label=_("Must"))
    weight = forms.IntegerField(label=_("Points"), min_value=0, max_value=_MOST_POINTS, initial=0)
    is_required = forms.BooleanField(label=_("Required"), required=False)
    text = forms.CharField(
        label=_("Wording"), max_length=400, required=False,
        widget=forms.TextInput(attrs={"placeholder": _("as the sentence says, when left empty")}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, known: Mapping[str, Asked], clause: Clause, **kwargs: Any) -> None:
        initial = {
            "number": clause.number, "field": clause.field, "operator": clause.operator, "text": clause.text,
            "weight": clause.weight, "is_required": clause.is_required,
        } | dict(kwargs.pop("initial", {}) or {})  # fmt: skip
        super().__init__(data, initial=initial, **kwargs)
        self.known, self.clause = known, clause
        self.fields["field"].choices = _grouped(known)  # type: ignore[attr-defined]
        said = data if data is not None else initial
        self.asked = known.get(str(said.get("field") or "")) or next(iter(known.values()))
        self.initial["field"] = self.asked.field.key
        operators = OPERATORS[self.asked.field.kind]
        chosen = str(said.get("operator") or "")
        self.demanded = Operator(chosen) if chosen in operators else operators[0]
        self.fields["operator"].choices = [(one.value, operator_words(self.asked.field.kind, one)) for one in operators]  # type: ignore[attr-defined]
        self.initial["operator"] = self.demanded.value
        self._add_values(clause)

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """Return the inputs of the value: none, one, or two for a range."""
        return [self[name] for name in ("value", "value_to") if name in self.fields]

    @property
    def suggestions(self) -> list[str]:
        """Return values of a text field that occur among the leads."""
        return [value for value, _label in self.asked.choices()] if self.asked.field.kind is Kind.TEXT else []

    def clean(self) -> dict[str, Any]:
        """Put the value together as the criterion keeps it."""
        data = super().clean() or self.cleaned_data
        data["value"] = None if self.demanded in PRESENCE else self._value(data)
        return data

    def apply_to(self, clause: Clause) -> Clause:
        """Write what was said into a clause."""
        data = self.cleaned_data
        clause.kind = ClauseKind.CRITERION
        for name in ("number", "field", "operator", "text", "weight", "is_required", "value"):
            setattr(clause, name, data[name])
        return clause

    def _add_values(self, clause: Clause) -> None:
        if self.demanded in PRESENCE:
            return
        is_same = clause.field == self.asked.field.key
        held = clause.value if is_same else None
        if self.demanded is Operator.BETWEEN:
            low, high = held if isinstance(held, list) and len(held) == 2 else (None, None)
            self.fields["value"] = self._single(_("from"), low)
            self.fields["value_to"] = self._single(_("to"), high)
        elif self.demanded in LISTS:
            self.fields["value"] = self._several(held)
        else:
            self.fields["value"] = self._single(_("Value"), held)

    def _single(self, label: Any, held: Any) -> forms.Field:
        kind = self.asked.field.kind
        held = held[0] if isinstance(held, list) and held else None if isinstance(held, list) else held
        if kind is Kind.FLAG:
            initial = "" if held is None else "1" if value_of(kind, held) else "0"
            return forms.ChoiceField(label=label, choices=[("1", _("yes")), ("0", _("no"))], initial=initial)
        if kind is Kind.CHOICE:
            return forms.ChoiceField(label=label, choices=self.asked.choices(), initial=held)
        if kind is Kind.DAY:
            return forms.DateField(label=label, initial=held, widget=forms.DateInput(attrs={"type": "date"}))
        if kind in (Kind.NUMBER, Kind.COUNT):
            return forms.FloatField(label=label, initial=held, min_value=0 if kind is Kind.COUNT else None)
        widget = forms.TextInput(attrs={"list": "values-seen"})
        return forms.CharField(label=label, initial=held, max_length=200, widget=widget)

    def _several(self, held: Any) -> forms.Field:
        listed = held if isinstance(held, list) else [] if held is None else [held]
        if self.asked.field.kind is Kind.CHOICE:
            return forms.MultipleChoiceField(
                label=_("Values"), choices=self.asked.choices(), initial=listed, widget=forms.CheckboxSelectMultiple
            )
        return forms.CharField(
            label=_("Values"), initial="\n".join(map(str, listed)), help_text=_("One on each line."), max_length=10_000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip

    def _value(self, data: Mapping[str, Any]) -> Any:
        if self.demanded is Operator.BETWEEN:
            return [_plain(data.get("value")), _plain(data.get("value_to"))]
        value = data.get("value")
        if self.demanded in LISTS:
            lines = value.splitlines() if isinstance(value, str) else value or []
            return [line.strip() for line in lines if line.strip()][:_LINES]
        return value == "1" if self.asked.field.kind is Kind.FLAG else _plain(value)


class ReasonForm(forms.ModelForm):
    """A reason for which a lead may be rejected."""

    sub_reasons = forms.CharField(
        label=_("Sub-reasons"), required=False, help_text=_("One on each line."), max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    class Meta:
        model = Clause
        fields = ["number", "text", "needs_attempts", "suppresses"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["sub_reasons"] = "\n".join(self.instance.sub_reasons or [])

    def clean_sub_reasons(self) -> list[str]:
        """Return the sub-reasons as a list."""
        lines = self.cleaned_data["sub_reasons"].splitlines()
        return list(dict.fromkeys(line.strip()[:200] for line in lines if line.strip()))[:_LINES]

    def apply_to(self, clause: Clause) -> Clause:
        """Write what was said into a clause."""
        clause.kind = ClauseKind.REASON
        for name in ("number", "text", "needs_attempts", "suppresses", "sub_reasons"):
            setattr(clause, name, self.cleaned_data[name])
        return clause


class SignForm(forms.Form):
    """From when on a version holds, asked at the second signature; empty is at once."""

    valid_from = forms.DateTimeField(
        label=_("In force from"), required=False,
        help_text=_("At once when left empty. It judges the leads that come from then on."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def clean_valid_from(self) -> dt.datetime | None:
        """Return the moment in UTC."""
        moment = self.cleaned_data["valid_from"]
        if moment is not None and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        return moment


class DecisionForm(forms.Form):
    """What is decided about a lead; `seen` is the last decision its reader knew of."""

    outcome = forms.ChoiceField(choices=[(one, one) for one in ("qualified", "nurture", "rejected")])
    clause = forms.IntegerField(required=False, min_value=0)
    sub_reason = forms.CharField(required=False, max_length=200)
    reason = forms.CharField(required=False, max_length=300)
    note = forms.CharField(required=False, max_length=5_000)
    returns_on = forms.DateField(required=False)
    override = forms.CharField(required=False, max_length=300)
    seen = forms.IntegerField(required=False, min_value=0)


def _grouped(known: Mapping[str, Asked]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, asked in known.items():
        groups.setdefault(str(asked.group), []).append((key, asked.title))
    return list(groups.items())


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value == int(value) else value
