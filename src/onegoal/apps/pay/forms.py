"""Forms of pay: parts of a scheme, members and their values, shares of a deal, adjustments, disputes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.board.forms import MoneyField, money_text
from onegoal.apps.goal.forms import PercentField
from onegoal.apps.pay.models import (
    DealShare,
    PartKind,
    PayRun,
    RunState,
    Scheme,
    SchemeMember,
    SchemePart,
    SchemeVersion,
)
from onegoal.apps.pay.queries.inputs import currency_of_pay
from onegoal.apps.pay.queries.names import is_money_value, unit_of_value
from onegoal.apps.pay.reading import Dictionary, month_words
from onegoal.apps.pay.services import PartTerms
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.models import Deal
from onegoal.core.formulas import FormulaError, parse
from onegoal.core.numbers import read_number
from onegoal.core.problems import ValueProblem

_DAY: Final = {"type": "date"}
_KEY: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
MOST_PARTS: Final = 20
_SHARE_ROWS: Final = 4


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"), **kwargs)


class SchemeForm(forms.Form):
    """What a scheme is called and whose department it pays."""

    name = forms.CharField(label=_("Name"), max_length=200, strip=True)
    side = forms.ChoiceField(label=_("Department"), choices=Side.choices)


class VersionForm(forms.Form):
    """From which day a version holds, and why it was written."""

    valid_from = day_field(_("Valid from"))
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2_000,
        widget=forms.TextInput,
        help_text=_("for those who approve it"),
    )


class PartForm(forms.Form):
    """One part as people type it: money in major units."""

    name = forms.CharField(label=_("Name"), max_length=120, strip=True)
    kind = forms.ChoiceField(label=_("Depends on"), choices=PartKind.choices)
    formula = forms.CharField(
        label=_("Formula"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    gate = forms.CharField(label=_("Paid only if"), required=False, max_length=4_000, strip=True)
    key = forms.CharField(label=_("Name in formulas"), required=False, max_length=40, strip=True)
    claws_back = forms.BooleanField(label=_("claimed back when a deal is cancelled"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("floor", _("At least")), ("cap", _("At most"))):
            self.fields[name] = MoneyField(label=label, required=False, currency=currency_of_pay() or "EUR")
        for name in ("formula", "gate"):
            self.fields[name].widget.attrs |= {"data-takes-names": "", "autocomplete": "off", "spellcheck": "false"}

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].lower()
        if key and not _KEY.match(key):
            raise forms.ValidationError(_("Small Latin letters, digits and _ only, such as money_bonus."))
        return key

    def terms(self, place: int) -> PartTerms:
        """Return the part as far as it could be read; a part without a name in formulas gets one from its name."""
        self.is_valid()
        told = self.cleaned_data
        name = told.get("name") or _now("Part %(number)s") % {"number": place + 1}
        key = told.get("key") or slugify(name).replace("-", "_")[:36] or ""
        if not _KEY.match(key):
            key = f"part_{place + 1}"
        return PartTerms(
            name=name, key=key, kind=told.get("kind") or PartKind.PERSONAL, formula=(told.get("formula") or "").strip(),
            gate=told.get("gate") or "", floor_minor=told.get("floor"), cap_minor=told.get("cap"),
            claws_back=bool(told.get("claws_back")),
        )  # fmt: skip


def part_initial(terms: PartTerms | SchemePart) -> dict[str, Any]:
    """Return a part as its form shows it."""
    currency = currency_of_pay()
    return {
        "name": terms.name, "key": terms.key, "kind": terms.kind, "formula": terms.formula, "gate": terms.gate,
        "floor": money_text(terms.floor_minor, currency), "cap": money_text(terms.cap_minor, currency),
        "claws_back": terms.claws_back,
    }  # fmt: skip


def part_forms(terms: Sequence[PartTerms | SchemePart]) -> list[PartForm]:
    """Return the forms of stored parts."""
    return [PartForm(prefix=f"part-{place}", initial=part_initial(one)) for place, one in enumerate(terms)]


def posted_parts(data: Mapping[str, str]) -> list[PartForm]:
    """Return the forms of the parts that were sent, in their order."""
    text = data.get("parts", "0")
    count = min(int(text), MOST_PARTS) if text.isascii() and text.isdigit() else 0
    return [PartForm(data, prefix=f"part-{place}") for place in range(count)]


def value_names(scheme: Scheme, dictionary: Dictionary) -> list[str]:
    """Return the values of a person that a scheme's formulas ask for, the fixed pay first."""
    latest = list(scheme.versions.exclude(state="withdrawn").prefetch_related("parts")[:3])
    asked = {name for version in latest for part in version.parts.all() for name in asked_of(part)}
    asked |= {key for member in scheme.members.all() for key in member.values}
    wanted = {
        name for name in asked if name.startswith(("value_", "target_", "base_")) or _is_of_person(name, dictionary)
    }
    return ["base", *sorted(wanted - {"base"})]


def _is_of_person(name: str, dictionary: Dictionary) -> bool:
    return name in dictionary.known and dictionary.known[name].group == "person"


def asked_of(part: SchemePart) -> list[str]:
    """Return the names a part's formula and condition ask for, as far as they can be read."""
    names: list[str] = []
    for text in (part.formula, part.gate):
        try:
            names += parse(text).names if text.strip() else ()
        except FormulaError:
            continue
    return names


class NumberField(forms.CharField):
    """A plain number as people write it; its clean value is the decimal as text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            read = Decimal(read_number(text.removesuffix("%")).value)
        except ValueProblem:
            raise forms.ValidationError(_("Write a number, such as 12 or 0.5.")) from None
        return f"{(read / 100 if text.endswith('%') else read).normalize():f}"


class MemberForm(forms.Form):
    """Whom a scheme pays, from when to when, and the person's values."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"), required=False, help_text=_("empty: until further notice"))

    def __init__(self, *args: Any, names: Sequence[str], dictionary: Dictionary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.names = list(names)
        for name in names:
            label = dictionary.known[name].title if name in dictionary.known else dictionary.title(name)
            if is_money_value(name):
                field: forms.Field = MoneyField(
                    label=f"{label}, {dictionary.currency}", required=False, currency=dictionary.currency or "EUR"
                )
            else:
                hint = _("a share: write 80 %") if unit_of_value(name) == "share" else ""
                field = NumberField(label=label, required=False, help_text=hint)
            self.fields[f"value-{name}"] = field

    def values(self) -> dict[str, int | str]:
        """Return the values that were filled in, by name."""
        told = self.cleaned_data
        return {name: told[f"value-{name}"] for name in self.names if told.get(f"value-{name}") is not None}


def member_initial(member: SchemeMember) -> dict[str, Any]:
    """Return a membership as its form shows it."""
    currency = currency_of_pay()
    values = {
        f"value-{key}": money_text(int(raw), currency) if is_money_value(key) else raw
        for key, raw in member.values.items()
    }
    return {"user": member.user_id, "starts_on": member.starts_on, "ends_on": member.ends_on, **values}


class SplitForm(forms.Form):
    """How a deal counts for several people."""

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("name")
        held = list(DealShare.objects.filter(deal=deal))
        if not held and deal.seller_id:
            held = [DealShare(deal=deal, user_id=deal.seller_id, share_bp=10_000)]
        for place in range(max(_SHARE_ROWS, len(held) + 1)):
            known = held[place] if place < len(held) else None
            self.fields[f"user_{place}"] = forms.ModelChoiceField(
                people,
                label=_("Person"),
                required=False,
                initial=known.user_id if known else None,
                empty_label="\u2013",
            )
            share = f"{Decimal(known.share_bp) / 100:f}" if known else ""
            self.fields[f"share_{place}"] = PercentField(label=_("Share, %"), initial=share)

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the pairs of person and share."""
        count = len(self.fields) // 2
        return [(self[f"user_{place}"], self[f"share_{place}"]) for place in range(count)]

    def shares(self) -> dict[User, int]:
        """Return the shares by person, in hundredths of a per cent; rows of one person add up."""
        found: dict[User, int] = {}
        for place in range(len(self.fields) // 2):
            user, share = self.cleaned_data.get(f"user_{place}"), self.cleaned_data.get(f"share_{place}")
            if user and share:
                found[user] = found.get(user, 0) + share
        return found


class AdjustmentForm(forms.Form):
    """An amount for the next open run, and why."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    reason = forms.CharField(label=_("Why"), max_length=500, strip=True, help_text=_("stands on the statement"))
    corrects = forms.ModelChoiceField(
        PayRun.objects.none(), label=_("Corrects"), required=False, empty_label=_("no month of the past")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = currency_of_pay() or "EUR"
        self.fields["amount"] = MoneyField(
            label=_now("Amount, %(currency)s") % {"currency": currency}, currency=currency,
            help_text=_("with a minus it is taken off"),
        )  # fmt: skip
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        corrects: Any = self.fields["corrects"]
        corrects.queryset = PayRun.objects.filter(state=RunState.LOCKED)
        corrects.label_from_instance = lambda run: month_words(run.month)
        self.order_fields(["user", "amount", "reason", "corrects"])


class DisputeForm(forms.Form):
    """Which line of a statement is wrong, and what is wrong."""

    line_name = forms.ChoiceField(label=_("Line"), required=False)
    text = forms.CharField(
        label=_("What is wrong"), strip=True, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, lines: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name[:200], name) for name in dict.fromkeys(lines)]
        self.fields["line_name"].choices = [("", _("the whole statement")), *names]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The answer to a dispute, perhaps with an amount for the next month."""

    answer = forms.CharField(label=_("Answer"), strip=True, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = currency_of_pay() or "EUR"
        self.fields["amount"] = MoneyField(
            label=_now("Adjustment, %(currency)s") % {"currency": currency}, currency=currency, required=False,
            help_text=_("if accepted; another person approves it"),
        )  # fmt: skip


def month_of(text: str) -> dt.date | None:
    """Read a month written as 2026-03; None for anything else."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return None


def version_initial(version: SchemeVersion) -> dict[str, Any]:
    """Return a version as its form shows it."""
    return {"valid_from": version.valid_from, "note": version.note}
