"""Forms of blockers: raising in two taps, changing, remarks, resolving."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.board.forms import MoneyField, money_text
from onegoal.apps.company.queries import current_company
from onegoal.apps.control.models import Blocker, Link
from onegoal.apps.control.queries.blockers import owners
from onegoal.apps.control.queries.stakes import ASSUMED_SHARE_BP

SHARES: Final = (
    (500, _("one in twenty")),
    (ASSUMED_SHARE_BP, _("one in ten")),
    (2_500, _("a quarter")),
    (5_000, _("half")),
    (10_000, _("all of it")),
)


class RaiseForm(forms.Form):
    """What hinders, and where in the chain; `page` is where it was raised."""

    text = forms.CharField(
        label=_("What hinders"), max_length=500, strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )  # fmt: skip
    link = forms.ChoiceField(label=_("Where in the chain"), choices=Link.choices)
    page = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)


class ChangeForm(forms.Form):
    """What a blocker says, who mends it by when, and what it puts at stake."""

    text = forms.CharField(
        label=_("What hinders"), max_length=500, strip=True, widget=forms.Textarea(attrs={"rows": 2})
    )
    link = forms.ChoiceField(label=_("Where in the chain"), choices=Link.choices)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet")
    )
    due_on = forms.DateField(
        label=_("To be mended by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    share_bp = forms.TypedChoiceField(
        label=_("Of what passes there, lost"), choices=SHARES, coerce=int,
        help_text=_("The estimate multiplies with it. For one lead or deal it is not used."),
    )  # fmt: skip

    def __init__(self, *args: Any, blocker: Blocker, **kwargs: Any) -> None:
        currency = current_company().currency
        basis = blocker.stake_basis
        is_named = basis.get("how") == "named"
        kwargs["initial"] = {
            "text": blocker.text, "link": blocker.link, "owner": blocker.owner_id, "due_on": blocker.due_on,
            "share_bp": basis.get("share_bp", ASSUMED_SHARE_BP),
            "named_minor": money_text(blocker.stake_minor, currency) if is_named else "",
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        # One who has left stays the owner until another is chosen.
        chosen = User.objects.filter(pk__in=[blocker.owner_id] if blocker.owner_id else [])
        self.fields["owner"].queryset = owners() | chosen  # type: ignore[attr-defined]
        self.fields["named_minor"] = MoneyField(
            currency=currency, required=False, label=_("Or name the sum at stake a month, %(currency)s") % {"currency": currency},
            help_text=_("Takes the place of the estimate."),
        )  # fmt: skip

    def clean_named_minor(self) -> int | None:
        """Refuse a sum below nothing."""
        minor: int | None = self.cleaned_data["named_minor"]
        if minor is not None and minor < 0:
            raise forms.ValidationError(_("A stake is not below nothing."))
        return minor


class WordsForm(forms.Form):
    """A remark, or how something was resolved."""

    text = forms.CharField(label=_("Remark"), max_length=4_000, strip=True, widget=forms.Textarea(attrs={"rows": 2}))


class ResolveForm(forms.Form):
    """How a blocker was resolved."""

    words = forms.CharField(
        label=_("How it was resolved"), max_length=500, strip=True, widget=forms.Textarea(attrs={"rows": 2})
    )
