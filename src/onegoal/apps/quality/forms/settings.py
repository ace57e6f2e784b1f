"""The form of what the company agreed about control, in people's units."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import Company
from onegoal.apps.quality.models import QualitySettings
from onegoal.core.money import BIGINT_MAX, minor_digits

_BP = Decimal(100)


def _per_cent(label: Any, help_text: Any, least: str, most: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, min_value=Decimal(least), max_value=Decimal(most), decimal_places=2
    )


class QualitySettingsForm(forms.Form):
    """Precision, cost, how many calls: per cent with decimals, money in whole units, days as dates."""

    expected = _per_cent(
        _("Wrong rejections expected, %"), _("Your guess; the nearer, the better the sample fits."), "0.1", "99.9"
    )
    precision = _per_cent(
        _("The rate is to be known within, points"),
        _("10: a rate of 15 % is known to lie between 5 and 25."),
        "0.5",
        "49",
    )
    promising = _per_cent(
        _("A rejected lead is promising from a score of, %"), _("All of them are checked."), "0", "100"
    )
    began_on = forms.DateField(
        label=_("Check rejections since"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Older ones come into the queue only when you ask for a period."),
    )  # fmt: skip
    hour_cost = forms.DecimalField(label=_("Cost of an hour of control"), min_value=0, max_digits=15, decimal_places=3)
    reviews_a_day = forms.IntegerField(
        label=_("Calls of each sales manager to review a working day"), min_value=0, max_value=50
    )
    shortest_seconds = forms.IntegerField(
        label=_("Shortest call to review, seconds"), min_value=0, max_value=3_600
    )  # fmt: skip

    def __init__(self, *args: Any, company: Company, agreed: QualitySettings, **kwargs: Any) -> None:
        self._digits = minor_digits(company.currency) if company.currency else 2
        super().__init__(*args, **kwargs)
        self.initial = self._shown(agreed)
        self.fields["hour_cost"].help_text = company.currency
        self.fields["hour_cost"].widget.attrs["step"] = str(Decimal(1).scaleb(-self._digits))

    def _shown(self, agreed: QualitySettings) -> dict[str, Any]:
        return {
            "expected": Decimal(agreed.expected_bp) / _BP,
            "precision": Decimal(agreed.precision_bp) / _BP,
            "promising": Decimal(agreed.promising_bp) / _BP,
            "began_on": timezone.localtime(agreed.began_at).date() if agreed.began_at else None,
            "hour_cost": Decimal(agreed.hour_cost_minor).scaleb(-self._digits),
            "reviews_a_day": agreed.reviews_a_day,
            "shortest_seconds": agreed.shortest_seconds,
        }

    def clean_hour_cost(self) -> Decimal:
        cost: Decimal = self.cleaned_data["hour_cost"]
        if int(cost.scaleb(self._digits)) > BIGINT_MAX // 1_000:
            raise forms.ValidationError(_("This is too much."))
        return cost

    @property
    def changes(self) -> dict[str, Any]:
        """Return what was written as the fields of the settings; the moment control began stays unless its day changed."""
        data = self.cleaned_data
        changes = {
            "expected_bp": int(data["expected"] * _BP),
            "precision_bp": int(data["precision"] * _BP),
            "promising_bp": int(data["promising"] * _BP),
            "hour_cost_minor": int(data["hour_cost"].scaleb(self._digits)),
            "reviews_a_day": data["reviews_a_day"],
            "shortest_seconds": data["shortest_seconds"],
        }
        if data["began_on"] and "began_on" in self.changed_data:
            changes["began_at"] = timezone.make_aware(dt.datetime.combine(data["began_on"], dt.time()))
        return changes
