"""Forms of questions between the departments and of their answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.regulation.models import Side

_WORKING_MINUTES = {"soon": 120, "today": 480, "days": 3 * 480}
DUE_CHOICES = (
    ("soon", _("within two working hours")),
    ("today", _("within a working day")),
    ("days", _("within three working days")),
)


class AskForm(forms.Form):
    """A question, to whom, and by when it is to be answered."""

    text = forms.CharField(label=_("Question"), max_length=2_000, strip=True, widget=forms.Textarea(attrs={"rows": 2}))
    side = forms.ChoiceField(label=_("Department asked"), choices=Side.choices)
    addressee = forms.ModelChoiceField(
        label=_("To whom"), queryset=User.objects.none(), required=False, empty_label=_("the whole department")
    )
    due = forms.ChoiceField(label=_("Answer due"), choices=DUE_CHOICES, initial="today")

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["addressee"].queryset = colleagues  # type: ignore[attr-defined]

    def due_at(self, now: dt.datetime) -> dt.datetime:
        """Return the moment the chosen working time is over."""
        return calendar_of_company().add(now, _WORKING_MINUTES[self.cleaned_data["due"]])


class AnswerForm(forms.Form):
    """An answer."""

    answer = forms.CharField(label=_("Answer"), max_length=4_000, strip=True, widget=forms.Textarea(attrs={"rows": 2}))
