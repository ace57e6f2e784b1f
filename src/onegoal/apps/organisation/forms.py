"""The form of handling times."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from onegoal.apps.organisation.models import WorkKind
from onegoal.apps.organisation.queries import ASSUMED

_A_DAY = 24 * 60


class HandlingTimesForm(forms.Form):
    """Minutes for each kind of work; an empty one is taken from the records, or assumed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in WorkKind.choices:
            self.fields[kind] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=_A_DAY, help_text=_hint(kind)
            )


def _hint(kind: str) -> str:
    if kind == WorkKind.CALL:
        return _("Minutes. Empty: as long as your calls are, talking and waiting; without calls %(minutes)s.") % {
            "minutes": round(ASSUMED[kind])
        }
    if kind == WorkKind.FOREIGN:
        return _("Minutes a day: price lists, invoices, papers of others. They are taken off the day.")
    return _("Minutes. Empty: %(minutes)s are assumed.") % {"minutes": round(ASSUMED[kind])}
