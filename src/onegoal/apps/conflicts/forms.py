"""The form of the levers' numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from onegoal.apps.conflicts.words import NUMBERS
from onegoal.core.kpi_conflicts import ASSUMPTIONS, Assumption
from onegoal.core.numbers import read_number
from onegoal.core.problems import ValueProblem

_MOST = 100


class DecimalText(forms.CharField):
    """A number as people write it, comma or point; its clean value is a float."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "size": 6}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            number = float(read_number(text).value)
        except ValueProblem:
            raise forms.ValidationError(_("Write a number, such as 0.3.")) from None
        if not 0 <= number <= _MOST:
            raise forms.ValidationError(_("Write a number from 0 to 100."))
        return number


class NumbersForm(forms.Form):
    """Three fields for each number: at least, about, at most."""

    def __init__(self, data: Any = None, *, numbers: Mapping[str, Assumption]) -> None:
        initial: dict[str, str] = {}
        for key, one in numbers.items():
            initial |= {
                f"{key}_low": _text(one.low),
                f"{key}_estimate": _text(one.estimate),
                f"{key}_high": _text(one.high),
            }
        super().__init__(data, initial=initial)
        for key in ASSUMPTIONS:
            title = NUMBERS[key][0]
            for part, words in (("low", _("at least")), ("estimate", _("about")), ("high", _("at most"))):
                # The line beside the three fields says what they are about; only who does not see it needs it said again.
                label = format_html('<span class="visually-hidden">{}, </span>{}', title, words)
                self.fields[f"{key}_{part}"] = DecimalText(label=label)

    def clean(self) -> dict[str, Any]:
        """Check that the bounds hold the estimate."""
        for key in ASSUMPTIONS:
            bounds = [self.cleaned_data.get(f"{key}_{part}") for part in ("low", "estimate", "high")]
            if None not in bounds and not bounds[0] <= bounds[1] <= bounds[2]:  # type: ignore[operator]
                self.add_error(f"{key}_estimate", _("It must lie between the two bounds."))
        return self.cleaned_data

    def number(self, key: str) -> tuple[float, float, float]:
        """Return estimate, low and high of one number."""
        return tuple(self.cleaned_data[f"{key}_{part}"] for part in ("estimate", "low", "high"))

    def lines(self) -> list[dict[str, Any]]:
        """Return each number with its words and fields."""
        return [
            {"key": key, "title": NUMBERS[key][0], "words": NUMBERS[key][1],
             "fields": [self[f"{key}_{part}"] for part in ("low", "estimate", "high")]}
            for key in ASSUMPTIONS
        ]  # fmt: skip


def _text(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
