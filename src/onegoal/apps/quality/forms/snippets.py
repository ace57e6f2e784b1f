"""The filters of the page of snippets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.quality.queries.snippets import SnippetFilter
from onegoal.apps.sales.models import Objection


class SnippetForm(forms.Form):
    """What to listen for: an objection, a topic, a campaign, a period."""

    objection = forms.ModelChoiceField(
        label=_("Objection"), queryset=Objection.objects.all(), required=False, empty_label=_("any")
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    start = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, topics: Sequence[str], campaigns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("topic", topics), ("campaign", campaigns)):
            self.fields[name].choices = [("", _("any")), *((one, one) for one in known)]  # type: ignore[attr-defined]

    def asked(self, zone: dt.tzinfo) -> SnippetFilter:
        """Return the filter; what could not be read filters nothing."""
        self.is_valid()
        data = self.cleaned_data if self.is_bound else {}
        objection = data.get("objection")
        last = data.get("end")
        return SnippetFilter(
            objection_id=objection.pk if objection else None,
            topic=data.get("topic") or "",
            campaign=data.get("campaign") or "",
            start=_midnight(data.get("start"), zone),
            end=_midnight(last + dt.timedelta(days=1) if last else None, zone),
        )


def _midnight(day: dt.date | None, zone: dt.tzinfo) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), zone) if day else None
