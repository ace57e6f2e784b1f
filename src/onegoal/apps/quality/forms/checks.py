"""Forms of rejected-lead control: the analyst's decision, the seller's answer, the head's word, a past period."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import localize_input
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.quality.models import Check
from onegoal.apps.quality.services.evidence import CONTENT_TYPES
from onegoal.apps.regulation.models import Clause
from onegoal.apps.sales.models import Call
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_duration, write_moment

_SELLING: Final = (Role.SELLER, Role.SUPERVISOR)
_SECOND: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]?\d)|(\d{1,5})")
_MOST_MINUTES: Final = 24 * 60


class SecondField(forms.CharField):
    """A place in a recording, written as seconds, as 3:05 or as 1:03:05; its value is in seconds."""

    def clean(self, value: Any) -> int | None:
        """Return the seconds, None for nothing. Raises: ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        match = _SECOND.fullmatch(text)
        if not match:
            raise forms.ValidationError(_("Write the place as minutes and seconds, like 3:05."))
        hours, minutes, seconds, plain = (int(part or 0) for part in match.groups())
        return plain or hours * 3600 + minutes * 60 + seconds


class CallField(forms.ModelChoiceField):
    """A call, named by when it was, which way it went and how long it lasted."""

    def label_from_instance(self, obj: Any) -> str:
        zone, now = timezone.get_current_timezone(), timezone.now()
        lasted = write_duration(obj.talk_seconds, language()) if obj.talk_seconds else _("not answered")
        return f"{write_moment(obj.started_at, language(), zone, now=now)} · {obj.get_direction_display()} · {lasted}"


class DecisionForm(forms.Form):
    """What the analyst found and what shows it; a wrong rejection needs the finding and somebody to go back to."""

    finding = forms.CharField(
        label=_("Finding"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the rejection was wrong: the seller reads it."),
    )  # fmt: skip
    clause = forms.ModelChoiceField(
        label=_("Clause"), queryset=Clause.objects.none(), required=False, empty_label=_("none")
    )
    call = CallField(label=_("Call"), queryset=Call.objects.none(), required=False, empty_label=_("none"))
    call_second = SecondField(
        label=_("At second"), max_length=12, required=False, help_text=_("Minutes and seconds: 3:05.")
    )
    document = forms.FileField(
        label=_("Document"), required=False, max_length=300,
        help_text=_("PDF, picture, Word, Excel or text; at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in CONTENT_TYPES)}),
    )  # fmt: skip
    returned_to = forms.ModelChoiceField(label=_("Goes back to"), queryset=User.objects.none(), required=False)
    minutes = forms.DecimalField(
        label=_("Time spent, minutes"), min_value=0, max_value=_MOST_MINUTES, decimal_places=1, required=False,
        help_text=_("Empty: as measured."),
    )  # fmt: skip

    def __init__(self, *args: Any, check: Check, calls: QuerySet[Call], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = check.decision
        clauses = Clause.objects.filter(regulation=decision.regulation) if decision.regulation_id else Clause.objects
        self.fields["clause"].queryset = clauses.order_by("position", "pk")  # type: ignore[attr-defined]
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]
        sellers = who_may_take(decision.seller)
        self.fields["returned_to"].queryset = sellers  # type: ignore[attr-defined]
        if decision.seller and decision.seller in sellers:
            self.initial.setdefault("returned_to", decision.seller.pk)

    @property
    def is_wrong(self) -> bool:
        """Tell whether the analyst pressed "wrong"."""
        return self.data.get("verdict") == "wrong"

    @property
    def seconds(self) -> int | None:
        """Return the time written in, in seconds; None when the measured one is to stand."""
        minutes = self.cleaned_data.get("minutes")
        return None if minutes is None else round(minutes * 60)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_wrong and not data.get("finding", "").strip():
            self.add_error("finding", _("Say what was wrong, so that the seller can follow it."))
        if data.get("call_second") is not None and "call" in data and data["call"] is None:
            self.add_error("call", _("Choose the call this place is in."))
        return data


class AnswerForm(forms.Form):
    """Why the seller disagrees."""

    text = forms.CharField(label=_("I disagree because"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 2}))


class RulingForm(forms.Form):
    """The head's words."""

    ruling = forms.CharField(label=_("In words"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))


class TimeForm(forms.Form):
    """A correction of the time a check took."""

    minutes = forms.DecimalField(label=_("Time spent, minutes"), min_value=0, max_value=_MOST_MINUTES, decimal_places=1)

    @classmethod
    def of(cls, check: Check) -> TimeForm:
        """Return the form with the time as it stands."""
        return cls(initial={"minutes": localize_input(round(check.working_seconds / 60, 1))})

    @property
    def seconds(self) -> int:
        """Return the time in seconds."""
        return round(self.cleaned_data["minutes"] * 60)


class PastRejectionsForm(forms.Form):
    """The days whose rejections are to be checked."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    with_contradictions = forms.BooleanField(
        label=_("also all that contradict the regulation or look promising"), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "first" in data and "last" in data and data["first"] > data["last"]:
            self.add_error("last", _("The end lies before the beginning."))
        return data


def who_may_take(seller: User | None) -> QuerySet[User]:
    """Return who a lead can go back to: everybody who sells and has not left, and its own seller whatever the role."""
    own = Q(pk=seller.pk) if seller else Q(pk__in=())
    return User.objects.filter(Q(role__in=_SELLING) | own, is_active=True, left_on=None).order_by("name", "pk")
