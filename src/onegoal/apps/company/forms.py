"""Forms of the set-up page and the company's settings."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import phonenumbers
from babel import Locale
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.dates import WEEKDAYS
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.company.models import (
    Company,
    CustomEntity,
    CustomField,
    DayOff,
    ExchangeRate,
    FieldKind,
    Project,
    Stage,
)
from onegoal.apps.company.setup_code import is_setup_code
from onegoal.core.currencies import WORDS
from onegoal.core.working_hours import Hours

_BILLION = Decimal(10) ** 9
CURRENCIES = sorted(frozenset().union(*WORDS.values()))


@lru_cache(maxsize=1)
def time_zone_choices() -> list[tuple[str, str]]:
    """Return every time zone of the world by its name."""
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def country_choices() -> list[tuple[str, str]]:
    """Return the countries that have telephone numbers, named in the reader's language."""
    return _countries_in(get_language() or "en")


@lru_cache(maxsize=8)
def _countries_in(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language[:2]).territories
    return sorted(((code, names.get(code, code)) for code in phonenumbers.SUPPORTED_REGIONS), key=lambda pair: pair[1])


class SetUpForm(forms.Form):
    """The company and its first head, allowed by the code from the console."""

    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("It stands in the console where onegoal was started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    company = forms.CharField(label=_("Name of the company"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="RO")
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices, initial="Europe/Bucharest")
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("Your e-mail"), max_length=254)
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        if not is_setup_code(self.cleaned_data["code"]):
            raise forms.ValidationError(_("This is not the code."))
        return self.cleaned_data["code"]

    def clean_password(self) -> str:
        data = self.cleaned_data
        validate_password(data["password"], User(email=data.get("email"), name=data.get("name", ""), role=Role.HEAD))
        return data["password"]


class CompanyForm(forms.ModelForm):
    """What the company is called and how it writes money, time and phones."""

    currency = forms.ChoiceField(
        label=_("Currency"), required=False,
        choices=[("", _("as the first money that comes in")), *((code, code) for code in CURRENCIES)],
        help_text=_("Amounts in other currencies are converted where a rate is known."),
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, help_text=_("Decides on which day a moment falls.")
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=country_choices,
        help_text=_("Phones without a country code are read as this country's."),
    )  # fmt: skip

    class Meta:
        model = Company
        fields = ["name", "currency", "time_zone", "country", "language"]


class ProjectForm(forms.ModelForm):
    """A project."""

    class Meta:
        model = Project
        fields = ["name", "region", "is_active"]


class StageForm(forms.ModelForm):
    """A stage and what it means."""

    class Meta:
        model = Stage
        fields = ["pipeline", "name", "kind"]


class CustomFieldForm(forms.ModelForm):
    """A field of the company's own; its key is made from the label once and never changes."""

    choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line; only for a field with a list."),
    )  # fmt: skip
    field_order = ["entity", "label", "kind", "choices"]

    class Meta:
        model = CustomField
        fields = ["entity", "label", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["entity"].disabled = self.fields["kind"].disabled = True
            self.initial["choices"] = "\n".join(self.instance.choices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lines = [line.strip() for line in data.get("choices", "").splitlines() if line.strip()]
        if data.get("kind") == FieldKind.CHOICE and not lines:
            self.add_error("choices", _("Write at least one choice."))
        self.instance.choices = list(dict.fromkeys(lines)) if data.get("kind") == FieldKind.CHOICE else []
        if not self.instance.pk and "label" in data and "entity" in data:
            self.instance.key = _free_key(data["entity"], data["label"])
        return data


def _free_key(entity: str, label: str) -> str:
    """Return a key from the label that no other field of the entity has."""
    stem = slugify(label).replace("-", "_")[:50] or CustomEntity(entity).value
    taken = set(CustomField.objects.filter(entity=entity).values_list("key", flat=True))
    return next(
        key for number in range(1, len(taken) + 2) if (key := stem if number == 1 else f"{stem}_{number}") not in taken
    )


class ExchangeRateForm(forms.ModelForm):
    """What one unit of a currency is worth in the company's, from a day on."""

    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    rate = forms.DecimalField(
        label=_("Rate"), min_value=Decimal("0.000000001"), max_value=Decimal(10) ** 9, max_digits=19, decimal_places=9,
        help_text=_("How much of the company's currency one unit costs."),
    )  # fmt: skip

    class Meta:
        model = ExchangeRate
        fields = ["currency", "valid_from"]
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["rate"] = Decimal(self.instance.rate_billionths) / _BILLION

    def clean_rate(self) -> Decimal:
        rate = self.cleaned_data["rate"]
        self.instance.rate_billionths = int((rate * _BILLION).to_integral_value(ROUND_HALF_UP))
        return rate


class DayOffForm(forms.ModelForm):
    """A day on which the office does not work, or works although it would be free."""

    class Meta:
        model = DayOff
        fields = ["day", "name", "is_worked"]
        widgets = {"day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class WeekForm(forms.Form):
    """The office's hours on each day of the week, and whether public holidays are free."""

    keeps_public_holidays = forms.BooleanField(label=_("Public holidays are free"), required=False)

    def __init__(self, *args: Any, week: dict[int, Hours], keeps_public_holidays: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keeps_public_holidays"].initial = keeps_public_holidays
        for day in WEEKDAYS:
            opens, closes = week.get(day, (dt.time(9), dt.time(18)))
            self.fields[f"works_{day}"] = forms.BooleanField(required=False, initial=day in week)
            self.fields[f"opens_{day}"] = forms.TimeField(required=False, initial=opens, widget=_time_input())
            self.fields[f"closes_{day}"] = forms.TimeField(required=False, initial=closes, widget=_time_input())

    @property
    def days(self) -> list[dict[str, Any]]:
        """Return the fields of each day with its name, Monday first."""
        parts = ("works", "opens", "closes")
        return [{"name": name, **{part: self[f"{part}_{day}"] for part in parts}} for day, name in WEEKDAYS.items()]

    @property
    def week(self) -> dict[int, Hours]:
        """Return the hours of the days that are worked."""
        data = self.cleaned_data
        return {day: (data[f"opens_{day}"], data[f"closes_{day}"]) for day in WEEKDAYS if data[f"works_{day}"]}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        worked = [day for day in WEEKDAYS if data.get(f"works_{day}")]
        if not worked:
            raise forms.ValidationError(_("The office works on at least one day."))
        for day in worked:
            opens, closes = data.get(f"opens_{day}"), data.get(f"closes_{day}")
            if opens is None or closes is None or opens >= closes:
                self.add_error(f"closes_{day}", _("It closes after it opens; 23:59 stands for midnight."))
        return data


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})
