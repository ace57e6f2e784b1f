"""Forms of cards: their fields, notes, tasks, a lead by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.cards.days import CHOICES, Choice, moment_of
from onegoal.apps.cards.fields import CardField, comparable, fields_of_card
from onegoal.apps.cards.services.lead import NewLead
from onegoal.apps.company.models import FieldKind
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.people.models import IdentifierKind, Organisation, OrganisationKind
from onegoal.apps.products.models import Product
from onegoal.apps.sales.models import Deal, Lead, RequestType, TaskKind
from onegoal.core.identity import normalise_email, normalise_handle, normalise_phone
from onegoal.core.problems import ValueProblem

_MOST_CHOICES = 500
_NOTHING = ("", "–")


def _contact_input(kind: str) -> forms.TextInput:
    return forms.TextInput(attrs={"type": kind, "autocomplete": "off"})


class CardForm(forms.Form):
    """The fields of one card; what is empty says nothing is known."""

    def __init__(
        self, *args: Any, record: Lead | Deal, user: User, required: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.record, self.user, self.wanted = record, user, set(required)
        self.card_fields = fields_of_card(record)
        for one in self.card_fields:
            self.fields[one.name] = self._field(one)
            self.initial.setdefault(one.name, _typed(one, record))

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, as it is stored."""
        return {one.name: _stored(one, self.cleaned_data[one.name]) for one in self.card_fields}

    def _field(self, one: CardField) -> forms.Field:
        told: dict[str, Any] = {"label": one.label, "required": False}
        choices = self._choices(one)
        if choices is not None:
            is_id = one.column.endswith("_id")
            return forms.TypedChoiceField(
                choices=choices, coerce=int if is_id else str, empty_value=None if is_id else "", **told
            )
        if one.kind == FieldKind.NUMBER:
            return forms.DecimalField(max_digits=25, decimal_places=6, localize=True, **told)
        if one.kind == FieldKind.DAY:
            return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **told)
        if one.name == "note":
            return forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}), **told)
        return forms.CharField(max_length=_longest(one, self.record), **told)

    def _choices(self, one: CardField) -> list[tuple[Any, Any]] | None:
        held = one.value(self.record)
        if one.kind == FieldKind.FLAG:
            return [_NOTHING, ("yes", _("yes")), ("no", _("no"))]
        if one.kind == FieldKind.CHOICE and one.own:
            known = [*one.own.choices, *([held] if held and held not in one.own.choices else [])]
            return [_NOTHING, *((text, text) for text in known)]
        if one.name == "request_type":
            return list(RequestType.choices)
        if one.name == "project":
            return [_NOTHING, *visible_projects(self.user).order_by("name").values_list("pk", "name")]
        if one.name == "agency":
            agencies = Organisation.objects.filter(kind=OrganisationKind.AGENCY).order_by("name")
            return [_NOTHING, *agencies.values_list("pk", "name")]
        return self._products(held) if one.name == "product" else None

    def _products(self, held: int | None) -> list[tuple[Any, Any]]:
        products = Product.objects.filter(project=self.record.project).order_by("name")
        found = dict(products.values_list("pk", "name")[:_MOST_CHOICES])
        if held and held not in found and self.record.product:
            found[held] = self.record.product.name
        return [_NOTHING, *found.items()]


class ContactForm(forms.Form):
    """One more phone, address or name in a messenger."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (kind.value, kind.label) for kind in IdentifierKind
            if kind not in (IdentifierKind.CRM, IdentifierKind.VISITOR, IdentifierKind.FACEBOOK)
        ],
    )  # fmt: skip
    value = forms.CharField(label=_("Phone or address"), max_length=300)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"kind", "value"} <= data.keys():
            try:
                data["value"] = read_contact(data["kind"], data["value"])
            except ValueProblem:
                self.add_error("value", _("This cannot be one. Check the digits and letters."))
        return data


class NoteForm(forms.Form):
    """The words of a note."""

    text = forms.CharField(label=_("Note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 2}))


class TaskForm(forms.Form):
    """A task in one line: what, of which kind, when, and for whom."""

    title = forms.CharField(label=_("What is to be done"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), choices=TaskKind.choices, required=False)
    when = forms.ChoiceField(label=_("When"), choices=CHOICES, required=False)
    due_at = forms.DateTimeField(
        label=_("Day and time"), required=False, input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )  # fmt: skip
    assignee = forms.TypedChoiceField(label=_("For"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, colleagues: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [("", _("me")), *((one.pk, one.name) for one in colleagues)]  # type: ignore[attr-defined]

    def moment(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the task is due; `now` is on the company's clock."""
        exact = self.cleaned_data["due_at"]
        if exact:
            return make_aware(exact, get_current_timezone()) if exact.tzinfo is None else exact
        return moment_of(self.cleaned_data["when"] or Choice.TODAY, now)


class NewLeadForm(forms.Form):
    """A lead that a colleague writes down: who, how to reach them, about what, from where."""

    name = forms.CharField(label=_("Name"), max_length=300, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    )
    project = forms.TypedChoiceField(label=_("Project"), coerce=int, required=False, empty_value=None)
    request_type = forms.ChoiceField(label=_("Request"), choices=RequestType.choices, initial=RequestType.CALL)
    source = forms.CharField(
        label=_("Where they heard of us"), max_length=200, required=False,
        help_text=_("As they say it: a friend, an advertisement, the name of a site."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = visible_projects(user).filter(is_active=True).order_by("name")
        self.fields["project"].choices = [_NOTHING, *projects.values_list("pk", "name")]  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        return self._contact("phone", _("This cannot be a phone number. Check the digits."))

    def clean_email(self) -> str:
        return self._contact("email", _("This cannot be an e-mail address. Check the letters."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("phone") or data.get("email")):
            self.add_error("phone", _("Write a phone or an e-mail address, so that they can be reached."))
        return data

    def identifiers(self) -> tuple[tuple[str, str], ...]:
        """Return the contacts that could be read, however faulty the rest of the form is."""
        found = ((kind, self.cleaned_data.get(kind, "")) for kind in ("phone", "email"))
        return tuple((kind, value) for kind, value in found if value)

    def told(self) -> NewLead:
        """Return what was written down."""
        data = self.cleaned_data
        project = dict(self.fields["project"].choices).get(data["project"], "") if data["project"] else ""  # type: ignore[attr-defined]
        return NewLead(
            name=data["name"], identifiers=self.identifiers(), project=str(project), request_type=data["request_type"],
            heard=data["source"], note=data["note"],
        )  # fmt: skip

    def _contact(self, kind: str, fault: Any) -> str:
        text = self.cleaned_data[kind].strip()
        try:
            return read_contact(kind, text) if text else ""
        except ValueProblem:
            raise forms.ValidationError(fault) from None


def read_contact(kind: str, text: str) -> str:
    """Return a contact in its one spelling. Raises: ValueProblem."""
    if kind == IdentifierKind.PHONE:
        return normalise_phone(text, region=current_company().country)
    return normalise_email(text) if kind == IdentifierKind.EMAIL else normalise_handle(text, network=kind)  # type: ignore[arg-type]


def _longest(one: CardField, record: Lead | Deal) -> int:
    return 10_000 if one.own else one.owner(record)._meta.get_field(one.column).max_length or 300  # type: ignore[union-attr]


def _typed(one: CardField, record: Lead | Deal) -> Any:
    """Return the stored value as the form shows it."""
    value = comparable(one, one.value(record))
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _stored(one: CardField, value: Any) -> Any:
    if one.kind == FieldKind.FLAG:
        return {"yes": True, "no": False}.get(value, "")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if one.kind == FieldKind.DAY:
        return value.isoformat() if value else ""
    return " ".join(value.split()) if isinstance(value, str) and one.name != "note" else value
