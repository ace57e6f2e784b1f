"""Forms of the board: fields a stage asks for, money, discounts, contracts, agencies' clients and settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.board.models import BoardSettings
from onegoal.apps.board.queries.agencies import agencies
from onegoal.apps.company.models import CustomEntity, CustomField, FieldKind, Project
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.people.models import Organisation
from onegoal.apps.products.queries import visible_products
from onegoal.apps.sales.completeness import CUSTOM, fields_of
from onegoal.apps.sales.models import Deal, Entity
from onegoal.core.identity import normalise_email, normalise_phone
from onegoal.core.money import BIGINT_MAX, minor_digits, parse_amount
from onegoal.core.problems import ValueProblem

_DAY = {"type": "date"}


class MoneyField(forms.CharField):
    """An amount as people write it; its clean value is minor units of `currency`."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)
        self.currency = currency
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            minor = parse_amount(text, self.currency)
        except ValueProblem:
            raise forms.ValidationError(_("Write an amount, such as 1,250.50.")) from None
        if abs(minor) > BIGINT_MAX // 10_000:
            raise forms.ValidationError(_("This amount is too large."))
        return minor


def money_text(minor: int | None, currency: str) -> str:
    """Return an amount as a field holds it: with a point and without separators."""
    if minor is None:
        return ""
    return f"{Decimal(minor).scaleb(-minor_digits(currency or 'EUR')):f}"


class FieldsForm(forms.Form):
    """The fields of a deal that a stage asks for, or any others by name."""

    def __init__(self, *args: Any, deal: Deal, names: Sequence[str], user: User, needed: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.deal, self.user = deal, user
        labels = fields_of(Entity.DEAL)
        own = {f"{CUSTOM}{one.key}": one for one in CustomField.objects.filter(entity=CustomEntity.DEAL)}
        for name in names:
            if name not in labels:
                continue
            field = _custom_field(own[name]) if name in own else self._own_field(name)
            field.label, field.required = str(labels[name]).capitalize(), needed
            self.fields[name] = field

    def _own_field(self, name: str) -> forms.Field:
        if name == "project":
            return forms.ModelChoiceField(visible_projects(self.user))
        if name == "product":
            return forms.ModelChoiceField(visible_products(self.user).filter(status="available"))
        if name == "seller":
            return forms.ModelChoiceField(User.objects.filter(is_active=True).order_by("name"))
        if name == "agency":
            return forms.ModelChoiceField(agencies())
        if name in ("amount_minor", "margin_minor"):
            return MoneyField(currency=self.deal.currency or current_company().currency or "EUR")
        if name == "email":
            return forms.EmailField(max_length=254)
        field = {"name": "name", "phone": ""}.get(name, name)
        limit = getattr(Deal._meta.get_field(field), "max_length", 300) if name == field and name != "name" else 300
        return forms.CharField(max_length=limit)

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"]) if self.cleaned_data["email"] else ""
        except ValueProblem:
            raise forms.ValidationError(_("This is no e-mail address.")) from None


def clean_phone(text: str) -> str:
    """Return a phone in E.164 as the company's country writes it. Raises: ValidationError."""
    if not text:
        return ""
    try:
        return normalise_phone(text, region=current_company().country)
    except ValueProblem:
        raise forms.ValidationError(_("This is no phone number. Begin with + and the country code.")) from None


def _custom_field(field: CustomField) -> forms.Field:
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=[("", "---------"), *((one, one) for one in field.choices)])
    if field.kind == FieldKind.FLAG:
        return forms.ChoiceField(choices=[("", "---------"), ("yes", _("yes")), ("no", _("no"))])
    if field.kind == FieldKind.DAY:
        return _IsoDay(widget=forms.DateInput(attrs=_DAY))
    return _PlainNumber() if field.kind == FieldKind.NUMBER else forms.CharField(max_length=1_000)


class _IsoDay(forms.DateField):
    """A day as JSON keeps it."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if isinstance(day, dt.date) else day


class _PlainNumber(forms.FloatField):
    """A number as JSON keeps it: whole ones without a point."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return int(number) if number is not None and float(number).is_integer() else number


class DiscountForm(forms.Form):
    """How much is asked off, as an amount or in per cent of the list price, and why."""

    amount = forms.CharField(label=_("Discount"), max_length=30, help_text=_("An amount, or per cent as in 2 %."))
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal

    def clean_amount(self) -> int:
        text = self.cleaned_data["amount"].strip()
        currency = self.deal.currency or "EUR"
        try:
            if not text.endswith("%"):
                return parse_amount(text, currency)
            hundredths = parse_amount(text[:-1], "EUR")
        except ValueProblem:
            raise forms.ValidationError(_("Write an amount, or per cent as in 2 %.")) from None
        return (self.deal.list_price_minor or 0) * hundredths // 10_000


class ContractForm(forms.Form):
    """The number of the contract and the day it was signed."""

    number = forms.CharField(label=_("Number of the contract"), max_length=120, required=False)
    signed_on = forms.DateField(label=_("Signed on"), required=False, widget=forms.DateInput(attrs=_DAY))


class PatternForm(forms.Form):
    """A quick schedule: a share now and the rest in parts, or equal parts."""

    deposit = forms.DecimalField(min_value=0, max_value=99, decimal_places=2, max_digits=4, required=False)
    count = forms.IntegerField(min_value=1, max_value=480)
    months = forms.IntegerField(min_value=1, max_value=60)
    start = forms.DateField()


class RegistrationForm(forms.Form):
    """A client whom an agency brings."""

    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=Organisation.objects.none(), required=False, empty_label=_("a new agency")
    )
    agency_name = forms.CharField(label=_("Name of a new agency"), max_length=300, required=False)
    phone = forms.CharField(label=_("Client's phone"), max_length=60)
    name = forms.CharField(label=_("Client's name"), max_length=300, required=False)
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.none(), required=False, empty_label=_("all projects")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies()  # type: ignore[attr-defined]
        self.fields["project"].queryset = visible_projects(user)  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("agency") and not data.get("agency_name", "").strip():
            self.add_error("agency", _("Choose the agency or write the name of a new one."))
        return data


class BoardSettingsForm(forms.ModelForm):
    """What was agreed on about reservations, discounts and agencies' clients."""

    free_discount = forms.DecimalField(
        label=_("Discount without approval, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text=_("All discounts of a deal together, of its list price."),
    )  # fmt: skip
    reservation_days = forms.IntegerField(label=_("A reservation holds, days"), min_value=1, max_value=365)
    protection_days = forms.IntegerField(label=_("An agency's client is protected, days"), min_value=1, max_value=3650)
    field_order = ["reservation_days", "free_discount", "protection_days", "repeat_prolongs"]

    class Meta:
        model = BoardSettings
        fields = ["reservation_days", "protection_days", "repeat_prolongs"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["free_discount"] = Decimal(self.instance.free_discount_bp) / 100

    def clean_free_discount(self) -> Decimal:
        share = self.cleaned_data["free_discount"]
        self.instance.free_discount_bp = int(share * 100)
        return share
