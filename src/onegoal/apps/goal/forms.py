"""Forms of the shared KPI: its scope and period, and its terms in per cent, deals and money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.board.forms import MoneyField, money_text
from onegoal.apps.company.forms import country_choices
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.goal.models import PartKind, SharedKpi
from onegoal.core.numbers import read_number
from onegoal.core.periods import bucket_start, next_bucket
from onegoal.core.problems import ValueProblem
from onegoal.core.shared_kpi import CASH, DEALS, KINDS, MIX, Part, Terms

_DAY: Final = {"type": "date"}
_FREE_ROWS: Final = 2
_MOST_TYPES: Final = 40
_MOST_BP: Final = 1_000_000
_HINTS: Final = {
    DEALS: _("contracts signed in the period"),
    PartKind.AVERAGE_PRICE: _("mean amount of the contracts signed"),
    MIX: _("how near the sold shares are to the planned ones"),
    CASH: _("payments received, down payments of new deals too"),
}


class PercentField(forms.CharField):
    """A share in per cent as people write it; its clean value is hundredths of a per cent."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        super().__init__(required=False, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "size": 6}

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace("%", "").strip()
        if not text:
            return None
        try:
            hundredths = read_number(text).value * 100
        except ValueProblem:
            raise forms.ValidationError(_("Write a share in per cent, such as 25 or 12.5.")) from None
        if hundredths != int(hundredths) or not 0 <= hundredths <= _MOST_BP:
            raise forms.ValidationError(_("Write a share in per cent with at most two decimals."))
        return int(hundredths)


class ScopeForm(forms.Form):
    """What the KPI is called, whose it is, and of which days."""

    name = forms.CharField(label=_("Name"), max_length=200, strip=True)
    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("Scope"), required=False, empty_label=_("the whole company")
    )
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("To"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    country = forms.ChoiceField(label=_("Working days of"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects, owners = self.fields["project"], self.fields["owner"]
        projects.queryset = visible_projects(user)  # type: ignore[attr-defined]
        owners.queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        own = ("", _("the company's own calendar"))
        self.fields["country"].choices = [own, *calendar_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The period ends before it begins."))
        return cleaned


class TermsForm(forms.Form):
    """The parts with target, weight and cap, and the planned shares of product types."""

    def __init__(self, *args: Any, terms: Terms, types: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = current_company().currency or "EUR"
        known = {part.kind: part for part in terms.parts}
        for kind in KINDS:
            self._add_part(kind, known.get(kind))
        names = [*terms.mix, *(name for name in types if name and name not in terms.mix)][:_MOST_TYPES]
        posted = sum(1 for key in (self.data or {}) if key.startswith("mix_type_"))
        self.mix_size = max(len(names) + _FREE_ROWS, min(posted, _MOST_TYPES + _FREE_ROWS))
        for place in range(self.mix_size):
            self._add_share(place, names[place] if place < len(names) else "", terms)

    def terms(self) -> Terms:
        """Return what was filled in, as far as it could be read; a part nobody filled in is none."""
        self.is_valid()
        told = self.cleaned_data
        rows = [
            (kind, told.get(f"target_{kind}"), told.get(f"weight_{kind}"), told.get(f"cap_{kind}")) for kind in KINDS
        ]
        parts = tuple(Part(kind, target, weight or 0, cap) for kind, target, weight, cap in rows if target or weight)
        mix: dict[str, int] = {}
        for place in range(self.mix_size):
            name, share = told.get(f"mix_type_{place}"), told.get(f"mix_share_{place}")
            if name and share:
                mix[name] = mix.get(name, 0) + share
        return Terms(parts, mix)

    @property
    def part_rows(self) -> list[PartRow]:
        """Return the fields of each part."""
        return [
            PartRow(
                kind, PartKind(kind).label, _HINTS[kind], self[f"target_{kind}"] if kind != MIX else None,
                self[f"weight_{kind}"], self[f"cap_{kind}"],
            )
            for kind in KINDS
        ]  # fmt: skip

    @property
    def mix_rows(self) -> list[tuple[Any, Any]]:
        """Return the fields of each planned share."""
        return [(self[f"mix_type_{place}"], self[f"mix_share_{place}"]) for place in range(self.mix_size)]

    def _add_part(self, kind: str, part: Part | None) -> None:
        if kind == DEALS:
            self.fields[f"target_{kind}"] = forms.IntegerField(
                label=_("Target, deals"), required=False, min_value=1, max_value=10_000_000,
                initial=part.target if part else None,
            )  # fmt: skip
        elif kind != MIX:
            self.fields[f"target_{kind}"] = MoneyField(
                currency=self.currency, label=gettext("Target, %(currency)s") % {"currency": self.currency}, required=False,
                initial=money_text(part.target, self.currency) if part else "",
            )  # fmt: skip
        self.fields[f"weight_{kind}"] = PercentField(
            label=_("Weight, %"), initial=percent_text(part.weight_bp if part else None)
        )
        self.fields[f"cap_{kind}"] = PercentField(
            label=_("Counted up to, %"),
            initial=percent_text(part.cap_bp if part else None),
        )

    def _add_share(self, place: int, name: str, terms: Terms) -> None:
        self.fields[f"mix_type_{place}"] = forms.CharField(
            label=_("Product type"), required=False, max_length=120, strip=True, initial=name
        )
        self.fields[f"mix_share_{place}"] = PercentField(
            label=_("Planned share, %"), initial=percent_text(terms.mix.get(name))
        )


class ReasonForm(forms.Form):
    """Why a running KPI is to be changed."""

    reason = forms.CharField(label=_("Why"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


@dataclass(frozen=True)
class PartRow:
    """The fields of one part, for the template; the mix has no target."""

    kind: str
    label: Any
    hint: Any
    target: Any
    weight: Any
    cap: Any


def calendar_choices() -> list[tuple[str, str]]:
    """Return the countries whose public holidays are known, in the reader's language."""
    from holidays import list_supported_countries

    known = list_supported_countries()
    return [(code, name) for code, name in country_choices() if code in known]


def scope_initial(kpi: SharedKpi) -> dict[str, Any]:
    """Return what the form of scope and period begins with."""
    return {
        "name": kpi.name, "project": kpi.project_id, "starts_on": kpi.starts_on, "ends_on": kpi.ends_on,
        "country": kpi.country, "owner": kpi.owner_id,
    }  # fmt: skip


def quarter_of(today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the quarter `today` stands in: what a new KPI begins with."""
    start = bucket_start(today, "quarter")
    return start, next_bucket(start, "quarter") - dt.timedelta(days=1)


def percent_text(hundredths: int | None) -> str:
    """Return hundredths of a per cent as a field holds them: 2,550 is 25.5."""
    if hundredths is None:
        return ""
    return f"{(Decimal(hundredths) / 100).normalize():f}"


def empty_terms() -> Terms:
    """Return what a new KPI begins with: deals and money received, half and half."""
    return Terms((Part(DEALS, None, 5_000, 12_000), Part(CASH, None, 5_000, 12_000)))
